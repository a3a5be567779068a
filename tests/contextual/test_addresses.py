"""Secrets in addresses."""

from __future__ import annotations

import pytest

from leakhunt.contextual.addresses import addresses

HOOK = "Zk83mLq0" + "vX71bnTyQ2"
SIGNED = "ca379fd0fe655fa9" + "8d13d671191622db"


def _found(line: str) -> list[tuple[str, str, str]]:
    source = line.encode()
    return [
        (item.kind, item.sign, source[item.start : item.end].decode()) for item in addresses(source)
    ]


@pytest.mark.parametrize(
    ("line", "kind", "sign", "value"),
    [
        ("DB=mysql://root:whale-hello@db:3306/x", "login", "@", "whale-hello"),
        ("db+postgresql://air:flowing@pg/x", "login", "@", "flowing"),
        ("amqp://depot:Paketband@localhost:5672/", "login", "local", "Paketband"),
        ("nats://events:q9w8e7r6t5@nats-1:4222", "login", "@", "q9w8e7r6t5"),
        ("https://stage:Curtain-rail@stage.prod.net/x", "login", "@", "Curtain-rail"),
        (f"https://chat.prod.net/hooks/{HOOK}", "link", "/", HOOK),
        (f"https://h.prod.net/api/webhooks/7392/{HOOK}?wait=1", "link", "/", HOOK),
        (f"https://s.prod.net/r?x=1&signature={SIGNED}", "link", "?", SIGNED),
        (f"https://cal.prod.net/ical/private-{SIGNED}/basic.ics", "link", "/", SIGNED),
    ],
)
def test_found(line: str, kind: str, sign: str, value: str) -> None:
    assert _found(f'x = "{line}"') == [(kind, sign, value)]


@pytest.mark.parametrize(
    "line",
    [
        "mysql://root:secret-9@example.com/x",
        "mysql://root:secret-9@your-host/x",
        "https://someone:word@prod.net/x",
        "https://chat.prod.net/hooks/on-merge-request-event",
        f"https://chat.example.com/hooks/{HOOK}",
        f"https://prod.net/images/{HOOK}",
        "https://prod.net/r?signature=<signature>",
        "mailto:a:b@c",
    ],
)
def test_none(line: str) -> None:
    assert _found(line) == []
