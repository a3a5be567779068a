"""Parses source text. The only module that imports tree_sitter, and only when there is need."""

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import itertools
import re
import time
import warnings
from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.records import record
from leakhunt.signatures import builtin_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter
    from tree_sitter import Node as Node  # the others have it from here

SECONDS = 1.0
"""CPU time that parsing may take, however short the file."""
BYTES_PER_SECOND = 400_000
"""The longer the file, the more time; a tenth of the usual speed."""
MATCHES = 1024
"""Unfinished matches that the query may follow at once."""
CHUNK = 1 << 10
"""Bytes handed to the parser at a time. Some grammars ask for a piece at every token, and a large
one is copied each time: with 64 KiB Perl parses ten times slower."""
EACH = 16
"""The clock is read when the parser asks for the first time, and then so many times less often."""

GRAMMARS: dict[str, tuple[str, str]] = {
    "bash": ("tree_sitter_bash", "language"),
    "c": ("tree_sitter_c", "language"),
    "cpp": ("tree_sitter_cpp", "language"),
    "csharp": ("tree_sitter_c_sharp", "language"),
    "elixir": ("tree_sitter_elixir", "language"),
    "go": ("tree_sitter_go", "language"),
    "groovy": ("tree_sitter_groovy", "language"),
    "java": ("tree_sitter_java", "language"),
    "javascript": ("tree_sitter_javascript", "language"),
    "kotlin": ("tree_sitter_kotlin", "language"),
    "lua": ("tree_sitter_lua", "language"),
    "objc": ("tree_sitter_objc", "language"),
    "perl": ("tree_sitter_perl", "language"),
    "php": ("tree_sitter_php", "language_php"),
    "powershell": ("tree_sitter_powershell", "language"),
    "python": ("tree_sitter_python", "language"),
    "ruby": ("tree_sitter_ruby", "language"),
    "rust": ("tree_sitter_rust", "language"),
    "scala": ("tree_sitter_scala", "language"),
    "sql": ("tree_sitter_sql", "language"),
    "swift": ("tree_sitter_swift", "language"),
    "tsx": ("tree_sitter_typescript", "language_tsx"),
    "typescript": ("tree_sitter_typescript", "language_typescript"),
}
"""Language: the module of its grammar, and the function in it."""
_ENDED = frozenset({"perl"})
"""Grammars that look for ever for the end of the last line if it has none: Perl's does in a text
that `<<` begins and nothing ends. No callback stops that."""

_ROLE = lazy.pattern(r"(?m)^\((\w+)\) @is\.([a-z_]+)$")

Match = dict[str, list["tree_sitter.Node"]]
"""What one match of the query caught: nodes by the name of the capture."""


@record(frozen=True, slots=True)
class Grammar:
    """How one language is read.

    Attributes:
        language: the parser's tables.
        query: what the language's `.scm` file looks for.
        roles: type of a node to what it is as a value: `string`, `call`, `binary`, ...
        ended: it must not be shown a last line without an end.
    """

    language: tree_sitter.Language
    query: tree_sitter.Query
    roles: dict[str, str]
    ended: bool = False


@record(frozen=True, slots=True)
class Tree:
    """A parsed file: its root, and every match of the query with the number of its pattern."""

    root: tree_sitter.Node
    matches: list[tuple[int, Match]]


def source_of_query(name: str) -> str:
    """Return the text of a language's `.scm` file; those of TypeScript begin with JavaScript's."""
    path = builtin_folder() / "languages" / f"{name}.scm"
    text = path.read_text("utf-8")
    first = text.partition("\n")[0]
    if first.startswith("; inherits "):
        text = source_of_query(first.removeprefix("; inherits ").strip()) + text
    return text


def _tables(module: str, function: str) -> object:
    """Return what a package hands to the parser.

    The package itself loads a part of the standard library for queries that nobody asks for.
    """
    find = importlib.machinery.PathFinder.find_spec
    package = find(module)
    folders = package.submodule_search_locations if package else None
    spec = find(f"{module}._binding", folders) if folders else None
    if spec and spec.loader:
        binding = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(binding)
        if hasattr(binding, function):
            return getattr(binding, function)()
    return getattr(importlib.import_module(module), function)()


@functools.cache
def grammar(name: str) -> Grammar | None:
    """Return how a language is read, or None if its grammar is not installed.

    Args:
        name: a key of `GRAMMARS`.
    """
    try:
        import tree_sitter

        tables = _tables(*GRAMMARS[name])
        with warnings.catch_warnings():
            # Older grammars hand over a number where newer ones have a capsule.
            warnings.simplefilter("ignore", DeprecationWarning)
            language = tree_sitter.Language(tables)
    except (ImportError, AttributeError, ValueError):  # not there, or not of this version
        return None
    text = source_of_query(name)
    roles = {match[1]: match[2] for match in _ROLE.finditer(text)}
    query = tree_sitter.Query(language, _ROLE.sub("", text))
    return Grammar(language, query, roles, name in _ENDED)


def _valid(content: bytes) -> bytes:
    """Put a question mark for every broken byte: predicates of queries choke on them."""
    try:
        content.decode()
    except UnicodeDecodeError:
        text = content.decode("utf-8", "surrogateescape")
        return re.sub("[\udc80-\udcff]", "?", text).encode()
    return content


def parse(
    rules: Grammar,
    content: bytes,
    seconds: float | None = None,
    near: Sequence[tuple[int, int]] = (),
) -> Tree | None:
    """Parse a file and run the query of its language over it.

    Args:
        rules: how the language is read.
        content: the whole file, as UTF-8; broken sequences do no harm.
        seconds: how long it may take, if not as long as its size deserves. CPU time of this
            thread: a busy machine changes nothing.
        near: the stretches that matches must touch, in order; none: all of it.

    Returns:
        The tree, or None if there was not enough time.
    """
    import tree_sitter

    if seconds is None:
        seconds = SECONDS + len(content) / BYTES_PER_SECOND
    limit = time.thread_time() + seconds

    if rules.ended and b"<<" in content and not content.endswith(b"\n"):
        # In place of the last byte: nothing may end behind the file.
        content = content[:-1] + b"\n"
    content = _valid(content)

    def chunk(offset: int, _point: object) -> bytes:
        return content[offset : offset + CHUNK]

    asked = itertools.count()

    def late(*_: object) -> bool:
        # The parser asks every few tokens, and the clock costs more than they do.
        return not next(asked) % EACH and time.thread_time() > limit

    parser = tree_sitter.Parser(rules.language)
    try:
        tree = parser.parse(chunk, encoding="utf8", progress_callback=late)
    except ValueError:  # stopped
        return None
    if time.thread_time() > limit:
        return None
    # A progress callback here too would be welcome, but tree_sitter 0.26.1 crashes with it. The
    # limit of unfinished matches bounds the work at each node.
    cursor = tree_sitter.QueryCursor(rules.query, match_limit=MATCHES)
    if not near:
        matches = cursor.matches(tree.root_node)
    else:
        matches = list(_touching(cursor, tree.root_node, near))
    return None if time.thread_time() > limit else Tree(tree.root_node, matches)


def _touching(
    cursor: tree_sitter.QueryCursor, root: Node, near: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, Match]]:
    """Yield the matches that touch one of some stretches, each once."""
    seen = set()
    for start, end in near:
        cursor.set_byte_range(start, end)
        for number, match in cursor.matches(root):
            key = number, *((name, *(n.id for n in nodes)) for name, nodes in match.items())
            if key not in seen:
                seen.add(key)
                yield number, match
