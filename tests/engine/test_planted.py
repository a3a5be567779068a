"""Every example of every signature, planted into other text at many alignments.

Vectorised matchers have had bugs that show only where a match crosses a vector; examples alone
are too short to meet them.
"""

from __future__ import annotations

import random

import pytest

from leakhunt.engine.scan import Engine, Settings
from leakhunt.model import Blob, Signature

_FILLER = 'lorem ipsum | dolor = sit: amet (42) {"a": 1} - x@y.example\n' * 4
_WHOLE_FILE = {"rails-master-key-file"}
"""Its pattern is anchored to the start and end of the file."""


@pytest.fixture(scope="module")
def engine(builtin: tuple[Signature, ...]) -> Engine:
    # What counts only in conversations is looked for by itself.
    return Engine(Settings(tuple(s for s in builtin if s.provider != "Chat")))


@pytest.mark.parametrize("part", range(8))
def test_every_example_is_found_at_every_alignment(engine: Engine, part: int) -> None:
    rng = random.Random(part)
    missed = []
    for signature in engine.settings.signatures[part::8]:
        if signature.id in _WHOLE_FILE or signature.context is not None:
            continue
        for example in signature.examples:
            for offset in rng.sample(range(len(_FILLER)), 12):
                before = _FILLER[-offset:] if offset else ""
                text = f"{before}\n{example}\n{_FILLER[: rng.randrange(130)]}"
                found = {m.signature for m in engine.scan(Blob("planted"), text.encode()).matches}
                if signature.id not in found:
                    missed.append((signature.id, offset, sorted(found)))
    assert missed == []
