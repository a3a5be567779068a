"""From gates to candidates: what single lines say; and what their file says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import facts, lazy
from leakhunt.contextual import accounts, doubts, judge, sieve, told
from leakhunt.contextual.arrays import array, may_open
from leakhunt.contextual.candidates import Candidate, Line, apart, is_name, spelt
from leakhunt.contextual.covering import CODE, Covering, can_be_cut, can_be_read, near, stretches
from leakhunt.contextual.forms import Forms
from leakhunt.contextual.gates import BEFORE, BEHIND
from leakhunt.contextual.held import TABLES, rows_of, whole
from leakhunt.contextual.hinted import hint, hints_of, is_enough
from leakhunt.contextual.hints import Halves, halves, pair
from leakhunt.contextual.keys import rows
from leakhunt.contextual.lifting import is_remote, lifted
from leakhunt.contextual.logged import logged
from leakhunt.contextual.names import Names, is_setter
from leakhunt.contextual.places import is_sealed, kinds, kinds_at, kinds_of
from leakhunt.contextual.saying import Held, Saying
from leakhunt.contextual.shapes import login, shapes
from leakhunt.contextual.stand_ins import is_dotted
from leakhunt.contextual.values import STRONG, WEAK
from leakhunt.facts.formats.pieces import only
from leakhunt.facts.languages import has_quotes, language_of
from leakhunt.facts.model import Facts
from leakhunt.model import Confidence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from leakhunt.contextual.sieve import Sifted
    from leakhunt.facts.formats.pieces import Piece, Rows
    from leakhunt.model import Signature

_CELLS = 90_000
"""Signs between cells of a table of which not all are sure to have been read with the rest."""
_HELD = 8 * 1024 * 1024
"""Bytes of lines that are remembered: in history the same ones come again and again."""
_SAID = "said.md"
"""What people write in a chat is read like what they write in Markdown."""
_NAME, _QUERY = 110, 300
"""Bytes before the end of a gate in which its name begins, and of an address before its token."""
_EXPIRING = lazy.pattern(
    rb"(?i)[?&](?:(?:e|exp|expires?|se)=\d{9,10}|x-amz-expires=\d{1,6})&[^\s\"'<>]*\Z"
)
"""A signed address holds for some time only, and says how long."""
_PUBLIC = (b"//qm.qq.com/", b'"wp-embedded-content"', b"/badge.svg?token=")
"""Invitations, whose keys are meant to be handed on; what WordPress writes into a page that it
shows elsewhere, so that both know each other; what opens no more than the picture of a badge."""
_NOTHING = Line()


class Search:
    """Finds secrets by their names.

    Args:
        signatures: those that have a context.
    """

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = signatures
        self._names = Names([signature.context for signature in signatures])
        self._saying = Saying(self._names, signatures)
        self._known: dict[bytes, Line] = {}
        self._windows: dict[tuple[bytes, int, int], tuple[Candidate, ...]] = {}
        self._held = 0
        self._sieve = sieve.Sieve()
        self._keys = {n for n, one in enumerate(signatures) if one.id == "hardcoded-key"}
        logging = (n for n, one in enumerate(signatures) if one.context and one.context.logged)
        self._logging = next(logging, None)

    def candidates(
        self, data: bytes, ends: Iterable[int], *, hints: str = "", whole: bool = False
    ) -> list[Candidate]:
        """Return the candidates around the ends of gates, in order, each once.

        Args:
            data: the text.
            ends: where gates end.
            hints: the path of the file, if lines count that only say where a secret may be.
            whole: whether the name of the file makes it worth reading whatever is in it.
        """
        found: dict[tuple[int, int], Candidate] = {}
        noted = [hint(""), hint("code")] if whole else []
        first = read = asked = -1
        for end in ends:
            if end <= read and end - BEFORE < first:
                continue  # the line that was just read as a whole
            start = data.rfind(b"\n", max(0, end - BEFORE), end) + 1
            stop = data.find(b"\n", end, end + BEHIND)
            if (start or end < BEFORE) and (stop >= 0 or end + BEHIND >= len(data)):
                line = data[start : stop if stop >= 0 else len(data)]
                first, read = start, start + len(line)
                stop = read
                said = self._of_line(line)
                items = (
                    said.items
                    or (said.halves and self._paired(data, start, stop, said.halves))
                    or (said.opens and self._bytes(data, start, stop))
                    or ()
                )
            else:
                # Of a long line what is around the end of the gate.
                low = max(0, end - _NAME - BEFORE)
                start = max(low, data.rfind(b"\n", low, end) + 1)
                line = data[start : stop if stop >= 0 else end + BEHIND]
                items = self._of_window(line, max(0, end - _NAME - start), end - start)
            # Ends of gates stand close in a long line: what is around one is around the next.
            if hints and not items and (stop >= 0 or end + BEHIND // 2 > asked):
                asked = start + len(line)
                signs = hints_of(line, data, hints, start)
                noted += (hint(sign, start, asked) for sign in signs)
                hints = "" if is_enough(hints, data, signs) else hints
            for item in items:
                place = start + item.start, start + item.end
                found.setdefault(place, item._replace(start=place[0], end=place[1]))
        return sorted((*noted, *found.values()), key=lambda item: item[:2])

    def _of_line(self, line: bytes) -> Line:
        known = self._known.get(line)
        if known is None:
            known = self._judged(line, self._sieve.sifted(line))
            known = _NOTHING if known == _NOTHING else known
            self._hold(len(line))
            self._known[line] = known
        return known

    def _judged(self, line: bytes, sifted: Sifted | None) -> Line:
        may = sieve.may(sifted)
        logs = self._logged(line) if may(sieve.LOGGED) else ()
        if items := (*self._weighed(line, sifted=sifted), *logs):
            return Line(items)
        return Line(
            halves=halves(line, sifted and sifted.halves),
            opens=may(sieve.ARRAYS) and may_open(line),
        )

    def _of_window(self, line: bytes, low: int, high: int) -> tuple[Candidate, ...]:
        """Return what a part of a long line says: of packed scripts many versions hold the same."""
        key = line, low, high
        known = self._windows.get(key)
        if known is None:
            known = tuple(self._weighed(*key, self._sieve.sifted(line)))
            self._hold(len(line))
            self._windows[key] = known
        return known

    def _hold(self, size: int) -> None:
        self._held += size + 100
        if self._held > _HELD:
            self._known.clear()
            self._windows.clear()
            self._held = size

    def _paired(self, data: bytes, start: int, stop: int, ways: Halves) -> tuple[Candidate, ...]:
        """Return the value in the next line, or in this one with its name above."""
        found = pair(data, start, stop, ways)
        name = found and self._names.look_up(found.name)
        if not found or not name:
            return ()
        context = self.signatures[name.signature].context
        text = data[found.start : found.end].decode("utf-8", "replace")
        weighed = judge.weigh(found.kind, name, context, text)
        if weighed is None:
            return ()
        return (
            Candidate(
                found.start - start,
                found.end - start,
                name.signature,
                weighed.weight,
                weighed.look.strength,
                "paired",
                _BETWEEN.get(found.kind, ":"),
                look=weighed.look.kind,
            ),
        )

    def _bytes(self, data: bytes, start: int, stop: int) -> tuple[Candidate, ...]:
        """Return the key that begins in a line and is written byte by byte."""
        found = array(data, start, stop)
        name = found and self._names.look_up(found.name)
        if not found or not name or not name.sure:
            return ()
        weight = judge.of_bytes(name, found.size)
        place = found.start - start, found.end - start
        return (Candidate(*place, name.signature, weight, STRONG, "bytes", "="),) if weight else ()

    def _logged(self, line: bytes) -> Iterable[Candidate]:
        number = self._logging
        if number is not None and (found := logged(line, self._names)):
            yield Candidate(found.start, found.end, number, 4, WEAK, "logged", found.name)

    def _weighed(
        self,
        line: bytes,
        low: int = 0,
        high: int | None = None,
        sifted: Sifted | None = None,
    ) -> Iterable[Candidate]:
        for shape in shapes(line, low, high, sifted):
            name = self._names.look_up(_NAMED.get(shape.kind) or shape.name)
            if name is None:
                continue
            beside = line[max(0, shape.start - _QUERY) : shape.start + _QUERY]
            if shape.sign == "=" and any(sign in beside for sign in _PUBLIC):
                continue
            context = self.signatures[name.signature].context
            text = spelt(line[shape.start : shape.end])
            if shape.kind == "basic":
                text = login(line[shape.start : shape.end])
            if self._names.repeats(shape.name, text):
                continue
            kind = "dotted" if shape.kind == "bare" and is_dotted(text) else shape.kind
            variable = "_" in shape.name and shape.name.isupper()
            weighed = judge.weigh(kind, name, context, text, shape.sign, variable=variable)
            if weighed is not None:
                before = max(0, shape.start - _QUERY), shape.start
                brief = kind != "link" and _EXPIRING.search(line, *before)
                yield Candidate(
                    shape.start,
                    shape.end,
                    name.signature,
                    min(weighed.weight, judge.DOUBTED) if brief else weighed.weight,
                    weighed.look.strength,
                    kind,
                    shape.sign,
                    is_setter(shape.name, name.word)
                    and line[shape.end + 1 : shape.end + 2] != b",",
                    weighed.look.kind,
                    name.word if weighed.modest else "",
                )

    def judged(
        self,
        path: str,
        data: bytes,
        candidates: Sequence[Candidate],
        *,
        said: bool = False,
        alone: bool = False,
        rows: bool = True,
        about: frozenset[str] | None = None,
    ) -> list[tuple[Candidate, Confidence]]:
        """Return those candidates that are leaks, by what their file says.

        Args:
            path: of the file, or empty.
            data: all of it.
            candidates: in order.
            said: whether it is a conversation: of a long one only parts are read.
            alone: whether nothing but the candidates counts, not what the file says elsewhere.
            rows: whether all rows of a large table are read, too.
            about: what the file is, if its path does not say it, see `places.kinds`.
        """
        about = kinds_of(kinds(path) if about is None else about, data)
        file = path.rpartition("/")[2]
        prose = told.is_prose(file)
        if said or prose:
            candidates = [item for item in candidates if not told.is_spoken(item, data)]
        candidates = [one for one in candidates if not (has_quotes(file) and is_name(one))]
        hints = {item.sign for item in candidates if item.kind == "hint"}
        places, candidates = candidates, [item for item in candidates if item.kind != "hint"]
        ours = "code" if language_of(path, data) in CODE else ""
        if alone and not prose:
            candidates = list(accounts.telling(candidates, data, about, code=bool(ours)))
        if not candidates and ("made" in about or ours not in hints):
            return []
        hinted, name = "" in hints, _SAID if said else path
        forming = Forms(self._names, self._keys, data)
        found: list[tuple[Candidate, Confidence]] = []
        # Of a file that is too large to parse only lines near one another say something together.
        part = not said and len(data) > facts.LIMIT and not can_be_cut(path, data)
        which = places if said else candidates
        for low, high, inside in stretches(path, data, which, cut=said or part):
            if said:
                hinted = any(item.kind == "hint" for item in inside)
                inside = [item for item in inside if item.kind != "hint"]
            read = Facts("prose")
            if hinted or not prose:
                shown = [item for item in places if low <= item.start < high]
                around = near(shown, low) if alone or prose else ()
                cut = part and not can_be_read(path, data, low, high)
                read = facts.read(name, data[low:high], around, part=cut)
            language = "prose" if prose else read.language
            covering = Covering() if prose else Covering(read)
            forms: list[Held] = []
            for candidate in inside:
                at = candidate.start - low, candidate.end - low
                cover = covering.around(*at)
                paths = [fact.path for fact in cover.facts] if cover else []
                form = forming.form(candidate, cover, at, language)
                candidate = lifted(candidate, data, paths, form, language, file)
                forms.append((candidate, form, paths[0] if paths else ()))
            forms += self._saying.within(read, data, (low, high), language, file)
            if (low, high) == (0, len(data)):
                forms += self._saying.stated(whole(path, data, language), "stated", 0)
            found += self._settled(forms, data, about, code=language in CODE, file=path)
        if rows and (part or _has_many(data)) and (reader := self.rows(path)):
            known = {item.start for item, _ in found}
            found += self.of_rows(reader, path, only(data), known)
        return sorted(self._without_ids(found, data), key=lambda item: item[0][:2])

    def put_off(
        self, path: str, data: bytes, candidates: Sequence[Candidate], least: Confidence
    ) -> list[Candidate] | None:
        """Return the candidates of a file that need not be read, see `doubts.put_off`."""
        return doubts.put_off(path, data, candidates, self.signatures, least)

    def rows(self, path: str) -> Rows | None:
        """Return what reads the rows of a file, if it is a table.

        Args:
            path: of the file.
        """
        language = language_of(path, b"")
        return rows_of(language, self._names) if language in TABLES else None

    def of_rows(
        self, rows: Rows, path: str, piece: Piece, known: Collection[int]
    ) -> Iterator[tuple[Candidate, Confidence]]:
        """Yield what a piece of a table holds in columns for secrets.

        Args:
            rows: reads the table, and has read all pieces before.
            path: of the file.
            piece: of its text.
            known: where secrets begin that were found in the piece already.
        """
        about = kinds_of(kinds(path), piece.content)
        for read in rows.read(piece):
            forms = self._saying.facts(read, piece.content, 0, code=False)
            fresh = [one for one in forms if one[0].start not in known]
            yield from self._settled(fresh, piece.content, about, code=False, file=path)

    def _settled(
        self, forms: Iterable[Held], data: bytes, about: frozenset[str], *, code: bool, file: str
    ) -> Iterator[tuple[Candidate, Confidence]]:
        """Yield what is a leak of what a part of a file holds, and how sure that is."""
        sure = (
            (item, self._sure(item, data, about, form, named, code=code, file=file))
            for item, form, named in forms
            if form is not None
        )
        return apart((item, how) for item, how in sure if how)

    def _without_ids(
        self, found: list[tuple[Candidate, Confidence]], data: bytes
    ) -> list[tuple[Candidate, Confidence]]:
        keys = [item[:2] for item, _ in found if item.signature in self._keys]
        ids = rows(keys, data, self._names) if len(keys) > 1 else ()
        return [(item, Confidence.LOW if item.start in ids else how) for item, how in found]

    def _sure(
        self,
        candidate: Candidate,
        data: bytes,
        about: frozenset[str],
        form: str,
        named: Sequence[str],
        *,
        code: bool,
        file: str,
    ) -> Confidence | None:
        if is_sealed(data, candidate.start):
            return None
        about = kinds_at(about, data, candidate.start)
        weight = accounts.weigh(candidate, data, about, form, named, code=code, file=file)
        shown = "docs" in about and "schema" not in about
        if shown and told.is_label(data, candidate.start, candidate.end):
            weight = max(weight, told.weight(candidate.strength, candidate.look, "`"))
        context = self.signatures[candidate.signature].context
        made = candidate.look == "uuid" and "sample" in about  # nobody makes one up for a sample
        return judge.level(
            weight,
            about,
            form,
            STRONG if made else candidate.strength,
            chosen=context is not None and context.words,
            remote="ci" in about and is_remote(data, candidate.start),
        )


_BETWEEN = {"annotated": "#", "returned": "return", "answered": "?"}
"""The signs of pairs in two lines."""
_NAMED = {
    **dict.fromkeys(("sql", "pair", "account", "member", "pin"), "password"),
    **dict.fromkeys(("lone", "handed"), "data key"),
    "hashed": "client secret",
}
"""Shapes whose own names say nothing."""


def _has_many(data: bytes) -> bool:
    """Say whether a text, were it a table, has very many cells."""
    return len(data) > _CELLS and sum(map(data.count, (b",", b";", b"|", b"\t", b"\n"))) > _CELLS
