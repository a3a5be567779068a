"""Passwords of servers in whatever form: who is asked, and how, is what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt.verify import urls
from leakhunt.verify.reasons import Unfit

if TYPE_CHECKING:
    from leakhunt.model import Verdict
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Target
    from leakhunt.verify.session import Handler, Session


def contacts(case: Case) -> list[Target]:
    """Return the server that stands around the password."""
    return _handler(case).contacts(case)


def ask(case: Case, session: Session) -> Verdict:
    """Log in as the handler of that kind of server does."""
    return _handler(case).ask(case, session)


def _handler(case: Case) -> Handler:
    from leakhunt.verify.session import handler

    place = urls.place(case)
    if not place.protocol:
        raise Unfit(f"leakhunt does not speak {place.scheme}")
    return handler(place.protocol)
