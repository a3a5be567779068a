"""What a word weighs more because of what is around it, where it may be the name of a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunt import lazy
from leakhunt.contextual import judge, written
from leakhunt.contextual.covering import CODE
from leakhunt.contextual.forms import CRYPTO, PASSED, PROSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunt.contextual.candidates import Candidate

_JWT = lazy.pattern(r"(?i)jwt|session|cookie|hmac")
"""What signs, in configuration."""
_HELD_ELSEWHERE = lazy.pattern(r"(?i)(?:secrets?|keys?|creds?|credentials?|jwt|auth)\Z")
"""The end of a name of where a secret is kept."""
_HALVES = {"secret key", "secretkey", "secret access key"}
_OTHER_HALF = lazy.pattern(
    rb"(?i)access_?key(?:_?id)?[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?(?![\"'<{$]|(?i:your|null|"
    rb"none))\w"
)
_SET_IN_LUA = ".cfg.lua"
"""The settings of Prosody are a script."""
_WORD = 6
"""Letters of a word that somebody takes for a secret, at least."""
_ENVIRONMENT = lazy.pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|SECRET")
_SIGNED = 2
"""What the secret of that weighs more."""
_BINDS = {"credentials", "credential", "creds", "auth"}
_DIRECTORY = lazy.pattern(rb"(?i)ldap|bind_?(?:dn|credential)|bindmethod")
"""Who asks a directory does so with a password, which is called its credentials."""
_REDIS = lazy.pattern(rb"(?i)redis")
"""What a client of it takes to sign in is a password: `client.auth("...")`."""
_DIRECTIVES = {"directives", "ini"}
"""Formats of services, in which a secret is written out beside the host that shares it."""

_REMOTE = lazy.pattern(
    rb"(?i)ftp|registry|docker_?(?:hub|user|pass|token)|quay|nexus|artifactory|npm|pypi|twine|gem|"
    rb"maven|deploy|publish|upload|"
    rb"vault|signing|keystore|store_?pass|key_?pass|apple|android|play|slack|mail|sonar|ssh|"
    rb"remote|prod|"
    rb"login[ ]|sshpass|lftp|smbclient|github|gitlab|bitbucket|jira|cloud|heroku|(?:^|"
    rb"[\s\"'-])password[\"']?[:=]"
)


def lifted(
    candidate: Candidate,
    data: bytes,
    paths: Sequence[tuple[str, ...]],
    form: str | None,
    language: str,
    file: str,
) -> Candidate:
    """Return a candidate with what it weighs in its file.

    Args:
        candidate: what a line gave away.
        data: the text of its file.
        paths: the names that it has in the file.
        form: how the file holds it, see `forms.Forms.form`.
        language: of the file.
        file: its name.
    """
    if not form or not candidate.modest or (candidate.kind == "stated" and language in CODE):
        return candidate
    more = _more(candidate, data, paths, form, language, file)
    return candidate._replace(weight=candidate.weight + more)


def _is_given(word: str, text: str) -> bool:
    """Say whether a plain word stands where nothing but a secret does.

    The name of where a secret is kept has joints, or is said elsewhere in the file as well.
    """
    given = word in judge.SPECIFIC or word == "pepper"
    return given and len(text) >= _WORD and text.isalpha() and text.islower()


def _is_half(candidate: Candidate, data: bytes) -> bool:
    """Say whether a word is the secret half of a key whose other half is written out beside it."""
    if candidate.modest not in _HALVES:
        return False
    around = max(0, candidate.start - PASSED), candidate.end + PASSED
    return _OTHER_HALF.search(data, *around) is not None


def _is_variable(name: str, text: str) -> bool:
    """Say whether a name is that of an environment variable, and its value no part of it."""
    own = text.replace("-", "_").upper()
    return _ENVIRONMENT.fullmatch(name) is not None and own not in name


def _more(
    candidate: Candidate,
    data: bytes,
    paths: Sequence[tuple[str, ...]],
    form: str,
    language: str,
    file: str,
) -> int:
    if form in {"inside", "comparison"}:
        return 0
    if candidate.kind == "lone" and candidate.sign == "bytes" and CRYPTO.search(data):
        return judge.STEP
    text = data[candidate.start : candidate.end].decode("utf-8", "replace")
    if file.endswith(_SET_IN_LUA) and candidate.modest == "secret" and form == "assignment":
        return _SIGNED
    if language not in CODE and candidate.kind != "lone":
        # In configuration a word with joints is the name of where the secret is.
        parts = [part for path in paths for part in path[:-1]]
        plain = text.isalnum() or (
            any(map(_JWT.fullmatch, parts)) and not _HELD_ELSEWHERE.search(text)
        )
        signs = plain and any(map(_JWT.search, parts))
        variable = written.is_variable(data, candidate.start, candidate.end) or any(
            path and _is_variable(path[-1], text) for path in paths
        )
        shared = (
            candidate.modest == "secret"
            and language in _DIRECTIVES
            and written.is_beside_account(data, candidate.start, candidate.end, quoted=False)
        )
        if candidate.modest in _BINDS:
            line = data.rfind(b"\n", max(0, candidate.start - PASSED), candidate.start) + 1
            shared = _DIRECTORY.search(data, line, candidate.start) is not None
        signs = signs or shared or variable or candidate.kind == "directive"
        signs = signs or (_is_given(candidate.modest, text) and data.count(text.encode()) == 1)
        signs = signs or _is_half(candidate, data)
        return _SIGNED if signs and language not in PROSE else 0
    if candidate.modest == "auth" and candidate.sign == "(" and _REDIS.search(data):
        return judge.STEP
    around = [" ".join(path[:-1]) for path in [*paths, (file, "")]]
    return judge.lifted(candidate.kind, candidate.modest, text, around)


def is_remote(data: bytes, start: int) -> bool:
    """Say whether what is named before a value outlives a run of tests: no database of theirs.

    Args:
        data: the text.
        start: of the value, in bytes.
    """
    first = data.rfind(b"\n", max(0, start - 120), start) + 1
    return _REMOTE.search(data, first, start) is not None
