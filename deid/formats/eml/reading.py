"""E-mails as a person reads them: their places, files and what does not come back (pure)."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from deid.errors import BinaryInput, EncodingError, MalformedRecord, UnsupportedFormat
from deid.formats import MAX_DEPTH, ReadOptions, html, suffixes
from deid.formats.eml import fields
from deid.formats.eml.addresses import What, found_in
from deid.formats.eml.codings import decoded
from deid.formats.eml.entities import Entity, Field, where
from deid.formats.eml.fields import Holds
from deid.formats.eml.forms import ENDING, Address, Boundary, FileName, MailDate
from deid.formats.eml.parameters import Parameter, Typed, typed_of
from deid.formats.eml.places import Edit, Place, Sort, pieces_of, unfolded
from deid.formats.encoded import refuse_encoded
from deid.formats.forms import LEFT_OUT
from deid.formats.nested import NestedFile, open_nested, suffix_of
from deid.formats.text import decode
from deid.labels import Label

_LEADS: Final = MappingProxyType(
    {"from": "From: ", "to": "To: ", "cc": "Cc: ", "subject": "Subject: ", "date": "Date: "}
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_ENCODED_FILE: Final = re.compile(
    r"^(?:begin(?:-base64)? [0-7]{3,4} \S|=ybegin |\(This file must be converted with BinHex"
    r"|-----BEGIN PGP)",
    re.MULTILINE,
)
_GIVEN_ID: Final = re.compile(
    r"(?:image|part|img|ii)_?[0-9]{1,4}(?:\.(?:png|jpe?g|gif|bmp))?(?:@masked\.invalid)?"
)
_CONTENT_ID: Final = re.compile(r"\s*<([^<>\s]+)>\s*")
_SIGNATURES: Final = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
    }
)
_REFUSED: Final = MappingProxyType(
    {
        "application/pkcs7-mime": "is encrypted, or signed so that it cannot be read",
        "application/x-pkcs7-mime": "is encrypted, or signed so that it cannot be read",
        "application/pgp-encrypted": "is encrypted",
        "multipart/encrypted": "is encrypted",
        "application/ms-tnef": "is a file of Outlook (winmail.dat), which is not read",
        "application/vnd.ms-tnef": "is a file of Outlook (winmail.dat), which is not read",
        "message/partial": "is one piece of a message",
        "message/external-body": "lies elsewhere",
    }
)
_LINES: Final = frozenset(
    {
        "text/plain",
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/x-calendar",
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
        "message/feedback-report",
        "application/ics",
        "text/markdown",
    }
)
_FOLDED: Final = frozenset(
    {
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/x-calendar",
        "application/ics",
    }
)
_SUFFIXES: Final = MappingProxyType(
    {
        "text/html": ".html",
        "text/xml": ".xml",
        "application/xml": ".xml",
        "text/csv": ".csv",
        "text/tab-separated-values": ".tsv",
        "text/rtf": ".rtf",
        "application/rtf": ".rtf",
        "application/pdf": ".pdf",
        "application/json": ".json",
        "application/fhir+json": ".json",
        "application/fhir+xml": ".xml",
        "application/xhtml+xml": ".xhtml",
        "application/zip": ".zip",
        "application/x-zip-compressed": ".zip",
        "application/hl7-v2": ".hl7",
        "x-application/hl7-v2+er7": ".hl7",
        "message/rfc822": ".eml",
        "message/global": ".eml",
        "image/png": ".png",
        "image/jpeg": ".jpg",
        "image/jpg": ".jpg",
        "image/gif": ".gif",
        "image/bmp": ".bmp",
        "image/tiff": ".tif",
        "application/dicom": ".dcm",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    }
)
_PICTURES: Final = (
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)
_KNOWN_KIND: Final = re.compile(
    r"multipart/(?:mixed|alternative|related|signed|report|digest|parallel|appledouble|form-data)"
    r"|application/(?:octet-stream|x-[a-z-]{1,20}|msword|vnd\.[a-z.-]{1,70})"
    r"|attachment|inline|form-data|text/[a-z.-]{1,20}|image/[a-z+-]{1,12}"
)
_CLOSED: Final = MappingProxyType(
    {
        "charset": r"[a-z]{2,12}[a-z0-9_.:-]{0,14}",
        "format": "flowed|fixed",
        "delsp": "yes|no",
        "type": "multipart/[a-z]+|text/[a-z]+",
        "method": "request|reply|cancel|publish|add|refresh|counter|declinecounter",
        "protocol": "application/[a-z0-9-]+",
        "micalg": "[a-z0-9-]{1,20}(?:, ?[a-z0-9-]{1,20})*",
        "report-type": "delivery-status|disposition-notification|feedback-report",
        "reply-type": "original|response|replyto",
        "size": r"\d{1,9}",
        "component": "vevent|vtodo|vjournal|vfreebusy",
        "version": r"\d\.\d",
        "removed": "1",
        "header": "present|absent",
        "x-unix-mode": "[0-7]{1,5}",
    }
)
_DATES: Final = frozenset({"creation-date", "modification-date", "read-date"})
_NAMES: Final = frozenset({"name", "filename"})
_GIVEN_NAME: Final = re.compile(
    r"(?:image|attachment|attached|untitled|part|document|smime|winmail|invite|message|noname)"
    r"[ _-]?\d{0,4}(?:\.\d{1,3})?(?:\.[a-z0-9]{1,5})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NestedPart:
    """A part that is a file.

    Attributes:
        entity: the part.
        where: it is, in plain words.
        coding: its encoding of transport.
        content: its bytes, with names of other parts renewed.
        old: its bytes as they are.
        file: as its own format read it.
    """

    entity: Entity
    where: str
    coding: str
    content: bytes = field(repr=False)
    old: bytes = field(repr=False)
    file: NestedFile


@dataclass(slots=True)
class Reading:
    """All that an e-mail holds.

    Attributes:
        places: in the order in which they are read.
        files: parts that are files.
        edits: what changes whatever is found: fields and parts that do not come back.
        removed: these in plain words.
        order: of places and files, by their numbers; files count from -1 down.
    """

    places: list[Place] = field(default_factory=list)
    files: list[NestedPart] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    order: list[int] = field(default_factory=list)


def read_message(content: bytes, message: Entity, options: ReadOptions) -> Reading:
    """All that an e-mail holds.

    Raises:
        InputError: a part of it cannot be read, or examined.
    """
    reader = _Reader(content, message, options)
    reader.entity(message)
    return reader.found


class _Reader:
    """An e-mail that is being read."""

    def __init__(self, content: bytes, message: Entity, options: ReadOptions) -> None:
        self._content = content
        self._options = options
        self.found = Reading()
        self._ids: dict[str, str] = {}
        for number, part in enumerate(message.walk(), 1):
            found = _CONTENT_ID.fullmatch(part.value(content, "content-id"))
            if found is not None and not _GIVEN_ID.fullmatch(found[1]):
                self._ids[found[1]] = f"part{number}@masked.invalid"

    def entity(self, entity: Entity, *, is_signed: bool = False) -> None:
        """Read a part, and all in it."""
        if entity.kind in _REFUSED:
            raise UnsupportedFormat(
                f"{where(entity.number)}: it {_REFUSED[entity.kind]}, so it cannot be examined: "
                "save its content by itself"
            )
        if is_signed and entity.kind in _SIGNATURES:
            self._remove(entity.lies, f"signature ({where(entity.number)})")
            return
        for one in entity.fields:
            self._field(entity, one)
        if entity.kind.startswith("multipart/"):
            self._parts(entity)
        else:
            self._leaf(entity)

    def _parts(self, entity: Entity) -> None:
        is_signed = entity.kind == "multipart/signed"
        typed = entity.typed
        if is_signed and typed is not None:
            self.found.edits.append(Edit(typed.start, typed.end, b"multipart/mixed"))
        here = where(entity.number)
        self._boundary(entity)
        self._lines(entity.preamble, f"{here}, before its parts")
        for part in entity.parts:
            self.entity(part, is_signed=is_signed)
        self._lines(entity.epilogue, f"{here}, behind its parts")

    def _boundary(self, entity: Entity) -> None:
        found = next(one for one in entity.typed.parameters if one.name == "boundary")  # type: ignore[union-attr]
        start, end = found.ranges[0]
        if len(found.ranges) > 1:
            raise MalformedRecord(f"{where(entity.number)}: its boundary is written in pieces")
        at = self._content.find(found.value.encode("ascii"), start, end)
        if at < 0:
            raise MalformedRecord(f"{where(entity.number)}: its boundary is written in code")
        ranges = ((at, at + len(found.value)), *entity.delimiters)
        place = f"{where(entity.number)}, boundary"
        form = Boundary(entity.number)
        self._add(Place(Sort.VERBATIM, found.value, place, ranges, form=form))

    def _field(self, entity: Entity, one: Field) -> None:
        here = f"{where(entity.number)}, {one.name}"
        match fields.holds(one.name):
            case Holds.TRACE:
                self._remove((one.start, one.end), "fields of servers and signatures")
            case Holds.ADDRESSES:
                self._addresses(one, here)
            case Holds.DATE:
                self._whole(one, here, Label.DATE, MailDate())
            case Holds.IDS:
                self._numbers(one, here)
            case Holds.CONTENT_ID:
                self._content_id(one, here)
            case Holds.TYPE:
                self._typed(one, here)
            case Holds.TEXT:
                self._value(one, here, label=fields.label_of(one.name))
            case Holds.UNKNOWN:
                self._unknown(entity, one)

    def _value(self, one: Field, here: str, *, label: Label | None = None, owner: int = -1) -> None:
        pieces = pieces_of(self._content, one.value_start, one.value_end, here)
        text = "".join(piece.text for piece in pieces)
        if not text.strip() or fields.is_closed(one.name, text):
            return
        lead = "\n" + _LEADS.get(one.name, "")
        ranges = ((one.value_start, one.value_end),)
        self._add(
            Place(Sort.VALUE, text, here, ranges, label, lead=lead, pieces=pieces, owner=owner)
        )

    def _unknown(self, entity: Entity, one: Field) -> None:
        """A field that is not known: its name is read as well, and its value goes with it."""
        here = f"{where(entity.number)}, unknown field"
        pieces = pieces_of(self._content, one.value_start, one.value_end, here)
        try:
            refuse_encoded("".join(piece.text for piece in pieces), place=here)
        except UnsupportedFormat:
            self._remove((one.start, one.end), "unknown fields in code")
            return
        name = one.name.removeprefix("x-")
        owner = len(self.found.places)
        ranges = ((one.start, one.end),)
        self._add(Place(Sort.FIELD, name, here, ranges, form=LEFT_OUT))
        self._value(one, here, owner=owner)

    def _whole(self, one: Field, here: str, label: Label, form: MailDate) -> None:
        """A field that is one token, beside comments."""
        raw = self._content[one.value_start : one.value_end]
        text = re.sub(rb"\r?\n", b"", raw).decode("latin-1")
        if text.strip():
            start = one.value_start + len(raw) - len(raw.lstrip())
            end = one.value_end - (len(raw) - len(raw.rstrip()))
            lead = "\n" + _LEADS.get(one.name, "")
            place = Place(
                Sort.VERBATIM, text.strip(), here, ((start, end),), label, form, lead=lead
            )
            self._add(place)

    def _addresses(self, one: Field, here: str) -> None:
        lead = "\n" + _LEADS.get(one.name, "")
        for found in found_in(self._content, one.value_start, one.value_end, here):
            ranges = ((found.start, found.end),)
            match found.what:
                case What.ADDRESS:
                    form = Address()
                    place = Place(Sort.VERBATIM, found.text, here, ranges, Label.EMAIL, form)
                case What.NAME if found.text.lower() in ("undisclosed-recipients", "rfc822"):
                    continue
                case What.NAME:
                    place = Place(Sort.NAME, found.text, here, ranges, Label.PERSON)
                case What.COMMENT:
                    place = Place(Sort.COMMENT, found.text, here, ranges, Label.PERSON)
            self._add(replace(place, lead=lead))
            lead = " "

    def _numbers(self, one: Field, here: str) -> None:
        """Numbers of messages; anything else between them is read as text."""
        raw = self._content[one.value_start : one.value_end]
        rest = re.sub(rb"<[^<>\s]+>|\s", b"", raw)
        if rest:
            self._value(one, here, label=Label.IDNUM)
            return
        for found in re.finditer(rb"<([^<>\s]+)>", raw):
            start, end = (one.value_start + at for at in found.span(1))
            text = found[1].decode("utf-8", "replace")
            form = Address(is_own=True)
            self._add(Place(Sort.VERBATIM, text, here, ((start, end),), Label.IDNUM, form))

    def _content_id(self, one: Field, here: str) -> None:
        raw = self._content[one.value_start : one.value_end]
        found = _CONTENT_ID.fullmatch(raw.decode("latin-1"))
        if found is None:
            self._value(one, here)
        elif found[1] in self._ids:
            start, end = (one.value_start + at for at in found.span(1))
            self.found.edits.append(Edit(start, end, self._ids[found[1]].encode("ascii")))
            self._tell("names of parts (Content-ID)")

    def _typed(self, one: Field, here: str) -> None:
        typed = typed_of(self._content, one.value_start, one.value_end, here)
        if typed.kind not in _SUFFIXES and typed.kind not in _LINES:
            self._kind(typed, here)
        for parameter in typed.parameters:
            self._parameter(parameter, typed, here)

    def _kind(self, typed: Typed, here: str) -> None:
        if not _KNOWN_KIND.fullmatch(typed.kind) and typed.kind not in _SIGNATURES:
            raise UnsupportedFormat(
                f"{here}: a type that is not known, so it cannot be examined: save the e-mail anew"
            )

    def _parameter(self, parameter: Parameter, typed: Typed, here: str) -> None:
        name, value = parameter.name, parameter.value
        if name == "boundary" and typed.kind.startswith("multipart/"):
            return
        closed = _CLOSED.get(name)
        if closed is not None and re.fullmatch(closed, value, re.IGNORECASE):
            return
        if name == "start" and value.strip("<>") in self._ids:
            value = self._ids[value.strip("<>")]
            start, end = parameter.ranges[0]
            self.found.edits.append(Edit(start, end, f'start="<{value}>"'.encode("ascii")))
            return
        if not value.strip() or (name in _NAMES and _GIVEN_NAME.fullmatch(value)):
            return
        place = Place(Sort.PARAMETER, value, here, parameter.ranges, name=name, form=FileName())
        if name in _DATES:
            place = replace(place, label=Label.DATE, form=MailDate())
        elif name in _NAMES:
            ending = ENDING.search(value)
            tail = ending.group() if ending is not None and ending.start() else ""
            stem = value.removesuffix(tail)
            place = replace(place, text=stem, tail=tail, where=f"{here}, name of the file")
        else:
            text = f"{name}={value}"
            place = replace(place, text=text, where=f"{here}, parameter", form=LEFT_OUT)
        self._add(place)

    def _leaf(self, entity: Entity) -> None:
        here = where(entity.number) if entity.number else "text"
        raw = self._content[entity.start : entity.end]
        coding = entity.value(self._content, "content-transfer-encoding").lower()
        content = decoded(raw, coding, here)
        if not content.strip():
            return
        suffix = self._suffix(entity, content)
        is_attached = entity.value(self._content, "content-disposition").lower()
        if entity.kind in _LINES and suffix in ("", ".txt", ".md"):
            self._text(entity, content, coding, here)
        elif suffix in (".html", ".htm") and not is_attached.startswith("attachment"):
            self._page(entity, content, coding, here)
        else:
            self._nested(entity, content, coding, f"attachment ({here})", suffix)

    def _suffix(self, entity: Entity, content: bytes) -> str:
        """How the file of a part would be called, by how it begins, its type and its name."""
        for magic, suffix in _PICTURES:
            if content.startswith(magic):
                return suffix
        name = self._name(entity)
        ending = "." + name.rpartition(".")[2].lower() if "." in name else ""
        declared = _SUFFIXES.get(entity.kind, "")
        declared = declared if declared in suffixes() else ""
        if entity.kind.startswith("text/plain") and ending not in suffixes():
            declared = ".txt"
        if not declared or entity.kind == "application/octet-stream" or declared == ".txt":
            declared = ending if ending in suffixes() else declared
        if entity.kind in _LINES and not declared:
            return ""
        return declared if declared == ".eml" else suffix_of(content, declared=declared)

    def _name(self, entity: Entity) -> str:
        names = [entity.typed.value("name")] if entity.typed is not None else []
        for one in entity.fields:
            if one.name == "content-disposition":
                typed = typed_of(self._content, one.value_start, one.value_end, "e-mail")
                names.append(typed.value("filename"))
        return next((name for name in reversed(names) if name), "")

    def _text(self, entity: Entity, content: bytes, coding: str, here: str) -> None:
        charset = entity.typed.value("charset").lower() if entity.typed is not None else ""
        text, encoding = _decoded(content, charset, here)
        if entity.kind not in _FOLDED:
            self._refuse_files(text, here)
            ranges = ((entity.start, entity.end),)
            self._add(
                Place(Sort.BODY, text, here, ranges, encoding=encoding, coding=coding, lead="\n\n")
            )
            return
        lines = unfolded(text)
        self._refuse_files(lines, here)
        if re.search(r";\s*ENCODING\s*=\s*(?:QUOTED-PRINTABLE|B|BASE64)\b", lines, re.I):
            raise UnsupportedFormat(
                f"{here}: a calendar or card with data in code, which cannot be examined: take it "
                "out of the e-mail"
            )
        ranges = ((entity.start, entity.end),)
        self._add(
            Place(Sort.FOLDED, lines, here, ranges, encoding=encoding, coding=coding, lead="\n\n")
        )

    def _refuse_files(self, text: str, here: str) -> None:
        if _ENCODED_FILE.search(text):
            raise UnsupportedFormat(
                f"{here}: a file is written in the text (uuencode, yEnc, BinHex, PGP), which "
                "cannot be examined: take it out, or save it by itself"
            )
        refuse_encoded(text, place=here)

    def _page(self, entity: Entity, content: bytes, coding: str, here: str) -> None:
        """A page, in the encoding that the header names, with new names of the parts it shows."""
        renamed = content
        for old, new in self._ids.items():
            renamed = renamed.replace(b"cid:" + old.encode("latin-1"), b"cid:" + new.encode())
            quoted = old.replace("@", "%40").encode("latin-1")
            renamed = renamed.replace(b"cid:" + quoted, b"cid:" + new.encode())
        charset = entity.typed.value("charset").lower() if entity.typed is not None else ""
        encoding = _codec(charset, here) if charset and not content.isascii() else None
        if self._options.depth >= MAX_DEPTH:
            raise UnsupportedFormat(f"{here}: files lie in files more than {MAX_DEPTH} deep")
        options = replace(self._options, encoding=encoding, depth=self._options.depth + 1)
        try:
            file = html.read(renamed, name="inside.html", options=options)
        except (EncodingError, UnsupportedFormat, MalformedRecord, BinaryInput) as error:
            raise type(error)(f"{here}: {error}") from None
        nested = NestedFile(file, (file.document,))
        self._add_file(NestedPart(entity, here, coding, renamed, content, nested))

    def _nested(self, entity: Entity, content: bytes, coding: str, here: str, suffix: str) -> None:
        file = open_nested(content, suffix=suffix, place=here, options=self._options)
        self._add_file(NestedPart(entity, here, coding, content, content, file))

    def _add_file(self, part: NestedPart) -> None:
        self.found.files.append(part)
        self.found.order.append(-len(self.found.files))

    def _lines(self, span: tuple[int, int], here: str) -> None:
        """Text beside the parts."""
        raw = self._content[span[0] : span[1]]
        if raw.strip():
            text, encoding = _decoded(raw, "", here)
            self._refuse_files(text, here)
            self._add(Place(Sort.LINES, text, here, (span,), encoding=encoding))

    def _remove(self, span: tuple[int, int], what: str) -> None:
        self.found.edits.append(Edit(*span, b""))
        self._tell(what)

    def _tell(self, what: str) -> None:
        if what not in self.found.removed:
            self.found.removed.append(what)

    def _add(self, place: Place) -> None:
        self.found.order.append(len(self.found.places))
        self.found.places.append(place)


def _decoded(content: bytes, charset: str, here: str) -> tuple[str, str]:
    """A text, and the encoding that it is in.

    Raises:
        EncodingError: it is not in the one that it names, or that is not known.
        BinaryInput: it is no text.
    """
    if charset in ("", "us-ascii", "ascii") and not content.isascii():
        text, form = decode(content)
        return text, form.encoding
    codec = _codec(charset or "us-ascii", here)
    try:
        text = content.decode(codec)
        is_same = text.encode(codec) == content
    except UnicodeError:
        is_same = False
    if not is_same:
        raise EncodingError(f"{here}: it is not in the encoding that it names: save it anew")
    if _CONTROLS.search(text):
        raise BinaryInput(f"{here}: it holds control characters, so it is no text: take it out")
    return text, codec


def _codec(charset: str, here: str) -> str:
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = "utf-7"
    if name in ("utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"):
        raise EncodingError(f"{here}: it names an encoding that is not known: save the e-mail anew")
    return name
