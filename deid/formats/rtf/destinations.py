"""The destinations of RTF: what stands in each, and what becomes of it (pure; RTF 1.9.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from deid.formats.ooxml.looks import FONT_WORDS
from deid.formats.ooxml.open_places import is_builtin
from deid.labels import Label


class Role(StrEnum):
    """What becomes of what stands in a destination."""

    FLOW = "flow"
    """It belongs to the text around it."""
    TEXT = "text"
    """It is a text of its own."""
    TABLE = "table"
    """It is a list of names that semicolons part."""
    TIME = "time"
    """It is a point in time, written in control words."""
    PACKED_TIME = "packed time"
    """It is a point in time, written as one number."""
    PICTURE = "picture"
    """It is a picture."""
    CODES = "codes"
    """It is text in which characters below 32 stand for places of numbers."""
    REMOVED = "removed"
    """It is data in code; it does not come back."""
    REFUSED = "refused"
    """It cannot be examined."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination.

    Attributes:
        role: what becomes of what stands in it.
        place: what it is called, in plain words.
        label: what it is known to hold.
        lead: words before it that tell detectors what it is.
        harmless: what may stand there that no person wrote.
        remedy: what to do where it is refused.
    """

    role: Role
    place: str
    label: Label | None = None
    lead: str = ""
    harmless: re.Pattern[str] | None = None
    remedy: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _closed(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


_SMALL_NUMBER: Final = _closed(r"\s*-?\d{1,5}\s*")
_NUMBERING: Final = _closed(r"[\W_]*(?:\d{1,3}[\W_]*){0,9}(?:[A-Za-z]|[ivxlcIVXLC]{1,8})?[\W_]*")
_PROGRAM: Final = _closed(
    r"\s*(?:Microsoft Word [\d.]{1,16}|Msftedit [\d.]{1,16}|Riched20 [\d.]{1,16}"
    r"|LibreOffice/[\d.]{1,15}\$(?:Linux|Windows|MacOSX)_[A-Za-z0-9_]{1,10}"
    r" LibreOffice_project/[0-9a-f]{0,40}(?:\$Build-\d{1,3})?)\s*"
)
_STANDARD: Final = _closed(
    r"\s*(?:http://schemas\.microsoft\.com/office/word/20\d\d/wordml"
    r"|urn:schemas-microsoft-com:office:smarttags)?\s*"
)
_GIVEN_MARK: Final = _closed(r"\s*(?:_(?:Toc|Ref|Hlk|Hlt|PictureBullets)\d{0,12}|_GoBack)?\s*")
_FIELD_CODE: Final = _closed(
    r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES|FORMTEXT|FORMCHECKBOX|FORMDROPDOWN|TIME|DATE)?"
    r"(?:\s+\\\*\s*(?:MERGEFORMAT|Arabic|ARABIC|roman|ROMAN|arabic))*\s*"
)
_SHAPE_NUMBER: Final = _closed(r"\s*-?\d{1,10}\s*")
_CHANGED_BY: Final = _closed(r"\s*Unknown\s*")


def _many(words: str, role: Role, place: str, **more: object) -> dict[str, Destination]:
    return {word: Destination(role, place, **more) for word in words.split()}  # type: ignore[arg-type]


_SHAPE_NAME: Final = Destination(Role.TEXT, "property of a shape")
SHAPE_VALUE: Final = Destination(Role.TEXT, "property of a shape", harmless=_SHAPE_NUMBER)
"""The value of a property of a shape."""
_TABLE: Final = MappingProxyType(
    {
        **_many(
            "rtf field fldrslt shp shpinst shpgrp shppict nonshppict do sp upr ud background "
            "pn pnseclvl info listtable list listoverridetable listoverride lfolevel listlevel "
            "rsidtbl mmathPr moMath mmath picprop nesttableprops nonesttables ffdata formfield "
            "defchp defpap listpicture revtbl colortbl fonttbl stylesheet userprops "
            "xmlnstbl mailmerge",
            Role.FLOW,
            "text",
        ),
        **_many("header headerl headerr headerf", Role.TEXT, "header"),
        **_many("footer footerl footerr footerf", Role.TEXT, "footer"),
        **_many("footnote", Role.TEXT, "note"),
        **_many("annotation", Role.TEXT, "comment"),
        **_many("shptxt shprslt dptxbxtext", Role.TEXT, "text box"),
        **_many("listtext pntext", Role.TEXT, "number of a list", harmless=_NUMBERING),
        **_many("pntxta pntxtb", Role.TEXT, "number of a list", harmless=_NUMBERING),
        **_many("leveltext levelnumbers", Role.CODES, "number of a list", harmless=_NUMBERING),
        **_many("listname liststylename", Role.TABLE, "name of a list"),
        **_many("fldinst", Role.TEXT, "code of a field", harmless=_FIELD_CODE),
        **_many("xe tc tcn txe rxe", Role.TEXT, "entry of an index"),
        **_many("ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn atnicn", Role.TEXT, "note"),
        **_many("bkmkstart bkmkend", Role.TEXT, "bookmark", harmless=_GIVEN_MARK),
        **_many("atnauthor", Role.TEXT, "author of a comment", label=Label.PERSON, lead="Author: "),
        **_many("atnid", Role.TEXT, "initials of a comment", label=Label.PERSON, lead="Initials: "),
        **_many("atrfstart atrfend atnref atnparent", Role.TEXT, "comment", harmless=_SMALL_NUMBER),
        **_many("atndate", Role.PACKED_TIME, "date of a comment", label=Label.DATE),
        **_many("creatim revtim printim buptim", Role.TIME, "date of the properties"),
        **_many("title subject category keywords comment doccomm", Role.TEXT, "properties"),
        **_many("author", Role.TEXT, "properties", label=Label.PERSON, lead="Author: "),
        **_many("operator", Role.TEXT, "properties", label=Label.PERSON, lead="Changed by: "),
        **_many("manager", Role.TEXT, "properties", label=Label.PERSON, lead="Manager: "),
        **_many("company", Role.TEXT, "properties", label=Label.ORGANIZATION, lead="Company: "),
        **_many("template hlinkbase nextfile", Role.TEXT, "properties"),
        **_many("propname linkval", Role.TEXT, "properties of one's own"),
        **_many("staticval", Role.TEXT, "properties of one's own", lead=": "),
        **_many("docvar", Role.TEXT, "variable"),
        **_many(
            "ffname ffdeftext ffhelptext ffstattext ffformat ffentrymcr ffexitmcr ffl",
            Role.TEXT,
            "form field",
        ),
        **_many("xmlname xmlattrname xmlattrvalue xmlopen factoidname", Role.TEXT, "mark of XML"),
        **_many("generator", Role.TABLE, "program", harmless=_PROGRAM),
        **_many("xmlns", Role.TABLE, "address of a schema", harmless=_STANDARD),
        **_many("wgrffmtfilter", Role.TEXT, "settings", harmless=_closed(r"\s*[0-9a-f]{4}\s*")),
        **_many("panose", Role.TEXT, "font", harmless=_closed(r"\s*[0-9A-Fa-f]{20}\s*")),
        "sn": _SHAPE_NAME,
        "sv": SHAPE_VALUE,
        **_many("pict", Role.PICTURE, "picture"),
        **_many("blipuid", Role.TEXT, "picture", harmless=_closed(r"\s*[0-9a-fA-F]{32}\s*")),
        **_many(
            "themedata datastore passwordhash datafield writereservhash",
            Role.REMOVED,
            "data",
        ),
        **_many(
            "colorschememapping",
            Role.REMOVED,
            "data",
            harmless=_closed(
                r'\s*(?:<\?xml version="1\.0" encoding="UTF-8" standalone="yes"\?>\s*)?'
                r'<a:clrMap xmlns:a="http://schemas\.openxmlformats\.org/drawingml/2006/main"'
                r'(?: (?:bg|tx|accent|hlink|folHlink)[12-6]?="[a-zA-Z]{2,8}[1-6]?")*/>\s*'
            ),
        ),
        **_many(
            "object objdata objclass objname objalias objsect objtime result",
            Role.REFUSED,
            "an embedded object",
            remedy="take it out, or save it as a picture",
        ),
        **_many(
            "htmltag mhtmltag",
            Role.REFUSED,
            "a page of HTML (an e-mail of Outlook)",
            remedy="save the message as HTML or as text",
        ),
        **_many(
            "fontemb fontfile", Role.REFUSED, "an embedded font", remedy="save it without fonts"
        ),
        **_many(
            "pgptbl private filetbl",
            Role.TEXT,
            "data",
        ),
    }
)
_FONT_TABLE: Final = Destination(Role.TABLE, "name of a font")
_STYLE: Final = Destination(Role.TABLE, "name of a style")
_PEOPLE: Final = Destination(
    Role.TABLE, "author of a change", Label.PERSON, "Changed by: ", _CHANGED_BY
)
_USERS: Final = Destination(Role.TABLE, "user", Label.USERNAME)
_COLOURS: Final = Destination(Role.TABLE, "table of colours")
_UNKNOWN: Final = Destination(Role.TEXT, "other data")
_TABLES: Final = MappingProxyType(
    {
        "fonttbl": _FONT_TABLE,
        "falt": _FONT_TABLE,
        "fname": _FONT_TABLE,
        "stylesheet": _STYLE,
        "latentstyles": _STYLE,
        "lsdlockedexcept": _STYLE,
        "pgdsctbl": _STYLE,
        "revtbl": _PEOPLE,
        "protusertbl": _USERS,
        "colortbl": _COLOURS,
    }
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_STYLE_WORDS: Final = _set("""
    sender and mention smart unresolved hashtag bibliography closing no spacing standard caption
    index western internet link numbering symbols bullets visited frame contents drawing horizontal
    vertical text table preformatted quotations characters line rest list paragraph style page
    endnote footnote anchor character heading user entry source marginalia object filled
    outlined text rounded cjk ctl html acronym cite code definition keyboard sample typewriter
    variable top bottom of form z annotation reference subject mc ne nl balloon document map
    plain e mail signature hanging right left first even odd converted abstract revision header
    footer
