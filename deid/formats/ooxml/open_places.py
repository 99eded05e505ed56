"""Which attributes and texts of a document a person may have written (pure).

A document has thousands of attributes that say how it looks. What is left out here is left out by
its value: numbers, measures, and words of the format itself. Whatever else a place holds is
examined, known or not.
"""

from __future__ import annotations

import re
from typing import Final

from deid.datatypes import Form
from deid.formats.forms import Matching, Quoted
from deid.formats.markup import Kind, Place
from deid.formats.ooxml.given_names import is_given, is_style
from deid.formats.ooxml.looks import is_font, pieces_of
from deid.labels import Label


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Attributes that are examined whatever they look like, and elements of which all are.
_ATTRIBUTES: Final = _set(
    "author initials userId descr title alt tooltip displayText displayName docLocation anchor "
    "string href aliases"
)
_ELEMENTS: Final = _set(
    "docVar alias tag default result statusText helpText docPart listItem textpath property "
    "dataBinding mailMerge query connectString headerSource addressFieldName"
)

_CLOSED: Final = re.compile(
    r"[+-]?[\d.]{1,19}(?:%|pt|in|mm|cm|px|pc|em)?"
    r"|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8}|\{[0-9A-Fa-f-]{36}\}|#[0-9A-Fa-f]{6}(?: \[\d+\])?"
    r"|[a-z][A-Za-z0-9]{0,30}|[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?"
    r"|https?://(?:schemas\.openxmlformats\.org|schemas\.microsoft\.com|purl\.org"
    r"|purl\.oclc\.org|www\.w3\.org)/[A-Za-z0-9./#_-]*|urn:schemas-microsoft-com:[a-z:.-]+"
    r"|(?:application|image|text|font|audio|video)/[A-Za-z0-9.+-]+|rId\d{1,6}"
    r"|(?:w1[0-9][a-z0-9]*+|wp1[0-9]++|mc|v)(?: (?:w1[0-9][a-z0-9]*+|wp1[0-9]++|mc|v))*+ ?"
    r"|dcterms:W3CDTF|(?:\.\./|/)*(?:[A-Za-z_]+/)*\[?[A-Za-z_]+\]?\d*\.(?:xml|rels)"
)
# Elements whose names and values are words of a person, however short and plain they are.
_NAMED: Final = _set(
    "bookmarkStart docPr cNvPr name attr listEntry lvlText tblCaption tblDescription shape "
    "mailSubject mappedName udl"
)
_GIVEN: Final = re.compile(r"_(?:Toc|Ref|Hlk|Hlt)\d{1,12}|_GoBack|_PictureBullets|_x0000_[a-z]+\d+")
# What shows how something looks: names of styles and fonts.
_LOOKS: Final = _set(
    "lsdException font latin ea cs sym rFonts pStyle rStyle tblStyle basedOn next link "
    "numStyleLink styleLink altName lang themeFontLang style shapetype compatSetting"
)
# Of these, such that a person may have named.
_CALLED_LOOKS: Final = _set(
    "font latin ea cs sym rFonts pStyle rStyle tblStyle basedOn next link numStyleLink styleLink "
    "altName"
)
_GIVEN_LOOK: Final = re.compile(
    r"(?:minor|major)(?:HAnsi|EastAsia|Bidi|Ascii)|\+m[nj]-(?:lt|ea|cs)|eastAsia|[0-9A-Fa-f]{20}|\{[0-9A-Fa-f-]{36}\}"
)
_LEAST_DIGITS: Final = 5
"""Names of looks with so many digits may be numbers of somebody."""
_SCRIPT: Final = re.compile(r"[A-Z][a-z]{3}")
_FONT: Final = re.compile(r"[\w @.,;+&()-]{1,60}")
_STYLE_WORDS: Final = _set(
    "normal heading title subtitle strong emphasis quote intense subtle reference book toc "
    "index caption footnote endnote text comment annotation subject balloon hyperlink "
    "followedhyperlink list bullet number continue paragraph table grid gridtable light plain "
    "medium dark colorful accent shading web html body indent first block date salutation "
    "signature closing note message page line macro document map default font no spacing "
    "revision placeholder char simple classic columns contemporary elegant professional 3d "
    "effects outline envelope address return of toa header footer standard office theme picture "
    "image shape box rectangle oval group diagram chart straight connector arrow object unknown "
    "untitled"
)
# Signs and codes before the items of a list (ISO/IEC 29500-1, 17.9.11), or one short number.
_NUMBERING: Final = re.compile(r"\W*(?:%[1-9]\W*)*|\W*\d{1,3}\W*")
_STYLE_NAME: Final = re.compile(r"[^\W_]+")

_LABELS: Final = {
    "author": Label.PERSON,
    "initials": Label.PERSON,
    "lastModifiedBy": Label.PERSON,
    "creator": Label.PERSON,
    "Manager": Label.PERSON,
    "userId": Label.USERNAME,
    "Company": Label.ORGANIZATION,
}
_DATES: Final = _set("date dateUtc created modified lastPrinted dT dt fullDate filetime")
_DATE_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")
# What stands where a date must stand, and the new value is none (XML Schema 1.1-2, 3.3.7).
_WRITTEN_DATE: Final = Matching(_DATE_TIME, "1970-01-01T00:00:00Z")
# A number of a chart that is no date; one of three digits or fewer identifies nobody. What is left
# of others is 0, which is read as they were.
_WRITTEN_NUMBER: Final = Matching(re.compile(r"-?\d{1,15}(?:\.\d{1,17})?"), "0")
_SMALL: Final = re.compile(r"(?!0\Z)-?\d{1,3}(?:\.\d{1,17})?(?:E-\d{1,3})?")
_TARGET: Final = Quoted("!#$%&'()*+,/:;=?@[]~")

