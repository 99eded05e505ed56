"""In what order and between what words the values of a message are read as a note (pure).

Each field that the standard names stands on a line of its own behind its name. Lines of a report
that is sent as one observation a line follow each other, without what stands between them in the
message, so that what reaches over their ends is read in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from deid.formats.hl7.delimiters import Delimiters
from deid.formats.hl7.syntax import Leaf

# Types that have no components: what divides them is text that nobody escaped.
_TEXTS: Final = frozenset({"TX", "FT", "ST", "NM", ""})
_LINE: Final = "\n"
_LEADS: Final = {
    ("OBX", 3): _LINE,
    ("OBX", 5): ": ",
    ("OBX", 6): " ",
    ("NTE", 3): _LINE,
    ("DSP", 3): _LINE,
}
_VALUE: Final = ("OBX", 5)
_OBSERVATION: Final = ("OBX", 3)


def arranged(
    leaves: Sequence[Leaf], text: str, delimiters: Delimiters
) -> Iterator[tuple[Leaf, str]]:
    """Each leaf with the words before it, in the order in which they are read.

    Args:
        leaves: in the order of the message, without values of closed vocabularies.
        text: the message.
        delimiters: of the message.
    """
    segments = [list(group) for _, group in groupby(leaves, key=lambda leaf: leaf.segment.number)]
    at = 0
    while at < len(segments):
        end = at + _report(segments, at, text)
        for segment in segments[at:end]:
            rest = [leaf for leaf in segment if end == at + 1 or _place(leaf) != _VALUE]
            yield from _led(rest, delimiters)
        for segment in segments[at:end] if end > at + 1 else ():
            lines = [leaf for leaf in segment if _place(leaf) == _VALUE]
            yield from _led(lines, delimiters, first=_LINE)
        at = end


def _report(segments: Sequence[Sequence[Leaf]], first: int, text: str) -> int:
    """How many segments from the first on are lines of one report; 1 if it is none."""
    said = _identifier(segments[first], text)
    count = 1
    if said is not None:
        while first + count < len(segments) and _identifier(segments[first + count], text) == said:
            count += 1
    return count


def _identifier(segment: Sequence[Leaf], text: str) -> str | None:
    """What observation a segment is a line of, if only a blank one; None if it is no text."""
    values = [leaf for leaf in segment if _place(leaf) == _VALUE]
    said = [leaf for leaf in segment if _place(leaf) == _OBSERVATION]
    if not said or any(_datatype(leaf) not in _TEXTS for leaf in values):
        return None
    return text[said[0].start : said[-1].end]


def _led(
    leaves: Sequence[Leaf], delimiters: Delimiters, *, first: str = ""
) -> Iterator[tuple[Leaf, str]]:
    before: Leaf | None = None
    for leaf in leaves:
        if before is None or before.segment is not leaf.segment or before.field != leaf.field:
            lead = (first if before is None else "") or _field_lead(leaf, before)
        else:
            lead = _value_lead(leaf, before, delimiters)
        yield leaf, lead
        before = leaf


def _field_lead(leaf: Leaf, before: Leaf | None) -> str:
    lead = _LEADS.get(_place(leaf))
    if lead is not None:
        return _LINE if before is None else lead
    if leaf.meaning is not None:
        return f"{_LINE}{leaf.meaning.name[:1].upper()}{leaf.meaning.name[1:]}: "
    return _LINE if before is None else " | "


def _value_lead(leaf: Leaf, before: Leaf, delimiters: Delimiters) -> str:
    datatype = _datatype(leaf)
    is_text = datatype in _TEXTS and leaf.meaning is not None
    if leaf.repetition != before.repetition:
        return _LINE if is_text else "; "
    if leaf.component != before.component:
        if is_text:
            return delimiters.component
        return ", " if leaf.meaning is None or _follows_family(leaf, datatype) else " "
    return delimiters.subcomponent if is_text else " "


def _follows_family(leaf: Leaf, datatype: str) -> bool:
    return (datatype, leaf.component) in {("XPN", 1), ("PN", 1), ("XCN", 2), ("CN", 2), ("PPN", 2)}


def _place(leaf: Leaf) -> tuple[str, int]:
    return leaf.segment.name, leaf.field


def _datatype(leaf: Leaf) -> str:
    return leaf.meaning.datatype if leaf.meaning else ""
