"""Where a password belongs: connection strings, settings, and that one login is one request."""

# ruff: noqa: E501 (one case, one line)
from __future__ import annotations

from pathlib import Path

import pytest

from leakhunt.verify import beside, strings
from leakhunt.verify.cases import Case
from leakhunt.verify.places import Place
from leakhunt.verify.spec import Spec
from tests.git.repo import Repo
from tests.run import leakhunt

WORD = "exmXg2lga1h4"


def parts(text: str) -> tuple[str, str, str]:
    before, _, after = text.partition("PW")
    return before, WORD, after


def told(place: Place | None) -> tuple[str, str, str, int] | None:
    return (place.protocol, place.user, place.host, place.port) if place else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jdbc:mysql://db-1.eu:3307/x?user=svc&password=PW&a=b", ("mysql", "svc", "db-1.eu", 3307)),
        ("<u>jdbc:postgresql://10.2.3.4/x?user=svc&amp;password=PW</u>", ("postgresql", "svc", "10.2.3.4", 0)),
        ("jdbc:mysql://db/x?password=PW&user=a%2Bb'", ("mysql", "a+b", "db", 0)),
        ("jdbc:sqlserver://db:1433;user=svc;password=PW", ("", "svc", "db", 1433)),
        ("svc:PW@tcp(my-1.eu:3307)/x", ("mysql", "svc", "my-1.eu", 3307)),
        ("pg-1.eu:5433:orders:svc:PW\n", ("postgresql", "svc", "pg-1.eu", 5433)),
        ("pg-1.eu:*:*:svc:PW\n", ("postgresql", "svc", "pg-1.eu", 0)),
        ("mysqli_connect('10.2.3.4:3307', 'svc', 'PW')", ("mysql", "svc", "10.2.3.4", 3307)),
        ("new PDO('pgsql:host=db;port=5433;dbname=x', 'svc', 'PW')", ("postgresql", "svc", "db", 5433)),
        ('"Host=pg-2.eu;Database=x;Username=svc;Password=PW"', ("postgresql", "svc", "pg-2.eu", 0)),
        ('"Server=my.eu;Port=3306;Uid=svc;Pwd=PW;Database=x"', ("mysql", "svc", "my.eu", 3306)),
        ('"Driver={PostgreSQL Unicode};Server=h;Uid=svc;Pwd=PW"', ("postgresql", "svc", "h", 0)),
        # A server of Microsoft's, or any.
        ('"Server=tcp:sql-1.eu,1433;Initial Catalog=x;User ID=svc;Password=PW"', None),
        ('"Server=my.eu;Uid=svc;Pwd=PW"', None),
        ("'dbname=orders user=svc host=10.1.2.3 password=PW'", ("postgresql", "svc", "10.1.2.3", 0)),
        ("password=PW host=db port=5433 user=svc", ("postgresql", "svc", "db", 5433)),
        ("connect(host=h, user=u, password=PW)", None),
        ("password=PW", None),
    ],
)  # fmt: skip
def test_connection_strings(text: str, expected: tuple[str, str, str, int] | None) -> None:
    assert told(strings.place(*parts(text))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DB_CONNECTION=pgsql\nDB_HOST=db.eu\n\nDB_USER=svc\nDB_PASSWORD=PW\n", ("postgresql", "svc", "db.eu", 0)),
        ("MYSQL_HOST=my.eu\nMYSQL_USER=svc\nMYSQL_PASSWORD=PW\nMYSQL_PORT=3307", ("mysql", "svc", "my.eu", 3307)),
        ("REDIS_HOST=10.1.2.3\nREDIS_PASSWORD=PW", ("redis", "", "10.1.2.3", 0)),
        ("EMAIL_HOST = 'smtp.eu'\nEMAIL_PORT = 587\nEMAIL_HOST_USER = 'bot'\nEMAIL_HOST_PASSWORD = 'PW'", ("smtp", "bot", "smtp.eu", 587)),
        ("spring.datasource.url=jdbc:mysql://my.eu:3307/x\nspring.datasource.username=svc\nspring.datasource.password=PW", ("mysql", "svc", "my.eu", 3307)),
        ("a:\n  adapter: postgresql\n  host: pg.eu\n  username: app\n  password: PW\nb:\n  host: other", ("postgresql", "app", "pg.eu", 0)),
        ('{"x": {"HOST": "z"}, "d": {"ENGINE": "django.db.backends.mysql", "USER": "svc", "PASSWORD": "PW", "HOST": "my.eu"}}', ("mysql", "svc", "my.eu", 0)),
        ("[client]\nhost = db\nuser = svc\nport = 3306\npassword = PW\n", ("mysql", "svc", "db", 3306)),
        ("dbPort: 5432,\ndbHost: 'db.eu',\ndbUser: 'svc',\ndbPassword: 'PW',", ("postgresql", "svc", "db.eu", 5432)),
        # Two hosts, another family, another block, a kind that nobody names, nobody's name.
        ("MYSQL_HOST=a.eu\nMYSQL_HOST=b.eu\nMYSQL_USER=svc\nMYSQL_PASSWORD=PW", None),
        ("REPLICA_HOST=a.eu\nMYSQL_USER=svc\nMYSQL_PASSWORD=PW", None),
        ("a:\n  host: pg.eu\n  type: postgres\nb:\n  user: svc\n  password: PW", None),
        ("HOST=a.eu\nUSER=svc\nPASSWORD=PW", None),
        ("MYSQL_HOST=a.eu\nMYSQL_PASSWORD=PW", None),
        ("MYSQL_HOST=${HOST}\nMYSQL_USER=svc\nMYSQL_PASSWORD=PW", None),
        ("mysql_host = os.environ['H']\nmysql_user = 'svc'\nmysql_password = 'PW'", None),
        ("api_token = 'PW'\napi_host = 'mysql.eu'\napi_user = 'svc'", None),
        ("say PW", None),
    ],
)  # fmt: skip
def test_settings(text: str, expected: tuple[str, str, str, int] | None) -> None:
    assert told(beside.place(*parts(text))) == expected


