"""The rules of the house, checked over the source. The tables: docs/architecture.md."""

from __future__ import annotations

import ast
import dataclasses
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from leakhunt import model
from tests import tokens
from tests.repo import Repo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "leakhunt"
FILES = sorted(PACKAGE.rglob("*.py"))
PAGE = (ROOT / "docs/architecture.md").read_text("utf-8")

FOR_ALL = {
    *("model", "records", "errors", "globs", "cache", "documents", "lazy", "derived", "numbers"),
    *("patience", "prepared", "built"),
}
"""They import nothing from the package but each other, and everything may import them."""
MAY_IMPORT: dict[str, set[str]] = {
    "audits": set(),
    "catalogue": {"rules", "signatures"},
    "config": {"suppress.comments", "suppress.entries", "verify.settings"},
    "fingerprint": set(),
    "signatures": {"verify.spec"},
    "verify": set(),
    "archives": set(),
    "chat": {"archives"},
    "exposure": {"facts", "fingerprint", "signatures"},
    "facts": {"signatures"},
    "contextual": {"facts"},
    "suppress": set(),
    "engine": {
        "archives",
        "catalogue",
        "chat",
        "contextual",
        "signatures",
        "store.ledger",
        "store.notes",
        "store.traces",
        "suppress.comments",
    },
    "fleet": {"audits", "outputs.reread"},
    "git": set(),
    "sources": {
        "git",
        "engine.batches",
        "engine.position",
        "engine.workers",
        "engine.text",
        "engine.versions",
        "store",
    },
    "store": set(),
    "outputs": {"audits"},
    "pipeline": {
        "catalogue",
        "engine.concluding",
        "engine.placing",
        "engine.pool",
        "engine.position",
        "engine.rules",
        "engine.workers",
        "fingerprint",
    },
    "rules": {"signatures"},
    "commands": {
        "archives",
        "audits",
        "catalogue",
        "chat",
        "config",
        "contextual",
        "engine",
        "exposure",
        "facts",
        "fingerprint",
        "fleet",
        "git",
        "outputs",
        "pipeline",
        "rules",
        "signatures",
        "sources",
        "store",
        "suppress",
        "verify",
    },
    "cli": {
        "cli_completion",
        "cli_baseline",
        "cli_options",
        "cli_ports",
        "commands",
        "outputs.text",
    },
    "cli_baseline": {"cli_completion", "commands"},
    "cli_completion": set(),
    "cli_options": {"cli_completion", "commands"},
    "cli_ports": {"cli_completion", "commands"},
}
ONLY_FOR_TYPES: dict[str, set[str]] = {
    "outputs": {"engine.workers", "exposure", "verify"},
    "pipeline": {"engine.scan", "sources.base", "suppress.comments"},
    "store": {"engine.scan"},
}
LIBRARIES: dict[str, set[str]] = {
    "distributed": {"leakhunt/fleet/executors.py"},
    "click": {
        "leakhunt/cli.py",
        "leakhunt/cli_baseline.py",
        "leakhunt/cli_completion.py",
        "leakhunt/cli_options.py",
        "leakhunt/cli_ports.py",
    },
    "hyperscan": {
        "leakhunt/commands/prepare.py",
        "leakhunt/contextual/sieve.py",
        "leakhunt/engine/cold.py",
        "leakhunt/engine/compiling.py",
        "leakhunt/engine/prefilter.py",
        "leakhunt/exposure/wording.py",
    },
    "regex": {"leakhunt/engine/", "leakhunt/commands/signatures.py", "leakhunt/suppress/values.py"},
    "pypdf": {"leakhunt/archives/pdfs.py"},
    "psutil": {"leakhunt/exposure/live/elsewhere.py"},
    "paramiko": {"leakhunt/verify/handlers/private_key.py"},
    "cryptography": {"leakhunt/verify/signed.py"},
    "dns": {"leakhunt/verify/srv.py"},
    "zstandard": {"leakhunt/archives/streams.py"},
    "isal": {"leakhunt/git/packs/inflate.py"},
    "rich": {"leakhunt/outputs/layout.py", "leakhunt/outputs/progress.py"},
    "sarif_om": {
        "leakhunt/outputs/sarif.py",
        "leakhunt/outputs/sarif_automation.py",
        "leakhunt/outputs/sarif_rules.py",
    },
    "attr": {"leakhunt/outputs/sarif.py"},
    "tree_sitter": {"leakhunt/facts/syntax.py"},
}
IN_FUNCTIONS = {
    "attr",
    "cryptography",
    "distributed",
    "dns",
    "hyperscan",
    "paramiko",
    "sarif_om",
    "tree_sitter",
}

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 70
LINES_OF_THE_PIPELINE = 60


