"""Every key of a rule file means here what it means to gitleaks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from leakhunt.engine.filters import Attributes, holds
from leakhunt.engine.rules import here
from leakhunt.model import Allowance, Blob, Location, Match, Rule, Secret, Span
from leakhunt.rules.filters import read
from tests.repo import Repo
from tests.rules.files import found, loaded, rule
from tests.run import leakhunt, report

SECRET = "k3q9zt7w"
TEXT = f"key={SECRET}\n"


def allow(**keys: str) -> str:
    return "[[rules.allowlists]]\n" + "".join(f"{k} = {v}\n" for k, v in keys.items())


def said(text: str) -> str:
    """A filter as TOML."""
    return f"'''{text}'''"


AROUND = """let low = max(finding["match_start_idx"] - 5, finding["match_line_start_idx"]);
let before = filter.findMatch(finding["fragment_raw"][low:finding["match_start_idx"]], `\\w+`);
before == "demo" && (finding["fragment_raw"][0:5] == "demo " && low == 0)"""


CASES = [
    ("plain", rule(), TEXT, [SECRET]),
    ("no group", rule("key=[a-z0-9]{8}"), TEXT, [f"key={SECRET}"]),
    ("first group that holds something", rule("(x)?key=([a-z0-9]{8})"), TEXT, [SECRET]),
    ("secretGroup", rule("(key)=([a-z0-9]{8})", secretGroup="2"), TEXT, [SECRET]),
    ("case of keys", rule("(key)=([a-z0-9]{8})", secretgroup="2"), TEXT, [SECRET]),
    ("line breaks are trimmed", rule(r"key=\w+\n"), TEXT, [f"key={SECRET}"]),
    ("entropy", rule(entropy="2.9"), TEXT, [SECRET]),
    ("entropy must be exceeded", rule(entropy="3.0"), TEXT, []),
    ("filter", rule(filter="'entropy(finding[\"secret\"]) <= 3.0'"), TEXT, []),
    ("filter that may be reached", rule(filter="'entropy(finding[\"secret\"]) < 3.0'"), TEXT, [SECRET]),
    ("filter: one of several", rule(filter=said("entropy(finding[`secret`]) < 1.0 || len(finding[`secret`]) == 8")), TEXT, []),
    ("filter: both", rule(filter=said("matchesAny(finding[`secret`], [`^k3`]) && len(finding[`secret`]) > 8")), TEXT, [SECRET]),
    ("filter: not", rule(filter=said("!filter.matchesAny(finding[`secret`], [`^k3`])")), TEXT, [SECRET]),
    ("filter: line", rule(filter=said("containsAny(finding[`line`], [`public`])")), TEXT[:-1] + " public\n", []),
    ("filter: choice", rule(filter=said("finding[`secret`] contains `q9z` ? true : false // all")), TEXT, []),
    ("filter: in", rule(filter=said(f"finding[`secret`] not in [`a`, `{SECRET}`]")), TEXT, [SECRET]),
    ("filter: around", rule(filter=said(AROUND)), "demo " + TEXT, []),
    ("filter: not around", rule(filter=said(AROUND)), "demo demo " + TEXT + "demo", [SECRET]),
    ("filter: nonsense", rule(filter=said("finding[`secret`] < 3")), TEXT, [SECRET]),
    ("filter for all", "filter = " + said("finding[`secret`] matches `^k3`") + "\n" + rule(), TEXT, []),
    ("keyword far away", rule(keywords="['ACME']"), "acme" + " " * 90_000 + TEXT, [SECRET]),
    ("keyword absent", rule(keywords="['acme']"), TEXT, []),
    ("keyword in every match", rule(keywords="['KEY']"), TEXT, [SECRET]),
    ("regex", rule() + allow(regexes="['^k3']"), TEXT, []),
    ("regex of the secret alone", rule() + allow(regexes="['^key']"), TEXT, [SECRET]),
    ("match", rule() + allow(regexes="['^key']", regexTarget="'match'"), TEXT, []),
    ("line", rule() + allow(regexes="['public$']", regexTarget="'line'"), TEXT[:-1] + " public\n", []),
    ("other line", rule() + allow(regexes="['public']", regexTarget="'line'"), TEXT + "public", [SECRET]),
    ("stopwords", rule() + allow(stopwords="['Q9Z']"), TEXT, []),
    ("or", rule() + allow(stopwords="['q9z']", regexes="['nope']"), TEXT, []),
    ("and", rule() + allow(stopwords="['q9z']", regexes="['nope']", condition="'AND'"), TEXT, [SECRET]),
    ("and both", rule() + allow(stopwords="['q9z']", regexes="['k3']", condition="'and'"), TEXT, []),
    ("old form", rule() + "[rules.allowlist]\nstopwords = ['q9z']", TEXT, []),
    ("for all", rule() + "[allowlist]\nregexes = ['k3q9']", TEXT, []),
    ("for some", rule() + "[[allowlists]]\ntargetRules = ['acme']\nregexes = ['k3']", TEXT, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "content", "secrets"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_a_key(text: str, content: str, secrets: list[str]) -> None:
    assert found(text, content) == secrets


BOUND = [
    ('cel.bind(s, finding["secret"], s.contains("q9z"))', True),
    ('cel.bind(s, finding["secret"], s.contains("zzz"))', False),
    ('false || cel.bind(a, "q9", cel.bind(b, a + "z", finding["secret"].contains(b)))', True),
    ("cel.bind(a, 2, a > 1) && cel.bind(a, 3, a > 1)", True),
    ('cel.bind(s, finding[?"nothing"].orValue("none"), s == "none")', True),
    ("(let a = 2; a > 1) && 1 < 2", True),
]


@pytest.mark.parametrize(("text", "taken"), BOUND, ids=range(len(BOUND)))
def test_names_for_values(text: str, taken: bool) -> None:
    assert found(rule(filter=said(text)), TEXT) == ([] if taken else [SECRET])


def test_what_is_not_known_of_a_place_is_empty() -> None:
    place = {"attributes": Attributes({b"path": b"a.py"})}
    assert holds(read('attributes[?"git.sha"].orValue("none") == ""'), place)
    assert holds(read('get(attributes, "git.sha", "none") == "none"'), place)
    assert holds(read('attributes["path"] == "a.py"'), place)


def test_the_date_of_a_commit_is_in_utc() -> None:
    where = read('get(attributes, "git.date", "") == "2026-03-01T23:30:00Z"')
    made = Rule(allowances=(Allowance(where=where),))
    match = Match("acme", Secret(b"x"), Blob("o"), Span(1, 1, 1, 2), 0, allowances=(0,))
    there = Location(path="a", date="2026-03-02T01:30:00+02:00")
    assert not here(there, [match], made)
    assert here(dataclasses.replace(there, date="2026-03-01T23:30:00+02:00"), [match], made)


@pytest.mark.parametrize(
    ("keys", "there", "elsewhere"),
    [
        ("path = '''\\.env$'''", [SECRET], []),
        (allow(paths="['\\.env$']"), [], [SECRET]),
        ("filter = " + said("matchesAny(attributes[`path`], [`[.]env$`]) && 1 < 2"), [], [SECRET]),
        ("filter = " + said("(attributes[`path`] ?? ``) startsWith `x`"), [SECRET], [SECRET]),
        (allow(paths="['\\.env$']", stopwords="['q9z']", condition="'AND'"), [], [SECRET]),
        (allow(paths="['\\.env$']", stopwords="['no']", condition="'AND'"), [SECRET], [SECRET]),
    ],
)
def test_paths(keys: str, there: list[str], elsewhere: list[str]) -> None:
    assert found(rule() + keys, TEXT, "a/b.env") == there
    assert found(rule() + keys, TEXT, "a/b.py") == elsewhere


@pytest.mark.parametrize(
    ("within", "gap", "secrets"),
    [("", "\n" * 50, 1), ("withinLines = 2", "\n", 1), ("withinLines = 2", "\n\n\n", 0),
     ("withinColumns = 5", "\n", 1), ("withinColumns = 5", "\n" + " " * 9, 0)],
)  # fmt: skip
def test_required(within: str, gap: str, secrets: int) -> None:
    text = rule() + f"[[rules.required]]\nid = 'user'\n{within}\n"
    text += rule("user=[a-z]+", "user", skipReport="true")
    assert len(found(text, f"{TEXT}{gap}user=ann")) == secrets
    assert found(text, TEXT) == []
    assert found(text, "user=ann") == []


NOTES = [
    (rule(filter="'size(x) > 1'"), "r.toml:4", "its filter is not used", False),
    (rule(colour="'red'"), "r.toml:4", "'colour'", False),
    (
        "prefilter = 'x'\n" + rule(),
        "r.toml:1",
        "its filter is not used: leakhunt does not know 'x'",
        False,
    ),
    (rule() + allow(paths="['(']"), "r.toml:5", "allowlist is not used", False),
    (rule("a(?=b)"), "r.toml:3", "its regex cannot be read", True),
    (rule("a*"), "r.toml:3", "where there is nothing", True),
    (rule(secretGroup="2"), "r.toml:4", "no group 2", True),
    (rule(keywords="'x'"), "r.toml:4", "wrong type", True),
    ("[[rules]]\nid = 'p'\npath = 'x'\nkeywords = ['y']\n", "r.toml:4", "its keywords", False),
    (rule(filter=said("ask(finding[`secret`])")), "r.toml:4", "does not know 'ask'", False),
    (
        rule(filter=said("get(attributes, `git.message`, ``) == `x`")),
        "r.toml:4",
        "git.message",
        False,
    ),
    (rule(filter=said("let a = 1; cel.bind(a, 2, a > 1)")), "r.toml:4", "is one already", False),
    (rule(filter=said("cel.bind(a, 2, a > 1) && a > 1")), "r.toml:4", "know 'a'", False),
    (rule(filter=said("cel.map(1)")), "r.toml:4", "'cel.bind' only", False),
    (rule(filter=said("setConfidence(`low`)")), "r.toml:4", "has no 'setConfidence'", False),
    (rule(filter=said("finding[`line`] == attributes[`path`]")), "r.toml:4", "compares", False),
    (
        rule(filter=said("true || failsTokenEfficiency(finding[`secret`])")),
        "r.toml:4",
        "counts",
        False,
    ),
    (rule(tokenEfficiency="true"), "r.toml:4", "estimates what", False),
    ("[[rules]]\nregex = 'x'\n", "r.toml:1", "no id", True),
    (rule() + "[[rules.required]]\nid = 'no'\n", "r.toml:5", "does not exist", True),
]


@pytest.mark.parametrize(("text", "where", "message", "gap"), NOTES, ids=[n[2] for n in NOTES])
def test_what_is_not_supported_is_said(text: str, where: str, message: str, gap: bool) -> None:
    signatures, (note,) = loaded(text)
    assert (note.where, note.gap) == (where, gap)
    assert message in note.message
    assert bool(signatures) is not gap


def test_a_rule_left_out_is_a_gap_until_it_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(rule() + rule("a(?=b)", "bad"))
    (tmp_path / "a.txt").write_text("nothing\n")
    result = report("scan", "a.txt", "--signatures", "r.toml", cwd=tmp_path)
    assert result.code == 2
    (problem,) = result.json["problems"]
    assert problem["where"] == "r.toml:7"
    assert "--ignore bad" in problem["message"]
    result = report("scan", "a.txt", "--signatures", "r.toml", "--ignore", "bad", cwd=tmp_path)
    assert result.code == 0


def test_ids_never_clash(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(rule("a{9}", "github-pat") + rule("b{9}", "acme"))
    for _ in range(2):  # the second time from the cache
        listed = leakhunt("signatures", "list", "--signatures", "mine.toml", cwd=tmp_path).out
        ids = [line.split()[0] for line in listed.splitlines()]
        assert {"github-pat", "mine-github-pat", "acme"} <= set(ids)
        assert len(ids) == len(set(ids))


def test_a_file_without_rules_of_its_own_extends_another(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(rule())
    (tmp_path / "own.toml").write_text(
        "[extend]\npath = 'base.toml'\n[allowlist]\npaths = ['nothere']\n"
    )
    (tmp_path / "a.txt").write_text(TEXT)
    done = report("scan", "a.txt", "--signatures", "own.toml", cwd=tmp_path)
    assert [f["locations"][0]["path"] for f in done.json["findings"]] == ["a.txt"]


def test_a_file_is_changed_by_the_one_that_extends_it(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(
        rule() + rule("pin=([0-9]{8})", "pin") + rule("c{9}", "gone")
    )
    (tmp_path / "top.toml").write_text(
        "[extend]\npath = 'base.toml'\ndisabledRules = ['gone']\n[[rules]]\nid = 'pin'\nentropy = 1\n"
    )
    (tmp_path / "a.txt").write_text(f"{TEXT}pin=11111111\nccccccccc\n")
    result = report("scan", "a.txt", "--signatures", "top.toml", cwd=tmp_path)
    assert result.ids == ["acme"]
    (tmp_path / "base.toml").unlink()
    result = leakhunt("scan", "a.txt", "--signatures", "top.toml", cwd=tmp_path)
    assert result.code == 2
    assert "top.toml:1: base.toml: no such file" in result.err


def test_broken_toml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text("[[rules]]\nid = \n")
    result = leakhunt("signatures", "check", "r.toml", cwd=tmp_path)
    assert result.code == 2
    assert "r.toml:2: not valid TOML" in result.err


def test_every_command_uses_them(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/r.toml").write_text(rule() + "[allowlist]\npaths = ['^docs/']\n")
    repo = Repo(tmp_path / "r")
    repo.write("leakhunt.toml", "signatures = ['../rules/r.toml']\n")
    repo.write("docs/a.txt", "key=aaaaaaa1\n")
    repo.write("a.txt", TEXT)
    repo.git("add", "-A")
    for command in (["scan"], ["staged"], ["hook"]):
        assert report(*command, cwd=repo.path).ids == ["acme"], command
    repo.git("commit", "-qm", "x")
    assert report("history", cwd=repo.path).ids == ["acme"]


def test_files_are_found_by_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        "[[rules]]\nid = 'p12'\npath = '(?i)(?:^|/)certs/[^/]+\\.p12$'\n"
        "[[rules.allowlists]]\npaths = ['^old/']\n[allowlist]\npaths = ['^gone/']\n"
    )
    repo = Repo(tmp_path / "r")
    for name in ("certs/a.p12", "old/certs/b.p12", "gone/certs/c.p12", "d.p12", "x/certs/e.p12"):
        repo.write(name, f"\0{name}")
    repo.write("x/certs/f.p12", "\0certs/a.p12")
    repo.git("add", "-A")
    asked = ("--signatures", "../r.toml", "--select", "p12")
    for command in ("staged", "scan", "history"):
        found_there = report(command, *asked, cwd=repo.path).json["findings"]
        places = {place["path"] for one in found_there for place in one["locations"]}
        assert places == {"certs/a.p12", "x/certs/e.p12", "x/certs/f.p12"}
        assert len(found_there) == (3 if command == "scan" else 2)
        assert all("secret" not in one or not one["secret"] for one in found_there)
        if command == "scan":
            repo.git("commit", "-qm", "all")


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        ("correct-horse-battery-staple", True),
        ("exampleValueOfPassword", True),
        ("zJ8kQ2vX9bT4mW7pL1cR", False),
        ("9221e451-451f-4cd6-a23d-2b2d3adea9cf", False),
        ("05a7f09d4ef341fb958a6ad74584b36a", False),
    ],
)
def test_what_a_language_model_would_read(value: str, reads: bool) -> None:
    made = Allowance(when=("call", "failsTokenEfficiency", ("value", value.encode())))
    assert holds(made.when, {}) is reads
    assert (
        holds(("<", ("call", "tokenRatio", ("value", value.encode())), ("value", 2.5)), {})
    ) is (not reads)


def test_components_are_what_a_rule_requires() -> None:
    text = rule(components="[{ id = 'id', within = '1L' }]") + rule(
        "id=([a-z]{4})", "id", skipReport="true"
    )
    assert found(text, TEXT) == []
    assert found(text, f"id=abcd\n{TEXT}") == [SECRET]
    assert found(text, f"id=abcd\n\n{TEXT}") == []


def test_what_extends_the_set_of_its_scanner_holds_for_ours(tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(
        "[extend]\nuseDefault = true\ndisabledRules = ['private-key', 'generic-api-key']\n"
        "[allowlist]\npaths = ['^lib/']\nstopwords = ['wheel77']\n"
        "[[rules]]\nid = 'generic-api-key'\n[[rules.allowlists]]\nregexes = ['Moon83']\n"
    )
    key = (
        "-----BEGIN RSA PRIVATE KEY-----\n"
        + "MIIEpAIBAAKCAQEA" * 40
        + "\n-----END RSA PRIVATE KEY-----\n"
    )
    for name, text in (
        ("lib/a.py", 'db_password = "Tulip-Moon81x"\n'),
        ("b.py", 'db_password = "Tulip-Wheel77x"\n'),
        ("c.py", 'db_password = "Tulip-Moon82x"\n'),
        ("d.pem", key),
        ("e.py", 'db_password = "Tulip-Moon83x"\n'),
    ):
        (tmp_path / "t" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "t" / name).write_text(text)
    plain = report("scan", ".", cwd=tmp_path / "t").json
    there = {one["locations"][0]["path"] for one in plain["findings"]}
    assert there == {"lib/a.py", "b.py", "c.py", "d.pem", "e.py"}
    done = report("scan", ".", "--signatures", "../r.toml", cwd=tmp_path / "t").json
    assert [one["locations"][0]["path"] for one in done["findings"]] == ["c.py"]
    said = {one["locations"][0]["path"]: one["suppression"]["reason"] for one in done["suppressed"]}
    assert said["b.py"] == "a rule file allows it (../r.toml:4)"
    assert said["d.pem"] == "a rule file allows it (../r.toml:3)"
    (note,) = (one for one in done["problems"] if one["kind"] == "rule-changed")
    assert "'generic-api-key'" in note["message"]
