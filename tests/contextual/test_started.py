"""What a service starts with is its password, whatever it says of itself; elsewhere it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import report

_POD = "spec:\n  containers:\n  - name: db\n    env:\n    - name: {}\n      value: {}\n"

FOUND = {
    "compose.yml": "services:\n  d:\n    environment:\n      ROOT_PASSWORD: CHANGEME\n",
    "list/compose.yml": "services:\n  d:\n    environment:\n      - DB_PASSWORD=please-change-me\n",
    "stack.yml": "x-db:\n  DB_PASSWORD: changeme\nservices: {}\n",
    "phrase/compose.yml": "services:\n  d:\n    environment:\n      - DB_PASS=VerySecurePassword\n",
    "short/compose.yml": 'services:\n  d:\n    environment:\n      DB_PASSWORD: "zq"\n',
    "examples/compose.yml": "services:\n  d:\n    environment:\n      DB_PASSWORD: replaceme\n",
    "pod.yaml": _POD.format("POSTGRES_PASSWORD", "changeme"),
    "secret.yaml": "kind: Secret\nstringData:\n  password: MySecureDatabasePassword\n",
    "data.yaml": "kind: Secret\ndata:\n  password: UGFzc3dvcmQkMTIzNDU2\n",
    "values.yaml": "postgresql:\n  auth:\n    password: changeme\n",
    "chart/values-dev.yaml": "env:\n  ADMIN_PASSWORD: myVeryStrongPassword\n",
    ".env": "MYSQL_ROOT_PASSWORD=changeme\n",
    "db.env": "MYSQL_ROOT_PASSWORD=abc\n",
    "play.yml": "- docker_container:\n    name: d\n    env:\n      DB_PASSWORD: changeme\n",
    "run.sh": "docker run -d -e MYSQL_ROOT_PASSWORD=changeme mysql\n",
    "quoted.sh": 'docker run -d -e MYSQL_ROOT_PASSWORD="changeme" mysql\n',
}
DOUBTED = {
    "couchdb.yml": "couchdb_admin_password: changeme\n",
    "pod.template.yaml": _POD.format("POSTGRES_PASSWORD", "changeme"),
    "compose.yml": "services:\n  d:\n    environment:\n      SA_PASSWORD: yourStrong(!)Password\n",
    "tests/compose.yml": "services:\n  d:\n    environment:\n      DB_PASSWORD: please-change-me\n",
}
SILENT = {
    "compose.yml": "services:\n  d:\n    environment:\n      API_TOKEN: changeme\n",
    "none/compose.yml": "services:\n  d:\n    environment:\n      DB_PASSWORD: 'yes'\n",
    "name/compose.yml": "services:\n  d:\n    environment:\n      DB_PASSWORD: YOUR_DB_PASSWORD\n",
    "open/compose.yml": "services:\n  d:\n    environment:\n      DB_PASSWORD: <password>\n",
    "settings.yml": "database:\n  password: MySecureDatabasePassword\n",
    "pool.js": "const o = { environment: { DB_PASSWORD: 'MySecureDatabasePassword' } }\n",
    "fail.env": "DB_PASSWORD=change-me-or-fail\n",
    ".env.example": "DB_PASSWORD=your-password\n",
}


def _found(folder: Path, name: str, text: str) -> list[str]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    findings = report("scan", "--min-confidence", "low", cwd=folder).json["findings"]
    return [finding["confidence"] for finding in findings]


@pytest.mark.parametrize("name", list(FOUND))
def test_a_service_that_starts_with_it_is_open(tmp_path: Path, name: str) -> None:
    assert _found(tmp_path, name, FOUND[name]) == ["medium"]


@pytest.mark.parametrize("name", list(DOUBTED))
def test_what_only_asks_to_be_replaced_is_doubted(tmp_path: Path, name: str) -> None:
    assert _found(tmp_path, name, DOUBTED[name]) == ["low"]


@pytest.mark.parametrize("name", list(SILENT))
def test_what_nothing_starts_with_is_none(tmp_path: Path, name: str) -> None:
    assert _found(tmp_path, name, SILENT[name]) == []
