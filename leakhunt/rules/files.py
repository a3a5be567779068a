"""Signatures of any kind of file: leakhunt's own format, and rule files of other scanners."""

from __future__ import annotations

import contextlib
import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt import signatures
from leakhunt.errors import SignatureError
from leakhunt.model import Allowance, Note, Signature
from leakhunt.rules import convert, toml
from leakhunt.rules.toml import Table, UnusableError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEEPEST = 8
_KNOWN = {
    "title", "description", "minversion", "betterleaksminversion", "extend", "rules", "allowlist",
    "allowlists", "prefilter", "filter",
}  # fmt: skip
_CHANGES = {"id", "description", "allowlist", "allowlists"}
_ADDED = ("tags", "keywords", "allowlists")
_REPLACED = ("description", "entropy", "secretgroup", "regex", "path", "filter", "validate")
_OWN_SET = "a rule of the scanner's own set, which leakhunt does not have"


GENERIC = "generic-api-key"
"""The rule there for which leakhunt has the signatures that go by the names of values."""


class Theirs(NamedTuple):
    """What a file with `useDefault` allows of what leakhunt's own signatures find.

    They take the place of the set that it extends.
    """

    where: str
    """`file:line`."""
    allowance: Allowance | None
    """None: whatever they find."""
    only: tuple[str, ...]
    """Ids of signatures; none: all."""


class Loaded(NamedTuple):
    """What files hold."""

    signatures: tuple[Signature, ...]
    """Sorted by id."""
    notes: tuple[Note, ...]


def read(paths: list[Path]) -> dict[str, str]:
    """Read signature files and those that they extend.

    Raises:
        SignatureError: a file is absent or cannot be read.
    """
    texts = signatures.read(paths)
    waiting = list(texts)
    while waiting:
        name = waiting.pop()
        if not toml.is_rule_file(texts[name]) or not re.search("(?i)extend", texts[name]):
            continue
        document = toml.parsed(name, texts[name])
        base = _base(document)
        if base and not any(option in texts for option in _options(document.name, base)):
            there = [option for option in _options(name, base) if Path(option).is_file()]
            if not there:
                raise SignatureError(
                    f"{document.where('extend')}: {base}: no such file",
                    "check path in [extend]",
                )
            texts |= signatures.read([Path(there[0])])
            waiting.append(there[0])
    return texts


def load(texts: Mapping[str, str]) -> Loaded:
    """Parse and check files of either kind.

    Args:
        texts: from :func:`read`.

    Raises:
        SignatureError: a file is wrong as a whole.
    """
    theirs = {name for name, text in texts.items() if toml.is_rule_file(text)}
    found = signatures.load({name: text for name, text in texts.items() if name not in theirs})
    if not theirs:
        return Loaded(found, ())
    documents = {name: toml.parsed(name, texts[name]) for name in texts if name in theirs}
    bases = {name: _find_base(document, documents) for name, document in documents.items()}
    taken = {signature.id for signature in found}
    notes: list[Note] = []
    made = list(found)
    for name in documents:
        # What another file extends is a part of that one.
        if name not in bases.values() or bases.get(name) == name:
            made += _RuleFile(_chain(name, bases, documents), taken, notes).signatures()
    return Loaded(tuple(sorted(made, key=lambda signature: signature.id)), tuple(notes))


def theirs(texts: Mapping[str, str]) -> list[Theirs]:
    """Return what files allow of what leakhunt's own signatures find.

    Args:
        texts: from :func:`read`.
    """
    found: list[Theirs] = []
    for name, text in texts.items():
        if not (toml.is_rule_file(text) and re.search("(?i)usedefault", text)):
            continue
        document = toml.parsed(name, text)
        if not any(extend.values.get("usedefault") is True for extend in document.tables("extend")):
            continue
        off = [own for one in document.tables("extend") for own in one.texts("disabledrules")]
        found += [Theirs(document.where("disabledrules"), None, (own,)) for own in off]
        changed = [rule for rule in toml.rules(document) if _only_allows(rule)]
        for table in (document, *changed):
            for entry in table.tables("allowlist", "allowlists"):
                key = "allowlists" if "allowlists" in table.values else "allowlist"
                only = (str(table.values["id"]),) if table in changed else None
                with contextlib.suppress(UnusableError):  # said when the file was loaded
                    made = convert.allowance(entry)
                    targets = entry.texts("targetrules") if only is None else only
                    found.append(Theirs(table.where(key), made, targets))
    return found


