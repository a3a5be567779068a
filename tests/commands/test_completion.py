"""What leakhunt tells a shell that completes its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run import process


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed_and_nothing_fails(shell: str, tmp_path: Path) -> None:
    result = process(cwd=tmp_path, _LEAKHUNT_COMPLETE=f"{shell}_source")
    assert (result.code, result.err) == (0, "")
    assert "_LEAKHUNT_COMPLETE" in result.out


def completed(line: str, folder: Path) -> list[str]:
    """What bash is told when the tabulator is pressed behind a line."""
    words = line.split(" ")
    result = process(
        cwd=folder,
        _LEAKHUNT_COMPLETE="bash_complete",
        COMP_WORDS=line,
        COMP_CWORD=str(len(words) - 1),
    )
    assert (result.code, result.err) == (0, "")
    return result.out.split()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("leakhunt por", ["plain,ports"]),
        ("leakhunt ports ch", ["plain,check"]),
        ("leakhunt scan --form", ["plain,--format"]),
        ("leakhunt audit -f ht", ["plain,html"]),
    ],
)
def test_commands_options_and_choices_are_completed(
    line: str, told: list[str], tmp_path: Path
) -> None:
    assert completed(line, tmp_path) == told


@pytest.mark.parametrize(
    "line",
    [
        "leakhunt scan src/ma",
        "leakhunt scan --config src/ma",
        "leakhunt audit -o src/ma",
        "leakhunt baseline create --import src/ma",
        "leakhunt ports show src/ma",
        "leakhunt verify src/ma",
    ],
)
def test_names_of_files_are_left_to_the_shell(line: str, tmp_path: Path) -> None:
    assert completed(line, tmp_path) == ["file,src/ma"]
