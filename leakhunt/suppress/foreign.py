"""What was accepted elsewhere: baselines of other tools, `.gitleaksignore`, marks of our page."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunt import documents, lazy, numbers
from leakhunt.model import Secret
from leakhunt.suppress.baseline import Malformed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakhunt.model import Finding, Location

_PEM = lazy.pattern(rb"BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?")
_COMMIT = lazy.pattern(r"([0-9a-f]{40}|[0-9a-f]{64}):(.+)")


class Imported(NamedTuple):
    """One thing that was accepted."""

    where: str
    """`file:line`, or `file` and its number."""
    path: str
    line: int = 0  # 0 is any
    commit: str = ""
    sha1: str = ""  # of the secret
    secret: Secret | None = None
    fingerprint: str = ""  # of the finding, wherever it lies
    said: Secret | None = None
    """What stands in the line, if that could be read: secrets in it are meant."""

    @property
    def version(self) -> str:
        """The file in its commit, as git names it, if the line of one is meant."""
        return f"{self.commit}:{self.path}" if self.commit and self.line and not self.secret else ""

    def means(self, finding: Finding, place: Location, path: str) -> bool:
        """Say whether it means a finding at a place.

        The name of the rule does not matter: tools call the same thing differently.

        Args:
            finding: what was found.
            place: one of its places.
            path: the path of that place from the top of the repository.
        """
        if self.fingerprint:
            return finding.fingerprint == self.fingerprint
        if path != self.path or not len(finding.secret):
            return False
        value = finding.secret.reveal()
        if self.secret is not None:
            return value in self.secret.reveal() or self.secret.reveal() in value
        if self.sha1:
            # Of a key detect-secrets knows only its first line.
            return self.sha1 in map(_sha1, (value, *_PEM.findall(value[:200])))
        if self.said is not None and value in self.said.reveal():
            return True
        if self.commit and place.commit != self.commit:
            return False
        first = place.line or 0
        return first <= self.line <= (place.end_line or first)


def _sha1(value: bytes) -> str:
    return hashlib.sha1(value, usedforsecurity=False).hexdigest()


def read(name: str, text: str) -> list[Imported]:
    """Read a file of another tool.

    Args:
        name: what to call it.
        text: what is in it.

    Raises:
        Malformed: it is none that is known.
    """
    if text.lstrip().startswith(("{", "[")):
        try:
            document = documents.of_json(text)
        except documents.Unreadable as error:
            raise Malformed(error.line, f"this cannot be read: {error}") from None
        if isinstance(document, list):
            return list(_gitleaks(name, document))
        if document.get("leakhunt") == "triage" and isinstance(document.get("marks"), list):
            return list(_triage(name, document["marks"]))
        if isinstance(document.get("results"), dict):
            return list(_detect_secrets(name, document["results"]))
        raise Malformed(1, "this is no baseline of gitleaks or detect-secrets, and no saved marks")
    return list(_ignored(name, text))


def _ignored(name: str, text: str) -> Iterator[Imported]:
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.strip()
        if not entry or entry.startswith("#"):
            continue
        head, rule, at = [*entry.rsplit(":", 2), "", ""][:3]
        place = numbers.whole(at)
        if not (head and rule) or place is None:
            raise Malformed(number, "this is no line of a .gitleaksignore: file:rule:line")
        commit = _COMMIT.fullmatch(head)
        path = commit[2] if commit else head
        yield Imported(f"{name}:{number}", path, place, commit[1] if commit else "")


def _gitleaks(name: str, findings: list[Any]) -> Iterator[Imported]:
    for number, item in enumerate(findings, 1):
        if not isinstance(item, dict) or not isinstance(item.get("File"), str):
            raise Malformed(1, f"finding {number} has no File: this is no report of gitleaks")
        path = item["File"].replace("\\", "/")
        value, commit = item.get("Secret") or "", item.get("Commit") or ""
        first = item.get("StartLine") or 0
        if not (isinstance(value, str) and isinstance(commit, str) and isinstance(first, int)):
            raise Malformed(1, f"finding {number} has an odd Secret, Commit or StartLine")
        # With --redact the value is gone, in whole or in part.
        known = value and "REDACTED" not in value and not value.endswith("...")
        yield Imported(
            f"{name}, finding {number}",
            path,
            first,
            commit,
            secret=Secret(value.encode("utf-8", "surrogatepass")) if known else None,
        )


def _detect_secrets(name: str, results: dict[str, Any]) -> Iterator[Imported]:
    number = 0
    for path, items in results.items():
        for item in items if isinstance(items, list) else ():
            number += 1
            sha1 = item.get("hashed_secret") if isinstance(item, dict) else None
            if not isinstance(sha1, str):
                raise Malformed(1, f"result {number} has no hashed_secret")
            yield Imported(f"{name}, result {number}", path.replace("\\", "/"), sha1=sha1)


def _triage(name: str, marks: list[Any]) -> Iterator[Imported]:
    for number, mark in enumerate(marks, 1):
        fingerprint = mark.get("fingerprint") if isinstance(mark, dict) else None
        if not isinstance(fingerprint, str) or not fingerprint:
            raise Malformed(1, f"mark {number} has no fingerprint")
        path = mark.get("path")
        where = f"{name}, mark {number}"
        yield Imported(where, path if isinstance(path, str) else "", fingerprint=fingerprint)
