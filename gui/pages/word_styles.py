"""How paragraphs and letters of a Word document look (ISO/IEC 29500-1, 17.7 and 17.9)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Final
from xml.etree.ElementTree import Element

from gui.pages.blocks import Look

_TWIPS: Final = 20
_OFF: Final = frozenset({"0", "false", "off", "none"})
_DEEPEST: Final = 12
_HEADING: Final = re.compile(r"heading ([1-9])")
_SIZES: Final = {1: 16.0, 2: 13.0, 3: 12.0}
_BULLETS: Final = frozenset("•○■–-*·◦▪")


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph looks; lengths in points.

    Attributes:
        look: of its letters.
        level: of a heading, from 1; 0: none.
        align: as the document says it.
        indent: of all lines.
        first: more, or less, for the first.
        before: room above.
        after: room below.
        number: id of its list and level in it, from 0; None: it is no item.
    """

    look: Look = field(default_factory=Look)
    level: int = 0
    align: str = ""
    indent: float = 0
    first: float = 0
    before: float = 0
    after: float = 0
    number: tuple[str, int] | None = None


class Styles:
    """The styles of a document.

    Args:
        root: of its list of styles; None: it has none.
    """

    def __init__(self, root: Element | None) -> None:
        rows = [row for row in root if name_of(row) == "style"] if root is not None else []
        self._rows = {value(row, "styleId"): row for row in rows}
        defaults = child(root, "docDefaults")
        self._usual = Style(
            look=_with_look(Look(size=11.0), child(child(defaults, "rPrDefault"), "rPr"))
        )
        self._usual = _with(self._usual, child(child(defaults, "pPrDefault"), "pPr"))
        self._default = next((key for key, row in self._rows.items() if _is_default(row)), "")

    def paragraph(self, own: Element | None) -> Style:
        """How a paragraph with these properties looks."""
        named = value(child(own, "pStyle"), "val") or self._default
        return _with(self._named(named, 0), own)

    def run(self, own: Element | None, look: Look) -> Look:
        """How letters with these properties look in a paragraph of this look."""
        named = self._rows.get(value(child(own, "rStyle"), "val"))
        if named is not None:
            look = _with_look(look, child(named, "rPr"))
        return _with_look(look, own)

    def _named(self, name: str, depth: int) -> Style:
        row = self._rows.get(name)
        if row is None or depth > _DEEPEST:
            return self._usual
        based = value(child(row, "basedOn"), "val")
        style = self._named(based, depth + 1) if based else self._usual
        heading = _HEADING.fullmatch(value(child(row, "name"), "val").casefold())
        if heading is not None:
            level = int(heading[1])
            look = replace(style.look, bold=True, size=_SIZES.get(level, 11.0))
            style = replace(style, level=level, look=look, before=style.before or 12)
        style = _with(style, child(row, "pPr"))
        return replace(style, look=_with_look(style.look, child(row, "rPr")))


class Numbers:
    """Counts the items of the lists of a document.

    Args:
        root: of its list of numberings; None: it has none.
    """

    def __init__(self, root: Element | None) -> None:
        rows = list(root) if root is not None else []
        kinds = {value(row, "abstractNumId"): row for row in rows if name_of(row) == "abstractNum"}
        self._lists = {
            value(row, "numId"): kinds.get(value(child(row, "abstractNumId"), "val"))
            for row in rows
            if name_of(row) == "num"
        }
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)

    def next(self, number: str, level: int) -> tuple[str, float, float]:
        """What stands before the next item, its indent, and how far the mark hangs out of it."""
        kind = self._lists.get(number)
        rows = [row for row in kind if name_of(row) == "lvl"] if kind is not None else []
        found = next((row for row in rows if value(row, "ilvl") == str(level)), None)
        counts = self._counts[number]
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        start = _whole(value(child(found, "start"), "val"), 1)
        counts[level] = counts.get(level, start - 1) + 1
        place = child(child(found, "pPr"), "ind")
        at = points(place, "left", points(place, "start", 18.0 * (level + 1)))
        hanging = points(place, "hanging", 18.0)
        form = value(child(found, "numFmt"), "val")
        if form in {"", "bullet", "none"}:
            shown = value(child(found, "lvlText"), "val")
            return (shown if shown in _BULLETS else "•", at, hanging)
        words = value(child(found, "lvlText"), "val") or f"%{level + 1}."
        for one in range(level + 1):
            words = words.replace(f"%{one + 1}", _written(counts.get(one, 1), form))
        return words, at, hanging


