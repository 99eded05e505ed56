"""The members of a document: which hold text, and which cannot be examined (pure)."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from deid.errors import MalformedRecord, OutputError, UnsupportedFormat
from deid.formats import ReadOptions, suffixes
from deid.formats.markup import Kind, Markup, read_markup
from deid.formats.nested import UNEXAMINED, NestedFile, open_nested, suffix_of
from deid.formats.ooxml.dropped import without_copies, without_dropped
from deid.formats.packed import Member, pack, unpack
from deid.formats.pictures.blank import BLANK
from deid.policy import Unexamined

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES: Final = "[Content_Types].xml"
# The names that programs for documents give to members. A name of its own may be a person's.
_NAME: Final = re.compile(
    r"(?:\[Content_Types\]|(?:(?:_rels|docProps|word|xl|ppt|customXml|theme|media|embeddings"
    r"|glossary|charts|diagrams|drawings|worksheets|chartsheets|slides|slideLayouts|slideMasters"
    r"|notesSlides|notesMasters|handoutMasters|comments|tables|pivotTables|pivotCache|slicers|slicerCaches|timelines|timelineCaches"
    r"|richData|featurePropertyBag"
    r"|externalLinks|queryTables|printerSettings|fonts|ink|activeX|threadedComments|persons"
    r"|changesInfos|docMetadata|webextensions|ctrlProps|tags|revisions|_xmlsignatures)/)*"
    r"(?:document|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|theme"
    r"|themeOverride|header|footer|footnotes|endnotes|comments|commentsExtended|commentsIds"
    r"|commentsExtensible|comment|people|person|image|item|itemProps|core|app|custom|thumbnail"
    r"|oleObject|package|chart|colors|style|drawing|vmlDrawing|data|layout|quickStyles?|quickStyle"
    r"|commentsDrawing|legacyDrawing"
    r"|workbook|sheet|sharedStrings|calcChain|table|metadata|connections|queryTable"
    r"|slicer|slicerCache|timeline|timelineCache|pivotTable|pivotCacheDefinition|pivotCacheRecords|externalLink|printerSettings|font"
    r"|keymap|customizations|attachedToolbars|vbaProject|vbaData|ink|activeX|afchunk|chartEx"
    r"|threadedComment|LabelInfo|webextension|taskpanes|ctrlProp|presentation|presProps|viewProps"
    r"|tableStyles|slide|slideLayout|slideMaster|notesSlide|notesMaster|handoutMaster|tag"
    r"|bibliography|Microsoft_(?:Office_)?(?:Excel|Word|PowerPoint)(?:_Macro_Enabled|_Binary)?"
    r"_(?:Worksheet|Sheet|Chart|Document|Presentation|Slide)|origin|sig"
    r"|commentAuthors|authors|modernComment(?:_[0-9A-F]{1,8}){1,2}|changesInfo|revisionInfo|media"
    r"|rdrichvalue|rdrichvaluestructure|rdRichValueTypes|richValueRel|featurePropertyBag"
    r"|userNames|revisionHeaders|revisionLog|dictionary|mimetype)?\d{0,9})"
    r"(?:\.[A-Za-z0-9]{1,8}){0,2}"
    r"|package/services/metadata/core-properties/[0-9a-f]{32}\.psmdcp"
)
# Whose elements and attributes have names that nobody of a hospital gave.
_KNOWN: Final = re.compile(
    r"(?:http://(?:schemas\.(?:openxmlformats\.org|microsoft\.com|libreoffice\.org)"
    r"|purl\.oclc\.org/ooxml|purl\.org/dc|www\.w3\.org|customooxmlschemas\.google\.com)/"
    r"|urn:schemas-microsoft-com:).*|"
)
_FIRST_PAGE: Final = "picture of the first page"
_FILES: Final = {"image": "picture", "media": "recording"}
_LETTERS: Final = f"{string.ascii_letters}_"
_PICTURES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp"})
_MACROS: Final = re.compile(r"vbaProject|vbaData|activeX")
_PRINTER: Final = {"printerSettings": "printer settings"}
_WORDS: Final = (
    (
        re.compile(r"image/"),
        "a picture of a kind that is not read",
        "take it out, or pass --blank-pictures",
    ),
    (re.compile(r"(?:audio|video)/"), "a recording", "take it out"),
    (_MACROS, "macros", "save it without them"),
    (re.compile(r"oleObject|package"), "an embedded object", "take it out"),
    (re.compile(r"inkml"), "handwriting", "take it out"),
    (re.compile(r"font"), "an embedded font", "save it without fonts"),
)


@dataclass(frozen=True, slots=True)
class Container:
    """A document taken apart.

    Attributes:
        members: all that come back, by their names.
        texts: those in XML.
        files: those that are files of a kind that can be read.
        removed: what is emptied, in plain words.
    """

    members: Mapping[str, Member] = field(repr=False)
    texts: Mapping[str, Markup] = field(repr=False)
    files: Mapping[str, NestedFile] = field(repr=False)
    removed: tuple[str, ...] = ()

    def rewritten(self, changed: Mapping[str, bytes]) -> bytes:
        """The document with other members."""
        members = {
            name: replace(member, data=changed.get(name, member.data))
            for name, member in self.members.items()
        }
        return pack(members)


def open_container(content: bytes, *, options: ReadOptions) -> Container:
    """A document taken apart; every member is text, a file that can be read, or emptied.

    A picture of the first page, and settings of a printer, are emptied always.

    Raises:
        InputError: it is damaged, encrypted, or a part of it cannot be examined.
    """
    if content.startswith(_OLE):
        raise UnsupportedFormat(
            "the document is encrypted, or of the kind before 2007: save it anew without a password"
        )
    members, dropped = without_dropped(unpack(content, what="document"))
    members, copies = without_copies(members)
    types = _types(members)
    texts: dict[str, Markup] = {}
    files: dict[str, NestedFile] = {}
    emptied: list[str] = [*dropped, *copies]
    for name, member in members.items():
        if not is_member_name(name):
            raise UnsupportedFormat(
                "a part of the document has an unusual name, which may identify: open the document "
                "and save it anew"
            )
        kind = types(name)
        suffix = name.rpartition(".")[2].lower()
        inner = suffix_of(member.data, declared=f".{suffix}")
        if kind.endswith("inkml+xml"):
            raise _unexamined(kind)
        is_drawn = kind.startswith("image/") or suffix == "svg"
        is_text = kind.endswith(("xml", "vmlDrawing")) and not is_drawn
        if name == _TYPES or suffix == "rels" or is_text:
            texts[name] = read_markup(member.data)
        elif suffix in BLANK and ("thumbnail" in name or options.blank_pictures):
            members[name] = replace(member, data=BLANK[suffix])
            if member.data != BLANK[suffix]:
                emptied.append(_FIRST_PAGE if "thumbnail" in name else in_words(name, _FILES))
        elif "printerSettings" in name:
            members[name] = replace(member, data=b"")
            if member.data:
                emptied.append(in_words(name, _PRINTER))
        elif ("embeddings/" in name and inner in suffixes()) or inner in _PICTURES:
            where = place_of(name)
            files[name] = open_nested(member.data, suffix=inner, place=where, options=options)
        elif options.unexamined is Unexamined.REMOVE and not _MACROS.search(kind):
            members[name] = replace(member, data=BLANK.get(suffix, b""))
            emptied.append(f"{place_of(name)}, {UNEXAMINED}")
        else:
            raise _unexamined(kind)
    return Container(MappingProxyType(members), texts, files, tuple(emptied))


def foreign_names(container: Container) -> tuple[str, ...]:
    """Names of elements and attributes that another than a usual program gave, each once.

    Those in XML of a site's own are not among them.
    """
    names: dict[str, None] = {}
    for member, markup in container.texts.items():
        if member.startswith("customXml/"):
            continue
        attributes = (one.name for one in markup.places if one.kind is Kind.ATTRIBUTE)
        for name in (*dict.fromkeys(markup.elements), *dict.fromkeys(attributes)):
            namespace, _, local = name.rpartition(" ")
            if _KNOWN.fullmatch(namespace) is None:
                names[local] = None
    return tuple(names)


def check_names(before: Sequence[str], after: Sequence[str]) -> None:
    """Refuse names of elements that would have to change.

    Args:
        before: the names.
        after: what parts with them read now.

    Raises:
        OutputError: one of them identifies.
    """
    if any(old != new for old, new in zip(before, after, strict=True)):
        raise OutputError(
            "the name of an element of another program identifies: save the document anew without "
            "what that program added"
        )


def place_of(member: str) -> str:
    """Where a file lies in a document, in plain words, such as `picture 2`."""
    number = member.rpartition("/")[2].partition(".")[0].lstrip(_LETTERS)
    if "embeddings/" in member:
        return f"embedded file {number}".strip()
    return in_words(member, _FILES)


def in_words(member: str, called: Mapping[str, str]) -> str:
    """Where a member stands, in plain words, such as `header 2`.

    Args:
        member: its name.
        called: what kinds of members are called, where that is not as their names begin.
    """
    stem = member.rpartition("/")[2].partition(".")[0]
    name = stem.rstrip("0123456789")
    number = stem[len(name) :]
    return f"{called.get(name, name or 'relations')} {number}".strip()


def is_member_name(name: str) -> bool:
    """Whether a member has a name that programs for documents give, and nobody else."""
    return _NAME.fullmatch(name) is not None


def _types(members: Mapping[str, Member]) -> Callable[[str], str]:
    """What kind each member is, by the list that every document has (ISO/IEC 29500-2, 10.1.2)."""
    if _TYPES not in members:
        raise MalformedRecord("the document is damaged: open it and save it anew")
    listed = read_markup(members[_TYPES].data)
    rows: dict[int, dict[str, str]] = {}
    for place in listed.places:
        if place.kind is Kind.ATTRIBUTE:
            rows.setdefault(place.element, {})[place.name] = place.value
    typed = [row for row in rows.values() if "ContentType" in row]
    by_ending = {
        row["Extension"].lower(): row["ContentType"] for row in typed if "Extension" in row
    }
    by_name = {row["PartName"].lower(): row["ContentType"] for row in typed if "PartName" in row}

    def kind(name: str) -> str:
        return by_name.get(f"/{name}".lower()) or by_ending.get(name.rpartition(".")[2].lower(), "")

    return kind


def _unexamined(kind: str) -> UnsupportedFormat:
    for pattern, words, remedy in _WORDS:
        if pattern.search(kind):
            return UnsupportedFormat(
                f"the document holds {words}, which cannot be examined: {remedy}"
            )
    return UnsupportedFormat(
        "the document holds something of an unknown kind, which cannot be examined: take it out"
    )
