"""Addresses that hold a secret: `scheme://user:password@host`, and hooks, whose path is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy
from leakhunt.contextual.values import FAIR, STRONG, look

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

SERVICES = frozenset(
    b"postgres postgresql psql pgsql pg mysql mysqlx mariadb mongodb mongo redis rediss amqp amqps "
    b"mssql sqlserver oracle clickhouse cassandra neo4j bolt couchdb couchbase elasticsearch "
    b"influxdb nats mqtt mqtts ldap ldaps smtp smtps imap imaps pop3 ftp ftps sftp ssh rabbitmq "
    b"stomp cockroachdb cockroach db2 sybase snowflake redshift trino presto vertica hive kafka "
    b"valkey memcached rtsp sip tcp socks5 etcd zookeeper jdbc smb vnc telnet irc ircs".split()
)
"""Schemes of services, whose passwords people choose."""
_LOGIN = lazy.pattern(
    rb"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,30})://"
    rb"(?P<user>[^\s:@/\"'`<>\\{}$]{0,64}(?:@[\w.-]{1,64})?|\$\{\w{1,40}\}):"
    rb"(?P<secret>[^\s@/\"'`<>\\{}]{3,128})@(?!(?:tcp|unix)\()"
    rb"(?P<host>[\w.-]{1,200}|\[[0-9a-fA-F:]+\]|\{\{[^{}\n]{1,80}\}\}|\$?\{[^{}\n]{1,80}\}|%s|"
    rb"[\"'](?=[ ]?(?:[+.]|\.\.)[ ]?[\w$])|(?=/\w{1,40}\?))"
)
WEB = "web"
"""The sign of a word in an address of the web: only settings and logs hold them in earnest."""
_NOBODY = lazy.pattern(
    rb"(?i)(?:my|some|your|the|a|db|test)?[-_]?(?:user(?:_?name)?|login|name|account|id|foo|bar|john|jane|"
    rb"alice|bob|joe|someone|somebody|me|you|x+|token|key|test|demo|example|guest)\d?"
)
"""Whom samples sign in."""
_UNNAMED = lazy.pattern(rb"(?i)(?::\d+)?/(?:(?:my|your|the)[-_]?)?(?:db|database)[-_]?name\b")
"""The name of a database, where one is to be put."""
_MASTERS = {b"root", b"admin", b"guest"}
"""Users whose password is their name where nobody chose another."""
_PORT = lazy.pattern(rb":\d{2,5}\b")
"""With a port it is the address of a service, not of an example."""
_ORACLE = lazy.pattern(
    rb"(?i)jdbc:oracle:\w{2,8}:\w{1,40}/(?P<secret>[^\s@/\"'`<>{}$]{3,100})@"
    rb"(?:/{0,2}(?P<host>[\w.-]{1,200}))?"
)
"""An address of Oracle: jdbc:oracle:thin:user/password@host."""
_DRIVER = lazy.pattern(
    rb"(?:(?<![\w:/@.-])|(?<=://))(?P<user>[\w.-]{1,40}):(?P<secret>[^\s@/\"'`<>\\{}$%]{3,80})"
    rb"@(?:tcp|unix)\((?P<host>[^()\s:]{0,80})(?::\d+)?\)"
)
"""What a driver of MySQL takes: user:password@tcp(host:port)/database."""
_NO_HOST = lazy.pattern(
    rb"(?i)(?:\w+_)?(?:db|database)_?host(?:_\w+)?|"
    rb"(?:.*\.)?(?:example\.\w+|(?:your|my(?!-?sql|ssql))[\w-]*(?:\.\w+)*|hostname|host|server|domain|ip|"
    rb"address|foo|bar|test|somewhere)(?:\.(?:com|org|net|io|tld|local))?|"
    rb"(?:(?:www|api|app|chat|hooks?|db|database|host|mail|server|git)\.)?example|"
    rb"webhook\.site|hookb\.in|requestbin\.\w+"
)
"""Of whoever is called `kestrel.example` there may be hosts; nobody has them at `example.com`."""
_ANONYMOUS = lazy.pattern(rb"(?i)(?:[\w-]+\.)+example")
"""Who hides the name of a host like this shows the rest of the address as it is."""
_LOCAL = lazy.pattern(
    rb"(?i)localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|host\.docker\.internal"
)
_HOOK = lazy.pattern(
    rb"(?i)https?://(?P<host>[\w.-]{1,100})(?::\d+)?(?P<path>/[\w./~%=+@-]{0,400})"
    rb"(?P<query>\?[\w&=%.+/~-]{0,600})?"
)
_IS_HOOK = lazy.pattern(
    rb"(?i)hooks?(?![a-z])|/(?:ping|heartbeat|push|triggers?|notify|incoming|inbound)(?=/)|"
    rb"(?<![a-z])(?:ping|heartbeat|hc-ping)\."
)
_NAMED = lazy.pattern(rb"(?i)hooks?(?![a-z])|(?<![a-z])(?:ping|heartbeat)(?![a-z])")
"""Behind these an id is one that nobody is told of."""
_SIGNED = lazy.pattern(rb"(?i)[?&](?:signature|sig|x-amz-signature)=(?P<secret>[\w%+/=-]{24,200})")
_NAMES_A_KEY = lazy.pattern(rb"[A-Z][a-z]+Key")
"""What documentation puts there: https://AccountID:LicenseKey@..."""
_SPELT = lazy.pattern(rb"(?i)(?:user|login):(?:pass|password|passwd|pwd|pw)")
"""What an address looks like on the web: https://user:pass@site"""
_NAMED_FOR = lazy.pattern(rb"[A-Za-z]+(?:[_-][A-Za-z]+)*[_-](?:password|passwd|pass|pwd)")
_COMMIT = lazy.pattern(rb"/(?:commits?|tree|blob|compare|raw)/[0-9a-f.]{40}")
"""Of a repository that is called like a hook."""
_PRIVATE = lazy.pattern(rb"(?i)/(?:private|secret)-(?P<secret>[0-9a-f]{24,128})(?=/)")
_KEY = lazy.pattern(rb"(?i)[?&](?:access_token|token|key|code)=(?P<secret>[\w%+/=-]{16,200})")
_TYPED = lazy.pattern(r"(?i)1a2b3c4d|a1b2c3d4|abcdefgh|12345678|01234567|87654321")
"""In the hooks of documentation."""
_SHORTEST = 16
"""Characters of a part that a machine drew, at least."""
_PART = lazy.pattern(rb"[^/@]+")


