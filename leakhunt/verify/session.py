"""What a verification may use: requests, connections, endpoints; and the dict of handlers."""

from __future__ import annotations

import importlib
import struct
from typing import TYPE_CHECKING, Protocol, cast

from leakhunt.model import State, Verdict
from leakhunt.verify import asking
from leakhunt.verify.network import Network
from leakhunt.verify.reasons import Absent, Refused, Unfit, Unreachable
from leakhunt.verify.transport import Answer, Request, send

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.policy import Policy, Target


class Throttled(Exception):  # noqa: N818 (an answer: later)
    """There were too many requests, or the server fails for the moment.

    Args:
        verdict: what it would be if nobody asked again.
        patience: seconds that the server wants to be left alone, or 0.
    """

    def __init__(self, verdict: Verdict, patience: float) -> None:
        super().__init__()
        self.verdict = verdict
        self.patience = patience


class Handler(Protocol):
    """A module in `leakhunt/verify/handlers/`."""

    def contacts(self, case: Case) -> list[Target]:
        """Return who would be asked; nobody if that can be said without asking.

        Raises:
            Absent: something is not known that it takes.
            Unfit: what was found is not of the form that it should have.
        """

    def ask(self, case: Case, session: Session) -> Verdict:
        """Ask, and only read.

        Raises:
            Absent, Unfit, Refused, Unreachable: as the names say.
        """


HANDLERS = (
    "amqp",
    "aws",
    "azure_sas",
    "azure_storage",
    "ftp",
    "gcp_service_account",
    "jwt",
    "kubernetes",
    "ldap",
    "mongodb",
    "mysql",
    "postgresql",
    "private_key",
    "redis",
    "server",
    "smtp",
)
"""The modules that `handler` can name."""


def handler(name: str) -> Handler:
    """Return a handler by its name."""
    if name not in HANDLERS:
        raise ValueError(f"there is no handler '{name}'; known: {', '.join(HANDLERS)}")
    return cast("Handler", importlib.import_module(f"leakhunt.verify.handlers.{name}"))


def contacts(case: Case) -> list[Target]:
    """Return who would be asked about a credential.

    Raises:
        Absent, Unfit, Refused: nobody can be.
    """
    try:
        if case.spec.handler:
            return handler(case.spec.handler).contacts(case)
        return [asking.request(case.spec, case.names, case.endpoint).target]
    except (Absent, Unfit, Refused):
        raise
    except ValueError:
        # What could not be read may be quoted in it.
        raise Unfit("what stands beside it is not of the form that it should have") from None


def _busy(answer: Answer) -> bool:
    """Say whether asking again later may help; some say 403 to who asks too often."""
    limited = answer.status == 429 or (answer.status == 403 and answer.patience > 0)
    return limited or answer.status in (502, 503, 504)


class Session:
    """Asks, within the policy.

    Args:
        policy: who may be asked.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.network = Network(policy)

    def send(self, request: Request) -> Answer:
        """Send a request.

        Raises:
            Refused, Unreachable: there is no answer.
            Throttled: not now.
        """
        answer = send(request, self.network)
        if _busy(answer):
            raise Throttled(Verdict(State.UNKNOWN, asking.why(answer)), answer.patience)
        return answer

    def verdict(self, case: Case) -> Verdict:
        """Ask about a credential.

        Raises:
            Throttled: not now.
        """
        try:
            return asking.told_safely(self._verdict(case), case)
        except Throttled as throttled:
            verdict = asking.told_safely(throttled.verdict, case)
            raise Throttled(verdict, throttled.patience) from None
        except Exception as error:  # a hostile server ends its own verdict, not the run
            return asking.told_safely(unknown(error, contacted(case)), case)

    def _verdict(self, case: Case) -> Verdict:
        if case.spec.handler:
            return handler(case.spec.handler).ask(case, self)
        request = asking.request(case.spec, case.names, case.endpoint)
        answer = send(request, self.network)
        found = asking.verdict(case.spec, answer, case.hidden, case.endpoint)
        if found.state is State.UNKNOWN and _busy(answer):
            raise Throttled(found, answer.patience)
        return found


def contacted(case: Case) -> str:
    """Return whom a case asks, for messages."""
    try:
        return ", ".join(dict.fromkeys(target.host for target in contacts(case)))
    except (Absent, Unfit, Refused):
        return ""


def unknown(error: Exception, where: str = "") -> Verdict:
    """Return the verdict for something that could not be asked."""
    if isinstance(error, Absent):
        if str(error) == "server":
            return Verdict(State.UNKNOWN, "[verify.endpoints] does not say where its server is")
        return Verdict(State.UNKNOWN, f"it takes the {error}, which is not known")
    if isinstance(error, Refused):
        return Verdict(State.UNKNOWN, f"{where or 'the host'} was not asked: {error}")
    if isinstance(error, Unreachable):
        return Verdict(State.UNKNOWN, f"{where or 'the host'} could not be asked: {error}")
    if isinstance(error, Unfit):
        return Verdict(State.UNKNOWN, f"it could not be asked about: {error}")
    # Its message may quote what it stumbled over: a secret, or the answer of a stranger.
    said = "what it answers is not the protocol that was expected"
    if not isinstance(error, ValueError | LookupError | struct.error):
        said = f"leakhunt failed ({type(error).__name__})"
    return Verdict(State.UNKNOWN, f"{where or 'the host'} could not be asked: {said}")
