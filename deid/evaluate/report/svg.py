"""Plots as SVG elements, drawn by hand: no script, no font and nothing to fetch.

Colours come from classes that the page's style sheet defines, so that they suit light and dark.
Series differ in colour, line and mark, so that nobody needs the colours.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_WIDTH: Final = 640
_HEIGHT: Final = 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 26, 30, 46
_ROW: Final = 24
_NAMES: Final = 130
_RADIUS: Final = 4
_STEPS: Final = ((0.5, 0.2), (0.7, 0.1), (0.9, 0.05), (1.0, 0.02))


@dataclass(frozen=True, slots=True)
class Series:
    """A line through points.

    Attributes:
        name: for the legend.
        points: `(x, y)`, by x.
    """

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Whisker:
    """A value with its interval, 0 to 1."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What was reached, and the most that can be; None: there is no such bound. 0 or more."""

    name: str
    reached: float
    most: float | None


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes are called, and the least value of the vertical one; all end at 1."""

    x: str
    y: str
    least_y: float = 0.0


def lines(title: str, description: str, axes: Axes, series: Sequence[Series]) -> str:
    """Lines over 0 to 1, each with its own marks."""
    body = [*_grid(axes)]
    for number, one in enumerate(series, start=1):
        places = [_place(x, y, axes) for x, y in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        body.append(f'<polyline class="line s{number}" points="{path}"/>')
        body += [_mark(x, y, number) for x, y in places]
        left = _LEFT + 170 * (number - 1)
        body.append(f'<line class="line s{number}" x1="{left}" y1="14" x2="{left + 28}" y2="14"/>')
        body.append(_mark(left + 14, 14, number))
        body.append(_text(left + 36, 18, one.name))
    return _svg(title, description, _HEIGHT, body)


def reliability_bars(
    title: str, description: str, axes: Axes, bars: Sequence[tuple[float, float, float]]
) -> str:
    """Bars `(low, high, share)` beside the diagonal on which scores tell the truth."""
    body = [*_grid(axes)]
    for low, high, share in bars:
        left, top = _place(low, share, axes)
        right, bottom = _place(high, 0, axes)
        body.append(
            f'<rect class="bar" x="{left + 1:.1f}" y="{top:.1f}" width="{right - left - 2:.1f}" '
            f'height="{bottom - top:.1f}"/>'
        )
    (x1, y1), (x2, y2) = _place(0, 0, axes), _place(1, 1, axes)
    body.append(f'<line class="line s2" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    return _svg(title, description, _HEIGHT, body)


def whiskers(title: str, description: str, least: float, rows: Sequence[Whisker]) -> str:
    """A row for each value: a point on its interval, on a scale from `least` to 1."""
    height = _TOP + _ROW * len(rows) + _BOTTOM
    foot = height - _BOTTOM

    def across(value: float) -> float:
        return _NAMES + (max(value, least) - least) / (1 - least) * (_WIDTH - _NAMES - _RIGHT)

    body = []
    for tick in _ticks(least):
        x = across(tick)
        body.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{foot}"/>')
        body.append(_text(x, foot + 18, f"{tick:.0%}", anchor="middle"))
    for index, row in enumerate(rows):
        y = _TOP + _ROW * index + _ROW / 2
        low, high = across(row.low), across(row.high)
        body.append(_text(_NAMES - 10, y + 4, row.name, anchor="end"))
        body.append(f'<line class="line s1" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>')
        body.append(_mark(across(row.value), y, 1))
    return _svg(title, description, height, body)


def ceilings(title: str, description: str, rows: Sequence[Ceiling], *, names: int = 260) -> str:
    """A row for each: a bar up to what was reached, and a line where the bound is.

    Args:
        title: of the drawing.
        description: the same in words.
        rows: from the top.
        names: width kept for their names.
    """
    height = _TOP + _ROW * len(rows) + _BOTTOM
    foot = height - _BOTTOM
    largest = max((max(row.reached, row.most or 0.0) for row in rows), default=0.0) or 1.0
    step = _tick_step(largest)
    ticks = range(1 + math.ceil(largest / step))

    def across(value: float) -> float:
        return names + value / (step * ticks[-1]) * (_WIDTH - names - _RIGHT)

    body = []
    for tick in ticks:
        x = across(step * tick)
        body.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{foot}"/>')
        body.append(_text(x, foot + 18, f"{step * tick:g}", anchor="middle"))
    for index, row in enumerate(rows):
        y = _TOP + _ROW * index
        body.append(_text(names - 10, y + _ROW / 2 + 4, row.name, anchor="end"))
        body.append(
            f'<rect class="bar" x="{names}" y="{y + 5}" height="{_ROW - 10}" '
            f'width="{across(row.reached) - names:.1f}"/>'
        )
        if row.most is not None:
            x, end = across(row.most), y + _ROW - 1
            body.append(
                f'<line class="line s2" x1="{x:.1f}" y1="{y + 1}" x2="{x:.1f}" y2="{end}"/>'
            )
    return _svg(title, description, height, body)


def least_shown(values: Iterable[float]) -> float:
    """Where a scale up to 1 begins so that all values are on it: a tenth, at most 0.9."""
    lowest = min(values, default=0.0)
    return max(0, min(9, int(lowest * 10))) / 10


def _grid(axes: Axes) -> Iterator[str]:
    left, right = _LEFT, _WIDTH - _RIGHT
    for tick in _ticks(axes.least_y):
        _, y = _place(0, tick, axes)
        yield f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield _text(left - 8, y + 4, f"{tick:.0%}", anchor="end")
    for tenth in range(0, 11, 2):
        x, _ = _place(tenth / 10, 1, axes)
        yield _text(x, _HEIGHT - _BOTTOM + 18, f"{tenth / 10:.1f}", anchor="middle")
    yield _text((left + right) / 2, _HEIGHT - 8, axes.x, anchor="middle")
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    turn = f'transform="rotate(-90 14 {middle})"'
    yield _text(14, middle, axes.y, anchor="middle", more=turn)


def _ticks(least: float) -> list[float]:
    step = next(step for end, step in _STEPS if least < end)
    count = round((1 - least) / step)
    return [round(1 - step * at, 4) for at in range(count + 1)]


def _tick_step(largest: float) -> float:
    """Between the ticks of a scale from 0 on, so that there are four to ten."""
    power = 10.0 ** math.floor(math.log10(largest))
    return next(power * part for part in (0.2, 0.5, 1.0) if largest <= 10 * power * part)


def _place(x: float, y: float, axes: Axes) -> tuple[float, float]:
    across = _LEFT + x * (_WIDTH - _LEFT - _RIGHT)
    share = (max(y, axes.least_y) - axes.least_y) / (1 - axes.least_y)
    return across, _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _mark(x: float, y: float, number: int) -> str:
    if number == 1:
        return f'<circle class="mark s1" cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"/>'
    side = 2 * _RADIUS - 1
    return (
        f'<rect class="mark s{number}" x="{x - side / 2:.1f}" y="{y - side / 2:.1f}" '
        f'width="{side}" height="{side}"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f"<text {place}{' ' + more if more else ''}>{html.escape(text)}</text>"


def _svg(title: str, description: str, height: int, body: Sequence[str]) -> str:
    label = html.escape(f"{title}. {description}")
    inner = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{label}">\n{inner}\n</svg>'
    )
