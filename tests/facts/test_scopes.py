"""The functions around an offset, against looking at all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from leakhunt.facts.scopes import Scopes, Span


def nested(draw: st.DrawFn, low: int, high: int, depth: int) -> list[Span]:
    """Spans that lie in each other or apart."""
    found: list[Span] = []
    at = low
    while at < high and depth and draw(st.booleans()):
        start = draw(st.integers(at, high - 1))
        end = draw(st.integers(start + 1, high))
        found.append((start, end))
        found += nested(draw, start, end, depth - 1)
        at = end
    return found


@st.composite
def functions(draw: st.DrawFn) -> list[Span]:
    return sorted(set(nested(draw, 0, 60, 4)), key=lambda span: (span[0], -span[1]))


@given(spans=functions(), offset=st.integers(0, 70))
def test_all_functions_around_an_offset_and_no_other(spans: list[Span], offset: int) -> None:
    expected = [span for span in spans if span[0] <= offset < span[1]]
    assert list(Scopes(spans).around(offset)) == expected[::-1]


def test_many_functions_with_the_same_names_take_no_time_each() -> None:
    """A file of 4,000 functions that was generated; looking at all for each took minutes."""
    from leakhunt import facts
    from leakhunt.facts.resolve import Resolver

    body = "".join(f'func f{n}() {{\n\tname := "file{n}"\n\tread(name)\n}}\n' for n in range(4000))
    read = facts.read("bindata.go", f"package main\n{body}".encode())
    resolver = Resolver(read)
    looked = 0
    inner = Resolver._fits

    def counted(self: Resolver, *args: object) -> bool:
        nonlocal looked
        looked += 1
        return inner(self, *args)  # type: ignore[arg-type]

    Resolver._fits = counted  # type: ignore[method-assign]
    try:
        found = [resolver.resolve(call.arguments[0][1]).text for call in read.calls]
    finally:
        Resolver._fits = inner  # type: ignore[method-assign]
    assert found == [f"file{n}" for n in range(4000)]
    assert looked == 4000
