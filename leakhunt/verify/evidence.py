"""What of a verification was looked up in the provider's documentation, where and when."""

from __future__ import annotations

import datetime
from typing import Any

from leakhunt.records import record

_KEYS = ({"date", "page", "says"}, {"date", "server", "says"})
SAYS = ("request", "live", "dead")
"""What documentation can say: how to ask, how a live credential is answered, how a dead one."""


@record(frozen=True, slots=True)
class Evidence:
    """One look into documentation, or one try at a real server.

    Attributes:
        date: when, as `2026-11-22`.
        says: what stands there, or was seen, of `SAYS`.
        page: what was read: a page, a published description of the API, the provider's own client
            or server, or where somebody recorded an answer.
        server: what was asked instead, with its version: a server that runs here.
    """

    date: str
    says: tuple[str, ...]
    page: str = ""
    server: str = ""

    @property
    def told(self) -> str:
        """What stands there, in words; what does not stand there is left out."""
        return ", ".join(self.says)

    @property
    def where(self) -> str:
        """The page, or the server."""
        return self.page or f"at {self.server}"


def read(table: Any) -> tuple[Evidence, ...]:
    """Check one look, or a list of several: not everything stands on one page.

    Args:
        table: `evidence` of a `[[verification]]`.

    Raises:
        ValueError: the message says what is wrong.
    """
    tables = table if isinstance(table, list) else [table]
    if not tables:
        raise ValueError("'evidence' is empty")
    return tuple(_read(one) for one in tables)


def _read(table: Any) -> Evidence:
    if not isinstance(table, dict) or set(table) not in _KEYS:
        raise ValueError("'evidence' is a table of date, says, and page or server, or a list")
    try:
        datetime.date.fromisoformat(table["date"])
    except (ValueError, TypeError):
        raise ValueError("'date' of 'evidence' is no date such as 2026-11-22") from None
    page, server, says = table.get("page", ""), table.get("server", ""), table["says"]
    if "page" in table and not (isinstance(page, str) and page.startswith("https://")):
        raise ValueError("'page' of 'evidence' is no address")
    if "server" in table and not (isinstance(server, str) and server.strip()):
        raise ValueError("'server' of 'evidence' is no name")
    if not isinstance(says, list) or not says or not all(one in SAYS for one in says):
        raise ValueError(f"'says' of 'evidence' is a list of {', '.join(SAYS)}")
    return Evidence(table["date"], tuple(one for one in SAYS if one in says), page, server)
