"""The queries in `signatures/languages/`: they fit their grammars and the reader."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from leakhunt.facts import nodes, syntax, texts, values
from leakhunt.facts.quoting import RULES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "signatures" / "languages"
CAPTURES = {
    *("assignment.name", "assignment.value", "field.name", "field.value", "pair.key"),
    *("pair.value", "argument", "argument.name", "argument.value", "parameter.name"),
    *("parameter.value", "comparison.left", "comparison.right", "comparison", "return.value"),
    *(
        "call",
        "call.name",
        "call.receiver",
        "call.arguments",
        "call.argument",
        "scope",
        "scope.name",
    ),
    *("function", "import", "import.module", "import.name", "import.alias", "error"),
    *("heredoc.start", "heredoc.body", "embedded", "zip.names", "zip.values"),
}
SOURCES = "".join(Path(module.__file__).read_text("utf-8") for module in (nodes, texts, values))


@pytest.mark.parametrize("language", sorted(syntax.GRAMMARS))
def test_a_query_fits_its_grammar(language: str) -> None:
    grammar = syntax.grammar(language)
    assert grammar is not None, "the grammar is not installed"
    for kind in grammar.roles:
        assert grammar.language.id_for_node_kind(kind, True) is not None, kind
    text = syntax.source_of_query(language)
    used = set(re.findall(r"@([a-z_.]+)", re.sub(r"(?m)^;.*|\"[^\"]*\"", "", text)))
    used = {name for name in used if not name.startswith(("is.", "_"))}
    assert used <= CAPTURES
    assert {"assignment.name", "call.name", "error"} <= used


@pytest.mark.parametrize("language", sorted(syntax.GRAMMARS))
def test_roles_are_those_of_the_reader(language: str) -> None:
    grammar = syntax.grammar(language)
    assert grammar is not None
    for role in grammar.roles.values():
        assert f'"{role}"' in SOURCES or role in {"pattern", "substitution"}, role
    assert language in RULES


def test_every_file_is_used_and_travels_in_the_wheel() -> None:
    wanted = set(syntax.GRAMMARS)
    for name in syntax.GRAMMARS:
        text = (FOLDER / f"{name}.scm").read_text("utf-8")
        wanted.update(re.findall(r"\A; inherits (\w+)", text))
    assert {file.stem for file in FOLDER.glob("*.scm")} == wanted
    assert {file.name for file in FOLDER.glob("*.toml")} == {"commands.toml", "files.toml"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    package = "leakhunt.signature_data.languages"
    assert project["package-dir"][package] == "signatures/languages"
    assert project["package-data"][package] == ["*.scm", "*.toml"]
    assert {package, "leakhunt.facts"} <= set(project["packages"])


def test_every_grammar_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = project["optional-dependencies"]["languages"]
    declared = {text.partition(">=")[0] for text in [*project["dependencies"], *extra]}
    needed = {module.replace("_", "-") for module, _ in syntax.GRAMMARS.values()}
    assert needed == {name for name in declared if name.startswith("tree-sitter-")}


def test_a_grammar_is_loaded_with_its_first_file() -> None:
    program = (
        "import sys\n"
        "from leakhunt.facts import code, read\n"
        "read('a.unknown', b'a = 1')\n"
        "print('tree_sitter' in sys.modules)\n"
        "code.read('python', b'a = 1')\n"
        "from leakhunt.facts import syntax\n"
        "print('tree_sitter' in sys.modules, syntax.grammar.cache_info().currsize)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().split() == ["False", "True", "1"]
