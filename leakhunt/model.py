"""The types that flow from source to report: records, which import nothing else from here."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt.records import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MASK = "********"


class _Level(enum.StrEnum):
    rank: int
    """0 for the lowest, for comparing."""

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)


class Severity(_Level):
    """How bad it is if the finding is right."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Confidence(_Level):
    """How likely it is that the finding is right."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Secret:
    """Bytes that show themselves only through :meth:`reveal`.

    `repr` and `str` are masked, so a secret that slips into a log, an exception or a
    format string shows no more than its first characters.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the secret itself."""
        return self._value

    @property
    def masked(self) -> str:
        """The first four characters of a long secret, which often name its vendor, and stars.

        Of a PEM block the line that says what it is; of a short secret nothing.
        """
        value = self._value
        shown = value[:4] if len(value) >= 20 else b""
        if value.startswith(b"-----BEGIN ") and b"-----" in value[11:60]:
            shown = value[: value.index(b"-----", 11) + 5]
        if not shown.isascii() or not shown.decode().isprintable():
            return MASK
        return shown.decode() + MASK

    def __repr__(self) -> str:
        return f"Secret({self.masked})"

    def __str__(self) -> str:
        return self.masked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[bytes]]:
        return (Secret, (self._value,))


@record(frozen=True, slots=True)
class Near:
    """Words of which one must stand close to the secret."""

    words: tuple[str, ...]
    """Lower-case ASCII; matched case-insensitively, as parts of longer words too."""
    within: int = 80  # bytes between a word and the secret, before or after it, at most


@record(frozen=True, slots=True)
class Part:
    """A second half of a credential, looked for anywhere in the file of the first."""

    name: str
    pattern: str
    required: bool = False  # without this part the match is dropped
    near: Near | None = None
    entropy: float = 0.0


@record(frozen=True, slots=True)
class Context:
    """What gives a secret without a form of its own away: the name that it goes by."""

    names: tuple[str, ...]
    """Words, joined by spaces: `api key` stands for `apiKey` and `API_KEY`, too."""
    not_before: tuple[str, ...] = ()
    """Words that make a name another one if they follow it: `password_field`."""
    not_after: tuple[str, ...] = ()  # likewise if they precede it: `reset_password`
    endings: tuple[str, ...] = ()  # words behind a name that change nothing: `password_prod`
    least: int = 4  # characters of the shortest value
    strong: bool = False  # only what a machine made counts, not words
    words: bool = False  # people choose them: a word may be one
    logged: bool = False  # a variable of such a name is written into a log


Expression = tuple[Any, ...]  # nested; the first of each is a word that says what it is


@record(frozen=True, slots=True)
class Allowance:
    """When what a rule of another scanner finds is none after all."""

    every: bool = False  # all that is given below must hold, not one
    target: str = "secret"  # what `pattern` is looked for in: `secret`, `match` or `line`
    pattern: str = ""
    words: tuple[str, ...] = ()  # lower case; parts of the secret
    path: str = ""
    commits: tuple[str, ...] = ()  # full ids in lower case
    when: Expression = ()  # what must be true of what was found, see `rules.filters`
    where: Expression = ()  # what must be true of the place


@record(frozen=True, slots=True)
class Company:
    """Another signature that must be found in the same file, close enough."""

    signature: str
    lines: int = -1  # how many lines the starts of the two may lie apart; -1 is any number
    columns: int = -1  # how many bytes from the start of their lines, likewise


@record(frozen=True, slots=True)
class Rule:
    """What a rule of a gitleaks or betterleaks file asks beyond what a signature of ours can."""

    group: int = 0  # that is the secret; 0: the first that holds something, or else the match
    least: float = 0.0  # entropy that the secret must exceed, in bits per character; 0 is any
    reached: bool = False  # to reach `least` is enough
    path: str = ""  # what the path must match, or empty
    anywhere: bool = False  # the gate may lie anywhere in the file
    foreign: str = ""  # the class of bytes that no match holds, or empty
    hidden: bool = False  # found only for others that need its company
    allowances: tuple[Allowance, ...] = ()
    company: tuple[Company, ...] = ()


@record(frozen=True, slots=True)
class Signature:
    """What to look for, and what to tell the user when it is found."""

    id: str
    provider: str
    title: str
    severity: Severity
    confidence: Confidence
    pattern: str  # a `regex` pattern over bytes with the named group `secret`
    span: int  # the longest match in bytes; the window in which a hit is confirmed
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]
    remediation: str
    references: tuple[str, ...]
    gate: str = ""
    """A cheaper pattern for the prefilter, or empty: the pattern itself, or the near words."""
    entropy: float = 0.0  # least Shannon entropy of the secret, in bits per character
    checksum: str = ""  # name of a function in `engine/checksums.py`
    structure: str = ""  # name of a function in `engine/structures.py`
    near: Near | None = None
    assigned: bool = False
    """The secret must be the value of an assignment, an option or a pair."""
    placeholders: bool = True  # whether values that look like placeholders are dropped
    public: tuple[str, ...] = ()
    """Values that vendors print in their documentation; `regex` patterns, matched whole."""
    parts: tuple[Part, ...] = ()
    file: str = ""  # a glob that the file's name must match, or empty
    generic: bool = False  # gives way to any other signature that finds the same secret
    source: str = ""  # `file:line` of the definition
    rule: Rule | None = None  # it comes from a rule file of another scanner
    context: Context | None = None  # without a pattern: the name of a value decides, and its place
    verification: str = ""  # how to see whether one is live: JSON for `leakhunt.verify.spec`
    around: int = 0  # bytes on either side of a match that its verification reads


class Note(NamedTuple):
    """Something that leakhunt does not do as a rule file says."""

    rule: str  # the id of the rule there, or empty: the whole file
    where: str  # `file:line`
    key: str
    message: str
    gap: bool  # the rule is not looked for at all


@record(frozen=True, slots=True)
class Blob:
    """A handle on bytes: what they are called, never the bytes themselves."""

    id: str  # a git object id, or `path:` and a path
    size: int = -1  # bytes, or -1 where it is not known yet
    kind: str = "file"
    """`file`, `stdin`, `staged`, `blob`, `commit`, `tag`; within the scan also `export`, `said`."""
    path: str = ""  # where it lies, relative to the scanned root; empty for a git object
    field: str = ""
    """Of a commit or tag: `message` or `identity` (author, committer, tagger)."""
    member: str = ""
    """What of a container it is: `inner/file`, and `!` before what lies deeper."""
    containers: tuple[str, ...] = ()
    """What was opened to get there: `zip`, `gzip`, ...; outermost first."""

    def within(self, path: str) -> str:
        """Return the path of a container, or of what lies in it: `a.zip!inner/file`."""
        return f"{path}!{self.member}" if self.member else path


@record(frozen=True, slots=True)
class Span:
    """Where in a blob: 1-based lines and columns (code points), end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@record(frozen=True, slots=True)
