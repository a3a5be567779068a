"""Who may be contacted: the table of attempts in docs/verification.md, and more."""

from __future__ import annotations

import pytest

from leakhunt.verify.policy import Policy, Target
from leakhunt.verify.reasons import Refused, Unreachable
from leakhunt.verify.settings import Settings, Wrong, read


def policy(*allow: str, names: dict[str, list[str]] | None = None) -> Policy:
    def resolve(host: str, port: int) -> list[str]:
        if host not in (names or {}):
            raise Unreachable("its name is not known here")
        return (names or {})[host]

    return Policy(read({"allow": list(allow)}), resolve)


REFUSED = """
    127.0.0.1 127.255.255.254 10.0.0.5 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
    169.254.1.1 100.64.0.1 100.100.100.200 0.0.0.0 0.1.2.3 192.0.0.8 192.0.2.1 198.18.0.1
    198.51.100.7 203.0.113.9 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 fe80::1
    fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 100::1 2001:db8::1 3fff::1 ::ffff:10.0.0.5
    ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::10.0.0.5 ::127.0.0.1 2002:a00:5:: 2002:7f00:1::
    64:ff9b::a00:5 64:ff9b::7f00:1 64:ff9b:1::a9fe:a9fe 2001:0:a00:5::
    2001:0:4136:e378:8000:63bf:f5ff:fffa 2600::5efe:10.0.0.5 2600::200:5efe:7f00:1 4000::1 5f00::1
"""
PUBLIC = """
    1.1.1.1 8.8.8.8 140.82.121.4 172.15.0.1 172.32.0.1 192.167.1.1 100.63.255.255 100.128.0.1
    2606:4700::1111 2a00:1450:4001::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::
"""


@pytest.mark.parametrize("address", REFUSED.split())
def test_what_is_not_public_is_refused_also_for_a_pinned_host(address: str) -> None:
    pinned = Target("api.example.com", 443, pinned=True)
    with pytest.raises(Refused):
        policy(names={"api.example.com": [address]}).addresses(pinned)
    with pytest.raises(Refused):
        policy().addresses(Target(address.partition("%")[0], 443, pinned=True))


@pytest.mark.parametrize("address", PUBLIC.split())
def test_what_is_public_is_not(address: str) -> None:
    pinned = Target("api.example.com", 443, pinned=True)
    assert len(policy(names={"api.example.com": [address]}).addresses(pinned)) == 1


def test_of_several_addresses_only_those_that_pass_are_used() -> None:
    names = {"api.example.com": ["10.0.0.5", "1.1.1.1", "127.0.0.1"]}
    assert policy(names=names).addresses(Target("api.example.com", 443, True)) == ["1.1.1.1"]


@pytest.mark.parametrize(
    "host",
    ["", "a b", "api.example.com@10.0.0.5", "a/b", "a?b", "a#b", "a\\b", "a..b", "-a.com", "a:b",
     "ex\u0430mple.com", "a\r\nb", "%31%30.0.0.5", "x" * 300],
)  # fmt: skip
def test_what_is_no_name_is_never_resolved(host: str) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(Refused):
        Policy(Settings(), resolve).addresses(Target(host, 443, pinned=True))


@pytest.mark.parametrize("host", ["0x7f.1", "2130706433", "127.1", "017700000001", "0"])
def test_odd_spellings_are_judged_by_what_comes_of_them(host: str) -> None:
    with pytest.raises((Refused, Unreachable)):
        Policy().addresses(Target(host, 443, pinned=True))


def test_a_host_that_was_found_is_not_even_looked_up() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    with pytest.raises(Refused, match="allow does not name it"):
        Policy(Settings(), resolve).addresses(Target("db.example.com", 5432))


