"""Directives, and SQL without quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.contextual.directives import directive
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
    ],
)
def test_found(line: str, value: str) -> None:
    told = directive(line.encode())
    assert told is not None
    assert line.encode()[told.start : told.end].decode() == value


@pytest.mark.parametrize(
    "line",
    [
        "each user is identified by name",
        "CREATE USER a IDENTIFIED EXTERNALLY;",
        "CREATE USER a IDENTIFIED BY VALUES 'S:1';",
        "connect to the database",
        "the password is here",
        "snmp-server enable traps",
    ],
)
def test_none(line: str) -> None:
    told = directive(line.encode())
    assert told is None or told.name == "password"
    if told is not None:
        assert line.encode()[told.start : told.end] in (b"name", b"here")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("router.cfg", "snmp-server community Kettle-9quartz RW\n", "Kettle-9quartz"),
        ("users.sql", "ALTER USER scott IDENTIFIED BY Kettle9quartz;\n", "Kettle9quartz"),
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
