"""What files say together: severities, joins, cross-checks, tokens."""

from __future__ import annotations

import random

import pytest

from leakhunt.exposure.model import Exposure, Graph, Reach
from leakhunt.exposure.survey import survey
from leakhunt.model import Confidence, Finding, Location, Secret, Severity

FLASK = 'from flask import Flask\napp = Flask("a")\napp.run(host="0.0.0.0", port=8000{})\n'
REDIS = 'services:\n  redis:\n    image: redis\n    ports: ["{}"]\n'


def graph(**files: str) -> Graph:
    given = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    return survey((path, text.encode()) for path, text in given.items())


def of(found: Graph, signature: str) -> list[Exposure]:
    return [one for one in found.exposures if one.signature == f"exposure-{signature}"]


@pytest.mark.parametrize(
    ("image", "extra", "ports", "severity"),
    [
        ("redis", "", "6379:6379", Severity.CRITICAL),
        ("redis", "", "10.0.0.5:6379:6379", Severity.HIGH),
        ("redis", "", "127.0.0.1:6379:6379", None),
        ("redis", "environment: {REDIS_PASSWORD: x}", "6379:6379", Severity.HIGH),
        ("redis", "command: redis-server --requirepass x", "6379:6379", Severity.HIGH),
        ("postgres", "", "5432:5432", Severity.HIGH),
        ("postgres", "", "5400:5432", Severity.HIGH),
        ("postgres", "environment: {POSTGRES_PASSWORD: x}", "5432:5432", Severity.HIGH),
        (
            "postgres",
            "environment: {POSTGRES_HOST_AUTH_METHOD: trust}",
            "5432:5432",
            Severity.CRITICAL,
        ),
        (
            "postgres",
            "environment: [POSTGRES_HOST_AUTH_METHOD=trust]",
            "5432:5432",
            Severity.CRITICAL,
        ),
        ("prom/prometheus", "", "9090:9090", Severity.MEDIUM),
        ("nginx", "", "80:80", Severity.INFO),
        ("nginx", "", "8080:80", Severity.INFO),
        ("registry.example/app", "", "8080:8080", Severity.LOW),
        ("registry.example/app", "", "9229:9229", Severity.CRITICAL),
        ("registry.example/app", "environment: {FLASK_DEBUG: '1'}", "8080:8080", Severity.HIGH),
    ],
)
def test_severity_of_a_publication(
    image: str, extra: str, ports: str, severity: Severity | None
) -> None:
    text = f'services:\n  x:\n    image: {image}\n    ports: ["{ports}"]\n    {extra}\n'
    found = of(graph(compose_yml=text), "compose-ports")
    assert [one.severity for one in found] == ([severity] if severity else [])
    for one in found:
        assert one.reasons


def test_a_test_is_info() -> None:
    (one,) = of(graph(tests__compose_yml=REDIS.format("6379:6379")), "compose-ports")
    assert one.severity is Severity.INFO


def test_staging_is_as_bad_as_anything() -> None:
    (one,) = of(graph(compose_staging_yml=REDIS.format("6379:6379")), "compose-ports")
    assert one.severity is Severity.CRITICAL


def test_debug_on_every_interface_is_one_worse_finding() -> None:
    (plain,) = of(graph(app_py=FLASK.format("")), "python-flask")
    (debug,) = of(graph(app_py=FLASK.format(", debug=True")), "python-flask")
    assert (plain.severity, debug.severity) == (Severity.LOW, Severity.HIGH)


def test_code_below_a_dockerfile_is_inside_until_something_publishes_it() -> None:
    files = {"a__main_py": FLASK.format(", debug=True"), "a__Dockerfile": "FROM python\n"}
    (inside,) = of(graph(**files), "python-flask")
    assert (inside.reach, inside.severity) == (Reach.CONTAINED, Severity.LOW)
    compose = 'services:\n  shop:\n    build: ./a\n    ports: ["8000:8000"]\n'
    (outside,) = of(graph(**files, compose_yml=compose), "compose-ports")
    assert outside.severity is Severity.HIGH
    assert any("a/main.py:3" in reason for reason in outside.reasons)


