"""Names of services, images and programs are held against globs."""

from __future__ import annotations

import fnmatch

import pytest

from leakhunt.exposure import services


def test_names_match_as_globs_say() -> None:
    column = [glob for kind in services.kinds().values() for glob in kind.names + kind.images]
    names = {"redis", "my-redis", "redis-0", "postgres", "x", "", "*", "[a]", "?"} | set(column)
    globs = [*column, "*", "?", "[a-c]", "[", "red?s", "re[d]is", "a*c"]
    for name in sorted(names):
        for glob in globs:
            assert services._like(name, (glob,)) == fnmatch.fnmatchcase(name, glob), (name, glob)


def test_what_is_no_glob_is_no_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def noted(name: str, glob: str) -> bool:
        asked.append(glob)
        return False

    monkeypatch.setattr(services.fnmatch, "fnmatchcase", noted)
    services.of_image.__wrapped__("acme/unheard-of:1")
    services.of_name.__wrapped__("unheard-of")
    assert asked
    assert [glob for glob in asked if "*" not in glob] == []