class Mention:
    """The message of a chat in which something was said. What is not known is None."""

    format: str  # `slack`, `discord`, ...
    workspace: str | None = None  # or server, or team
    channel: str | None = None  # `#name`, or `@name` if it is named after the people in it
    thread: str | None = None  # the id of its first message, or its name
    author: str | None = None
    time: str | None = None  # ISO 8601
    stamp: str | None = None  # the time as the export writes it
    message: str | None = None  # its id
    pointer: str | None = None  # JSON pointer of the string that holds the secret
    permalink: str | None = None
    people: int | None = None  # in the channel


@record(frozen=True, slots=True)
class Match:
    """One confirmed occurrence of a signature in a blob."""

    signature: str
    secret: Secret
    blob: Blob
    span: Span
    offset: int  # byte offset of the secret in what was scanned (after decoding)
    decoded: tuple[str, ...] = ()  # the encodings that were undone, outermost first
    parts: tuple[tuple[str, Secret], ...] = ()
    dismissed: str = ""
    """Why it is no leak: `public-key` (printed in the vendor's documentation), `bad-checksum`
    (never issued), or empty."""
    allowances: tuple[int, ...] = ()
    """The allowances of its rule that hold in some places, by their number."""
    confidence: Confidence | None = None
    """How likely it is right here, if that is not what its signature says."""
    open: bool = False  # its file was not read; with a confidence it cannot be surer than that
    mention: Mention | None = None  # where it was found in a chat export
    pointer: str = ""  # JSON pointer of the string that holds it, in JSON that is no chat
    around: Secret | None = None  # `Signature.around` bytes, the secret, and as many again