class Found(NamedTuple):
    """A secret in an address. Offsets are bytes of the line."""

    kind: str
    """`login` or `link`."""
    sign: str
    """`local` if it holds on one host alone, `WEB` if it is but a word."""
    start: int
    end: int


def addresses(line: bytes, low: int = 0) -> Iterator[Found]:
    """Yield the secrets in the addresses of a line.

    Args:
        line: a line, or a part of one.
        low: where addresses begin that are looked at.
    """
    if b"jdbc:oracle:" in line:
        for login in _ORACLE.finditer(line, low):
            if not _NO_HOST.fullmatch((login["host"] or b"").rstrip(b".")):
                yield Found("login", "@", *login.span("secret"))
    if b"@tcp(" in line or b"@unix(" in line:
        for login in _DRIVER.finditer(line, low):
            if _NO_HOST.fullmatch(login["host"]):
                continue
            local = "local" if _LOCAL.fullmatch(login["host"]) else "@"
            yield Found("login", local, *login.span("secret"))
    if b"://" not in line:
        return
    for login in _LOGIN.finditer(line, low):
        if _NO_HOST.fullmatch(login["host"]):
            continue
        if _may(login):
            local = "local" if _LOCAL.fullmatch(login["host"]) else "@"
            yield Found("login", local, *login.span("secret"))
        elif _may_be_typed(login):
            yield Found("login", WEB, *login.span("secret"))
    for hook in _HOOK.finditer(line, low):
        if not _NO_HOST.fullmatch(hook["host"]) or _ANONYMOUS.fullmatch(hook["host"]):
            yield from _of_link(hook)


