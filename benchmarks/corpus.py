"""Reads the labelled corpus in `tests/corpus/` into cases.

A corpus file holds snippets of one language or format. Lines before the first heading are a
comment. A heading is

    ==== slug path/of/the/file.py

and what follows it, up to the next heading, is the text of that file. The file's path matters,
because scanners look at names. In the text, labels stand around the values that are judged:

    «+password|Tr0ub4dor»       a positive: this value has to be found
    «-reference|os.environ»     a negative: this value must not be found
    «?api-key|uploader»         one about which people differ: it does not count
    «+password=a b|a" + "b»     the text `a" + "b` means the value `a b`
    «+password@b64|a b»         the text is the value in base64; also @hex, @url, @u (escapes)
    «+api-key|#hex40»           the value is made up at random, always the same one
    «»                          nothing at all; it keeps a marker of a provider's apart

Random values are `#` with one of `KINDS` and a length. They are drawn from a generator that is
seeded with the id of the case and the place of the label.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import random
import re
import string
import urllib.parse
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "corpus"
HEADING = re.compile(r"(?m)^==== +(?P<slug>[a-z0-9-]+) +(?P<path>\S.*)\n")
LABEL = re.compile(
    r"«(?P<sign>[+?-])(?P<category>[a-z0-9-]+)(?:@(?P<code>\w+)|=(?P<value>[^|»]*))?"
    r"\|(?P<raw>(?:«»|[^»])*)»"
)
NOTHING = "«»"
MARKS = re.compile(r"[«»]")

POSITIVES = frozenset(
    {
        "api-key",
        "auth-header",
        "command-line",
        "connection-string",
        "encryption-key",
        "logged-secret",
        "otp-seed",
        "passphrase",
        "password",
        "private-key",
        "salt",
        "secret",
        "session-secret",
        "signing-key",
        "sql-password",
        "token",
        "webhook",
    }
)
"""Categories of what has to be found."""
NEGATIVES = frozenset(
    {
        "code-logic",
        "dictionary-word",
        "encrypted",
        "form-label",
        "generated",
        "hash",
        "identifier",
        "minified",
        "path",
        "placeholder",
        "prose",
        "public-key",
        "reference",
        "schema",
        "template",
        "test-vector",
        "translation",
        "type",
        "url",
        "uuid",
    }
)
"""Categories of what looks like it and is dismissed at a glance."""
SPLIT = 2127
"""Salts the hash that splits the corpus; this one spreads languages and categories evenly."""
PARTS = ("dev", "opened", "held-out")
"""The parts of the corpus: the half that was always read; the other half, read since it has been
counted unread; and what is never read."""
KNOWN = {"+": POSITIVES, "-": NEGATIVES, "?": POSITIVES | NEGATIVES}
"""The categories of each sign."""

OF_PROGRAMS = frozenset(
    {
        "clients",
        "databases",
        "everyday",
        "formats",
        "network",
        "places",
        "practice",
        "servers",
        "tools",
        "webapps",
    }
)
"""Files in which programs keep credentials: names and forms are theirs, so none is varied; and what
was written round by round, which is varied by itself."""
READ = frozenset({"assorted"}) | OF_PROGRAMS
"""Files of the corpus of which nothing is held out: they were written to repair what they show."""

UNREAD = frozenset({"unread_code", "unread_operations", "unread_settings"})
"""Files that whoever improves the signatures never reads, nor what is missed in them."""

_DIGITS, _LETTERS = string.digits, string.ascii_letters
_ALPHABETS = {
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "alnum": _LETTERS + _DIGITS,
    "lower": string.ascii_lowercase + _DIGITS,
    "upper": string.ascii_uppercase + _DIGITS,
    "seed": string.ascii_uppercase + "234567",
    "urlsafe": _LETTERS + _DIGITS + "-_",
    "digits": _DIGITS,
    "strong": _LETTERS + _DIGITS + "!@%^*_-+=?",
}
KINDS = frozenset(_ALPHABETS) | {"base", "uuid"}
"""Kinds of random values. `base` is base64, `seed` is base32."""
RANDOM = re.compile(rf"#(?P<kind>{'|'.join(sorted(KINDS))})(?P<length>\d*)")


class CorpusError(Exception):
    """A corpus file does not have the form that this module describes."""


@dataclasses.dataclass(frozen=True)
class Label:
    """What is said of one value of a text."""

    sign: str
    """`+` has to be found, `-` must not be found, `?` does not count."""
    category: str
    start: int
    """Offset of its first character in the text of the case."""
    end: int
    value: str
    """What it means; for most values the text itself."""

    @property
    def positive(self) -> bool:
        """Whether it has to be found."""
        return self.sign == "+"

    @property
    def negative(self) -> bool:
        """Whether it must not be found."""
        return self.sign == "-"


@dataclasses.dataclass(frozen=True)
class Case:
    """One file with what is known about it."""

    id: str
    """`python/flask-config`, for a variant `python/flask-config~1`."""
    path: str
    text: str
    labels: tuple[Label, ...]

    @property
    def language(self) -> str:
        """The name of the corpus file."""
        return self.id.partition("/")[0]

    @property
    def variant(self) -> bool:
        """Whether this is a changed copy of a case that was written by hand."""
        return "~" in self.id

    @property
    def part(self) -> str:
        """Which of `PARTS` it belongs to; a variant goes where its original goes."""
        origin = self.id.partition("~")[0]
        digest = hashlib.sha256(f"{SPLIT} {origin}".encode()).digest()
        if self.language in UNREAD:
            return "held-out"
        return "dev" if digest[0] % 2 == 0 or self.language in READ else "opened"

    @property
    def held_out(self) -> bool:
        """Whether it is kept from those who tune."""
        return self.part == "held-out"

    def lines(self, label: Label) -> range:
        """Return the lines that a label touches, counted from 1."""
        first = self.text.count("\n", 0, label.start) + 1
        last = self.text.count("\n", 0, max(label.end - 1, label.start)) + 1
        return range(first, last + 1)


def _escaped(value: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in value)


CODES: dict[str, Callable[[str], str]] = {
    "b64": lambda value: base64.b64encode(value.encode()).decode(),
    "hex": lambda value: value.encode().hex(),
    "url": lambda value: urllib.parse.quote(value, safe=""),
    "u": _escaped,
}
"""How a value can be encoded in the text."""


def made_up(kind: str, length: int, seed: str) -> str:
    """Return a random value.

    Args:
        kind: One of `KINDS`.
        length: In characters.
        seed: What it depends on.

    Raises:
        CorpusError: there is no such kind.
    """
    source = random.Random(seed)
    if kind == "uuid":
        return str(uuid.UUID(bytes=source.randbytes(16), version=4))
    if kind == "base":
        return base64.b64encode(source.randbytes(length)).decode()[:length]
    if kind not in _ALPHABETS:
        raise CorpusError(f"there is no kind of random value called {kind}")
    alphabet = _ALPHABETS[kind]
    while True:
        value = "".join(source.choices(alphabet, k=length))
        # As a person's generator does: no value of one class alone, none led by a sign.
        if value[0] not in "-+=?" and len(set(value)) > 1:
            return value


def build(name: str, path: str, body: str) -> Case:
    """Return the case that a marked text describes.

    Args:
        name: The id of the case.
        path: Where the file lies.
        body: The text with its labels.

    Raises:
        CorpusError: a label has an unknown category, code or kind, or a mark is left over.
    """
    text = ""
    labels: list[Label] = []
    at = 0
    for number, found in enumerate(LABEL.finditer(body)):
        text += _plain(body[at : found.start()], name)
        at = found.end()
        sign = found["sign"]
        if found["category"] not in KNOWN[sign]:
            raise CorpusError(f"{name}: there is no category {sign}{found['category']}")
        raw = _plain(found["raw"], name)
        chance = RANDOM.fullmatch(raw)
        if chance:
            raw = made_up(chance["kind"], int(chance["length"] or 0), f"{name} {number}")
        value = raw if found["value"] is None else found["value"]
        if found["code"]:
            if found["code"] not in CODES:
                raise CorpusError(f"{name}: there is no code {found['code']}")
            value, raw = raw, CODES[found["code"]](raw)
        labels.append(Label(sign, found["category"], len(text), len(text) + len(raw), value))
        text += raw
    return Case(name, path, text + _plain(body[at:], name), tuple(labels))


def _plain(text: str, name: str) -> str:
    text = text.replace(NOTHING, "")
    if MARKS.search(text):
        raise CorpusError(f"{name}: a mark is left over near {text.strip()[:60]!r}")
    return text


def snippets(file: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the id, path and marked text of every snippet of a corpus file.

    Raises:
        CorpusError: an id is there twice, or there is no heading.
    """
    text = file.read_text("utf-8")
    headings = list(HEADING.finditer(text))
    if not headings:
        raise CorpusError(f"{file.name} has no snippet")
    seen: set[str] = set()
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    for heading, end in zip(headings, ends, strict=True):
        name = f"{file.stem}/{heading['slug']}"
        if name in seen:
            raise CorpusError(f"{name} is there twice")
        seen.add(name)
        yield name, heading["path"].strip(), text[heading.end() : end]


def written(folder: Path = FOLDER) -> list[Case]:
    """Return the cases that were written by hand, sorted by id.

    Raises:
        CorpusError: a file does not have the right form.
    """
    files = sorted(folder.glob("*.txt"))
    return sorted(
        (build(*snippet) for file in files for snippet in snippets(file)), key=lambda case: case.id
    )
