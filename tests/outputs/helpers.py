"""Writing a report to text, and reports that Hypothesis makes up."""

import io
import string

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from leakhunt.model import Problem, Report, Secret, Severity, State, Suppression, Verdict
from leakhunt.outputs import registry
from leakhunt.outputs.options import OutputOptions

from . import samples


def written(name: str, report: Report, **options: object) -> str:
    """Return what a format writes, after proof that it encodes as UTF-8."""
    stream = io.StringIO()
    registry.write(name, report, stream, OutputOptions(**options))
    text = stream.getvalue()
    assert text.encode("utf-8").decode("utf-8") == text
    return text


ANY_REPORT = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""How long to look for a report that breaks a format."""

ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]),
        st.sampled_from("\x00\x1b\x07\r\n\t\x7f\x85\x9b\u2028\u202e\u2066\ufeff:#[]%,|`<>*=@\\\"'"),
    ),
    max_size=30,
)
SECRETS = st.builds(
    "Zq{}{}".format,
    st.text(string.ascii_letters + string.digits, min_size=14, max_size=24),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)
NUMBERS = st.none() | st.integers(min_value=1, max_value=500)


@st.composite
def texts(draw: st.DrawFn, secrets: list[str]) -> list[str]:
    """Draw a few texts of scanned content, most of them with a secret inside."""
    pieces = draw(st.lists(ANY_TEXT, min_size=4, max_size=8))
    middles = [*secrets, ""]
    return [
        before + middles[at % len(middles)] + after
        for at, (before, after) in enumerate(zip(pieces, reversed(pieces), strict=True))
    ]


@st.composite
def findings(draw: st.DrawFn, secret: str, text: st.SearchStrategy, suppressed: bool = False):
    place = st.builds(
        samples.Location,
        path=st.none() | text,
        line=NUMBERS,
        column=NUMBERS,
        end_line=NUMBERS,
        end_column=NUMBERS,
        commit=st.none() | st.just("0123456789abcdef" * 2 + "01234567"),
        author=st.none() | text,
        date=st.none() | st.just("2024-02-29T12:00:00+00:00"),
        at_head=st.sampled_from([None, True, False]),
        ref=st.none() | text,
        field=st.sampled_from([None, None, "message", "author"]),
    )
    sort = draw(st.sampled_from(samples.SIGNATURES))
    value = Secret(secret.encode())
    return samples.finding(
        sort,
        value,
        *draw(st.lists(place, max_size=3)),
        severity=draw(st.sampled_from(Severity)),
        decoded=draw(st.sampled_from([(), ("base64",)])),
        parts=draw(st.sampled_from([(), (("other-half", value),)])),
        verdict=Verdict(draw(st.sampled_from(State)), draw(text), "", {"account": draw(text)}),
        suppression=Suppression(draw(st.sampled_from(["inline", "x"])), draw(text))
        if suppressed
        else None,
        properties={"note": draw(text), "blobs": draw(st.integers(0, 9))},
    )


@st.composite
def reports(draw: st.DrawFn) -> tuple[Report, list[str]]:
    """Draw a report and the values of its secrets."""
    secrets = draw(st.lists(SECRETS, min_size=1, max_size=3))
    text = st.sampled_from(draw(texts(secrets)))
    found = [draw(findings(secret, text)) for secret in secrets]
    problems = st.builds(
        Problem, st.sampled_from(["timeout", "unreadable"]), text, text, st.booleans()
    )
    return (
        Report(
            target=draw(text),
            findings=tuple(found),
            suppressed=tuple(draw(st.lists(findings(secrets[-1], text, True), max_size=1))),
            problems=tuple(draw(st.lists(problems, max_size=3))),
            scanned=draw(
                st.dictionaries(
                    st.sampled_from(["files", "bytes", "commits", "skipped_binary", "tags"]),
                    st.integers(0, 10**12),
                )
            ),
            signatures=samples.SIGNATURES if draw(st.booleans()) else (),
            seconds=draw(st.floats(0, 1000)),
        ),
        secrets,
    )
