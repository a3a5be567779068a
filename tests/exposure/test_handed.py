"""What Compose hands to the code in its containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import leakhunt

FLASK = (
    "import os\nfrom flask import Flask\napp = Flask(__name__)\n"
    'app.run(host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ["PORT"]), debug=True)\n'
)
GO = (
    'package main\nimport ("net/http"; "os")\n'
    'func main() { http.ListenAndServe(os.Getenv("BIND"), nil) }\n'
)


def project(folder: Path, service: str, **files: str) -> Path:
    (folder / "compose.yaml").write_text(f"services:\n  api:\n    build: ./api\n{service}")
    (folder / "api").mkdir()
    for name, text in files.items():
        (folder / name.replace("__", "/").replace("_", ".")).write_text(text)
    return folder


def severities(folder: Path) -> dict[str, str]:
    result = leakhunt("scan", "--select", "exposure", "-f", "json", cwd=folder)
    return {one["signature"]: one["severity"] for one in result.json["findings"]}


@pytest.mark.parametrize(
    "given",
    [
        "    environment: {HOST: 0.0.0.0, PORT: 8000}\n",
        '    environment: ["HOST=0.0.0.0", "PORT=8000"]\n',
        "    env_file: api.env\n",
        "    env_file:\n      - path: api.env\n",
        "    environment: {HOST: '::'}\n    env_file: [api.env]\n",
    ],
)
def test_code_listens_where_its_container_is_told(given: str, tmp_path: Path) -> None:
    ports = '    ports: ["9222:8000"]\n'
    project(tmp_path, given + ports, api__app_py=FLASK, api_env="HOST=0.0.0.0\nPORT=8000\n")
    found = severities(tmp_path)
    assert found["exposure-compose-ports"] == "high"  # a debug mode that is published
    shown = leakhunt("ports", "show", cwd=tmp_path).out
    row = next(line for line in shown.splitlines() if line.startswith("api"))
    assert row.split()[1:4] == ["9222:8000", "*", "open"]
    assert "compose.yaml:" in row


def test_what_is_published_elsewhere_is_none_of_its_code(tmp_path: Path) -> None:
    given = '    environment: {HOST: 0.0.0.0, PORT: 8001}\n    ports: ["9222:8000"]\n'
    project(tmp_path, given, api__app_py=FLASK)
    found = severities(tmp_path)
    assert found["exposure-compose-ports"] == "low"
    assert found["exposure-python-flask"] == "low"  # in its container, and nothing publishes it


@pytest.mark.parametrize("port", ["\N{SUPERSCRIPT TWO}", "9" * 5000, "65536"])
def test_what_is_no_port_changes_none(port: str, tmp_path: Path) -> None:
    project(tmp_path, f"    environment: {{HOST: 0.0.0.0, PORT: '{port}'}}\n", api__app_py=FLASK)
    result = leakhunt("scan", "--select", "exposure", "-f", "json", cwd=tmp_path)
    assert [one["signature"] for one in result.json["findings"]] == ["exposure-python-flask"]
    assert not result.json["problems"]


def test_a_container_on_the_network_of_its_host_opens_what_its_code_opens(tmp_path: Path) -> None:
    given = "    network_mode: host\n    environment: {BIND: '0.0.0.0:5678'}\n"
    project(tmp_path, given, api__main_go=GO)
    result = leakhunt("ports", "show", "-f", "json", cwd=tmp_path).json
    assert [(one["port"], one["reach"]) for one in result["services"]] == [(5678, "open")]
    assert severities(tmp_path)["exposure-compose-host-network"] == "low"  # no debugger of Python


def test_a_file_of_variables_is_inside_of_the_container_that_gets_it(tmp_path: Path) -> None:
    listens = "LISTENERS=PLAINTEXT://:9092\nLISTEN_ADDRESS=0.0.0.0:9092\n"
    project(tmp_path, "    image: x\n", kafka_env=listens)
    assert severities(tmp_path)["exposure-environment-file"] == "high"
    (tmp_path / "compose.yaml").write_text(
        "services:\n  kafka:\n    image: kafka\n    env_file: kafka.env\n"
    )
    assert severities(tmp_path)["exposure-environment-file"] == "info"
