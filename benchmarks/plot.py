"""Draws how cost grows, as a small SVG: CPU seconds over commits, blobs and bytes.

All axes are logarithmic, so that small and large histories can be seen in one picture.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WIDTH, HEIGHT = 860, 344
LEFT, TOP, BOTTOM, GAP = 56, 92, 52, 34
"""Around the panels, and between them."""
PANEL = (WIDTH - LEFT - 22 - 2 * GAP) / 3
DEEP = HEIGHT - TOP - BOTTOM
WIDE = 4
"""Powers of ten from which on only they are marked."""
LIGHT = ("#2a78d6", "#e0531f", "#158f63", "#8a63d2", "#b07d00", "#c2417c")
DARK = ("#5aa2f0", "#f2825a", "#3cc48f", "#b096ea", "#dba93a", "#e87aa8")
_STYLE = """
  .card { fill: #fcfcfb } .ink { fill: #1a1a19 } .soft { fill: #5d5c58 }
  .grid { stroke: #e4e3dd } .axis { stroke: #a9a8a1 } .ring { stroke: #fcfcfb }
  text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
  .title { font-weight: 600; font-size: 14px }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
"""
_NIGHT = """
    .card { fill: #191918 } .ink { fill: #f4f3ef } .soft { fill: #b9b8b0 }
    .grid { stroke: #31312e } .axis { stroke: #6d6c66 } .ring { stroke: #191918 }
"""
Series = dict[str, list[dict[str, Any]]]


def draw(points: Sequence[dict[str, Any]], title: str) -> str:
    """Return the picture.

    Args:
        points: parts of histories with `repository`, `facts` and `cpu`.
        title: what it shows.
    """
    series: Series = {}
    for point in points:
        series.setdefault(point["repository"], []).append(point)
    axes: list[tuple[str, Callable[[dict[str, Any]], float]]] = [
        ("thousand commits", lambda point: point["facts"]["commits"] / 1e3),
        ("thousand blobs", lambda point: point["facts"]["blobs"] / 1e3),
        ("GB of blobs, inflated", lambda point: point["facts"]["bytes"] / 1e9),
    ]
    parts = [_head(title, len(series)), *_legend(list(series))]
    for number, (label, measure) in enumerate(axes):
        left = LEFT + number * (PANEL + GAP)
        parts += _panel(left, label, series, measure, numbers=number == 0)
    return "\n".join([*parts, "</svg>", ""])


def _head(title: str, count: int) -> str:
    def colours(shades: Sequence[str]) -> str:
        rules = []
        for number in range(count):
            shade = shades[number % len(shades)]
            rules.append(f".s{number} {{ stroke: {shade} }} .d{number} {{ fill: {shade} }}")
        return " ".join(rules)

    night = f"@media (prefers-color-scheme: dark) {{{_NIGHT}    {colours(DARK)}\n  }}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{escape(title)}">\n'
        f"<style>{_STYLE}  {colours(LIGHT)}\n  {night}\n</style>\n"
        f'<rect class="card" width="{WIDTH}" height="{HEIGHT}" rx="8"/>\n'
        f'<text class="ink title" x="{LEFT - 36}" y="27">{escape(title)}</text>'
    )


def _legend(names: list[str]) -> list[str]:
    parts, left = [], float(LEFT - 36)
    for number, name in enumerate(names):
        parts.append(f'<circle class="d{number}" cx="{left + 5:.0f}" cy="46" r="5"/>')
        parts.append(f'<text class="ink" x="{left + 16:.0f}" y="50">{escape(name)}</text>')
        left += 34 + 6.6 * len(name)
    return parts


def steps(least: float, most: float) -> list[float]:
    """Return the marks of a logarithmic axis: 1, 2, 5, 10, ... from below `least` to above `most`.

    Of a wide range only powers of ten.
    """
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most))
    tens = range(low, max(high, low + 1) + 1)
    if len(tens) > WIDE:
        return [10.0**power for power in tens]
    marks = [unit * 10.0**power for power in tens for unit in (1, 2, 5)]
    first = max(mark for mark in marks if mark <= least * 1.0001)
    last = min(mark for mark in marks if mark >= most * 0.9999)
    return [mark for mark in marks if first <= mark <= last]


def share(value: float, marks: Sequence[float]) -> float:
    """Return where a value lies on an axis, from 0 to 1."""
    low, high = math.log10(marks[0]), math.log10(marks[-1])
    return (math.log10(value) - low) / (high - low or 1)


def _number(value: float) -> str:
    return f"{value:,g}"


def _panel(
    left: float,
    label: str,
    series: Series,
    measure: Callable[[dict[str, Any]], float],
    *,
    numbers: bool,
) -> list[str]:
    every = [point for points in series.values() for point in points]
    wide, deep = [measure(point) for point in every], [point["cpu"] for point in every]
    across, up = steps(min(wide), max(wide)), steps(min(deep), max(deep))
    floor = TOP + DEEP

    def place(point: dict[str, Any]) -> tuple[float, float]:
        return (
            left + PANEL * share(measure(point), across),
            floor - DEEP * share(point["cpu"], up),
        )

    parts = []
    for value in up:
        y = floor - DEEP * share(value, up)
        kind = "grid" if value != up[0] else "axis"
        parts.append(_line(kind, left, left + PANEL, y, y))
        if numbers:
            parts.append(_text(left - 8, y + 4, _number(value), "end"))
    if numbers:
        parts.append(_text(LEFT - 36, TOP - 14, "CPU s", "start"))
    # Fewer words where they would touch.
    every_other = 2 if len(across) > 6 else 1
    for number, value in enumerate(across):
        x = left + PANEL * share(value, across)
        parts.append(_line("grid", x, x, TOP, floor) if number else "")
        if number % every_other == 0:
            parts.append(_text(x, floor + 18, _number(value), "middle"))
    parts.append(_text(left + PANEL / 2, floor + 38, label, "middle"))
    for number, points in enumerate(series.values()):
        places = [place(point) for point in sorted(points, key=measure)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="line s{number}" points="{path}"/>')
        parts += [
            f'<circle class="d{number} ring" stroke-width="1.5" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
            for x, y in places
        ]
    return parts


def _line(kind: str, left: float, right: float, top: float, bottom: float) -> str:
    return (
        f'<line class="{kind}" x1="{left:.1f}" x2="{right:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text class="soft" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
    )
