"""What tells a service beside its image, and what lies in front of it."""

from __future__ import annotations

import pytest

from leakhunt.exposure.model import Exposure, Graph, Reach
from leakhunt.exposure.services import of_image, tell
from leakhunt.exposure.surroundings import setting_of
from leakhunt.exposure.survey import survey
from leakhunt.model import Severity

SERVICE = "services:\n  one:\n    image: {image}\n    ports: ['{ports}']\n{more}"


def graph(files: dict[str, str]) -> Graph:
    return survey((path, text.encode()) for path, text in files.items())


def published(text: str) -> Exposure:
    """The exposure of the only port of a Compose file."""
    (one,) = (x for x in graph({"compose.yml": text}).exposures if "ports" in x.signature)
    return one


@pytest.mark.parametrize(
    ("image", "ports", "more", "severity", "reason"),
    [
        ("acme/x", "${DEBUG_PORT}:7040", "", Severity.MEDIUM, "DEBUG_PORT"),
        ("acme/x", "7040:${REDIS_PORT:-7041}", "", Severity.MEDIUM, "Redis"),
        ("acme/x", "${WEB_PORT}:7040", "", Severity.LOW, ""),
        (
            "acme/x",
            "7040:7040",
            "    volumes: [/var/run/docker.sock:/var/run/docker.sock:ro]\n",
            Severity.MEDIUM,
            "socket of Docker",
        ),
        ("acme/x", "7040:7040", "    volumes: [./run:/run]\n", Severity.LOW, ""),
        (
            "acme/x",
            "7040:7040",
            "    healthcheck: {test: [CMD, pg_isready, -p, '7040']}\n",
            Severity.HIGH,
            "PostgreSQL",
        ),
        (
            "traefik:v3",
            "9500:8080",
            "    command: [--api.insecure=true]\n",
            Severity.MEDIUM,
            "dashboard",
        ),
        ("traefik:v3", "9500:8080", "    command: [--api=true]\n", Severity.INFO, ""),
        ("envoyproxy/envoy", "9901:9901", "", Severity.CRITICAL, "administration"),
        ("otel/opentelemetry-collector", "13133:13133", "", Severity.LOW, "health check"),
        ("strimzi/kafka", "2181:2181", "", Severity.CRITICAL, "ZooKeeper"),
        ("acme/monitor", "7040:7040", "    container_name: seekdb\n", Severity.MEDIUM, "seekdb"),
    ],
)
def test_what_tells_a_service(
    image: str, ports: str, more: str, severity: Severity, reason: str
) -> None:
    one = published(SERVICE.format(image=image, ports=ports, more=more))
    assert one.severity is severity
    assert reason in " ".join((one.title, *one.reasons))


def test_the_password_of_another_service_is_none_of_its_own() -> None:
    other = "    environment: {METADATA_STORAGE_PASSWORD: x, POSTGRES_PASSWORD: y}\n"
    text = SERVICE.format(image="redis", ports="6379:6379", more=other)
    assert published(text).severity is Severity.CRITICAL
    own = text.replace("POSTGRES_PASSWORD", "REDIS_PASSWORD")
    assert published(own).severity is Severity.HIGH


def test_a_mounted_configuration_lies_in_the_container() -> None:
    compose = SERVICE.format(
        image="redis", ports="6379:6379", more="    volumes: [./redis.conf:/etc/redis.conf:ro]\n"
    )
    files = {"compose.yml": compose, "redis.conf": "bind 0.0.0.0\nrequirepass x\n"}
    found = {x.signature: x for x in graph(files).exposures}
    assert found["exposure-redis-conf"].severity is Severity.INFO
    assert found["exposure-compose-ports"].severity is Severity.HIGH
    host = compose.replace("    volumes", "    network_mode: host\n    volumes")
    found = {x.signature: x for x in graph({**files, "compose.yml": host}).exposures}
    assert found["exposure-redis-conf"].severity is Severity.HIGH


def test_a_way_around_a_proxy_counts_by_what_the_proxy_guards() -> None:
    compose = "services:\n  app:\n    image: acme/x\n    ports: ['8000:8000']\n"
    plain = "server { listen 80; location / { proxy_pass http://app:8000; } }\n"
    guarded = plain.replace("listen 80;", "listen 443 ssl; auth_basic on;")
    for nginx, severity in ((plain, Severity.LOW), (guarded, Severity.MEDIUM)):
        found = graph({"compose.yml": compose, "nginx.conf": nginx}).exposures
        (one,) = (x for x in found if x.signature == "exposure-check-proxy-bypass")
        assert one.severity is severity


def test_what_deserves_attention_by_itself_is_told_once() -> None:
    compose = "services:\n  app:\n    image: redis\n    ports: ['6379:6379']\n"
    nginx = "server { listen 443 ssl; location / { proxy_pass http://app:6379; } }\n"
    found = graph({"compose.yml": compose, "nginx.conf": nginx}).exposures
    (one,) = (x for x in found if x.severity.rank >= Severity.MEDIUM.rank)
    assert "a proxy routes to it (nginx.conf:1), and this port passes by that" in one.reasons


TERRAFORM = """resource "aws_security_group" "db" {
  ingress {
    from_port = 5432
    to_port = 5432
    %s
  }
}
resource "aws_db_instance" "main" {
  engine = "postgres"
  publicly_accessible = true
  vpc_security_group_ids = [aws_security_group.db.id]
}
resource "aws_instance" "one" {
  provisioner "remote-exec" {
    inline = ["docker run -d -p 5432:5432 postgres:16"]
  }
}
"""


def test_a_security_group_keeps_strangers_from_what_lies_behind() -> None:
    closed = TERRAFORM % "security_groups = [aws_security_group.app.id]"
    found = graph({"main.tf": closed}).exposures
    assert {x.reach for x in found} == {Reach.LIMITED}
    opened = TERRAFORM % 'cidr_blocks = ["0.0.0.0/0"]'
    found = graph({"main.tf": opened}).exposures
    assert {x.reach for x in found} == {Reach.OPEN}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("selenium/hub:4", "selenium"),
        ("ghcr.io/acme/hub:1", None),
        ("mcr.microsoft.com/mssql/server:2022-latest", "mssql"),
        ("acme/server", None),
        ("localhost:5000/redis:7", "redis"),
    ],
)
def test_a_common_word_is_an_image_in_its_own_folder_only(image: str, name: str | None) -> None:
    kind = of_image(image)
    assert (kind.name if kind else None) == name


def test_the_port_tells_what_an_image_without_a_name_is() -> None:
    assert tell(image="${}", port=5432).tier == 1
    assert tell(image="acme/x", port=16686).kind is None


@pytest.mark.parametrize("name", ["docker-compose-ci.yml", "compose.e2e.yaml", "ci-compose.yml"])
def test_what_only_machines_of_tests_run(name: str) -> None:
    assert setting_of(name) == "test"


def test_a_container_that_a_test_starts() -> None:
    text = "docker run -d --name {} -p 6379:6379 redis:7\n"
    for name, severity in (("redis-test", Severity.INFO), ("latest", Severity.CRITICAL)):
        (one,) = graph({"run.sh": text.format(name)}).exposures
        assert one.severity is severity
