"""The documentation is held against the program."""

from __future__ import annotations

import ast
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from leakhunt import __version__, config, signatures
from leakhunt.exposure.inventory import checking, reading
from leakhunt.exposure.live.model import LiveState
from leakhunt.exposure.model import Reach
from leakhunt.outputs.registry import FORMATS
from leakhunt.sources.exclusions import _DEFAULTS
from tests import manual, tokens
from tests.run import leakhunt, report
from tests.update_docs import (
    BLOCK,
    COUNT,
    commands,
    help_text,
    signature_count,
    verified_page,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text("utf-8") for page in PAGES}
README = TEXTS["README.md"]
COMMAND_LINE = TEXTS["docs/command-line.md"]
COMMANDS = {" ".join(words): command for words, command in commands()}

FENCE = re.compile(r"(?ms)^```(?P<language>\w*)\n(?P<code>.*?)^```$")
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
OF_OTHERS = {"--all-files", "--files", "--from-ref", "--to-ref", "--token"}
"""Options of pre-commit, and one that is the example of an option."""

OF_USERS = {
    ".pre-commit-config.yaml",
    "leakhunt-ports.toml",
    "leakhunt.toml",
    "channels.json",
    "users.json",
    ".gitleaksignore",
    ".secrets.baseline",
    "package-lock.json",
    ".gitleaks.toml",
}
"""Files that pages speak of and that lie elsewhere."""


def prose(text: str) -> str:
    """A page without its code blocks."""
    return FENCE.sub("", text)


def options(command: click.Command) -> set[str]:
    found = {"--help", "-h"}
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            found |= {*parameter.opts, *parameter.secondary_opts}
    return found


