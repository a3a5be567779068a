"""The signatures of a run: parsed and checked once, kept in the cache, built when looked at.

A clean scan needs no signature at all: the first pass knows them by number. So what is kept of
each is a row: what one chooses by, what the first pass depends on, and the rest in one piece.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import marshal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast, overload

from leakhunt import cache
from leakhunt.model import (
    Allowance,
    Company,
    Confidence,
    Context,
    Near,
    Note,
    Part,
    Rule,
    Severity,
    Signature,
)

if TYPE_CHECKING:
    from pathlib import Path

_SETTLED = 2_000_000_000
"""Nanoseconds: more than the coarsest clock of a file system."""
_PLAIN = 2
"""The last form of `marshal` whose bytes depend on nothing but the value."""
_FIELDS = tuple(field.name for field in dataclasses.fields(Signature))


class Row(NamedTuple):
    """One signature as it is kept."""

    id: str
    provider: str
    severity: str
    context: bool
    """It is found by its name."""
    by_path: bool
    """Files are found by where they lie."""
    gate: bytes
    """A digest of what the first pass is made from."""
    rest: bytes
    """All fields, as `marshal` writes them."""


class Catalogue(Sequence[Signature]):
    """Signatures in a fixed order.

    Args:
        rows: what is kept of each.
        vetted: their checksums and structures are known to exist.
        notes: what leakhunt does not do as rule files say.
    """

    def __init__(
        self, rows: Iterable[Row], *, vetted: bool = False, notes: Iterable[Note] = ()
    ) -> None:
        self.rows = tuple(rows)
        self.vetted = vetted
        self.notes = tuple(notes)
        self._built: dict[int, Signature] = {}

    @classmethod
    def of(
        cls, signatures: Iterable[Signature], *, vetted: bool = False, notes: Iterable[Note] = ()
    ) -> Catalogue:
        """Make one from signatures that exist already."""
        given = tuple(signatures)
        made = cls(map(_row, given), vetted=vetted, notes=notes)
        made._built = dict(enumerate(given))
        return made

    def only(self, indexes: Iterable[int], notes: Iterable[Note] = ()) -> Catalogue:
        """Return a choice of them, in the given order, and these notes."""
        return Catalogue((self.rows[index] for index in indexes), vetted=self.vetted, notes=notes)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Signature: ...
    @overload
    def __getitem__(self, index: slice) -> Catalogue: ...
    def __getitem__(self, index: int | slice) -> Signature | Catalogue:
        if isinstance(index, slice):
            return self.only(range(len(self.rows))[index], self.notes)
        index = range(len(self.rows))[index]
        if index not in self._built:
            self._built[index] = _signature(self.rows[index])
        return self._built[index]

    def __reduce__(self) -> tuple[Callable[..., Catalogue], tuple[tuple[Row, ...]]]:
        return functools.partial(Catalogue, vetted=self.vetted, notes=self.notes), (self.rows,)


def gates_digest(signatures: Sequence[Signature]) -> str:
    """Return what changes when the first pass over these signatures does."""
    return hashlib.blake2b(b"".join(gate_digests(signatures)), digest_size=20).hexdigest()


def gate_digests(signatures: Sequence[Signature]) -> Iterable[bytes]:
    """Return a digest of what the first pass is made from, for each of these signatures."""
    if isinstance(signatures, Catalogue):
        return (row.gate for row in signatures.rows)
    return map(_gate, signatures)


def by_name(signatures: Sequence[Signature]) -> list[int]:
    """Return the numbers of those that are found by their names."""
    if isinstance(signatures, Catalogue):
        return [number for number, row in enumerate(signatures.rows) if row.context]
    return [number for number, one in enumerate(signatures) if one.context is not None]


def by_path(signatures: Sequence[Signature]) -> tuple[Signature, ...]:
    """Return those by which files are found for where they lie, whatever is in them."""
    if isinstance(signatures, Catalogue):
        return tuple(signatures[n] for n, row in enumerate(signatures.rows) if row.by_path)
    return tuple(one for one in signatures if _is_by_path(one))


def _is_by_path(signature: Signature) -> bool:
    return signature.rule is not None and not signature.pattern


def by_id(signatures: Sequence[Signature]) -> Mapping[str, Signature]:
    """Return signatures by their ids; none is built before it is looked at."""
    if isinstance(signatures, Catalogue):
        return _ById(signatures)
    return {one.id: one for one in signatures}


class _ById(Mapping[str, Signature]):
    def __init__(self, signatures: Catalogue) -> None:
        self._signatures = signatures
        self._numbers = {row.id: number for number, row in enumerate(signatures.rows)}

    def __getitem__(self, name: str) -> Signature:
        return self._signatures[self._numbers[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def digest(signatures: Sequence[Signature]) -> str:
    """Return what changes when anything about these signatures does, or their order."""
    rows = signatures.rows if isinstance(signatures, Catalogue) else map(_row, signatures)
    said = hashlib.blake2b(digest_size=20)
    for row in rows:
        said.update(len(row.rest).to_bytes(8, "big") + row.rest)
    return said.hexdigest()


def load(
    own: Iterable[Path],
    *,
    use_cache: bool,
    vet: Callable[[Sequence[Signature]], bool],
    builtin: bool = True,
) -> Catalogue:
    """Load the signatures that come with leakhunt and the user's own.

    Those that come with leakhunt are known by the state of their files, the user's own by what
    they say.

    Args:
        own: files and folders.
        use_cache: whether parsed signatures may be read from and written to the cache.
        vet: says whether all checksums and structures exist; asked once for each set.
        builtin: whether those that come with leakhunt are wanted at all.

    Raises:
        SignatureError: a file is wrong.
    """
    from leakhunt import signatures as files

    folder = files.builtin_folder()
    texts = _read(files.signature_files(own))
    name, settled = _key(str(folder) if builtin else "", texts) if use_cache else ("", False)
    if name and (kept := _kept(name)) is not None:
        return kept
    made = _prepared(str(folder)) if builtin and not texts else None
    if made is None:
        made = _parsed(folder if builtin else None, texts, vet)
    if settled:
        plain = made.vetted, tuple(map(tuple, made.rows)), tuple(map(tuple, made.notes))
        cache.write(name, marshal.dumps(cast("Any", plain)))
    return made


def _parsed(
    folder: Path | None, texts: dict[str, str], vet: Callable[[Sequence[Signature]], bool]
) -> Catalogue:
    """Return what is parsed of a folder and of files that were read."""
    from leakhunt import signatures as files
    from leakhunt.rules.files import load as load_files

    ours = files.read(files.signature_files([folder])) if folder else {}
    loaded, notes = load_files(ours | texts)
    return Catalogue.of(loaded, vetted=vet(loaded), notes=notes)


def plain_fields(found: Iterable[Signature], folder: str) -> tuple[tuple[Any, ...], ...]:
    """Return the fields of signatures as plain values.

    Args:
        found: the signatures.
        folder: is left out where it is said in which file one stands.
    """
    return tuple(
        tuple(
            signature.source.removeprefix(folder) if name == "source" else _plain(value)
            for name in _FIELDS
            for value in (getattr(signature, name),)
        )
        for signature in found
    )


def _prepared(folder: str) -> Catalogue | None:
    """Return the signatures that come with leakhunt, if they were parsed when it was built."""
    from leakhunt import prepared

    if (made := prepared.prepared(folder)) is None:
        return None
    source = _FIELDS.index("source")
    rows = []
    for fields in made.signatures:
        values = (*fields[:source], folder + fields[source], *fields[source + 1 :])
        rows.append(_row_of(values))
    return Catalogue(rows, vetted=True)


def _read(paths: list[Path]) -> dict[str, str]:
    if not paths:
        return {}
    from leakhunt.rules.files import read

    return read(paths)


def _key(folder: str, texts: dict[str, str]) -> tuple[str, bool]:
    """Return the name in the cache, and whether the files are old enough to be kept under it.

    What changed just now can change again without showing it.
    """
    try:
        state = sorted(cache.stamp(folder, ".toml", deep=True)) if folder else []
    except OSError:
        return "", False
    newest = max((file.changed for file in state), default=0)
    settled = time.time_ns() - newest > _SETTLED
    own = repr(list(texts.items()))
    return cache.key("signatures", cache.code_stamp(), repr(state), own), settled


def _kept(name: str) -> Catalogue | None:
    data = cache.read(name)
    if data is None:
        return None
    try:
        vetted, rows, notes = marshal.loads(data)  # noqa: S302 (only we can have written it)
        return Catalogue(map(Row._make, rows), vetted=vetted, notes=map(Note._make, notes))
    except (EOFError, ValueError, TypeError):
        return None


def _row(signature: Signature) -> Row:
    return _row_of(tuple(_plain(getattr(signature, name)) for name in _FIELDS))


def _row_of(values: tuple[Any, ...]) -> Row:
    """Return the row of a signature of which the fields are given as plain values."""
    said = dict(zip(_FIELDS, values, strict=True))
    # Of an older form: without references, so that equal signatures give equal bytes.
    rest = marshal.dumps(values, _PLAIN)
    context = said["context"] is not None
    lies = said["rule"] is not None and not said["pattern"]
    words = said["near"][0] if said["near"] else None
    gate = _digest(said["pattern"], said["gate"], words, context)
    return Row(said["id"], said["provider"], said["severity"], context, lies, gate, rest)


def _gate(signature: Signature) -> bytes:
    words = signature.near.words if signature.near else None
    return _digest(signature.pattern, signature.gate, words, signature.context is not None)


def _digest(pattern: str, gate: str, words: tuple[str, ...] | None, context: bool) -> bytes:
    said = repr((pattern, gate, words, context))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _plain(value: Any) -> Any:
    """Return a field as what `marshal` can write."""
    if isinstance(value, (Severity, Confidence)):
        return value.value
    if isinstance(value, (Near, Part, Rule, Allowance, Company, Context)):
        return tuple(_plain(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value


def _signature(row: Row) -> Signature:
    values = dict(zip(_FIELDS, marshal.loads(row.rest), strict=True))  # noqa: S302
    values["severity"] = Severity(values["severity"])
    values["confidence"] = Confidence(values["confidence"])
    values["near"] = _near(values["near"])
    values["parts"] = tuple(_part(part) for part in values["parts"])
    values["rule"] = _rule(values["rule"])
    values["context"] = Context(*values["context"]) if values["context"] else None
    return Signature(**values)


def _near(values: tuple[Any, ...] | None) -> Near | None:
    return Near(*values) if values else None


def _rule(values: tuple[Any, ...] | None) -> Rule | None:
    if values is None:
        return None
    made = Rule(*values)
    allowances = cast("tuple[tuple[Any, ...], ...]", made.allowances)
    company = cast("tuple[tuple[Any, ...], ...]", made.company)
    return dataclasses.replace(
        made,
        allowances=tuple(Allowance(*one) for one in allowances),
        company=tuple(Company(*one) for one in company),
    )


def _part(values: tuple[Any, ...]) -> Part:
    made = Part(*values)
    return dataclasses.replace(made, near=_near(cast("tuple[Any, ...] | None", made.near)))