@record(frozen=True, slots=True)
class Location:
    """One place where a secret lies. Fields that do not apply are None."""

    path: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    commit: str | None = None
    author: str | None = None
    date: str | None = None  # iSO 8601 with offset: when the author wrote the commit
    blob: str | None = None
    at_head: bool | None = None
    ref: str | None = None  # a tag, note or stash that holds it
    field: str | None = None
    """`message` or `identity` where the place is a commit or tag and not a file."""
    chat: str | None = None  # this and what follows: see `Mention`
    workspace: str | None = None
    channel: str | None = None
    thread: str | None = None
    message: str | None = None
    time: str | None = None
    stamp: str | None = None
    pointer: str | None = None
    permalink: str | None = None
    repository: str | None = None  # where several were audited


class State(enum.StrEnum):
    """What is known about a credential being live."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    UNCHECKED = "unchecked"


@record(frozen=True, slots=True)
class Verdict:
    """Whether a credential is live, and how we know."""

    state: State = State.UNCHECKED
    reason: str = ""
    checked_at: str = ""
    details: Mapping[str, str] = dataclasses.field(default_factory=dict)


@record(frozen=True, slots=True)
class Suppression:
    """Why a finding is not reported."""

    kind: str
    """`public-key`, `bad-checksum`, `excluded-path`, `before-range`, `already-committed`,
    `unreachable`, `inline`, `allowed` or `baseline`."""
    reason: str


@record(frozen=True, slots=True)
class Finding:
    """One secret under one signature, with every place where it lies."""

    id: str  # short and stable: the start of the fingerprint
    signature: str
    kind: str  # `secret` or `exposure`
    severity: Severity
    confidence: Confidence
    title: str
    secret: Secret
    fingerprint: str
    """Keyed hash of signature and secret: the same in every run, on every machine."""
    locations: tuple[Location, ...]  # first seen first
    decoded: tuple[str, ...] = ()
    parts: tuple[tuple[str, Secret], ...] = ()
    verdict: Verdict = Verdict()
    suppression: Suppression | None = None
    properties: Mapping[str, str | int | bool] = dataclasses.field(default_factory=dict)
    """`blobs`, `commits`, `removed_commit`, `removed_date`, ..."""
    around: Secret | None = None  # of one match, for its verification; never reported
    reasons: tuple[str, ...] = ()
    """Of an exposure: how its severity came about, each a sentence without a full stop."""


@record(frozen=True, slots=True)
class Problem:
    """Something that could not be read, scanned or checked."""

    kind: str  # `unreadable`, `missing-objects`, `timeout`, `shallow`, ...
    where: str
    message: str
    gap: bool = True  # something that should have been scanned was not: exit code 2


NOTHING_SOUGHT = "nothing-looked-for"
"""The kind of problem of a report for which all signatures were switched off."""


@record(frozen=True, slots=True)
class Report:
    """What a run found and exactly what it looked at."""

    target: str
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    scanned: Mapping[str, int]
    """Counts: `files`, `staged`, `blobs`, `bytes`, `commits`, `tags`, `skipped_binary`, ..."""
    signatures: Sequence[Signature]  # those that were looked for
    unsure: int = 0  # findings that were left out because they are not sure enough
    put_off: bool = False  # some of these may be none
    named: tuple[Secret, ...] = ()  # secrets in names of files and the like, masked with the rest
    seconds: float = 0.0
