"""Directives, and SQL without quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.directives import directives
from tests.run import report


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("requirepass Kettle-9", "Kettle-9"),
        ("username ops privilege 15 password 0 Kettle-9", "Kettle-9"),
        ("username ops password Kettle-9 privilege 15", "Kettle-9"),
        ("enable secret Kettle-9", "Kettle-9"),
        ("snmp-server community Kettle-9 RW", "Kettle-9"),
        ("crypto isakmp key Kettle-9 address 10.0.0.1", "Kettle-9"),
        ("tacacs-server host 10.0.0.1 key 7 Kettle-9", "Kettle-9"),
        (" neighbor 10.0.0.1 password Kettle-9", "Kettle-9"),
        ("ENV API_PASSWORD Kettle-9", "Kettle-9"),
        ("ALTER USER scott IDENTIFIED BY Kettle-9;", "Kettle-9"),
        ("CREATE DATABASE LINK x CONNECT TO y IDENTIFIED BY Kettle-9 USING 'Z';", "Kettle-9"),
        ("CONNECT system/Kettle-9@ERP", "Kettle-9"),
        ("snmp-server host 10.0.0.1 version 2c Kettle-9", "Kettle-9"),
        ('radius-server host 10.0.0.5 key "Kettle-9"', "Kettle-9"),
        ('password manager user-name ops plaintext "Kettle-9"', "Kettle-9"),
        ("snmp-server user mon grp v3 auth sha Kettle-9 priv aes 128 Pond-77", "Kettle-9"),
        ("snmp-server user mon grp v3 auth sha Kettle-9 priv aes 128 Pond-77", "Pond-77"),
        ('snmpv3 user mon auth md5 "Kettle-9" priv des "Pond-77"', "Pond-77"),
        ('secure_link_md5 "$secure_link_expires$uri Kettle-9";', "Kettle-9"),
        ("secure_link_secret Kettle-9;", "Kettle-9"),
        ("set snmp community Kettle-9 authorization read-only", "Kettle-9"),
        ("    community Kettle-9 {", "Kettle-9"),
        ('set security ike policy p pre-shared-key ascii-text "Kettle-9"', "Kettle-9"),
        ('            authentication-key "Kettle-9";', "Kettle-9"),
        ("EXEC sp_addlinkedsrvlogin 'ERP', 'false', NULL, 'link', 'Kettle-9';", "Kettle-9"),
        ("SET PASSWORD FOR 'ops'@'%' = PASSWORD('Kettle-9');", "Kettle-9"),
        ("SET PASSWORD FOR 'ops'@'%' = 'Kettle-9';", "Kettle-9"),
    ],
)
def test_found(line: str, value: str) -> None:
    told = [line.encode()[one.start : one.end].decode() for one in directives(line.encode())]
    assert value in told


@pytest.mark.parametrize(
    "line",
    [
        "each user is identified by name",
        "CREATE USER a IDENTIFIED EXTERNALLY;",
        "CREATE USER a IDENTIFIED BY VALUES 'S:1';",
        "connect to the database",
        "the password is here",
        "snmp-server enable traps",
        "our community manager { is kind }",
        "EXEC sp_addlinkedsrvlogin 'ERP', 'true';",
        'secure_link_md5 "$secure_link_expires$uri$remote_addr $secret";',
    ],
)
def test_none(line: str) -> None:
    for told in directives(line.encode()):
        assert told.name == "password"
        assert line.encode()[told.start : told.end] in (b"name", b"here")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("router.cfg", "snmp-server community Kettle-9quartz RW\n", "Kettle-9quartz"),
        ("users.sql", "ALTER USER scott IDENTIFIED BY Kettle9quartz;\n", "Kettle9quartz"),
        ("core.conf", "snmp {\n    community kettlequartz {\n", "kettlequartz"),
        ("site.conf", 'secure_link_md5 "$uri kettlequartz";\n', "kettlequartz"),
        ("access.cfg", "set psksecret kettlequartz\n", "kettlequartz"),
        (
            "link.sql",
            "EXEC sp_addlinkedsrvlogin 'E', 'false', NULL, 'l', 'kettlequartz'\n",
            "kettlequartz",
        ),
        ("app.yml", "db:\n  password: &pw Kettle-9quartz\n", "Kettle-9quartz"),
        (
            "login.json",
            '{"headers": [{"name": "Authorization", "value": "Basic dGVzdGVyOnQzc3QtZmxpZ2h0"}]}\n',
            "dGVzdGVyOnQzc3QtZmxpZ2h0",
        ),
    ],
)
def test_by_a_scan(tmp_path: Path, name: str, text: str, value: str) -> None:
    (tmp_path / name).write_text(text)
    (finding,) = report("scan", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == value
