import dataclasses

import pytest

from leakhunt.model import Secret, Suppression, Verdict
from leakhunt.outputs.redact import redacted

from . import samples
from .samples import GITHUB, finding, place

TOKEN = samples.value("ghp_", 40)
TEXT = TOKEN.reveal().decode()


def report(*findings, **more):
    return dataclasses.replace(samples.clean(), findings=findings, **more)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (TEXT, "ghp_********"),
        (f"a/{TEXT}/b", "a/ghp_********/b"),
        (TEXT + TEXT, "ghp_********ghp_********"),
        (TEXT[:-1], TEXT[:-1]),
        ("", ""),
    ],
)
def test_every_text_of_a_finding(text, shown):
    before = finding(
        GITHUB,
        TOKEN,
        place(text, author=text, ref=text),
        verdict=Verdict(reason=text, details={"x": text}),
        suppression=Suppression("inline", text),
        properties={"s": text, "n": 3, "b": True},
    )
    after = redacted(report(before)).findings[0]
    (where,) = after.locations
    assert (where.path, where.author, where.ref) == (shown, shown, shown)
    assert (after.verdict.reason, after.verdict.details) == (shown, {"x": shown})
    assert after.suppression.reason == shown
    assert after.properties == {"s": shown, "n": 3, "b": True}
    assert after.secret == TOKEN


def test_secrets_of_other_findings_and_parts_are_masked_too():
    part, hidden = samples.value("part", 30), samples.value("hidden", 30)
    holder = finding(GITHUB, TOKEN, place("x"), parts=(("half", part),))
    quiet = finding(GITHUB, hidden, place("y"))
    both = f"{part.reveal().decode()} {hidden.reveal().decode()}"
    shown = redacted(report(holder, finding(GITHUB, TOKEN, place(both)), suppressed=(quiet,)))
    assert shown.findings[1].locations[0].path == "part******** hidd********"


def test_the_longer_of_two_that_start_alike():
    longer = Secret(TOKEN.reveal() + b"more")
    shown = redacted(report(finding(GITHUB, TOKEN), finding(GITHUB, longer, place(TEXT + "more"))))
    assert shown.findings[1].locations[0].path == "ghp_********"


def test_bytes_that_are_not_utf8():
    raw = b"\xff\xfe-not-utf8-\x80"
    shown = redacted(
        report(finding(GITHUB, Secret(raw), place(raw.decode(errors="surrogateescape"))))
    )
    assert shown.findings[0].locations[0].path == "********"


def test_short_values_are_words():
    shown = redacted(report(finding(GITHUB, Secret(b"main"), place("src/main.py"))))
    assert shown.findings[0].locations[0].path == "src/main.py"


@pytest.mark.parametrize(
    ("value", "path", "shown"),
    [
        (b"compose", "docker/compose.yaml", "docker/compose.yaml"),
        (b"Postgres", "Postgres/x", "Postgres/x"),
        (b"compose2", "compose2.yaml", "********.yaml"),
        (b"cOmPoSe", "cOmPoSe.yaml", "********.yaml"),
        (b"correcthorse", "correcthorse", "********"),
    ],
)
def test_a_password_that_is_a_word_hides_no_path(value, path, shown):
    masked = redacted(report(finding(GITHUB, Secret(value), place(path))))
    assert masked.findings[0].locations[0].path == shown


def test_many_secrets_in_many_paths_stay_fast():
    many = [
        finding(
            GITHUB, samples.value(f"ghp_{n}_", 40), *(place(f"src/{n}/{m}.py") for m in range(9))
        )
        for n in range(3000)
    ]
    assert redacted(report(*many)).findings == tuple(many)


def test_a_word_that_is_a_password_stays_in_the_names_of_folders() -> None:
    word = Secret(b"postgres")
    shown = redacted(report(finding(GITHUB, word, place("postgres/9.6/compose.yml"))))
    assert shown.findings[0].locations[0].path == "postgres/9.6/compose.yml"
