"""Values that come from other files: where they are looked for, and where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.exposure import near
from tests.repo import Repo
from tests.run import leakhunt

MAIN = "import uvicorn\nfrom conf import HOST\nuvicorn.run('a:b', host=HOST, port=8000)\n"
CONF = 'HOST = "0.0.0.0"\n'
REDIS = 'services:\n  redis:\n    image: redis\n    ports: ["${BIND}:6379:6379"]\n'


def ids(folder: Path, *words: str) -> list[str]:
    return leakhunt("scan", "--select", "exposure", "-f", "json", *words, cwd=folder).ids


def test_scan_and_ports_follow_imports(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(MAIN)
    (tmp_path / "conf.py").write_text(CONF)
    assert ids(tmp_path, ".") == ["exposure-python-uvicorn"]
    assert ids(tmp_path, str(tmp_path)) == ["exposure-python-uvicorn"]
    assert ids(tmp_path, "main.py") == ["exposure-python-uvicorn"]
    assert "8000" in leakhunt("ports", "show", cwd=tmp_path).out


def test_at_head_the_files_of_head_count(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("app/conf.py", CONF)
    repo.commit("app/main.py", MAIN)
    bare = tmp_path / "bare.git"
    repo.git("clone", "--quiet", "--bare", ".", str(bare))
    result = leakhunt("audit", str(bare), "--select", "exposure", "-f", "json", cwd=tmp_path)
    assert result.ids == ["exposure-python-uvicorn"]
    assert "8000" in leakhunt("ports", "show", str(bare), cwd=tmp_path).out
    repo.commit("app/conf.py", 'HOST = "127.0.0.1"\n')
    result = leakhunt("ports", "diff", "--since", "HEAD~1", "-f", "json", cwd=repo.path)
    assert [one["kind"] for one in result.json["changes"]] == ["narrower"]


def test_variables_of_compose_come_from_the_file_beside(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text(REDIS)
    (tmp_path / ".env").write_text("export BIND='127.0.0.1'  # near\n")
    assert "exposure-compose-ports" not in ids(tmp_path, ".")
    (tmp_path / ".env").write_text("BIND=0.0.0.0\n")
    assert "exposure-compose-ports" in ids(tmp_path, ".")


def test_a_port_that_is_a_variable_and_nothing_else_is_known(tmp_path: Path) -> None:
    text = "services:\n  a:\n    image: ${IMAGE}\n    ports:\n      - ${PORT}\n      - $PORT:80\n"
    (tmp_path / "compose.yml").write_text(text)
    (tmp_path / ".env").write_text("IMAGE=postgres:18\nPORT=5432\n")
    found = leakhunt("scan", "--select", "exposure-compose-ports", "-f", "json", cwd=tmp_path).json
    told = {(one["title"], one["severity"]) for one in found["findings"]}
    published = "PostgreSQL is published to every interface, "
    assert told == {
        (f"{published}a random port for 5432", "high"),
        (f"{published}port 5432", "high"),
    }


def test_of_a_package_only_what_is_named_at_the_top_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module a\n")
    main = 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(ADDRESS, nil) }\n'
    (tmp_path / "main.go").write_text(main.replace("ADDRESS", "address"))
    (tmp_path / "conf.go").write_text('package main\nvar address = "127.0.0.1:80"\n')
    assert ids(tmp_path, "--min-severity", "low") == []
    (tmp_path / "conf.go").write_text('package main\nconst (\n\tx, address = 1, ":8080"\n)\n')
    assert ids(tmp_path, "--min-severity", "low") == ["exposure-go-http"]
    inside = 'package main\nfunc f() {\n\taddress := ":8080"\n\tprint(address)\n}\n'
    (tmp_path / "conf.go").write_text(inside)
    assert ids(tmp_path, "--min-severity", "low") == []


def test_nothing_is_read_outside_of_what_was_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/main.py").write_text(MAIN.replace("from conf", "from ..conf"))
    (tmp_path / "conf.py").write_text(CONF)
    assert ids(tmp_path / "in", ".") == []
    assert ids(tmp_path, ".") == ["exposure-python-uvicorn"]


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/main.py").write_text(MAIN)
    (tmp_path / "conf.py").write_text(CONF)
    (tmp_path / "in/conf.py").symlink_to(tmp_path / "conf.py")
    assert ids(tmp_path / "in", ".") == []


def test_files_that_include_each_other_come_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text("include: [a.yml]\n" + REDIS.replace("6379:", "1:"))
    (tmp_path / "a.yml").write_text("include: [compose.yml, a.yml]\n" + REDIS)
    (tmp_path / ".env").write_text("BIND=0.0.0.0\n")
    result = leakhunt("scan", "--select", "exposure", "-f", "json", ".", cwd=tmp_path)
    assert {one["path"] for f in result.json["findings"] for one in f["locations"]} == {
        ".env",
        "a.yml",
        "compose.yml",
    }
    (tmp_path / "a.py").write_text("from b import X\n" + MAIN.replace("HOST", "X"))
    (tmp_path / "b.py").write_text("from a import X\n")
    assert leakhunt("scan", ".", cwd=tmp_path).code == 1


@pytest.mark.parametrize(
    ("path", "other", "whole"),
    [
        ("a/b.py", "c.py", "a/c.py"),
        ("a/b.py", "../c.py", "c.py"),
        ("b.py", "../c.py", "../c.py"),
        ("../x/b.py", "./c.py", "../x/c.py"),
    ],
)
def test_paths_beside(path: str, other: str, whole: str) -> None:
    assert near.beside(path, other) == whole
