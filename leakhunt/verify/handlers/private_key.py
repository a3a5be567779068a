"""Private keys: that of a GitHub App, if its number stands beside it, or SSH at a named host."""

from __future__ import annotations

import io
import re
import time
import urllib.parse
from typing import TYPE_CHECKING, Any

from leakhunt.model import State, Verdict
from leakhunt.verify.asking import shown, why
from leakhunt.verify.handlers.gcp_service_account import signed
from leakhunt.verify.policy import Target
from leakhunt.verify.reasons import Absent, Unfit, Unreachable
from leakhunt.verify.transport import Request

if TYPE_CHECKING:
    from leakhunt.verify.cases import Case
    from leakhunt.verify.session import Session

_APP = re.compile(
    r"(?i:github_?app_?id|(?<![a-z])app_?id)[\"']?\s{0,3}[=:]\s{0,3}[\"']?(\d{2,9})\b"
)
_GITHUB = "https://api.github.com/app"


def contacts(case: Case) -> list[Target]:
    """Return GitHub, or the host that the configuration names."""
    if _app(case):
        return [_request(case).target]
    return [_ssh(case)[1]]


def ask(case: Case, session: Session) -> Verdict:
    """Ask GitHub whose key it is, or log in over SSH."""
    return _github(case, session) if _app(case) else _login(case, session)


def _app(case: Case) -> str:
    found = set(_APP.findall(case.around)) if "RSA PRIVATE KEY" in case.secret else set()
    # Of several apps it would be guessing whose key it is.
    return found.pop() if len(found) == 1 else ""


def _request(case: Case) -> Request:
    now = int(time.time())
    claims: dict[str, object] = {"iat": now - 60, "exp": now + 300, "iss": _app(case)}
    token = signed({"alg": "RS256", "typ": "JWT"}, claims, case.secret)
    sent = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    base = case.endpoint if case.endpoint.startswith("http") else ""
    return Request("GET", f"{base.rstrip('/')}/app" if base else _GITHUB, sent)


def _github(case: Case, session: Session) -> Verdict:
    answer = session.send(_request(case))
    found = answer.json if isinstance(answer.json, dict) else {}
    if answer.status == 200 and found.get("slug"):
        name = shown(str(found["slug"]), case.hidden)
        return Verdict(State.ACTIVE, f"GitHub accepts it for {name}", details={"app": name})
    said = str(found.get("message", ""))
    if answer.status == 401 and "could not be decoded" in said:
        return Verdict(State.INACTIVE, "GitHub refuses it")
    if answer.status == 404 and "Integration not found" in said:
        return Verdict(State.INACTIVE, "GitHub knows no app of this number")
    return Verdict(State.UNKNOWN, why(answer))


def _ssh(case: Case) -> tuple[str, Target]:
    split = urllib.parse.urlsplit(case.endpoint)
    if split.scheme != "ssh" or not split.hostname:
        raise Absent("host: [verify.endpoints] can name one, private-keys = 'ssh://user@host'")
    return urllib.parse.unquote(split.username or "git"), Target(
        split.hostname, split.port or 22, True
    )


def _login(case: Case, session: Session) -> Verdict:
    """Prove that one has the key; no command is run."""
    user, target = _ssh(case)
    try:
        import paramiko
    except ImportError:
        return Verdict(State.UNKNOWN, "it takes paramiko: pip install 'leakhunt[ssh]'")
    key = _key(case.secret, paramiko)
    line = session.network.connect(target)
    with session.network.guarded(line):
        transport = paramiko.Transport(line)
        transport.banner_timeout = transport.auth_timeout = session.network.timeout
        try:
            transport.start_client(timeout=session.network.timeout)
            transport.auth_publickey(user, key)
        except paramiko.AuthenticationException:
            return Verdict(State.INACTIVE, f"{target} refuses it for {user}")
        except (paramiko.SSHException, EOFError, OSError):
            raise Unreachable("it broke off") from None
        finally:
            transport.close()
    details = {"server": str(target), "user": user}
    return Verdict(State.ACTIVE, f"{target} accepts it for {user}", details=details)


def _key(text: str, paramiko: Any) -> Any:
    text = text.replace("\\r", "").replace("\\n", "\n")
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise Unfit("the key cannot be read: it is encrypted or damaged")