""")


_SHAPE_WORDS: Final = _set("""
    above adjust align anchor angle arcsize arrow arrowhead arrowheads arrowok as aspect auto
    back background base behind bi blip body border bottom box bullet button bwmode cap char
    col color columns connect connector context crop cxk dash dashing default delete
    description diff dir direction display dist document dpi drag editing end exact ext
    extrusion file fill filled first fit flags flip focus from front fudge geo geometry gray
    group gtext handles hdr height hidden horiz hr id in inset is join kind layout left length
    level lid limo line link lock locked margin mark master max min mode move name next no num
    offset ok on opacity origin over overlap page path pattern percent percentage pic picture
    points polygon pos position preferred print properties quick radius recolor rect rel
    relative resize reverse right rotate rotation rule scale selected shade shadow shadowok
    shape side size snap spacing stack standard start style table text tight to toggle top
    transparent txid type under use user vert vertical vertices weight width wrap wrapping
""")
_SHAPE_NAME_PIECE: Final = re.compile(r"[A-Z][a-z]+")
_HOLDING: Final = re.compile(r"\s*(?:wz|pib|gtext|psz|hsp|script|metro|sgtitle)")


def holds_words(name: str) -> bool:
    """Whether the property of a shape of this name holds words, even if they look like numbers."""
    return _HOLDING.match(name) is not None


def destination_of(word: str, *, is_optional: bool) -> Destination | None:
    r"""The destination that a control word at the beginning of a group names.

    Args:
        word: the control word.
        is_optional: whether `\*` stands before it: then it is one, known or not.

    Returns:
        None for a word that is no destination.
    """
    found = _TABLES.get(word) or _TABLE.get(word)
    return found or (_UNKNOWN if is_optional else None)


def is_harmless(destination: Destination, text: str) -> bool:
    """Whether programs write such a text in this place by themselves."""
    if not any(map(str.isalnum, text)):
        return True
    if destination.harmless is not None and destination.harmless.fullmatch(text):
        return True
    words = [word.lower() for word in _WORD.findall(text)]
    if destination is _FONT_TABLE:
        return all(word in FONT_WORDS for word in words) and not re.search(r"\d{3}", text)
    if destination is _SHAPE_NAME:
        return _is_shape_name(text)
    if destination is _STYLE:
        return is_builtin(" ".join(word for word in _pieces(text) if word not in _STYLE_WORDS))
    return False


def _is_shape_name(text: str) -> bool:
    """Whether it is the name of a property: at most five small letters, then known words."""
    name = text.strip()
    pieces = _SHAPE_NAME_PIECE.findall(name)
    rest = _SHAPE_NAME_PIECE.sub("", name)
    return (
        re.fullmatch(r"[a-z]{0,7}[0-9A-Z]{0,4}", rest) is not None
        and name.isascii()
        and all(piece.lower() in _SHAPE_WORDS for piece in pieces)
    )


def _pieces(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())
