"""Adds what runs took to the table in docs/hardening.md; each log once.

python -m tests.fuzz.table fuzz-work/log.jsonl
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.fuzz.targets import TARGETS

PAGE = Path(__file__).parents[2] / "docs/hardening.md"
_TABLE = re.compile(r"(?s)(?<=<!-- fuzz -->\n).*?(?=<!-- /fuzz -->)")
_ROW = re.compile(r"\| `(\w+)` \| (.*?) \| ([\d.]+) \| ([\d,]+) \|")
_HEAD = "| target | reads | CPU minutes | executions |\n|---|---|---|---|\n"


def main() -> None:
    """Read the logs that are named, and write the page."""
    text = PAGE.read_text("utf-8")
    logs = (line for name in sys.argv[1:] for line in Path(name).read_text("utf-8").splitlines())
    PAGE.write_text(_TABLE.sub(lambda found: added(found[0], logs), text), "utf-8")


def added(table: str, log: Iterable[str]) -> str:
    """Return the table with more in it.

    Args:
        table: as it stands in the page.
        log: rows of `log.jsonl`.
    """
    known = {name: (what, float(cpu), _number(n)) for name, what, cpu, n in _ROW.findall(table)}
    for row in map(json.loads, log):
        name = row["target"]
        what, minutes, count = known.get(name, (_purpose(name), 0.0, 0))
        known[name] = (what, minutes + row["cpu"] / 60, count + row["executions"])
    rows = (
        f"| `{name}` | {known[name][0]} | {known[name][1]:.1f} | {known[name][2]:,} |\n"
        for name in TARGETS
        if name in known
    )
    minutes, count = (sum(one[at] for one in known.values()) for at in (1, 2))
    return _HEAD + "".join(rows) + f"| all | | {minutes:.0f} | {count:,} |\n"


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def _purpose(name: str) -> str:
    first = (TARGETS[name].load(name).__doc__ or name).splitlines()[0].rstrip(".")
    return first[:1].lower() + first[1:]


if __name__ == "__main__":
    main()