def name_of(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, name: str) -> Element | None:
    """The first child of this name; None where there is none."""
    rows = element if element is not None else ()
    return next((one for one in rows if name_of(one) == name), None)


def value(element: Element | None, name: str) -> str:
    """An attribute by its name without a namespace; empty where there is none."""
    rows = element.items() if element is not None else ()
    return next((text for key, text in rows if key.rpartition("}")[2] == name), "")


def points(element: Element | None, name: str, usual: float) -> float:
    """A length in points, of one that is written in twentieths of them."""
    try:
        return float(value(element, name)) / _TWIPS
    except ValueError:
        return usual


def flag(element: Element | None, name: str) -> bool | None:
    """Whether a property is on or off; None: nothing is said of it."""
    found = child(element, name)
    return None if found is None else value(found, "val") not in _OFF


def _with(style: Style, own: Element | None) -> Style:
    """The style with what these properties of a paragraph say."""
    if own is None:
        return style
    room, edges, numbered = child(own, "spacing"), child(own, "ind"), child(own, "numPr")
    first = points(edges, "firstLine", 0) - points(edges, "hanging", 0)
    outline = value(child(own, "outlineLvl"), "val")
    number = style.number
    if numbered is not None:
        list_id = value(child(numbered, "numId"), "val")
        level = _whole(value(child(numbered, "ilvl"), "val"), 0)
        number = (list_id, level) if list_id not in {"", "0"} else None
    return replace(
        style,
        align=value(child(own, "jc"), "val") or style.align,
        indent=points(edges, "left", points(edges, "start", style.indent)),
        first=first or style.first,
        before=points(room, "before", style.before),
        after=points(room, "after", style.after),
        level=_whole(outline, 8) + 1 if outline in set("012345678") else style.level,
        number=number,
    )


def _with_look(look: Look, own: Element | None) -> Look:
    """The look with what these properties of letters say."""
    if own is None:
        return look

    def on(name: str, *, usual: bool) -> bool:
        said = flag(own, name)
        return usual if said is None else said

    colour, size = value(child(own, "color"), "val"), value(child(own, "sz"), "val")
    raised = {"superscript": 1, "subscript": -1}
    return Look(
        bold=on("b", usual=look.bold),
        italic=on("i", usual=look.italic),
        underlined=on("u", usual=look.underlined),
        struck=on("strike", usual=look.struck),
        size=min(max(_whole(size, 22) / 2, 4.0), 96.0) if size else look.size,
        colour=f"#{colour}" if re.fullmatch("[0-9A-Fa-f]{6}", colour) else look.colour,
        raised=raised.get(value(child(own, "vertAlign"), "val"), look.raised),
    )


def _is_default(row: Element) -> bool:
    return value(row, "type") == "paragraph" and value(row, "default") in {"1", "true", "on"}


def _written(number: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter":
            letter = chr(ord("a") + (number - 1) % 26)
            return letter if form == "lowerLetter" else letter.upper()
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman if form == "lowerRoman" else roman.upper()
        case _:
            return str(number)


def _roman(number: int) -> str:
    pieces = []
    for worth, sign in (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ):  # fmt: skip
        count, number = divmod(number, worth)
        pieces.append(sign * count)
    return "".join(pieces)


def _whole(written: str, usual: int) -> int:
    return int(written) if re.fullmatch(r"\d{1,6}", written) else usual