def _may(login: re.Match[bytes]) -> bool:
    """Say whether it may be a password: on the web and elsewhere words alone are none."""
    if login["user"].lower() == b"username" and b"pass" in login["secret"].lower():
        return False  # scheme://username:password@...
    if _NOBODY.fullmatch(login["user"]) and _UNNAMED.match(login.string, login.end("host")):
        return False  # scheme://db_user:db_password@127.0.0.1:3306/db_name
    if _NAMED_FOR.fullmatch(login["secret"]) and login["secret"].startswith(login["user"]):
        return False  # scheme://shop:shop_password@...
    parts = login["scheme"].lower().replace(b"+", b".").split(b".")
    if not SERVICES.isdisjoint(parts):
        return True
    if _NAMES_A_KEY.fullmatch(login["secret"]) or _SPELT.fullmatch(
        login[0], login.start("user") - login.start(), login.end("secret") - login.start()
    ):
        return False
    seen = look(login["secret"].decode("utf-8", "replace"), "password")
    if seen.strength >= FAIR or seen.kind in {"words", "usual", "mixed", "hash"}:
        return True
    within = b"." not in login["host"] and not _LOCAL.fullmatch(login["host"])
    if login["user"] == login["secret"] and not (
        login["secret"].lower() in _MASTERS and _PORT.match(login.string, login.end("host"))
    ):
        return False
    return within and seen.kind in {"word", "default"}


def _may_be_typed(login: re.Match[bytes]) -> bool:
    """Say whether it may be a word with which somebody signs in on the web, and no sample."""
    if login["scheme"].lower() not in {b"http", b"https"} or _NOBODY.fullmatch(login["user"]):
        return False
    secret = login["secret"].decode("utf-8", "replace")
    own = login["user"].lower() in {login["secret"].lower(), b""}
    return not own and secret.isalpha() and secret.islower() and look(secret).kind == "word"


def _of_link(link: re.Match[bytes]) -> Iterator[Found]:
    start = link.start("path")
    path = link["path"]
    if private := _PRIVATE.search(path):
        yield Found("link", "/", start + private.start("secret"), start + private.end("secret"))
    elif _IS_HOOK.search(link["host"] + path):
        parts = list(_PART.finditer(path))
        near = link["host"] + b"/"
        if _COMMIT.search(path):
            return
        called = [_NAMED.search(near + path[: part.start()]) is not None for part in parts]
        drawn = [
            part
            for part, behind in zip(parts, called, strict=True)
            if _opens(part[0].decode(), called=behind)
        ]
        if drawn:
            # All of them together open it.
            yield Found("link", "/", start + drawn[0].start(), start + drawn[-1].end())
            return
        if link["query"] and (key := _KEY.search(link["query"])) and _opens(key["secret"].decode()):
            first = link.start("query")
            yield Found("link", "?", first + key.start("secret"), first + key.end("secret"))
    if link["query"] and (signed := _SIGNED.search(link["query"])):
        text = signed["secret"].decode()
        if not _TYPED.search(text) and look(text, "signature").strength == STRONG:
            first = link.start("query")
            yield Found("link", "?", first + signed.start("secret"), first + signed.end("secret"))


def _opens(text: str, *, called: bool = True) -> bool:
    """Say whether a part of a hook is what a machine drew for it.

    Args:
        text: the part.
        called: whether hooks are named before it: behind that an id is one that nobody guesses.
    """
    if len(text) < _SHORTEST or _TYPED.search(text):
        return False
    seen = look(text, "webhook")
    return seen.strength == STRONG or (called and seen.kind == "uuid")
