"""Command lines that say where they listen in words of their own: ssh, socat, netcat, the JVM."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leakhunt import lazy, numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakhunt.exposure.argv import Command, Word


class Told(NamedTuple):
    """Host as written (`*` for every interface), port, and the word that says so."""

    host: str
    port: int | None
    word: Word


_FORWARD = lazy.pattern(
    r"^(?:(?P<host>\[[0-9a-f:]*\]|[^:\[\]]*):)?(?P<port>\d+)(?::[^:]+:\d+|:/.*)?$"
)
_JDWP = lazy.pattern(r"(?:-agentlib:jdwp|-Xrunjdwp)[=:]?(?P<options>\S*)")
_JMX = lazy.pattern(
    r"-Dcom\.sun\.management\.jmxremote\.(?P<name>port|host|rmi\.port)=(?P<value>\S+)"
)


def ssh(command: Command) -> Told | None:
    """`-R`, `-L` and `-D` with a bind address that is every interface, or `-g`."""
    words = command.words
    everywhere = any(re.fullmatch(r"-[a-zA-Z]*g[a-zA-Z]*", word.text) for word in words)
    for at, word in enumerate(words):
        flag = re.match(r"-[a-zA-Z]*?([RLD])(.*)", word.text)
        if flag is None or word.text.startswith("--"):
            continue
        spec = word if flag[2] else words[at + 1] if at + 1 < len(words) else word
        text = flag[2] or spec.text
        found = _FORWARD.match(text)
        if found is None:
            continue
        remote = flag[1] == "R"
        parts = text.count(":") - (found["host"] or "").count(":")
        bound = parts >= 3 or (flag[1] == "D" and parts == 1) or text.startswith((":", "*:"))
        host = (found["host"] or "").strip("[]") if bound else None
        if host is not None:
            return Told(host or "*", numbers.port(found["port"]), spec)
        if everywhere and not remote:
            return Told("*", numbers.port(found["port"]), spec)
    return None


def socat(command: Command) -> Told | None:
    """`TCP-LISTEN:port` and its like, which means every interface unless `bind=` says otherwise."""
    for word in command.words:
        found = re.match(
            r"(?i)(?:TCP|UDP|OPENSSL|SSL|SCTP)[46]?-(?:L|LISTEN|RECVFROM|RECV):(\d+|\$\{\})?",
            word.text,
        )
        if found:
            bind = re.search(r"(?i)bind=([^,]+)", word.text)
            port = numbers.port(found[1])
            return Told(bind[1] if bind else "*", port, word)
    return None


def netcat(command: Command) -> Told | None:
    """`-l` with a port, and a host perhaps."""
    words = command.words
    if not any(re.fullmatch(r"-[a-zA-Z]*l[a-zA-Z]*|--listen", word.text) for word in words):
        return None
    if any(re.fullmatch(r"-[a-zA-Z]*[zU][a-zA-Z]*|--unixsock", word.text) for word in words):
        return None
    plain = [word for word in words if not word.text.startswith("-")]
    port = next((word for word in plain if word.text.isdigit()), None)
    number = numbers.port(port.text) if port else None
    if port is None or number is None:
        return None
    host = next(
        (w.text for w in plain if re.fullmatch(r"[\d.]+\.[\d.]+|localhost|::1?", w.text)), "*"
    )
    return Told(host, number, port)


def jdwp(command: Command) -> Told | None:
    """The debugger of Java, as a server on a port."""
    for word in _options(command):
        found = _JDWP.search(word.text)
        if found is None or "server=n" in found["options"] or "address=" not in found["options"]:
            continue
        address = re.split(r"[,\s]", found["options"].partition("address=")[2])[0]
        host, colon, port = address.rpartition(":")
        number = numbers.port(port)
        return Told(host if colon else "127.0.0.1", number, word)
    return None


def jmx(command: Command) -> Told | None:
    """JMX over the network, on every interface unless it has a host."""
    given: dict[str, tuple[str, Word]] = {}
    for word in _options(command):
        for found in _JMX.finditer(word.text):
            given[found["name"]] = (found["value"], word)
    if "port" not in given:
        return None
    port, word = given["port"]
    host = given["host"][0] if "host" in given else "*"
    return Told(host, numbers.port(port), word)


def firewall(command: Command) -> Told | None:
    """A rule that lets everybody in, of `ufw`, `iptables` or `firewall-cmd`."""
    words = command.words
    texts = [word.text for word in words]
    if command.program == "ufw":
        at = next((n for n, text in enumerate(texts) if text in {"allow", "limit"}), None)
        if at is None or {"from", "out", "on", "delete"} & set(texts) or at + 1 >= len(words):
            return None
        spec = words[texts.index("port") + 1] if "port" in texts[:-1] else words[at + 1]
        number = re.match(r"(\d{1,5})(?:/\w+)?$", spec.text)
    elif command.program == "firewall-cmd":
        at = next((n for n, text in enumerate(texts) if text.startswith("--add-port")), None)
        zones = [text for text in texts if text.startswith("--zone=")]
        if at is None or any(zone != "--zone=public" for zone in zones):
            return None
        spec = words[at] if "=" in texts[at] else words[min(at + 1, len(words) - 1)]
        number = re.search(r"(?:^|=)(\d{1,5})/", spec.text)
    else:
        if not {"-A", "-I", "--append", "--insert"} & set(texts) or "ACCEPT" not in texts:
            return None
        narrow = {
            "-s",
            "--source",
            "-i",
            "--in-interface",
            "-o",
            "-d",
            "--src-range",
            "--match-set",
        }
        if "INPUT" not in texts or "--dport" not in texts[:-1] or narrow & set(texts):
            return None
        spec = words[texts.index("--dport") + 1]
        number = re.match(r"(\d{1,5})$", spec.text)
    port = numbers.port(number[1]) if number else None
    return Told("*", port, spec) if port else None


def _options(command: Command) -> list[Word]:
    return [*command.words, *(value for _, value in command.environment)]


SPECIAL: dict[str, Callable[[Command], Told | None]] = {
    "ssh": ssh,
    "socat": socat,
    "netcat": netcat,
    "jvm-jdwp": jdwp,
    "jvm-jmx": jmx,
    "firewall": firewall,
}
"""Names that rows use to the functions."""
