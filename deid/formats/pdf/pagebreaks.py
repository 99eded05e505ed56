"""Text that goes on on the next page, read there without what stands between (pure).

Between the two lie what stands at the foot of one page and at the head of the other, so that
neither part of a name would say what it is: both are read within the text instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deid.formats.pdf.glyphs import Layer
from deid.formats.pdf.lines import HYPHENS, SOFT, Line

_LONG: Final = 40
_DIGITS: Final = re.compile(r"\d+")
_ENDS: Final = ".:;!?"


@dataclass(slots=True)
class Flow:
    """The lines of a page in the order in which they are read with those of its neighbours.

    Attributes:
        lines: of the page, in its own order.
        first: the line that goes on from the page before; None: none does.
        last: the line that goes on on the next page; None: none does.
    """

    lines: list[Line] = field(repr=False)
    first: int | None = None
    last: int | None = None

    def order(self) -> tuple[int, ...]:
        """The numbers of the lines, in the order in which they are read."""
        count = len(self.lines)
        begin, end = self.first or 0, count - 1 if self.last is None else self.last
        head, foot, body = range(begin), range(end + 1, count), range(begin, end + 1)
        if self.last is None:
            return (*body, *foot, *head)
        if self.first is None:
            return (*head, *foot, *body) if begin else (*foot, *body)
        cut = _seam(self.lines, begin, end) or begin
        return (*range(begin, cut), *head, *foot, *range(cut, end + 1))


def join(flow: Flow, following: Flow) -> bool:
    """Let the text of a page go on on the next, where it is cut off there.

    Lines that both pages have are none of the text.

    Args:
        flow: of a page; changed in place.
        following: of the page behind it; changed in place.
    """
    lines, others = flow.lines, following.lines
    both = {_plain(line) for line in lines} & {_plain(line) for line in others}
    last, first = _last(lines, both), _first(others, both)
    if last is None or first is None or _goes_on(lines, last + 1) or others[first].goes_on:
        return False
    if flow.first is not None and _seam(lines, flow.first, last) is None:
        return False
    flow.last, following.first = last, first
    is_broken = len(lines[last].text) > 1 and lines[last].text[-1] in HYPHENS
    if is_broken and others[first].text[:1].islower():
        lines[last] = replace(lines[last], text=lines[last].text[:-1] + SOFT)
    lead = "" if is_broken else "\n"
    others[first] = replace(others[first], lead=lead, goes_on=is_broken)
    for group, number in ((lines, last + 1), (others, 0 if first else len(others))):
        if number < len(group) and not group[number].lead.startswith("\n\n"):
            group[number] = replace(group[number], lead="\n\n")
    return True


def _goes_on(lines: Sequence[Line], number: int) -> bool:
    return number < len(lines) and lines[number].goes_on


def _seam(lines: Sequence[Line], first: int, last: int) -> int | None:
    """A line before which others may be read: the first of a paragraph."""
    return next((at for at in range(first + 1, last + 1) if lines[at].lead == "\n\n"), None)


def _plain(line: Line) -> str:
    return _DIGITS.sub("0", line.text)


def _last(lines: Sequence[Line], both: Collection[str]) -> int | None:
    """The last line of the text of a page, where it is cut off there."""
    shown = [number for number, line in enumerate(lines) if line.layer is Layer.SHOWN]
    for number in reversed(shown):
        if _plain(lines[number]) not in both and _is_text(lines, number):
            text = lines[number].text.rstrip()
            return None if text[-1:] in _ENDS or text != lines[number].text else number
    return None


def _first(lines: Sequence[Line], both: Collection[str]) -> int | None:
    """The first line of the text of a page."""
    found = (
        number
        for number, line in enumerate(lines)
        if line.layer is Layer.SHOWN and _plain(line) not in both and _is_text(lines, number)
    )
    return next(found, None)


def _is_text(lines: Sequence[Line], number: int) -> bool:
    """Whether a line is long, or one of several, as headers and numbers of pages are not."""
    beside = lines[number + 1].lead if number + 1 < len(lines) else ""
    is_part = "\n" in (lines[number].lead, beside) or lines[number].goes_on
    return len(lines[number].text) >= _LONG or is_part
