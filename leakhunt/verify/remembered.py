"""Verdicts of earlier runs, so that nobody is asked twice in a short while.

A private file; what was asked about is known only by a hash under a random key of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import TYPE_CHECKING

from leakhunt import cache
from leakhunt.model import State, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HOUR = 3600.0
_LIVE = 1.0
"""Hours for which a live credential is taken for live without asking again, at most."""
_MOST = 20_000
"""Verdicts that are kept; the oldest beyond that are forgotten."""


class Memory:
    """Remembers verdicts.

    Args:
        hours: for which one is good; 0 remembers nothing.
        clock: seconds since 1970, for tests.
    """

    def __init__(self, hours: float, clock: Callable[[], float] = time.time) -> None:
        self._hours = hours
        self._clock = clock
        self._name = cache.key("verdicts") if hours else ""
        self._fresh: dict[str, list[object]] = {}
        self._key, self._known = self._read()

    def _read(self) -> tuple[bytes, dict[str, list[object]]]:
        fresh: tuple[bytes, dict[str, list[object]]] = (os.urandom(32), {})
        data = cache.read(self._name) if self._name else None
        if data is None:
            return fresh
        try:
            document = json.loads(data)
            return bytes.fromhex(document["key"]), dict(document["verdicts"])
        except (ValueError, KeyError, TypeError):
            return fresh

    def _hash(self, case: Sequence[str]) -> str:
        digest = hashlib.blake2b(key=self._key, digest_size=20)
        for part in case:
            digest.update(len(part).to_bytes(8, "big") + part.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def verdict(self, case: Sequence[str]) -> Verdict | None:
        """Return what is known about a case and still good, or None."""
        found = self._known.get(self._hash(case)) if self._hours else None
        if found is None:
            return None
        try:
            stamp, state, reason, moment, details = found
            verdict = Verdict(State(str(state)), str(reason), str(moment), dict(details))  # type: ignore[call-overload]
            age = (self._clock() - float(stamp)) / _HOUR  # type: ignore[arg-type]
        except (ValueError, TypeError):
            return None
        good = min(self._hours, _LIVE) if verdict.state is State.ACTIVE else self._hours
        return verdict if 0 <= age <= good else None

    def learn(self, case: Sequence[str], verdict: Verdict) -> None:
        """Remember a verdict, if it is one: what could not be asked is asked again."""
        if self._hours and verdict.state in (State.ACTIVE, State.INACTIVE):
            self._fresh[self._hash(case)] = [
                self._clock(),
                verdict.state.value,
                verdict.reason,
                verdict.checked_at,
                dict(verdict.details),
            ]

    def keep(self) -> None:
        """Write down what was learnt, with what another run wrote down meanwhile."""
        if not self._fresh:
            return
        key, known = self._read()
        if key == self._key:
            self._known = known | self._known
        merged = self._known | self._fresh
        oldest = self._clock() - self._hours * _HOUR
        kept = {name: one for name, one in merged.items() if float(str(one[0])) >= oldest}
        newest = sorted(kept.items(), key=lambda item: float(str(item[1][0])))[-_MOST:]
        document = {"key": self._key.hex(), "verdicts": dict(newest)}
        cache.write(self._name, json.dumps(document).encode())
