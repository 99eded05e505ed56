"""Which places of a presentation a person may have written in (pure).

The rules are those of `deid.formats.ooxml.open_places`, and what only presentations have. What is
left out is left out by its value: names that programs give, and words of animations and geometry.
"""

from __future__ import annotations

import re
from typing import Final

from deid.formats.markup import Kind, Place
from deid.formats.ooxml import open_places
from deid.formats.ooxml.container import is_member_name
from deid.formats.ooxml.given_names import is_given
from deid.formats.ooxml.open_places import local
from deid.formats.ooxml.workbook_places import CODE, is_plain_formula
from deid.labels import Label


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Attributes that are examined however short and plain they are.
_ATTRIBUTES: Final = _set(
    "name matchingName styleName title descr tooltip initials userId phldrT presName text caption "
    "tgtFrame invalidUrl progId label bookmark providerId"
)
_PEOPLE: Final = _set("cmAuthor author chgData person")
_GIVEN: Final = re.compile(
    r"ppaction://(?:hlinksldjump|noaction|media|hlinkpres|hlinkfile|program|macro|ole\?verb=\d"
    r"|hlinkshowjump\?jump=(?:next|previous|first|last)slide|hlinkshowjump\?jump=(?:endshow"
    r"|lastslideviewed)|customshow\?id=\d{1,5}(?:&return=(?:true|false))?)"
    r"|\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}|External|NULL|AD|None|Windows Live"
    r"|(?:Excel\.(?:Sheet|Chart)|Word\.Document|PowerPoint\.(?:Slide|Show))(?:\.\d{1,2})?|Package"
    r"|(?:p|p1[0-9]|p188|a|a1[0-9]|c|c1[0-9]|cs|cx|dgm|dsp|r|mc|v|o|x|vt|pc|ac|thm15)"
    r"(?: (?:p1[0-9]|p188|a1[0-9]|c1[0-9]|mc|v))*|urn:microsoft\.com/office/[A-Za-z0-9/_#.+-]{1,80}"
)
_ATTRIBUTE_NAME: Final = re.compile(
    r"(?:style\.(?:visibility|rotation|color|opacity|fontWeight|fontStyle|fontSize|fontFamily"
    r"|textDecorationUnderline)|ppt_[xywhrc]|fill(?:color|\.type|\.on|\.color)|stroke\.(?:color|on)"
    r"|r|xshear|ScaleX|ScaleY)"
)
_MOVEMENT: Final = re.compile(
    r"(?:[-+*/(). \d,;#$]|ppt_[xywhrc]|hsl|rgb|visible|hidden|auto|solid|true|false|bold|italic"
    r"|normal|sin|cos|pi|abs|min|max|e-?\d)+|M(?: ?[-\d.]{1,12}| [MLCZ]| E)* ?E?|[AFTS]{1,99}"
)
_MOVING: Final = _set("strVal anim animMotion animRot cTn")
_VALUES: Final = _set("val to from by path ptsTypes tmFilter")
_GUIDE: Final = re.compile(
    r"(?:val|\*/|\+-|\+/|\?:|abs|at2|cat2|cos|max|min|mod|pin|sat2|sin|sqrt|tan)"
    r"(?: (?:-?\d{1,12}|(?:adj|[a-z]{1,3})\d{0,4}|\d{0,2}cd\d{1,2}))+"
)
_GUIDE_NAME: Final = re.compile(r"(?:adj|connsite[XY]|f|[a-z]{1,2})\d{0,4}|vf|hf")
_BULLET: Final = re.compile(r"[^\w\s]|o|[\uf000-\uf0ff]")
_FONTS: Final = _set("buFont latin ea cs sym font")
_SHEET: Final = re.compile(r"Sheet\d{1,3}!\$[A-Z]{1,2}\$\d{1,5}(?::\$[A-Z]{1,2}\$\d{1,5})?")
_PROGRAM: Final = {
    "Application": re.compile(
        r"Microsoft (?:Office|Macintosh) PowerPoint|LibreOffice/[\w.$ /-]{1,120}"
    ),
    "PresentationFormat": re.compile(
        r"On-screen Show \(\d{1,2}:\d{1,2}\)|Widescreen|Custom|Letter Paper \(8\.5x11 in\)"
        r"|A4 Paper \(210x297 mm\)|35mm Slides|Overhead|Banner"
    ),
    **dict.fromkeys(_set("Slides Notes HiddenSlides MMClips Words"), re.compile(r"\d{1,6}")),
}
_NAMES: Final = _set(
    "content placeholder slide number date footer header vertical horizontal section comparison"
    " blank caption with only two custom design master notes handout default freeform textbox"
    " graphic frame rounded round snip diagonal corner isosceles triangle right left up down"
    " parallelogram trapezoid diamond hexagon cube can callout cloud star line elbow curved media"
    " video audio icon smartart and or of the colorful flow fonts used slide titles theme embedded"
    " ole servers links custom shows accent layout contents subject elements organization diagonal"
    " process cycle hierarchy relationship matrix pyramid text box"
)
_ANCHORS: Final = _set("t ctr b just dist")
GIVEN_TEXTS: Final = frozenset(
    {
        "‹#›",
        "<#>",
        "<number>",
        "<date/time>",
        "<footer>",
        "Footer",
        "Click to edit Master title style",
        "Click to edit Master subtitle style",
        "Click to edit Master text styles",
        "Click icon to add picture",
        "Second level",
        "Third level",
        "Fourth level",
        "Fifth level",
        "Click to edit the title text format",
        "Click to edit the outline text format",
        "Second Outline Level",
        "Third Outline Level",
        "Fourth Outline Level",
        "Fifth Outline Level",
        "Sixth Outline Level",
        "Seventh Outline Level",
    }
)
"""Texts that programs put on masters and layouts."""
_WORD: Final = re.compile(r"[^\W_]+")
_MOST_DIGITS: Final = 5
_NUMBER: Final = re.compile(r"(?<!\d)\d{1,3}\Z")


