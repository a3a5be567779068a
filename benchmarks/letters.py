"""Counts which letter follows which, and writes `leakhunt/contextual/letters.py`.

The text is leakhunt's own: its documentation and its code. Run as `python -m benchmarks.letters`.
"""

from __future__ import annotations

import collections
import math
import re
import string
from pathlib import Path

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "leakhunt/contextual/letters.py"
LETTERS = string.ascii_lowercase
SCALE = 6
HIGHEST = 90

HEADER = '''\
"""How surprising each letter is after another. Made by `python -m benchmarks.letters`."""

from __future__ import annotations

SCALE = {scale}
"""A character stands for so many of its units a bit, counted from `!`."""
ROWS = (
{rows}
)
"""The start of a word, then a to z; in each row what the letters a to z cost there."""
'''


def counted() -> collections.Counter[tuple[str, str]]:
    """Count pairs of letters in words, common words a little more than rare ones."""
    words: collections.Counter[str] = collections.Counter()
    for file in sorted(
        [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.rglob("leakhunt/**/*.py")]
    ):
        if file != TARGET:
            words.update(map(str.lower, re.findall(r"[A-Z]?[a-z]{2,}", file.read_text("utf-8"))))
    pairs: collections.Counter[tuple[str, str]] = collections.Counter()
    for word, times in words.items():
        for before, after in zip("^" + word, word, strict=False):
            pairs[before, after] += round(16 * (1 + math.log2(times)))
    return pairs


def row(pairs: collections.Counter[tuple[str, str]], before: str) -> str:
    """Return what each letter costs after another."""
    total = sum(pairs[before, after] for after in LETTERS) + 8 * len(LETTERS)
    costs = (SCALE * -math.log2((pairs[before, after] + 8) / total) for after in LETTERS)
    return "".join(chr(33 + min(HIGHEST, round(cost))) for cost in costs)


def main() -> None:
    """Write the table."""
    pairs = counted()
    rows = "\n".join(f"    {row(pairs, before)!r}," for before in "^" + LETTERS)
    TARGET.write_text(HEADER.format(scale=SCALE, rows=rows), "utf-8")


if __name__ == "__main__":
    main()