def test_a_host_that_was_found_needs_leave_also_at_a_public_address() -> None:
    names = {"db.example.com": ["1.1.1.1"], "other.example.com": ["1.1.1.1"]}
    target = Target("db.example.com", 5432)
    assert policy("db.example.com", names=names).addresses(target) == ["1.1.1.1"]
    assert policy("*.example.com:5432", names=names).addresses(target) == ["1.1.1.1"]
    assert policy("1.1.1.0/24", names=names).addresses(target) == ["1.1.1.1"]
    for other in ("other.example.com", "db.example.com:5433", "1.1.2.0/24", "*.db.example.com"):
        with pytest.raises(Refused):
            policy(other, names=names).addresses(target)
    with pytest.raises(Refused):
        policy().addresses(Target("1.1.1.1", 5432))


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
        ("10.0.0.0/8", "64:ff9b::a00:5"),
        ("::1", "::1"),
        ("[::1]:5432", "::1"),
        ("169.254.169.254", "169.254.169.254"),
        ("intern.example", "10.0.0.5"),
        ("intern.example:5432", "127.0.0.1"),
        ("intern.example", "fc00::1"),
    ],
)
def test_what_is_allowed_by_intent_is_allowed(allowed: str, address: str) -> None:
    names = {"intern.example": [address]}
    assert policy(allowed, names=names).addresses(Target("intern.example", 5432)) != []


@pytest.mark.parametrize(
    ("allowed", "address"),
    [
        ("10.0.0.0/8", "127.0.0.1"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("intern.example", "169.254.169.254"),
        ("intern.example", "fe80::1"),
        ("intern.example", "0.0.0.0"),
        ("intern.example", "::ffff:169.254.169.254"),
        ("::ffff:0:0/96", "::ffff:10.0.0.5"),
    ],
)
def test_and_nothing_beyond_that(allowed: str, address: str) -> None:
    with pytest.raises(Refused):
        policy(allowed, names={"intern.example": [address]}).addresses(
            Target("intern.example", 5432)
        )


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind() -> None:
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    rebinding = Policy(Settings(), lambda host, port: answers.pop(0))
    assert rebinding.addresses(Target("api.example.com", 443, True)) == ["1.1.1.1"]
    assert len(answers) == 1


@pytest.mark.parametrize(
    ("allowed", "address", "may"),
    [
        ("", "1.1.1.1", False),
        ("a.example", "1.1.1.1", False),  # an internal name, it was thought
        ("a.example", "10.0.0.5", True),
        ("*.example", "127.0.0.1", True),
        ("a.example:81", "10.0.0.5", False),
        ("1.1.1.1", "1.1.1.1", True),
        ("1.1.1.0/24:80", "1.1.1.1", True),
        ("10.0.0.0/8", "1.1.1.1", False),
    ],
)
def test_plain_text_goes_only_where_it_is_allowed(allowed: str, address: str, may: bool) -> None:
    target = Target("a.example", 80, True)
    judge = policy(*filter(None, [allowed]), names={"a.example": [address]})
    assert judge.plain_text(target, address) is may
    if may:
        assert judge.addresses(target, plain=True) == [address]
    else:
        with pytest.raises(Refused):
            judge.addresses(target, plain=True)


def test_a_name_gets_no_plain_text_at_the_address_that_it_has_the_second_time() -> None:
    answers = [["10.0.0.5"], ["1.1.1.1"]]
    rebinding = Policy(read({"allow": ["10.0.0.0/8"]}), lambda host, port: answers.pop(0))
    target = Target("a.example", 80, True)
    assert rebinding.addresses(target, plain=True) == ["10.0.0.5"]
    with pytest.raises(Refused, match="plain text"):
        rebinding.addresses(target, plain=True)


@pytest.mark.parametrize(
    "table",
    [
        {"alow": []},
        {"allow": "127.0.0.1"},
        {"allow": ["300.1.1.1"]},
        {"allow": ["a:0"]},
        {"allow": ["a:x"]},
        {"allow": ["a b"]},
        {"allow": ["*"]},
        {"endpoints": {"github": "ghe.example.com"}},
        {"endpoints": {"github": "https://a b"}},
        {"endpoints": {"github": "https://user:password@host/"}},
        {"endpoints": []},
        {"rate": 0},
        {"rate": True},
        {"timeout": "10"},
        {"concurrency": 1000},
        {"ca_file": 3},
    ],
)
def test_what_is_wrong_in_the_configuration_is_an_error(table: dict[str, object]) -> None:
    with pytest.raises(Wrong):
        read(table)