ALL_OPTIONS = {option for command in COMMANDS.values() for option in options(command)}


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of any level."""
    found = re.search(rf"(?ms)^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", FENCE.sub("", text))
    assert found, heading
    return found[1]


def first_cells(text: str) -> list[str]:
    """The first cell of every row of the tables in a text, without the heads."""
    rows = re.findall(r"(?m)^\|((?:\\\||[^|\n])*)\|", text)
    cells = [row.strip() for row in rows]
    return [
        cell
        for at, cell in enumerate(cells)
        if not set(cell) <= set("-:") and set(cells[at + 1 : at + 2] or ["x"]) != {"---"}
    ]


def words(cells: list[str]) -> set[str]:
    """What stands in back quotes in some cells, each without its argument."""
    return {code.split()[0] for cell in cells for code in INLINE.findall(cell)}


# --- docs/command-line.md


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_is_included_word_by_word(name: str) -> None:
    included = [m["text"] for m in BLOCK.finditer(COMMAND_LINE) if m["name"].strip() == name]
    assert included == [help_text(name)], "run: python -m tests.update_docs"


def test_no_help_of_a_command_that_is_gone() -> None:
    assert {m["name"].strip() for m in BLOCK.finditer(COMMAND_LINE)} == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_help_text(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize("name", [name for name in COMMANDS if name])
def test_every_command_has_a_section(name: str) -> None:
    assert re.search(rf"(?m)^##+ `leakhunt {name}`$", COMMAND_LINE)


def test_every_option_is_described() -> None:
    common = words(first_cells(section(COMMAND_LINE, "Options of all scanning commands")))
    common |= {"--help", "-h", "--version"}
    text = prose(COMMAND_LINE)
    assert all(f"`{option}`" in text for option in ("--help", "-h", "--version"))
    for name, command in COMMANDS.items():
        described = set(common)
        if name:
            described |= words(first_cells(section(COMMAND_LINE, f"`leakhunt {name}`")))
        assert options(command) <= described, name


def test_no_option_is_described_that_does_not_exist() -> None:
    mentioned = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", prose(COMMAND_LINE)))
    assert mentioned <= ALL_OPTIONS | OF_OTHERS


def test_every_format_is_described() -> None:
    assert words(first_cells(section(COMMAND_LINE, "Formats"))) == FORMATS.keys()
    (choice,) = (p.type for p in COMMANDS["scan"].params if p.name == "format")
    assert isinstance(choice, click.Choice)
    assert set(choice.choices) == FORMATS.keys()


def test_every_default_exclusion_is_described() -> None:
    reasons = words(first_cells(section(COMMAND_LINE, "Default exclusions")))
    assert reasons == _DEFAULTS.groupindex.keys()


def test_every_key_of_the_configuration_is_described() -> None:
    assert words(first_cells(section(COMMAND_LINE, "Configuration"))) == set(config._KNOWN)


def test_the_example_of_a_configuration_works(tmp_path: Path) -> None:
    text = COMMAND_LINE.partition("## Configuration")[2]
    (example, *_) = [m["code"] for m in FENCE.finditer(text) if m["language"] == "toml"]
    (tmp_path / "leakhunt.toml").write_text(example)
    (tmp_path / "company-signatures.toml").write_text(signature_example())
    (tmp_path / "tests/fixtures").mkdir(parents=True)
    (tmp_path / "tests/fixtures/a").write_text(tokens.github(1))
    (tmp_path / "a").write_text("a")
    result = leakhunt("scan", "-j", "1", cwd=tmp_path)
    assert (result.code, result.err) == (0, "")


def test_every_variable_is_described() -> None:
    pattern = re.compile(r"\"((?:LEAKHUNT|PRE_COMMIT|GITHUB)_[A-Z_]+|NO_COLOR|CI)\"")
    code = "".join(file.read_text("utf-8") for file in (ROOT / "leakhunt").rglob("*.py"))
    assert words(first_cells(section(COMMAND_LINE, "Environment"))) == set(pattern.findall(code))


def test_every_fault_of_a_signature_is_described() -> None:
    module = ast.parse((ROOT / "leakhunt/commands/signatures.py").read_text("utf-8"))
    kinds = {
        ast.literal_eval(node.args[1])
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Fault"
    }
    assert words(first_cells(section(COMMAND_LINE, "`leakhunt signatures check`"))) == kinds


# --- All pages


def invocations(text: str) -> Iterator[list[str]]:
    """The words of every call of leakhunt in the code of a page."""
    lines = [code for code in INLINE.findall(prose(text)) if code.startswith("leakhunt ")]
    for block in FENCE.finditer(text):
        if block["language"] in {"sh", "console"}:
            lines += block["code"].splitlines()
    for line in lines:
        part: list[str] = []
        for word in [*_shell_words(line), ";"]:
            if word in {"|", "&&", "||", ";", "$"}:
                if part and part[0].rpartition("/")[2] == "leakhunt" and len(part) > 1:
                    yield part[1:]
                part = []
            else:
                part.append(word)


def _shell_words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return []  # the text of a report, not a command


@pytest.mark.parametrize("name", TEXTS)
def test_commands_and_options_in_examples_exist(name: str) -> None:
    for call in invocations(TEXTS[name]):
        command: click.Command = COMMANDS[""]
        rest = list(call)
        while rest and isinstance(command, click.Group) and not rest[0].startswith("-"):
            word = rest.pop(0)
            if word == "...":
                break
            assert word in command.commands, call
            command = command.commands[word]
        used = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
        assert used <= options(command), call


@pytest.mark.parametrize("name", TEXTS)
def test_options_in_the_text_exist(name: str) -> None:
    codes = INLINE.findall(prose(TEXTS[name]))
    used = {code.split()[0].partition("=")[0] for code in codes if re.match(r"--[a-z]", code)}
    assert used <= ALL_OPTIONS | OF_OTHERS


@pytest.mark.parametrize("name", TEXTS)
def test_files_in_the_text_exist(name: str) -> None:
    folders = [path.name for path in ROOT.iterdir() if path.is_dir()]
    start = re.compile(rf"(?:{'|'.join(map(re.escape, folders))})/[\w./-]*")
    for code in INLINE.findall(prose(TEXTS[name])):
        at_the_top = re.fullmatch(r"[\w.-]+\.(md|toml|ya?ml|json|py)", code)
        if start.fullmatch(code) or (at_the_top and code not in OF_USERS):
            assert (ROOT / code).exists(), code


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(text))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", TEXTS)
def test_relative_links_lead_somewhere(name: str) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(TEXTS[name])):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        there = (ROOT / name).parent / path if path else ROOT / name
        assert there.exists(), link
        if anchor:
            assert anchor in anchors(there.read_text("utf-8")), link


def test_pictures_are_small_and_shown_somewhere() -> None:
    for picture in (ROOT / "docs").rglob("*.png"):
        assert picture.stat().st_size < 150_000, picture.name
        assert any(f"{picture.name})" in text for text in TEXTS.values()), picture.name


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[str] = set()
    ahead = ["README.md"]
    while ahead:
        name = ahead.pop()
        if name in TEXTS and name not in reached:
            reached.add(name)
            links = re.findall(r"\]\(([^)\s#]+)", prose(TEXTS[name]))
            ahead += [os.path.normpath(Path(name).parent / link) for link in links]
    assert reached == TEXTS.keys()


def test_the_index_lists_every_page() -> None:
    linked = re.findall(r"\]\(([^)\s#]+)", TEXTS["docs/README.md"])
    listed = [os.path.normpath(Path("docs") / link) for link in linked]
    assert TEXTS.keys() - {"docs/README.md"} <= set(listed)
    assert {"docs/leakhunt.1", "docs/report.schema.json", "docs/config.schema.json"} <= set(listed)


@pytest.mark.parametrize("name", TEXTS)
def test_no_page_names_the_machine_that_it_was_written_on(name: str) -> None:
    assert not re.search(r"(?<![\w.~])/(?:work|root|tmp|home)/|file://|localhost", TEXTS[name])


# --- README and changelog


def test_the_readme_has_the_number_of_signatures() -> None:
    found = COUNT.search(README)
    assert found
    assert found["number"], "run: python -m tests.update_docs"
    assert int(found["number"].replace(",", "")) < signature_count()


def test_the_page_of_verifications_is_up_to_date() -> None:
    assert TEXTS["docs/verified.md"] == verified_page(), "run: python -m tests.update_docs"


def test_the_manual_page_is_up_to_date() -> None:
    assert manual.PAGE.read_text("utf-8") == manual.manual(), "run: python -m tests.update_docs"


def test_the_manual_page_has_every_command_and_option() -> None:
    text = manual.manual().replace("\\-", "-")
    for name, command in COMMANDS.items():
        if not isinstance(command, click.Group):
            assert f"\n.SS leakhunt {name} " in text
    assert all(option in text for option in ALL_OPTIONS - {"--help", "-h", "--version"})


def test_nothing_in_the_manual_page_is_taken_for_a_request() -> None:
    assert manual.escaped(".so x\n'y \\n --z") == "\\&.so x\n\\&'y \\en \\-\\-z"


def test_the_readme_names_this_version() -> None:
    named = re.findall(r"(?:leakhunt@|rev: )v(\d+\.\d+\.\d+)", README)
    assert named
    assert set(named) == {__version__}


def test_the_changelog_has_this_version() -> None:
    assert re.search(rf"(?m)^## \[{re.escape(__version__)}\]", TEXTS["CHANGELOG.md"])


# --- docs/signature-format.md


FORMAT = TEXTS["docs/signature-format.md"]


def signature_example() -> str:
    (example, *_) = [m["code"] for m in FENCE.finditer(FORMAT) if m["language"] == "toml"]
    return example


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("`[provider]`", signatures._PROVIDER_KEYS),
        ("`[[signature]]`", signatures._REQUIRED | signatures._OPTIONAL),
        ("`[[signature.part]]`", signatures._PART_KEYS),
    ],
    ids=["provider", "signature", "part"],
)
def test_every_key_of_a_signature_is_described(heading: str, known: dict[str, type]) -> None:
    text = section(FORMAT, heading)
    listed = words(first_cells(text))
    assert listed <= known.keys(), "keys that the loader does not know"
    named = {code.strip("[]").rpartition(".")[2] for code in INLINE.findall(FORMAT)}
    tables = {key for key, kind in known.items() if key == "part" and kind is list}
    assert known.keys() - tables <= set(INLINE.findall(text)), "keys that are not described"
    assert tables <= named


def test_the_example_of_a_signature_holds(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(signature_example())
    result = leakhunt("signatures", "check", "acme.toml", cwd=tmp_path)
    assert (result.code, result.err) == (0, ""), result.out


# --- docs/ports.md


PORTS = TEXTS["docs/ports.md"]


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("The inventory", reading.KEYS.keys()),
        ("Check", checking.MEANINGS.keys()),
        ("Live", {state.value for state in LiveState}),
        ("What is read", {reach.value for reach in Reach}),
    ],
)
def test_the_tables_of_ports_are_complete(heading: str, known: Collection[str]) -> None:
    cells = first_cells(section(PORTS, heading))
    assert {code for cell in cells for code in INLINE.findall(cell)} == set(known)


def test_the_differences_of_ports_mean_what_the_page_says() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| (.+) \|$", section(PORTS, "Check"))
    for kind, meaning in rows:
        assert meaning.startswith(checking.MEANINGS[kind]) or kind == "expired"


def test_the_inventories_in_the_page_of_ports_can_be_read() -> None:
    blocks = [m["code"] for m in FENCE.finditer(PORTS) if m["language"] == "toml"]
    assert len(blocks) == 2
    for text in blocks:
        head = "" if text.startswith("version") else "version = 1\n"
        assert reading.read("leakhunt-ports.toml", head + text).entries


def test_the_fault_of_an_inventory_in_the_page_is_told_like_that(tmp_path: Path) -> None:
    (said,) = [m["code"] for m in FENCE.finditer(PORTS) if m["language"] == "text"]
    lines = 'version = 1\n[[service]]\nname = "a"\nport = 1\n' + "\n" * 9
    (tmp_path / "leakhunt-ports.toml").write_text(f'{lines}exposure = "pubic"\n')
    assert leakhunt("ports", "check", cwd=tmp_path).err == said


def test_no_example_on_a_page_passes_for_a_secret() -> None:
    """The first command of the README finds nothing in a clone of this repository."""
    names = sorted({name.partition("/")[0] for name in TEXTS})
    found = report("scan", *names, cwd=ROOT).json
    assert found["scanned"]["files"] > len(names)
    assert found["findings"] == []