def test_a_place_does_not_tell_its_password() -> None:
    assert WORD not in repr(strings.place(*parts("svc:PW@tcp(db)/x")))


def test_the_same_login_is_the_same_case_wherever_it_stands() -> None:
    def case(before: str, after: str) -> Case:
        return Case(Spec("p", "https://x", "postgresql"), WORD, {}, before, after)

    first = case("# one\npostgres://svc:", "@db/x\n")
    assert first.key == case("two = 'postgres://svc:", "@db/x'").key
    assert first.key != case("postgres://svc:", "@other/x").key
    assert case("a", "b").key != case("a", "c").key


@pytest.mark.parametrize("command", ["scan", "history"])
def test_what_stands_in_files_is_planned(tmp_path: Path, command: str) -> None:
    repo = Repo.init(tmp_path)
    lines = [
        "DB_CONNECTION=pgsql",
        "DB_HOST=db.prod-eu.net",
        "DB_USERNAME=svc",
        f"DB_PASSWORD={WORD}",
    ]
    (tmp_path / ".env").write_text("\n".join(lines), "utf-8")
    again = f"x: postgres://svc:{WORD}@db.prod-eu.net/orders\n"
    (tmp_path / "a.yml").write_text(again * 2, "utf-8")
    (tmp_path / "b.py").write_text("password = 'Wq7" + "ZtR2pLx9'\n", "utf-8")
    repo.git("add", "-A")
    repo.git("commit", "-qm", "m")
    found = leakhunt(command, ".", "--verify-list", cwd=tmp_path).out
    assert "db.prod-eu.net:5432" in found
    assert "allow" in found
    assert WORD not in found
    assert "there is no verification for it" in found
