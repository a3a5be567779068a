"""Tables for people, and the reports of ports that are made of them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakhunt.exposure.inventory.changes import Change
from leakhunt.exposure.inventory.model import Fault, Survey
from leakhunt.exposure.live.join import Seen
from leakhunt.exposure.live.model import Host, LiveState, Process, Socket
from leakhunt.exposure.live.watch import Watched
from leakhunt.model import Problem
from leakhunt.outputs.layout import cells, render
from leakhunt.outputs.port_reports import write_annotations, write_changes, write_check
from leakhunt.outputs.port_tables import write_live, write_show
from leakhunt.outputs.table import UNWRAPPED, table
from leakhunt.outputs.text import printable

NAMES = st.text(max_size=12).map(printable)
HOSTILE = "a\x1b[31m\n::error::b\u202e"


def drawn(head: list[str], lines: list[list[str]]) -> list[str]:
    stream = io.StringIO()
    render(table(head, lines), stream, UNWRAPPED, styled=False)
    return stream.getvalue().splitlines()


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    assert drawn(["A", "LONG", "C"], [["abc", "x", "y"], ["a", "", "z"]]) == [
        "A    LONG  C",
        "abc  x     y",
        "a          z",
    ]


def test_a_column_without_anything_is_left_out() -> None:
    assert drawn(["A", "B", "C"], [["a", "", "c"]]) == ["A  C", "a  c"]


def test_wide_characters_take_two_columns() -> None:
    assert drawn(["A", "B"], [["\u4e2d", "x"], ["ab", "y"]]) == ["A   B", "\u4e2d  x", "ab  y"]


@given(st.lists(st.tuples(NAMES, NAMES, st.just("|")), min_size=1, max_size=4))
def test_the_last_column_starts_at_one_place(lines: list[tuple[str, str, str]]) -> None:
    rows = drawn(["A", "B", "C"], [list(line) for line in lines])
    starts = {cells(row[: row.rindex("|")]) for row in rows[1:]}
    assert len(starts) == 1


def text(write: object, *arguments: object) -> str:
    stream = io.StringIO()
    write(*arguments, stream)  # type: ignore[operator]
    return stream.getvalue()


def watched(state: LiveState, *sockets: Socket, fault: str = "", **more: object) -> Watched:
    seen = Seen(state, sockets=sockets, **more)  # type: ignore[arg-type]
    return Watched("db", 5432, "tcp", None, None, seen, fault, state is LiveState.UNKNOWN)


def test_what_is_down_and_what_is_unknown_is_said() -> None:
    rows = [
        watched(LiveState.NOT_LISTENING, fault="down"),
        watched(LiveState.UNKNOWN, reason="it is dark"),
        watched(LiveState.WILDCARD, Socket("tcp", "::", 5432), fault="wider", confirmed=True),
    ]
    said = text(write_live, Survey(".", ()), rows, Host(()), (), 0)
    lines = [line.split() for line in said.splitlines()[1:4]]
    assert lines[0] == ["db", "5432", "nothing", "DOWN"]
    assert lines[1] == ["db", "5432", "unknown", "?", "it", "is", "dark"]
    assert lines[2][-3:] == ["([::]:5432)", "WIDER", "confirmed"]
    assert "3 ports found in files: 1 up, 1 down, 1 wider than in files and 1 unknown." in said


def test_owners_that_are_hidden_are_said_only_where_they_matter() -> None:
    known = Socket("tcp", "::", 5432, owners=(Process(7, "postgres"),))
    hidden = Host((), owners_hidden=True)
    arguments = Survey(".", ()), [watched(LiveState.WILDCARD, known)], hidden, (), 0
    assert "owners" not in text(write_live, *arguments)
    stranger = Socket("tcp", "::", 22)
    said = text(write_live, Survey(".", ()), [], hidden, (stranger,), 1)
    assert "some owners are not known" in said


@pytest.mark.parametrize(
    "said",
    [
        text(write_changes, [Change("opened", HOSTILE, 1, "tcp", "", HOSTILE, HOSTILE)], HOSTILE),
        text(
            write_check,
            Survey(".", ()),
            [Fault("stale", HOSTILE, 1, HOSTILE, HOSTILE, 1, HOSTILE)],
            {"stale": "x"},
        ),
        text(write_show, Survey(".", (), problems=(Problem(HOSTILE, HOSTILE, HOSTILE),))),
        text(
            write_annotations,
            Survey(".", ()),
            [Fault("stale", HOSTILE, 1, HOSTILE, HOSTILE, 1, HOSTILE)],
        ),
        text(
            write_live,
            Survey(".", ()),
            [watched(LiveState.UNKNOWN, reason=HOSTILE)],
            Host((), notes=(HOSTILE,), blind=(HOSTILE,), container=HOSTILE),
            (Socket("tcp", "::", 1, device=HOSTILE, owners=(Process(1, HOSTILE),)),),
            1,
        ),
    ],
    ids=["changes", "check", "show", "annotations", "live"],
)
def test_what_names_contain_moves_nothing_on_the_screen(said: str) -> None:
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert not any(line.startswith("::error::b") for line in said.splitlines())


def test_annotations_are_as_many_as_are_shown() -> None:
    faults = [Fault("stale", "a", n, "m", "p", n, "b") for n in range(1, 20)]
    lines = text(write_annotations, Survey(".", ()), faults).splitlines()
    assert len(lines) == 11
    assert lines[9].endswith("::10 more differences")
    assert lines[10] == "leakhunt: 19 differences to the inventory of ports"