@dataclasses.dataclass(frozen=True)
class Import:
    """What a module imports, in full: `leakhunt.git.refs`, `rich.console.Console`."""

    name: str
    line: int
    for_types: bool
    in_function: bool


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def imports(file: Path) -> Iterator[Import]:
    """Every import of a file, and whether it happens at run time and at once."""

    def walk(node: ast.AST, for_types: bool, in_function: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, for_types, in_function)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}:{node.lineno}: relative import"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield Import(full, node.lineno, for_types, in_function)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            for child in node.body:
                yield from walk(child, True, in_function)
            for child in node.orelse:
                yield from walk(child, for_types, in_function)
        else:
            inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for child in ast.iter_child_nodes(node):
                yield from walk(child, for_types, inside)

    return walk(tree(file), False, False)


def unit(file: Path) -> str:
    """The folder of a module, or the module itself where it lies at the top of the package."""
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def target(full: str) -> str:
    """What of the package an import means: `git.refs`, or nothing for `leakhunt.__version__`."""
    words = full.split(".")[1:]
    while words and not (PACKAGE.joinpath(*words).is_dir() or _module(words).is_file()):
        words.pop()
    return ".".join(words)


def _module(words: list[str]) -> Path:
    return PACKAGE.joinpath(*words[:-1], f"{words[-1]}.py")


def allowed(wanted: str, table: Iterable[str]) -> bool:
    return any(wanted == name or wanted.startswith(f"{name}.") for name in table)


def faults_of_imports(file: Path) -> Iterator[str]:
    own = unit(file)
    for item in imports(file):
        wanted = target(item.name) if item.name.split(".")[0] == "leakhunt" else ""
        if not wanted or wanted == own or wanted.startswith(f"{own}."):
            continue
        may = FOR_ALL | MAY_IMPORT.get(own, set())
        if item.for_types:
            may |= ONLY_FOR_TYPES.get(own, set())
        if not allowed(wanted, may):
            yield f"{name_of(file)}:{item.line}: {own} imports {wanted}"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_imports_go_in_the_allowed_direction(file: Path) -> None:
    if unit(file) not in {"__init__", "__main__"}:
        assert list(faults_of_imports(file)) == []


def test_every_part_of_the_package_has_its_row() -> None:
    units = {unit(file) for file in FILES} - {"__init__", "__main__"}
    assert units == FOR_ALL | MAY_IMPORT.keys()


def test_libraries_are_imported_where_they_may_be() -> None:
    faults = []
    for file in FILES:
        for item in imports(file):
            library = item.name.split(".")[0]
            if library == "leakhunt" or library in sys.stdlib_module_names:
                continue
            places = LIBRARIES.get(library, set())
            if not any(name_of(file) == place or file_in(place, file) for place in places):
                faults.append(f"{name_of(file)}:{item.line}: imports {library}")
            elif library in IN_FUNCTIONS and not (item.in_function or item.for_types):
                faults.append(f"{name_of(file)}:{item.line}: imports {library} at once")
    assert faults == []


def file_in(place: str, file: Path) -> bool:
    return place.endswith("/") and name_of(file).startswith(place)


def test_libraries_are_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [
        *project["dependencies"],
        *extras["pdf"],
        *extras["zstd"],
        *extras["live"],
        *extras["ssh"],
        *extras["jwt"],
        *extras["mongodb"],
        *extras["cluster"],
    ]
    declared = {re.split(r"[<>=!~ \[;]", text)[0].lower() for text in wanted}
    needed = {library.replace("_", "-") for library in LIBRARIES} - {"attr", "dns"}
    needed |= {"dnspython"}
    assert needed <= declared


