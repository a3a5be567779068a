"""The hash of a line, held against GitHub's own vectors and against the validator of others."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from leakhunt.outputs.line_hash import LARGEST, LineHashes

from .test_sarif import TOOL


def hashes(folder: Path, content: bytes, count: int) -> list[str | None]:
    (folder / "f").write_bytes(content)
    found = LineHashes(str(folder))
    return [found.of("f", line) for line in range(1, count + 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "c129715d7a2bc9a3:1"),
        (
            " a\nb\n  \t\tc\n d",
            "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
        ),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            "8b7cf3e952e7aeb2:1 b1ae1287ec4718d9:1 bff680108adb0fcc:1 c6805c5e1288b612:1 "
            "b86d3392aea1be30:1 e6ceba753e1a442:1",
        ),
        (
            "x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n",
            "e54938cc54b302f1:1 bb609acbe9138d60:1 1131fd5871777f34:1 5c482a0f8b35ea28:1 "
            "54517377da7028d2:1 2c644846cb18d53e:1 f1b89f20de0d133:1 c129715d7a2bc9a3:1",
        ),
    ],
)
def test_vectors(tmp_path: Path, text: str, expected: str) -> None:
    wanted = expected.split()
    assert hashes(tmp_path, text.encode(), len(wanted)) == wanted
    assert hashes(tmp_path, text.replace("\n", "\r\n").encode(), len(wanted)) == wanted
    assert hashes(tmp_path, text.replace("\n", "\r").encode(), len(wanted)) == wanted


def test_equal_lines_are_counted(tmp_path: Path) -> None:
    text = b"x\n" * 200
    found = hashes(tmp_path, text, 3)
    assert [str(one).partition(":")[2] for one in found] == ["1", "2", "3"]


def test_what_has_no_hash(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "link").symlink_to(tmp_path / "large")
    outside = tmp_path.parent / "outside"
    outside.write_text("x")
    found = LineHashes(str(tmp_path))
    for path, line in (("large", 1), ("link", 1), ("gone", 1), ("../outside", 1), ("a\0b", 1)):
        assert found.of(path, line) is None
    (tmp_path / "f").write_text("x")
    assert [found.of("f", line) is None for line in (0, 1, 2)] == [True, False, True]
    assert LineHashes("").of("f", 1) is None


@pytest.mark.skipif(not TOOL, reason="Sarif.Multitool is not installed")
def test_the_validator_of_others_computes_the_same(tmp_path: Path) -> None:
    text = "é = '\U0001f511 key'\n\n\t\r\nlong " + "ab c" * 90 + "\nx\nx\r\ny\rz\n\n" + "end"
    (tmp_path / "f").write_bytes(text.encode())
    count = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    results = [
        {
            "ruleId": "r",
            "message": {"text": "m"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": (tmp_path / "f").as_uri()},
                        "region": {"startLine": line},
                    }
                }
            ],
        }
        for line in range(1, count + 1)
    ]
    run = {"tool": {"driver": {"name": "t"}}, "results": results}
    (tmp_path / "in.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [run]}))
    subprocess.run(
        [
            *(TOOL, "rewrite", "in.sarif", "-o", "out.sarif", "--log", "ForceOverwrite"),
            *("--insert", "RollingHashPartialFingerprints"),
        ],
        cwd=tmp_path,
        env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        check=True,
        capture_output=True,
    )
    done = json.loads((tmp_path / "out.sarif").read_text("utf-8-sig"))["runs"][0]["results"]
    expected = [one["partialFingerprints"]["primaryLocationLineHash"] for one in done]
    found = LineHashes(str(tmp_path))
    assert [found.of("f", line) for line in range(1, count + 1)] == expected
