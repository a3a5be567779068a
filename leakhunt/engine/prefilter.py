"""One hyperscan pass says which signatures may match, and where.

Hyperscan runs without start-of-match, with which it refuses large patterns and look-around: a
hit is only an end. What it cannot express exactly (look-around) it approximates from above with
its prefilter flag.
`engine/confirm.py` decides.
"""

from __future__ import annotations

import functools
import marshal
import re
from typing import TYPE_CHECKING

from leakhunt import cache, derived, lazy
from leakhunt.catalogue import by_name, gate_digests, gates_digest
from leakhunt.engine.decode import gates as encoded
from leakhunt.engine.decode import images
from leakhunt.engine.text import FEW
from leakhunt.errors import SignatureError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import hyperscan

    from leakhunt.engine.cold import Cold
    from leakhunt.model import Signature
    from leakhunt.prepared import Prepared

_REPEAT = (
    r"\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"  # what may hold braces and is no repeat
    r"|\{(?P<least>\d+),(?P<most>\d+)\}(?!\)*(?:\\b)?\)*$)"
)
_LONG = 1000
"""From 64 on would compile no faster, but scan 5 % slower."""

_AROUND = lazy.pattern(r"\(\?(?:[=!]|<[=!]|>)|[^\\]\\[1-9]")
_ENDS = lazy.pattern(r"\\[AzZ]")

Opens = tuple[tuple[int, ...], ...]
Whole = tuple[tuple[int, str], ...]


