"""Command lines wherever they stand, and the rows that say what is a secret in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from leakhunt.contextual.command_gates import command_gates
from leakhunt.contextual.commands import commands
from leakhunt.facts.options import OPTIONS, VALUES, WORDS
from tests.repo import Repo
from tests.run import report

VALUE = "Kettle-9quartz"
PUT_TOGETHER = {
    "user:password": f"svc:{VALUE}",
    "user%password": f"svc%{VALUE}",
    "user,password": f"svc,{VALUE}",
    "user/password": f"svc/{VALUE}",
    "source": f"pass:{VALUE}",
}
ROWS = [
    f"{program} run-it {flag}{sign}{PUT_TOGETHER.get(option.name, VALUE)} x"
    if " " not in program
    else f"{program} {flag}{sign}{PUT_TOGETHER.get(option.name, VALUE)} x"
    for program, flags in OPTIONS.items()
    for flag, option in flags.items()
    if option.name in VALUES
    for sign in ([" "] if option.apart else []) + ([""] if option.joined else [])
]
_PLACES = {"<user/password>": f"svc/{VALUE}", "<value>": VALUE, "<name>": "password", "*": "any"}


def _ordered(program: str, order: tuple[str, ...]) -> str:
    words = [
        _PLACES.get(word, VALUE if word[1:-1] in {"password", "token", "key"} else word)
        for word in order
    ]
    batch = ["-b"] if program == "htpasswd" else []
    return " ".join([program, *batch, *(re.sub(r"<\w+>", "someone", word) for word in words)])


def _values(line: str) -> list[str]:
    source = line.encode()
    return [source[said.start : said.end].decode() for said in commands(source)]


@pytest.mark.parametrize("line", sorted({*ROWS}))
def test_every_option_of_every_program(line: str) -> None:
    assert VALUE in _values(line)


@pytest.mark.parametrize(
    "line",
    sorted(_ordered(p, order) for p, orders in WORDS.items() for order in orders if p != "git"),
)
def test_every_order_of_words(line: str) -> None:
    if VALUE in line:
        assert VALUE in _values(line)


def test_the_first_pass_sees_every_row() -> None:
    gates = [re.compile(gate) for gate in command_gates()]
    named = re.compile(r"(?i)--?[\w-]{0,16}(?:passw|pass|token|secret|key|pwd)")
    blind = [
        row for row in ROWS if not named.search(row) and not any(gate.search(row) for gate in gates)
    ]
    assert blind == []


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("mysqldump -h db -u root -pKettle-9 --all-databases > /b.sql", "Kettle-9"),
        ("subprocess.run(\"mysql -uroot -p'Kettle-9' shop\")", "Kettle-9"),
        (r'sh("curl -u \"bob:Kettle-9\" https://ci.prod.net")', "Kettle-9"),
        ('test: ["CMD", "redis-cli", "-a", "Kettle-9", "ping"]', "Kettle-9"),
        ("run(['mysql', '-uroot', '-pKettle-9'])", "Kettle-9"),
        ("echo 'Kettle-9' | docker login -u ci --password-stdin r.prod.net", "Kettle-9"),
        ('echo "root:Kettle-9" | sudo chpasswd', "Kettle-9"),
        ("sudo -S <<< 'Kettle-9' apt update", "Kettle-9"),
        ("kinit svc <<< Kettle-9", "Kettle-9"),
        ("use `sshpass -p Kettle-9 ssh a@b` there", "Kettle-9"),
        ("1021  /usr/bin/mysql -u root -p'Kettle-9'", "Kettle-9"),
        ("sqlplus core/Kettle-9@ERP @up.sql", "Kettle-9"),
        ("docker login -u ci -p Kettle-9 r.prod.net", "Kettle-9"),
    ],
)
def test_wherever_it_stands(line: str, value: str) -> None:
    assert value in _values(line)


@pytest.mark.parametrize(
    "line",
    [
        "docker run -p 8080:80 nginx",
        "security find-identity -v -p codesigning",
        "ldapsearch -s base -b dc=x",
        "mysql -u root -p < fix.sql",
        "mysql -u root -p shop",
        "cp -p a b; scp -p a b",
        "the password of mysql is not here",
    ],
)
def test_none(line: str) -> None:
    assert not {value for value in _values(line) if value not in {"root", "x"}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.sh", "#!/bin/sh\nmysqldump -u root -pKettle-9quartz shop > x.sql\n"),
        ("Dockerfile", "FROM x\nRUN sshpass -p Kettle-9quartz ssh a@b\n"),
        ("compose.yml", 'services:\n  r:\n    command: ["redis-cli", "-a", "Kettle-9quartz"]\n'),
        (".gitlab-ci.yml", "x:\n  script:\n    - docker login -u ci -p Kettle-9quartz r.net\n"),
        ("Makefile", "up:\n\tmysql -uroot -pKettle-9quartz < a.sql\n"),
        ("deploy.py", "import os\nos.system('mysql -uroot -pKettle-9quartz shop')\n"),
        ("x.service", "[Service]\nExecStart=/usr/bin/redis-cli -a Kettle-9quartz monitor\n"),
    ],
)
def test_found_by_a_scan_and_in_history(tmp_path: Path, name: str, text: str) -> None:
    repo = Repo(tmp_path / "r")
    repo.commit(name, text)
    for command in ("scan", "history"):
        (finding,) = report(command, ".", "--reveal", cwd=repo.path).json["findings"]
        assert finding["secret"] == VALUE
