"""Files that are too large to parse: read around what a name gives away."""

from __future__ import annotations

import io
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from leakhunt import facts
from leakhunt.contextual import search as search_module
from leakhunt.contextual.search import Search
from leakhunt.engine.scan import Engine, Settings
from leakhunt.facts.formats import dumps
from leakhunt.facts.formats.pieces import only
from leakhunt.model import Blob
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

    monkeypatch.setattr(dumps.re, "finditer", counted)
    content = (table * (400_000 // len(table)) + MYSQL[-300:]).encode()
    for _ in dumps.Dump(lambda *_: True).read(only(content)):
        pass
    assert 0 < read < 4 * len(content)


LAST = "Xk29dkQm1dk"
MANY = {
    "sheet.csv": "id,note,password\n" + "7,so,\n" * 120_000 + f"8,on,{LAST}\n",
    "rows.sql": "CREATE TABLE u (\n  id int,\n  password varchar(40)\n);\n"
    + f"INSERT INTO u VALUES {'(7,NULL),' * 120_000}(8,'{LAST}');\n",
    "copied.sql": "COPY u (id, note, password) FROM stdin;\n"
    + "7\tso\t\\N\n" * 90_000
    + f"8\ton\t{LAST}\n\\.\n",
}
"""More cells than are read where every column matters, in less than is too large to parse."""


@pytest.mark.parametrize("name", MANY)
def test_the_last_of_many_rows_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(MANY[name])
    assert (tmp_path / name).stat().st_size < facts.LIMIT
    (finding,) = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == LAST


@pytest.mark.parametrize("name", MANY)
def test_rows_of_what_is_too_large_to_hold(builtin: tuple[Signature, ...], name: str) -> None:
    data = MANY[name].encode()
    data = data.replace(b"8", f"0,{LAST[::-1]}\n8".encode()) if name.endswith("csv") else data
    engine = Engine(Settings(builtin, chunk=200_000))
    scanned = engine.scan(Blob(name, len(data), "file", name), lambda: io.BytesIO(data))
    (match,) = (one for one in scanned.matches if one.secret.reveal() == LAST.encode())
    assert match.offset == data.rindex(LAST.encode())
    assert match.span.line == data.count(b"\n", 0, match.offset) + 1


def test_all_of_what_stands_densely_in_two_lines(
    tmp_path: Path, builtin: tuple[Signature, ...]
) -> None:
    rng = random.Random(3)
    secrets = [f"{rng.randrange(16**12):012x}Qz7" for _ in range(2_500)]
    rows = (f'  {{"name": "DB_PASSWORD",\n   "value": "{one}"}},\n' for one in secrets)
    filler = LINE.format(0) * 24_000
    text = f"[\n{''.join(rows)}{filler}  0]\n"
    assert len(text) > facts.LIMIT
    (tmp_path / "a.json").write_text(text)
    found = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert {one["secret"] for one in found} == set(secrets)


def test_a_setting_behind_very_many_others(tmp_path: Path) -> None:
    rows = "".join(f"k{at}: v\n" for at in range(60_000))
    (tmp_path / "a.yaml").write_text(f"{rows}basic_auth_users:\n  alice: {LAST}\n")
    (finding,) = report("scan", "--no-chats", "--reveal", cwd=tmp_path).json["findings"]
    assert finding["secret"] == LAST


def test_of_a_long_line_little_is_asked_twice(
    builtin: tuple[Signature, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def counted(line: bytes, data: bytes, path: str, start: int) -> tuple[str, ...]:
        asked.append(len(line))
        return ()

    monkeypatch.setattr(search_module, "hints_of", counted)
    row = b"insert into t (id, password) values (1, 'x', "
    data = row * 4_000
    search = Search([one for one in builtin if one.context])
    search.candidates(data, range(20, len(data), len(row)), hints="a.sql")
    assert asked
    assert sum(asked) < 4 * len(data)


@pytest.mark.parametrize("packed", [True, False])
def test_history_of_what_is_too_large_to_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    limit = 150_000
    for module in ("sources.objects", "git.objects", "git.packs.tree", "git.packs.bulk.trees"):
        monkeypatch.setattr(f"leakhunt.{module}.LARGE", limit)
    for module in ("engine.newest", "engine.settle"):
        monkeypatch.setattr(f"leakhunt.{module}.LARGEST", limit)
    monkeypatch.setattr("leakhunt.engine.newest.TABLE", limit)
    log = "nothing is said in this line of a long log\n" * 4_000
    repo = Repo(tmp_path)
    first = repo.commit("sheet.csv", MANY["sheet.csv"])
    repo.commit("sheet.csv", MANY["sheet.csv"].replace("so", "and so"))
    repo.commit("app.log", f"{log}db_password = 'Vq81rTw3zp'\n{log}")
    if packed:
        repo.git("gc", "-q")
    found = report("history", "-j", "1", "--reveal", cwd=tmp_path).json["findings"]
    told = {one["secret"]: one["locations"] for one in found}
    assert sorted(told) == ["Vq81rTw3zp", LAST]
    assert told["Vq81rTw3zp"][0]["line"] == 4_001
    assert {place["line"] for place in told[LAST]} == {120_002}
    assert told[LAST][0]["commit"] == first
