"""Names and values in single lines."""

from __future__ import annotations

import pytest

from leakhunt.contextual.shapes import shapes


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ('DB_PASSWORD = "abc12"', "DB_PASSWORD", "abc12"),
        ("password: hunter2", "password", "hunter2"),
        ('{"password": "x9y8z7"}', "password", "x9y8z7"),
        (r'"{\"password\": \"x9y8z7\"}"', "password", "x9y8z7"),
        ("connect(host, user=u, password='pw1234')", "password", "pw1234"),
        ('os.getenv("DB_PASSWORD", "pw1234")', "DB_PASSWORD", "pw1234"),
        ("process.env.API_KEY || 'pw1234'", "process.env.API_KEY", "pw1234"),
        ('char password[] = "pw1234";', "password", "pw1234"),
        ('var signingKey = []byte("pw1234")', "signingKey", "pw1234"),
        ('token = b"pw1234"', "token", "pw1234"),
        ("export DB_PASS=foo22bar", "DB_PASS", "foo22bar"),
        ("<password>abc12345</password>", "password", "abc12345"),
        ("CREATE USER 'a'@'b' IDENTIFIED BY 'pw1234';", "IDENTIFIED", "pw1234"),
        ('user.setPassword("pw1234")', "user.setPassword", "pw1234"),
        ('if password == "pw1234":', "password", "pw1234"),
        ("$db['default']['password'] = 'pw1!';", "password", "pw1!"),
        ("spring.datasource.password=foo9bar", "spring.datasource.password", "foo9bar"),
    ],
)
def test_a_name_and_its_value(line: str, name: str, value: str) -> None:
    found = [(shape.name, line[shape.start : shape.end]) for shape in shapes(line.encode())]
    assert (name, value) in found


@pytest.mark.parametrize(
    "line",
    ["password = get_password()", "- name: PASSWORD", "the password is here", "compass: 'north'"],
)
def test_no_value(line: str) -> None:
    assert shapes(line.encode()) == []


def test_a_long_line_takes_no_longer() -> None:
    line = b"password" * 90 + b"='" + b"x" * 50
    assert shapes(line) == []
