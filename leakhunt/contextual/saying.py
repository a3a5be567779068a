"""What a file says beside the candidates of its lines: facts whose names are those of secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import judge
from leakhunt.contextual.astray import is_command
from leakhunt.contextual.candidates import Candidate
from leakhunt.contextual.covering import CODE
from leakhunt.contextual.held import PIN, held
from leakhunt.contextual.implied import DEFAULT, composed, implied
from leakhunt.contextual.lifting import lifted
from leakhunt.contextual.names import is_entry
from leakhunt.contextual.placed import SETS, placed
from leakhunt.contextual.returned import printed, returned
from leakhunt.contextual.stated import stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leakhunt.contextual.names import Names
    from leakhunt.contextual.stated import Stated
    from leakhunt.facts.model import Facts
    from leakhunt.model import Signature

_JUST_KEY = {("key",), ("Key",), ("KEY",)}
Held = tuple[Candidate, str | None, tuple[str, ...]]
"""A candidate, how its file holds it, and by which name."""


_JWT_KEY = ("jwt_key",)
_SIGNER = lazy.pattern(r"(?i)(?:[a-z]{0,16}jwt|tokens?)(?:[a-z]{3,16})?")
"""The section of settings in which a key is the one that signs tokens: `JwtSettings.Key`."""


def _is_of_signer(path: Sequence[str]) -> bool:
    """Say whether what is just called key signs tokens, by what it is a part of."""
    return path[-1:] in _JUST_KEY and len(path) > 1 and _SIGNER.fullmatch(path[-2]) is not None


class Saying:
    """Weighs what files say.

    Args:
        names: what secrets are called.
        signatures: those that have a context.
    """

    def __init__(self, names: Names, signatures: Sequence[Signature]) -> None:
        self._names = names
        self._signatures = signatures

    def within(
        self, read: Facts, data: bytes, part: tuple[int, int], language: str, file: str
    ) -> Iterator[Held]:
        """Yield what a part of a file says, with what it weighs there.

        Args:
            read: the facts of the part.
            data: the whole text.
            part: where the part begins and ends.
            language: of the file.
            file: its name.
        """
        low, high = part
        for item, form, named in self.facts(read, data[low:high], low, code=language in CODE):
            yield lifted(item, data, [named], form, language, file), form, named

    def facts(self, read: Facts, data: bytes, low: int, *, code: bool) -> Iterator[Held]:
        """Yield what a part of a file says beside its candidates."""
        if code:
            yield from self.stated(implied(read, self._names), "maybe", low)
            yield from self.stated(composed(read, self._names), "stated", low)
            yield from self.stated(placed(read, data, self._names), "maybe", low)
            yield from self.stated(returned(read, self._names), "returned", low)
        else:
            yield from self.stated(stated(read, data), "stated", low)
            if read.language == "bash":
                yield from self.stated(printed(data, self._names), "returned", low)
        yield from self.stated(held(read, data, self._names), "member", low)

    def stated(self, items: Iterable[Stated], kind: str, low: int) -> Iterator[Held]:
        """Yield what a part of a file states, wherever a line alone would not tell; and how."""
        for item in items:
            name = self._names.of_path(_JWT_KEY if _is_of_signer(item.path) else item.path)
            if name is None or self._names.repeats(item.path[-1], item.text):
                continue
            if item.sign == ":" and is_command(item.path[-1].encode()):
                continue
            if item.sign == "|" and is_entry(item.path[-1], item.text):
                continue
            context = self._signatures[name.signature].context
            sure = (kind == "member" and item.sign == "=") or item.sign == SETS
            own = PIN if item.sign == PIN else "stated" if sure else kind
            weighed = judge.weigh(own, name, context, item.text)
            if weighed is not None and (
                item.sign != DEFAULT
                or weighed.look.kind != "default"
                or any(map(str.isdigit, item.text))
            ):
                at = item.start + low, item.end + low
                look = weighed.look
                yield (
                    Candidate(
                        *at,
                        name.signature,
                        weighed.weight,
                        look.strength,
                        "stated",
                        item.sign,
                        look=look.kind,
                        modest=name.word if weighed.modest else "",
                    ),
                    item.form,
                    item.path,
                )
