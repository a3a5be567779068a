"""Makes one changed copy of the cases of the corpus: other names, other values.

Each case was written by hand. Its variant keeps the surroundings and draws anew, from pools
written by hand and with a seed made of the case's id, what can be changed without making the text
unlikely: random values, plain passwords and phrases, placeholders, labels, and a qualifier before
the names around them (`db_password` becomes `ledger_db_password`). A label whose lines did not
change says nothing new, so it does not count in the variant.
"""

from __future__ import annotations

import dataclasses
import random
import re
import string
from typing import TYPE_CHECKING

from benchmarks.corpus import (
    FOLDER,
    LABEL,
    OF_PROGRAMS,
    RANDOM,
    Case,
    Label,
    build,
    snippets,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

POOLS = FOLDER / "pools"
NAME = re.compile(
    r"(?<![\w\\«|@%-])(?:[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+)(?![\w(])"
)
WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])")
PLAIN = re.compile(r"[\w!#$%&*+.,:;?^~§€=/-]{4,40}")
SAFE = re.compile(r"[\w -]{3,40}")
_CREDENTIAL = """
password passwd passwort pwd pass pw psw secret token apikey key passphrase credentials
"""
CREDENTIAL = frozenset(_CREDENTIAL.split())
_FIXED = """
ansible aws change changed check confirm create credentials default deploy encrypted foreign forgot
from generate get gf has hash hashed is kc lock login max me min minio mongo mysql new next no pg
plain plaintext postgres primary public rabbitmq random
react remember require reset set spring ssl tf update
username validate verify vite wordpress
"""
FIXED = frozenset(_FIXED.split())
"""First words that make a name one that a program demands, or the name of a deed."""
RIGID = frozenset({"ci", "compose", "hcl", "kubernetes", "xml", "yaml"})
"""Formats whose names in camelCase belong to a program."""
LENGTHS = {
    "hex": (24, 32, 40, 48, 64),
    "alnum": (20, 24, 32, 40, 48),
    "lower": (20, 24, 32, 40),
    "urlsafe": (32, 36, 43, 48, 64),
    "strong": (12, 16, 20, 24),
}
GROUPS = {
    "password": "passwords",
    "sql-password": "passwords",
    "command-line": "passwords",
    "connection-string": "passwords",
    "secret": "phrases",
    "session-secret": "phrases",
    "signing-key": "phrases",
    "encryption-key": "phrases",
    "salt": "phrases",
    "placeholder": "placeholders",
    "dictionary-word": "words",
    "translation": "translations",
    "form-label": "form-labels",
}
"""From which pool a plain value of a category is drawn."""


def corpus(folder: Path = FOLDER) -> list[Case]:
    """Return all cases, those written by hand and their variants, sorted by id."""
    pools = {file.stem: file.read_text("utf-8").splitlines() for file in POOLS.glob("*.list")}
    cases = written(folder)
    originals = {case.id: case for case in cases}
    for file in sorted(folder.glob("*.txt")):
        for name, path, body in snippets(file):
            made = variant(originals[name], path, body, pools)
            if made is not None:
                cases.append(made)
    return sorted(cases, key=lambda case: case.id)


def variant(original: Case, path: str, body: str, pools: dict[str, list[str]]) -> Case | None:
    """Return the variant of a case, or None if nothing in it can be changed.

    Args:
        original: The case as it was written.
        path: Its path.
        body: Its marked text.
        pools: What can be drawn: `passwords`, `phrases`, `qualifiers`, ...
    """
    if original.language in OF_PROGRAMS:
        return None
    source = random.Random(f"{original.id} variant")
    names = _renamed(body, pools["qualifiers"], source)
    if original.language in RIGID:
        names = {old: new for old, new in names.items() if "_" in old}
    made = build(f"{original.id}~1", path, _revalued(_rename(body, names), pools, source))
    if len(made.labels) != len(original.labels):
        return None
    labels = tuple(
        new if _changed(original, old, made, new) else dataclasses.replace(new, sign="?")
        for old, new in zip(original.labels, made.labels, strict=True)
    )
    if not any(label.sign in "+-" for label in labels):
        return None
    return dataclasses.replace(made, labels=labels)


def _changed(original: Case, old: Label, made: Case, new: Label) -> bool:
    before, after = original.text.splitlines(), made.text.splitlines()
    lines = made.lines(new)
    if old.sign == "?":
        return False
    return any(
        number > len(before) or number > len(after) or before[number - 1] != after[number - 1]
        for number in lines
    )


def _renamed(body: str, qualifiers: list[str], source: random.Random) -> dict[str, str]:
    """Return new names for the names of credentials in a text."""
    names: dict[str, str] = {}
    for found in NAME.finditer(LABEL.sub(_without_positive, body)):
        name = found[0]
        words = WORD.findall(name)
        low = [word.lower() for word in words]
        if name in names or low[0] in FIXED or not CREDENTIAL & set(low):
            continue
        qualifier = source.choice(qualifiers)
        names[name] = _joined(name, qualifier, words)
    return names


def _without_positive(found: re.Match[str]) -> str:
    return " " if found["sign"] == "+" else found["raw"]


def _joined(name: str, qualifier: str, words: list[str]) -> str:
    if "_" in name:
        return f"{qualifier.upper() if name.isupper() else qualifier}_{name}"
    return qualifier + "".join(word[0].upper() + word[1:] for word in words)


def _rename(body: str, names: dict[str, str]) -> str:
    """Put new names into a text, but not into the values that have to be found."""
    parts: list[str] = []
    at = 0
    for found in LABEL.finditer(body):
        parts.append(NAME.sub(lambda name: names.get(name[0], name[0]), body[at : found.start()]))
        raw = found["raw"]
        if found["sign"] != "+":
            raw = NAME.sub(lambda name: names.get(name[0], name[0]), raw)
        start, end = found.span("raw")
        parts.append(body[found.start() : start] + raw + body[end : found.end()])
        at = found.end()
    parts.append(NAME.sub(lambda name: names.get(name[0], name[0]), body[at:]))
    return "".join(parts)


def _revalued(body: str, pools: dict[str, list[str]], source: random.Random) -> str:
    """Draw values anew where that is possible; the same value stays the same in one text."""
    drawn: dict[tuple[str, str], str] = {}

    def replaced(found: re.Match[str]) -> str:
        raw = found["raw"]
        key = (found["category"], raw)
        if key not in drawn or RANDOM.fullmatch(raw):
            drawn[key] = _value(found, pools, source)
        start, end = found.start("raw") - found.start(), found.end("raw") - found.start()
        return found[0][:start] + drawn[key] + found[0][end:]

    return LABEL.sub(replaced, body)


def _value(found: re.Match[str], pools: dict[str, list[str]], source: random.Random) -> str:
    raw = str(found["raw"])
    chance = RANDOM.fullmatch(raw)
    if chance:
        length = int(chance["length"] or 0)
        choice = LENGTHS.get(chance["kind"], ()) if found["sign"] == "+" and length < 100 else ()
        return f"#{chance['kind']}{source.choice(choice) if choice else chance['length']}"
    if found["value"] is not None or not raw:
        return raw
    if found["category"] == "auth-header" and ":" in raw:
        return f"{raw.partition(':')[0]}:{source.choice(pools['passwords'])}"
    if raw.isdigit() and found["sign"] == "+":
        return "".join(
            source.choices(string.digits, k=len(raw))
        )  # what has a keypad takes no words
    group = GROUPS.get(found["category"])
    fitting = PLAIN if found["sign"] == "+" else SAFE
    if group is None or not fitting.fullmatch(raw):
        return raw
    return source.choice(pools[group])
