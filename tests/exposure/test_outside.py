"""What a file says opens nothing out of the folder that is scanned."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.run import report

CODE = "import socket\ns = socket.socket()\ns.bind((HOST, 8500))\ns.listen()\n"
WAYS = {
    "up": ("a.py", "from ..out.conf import HOST\n" + CODE),
    "a link": ("a.py", "from link.conf import HOST\n" + CODE),
    "from the root": (
        "a.c",
        '#include "{out}/conf.h"\nint f() {{ a.sin_addr.s_addr=inet_addr(HOST); bind(f,&a,1); }}\n',
    ),
}


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize("absolute", [True, False])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_outside_is_opened(
    way: str, absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, target = tmp_path / "out", tmp_path / "target"
    out.mkdir()
    target.mkdir()
    (out / "conf.py").write_text("HOST = '0.0.0.0'\n")
    (out / "conf.h").write_text('#define HOST "0.0.0.0"\n')
    (target / "link").symlink_to(out)
    name, text = WAYS[way]
    (target / name).write_text(text.format(out=out) if "{out}" in text else text)
    opened = []
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: opened.append(str(self)) or real(self))
    place = str(target) if absolute else "target"
    report("scan", place, "--select", "exposure", "-j1", cwd=tmp_path)
    assert not [path for path in opened if "conf" in path]


def test_what_lies_in_it_is(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "conf.py").write_text("HOST = '0.0.0.0'\n")
    (target / "a.py").write_text("from conf import HOST\n" + CODE)
    for place in ("target", "target/a.py"):
        arguments = ("--select", "exposure", "--min-severity", "info")
        (finding,) = report("scan", place, *arguments, cwd=tmp_path).json["findings"]
        assert finding["locations"][0]["path"].endswith("a.py")
