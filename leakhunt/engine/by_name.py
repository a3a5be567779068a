"""Secrets that their names give away, among what the patterns find."""

from __future__ import annotations

import bisect
import functools
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.catalogue import by_name
from leakhunt.engine import keeping, text
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.contextual.held import Rows
    from leakhunt.contextual.search import Search
    from leakhunt.engine.chunks import Chunk
    from leakhunt.engine.decode.pieces import Layer
    from leakhunt.engine.overlaps import Judged
    from leakhunt.engine.prefilter import Opens
    from leakhunt.model import Blob, Match, Secret, Signature

Hits = list[tuple[int, int]]


_WHATEVER = {"made", "locale", "schema"}
"""What a file may be, see `places.kinds`, that its strings are as well, whatever they say."""
_FILES = {"file", "staged", "stdin", "blob"}
_TELLING = lazy.pattern(
    r"(?i)(?:[\w.-]{0,40}(?:passw(?:or)?ds?|passphrase|secret(?:[_-]?key)?|tokens?|"
    r"api[_-]?key|"
    r"access[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?|creds|logins?|accounts|"
    r"userlist|"
    r"userpass|vault[_-]?pass|psk|pw)(?:\.(?:txt|secret|pass|key|token|pw))?|(?:users|auth|pass)"
    r"\.txt|"
    r"[\w.-]{0,12}\.(?:secret|token|passwd|password)|"
    r"(?:chap|pap|l2tp)[_-]secrets|rsyncd\.secrets|passwd\.client|\.?passwd-s3fs)$"
)
"""Names of files that are read for them, whatever is in them."""
_MAY_TELL = lazy.pattern(r"pass|secret|token|key|cred|login|accounts|user|auth|psk|pw")
"""What each of them has at least, in small letters: of a repository all names are asked about that
any version of a folder has."""
SHORT = 32 * 1024
"""Bytes of such a file, at most."""


def is_called(name: bytes) -> bool:
    """Say whether a file is called like a secret.

    Args:
        name: without its folders.
    """
    called = name.decode("utf-8", "replace")
    return called.lower() in keeping.NAMES or _names_a_secret(called)


def is_telling(path: str, size: int) -> bool:
    """Say whether the name of a file makes what is in it a secret.

    Args:
        path: of the file.
        size: in bytes.
    """
    if not 3 < size <= SHORT:
        return False
    return _names_a_secret(path) or (keeping.may_keep(path) and _keeps(path))


def _keeps(path: str) -> bool:
    from leakhunt.contextual.kept import keeps

    return keeps(path)


def _names_a_secret(path: str) -> bool:
    # Every file is asked about, so the expression is tried where the name starts, and only there.
    start = max(path.rfind("/"), path.rfind("\\"), path.rfind("!")) + 1
    may = _MAY_TELL.search(path[start:].lower())
    return may is not None and _TELLING.match(path, start) is not None


def is_read(path: str) -> bool:
    """Say whether the newest version of a file is read whole, see `engine/newest.py`.

    Args:
        path: of the file.
    """
    from leakhunt.contextual import newest

    return newest.is_read(path) or (keeping.may_keep(path) and _keeps(path))


class Decision(NamedTuple):
    """What an open match is, after its file was read."""

    signature: str
    confidence: Confidence
    around: Secret | None = None
    """See `Match.around`."""
    open: bool = False
    """It was put off, see `Match.open`."""


def _above(data: bytes, starts: Iterable[int]) -> Iterator[set[int]]:
    """Return where the two lines end that precede the one of each start: they may name it."""
    for start in starts:
        first = data.rfind(b"\n", 0, start)
        yield {first, data.rfind(b"\n", 0, max(0, first))} - {-1}


def _path_of(blob: Blob) -> str:
    return blob.within(blob.path) if blob.path else blob.member