# What the program says of itself and of the length of a document (ISO/IEC 29500-1, 22.2).
_PROGRAM: Final = _set(
    "Application AppVersion DocSecurity ScaleCrop LinksUpToDate SharedDoc HyperlinksChanged "
    "TotalTime Pages Words Characters Lines Paragraphs CharactersWithSpaces revision"
)
_PROGRAM_VALUE: Final = re.compile(
    r"[\d.]{1,12}|true|false|Microsoft (?:(?:Office|Macintosh) )?(?:Word|Excel|PowerPoint)"
    r"|LibreOffice/[\d.]{1,15}"
    r"\$(?:Linux|Windows|MacOSX)_[A-Za-z0-9_]{1,10} LibreOffice_project/[0-9a-f]{1,40}"
    r"(?:\$Build-\d{1,3})?"
)


# What the program says of the kinds of things that a document is made of, and how many there are.
_KINDS: Final = {
    "lpstr": re.compile(
        r"(?:Work|Chart)sheets?|Named Ranges|Charts?|Titles?|Fonts Used|Themes?|Slide Titles"
        r"|(?:Sheet|Chart)\d{1,3}|Embedded OLE Servers|Links|Custom Shows|Office Theme"
    ),
    "i4": re.compile(r"\d{1,4}"),
}


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def is_open(place: Place, *, is_own: bool) -> bool:
    """Whether a person may have written what stands in a place.

    Args:
        place: the place.
        is_own: whether it lies in XML of a site's own, of which nothing is known.
    """
    value = place.value
    if not value.strip() or is_given(place, is_own=is_own):
        return False
    if is_own:
        return not (place.name.startswith("xmlns") and _CLOSED.fullmatch(value))
    element = local(place.path[-1]) if place.path else ""
    match place.kind:
        case Kind.ATTRIBUTE:
            return _is_open_attribute(element, local(place.name), value)
        case Kind.TEXT if _is_plotted(place):
            return _SMALL.fullmatch(value) is None
        case Kind.TEXT if element in _KINDS:
            return _KINDS[element].fullmatch(value) is None
        case Kind.TEXT if element in _PROGRAM:
            return _PROGRAM_VALUE.fullmatch(value) is None
        case _:
            return True


def _is_plotted(place: Place) -> bool:
    """Whether a place holds a number of a chart."""
    return len(place.path) > 2 and [local(name) for name in place.path[-3:]] == [
        "numCache",
        "pt",
        "v",
    ]


def _is_open_attribute(element: str, name: str, value: str) -> bool:
    if name in _ATTRIBUTES or element in _ELEMENTS:
        return True
    if element in _LOOKS and _FONT.fullmatch(value):
        if name == "script" and _SCRIPT.fullmatch(value):
            return False
        return element in _CALLED_LOOKS and not is_given_look(value)
    if name == "styleId":
        return not is_given_look(value)
    if name in ("name", "val") and is_builtin(value):
        return False
    if _GIVEN.fullmatch(value):
        return False
    if element in _NAMED and name in ("name", "val", "id"):
        return name != "id" or not value.isdigit()
    return _CLOSED.fullmatch(value) is None


def is_builtin(value: str) -> bool:
    """Whether a name of a style or a shape is one that programs give."""
    words = _STYLE_NAME.findall(value.lower())
    if all(map(str.isdigit, words)):
        return _NUMBERING.fullmatch(value) is not None
    return all((word.isdigit() and len(word) < 4) or word in _STYLE_WORDS for word in words)


def is_given_look(value: str) -> bool:
    """Whether a font or a style has a name that programs give, or a value that is none."""
    if _GIVEN_LOOK.fullmatch(value):
        return True
    if sum(map(str.isdigit, value)) >= _LEAST_DIGITS:
        return False
    if _CLOSED.fullmatch(value) and (len(value) < 4 or not value.isalpha()):
        return True
    return is_font(value) or any(
        is_builtin(one) or is_style(one) for one in (value, " ".join(pieces_of(value)))
    )


def is_look(place: Place) -> bool:
    """Whether a place names a font or a style, as many places of a file do."""
    element = local(place.path[-1]) if place.path else ""
    return place.kind is Kind.ATTRIBUTE and element in _CALLED_LOOKS


def label_of(place: Place) -> Label | None:
    """What a place is known to hold, if it holds nothing but an identifier."""
    return Label.DATE if is_date(place) else _LABELS.get(called(place))


def is_date(place: Place) -> bool:
    """Whether a place must hold a date, so that nothing else may be written there."""
    return called(place) in _DATES and _DATE_TIME.fullmatch(place.value) is not None


def form_of(place: Place) -> Form | None:
    """What the new text of a place must be like."""
    if is_date(place):
        return _WRITTEN_DATE
    if place.kind is Kind.TEXT and _is_plotted(place):
        return _WRITTEN_NUMBER
    return _TARGET if place.name == "Target" else None


def called(place: Place) -> str:
    """Name of the attribute, or of the element that a text lies in, without its namespace."""
    if place.kind is Kind.ATTRIBUTE:
        return local(place.name)
    return local(place.path[-1]) if place.path else ""
