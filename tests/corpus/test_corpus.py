"""The labelled corpus has the form and the size that the benchmark of quality relies on."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import corpus, judge, quality, scanners, variants
from benchmarks.corpus import Case, CorpusError
from tests.run import report

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(corpus.FOLDER.glob("*.txt"))
LEAST = 1600
"""Positives, and negatives."""

RECALL: float | None = 0.85
"""What contextual signatures have to reach over the whole corpus."""
PRECISION: float | None = 0.985


@functools.cache
def cases() -> tuple[Case, ...]:
    return tuple(variants.corpus())


def count(sign: str, some: Sequence[Case]) -> int:
    return sum(label.sign == sign for case in some for label in case.labels)


# --- Form


def test_ids_are_unique_and_each_variant_has_its_original() -> None:
    ids = [case.id for case in cases()]
    assert len(ids) == len(set(ids))
    assert {name.partition("~")[0] for name in ids} <= set(ids)


def test_every_label_stands_where_it_says() -> None:
    for case in cases():
        last = 0
        for label in case.labels:
            assert last <= label.start <= label.end <= len(case.text), case.id
            assert label.category in corpus.KNOWN[label.sign], case.id
            assert not label.positive or label.value, f"{case.id}: an empty value"
            last = label.end


def test_every_value_stands_in_its_text_or_says_how_it_is_written() -> None:
    for file in FILES:
        for name, _, body in corpus.snippets(file):
            declared = [
                bool(found["code"] or found["value"] is not None)
                for found in corpus.LABEL.finditer(body)
            ]
            case = next(case for case in cases() if case.id == name)
            for label, other in zip(case.labels, declared, strict=True):
                assert other or case.text[label.start : label.end] == label.value, name


def test_no_mark_is_left_in_a_text() -> None:
    assert [case.id for case in cases() if corpus.MARKS.search(case.text)] == []


def test_every_path_stays_in_its_folder() -> None:
    for case in cases():
        path = Path(case.path)
        assert not path.is_absolute(), case.id
        assert ".." not in path.parts, case.id


def test_the_same_text_is_not_there_twice() -> None:
    texts = Counter((case.path, case.text) for case in cases())
    assert [key for key, number in texts.items() if number > 1] == []


# --- Size


def test_there_are_enough_labels_and_most_of_them_were_written_by_hand() -> None:
    by_hand = [case for case in cases() if not case.variant]
    for sign in "+-":
        assert count(sign, cases()) >= LEAST
        assert 2 * count(sign, by_hand) >= count(sign, cases())


def test_all_categories_are_there() -> None:
    seen = {label.category for case in cases() for label in case.labels if label.sign in "+-"}
    assert seen == corpus.POSITIVES | corpus.NEGATIVES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_language_has_both(file: Path) -> None:
    some = [case for case in cases() if case.language == file.stem]
    assert count("+", some) >= 10
    assert count("-", some) >= 10


def test_the_parts_have_their_sizes_and_variants_stay_with_their_original() -> None:
    part = {case.id: case.part for case in cases()}
    assert all(part[name] == part[name.partition("~")[0]] for name in part)
    others = corpus.OF_PROGRAMS | corpus.UNREAD
    sizes = Counter(case.part for case in cases() if case.language not in others)
    assert set(sizes) == {"dev", "opened"}
    assert 0.4 < sizes["dev"] / sizes.total() < 0.6
    assert {case.part for case in cases() if case.language in corpus.UNREAD} <= {"held-out"}


def test_a_variant_counts_only_what_is_new() -> None:
    texts = {case.id: case.text.splitlines() for case in cases()}
    for case in cases():
        if not case.variant:
            continue
        before, after = texts[case.id.partition("~")[0]], case.text.splitlines()
        for label in case.labels:
            lines = [n - 1 for n in case.lines(label) if n <= min(len(before), len(after))]
            if label.sign in "+-" and lines:
                assert any(before[n] != after[n] for n in lines), case.id


# --- Safety


def test_no_token_of_a_provider_stands_in_the_files() -> None:
    ids = set()
    for file in (ROOT / "signatures/providers").glob("*.toml"):
        document = tomllib.loads(file.read_text("utf-8"))
        ids |= {signature["id"] for signature in document.get("signature", [])}
    result = report("scan", "--reveal", *FILES, *variants.POOLS.iterdir(), cwd=ROOT)
    found = [
        f"{finding['signature']}: {finding['locations'][0]['path']}"
        for finding in result.json["findings"]
        if finding["signature"] in ids
        and finding["confidence"] == "high"
        # A password in its label is no token; what has a shape of its own is found without one.
        and "«" not in finding["secret"]
    ]
    assert len(ids) > 100
    assert result.json["scanned"]["files"] >= len(FILES)
    assert found == []


# --- Reading


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("«+pasword|x»", "no category"),
        ("«-password|x»", "no category"),
        ("«+password@rot13|x»", "no code"),
        ("a « b", "left over"),
        ("«+password|x", "left over"),
    ],
)
def test_a_fault_is_said(body: str, fault: str) -> None:
    with pytest.raises(CorpusError, match=fault):
        corpus.build("a/b", "c.py", body)


@pytest.mark.parametrize(
    ("body", "text", "value"),
    [
        ("p='«+password|hush»'", "p='hush'", "hush"),
        ("p='«+password=a b|a' + ' b»'", "p='a' + ' b'", "a b"),
        ("d: «+password@b64|hush»", "d: aHVzaA==", "hush"),
        ("d: «+password@hex|hush»", "d: 68757368", "hush"),
        ("d: «+password@url|a b»", "d: a%20b", "a b"),
        ("d: «+password@u|ab»", "d: \\u0061\\u0062", "ab"),
        ("x«»y «-path|/a»", "xy /a", "/a"),
    ],
)
def test_labels_are_read(body: str, text: str, value: str) -> None:
    case = corpus.build("a/b", "c.py", body)
    assert case.text == text
    assert case.labels[0].value == value


def test_random_values_stay_the_same_and_have_their_length() -> None:
    one, again = (corpus.build("a/b", "c", "«+token|#hex40» «+token|#base43»") for _ in "ab")
    assert one == again
    assert [len(label.value) for label in one.labels] == [40, 43]
    other = corpus.build("a/c", "c", "«+token|#hex40»")
    assert other.labels[0].value != one.labels[0].value


def test_a_file_without_a_heading_or_with_an_id_twice_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("only a comment\n")
    with pytest.raises(CorpusError, match="no snippet"):
        list(corpus.snippets(file))
    file.write_text("==== a a.py\nx\n==== a a.py\ny\n")
    with pytest.raises(CorpusError, match="twice"):
        list(corpus.snippets(file))


# --- The detector


@pytest.mark.skipif(RECALL is None or PRECISION is None, reason="thresholds are not set yet")
def test_leakhunt_finds_what_it_has_to(tmp_path: Path) -> None:
    places = quality.write(cases(), tmp_path)
    found = [
        one
        for one in scanners.from_leakhunt(report("scan", ".", "--reveal", cwd=tmp_path).out)
        if not one.low
    ]
    tally = judge.tally(judge.judge(cases(), quality.assigned(found, places)))
    assert RECALL is not None
    assert PRECISION is not None
    assert tally.recall >= RECALL
    assert tally.precision >= PRECISION