class ByName:
    """Looks where gates saw a name and a value.

    Args:
        signatures: all that are looked for.
        opens: which of them each gate opens.
        least: what cannot be as sure as this is put off.
    """

    def __init__(
        self, signatures: Sequence[Signature], opens: Opens, least: Confidence = Confidence.LOW
    ) -> None:
        self._signatures = signatures
        self._least = least
        self._numbers = by_name(signatures)
        ours = set(self._numbers)
        self._gates = {gate for gate, opened in enumerate(opens) if opened and opened[0] in ours}

    def split(self, hits: Hits) -> tuple[Hits, list[int]]:
        """Return the hits of other gates, and where these gates end."""
        gates = self._gates
        ends = [end for gate, end in hits if gate in gates]
        return (hits, ends) if not ends else ([hit for hit in hits if hit[0] not in gates], ends)

    def judged(
        self, blob: Blob, data: bytes, ends: list[int], *, rows: bool = True
    ) -> list[Judged]:
        """Return what the names say, and the file, where its path is known.

        Args:
            blob: of a git object without a path only the lines are looked at.
            data: its text.
            ends: where the gates end.
            rows: whether all rows of a large table are read, too.
        """
        from leakhunt.contextual.places import MESSAGE, kinds
        from leakhunt.engine.confirm import Candidate
        from leakhunt.engine.judge import Judgement
        from leakhunt.engine.overlaps import Judged

        search = self._search
        path = _path_of(blob)
        if blob.kind in {"commit", "tag"}:
            path = MESSAGE
        said = blob.kind in {"said", "export"}
        about = kinds(path) & _WHATEVER if said else frozenset()
        path += ".txt" if said else ""
        undecided = blob.kind == "blob" and not path
        whole = not undecided and blob.kind != "export" and is_telling(path, len(data))
        hints = "" if undecided or blob.kind == "export" else path
        found = search.candidates(data, ends, hints=hints, whole=whole)
        if blob.kind not in {"file", "staged", "stdin"}:
            found = [item for item in found if item.kind != "logged"]
        if not found:
            return []
        if rows and blob.kind in {"file", "blob"} and not blob.member and not undecided:
            late = search.put_off(path, data, found, self._least)
            if late is not None:
                found, undecided = late, True
        sure = (
            [(item, Confidence.LOW if path else None) for item in found]
            if undecided
            else search.judged(path, data, found, said=said, rows=rows, about=about | kinds(path))
        )
        return [
            Judged(
                Candidate(search.signatures[item.signature], item.start, item.end),
                Judgement.CONFIRMED,
                confidence=confidence,
                open=undecided,
            )
            for item, confidence in sure
        ]

    def decoded(self, blob: Blob, layer: Layer, ends: list[int]) -> list[Judged]:
        """Return what names say in what was encoded: each stretch is a text of its own.

        Args:
            blob: of a git object without a path nothing is said.
            layer: a decoded text in its surroundings.
            ends: where the gates end in it.
        """
        path = _path_of(blob)
        if not ends or not path or blob.kind not in _FILES or layer.chain[-1] == "concatenation":
            return []
        from leakhunt.contextual.places import kinds
        from leakhunt.engine.confirm import Candidate
        from leakhunt.engine.judge import Judgement
        from leakhunt.engine.overlaps import Judged

        search, about, ends = self._search, kinds(path), sorted(ends)
        judged = []
        for (low, high), piece in zip(layer.decoded, layer.pieces, strict=True):
            if layer.parent is not None and piece.is_inner(layer.parent.data):
                continue
            said = layer.data[low:high]
            own = ends[bisect.bisect_right(ends, low) : bisect.bisect_right(ends, high)]
            found = search.candidates(said, [end - low for end in own])
            for item, sure in search.judged("", said, found, about=about) if found else ():
                signature = search.signatures[item.signature]
                one = Candidate(signature, item.start + low, item.end + low)
                judged.append(Judged(one, Judgement.CONFIRMED, confidence=sure))
        return judged

    def rows(self, blob: Blob) -> Rows | None:
        """Return what reads the rows of a blob that is too large to hold, if it is a table."""
        path = _path_of(blob)
        if not (path and self._numbers and blob.kind in _FILES):
            return None
        return self._search.rows(path)

    def of_rows(
        self, rows: Rows, blob: Blob, chunk: Chunk, hits: Hits, found: Sequence[Judged]
    ) -> Iterator[Judged]:
        """Yield what a chunk of a table holds in columns for secrets.

        Args:
            rows: reads the table; all chunks before have been given to it.
            blob: the table.
            chunk: of its text.
            hits: of all gates in the chunk.
            found: what is known of the chunk already.
        """
        from leakhunt.contextual.held import Piece
        from leakhunt.engine.confirm import Candidate
        from leakhunt.engine.judge import Judgement
        from leakhunt.engine.overlaps import Judged

        last = chunk.high == len(chunk.data)
        piece = Piece(chunk.data, chunk.base, chunk.high, chunk.step, last)
        if not rows.begun and not self.split(hits)[1]:
            rows.skip(piece)
            return
        known = {one.candidate.start for one in found}
        for item, sure in self._search.of_rows(rows, _path_of(blob), piece, known):
            one = Candidate(self._search.signatures[item.signature], item.start, item.end)
            yield Judged(one, Judgement.CONFIRMED, confidence=sure)

    def whole(self, path: str, data: bytes) -> list[tuple[int, int, str, Confidence]]:
        """Return what a file says whose name makes it worth reading whatever is in it.

        Args:
            path: of the file.
            data: all of it.

        Returns:
            Start, end, signature and confidence of each secret.
        """
        if not text.plain(data):
            return []
        found = self._search.candidates(data, (), hints=path, whole=True)
        return [
            (item.start, item.end, self._search.signatures[item.signature].id, how)
            for item, how in self._search.judged(path, data, found)
        ]

    def decided(
        self,
        path: str,
        data: bytes,
        matches: Sequence[Match],
        *,
        rows: bool = True,
    ) -> list[tuple[int, Decision]]:
        """Return which of the open matches in a file are leaks, by their number.

        Args:
            path: of the file, or empty.
            data: all of it.
            matches: in this file; what was put off is not once more.
            rows: whether all rows of a large table are read.
        """
        from leakhunt.engine.overlaps import around

        if not text.plain(data):
            data = text.recode(data, text.encoding(data[: text.SNIFF]) or "utf-8")
        starts = {match.offset for match in matches}
        found = self._search.candidates(data, sorted(starts))
        if below := starts.difference(item.start for item in found):
            found = self._search.candidates(data, sorted(starts.union(*_above(data, below))))
        late = any(match.confidence for match in matches)
        doubted = None if late else self._search.put_off(path, data, found, self._least)
        sure = {
            item.start: (item, how)
            for item, how in (
                self._search.judged(path, data, found, alone=True, rows=rows)
                if doubted is None
                else ((item, Confidence.LOW) for item in doubted)
            )
        }
        decided = []
        for number, match in enumerate(matches):
            if match.offset in sure:
                item, how = sure[match.offset]
                one = self._search.signatures[item.signature]
                if doubted is None:
                    beside = around(data, item.start, item.end, one.around)
                    decided.append((number, Decision(one.id, how, beside)))
                else:
                    decided.append((number, Decision(one.id, how, open=True)))
        return decided

    @functools.cached_property
    def _search(self) -> Search:
        from leakhunt.contextual.search import Search

        return Search([self._signatures[number] for number in self._numbers])
