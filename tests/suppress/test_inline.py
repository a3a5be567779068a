"""Comments beside findings, through the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from leakhunt.model import Blob
from leakhunt.suppress.comments import comments_in
from tests import tokens
from tests.repo import Repo
from tests.run import leakhunt, report

ONE, TWO, THREE = (tokens.github(seed) for seed in (1, 2, 3))
AWS = tokens.aws_id(4)


def outcome(folder: Path, *args: str | Path) -> tuple[list[int], list[int], list[str]]:
    """The lines of findings, of suppressed ones, and kind and line of problems."""
    done = report("scan", *args, cwd=folder).json
    return lines(done["findings"]), lines(done["suppressed"]), kinds(done)


def lines(findings: list[dict[str, Any]]) -> list[int]:
    return sorted(place["line"] for finding in findings for place in finding["locations"])


def kinds(done: dict[str, Any]) -> list[str]:
    return sorted(
        f"{p['kind'].removeprefix('suppression-')} {p['where'].rpartition(':')[2]}"
        for p in done["problems"]
    )


@pytest.mark.parametrize(
    "comment",
    [
        "# leakhunt:allow[github-pat] why",
        "// leakhunt:allow[github-*] why",
        "/* leakhunt:allow[jwt, github-pat] until=2999-01-31 why */",
        "-- leakhunt:allow why",
        "<!-- leakhunt:allow[github-pat] why -->",
        '" leakhunt:allow why',
        "; leakhunt:allow: why",
        "(* leakhunt:allow[github-pat] why *)",
        "{# leakhunt:allow[github-pat] why #}",
        "leakhunt:allow[github-pat] why",
    ],
)
@pytest.mark.parametrize("above", [False, True])
def test_any_syntax_beside_or_above(tmp_path: Path, comment: str, above: bool) -> None:
    text = f"\n{comment}\nkey = '{ONE}'\n" if above else f"\n\nkey = '{ONE}' {comment}\n"
    (tmp_path / "a").write_text(f"{text}key = '{TWO}'\n")
    assert outcome(tmp_path) == ([4], [3], [])
    (finding,) = report("scan", cwd=tmp_path).json["suppressed"]
    assert finding["suppression"] == {"kind": "inline", "reason": "why"}


@pytest.mark.parametrize("words", ["leakhunt:allowed", "xleakhunt:allow", "leakhunt:allow[jwt] x"])
def test_what_is_no_comment_or_means_another(tmp_path: Path, words: str) -> None:
    (tmp_path / "a").write_text(f"key = '{ONE}'  # {words}\n")
    assert outcome(tmp_path)[:2] == ([1], [])


def test_words_before_a_comment_keep_it_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"x = 1  # leakhunt:allow[github-pat] why\nkey = '{ONE}'\n")
    assert outcome(tmp_path) == ([2], [], ["unused 1"])


def test_the_next_line_by_name_where_no_comments_are(tmp_path: Path) -> None:
    text = '{"//": "leakhunt:allow-next-line[github-pat] why",\n'
    (tmp_path / "a.json").write_text(f'{text} "a": "{ONE}",\n "b": "{TWO}"}}\n')
    assert outcome(tmp_path) == ([3], [2], [])


def test_comments_above_each_other_and_blank_lines(tmp_path: Path) -> None:
    above = "# leakhunt:allow[github-pat] one\n# leakhunt:allow[aws-access-token] two\n\n"
    (tmp_path / "a").write_text(f"{above}keys = '{ONE}', '{AWS}'\n")
    assert outcome(tmp_path) == ([], [4, 4], [])


def test_a_block(tmp_path: Path) -> None:
    begin, end = "# leakhunt:allow-begin[github-pat] why\n", "# leakhunt:allow-end\n"
    (tmp_path / "a").write_text(
        f"{begin}a = '{ONE}'\nb = '{AWS}'\nc = '{TWO}'\n{end}d = '{THREE}'\n"
    )
    assert outcome(tmp_path) == ([3, 6], [2, 4], [])


def test_a_block_without_its_end_allows_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"# leakhunt:allow-begin why\na = '{ONE}'\n")
    (tmp_path / "b").write_text(f"a = '{ONE}'\n# leakhunt:allow-end\n")
    assert outcome(tmp_path) == ([1, 2], [], ["invalid 1", "invalid 2"])


def test_a_private_key_below_a_comment(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text(f"# leakhunt:allow[private-key] why\n{tokens.pem(1)}\n")
    assert outcome(tmp_path) == ([], [2], [])


def test_utf16(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(f"k = '{ONE}'  # leakhunt:allow why\n".encode("utf-16"))
    assert outcome(tmp_path)[:2] == ([], [1])


def test_a_nameless_comment_means_one_secret_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"keys = '{ONE}', '{AWS}'  # leakhunt:allow why\n")
    assert outcome(tmp_path) == ([1, 1], [], ["broad 1"])


def test_one_of_two_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"keys = '{ONE}', '{TWO}'\n")
    first, second = report("scan", cwd=tmp_path).json["findings"]
    text = f"keys = '{ONE}', '{TWO}'  # leakhunt:allow[{second['id']}] why\n"
    (tmp_path / "a").write_text(text)
    done = report("scan", cwd=tmp_path).json
    assert [f["id"] for f in done["findings"]] == [first["id"]]
    assert [f["id"] for f in done["suppressed"]] == [second["id"]]
    assert done["problems"] == []
    (tmp_path / "a").write_text(f"keys = '{ONE}', '{TWO}'  # leakhunt:allow[github-pat] why\n")
    assert outcome(tmp_path) == ([], [1, 1], ["broad 1"])


@pytest.mark.parametrize(
    ("until", "kind"), [("2020-01-31", "expired"), ("soon", "invalid"), ("2027-02-31", "invalid")]
)
def test_a_date_that_is_over_or_none(tmp_path: Path, until: str, kind: str) -> None:
    (tmp_path / "a").write_text(f"key = '{ONE}'  # leakhunt:allow[github-pat] until={until} x\n")
    assert outcome(tmp_path) == ([1], [], [f"{kind} 1"])


def test_what_allows_nothing_is_told_where_it_can_be_known(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x = 1  # leakhunt:allow[github-pat] why\n")
    (tmp_path / "b").write_text("x = 1  # leakhunt:allow why\n")
    (tmp_path / "c").write_text("mark = 'leakhunt:allow'\nother = \"leakhunt:allow\"\n")
    (tmp_path / "page.md").write_text("Write `# leakhunt:allow[github-pat] why` beside it.\n")
    assert [p["where"] for p in report("scan", cwd=tmp_path).json["problems"]] == ["a:1", "b:1"]
    assert outcome(tmp_path, "--select", "aws-*") == ([], [], [])
    repo = Repo(tmp_path)
    repo.git("add", "-A")
    staged = report("staged", cwd=tmp_path)
    # The other one might mean an exposed service, for which a hook does not look.
    assert [p["where"] for p in staged.json["problems"]] == ["a:1"]
    assert staged.code == 0


def test_an_exposed_service(tmp_path: Path) -> None:
    call = "uvicorn.run(app, host='0.0.0.0', port=8000)"
    (tmp_path / "a.py").write_text(f"import uvicorn\n{call}  # leakhunt:allow[exposure-*] why\n")
    assert outcome(tmp_path) == ([], [2], [])
    assert report("audit", cwd=Repo(tmp_path).path).json["suppressed"] != []


@pytest.mark.parametrize("comment", ["leakhunt:allow[exposure-*] why", "nosec B104"])
def test_an_exposed_service_in_a_bare_repository_and_in_files(tmp_path: Path, comment: str) -> None:
    repo = Repo(tmp_path / "work")
    repo.write("leakhunt.toml", 'honor = ["nosec"]\n')
    call = "uvicorn.run(app, host='0.0.0.0', port=8000)"
    unused = "x = 1  # leakhunt:allow[github-pat] nothing\n"
    repo.commit("dir/a.py", f"import uvicorn\n{call}  # {comment}\n{unused}")
    repo.write("b.py", f"import uvicorn\n{call.replace('8000', '8001')}  # nosec B602\n")
    repo.commit("c.py", "x = 1\n")
    repo.clone(tmp_path / "bare", "--bare")
    config = ("--config", "leakhunt.toml")
    for command in (("scan",), ("audit",), ("audit", "../bare")):
        done = report(*command, *config, cwd=repo.path).json
        places = [place for one in done["suppressed"] for place in one["locations"]]
        assert [(one["path"], one["line"]) for one in places] == [("dir/a.py", 2)]
        assert [one["locations"][0]["path"] for one in done["findings"]] == ["b.py"]
        assert kinds(done) == ["unused 3"]


def test_a_secret_elsewhere_is_reported_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"key = '{ONE}'  # leakhunt:allow[github-pat] why\n")
    (tmp_path / "b").write_text(f"\n\nkey = '{ONE}'\n")
    assert outcome(tmp_path) == ([3], [1], [])


@pytest.mark.parametrize("command", ["staged", "hook", "history", "audit"])
def test_every_command(tmp_path: Path, command: str) -> None:
    repo = Repo(tmp_path)
    repo.write("a", f"k = '{ONE}'  # leakhunt:allow[github-pat] why\nk = '{TWO}'\n")
    repo.git("add", "-A")
    if command in {"history", "audit"}:
        repo.git("commit", "-qm", "x")
    done = report(command, cwd=tmp_path)
    assert done.code == 1
    assert {place["line"] for f in done.json["findings"] for place in f["locations"]} == {2}
    assert {place["line"] for f in done.json["suppressed"] for place in f["locations"]} == {1}
    if command in {"history", "audit"}:
        again = [report(command, "--store", cwd=tmp_path).json["findings"] for _ in range(2)]
        assert again == [done.json["findings"]] * 2


def test_of_history_the_line_of_the_version_counts(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("a", f"k = '{ONE}'\n")
    repo.commit("a", f"k = '{ONE}'  # leakhunt:allow[github-pat] why\n")
    done = report("history", cwd=tmp_path).json
    assert [f["locations"][0]["commit"] is not None for f in done["findings"]] == [True]
    assert [place["at_head"] for place in done["suppressed"][0]["locations"]] == [True]
    repo.commit("m", "x", f"a token: {TWO} leakhunt:allow why")
    assert len(report("history", cwd=tmp_path).json["findings"]) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gitleaks:allow", "k = '{}'  # gitleaks:allow\n"),
        ("betterleaks:allow", "k = '{}'  # betterleaks:allow\n"),
        ("pragma: allowlist secret", "k = '{}'  # pragma: allowlist secret\n"),
        ("pragma: allowlist secret", "# pragma: allowlist nextline secret\nk = '{}'\n"),
        ("nosec", "k = '{}'  # nosec\n"),
        ("nosec", "k = '{}'  # nosec B105\n"),
        ("trufflehog:ignore", "k = '{}'  # trufflehog:ignore\n"),
        ("kingfisher:ignore", "# kingfisher:ignore\nk = '{}'\n"),
        ("ggignore", "k = '{}'  # ggignore\n"),
    ],
)
def test_comments_of_others_count_if_the_configuration_says_so(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / "a").write_text(text.format(ONE))
    assert outcome(tmp_path)[1] == []
    (tmp_path / "leakhunt.toml").write_text(f'honor = ["{name}"]\n')
    assert outcome(tmp_path) == ([], [text.count("\n")], [])


def test_nosec_for_something_else_is_no_word_about_secrets(tmp_path: Path) -> None:
    (tmp_path / "leakhunt.toml").write_text('honor = ["nosec"]\n')
    (tmp_path / "a").write_text(f"run('{ONE}')  # nosec B602\n")
    assert outcome(tmp_path)[:2] == ([1], [])


def test_suppressed_ones_are_counted_and_shown_on_request(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"key = '{ONE}'  # leakhunt:allow[github-pat] of a test\n")
    quiet = leakhunt("scan", cwd=tmp_path)
    assert quiet.code == 0
    assert "1 inline: allowed by a comment beside them" in quiet.out
    shown = leakhunt("scan", "--show-suppressed", cwd=tmp_path)
    assert "suppressed (inline): of a test" in shown.out


def test_a_secret_in_a_reason_is_masked(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(f"k = '{ONE}'  # leakhunt:allow[github-pat] is {ONE}\n")
    done = leakhunt("scan", "--show-suppressed", cwd=tmp_path)
    assert ONE not in done.out


def test_lines_of_comments() -> None:
    text = b"a\n# leakhunt:allow[x] r\n\n*/\nsecret\n"
    (comment,) = comments_in(Blob("b", path="p"), text)
    assert (comment.line, comment.first, comment.last, comment.ids) == (2, 2, 5, ("x",))


def test_a_file_of_nothing_but_comments_takes_no_time() -> None:
    """Each was once counted from the top of the file: hours for such a file."""
    many = 100_000
    content = b"# leakhunt:allow[x] y\n" * many + b"key = 1 # gitleaks:allow\n" * 2
    found = comments_in(Blob("b", len(content), "file"), content, ["gitleaks:allow"])
    assert [one.line for one in found] == list(range(1, many + 3))
    assert {one.last for one in found[:many]} == {many + 1}
    assert found[-1].first == many + 2
    alone = b"x = 1\n# leakhunt:allow\n\n# leakhunt:allow\n"
    assert [(c.line, c.last) for c in comments_in(Blob("b", len(alone), "file"), alone)] == [
        (2, 2),
        (4, 4),
    ]


def test_what_is_not_written_by_a_person_does_not_count() -> None:
    line = b"/*leakhunt:allow[x%d]*/"
    found = comments_in(Blob("b", path="p"), b"\n" + b"".join(line % n for n in range(300)) + b"\n")
    assert [comment.ids for comment in found] == [(f"x{n}",) for n in range(100)]
    assert {comment.line for comment in found} == {2}
    deep = b"# leakhunt:allow-begin\n" * 300 + b"# leakhunt:allow-end\n" * 300
    found = comments_in(Blob("b", path="p"), deep)
    assert len([comment for comment in found if comment.last > comment.first]) == 100
    assert "more than 100 blocks are open here" in {comment.fault for comment in found}


def test_far_into_a_line_a_comment_is_not_alone() -> None:
    for before in (b"(" * 200, b"(" * 2000):
        (comment,) = comments_in(Blob("b", path="p"), before + b"# leakhunt:allow why\nx\n")
        assert comment.last == (2 if len(before) == 200 else 1)


def test_a_wide_block_speaks_for_its_lines_alone(tmp_path: Path) -> None:
    body = "\n".join(f"x = {number}" for number in range(200))
    text = f"a = '{ONE}'\n# leakhunt:allow-begin why\n{body}\nb = '{TWO}'\n"
    (tmp_path / "a.py").write_text(f"{text}# leakhunt:allow-end\nc = '{THREE}'\n")
    assert outcome(tmp_path) == ([1, 205], [203], [])