def is_open(place: Place, *, is_own: bool) -> bool:
    """Whether a person may have written what stands in a place; see `open_places.is_open`."""
    value = place.value
    if is_own or not value.strip() or is_given(place, is_own=False):
        return open_places.is_open(place, is_own=is_own)
    element = local(place.path[-1]) if place.path else ""
    if place.kind is Kind.TEXT:
        return _is_open_text(element, value) and open_places.is_open(place, is_own=False)
    if place.kind is not Kind.ATTRIBUTE:
        return True
    return _is_open_attribute(place, element, local(place.name))


def _is_open_text(element: str, value: str) -> bool:
    match element:
        case "tableStyleId":
            return _GIVEN.fullmatch(value) is None
        case "attrName":
            return _ATTRIBUTE_NAME.fullmatch(value) is None
        case "formatCode":
            return CODE.fullmatch(value) is None
        case "f":
            return _SHEET.fullmatch(value) is None and not is_plain_formula(value)
        case "lpstr":
            return not _is_given(value)
    program = _PROGRAM.get(element)
    return program is None or program.fullmatch(value) is None


def _is_open_attribute(place: Place, element: str, name: str) -> bool:
    value = place.value
    if element in _PEOPLE and name in ("name", "initials", "userId"):
        return True
    if _GIVEN.fullmatch(value):
        return False
    if element in _MOVING and name in _VALUES:
        return _MOVEMENT.fullmatch(value) is None
    match element, name:
        case "PartName" | "Override", "PartName":
            return not is_member_name(value.removeprefix("/"))
        case _, "anchor":
            return value not in _ANCHORS
        case "gd", "name":
            return _GUIDE_NAME.fullmatch(value) is None
        case "gd", "fmla":
            return _GUIDE.fullmatch(value) is None
        case "buChar", "char":
            return _BULLET.fullmatch(value) is None
        case "numFmt", "formatCode":
            return CODE.fullmatch(value) is None
        case _, "typeface" if element in _FONTS:
            return not open_places.is_given_look(value)
    if name in _ATTRIBUTES:
        return not _is_given(value)
    return open_places.is_open(place, is_own=False)


def _is_given(value: str) -> bool:
    """Whether a name is made of nothing but words that programs give."""
    words = _WORD.findall(value)
    if sum(len(word) for word in words if word.isdigit()) > _MOST_DIGITS:
        return False
    return all(
        (word.isdigit() and len(word) < 4)
        or word.lower() in _NAMES
        or open_places.is_builtin(word)
        or open_places.is_builtin(_NUMBER.sub("", word))
        for word in words
    )


def label_of(place: Place) -> Label | None:
    """What a place is known to hold, if it holds nothing but an identifier."""
    element = local(place.path[-1]) if place.path else ""
    if element in _PEOPLE and place.kind is Kind.ATTRIBUTE and local(place.name) == "name":
        return Label.PERSON
    return open_places.label_of(place)
