"""Names from other files: how far they are followed, and where that ends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from leakhunt.exposure import imports, reading
from leakhunt.exposure.model import Listener, Scope
from leakhunt.exposure.near import Given

SERVER = "import uvicorn\nfrom {0} import HOST\nuvicorn.run('a:b', host=HOST, port=8000)\n"


class Counted:
    """Files at hand, and how often they are read."""

    def __init__(self, files: dict[str, str]) -> None:
        self.given = Given({path: text.encode() for path, text in files.items()})
        self.reads = 0

    def read(self, path: str) -> bytes | None:
        content = self.given.read(path)
        self.reads += content is not None
        return content

    def names(self, folder: str) -> Sequence[str]:
        return self.given.names(folder)


def only(files: dict[str, str], path: str) -> tuple[Listener, Counted]:
    near = Counted(files)
    found = reading.read(path, files[path].encode(), near)
    assert found is not None
    (listener,) = found.listeners
    return listener, near


def chain(length: int) -> dict[str, str]:
    """A module that hands on what the next one hands on, and so forth."""
    files = {"app.py": SERVER.format("m0")}
    files |= {f"m{at}.py": f"from m{at + 1} import HOST\n" for at in range(length)}
    return files | {f"m{length}.py": "HOST = '0.0.0.0'\n"}


@pytest.mark.parametrize(("steps", "scope"), [(0, Scope.WILDCARD), (2, Scope.WILDCARD)])
def test_a_name_is_followed_over_files(steps: int, scope: Scope) -> None:
    listener, _ = only(chain(steps), "app.py")
    assert listener.scope is scope


def test_a_long_way_is_not_gone_to_its_end() -> None:
    listener, near = only(chain(30), "app.py")
    assert listener.scope is Scope.UNKNOWN
    assert near.reads < 10


@pytest.mark.parametrize("statement", ["from {} import HOST", "from {} import *"])
def test_files_that_import_each_other_lead_nowhere(statement: str) -> None:
    files = {
        "app.py": SERVER.format("a"),
        "a.py": statement.format("b") + "\n# HOST\n",
        "b.py": statement.format("a") + "\n# HOST\n",
    }
    listener, near = only(files, "app.py")
    assert listener.scope is Scope.UNKNOWN
    assert near.reads < 20


def test_a_net_of_files_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of some headers includes all the others: the ways through them are without number."""
    monkeypatch.setattr(imports, "MOST", 100)
    every = [f"h{at}.h" for at in range(25)]
    lines = "".join(f'#include "{name}"\n' for name in every)
    body = (
        "int f(void) { struct sockaddr_in a; a.sin_port = htons(80);\n"
        "  a.sin_addr.s_addr = inet_addr(LISTEN_HOST); return bind(s, &a, sizeof a); }\n"
    )
    listener, near = only(dict.fromkeys(every, lines) | {"m.c": lines + body}, "m.c")
    assert listener.scope is Scope.UNKNOWN
    assert near.reads < 5_000


def test_a_parameter_is_no_variable_of_the_package() -> None:
    files = {
        "a.go": 'package a\nimport "net/http"\nfunc f(addr string) {\n'
        "\thttp.ListenAndServe(addr, nil)\n}\n",
        "b.go": 'package a\nfunc g() {\n\taddr = ":8080"\n}\n',
    }
    listener, _ = only(files, "a.go")
    assert listener.scope is Scope.UNKNOWN