# --- What a process loads


LATE = (
    "attr",
    "concurrent.futures.process",
    "git",
    "gitdb",
    "hypothesis",
    "jsonschema",
    "multiprocessing.pool",
    "rich",
    "sarif_om",
    "sqlite3",
    "tree_sitter",
    "leakhunt.outputs.csv_format",
    "leakhunt.outputs.github",
    "leakhunt.outputs.json_format",
    "leakhunt.outputs.progress",
    "leakhunt.outputs.sarif",
    "leakhunt.sources.history",
    "leakhunt.git.attribution",
)
_MODULES = """
import sys
from leakhunt.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print(code, *sorted(sys.modules), sep="\\n", file=sys.stderr)
"""


def loaded(program: str, *args: str, cwd: Path) -> list[str]:
    """The modules that a fresh process has loaded at its end, as it printed them."""
    done = subprocess.run(
        [sys.executable, "-c", program, *args], cwd=cwd, capture_output=True, check=True, text=True
    )
    return done.stderr.split()


def test_the_command_line_loads_little() -> None:
    program = "import sys, leakhunt.cli; print(*sys.modules, file=sys.stderr)"
    modules = loaded(program, cwd=ROOT)
    assert "click" in modules
    late = {*LATE, "hyperscan", "regex", "multiprocessing", "leakhunt.pipeline"}
    late |= {"leakhunt.engine", "leakhunt.git", "leakhunt.sources"}
    assert sorted(late & set(modules)) == []


def test_a_clean_staged_scan_loads_only_what_it_uses(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "r")
    repo.write("a.py", "clean = True\n")
    repo.git("add", "-A")
    code, *modules = loaded(_MODULES, "staged", cwd=repo.path)
    assert code == "0"
    assert "hyperscan" in modules
    assert sorted(set(LATE) & set(modules)) == []


def test_what_is_late_is_loaded_when_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(tokens.github(3))
    code, *modules = loaded(_MODULES, "scan", "-j1", "-f", "sarif", "-o", "x", cwd=tmp_path)
    assert code == "1"
    assert {"sarif_om", "leakhunt.outputs.sarif"} <= set(modules)


