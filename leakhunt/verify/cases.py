"""From findings to cases: each distinct credential once, with all that verifying it takes."""

from __future__ import annotations

import urllib.parse
from typing import TYPE_CHECKING

from leakhunt.records import record
from leakhunt.verify import spec as specs
from leakhunt.verify import urls
from leakhunt.verify.reasons import Absent, Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leakhunt.model import Finding, Signature
    from leakhunt.verify.spec import Spec


_PUBLIC = ("client email", "key id")
"""Parts that say whose a credential is, and open nothing."""


@record(frozen=True, slots=True)
class Case:
    """One credential to ask about. Its `repr` is masked.

    Attributes:
        spec: how.
        secret: the value as text; bytes that are no UTF-8 are escaped.
        parts: the other halves that were found beside it, by name.
        before, after: what stands beside it, where its verification reads that.
        endpoint: the base URL that the configuration gives for its provider, or empty.
    """

    spec: Spec
    secret: str
    parts: Mapping[str, str]
    before: str = ""
    after: str = ""
    endpoint: str = ""

    def __repr__(self) -> str:
        return f"Case({self.spec.provider})"

    @property
    def around(self) -> str:
        """It, and what stands beside it."""
        return self.before + self.secret + self.after

    @property
    def names(self) -> dict[str, str]:
        """What a template can name."""
        return {"secret": self.secret, **self.parts}

    @property
    def hidden(self) -> tuple[str, ...]:
        """What must not be told on."""
        return (self.secret, *self.parts.values())

    @property
    def kept(self) -> tuple[str, ...]:
        """What no verdict may hold, as it was found and as it is sent."""
        halves = [text for name, text in self.parts.items() if name not in _PUBLIC]
        whole = (self.secret, *halves)
        return (*whole, *{urllib.parse.unquote(text) for text in whole} - set(whole))

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it the same case as another."""
        spec = self.spec
        how = spec.handler or f"{spec.method} {spec.url}"
        parts = [f"{name}={value}" for name, value in sorted(self.parts.items())]
        return (how, repr(spec.active), self.endpoint, self.secret, *parts, *self._where())

    def _where(self) -> tuple[str, ...]:
        """What around it says whom to ask: the same login is asked about once, wherever it is."""
        if not self.spec.handler:
            return ()
        try:
            return urls.place(self).key
        except (Absent, Unfit):
            return (self.before, self.after)


def cases(
    findings: Sequence[Finding], signatures: Mapping[str, Signature], endpoints: Mapping[str, str]
) -> list[Case | None]:
    """Return the case of each finding; None where nobody knows how to verify it.

    Args:
        findings: of secrets and of exposures.
        signatures: by id.
        endpoints: of the configuration.
    """
    return [_case(one, signatures.get(one.signature), endpoints) for one in findings]


def _case(
    finding: Finding, signature: Signature | None, endpoints: Mapping[str, str]
) -> Case | None:
    if finding.kind != "secret" or signature is None or not signature.verification:
        return None
    spec = specs.of(signature.verification)
    before, after = beside(finding, signature.around)
    case = Case(
        spec,
        _text(finding.secret.reveal()),
        {name: _text(part.reveal()) for name, part in finding.parts},
        before,
        after,
        endpoints.get(spec.provider, ""),
    )
    if spec.handler == "server":
        # Most passwords do not say whose they are: there is no way to ask about them.
        place = urls.beside_it(case)
        return case if place is not None and place.protocol else None
    return case


def beside(finding: Finding, reach: int) -> tuple[str, str]:
    """Return what stands before and after a secret.

    Args:
        finding: with what its match brought along.
        reach: `Signature.around`.
    """
    if finding.around is None:
        return "", ""
    text = finding.around.reveal()
    return _text(text[:reach].lstrip(b"\0")), _text(text[reach + len(finding.secret) :])


def _text(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