class Gates:
    """The expressions to look for, and the signatures that each of them opens.

    Args:
        signatures: what to look for.
        opens: for each expression its signatures, where that is known already.
        whole: see :attr:`whole`, likewise.
    """

    def __init__(
        self,
        signatures: Sequence[Signature],
        opens: Opens | None = None,
        whole: Whole | None = None,
    ) -> None:
        self._signatures = signatures
        self._opens = opens
        self._whole = whole

    @functools.cached_property
    def _by_expression(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        made = _prepared()
        known = made.gates if made else {}
        for index, digest in enumerate(gate_digests(self._signatures)):
            for expression in known.get(digest) or gate_expressions(self._signatures[index]):
                found.setdefault(expression, []).append(index)
        return found

    @functools.cached_property
    def expressions(self) -> tuple[str, ...]:
        """The expressions, each once."""
        return tuple(self._by_expression)

    @functools.cached_property
    def opens(self) -> Opens:
        """For each expression the signatures that it opens, by their number.

        Behind those of the signatures come the gates of encoded text, which open none.
        """
        none: Opens = ((),) * len(encoded.KINDS)
        return self._opens or (*map(tuple, self._by_expression.values()), *none)

    @functools.cached_property
    def whole(self) -> Whole:
        """The expressions that match only texts of a few bytes, with their number.

        They are no work for hyperscan: without a literal they would slow it down by a fifth.
        """
        if self._whole is not None:
            return self._whole
        from leakhunt.engine.shape import is_whole

        return tuple(
            (number, expression)
            for number, (expression, opens) in enumerate(self._by_expression.items())
            if is_whole(expression) and not any(self._signatures[index].gate for index in opens)
        )


def gate_expressions(signature: Signature) -> list[str]:
    """Return what must be seen before a signature's pattern is tried."""
    from leakhunt.engine.boundary import after_escape_gate
    from leakhunt.engine.narrow import narrowed

    if signature.context is not None:
        from leakhunt.contextual.command_gates import command_gates
        from leakhunt.contextual.gates import GATES

        return [*GATES, *command_gates()]
    if signature.rule is not None:
        return [signature.gate] if signature.gate else []
    if signature.gate:
        return [_loosened(after_escape_gate(signature.gate))]
    if signature.near:
        return ["(?i)" + re.escape(word) for word in signature.near.words]
    parts = narrowed(signature.pattern)
    if parts != [signature.pattern]:
        return parts
    return [_loosened(after_escape_gate(signature.pattern.replace("(?P<secret>", "(")))]


def _loosened(expression: str) -> str:
    """Let long repeats be endless, which finds no less and compiles in half the time.

    Not at the end, where each further byte would be a hit; nor where look-around could turn
    more into less.
    """
    from leakhunt.engine.compiling import LOOKAROUND

    if re.search(LOOKAROUND, expression):
        return expression

    def replace(found: re.Match[str]) -> str:
        long = found["most"] and int(found["most"]) >= _LONG
        return f"{{{found['least']},}}" if long else found[0]

    return re.sub(_REPEAT, replace, expression)


class Prefilter:
    """A compiled hyperscan database over the gates of some signatures.

    Args:
        signatures: what to look for.
        use_cache: whether the compiled database may be read from and written to the cache.
        brief: whether little will be scanned. Then what the cache does not have is not compiled,
            see `leakhunt/engine/cold.py`.

    Raises:
        SignatureError: hyperscan refuses an expression.
    """

    def __init__(
        self, signatures: Sequence[Signature], use_cache: bool = True, *, brief: bool = False
    ) -> None:
        derived.through_cache(use_cache)
        self.gates = Gates(signatures)
        self._signatures = signatures
        self.from_cache = False
        self._cold: Cold | None = None
        """What stands for the database."""
        self._database = self._load(use_cache, brief)
        self.encoded = len(self.gates.opens) - len(encoded.KINDS)
        """The first gate of encoded text."""
        self._hits: list[tuple[int, int]] = []
        append = self._hits.append

        def collect(gate: int, _start: int, end: int, _flags: int, _context: object) -> None:
            append((gate, end))

        self._collect = collect

    def scan(self, data: bytes | bytearray | memoryview) -> list[tuple[int, int]]:
        """Return (gate, end) for each place where a gate's expression may end."""
        self._hits.clear()
        # The stubs know only bytes and str; any buffer works.
        self._database.scan(data, match_event_handler=self._collect)  # type: ignore[type-var]
        hits = self._hits[:]
        if self._cold:
            hits.sort(key=_end)  # as one pass gives them
        if len(data) <= FEW:
            hits += self.whole(data)
        last = len(self.gates.opens) - 1
        if found := images.digits(data):
            hits += [(last - 1, end) for end in found]
        if found := images.images(data):
            hits += [(last, end) for end in found]
        return hits

    def whole(self, data: bytes | bytearray | memoryview) -> list[tuple[int, int]]:
        """Return (gate, end) for each expression that only such a text as a whole can match."""
        if len(data) > FEW:
            return []
        found = ((number, compiled.search(data)) for number, compiled in self._whole)
        return [(number, match.end()) for number, match in found if match]

    @functools.cached_property
    def _whole(self) -> list[tuple[int, re.Pattern[bytes]]]:
        return [(number, re.compile(said.encode())) for number, said in self.gates.whole]

    @functools.cached_property
    def joinable(self) -> bool:
        """Whether what is found in texts that are joined by newlines is no less than in each."""
        return not any(_ENDS.search(expression) for expression in self.gates.expressions)

    def complete(self) -> None:
        """Compile all that is not compiled yet: much is scanned after all, or by other processes.

        Raises:
            SignatureError: hyperscan refuses an expression.
        """
        if self._cold:
            self._database, self._cold = self._cold.complete(), None

    def _load(self, use_cache: bool, brief: bool) -> hyperscan.Database | Cold:
        """Return the database; if it is not there and little is scanned, what stands for it."""
        key = ""
        if use_cache:
            stamp = f"{cache.code_stamp()} {images.compiled}"
            key = cache.key("gates", stamp, _version(), gates_digest(self._signatures))
            if kept := self._kept(cache.read(key)):
                self.from_cache = True
                return kept
        if kept := self._built(key):
            return kept
        if not brief:
            return self._made(key)
        from leakhunt.engine import beside

        if key and beside.due(key):
            return self._made(key)
        if key:
            beside.later(key, lambda: self._made(key))
        self._cold = self._stand_in(key)
        return self._cold

    def _made(self, key: str) -> hyperscan.Database:
        """Compile the database, and keep it under a name, if there is one."""
        import hyperscan

        from leakhunt.engine import compiling

        try:
            database = compiling.database(self._expressions, self._ids)
        except hyperscan.HyperscanError as error:
            raise self._refused(error) from None
        if key:
            cache.write(key, compiling.dumped(self.gates, database))
        return database

    def _built(self, key: str) -> hyperscan.Database | None:
        """Return the database that was compiled when the package was built, and keep it."""
        from leakhunt import built
        from leakhunt.engine import compiling

        state = compiling.state(self._signatures, compiled=images.compiled)
        data = built.read("gates", state, _version())
        kept = self._kept(data)
        if kept and key and data:
            cache.write(key, data)
        return kept

    def _stand_in(self, key: str) -> Cold:
        import hyperscan

        from leakhunt.engine import compiling
        from leakhunt.engine.cold import Cold

        def compiled(ids: Sequence[int]) -> hyperscan.Database:
            try:
                return compiling.database(self._expressions, ids)
            except hyperscan.HyperscanError as error:
                raise self._refused(error) from None

        ours = set(by_name(self._signatures))
        named = [n for n, opens in enumerate(self.gates.opens) if opens and opens[0] in ours]
        made = _prepared()
        known = made.texts if made else {}
        # What hyperscan only approximates it sees in more places than `re` does.
        asked = {
            n: () if _AROUND.search(said) else _asked(said, known)
            for n in named
            if (said := self._expressions[n])
        }
        return Cold(self._expressions, self._ids, asked, compiled, lambda: self._made(key))

    def _kept(self, data: bytes | None) -> hyperscan.Database | None:
        """Return the database of what was kept, if this is one for this CPU."""
        import hyperscan

        if not data:
            return None
        try:
            opens, whole, dumped = marshal.loads(data)  # noqa: S302 (only we can have written it)
            database = hyperscan.loadb(dumped, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
        except (EOFError, ValueError, TypeError, hyperscan.HyperscanError):
            return None  # written by another build or for another CPU: compile again
        self.gates = Gates(self._signatures, opens, whole)
        return database

    @functools.cached_property
    def _expressions(self) -> tuple[str, ...]:
        return self.gates.expressions + encoded.EXPRESSIONS

    @functools.cached_property
    def _ids(self) -> list[int]:
        """The expressions that hyperscan looks for, by number."""
        from leakhunt.engine import compiling

        return compiling.looked_for(self.gates, len(self._expressions))

    def _refused(self, error: Exception) -> SignatureError:
        """Find the expression that hyperscan refuses, to name its file and line."""
        import hyperscan

        from leakhunt.engine import compiling

        for expression, opens in zip(self.gates.expressions, self.gates.opens, strict=False):
            try:
                hyperscan.Database().compile(
                    expressions=[expression.encode()], ids=[0], flags=[compiling.flags(expression)]
                )
            except hyperscan.HyperscanError as reason:
                signature = self._signatures[opens[0]]
                return SignatureError(
                    f"{signature.source}: the pattern of '{signature.id}' cannot be compiled for "
                    f"the first pass: {reason}",
                    "correct it, or give an expression that hyperscan knows as 'gate'",
                )
        return SignatureError(
            f"the signatures cannot be compiled together: {error}",
            "leave some out with --ignore, or give the largest patterns a 'gate'",
        )


def _prepared() -> Prepared | None:
    """Return what was made when this package was built."""
    from leakhunt.prepared import prepared
    from leakhunt.signatures import builtin_folder

    return prepared(str(builtin_folder()))


def _asked(
    expression: str, known: Mapping[str, Sequence[Sequence[bytes]]]
) -> Sequence[Collection[bytes]]:
    """Return texts of which some are in every match of an expression."""
    from leakhunt.engine.required import texts

    made = known.get(expression)
    return texts(expression) if made is None else made


def _end(hit: tuple[int, int]) -> int:
    return hit[1]


def _version() -> str:
    import hyperscan

    return cache.version(hyperscan)


def versions() -> tuple[str, ...]:
    """Return the versions of the libraries that decide what is found."""
    import regex

    return _version(), str(regex.__version__)