# --- Size and shape


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def test_the_pipeline_fits_on_one_screen() -> None:
    (run,) = [f for f in functions(PACKAGE / "pipeline.py") if f.name == "run"]
    assert lines(run) <= LINES_OF_THE_PIPELINE


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_files_and_functions_are_short(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= LINES_OF_A_FILE
    long = {f.name: lines(f) for f in functions(file) if lines(f) > LINES_OF_A_FUNCTION}
    assert long == {}


def without_docstring(node: ast.AST, name: str) -> Iterator[str]:
    """Public classes, functions and methods that say nothing about themselves."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if child.name.startswith("_"):
            continue
        if not ast.get_docstring(child):
            yield f"{name}:{child.lineno}: {child.name}"
        if isinstance(child, ast.ClassDef):
            yield from without_docstring(child, name)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_everything_public_has_a_docstring(file: Path) -> None:
    module = tree(file)
    assert ast.get_docstring(module), "the module has none"
    assert list(without_docstring(module, name_of(file))) == []


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_is_printed_or_left_for_later(file: Path) -> None:
    printed = [
        node.lineno
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "breakpoint", "input"}
    ]
    assert printed == []
    assert re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", file.read_text("utf-8")) == []


STARTERS = {"leakhunt/git/command.py"}
OF_OTHERS = {
    "leakhunt/exposure/live/programs.py": "subprocess.run",  # asks `ss` and its like
    "leakhunt/fleet/work.py": "subprocess.Popen",  # starts leakhunt itself
}


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_few_modules_start_programs(file: Path) -> None:
    calls = {ast.unparse(node.func) for node in ast.walk(tree(file)) if isinstance(node, ast.Call)}
    starts = {
        call
        for call in calls
        if re.fullmatch(r"subprocess\.(run|Popen|call|check_\w+)|os\.(system|popen|exec\w+)", call)
    }
    assert starts == ({OF_OTHERS[name_of(file)]} if name_of(file) in OF_OTHERS else set())
    if name_of(file) not in STARTERS:
        bases = [
            ast.unparse(b)
            for n in ast.walk(tree(file))
            if isinstance(n, ast.ClassDef)
            for b in n.bases
        ]
        assert not any(base.startswith("subprocess.") for base in bases)


NETWORK = {"socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "requests", "httpx"}
CONNECTS = {
    "leakhunt/exposure/live/confirm.py",  # to this host and nothing else
    "leakhunt/verify/network.py",  # to what the policy passed
    "leakhunt/verify/policy.py",  # resolves names
    "leakhunt/verify/proxy.py",  # to the proxy of the environment
    "leakhunt/verify/transport.py",  # over what is connected
    "leakhunt/verify/replay.py",  # a server on loopback
}


def test_little_reaches_for_the_network() -> None:
    found = [
        f"{name_of(file)}:{item.line}: {item.name}"
        for file in FILES
        for item in imports(file)
        if allowed(item.name, NETWORK) and not item.for_types and name_of(file) not in CONNECTS
    ]
    assert found == []


def test_the_model_is_frozen() -> None:
    text = Path(model.__file__).read_text("utf-8")
    made = text.count("\n@record(frozen=True, slots=True)\nclass ")
    records = [kind for kind in vars(model).values() if dataclasses.is_dataclass(kind)]
    assert len(records) == made > 10
    assert all("__slots__" in vars(kind) for kind in records)


# --- The page says the same


def table(heading: str, number: int = 1) -> list[list[str]]:
    """The rows of the first, second, ... table under a heading, as cells."""
    section = re.split(r"(?m)^## ", PAGE.partition(f"\n## {heading}\n")[2])[0]
    tables = re.findall(r"(?m)(?:^\|.*\n)+", section)
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in tables[number - 1].splitlines()[2:]
    ]


def names(cell: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", cell))


def test_the_page_names_every_file() -> None:
    listed = [name.strip("`") for name, _ in table("Files")]
    there = {name_of(file) for file in FILES if not file.name.startswith("__")}
    assert sorted(listed) == sorted(there)


def test_the_page_names_every_type() -> None:
    listed = [name.strip("`") for name, _ in table("Types")]
    types = {
        name
        for name, kind in vars(model).items()
        if isinstance(kind, type) and kind.__module__ == model.__name__ and not name.startswith("_")
    }
    assert sorted(listed) == sorted(types)


def test_the_page_has_the_table_of_imports() -> None:
    rows = {next(iter(names(own))): (may, types) for own, may, types in table("Imports")}
    assert rows.keys() == MAY_IMPORT.keys()
    for own, (may, types) in rows.items():
        if own == "commands":
            assert may == "everything but `cli` and its parts"
            assert MAY_IMPORT[own] == MAY_IMPORT.keys() - {
                "commands",
                "cli",
                "cli_baseline",
                "cli_completion",
                "cli_options",
                "cli_ports",
            }
        else:
            assert names(may) == MAY_IMPORT[own]
        assert names(types) == ONLY_FOR_TYPES.get(own, set())


def test_the_page_has_the_table_of_libraries() -> None:
    rows = {name.strip("`"): names(places) for name, places, _ in table("Imports", 2)}
    assert rows == LIBRARIES


def test_all_packages_and_all_knowledge_are_installed() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    code = {
        ".".join(file.parent.relative_to(ROOT).parts)
        for file in ROOT.glob("leakhunt/**/__init__.py")
    }
    folders = [folder for folder in (ROOT / "signatures").iterdir() if folder.is_dir()]
    data = {"leakhunt.signature_data"} | {
        f"leakhunt.signature_data.{folder.name}" for folder in folders
    }
    assert set(setup["packages"]) == code | data
    assert set(setup["package-dir"]) == data | {"leakhunt"}
    for folder in folders:
        globs = setup["package-data"][f"leakhunt.signature_data.{folder.name}"]
        assert all(any(file.match(glob) for glob in globs) for file in folder.iterdir())
