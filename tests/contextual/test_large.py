"""Files that are too large to parse: read around what a name gives away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from leakhunt import facts
from leakhunt.contextual.search import Search
from leakhunt.facts.formats import sql
from tests.repo import Repo
from tests.run import report

if TYPE_CHECKING:
    from pathlib import Path

    from leakhunt.model import Signature

LINE = '  {{"id": "{}", "note": "nothing of interest is said in this line of a long list"}},\n'


def test_all_of_a_large_file_is_searched_and_little_of_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = facts.read
    sizes: list[int] = []

    def counted(
        path: str, content: bytes, near: tuple[tuple[int, int], ...] = (), *, part: bool = False
    ) -> facts.Facts:
        sizes.append(len(content))
        return read(path, content, near, part=part)

    monkeypatch.setattr(facts, "read", counted)
    rows = [LINE.format(at) for at in range(30_000)]
    for at in (10, 15_000, 29_990):
        rows[at] = f'  {{"db_password": "Xk29dkQm{at}dk"}},\n'
    (tmp_path / "a.json").write_text("[\n" + "".join(rows) + "  0]\n")
    found = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert sorted(one["locations"][0]["line"] for one in found) == [12, 15_002, 29_992]
    assert sizes
    assert sum(sizes) < 100_000


def test_the_same_part_of_a_long_line_says_the_same_wherever_it_stands(
    builtin: tuple[Signature, ...],
) -> None:
    search = Search([one for one in builtin if one.context])
    filler = b"var a=1;" * 300
    told = b'db_password="Xk29dkQm81zQ0w";'
    first, second = filler + told + filler, b"x" + filler + told + filler + told + filler
    ends = [[at + 20 for at in _places(text, told)] for text in (first, second)]
    alone = search.candidates(first, ends[0])
    again = search.candidates(second, ends[1])
    assert [second[one.start : one.end] for one in again] == [b"Xk29dkQm81zQ0w"] * 2
    assert [one.start for one in again] == [at + 13 for at in _places(second, told)]
    assert [(one.signature, one.weight) for one in again] == [
        (one.signature, one.weight) for one in alone * 2
    ]


def _places(text: bytes, part: bytes) -> list[int]:
    return [one.start() for one in re.finditer(re.escape(part), text)]


MYSQL = (
    "CREATE TABLE `posts` (\n  `id` int(11) NOT NULL,\n  `body` text\n) ENGINE=InnoDB;\n"
    + "".join(
        f"INSERT INTO `posts` VALUES ({at},'{'so it goes on ' * 40}');\n" for at in range(4000)
    )
    + "CREATE TABLE `users` (\n  `id` int(11) NOT NULL,\n  `password` varchar(40)\n);\n"
    + "INSERT INTO `users` VALUES (1,'Xk29dkQm1dk'),(2,NULL),(3,'Vq81rTw3zp');\n"
)
POSTGRES = (
    "COPY public.posts (id, body) FROM stdin;\n"
    + "".join(f"{at}\t{'so it goes on ' * 40}\n" for at in range(4000))
    + "\\.\n\nCOPY public.users (id, password) FROM stdin;\n"
    + "1\tXk29dkQm1dk\n2\t\\N\n3\tVq81rTw3zp\n\\.\n"
)


SHEET = (
    "id,name,password,note\n"
    + "".join(f'{at},nobody,,"so it goes on, {"and on " * 70}"\n' for at in range(4500))
    + '4501,ann,Xk29dkQm1dk,""\n4502,bob,"Vq81rTw3zp",no\n'
)
LARGE = {"mysql.sql": MYSQL, "postgres.sql": POSTGRES, "people.csv": SHEET}


@pytest.mark.parametrize("name", LARGE)
def test_the_rows_of_a_large_table_have_the_names_of_its_columns(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(LARGE[name])
    assert (tmp_path / name).stat().st_size > facts.LIMIT
    found = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert sorted(one["secret"] for one in found) == ["Vq81rTw3zp", "Xk29dkQm1dk"]
    Repo(tmp_path).commit("note.txt", "what is in the dump\n")
    old = report("history", "--reveal", cwd=tmp_path).json["findings"]
    assert sorted(one["secret"] for one in old) == ["Vq81rTw3zp", "Xk29dkQm1dk"]


NEAR_ONE_ANOTHER = {
    "a.yaml": (
        "- name: note\n  value: nothing of interest\n",
        "- name: DB_PASSWORD\n  value: {}\n",
    ),
    "a.json": (
        '  {{"key": "note",\n   "value": "nothing of interest"}},\n',
        '  {{"key": "password",\n   "value": "{}"}},\n',
    ),
}


@pytest.mark.parametrize("name", NEAR_ONE_ANOTHER)
def test_lines_near_one_another_are_read_together(tmp_path: Path, name: str) -> None:
    filler, told = NEAR_ONE_ANOTHER[name]
    rows = [filler.format(at) for at in range(60_000)]
    rows[30_000] = told.format("Xk29dkQm1dk")
    text = "".join(rows)
    (tmp_path / name).write_text(f"[\n{text}  0]\n" if name.endswith("json") else text)
    assert (tmp_path / name).stat().st_size > facts.LIMIT
    (finding,) = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == "Xk29dkQm1dk"


def test_the_default_of_one_of_many_variables(tmp_path: Path) -> None:
    rows = [f'variable "v{at}" {{\n  default = "nothing of interest"\n}}\n' for at in range(900)]
    rows[500] = 'variable "db_password" {\n  type    = string\n  default = "Xk29dkQm1dk"\n}\n'
    (tmp_path / "variables.tf").write_text("".join(rows))
    (finding,) = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == "Xk29dkQm1dk"


@pytest.mark.parametrize("table", ["create table a (\n", "create table a (\n" * 600 + ")" * 600])
def test_tables_within_tables_are_read_once(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    finditer = re.finditer

    def counted(pattern: bytes, text: bytes) -> Any:
        nonlocal read
        read += len(text)
        return finditer(pattern, text)

    monkeypatch.setattr(sql.re, "finditer", counted)
    content = (table * (400_000 // len(table)) + MYSQL[-300:]).encode()
    sql.dumped(content, lambda *_: True)
    assert read < 4 * len(content)
