"""What of a verification was looked up in the provider's documentation, where and when."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

SAYS = ("request", "live", "dead")
"""What documentation can say: how to ask, how a live credential is answered, how a dead one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """One look into documentation.

    Attributes:
        date: when, as `2026-11-22`.
        page: what was read: a page, a published description of the API, or the provider's own
            client or server.
        says: what stands there, of `SAYS`.
    """

    date: str
    page: str
    says: tuple[str, ...]

    @property
    def told(self) -> str:
        """What stands there, in words; what does not stand there is left out."""
        return ", ".join(self.says)


def read(table: Any) -> Evidence:
    """Check a table.

    Args:
        table: `evidence` of a `[[verification]]`.

    Raises:
        ValueError: the message says what is wrong.
    """
    if not isinstance(table, dict) or set(table) != {"date", "page", "says"}:
        raise ValueError("'evidence' is a table of date, page and says")
    try:
        datetime.date.fromisoformat(table["date"])
    except (ValueError, TypeError):
        raise ValueError("'date' of 'evidence' is no date such as 2026-11-22") from None
    page, says = table["page"], table["says"]
    if not isinstance(page, str) or not page.startswith("https://"):
        raise ValueError("'page' of 'evidence' is no address")
    if not isinstance(says, list) or not says or not all(one in SAYS for one in says):
        raise ValueError(f"'says' of 'evidence' is a list of {', '.join(SAYS)}")
    return Evidence(table["date"], page, tuple(one for one in SAYS if one in says))