def test_the_image_behind_a_service_of_a_cluster() -> None:
    service = (
        "kind: Service\nmetadata: {name: front}\nspec:\n  type: LoadBalancer\n"
        "  selector: {app: cache}\n  ports: [{port: 1234}]\n"
    )
    workload = (
        "kind: Deployment\nmetadata: {name: c}\nspec:\n  template:\n"
        "    metadata: {labels: {app: cache}}\n"
        "    spec:\n      containers: [{name: c, image: redis}]\n"
    )
    (one,) = of(graph(service_yaml=service, workload_yaml=workload), "kubernetes-load-balancer")
    assert one.severity is Severity.CRITICAL


def test_an_allow_list_lowers() -> None:
    text = (
        "kind: Service\nmetadata: {name: redis}\nspec:\n  type: LoadBalancer\n"
        "  loadBalancerSourceRanges: [10.0.0.0/8]\n  ports: [{port: 6379}]\n"
    )
    (one,) = of(graph(service_yaml=text), "kubernetes-load-balancer")
    assert (one.reach, one.severity) == (Reach.LIMITED, Severity.HIGH)


def test_one_port_for_public_and_internal() -> None:
    text = (
        'services:\n  nginx:\n    image: nginx\n    ports: ["8080:80"]\n'
        '  db:\n    image: postgres\n    ports: ["8080:5432"]\n'
    )
    (one,) = of(graph(compose_yml=text), "check-shared-port")
    assert one.port == 8080
    assert not of(graph(compose_yml=text.replace("8080:80", "80:80")), "check-shared-port")


def test_a_service_behind_a_proxy_that_publishes_its_own_port() -> None:
    compose = 'services:\n  app:\n    image: x\n    ports: ["{}8000:8000"]\n'
    nginx = "server { listen 80; location / { proxy_pass http://app:8000; } }\n"
    (one,) = of(graph(compose_yml=compose.format(""), nginx_conf=nginx), "check-proxy-bypass")
    assert [place.path for place in one.locations] == ["compose.yml", "nginx.conf"]
    near = compose.format("127.0.0.1:")
    assert not of(graph(compose_yml=near, nginx_conf=nginx), "check-proxy-bypass")


def test_wider_in_one_environment_than_in_another() -> None:
    files = {"compose_yml": REDIS.format("127.0.0.1:6379:6379")}
    far = {"compose_prod_yml": REDIS.format("6379:6379")}
    assert len(of(graph(**files, **far), "check-drift")) == 1
    assert not of(graph(**files), "check-drift")
    variables = {"a__dev_env": "HOST=127.0.0.1\n", "a__prod_env": "HOST=0.0.0.0\n"}
    assert len(of(graph(**variables), "check-drift")) == 1


def test_ports_that_differ_between_environments() -> None:
    files = {"a__dev_env": "API_PORT=3000\n", "a__prod_env": "API_PORT=4000\n"}
    (one,) = of(graph(**files), "check-drifting-port")
    assert "dev: 3000, prod: 4000" in one.reasons
    files["a__prod_env"] = files["a__dev_env"]
    assert not of(graph(**files), "check-drifting-port")


@pytest.mark.parametrize(
    ("printed", "count"),
    [
        ('print(f"up, token={API_TOKEN}")', 1),
        ('logging.info("token %s", settings.api_key)', 1),
        ('print(f"up, {len(API_TOKEN)}")', 0),
        ('print("token is set")', 0),
        ('print(f"up on {port}")', 0),
    ],
)
def test_a_secret_that_is_printed_where_a_server_starts(printed: str, count: int) -> None:
    found = graph(app_py=FLASK.format("") + printed + "\n")
    assert len(of(found, "check-secret-printed")) == count


def secret(path: str, line: int, fingerprint: str = "f1") -> Finding:
    return Finding(
        id=fingerprint,
        signature="redis-password",
        kind="secret",
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        title="",
        secret=Secret(b"x"),
        fingerprint=fingerprint,
        locations=(Location(path, line, 1, line, 2),),
    )