def _only_allows(rule: Table) -> bool:
    """Say whether a rule has no more than allowlists for one of the same id that is extended."""
    return "id" in rule.values and rule.values.keys() <= _CHANGES


def _base(document: Table) -> str:
    extend = document.values.get("extend", {})
    path = {key.lower(): value for key, value in extend.items()}.get("path", "") if extend else ""
    return path if isinstance(path, str) else ""


def _options(name: str, base: str) -> list[str]:
    """Return where a base may lie: gitleaks looks from the folder in which it runs."""
    return [base, str(Path(name).parent / base)]


def _find_base(document: Table, documents: Mapping[str, Table]) -> str:
    base = _base(document)
    options = _options(document.name, base) if base else []
    return next((option for option in options if option in documents), "")


def _chain(name: str, bases: Mapping[str, str], documents: Mapping[str, Table]) -> list[Table]:
    """Return a file and those that it extends, each before its base."""
    chain = [name]
    while base := bases[chain[-1]]:
        if base in chain or len(chain) > _DEEPEST:
            raise SignatureError(
                f"{documents[chain[-1]].where('extend')}: the files extend each other without end",
                "take one path in [extend] out",
            )
        chain.append(base)
    return [documents[one] for one in chain]


class _RuleFile:
    """A rule file with all that it extends.

    Args:
        chain: the file, and those that it extends.
        taken: ids that have been given away; those of this file are added.
        notes: what is not done as the file says is added.
    """

    def __init__(self, chain: list[Table], taken: set[str], notes: list[Note]) -> None:
        self.chain = chain
        self.taken = taken
        self.notes = notes
        self.rules: dict[str, Table] = {}
        self.ids: dict[str, str] = {}
        self.allowances: list[tuple[Allowance, tuple[str, ...]]] = []
        """With the rules they are for, or none: for all."""
        self.filters: dict[str, tuple[Table, str]] = {}
        """For all rules, with the file in which each stands: the last one counts."""
        self.with_defaults = False

    def note(self, table: Table, key: str, message: str, rule: str = "", gap: bool = False) -> None:
        self.notes.append(Note(rule, table.where(key), key, message, gap))

    def signatures(self) -> list[Signature]:
        """Return all that can be looked for."""
        for document in reversed(self.chain):
            self.extend(document)
            for rule in toml.rules(document):
                self.add(rule)
            self.allow(document)
            self.filters |= {
                key: (document, document.text_of(key))
                for key in ("prefilter", "filter")
                if document.values.get(key)
            }
            for key in document.values.keys() - _KNOWN:
                message = f"leakhunt does not support '{key}'; the rules are used without it"
                self.note(toml.own_keys(document), key, message)
        self.filter()
        ours = {own for own in self.rules if self.is_ours(own) or own == GENERIC}
        self.ids = {own: self.name(own) for own in self.rules}
        made: list[Signature] = []
        for own, rule in self.rules.items():
            try:
                chosen = [a for a, only in self.allowances if not only or own in only]
                made.append(convert.signature(rule, self.ids[own], chosen, self.final, self.notes))
            except UnusableError as fault:
                if self.with_defaults and own in ours and _only_allows(rule):
                    continue  # see `theirs`
                changes = self.with_defaults and not rule.values.keys() & {"regex", "path"}
                message = f"it changes {_OWN_SET}" if changes else fault.message
                self.note(rule, fault.key, f"{message}; it was left out", own, gap=not changes)
        return self.complete(made)

    def complete(self, made: list[Signature]) -> list[Signature]:
        """Leave out what needs the company of a rule that was left out."""
        while True:
            there = {signature.id for signature in made}
            lonely = {
                s.id
                for s in made
                if s.rule and any(c.signature not in there for c in s.rule.company)
            }
            if not lonely:
                return made
            for own, known in self.ids.items():
                if known in lonely:
                    message = "a rule that it requires was left out; so was it"
                    self.note(self.rules[own], "required", message, own, gap=True)
            made = [signature for signature in made if signature.id not in lonely]

    def final(self, own: str) -> str:
        """Return the id here of a rule that another one requires."""
        if own not in self.ids:
            raise UnusableError("required", f"it requires the rule '{own}', which does not exist")
        return self.ids[own]

    def name(self, own: str) -> str:
        """Choose an id that nothing else has: its own, or one with the name of the file before."""
        wanted = re.sub(r"[^\w.-]+", "-", own, flags=re.ASCII).strip("-") or "rule"
        if wanted in self.taken:
            stem = re.sub(r"[^a-z0-9]+", "-", Path(self.chain[0].name).stem.lower()).strip("-")
            wanted = f"{stem or 'rules'}-{wanted}"
        number = 2
        free = wanted
        while free in self.taken:
            free = f"{wanted}-{number}"
            number += 1
        self.taken.add(free)
        return free

    def add(self, rule: Table) -> None:
        """Take a rule in; one of the same id in a base is changed by it."""
        own = rule.values.get("id")
        if not isinstance(own, str) or not own.strip():
            self.note(rule, "", "a rule has no id; it was left out", gap=True)
            return
        before = self.rules.get(own)
        if before is None:
            self.rules[own] = rule
        elif before.name == rule.name:
            self.note(before, "", "it is defined again further down, which counts", own)
            self.rules[own] = rule
        else:
            self.rules[own] = self.changed(before, rule)

    def changed(self, base: Table, change: Table) -> Table:
        """Return a rule of a base as a later file changes it."""
        values: dict[str, Any] = dict(base.values)
        for key, value in change.values.items():
            if key == "allowlist":
                key, value = "allowlists", [value]
            if key in _ADDED and isinstance(value, list):
                if key == "allowlists" and "allowlist" in values:
                    values["allowlists"] = [values.pop("allowlist")]
                values[key] = [*values.get(key, []), *value]
            elif key in _REPLACED:
                values[key] = value or values.get(key, value)
            elif key != "id":
                values[key] = value
        return change._replace(values=values)

    def extend(self, document: Table) -> None:
        """Take in what [extend] says but its path."""
        for extend in document.tables("extend"):
            if extend.flag("usedefault"):
                self.with_defaults = True
            for own in extend.texts("disabledrules"):
                if self.rules.pop(own, None) is not None or self.is_ours(own):
                    continue  # or suppressed, see `theirs`
                hint = "a signature of leakhunt is left out with --ignore"
                message = f"disabledRules names '{own}', which is not in what is extended; {hint}"
                self.note(document, "disabledRules", message)
            for key in extend.values.keys() - {"path", "usedefault", "disabledrules"}:
                message = f"leakhunt does not support '{key}' of [extend]"
                url = key == "url"
                self.note(document, key, message + "; nothing is fetched" * url, gap=url)

    def is_ours(self, own: str) -> bool:
        """Say whether leakhunt has a signature in the place of a rule of what is extended."""
        return self.with_defaults and own in self.taken

    def filter(self) -> None:
        """Take in the filters for all rules."""
        for key, (document, text) in self.filters.items():
            where = toml.own_keys(document)
            made = convert.filtered(text, functools.partial(self.note, where, key))
            self.allowances += [(allowance, ()) for allowance in made]

    def allow(self, document: Table) -> None:
        """Take in the allowlists for all rules, and those for some."""
        for entry in document.tables("allowlist", "allowlists"):
            targets = entry.texts("targetrules")
            key = "allowlists" if "allowlists" in document.values else "allowlist"
            try:
                made = convert.allowance(entry)
                self.allowances.append((made, targets))
                if self.with_defaults and made.target != "secret":
                    message = (
                        "for leakhunt's own signatures its regexes are looked for in the secret, "
                        f"not in the {made.target}"
                    )
                    self.note(document, key, message)
            except UnusableError as fault:
                self.note(document, key, f"an allowlist is not used: {fault.message}")
            for own in targets:
                if own not in self.rules and not (self.is_ours(own) or own == GENERIC):
                    message = f"an allowlist is for the rule '{own}', which is not in this file"
                    self.note(document, key, message)
