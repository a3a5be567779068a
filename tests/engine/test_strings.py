"""JSON that no reader knows: its strings are read as text, and findings say where they lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakhunt.chat import pointers, pointing
from leakhunt.chat.pointing import Pointing
from leakhunt.chat.text import Text, Window
from leakhunt.engine import strings
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

TOKEN = tokens.github(1)
DSN = f"see postgres://svc:{tokens.word(3)}@db.acme.internal:5432/app"
KEY = tokens.pem(3)
PASSWORD = f"{tokens.word(3)[:9]}!7zQ"


def found(folder: Path, name: str, text: str | bytes) -> list[dict[str, Any]]:
    data = text.encode() if isinstance(text, str) else text
    (folder / name).write_bytes(data)
    return report("scan", name, "--reveal", cwd=folder).json["findings"]


def slashes(value: Any) -> str:
    return json.dumps(value, indent=1).replace("/", "\\/")


@pytest.mark.parametrize(
    ("said", "secret"),
    [(f"use:\n{TOKEN}", TOKEN), (DSN, tokens.word(3)), (KEY, KEY.strip())],
    ids=["behind a line end", "behind escaped slashes", "over lines"],
)
def test_what_is_escaped_is_found_where_it_stands(said: str, secret: str, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "x.json", slashes({"rows": [{"id": 7}, {"a/b": [said]}]}))
    assert finding["secret"].strip() == secret
    (place,) = finding["locations"]
    assert place["pointer"] == "/rows/1/a~1b/0"
    lines = (tmp_path / "x.json").read_text().splitlines()
    assert lines[place["line"] - 1][place["column"] - 1 :].startswith(secret[:8])


def test_a_string_of_json_in_a_string_of_json(tmp_path: Path) -> None:
    inner = json.dumps({"log": json.dumps({"message": f"hello\n{TOKEN}"})})
    (finding,) = found(tmp_path, "x.jsonl", f'{{"a": 1}}\n{json.dumps({"raw": inner})}\n')
    (place,) = finding["locations"]
    assert (place["line"], place["pointer"]) == (2, "/1/raw")
    line = (tmp_path / "x.jsonl").read_text().splitlines()[1]
    assert line[place["column"] - 1 :].startswith(TOKEN)


def test_the_key_of_a_file_and_of_a_string_are_one_finding(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text(KEY)
    (tmp_path / "b.json").write_text(json.dumps({"key": KEY}))
    (finding,) = report("scan", ".", cwd=tmp_path).json["findings"]
    assert [place["path"] for place in finding["locations"]] == ["a.pem", "b.json"]


def test_what_stands_there_without_escapes_is_found_as_ever(tmp_path: Path) -> None:
    named = tokens.word(5)
    text = json.dumps({"note": "a\nb", "password": named, "x": {"y": f"a {TOKEN} b"}})
    places = {one["secret"]: one["locations"] for one in found(tmp_path, "x.json", text)}
    assert [place["pointer"] for place in places[named]] == ["/password"]
    assert [place["pointer"] for place in places[TOKEN]] == ["/x/y"]


def test_a_password_with_escapes_keeps_its_name(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "x.json", slashes({"db": {"password": "kR7/pQ2x/Zt9w"}}))
    assert finding["locations"][0]["pointer"] == "/db/password"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings(encoding: str, tmp_path: Path) -> None:
    text = json.dumps({"é": f"use:\n{TOKEN}"}, ensure_ascii=False)
    (finding,) = found(tmp_path, "x.json", text.encode(encoding))
    assert finding["secret"] == TOKEN
    assert finding["locations"][0]["pointer"] == "/é"


@pytest.mark.parametrize(
    "text",
    [
        '{"a": ["x\\n' + TOKEN,
        '{"a": ["x\\n' + TOKEN + '"], nonsense "b\\',
        "[" * 100_000 + '"x\\n' + TOKEN + '"',
        '{"a": "\\q x\\n' + TOKEN + '"}',
        '{"a": "' + 50_000 * "\\\\" + "\\n" + TOKEN + '"}',
    ],
    ids=["cut off", "broken", "deep", "an escape that there is not", "many escapes"],
)
def test_broken_and_hostile_json_is_read_as_far_as_it_goes(text: str, tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "x.json", text)
    assert finding["secret"] == TOKEN


def test_sarif_names_the_value(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"a": [f"x {TOKEN}"]}))
    for name in ("sarif", "sarif-github"):
        log = leakhunt("scan", "x.json", "-f", name, cwd=tmp_path).json
        (place,) = log["runs"][0]["results"][0]["locations"]
        assert place["logicalLocations"] == [{"fullyQualifiedName": "/a/0", "kind": "value"}]


def test_long_strings_are_scanned_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "_LONG", 4000)
    monkeypatch.setattr(strings, "_OVERLAP", 500)
    middle = 900 * "some words\n"
    value = {"a": middle + TOKEN + "\n" + middle, "b": 900 * "none here ", "c": f"\n{TOKEN}"}
    data = json.dumps(value).encode()
    said = list(strings._strings(Text(data, "utf-8", 1000)))
    assert max(len(one.text) for one in said) < 12_000
    assert sum(TOKEN in one.text for one in said) >= 2
    for one in said:
        if TOKEN in one.text:
            at = one.window.base + one.place(one.text.index(TOKEN))
            assert data.decode()[at:].startswith(TOKEN)


TEXTS = st.text(alphabet='ab"\\/\n\té\U0001f600{}[],:~1', max_size=40)
VALUES = st.recursive(
    TEXTS | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)
STEPS = st.sampled_from([7, 64, 10_000])


@settings(max_examples=60)
@given(st.lists(VALUES, min_size=1), STEPS, st.sampled_from([30, 5000]), st.booleans())
def test_pointers_of_all_strings(
    value: list[Any], step: int, attempt: int, ascii_only: bool
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=1)
    window = Window(text, 0, 1, 1)
    known = {window.place(low): name for name, low, _ in pointers.strings(text, 0)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pointing, "_ATTEMPT", attempt)
        content = Text(text.encode("utf-8", "replace"), "utf-8", step)
        assert Pointing(content, sorted(known)).pointers() == known


@settings(max_examples=60)
@given(VALUES, STEPS, st.booleans())
def test_all_strings_with_escapes_are_read(value: Any, step: int, ascii_only: bool) -> None:
    text = json.dumps([value], ensure_ascii=ascii_only)
    said = list(strings._strings(Text(text.encode(), "utf-8", step)))
    outer = {one.text for one in said if len(one.sources) == 1}
    for name, low, high in pointers.strings(text, 0):
        written = text[low:high]
        if "\\" in written.removesuffix("\\n") and name:
            assert json.loads(f'"{written}"') in outer


def test_code_in_a_source_map_is_judged_as_what_a_tool_made(tmp_path: Path) -> None:
    source = f"class A {{\n  password: Kettle-9{'quartz'},\n}}\nconst t = '{TOKEN}'\n"
    text = json.dumps({"version": 3, "sourcesContent": [source]})
    assert [one["secret"] for one in found(tmp_path, "a.mjs.map", text)] == [TOKEN]


ESCAPED = {
    "behind a line end": json.dumps({"a": f"use:\n{TOKEN}"}),
    "a tab": json.dumps({"a": f"use:\t{TOKEN}"}),
    "an address with escaped slashes": slashes(
        {"dsn": f"postgres://svc:{tokens.word(3)}@db.c9akciq32.us-east-1.rds.amazonaws.com/app"}
    ),
    "a variable behind a line end": json.dumps(
        {"env": f"A=1\nAWS_SECRET_ACCESS_KEY={tokens.aws_secret(4)}\nB=2"}
    ),
    "json in a string": json.dumps({"a": json.dumps({"b": f"hello\n{TOKEN}"})}),
    "over lines": json.dumps({"key": KEY}),
}


@pytest.mark.parametrize("case", ESCAPED)
def test_what_is_escaped_in_json_is_found_in_history_and_what_is_staged(
    case: str, tmp_path: Path
) -> None:
    repo = Repo(tmp_path)
    repo.write("x.json", ESCAPED[case])
    repo.git("add", "x.json")
    staged = report("staged", "--reveal", cwd=tmp_path).json["findings"]
    repo.git("commit", "-qm", "x")
    history = report("history", "--reveal", cwd=tmp_path).json["findings"]
    wanted = {TOKEN, KEY.strip(), tokens.word(3), tokens.aws_secret(4)}
    for findings in (staged, history):
        assert len(findings) == 1
        assert findings[0]["secret"].replace("\\n", "\n").strip() in wanted


def test_what_its_name_makes_sure_stays_sure_where_its_form_alone_is_not(tmp_path: Path) -> None:
    text = json.dumps({"env": f"A=1\nDB_PASSWORD={PASSWORD}\nB=2"})
    (finding,) = found(tmp_path, "x.json", text)
    assert (finding["signature"], finding["confidence"]) == ("database-password-env", "high")


def test_an_address_that_is_undone_is_told_once_and_as_sure_as_its_name_makes_it(
    tmp_path: Path,
) -> None:
    address = f"https://svc:{tokens.word(3)}@git.acme.internal/x.git"
    (plain,) = found(tmp_path, "a.json", json.dumps({"endpoint": address}))
    (escaped,) = found(tmp_path, "b.json", slashes({"endpoint": address}))
    assert escaped["confidence"] == plain["confidence"]
    assert escaped["signature"] == plain["signature"]
    assert escaped["locations"][0]["pointer"] == "/endpoint"