def test_tokens_belong_to_services() -> None:
    compose = (
        'services:\n  redis:\n    image: redis\n    ports: ["6379:6379"]\n'
        "  db:\n    image: postgres\n    environment:\n      POSTGRES_PASSWORD: abc\n"
        '    ports: ["5432:5432"]\n'
    )
    files = [("compose.yml", compose.encode()), (".env", b"REDIS_PASSWORD=abc\nOTHER_TOKEN=d\n")]
    found = survey(files, [secret("compose.yml", 8), secret(".env", 1), secret(".env", 2, "f2")])
    assert [(token.service, token.port) for token in found.tokens] == [
        ("redis", 6379),
        ("", None),
        ("db", 5432),
    ]
    assert len(of(found, "check-shared-token")) == 1
    services = {service.name: service for service in found.services}
    assert len(services["redis"].tokens) == len(services["db"].tokens) == 1


def test_the_order_of_files_changes_nothing() -> None:
    files = [
        ("compose.yml", REDIS.format("6379:6379").encode()),
        ("compose.prod.yml", REDIS.format("127.0.0.1:6379:6379").encode()),
        ("a/main.py", FLASK.format("").encode()),
        ("a/Dockerfile", b"FROM python\nEXPOSE 80\n"),
        (".env", b"HOST=0.0.0.0\n"),
    ]
    first = survey(files)
    shuffled = random.Random(1).sample(files, len(files))
    assert survey(shuffled) == first
    assert len(first.exposures) >= 3


@pytest.mark.parametrize("root", ["", "/", "/srv/", "C:/", "./", "//host/share/"])
def test_a_file_of_variables_that_is_not_above_the_code_ends_the_search(root: str) -> None:
    code = FLASK.format("").replace('"0.0.0.0"', 'os.environ["HOST"]')
    files = [
        (f"{root}shop/src/main.py", f"import os\n{code}".encode()),
        (f"{root}other/.env", b"HOST=0.0.0.0\n"),
    ]
    assert not of(survey(files), "python-flask")


@pytest.mark.parametrize("root", ["", "/", "/srv/"])
def test_a_file_of_variables_above_the_code_is_found(root: str) -> None:
    code = FLASK.format("").replace('"0.0.0.0"', 'os.environ["HOST"]')
    files = [
        (f"{root}shop/src/main.py", f"import os\n{code}".encode()),
        (f"{root}.env", b"HOST=0.0.0.0\n"),
    ]
    assert of(survey(files), "python-flask")


def test_the_same_place_twice_is_one_exposure() -> None:
    text = FLASK.format("") + FLASK.format("").splitlines()[-1] + "\n"
    (one,) = of(graph(app_py=text), "python-flask")
    assert [place.line for place in one.locations] == [3, 4]


def test_a_port_of_the_node_behind_an_ingress_is_what_some_clouds_need() -> None:
    service = (
        "kind: Service\nmetadata: {name: shop}\nspec:\n  type: NodePort\n  ports: [{port: 8000}]\n"
        "---\nkind: Ingress\nmetadata: {name: shop}\nspec:\n  defaultBackend:\n    service:\n"
        "      name: shop\n      port: {number: 8000}\n"
    )
    (one,) = of(graph(shop_yaml=service), "check-proxy-bypass")
    assert one.severity is Severity.LOW
    wide = service.replace("NodePort", "LoadBalancer")
    (one,) = of(graph(shop_yaml=wide), "check-proxy-bypass")
    assert one.severity is Severity.MEDIUM


def test_one_file_of_compose_builds_and_another_publishes() -> None:
    files = {
        "compose.yaml": "services:\n  shop:\n    build: ./a\n  other:\n    build: ./b\n",
        "compose.prod.yaml": 'services:\n  shop:\n    ports: ["8000:8000"]\n'
        '  other:\n    ports: ["8001:8000"]\n',
        "else/compose.yaml": 'services:\n  shop:\n    ports: ["8002:8000"]\n',
        "a/Dockerfile": "FROM python\n",
        "a/main.py": FLASK.format(", debug=True"),
    }
    made = survey((path, text.encode()) for path, text in files.items())
    debugged = [one for one in of(made, "compose-ports") if one.severity is Severity.HIGH]
    assert [(one.locations[0].path, one.locations[0].line) for one in debugged] == [
        ("compose.prod.yaml", 3)
    ]
    assert len(of(made, "compose-ports")) == 3
