"""The headers of an e-mail: what each field says, and what it is known to hold (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from deid.errors import UnsupportedFormat
from deid.formats.eml import fields
from deid.formats.eml.addresses import What, found_in
from deid.formats.eml.entities import Entity, Field, where
from deid.formats.eml.fields import Holds
from deid.formats.eml.forms import ANY_KIND, ATTACHED, ENDING, GIVEN_ID, Address, FileName, MailDate
from deid.formats.eml.found import Reading
from deid.formats.eml.kinds import LINES, SIGNATURES, SUFFIXES
from deid.formats.eml.parameters import Parameter, Said, Typed, typed_of
from deid.formats.eml.places import Edit, Place, Sort, pieces_of, without_parameter
from deid.formats.encoded import refuse_encoded
from deid.formats.forms import LEFT_OUT
from deid.labels import Label

_LEADS: Final = MappingProxyType(
    {"from": "From: ", "to": "To: ", "cc": "Cc: ", "subject": "Subject: ", "date": "Date: "}
)
_KNOWN_KIND: Final = re.compile(
    r"multipart/(?:mixed|alternative|related|signed|report|digest|parallel|appledouble|form-data)"
    r"|application/(?:octet-stream|msword|vnd\.ms-(?:excel|powerpoint|outlook)|x-pdf|postscript|gzip"
    r"|x-gzip|x-rar-compressed|x-7z-compressed|x-msdownload|x-zip|force-download|x-download)"
    r"|text/(?:css|enriched|richtext|x-amp-html|x-watch-html|javascript)"
    r"|image/(?:webp|svg\+xml|heic|heif|pjpeg|x-png|x-icon|x-ms-bmp|x-emf|x-wmf)"
    r"|audio/(?:x-)?(?:wav|mpeg|mp3|mp4|ogg|amr|m4a)|video/(?:mp4|mpeg|quicktime|webm|x-msvideo)"
    r"|attachment|inline|form-data"
)
_CLOSED: Final = MappingProxyType(
    {
        "charset": r"utf-?(?:7|8|16|16le|16be|32)|us-ascii|ascii|iso-?8859-\d{1,2}(?:-[ie])?"
        r"|windows-\d{3,4}|cp-?\d{3,4}|ibm\d{3,4}|koi8-[ru]|gb2312|gbk|gb18030|hz-gb-2312|big5"
        r"|shift[_-]jis|iso-2022-(?:jp|kr)|euc-(?:jp|kr)|ks_c_5601-1987|tis-620|macintosh",
        "format": "flowed|fixed",
        "delsp": "yes|no",
        "type": "multipart/(?:alternative|related|mixed)|text/(?:plain|html)",
        "method": "request|reply|cancel|publish|add|refresh|counter|declinecounter",
        "protocol": "application/(?:x-)?(?:pkcs7-signature|pgp-signature|pgp-encrypted)",
        "micalg": r"(?:pgp-)?(?:md5|sha-?\d{1,3}|ripemd160)",
        "report-type": "delivery-status|disposition-notification|feedback-report",
        "reply-type": "original|response|replyto",
        "size": r"\d{1,9}",
        "component": "vevent|vtodo|vjournal|vfreebusy",
        "version": r"\d\.\d",
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
_CONTENT_ID: Final = re.compile(r"\s*<([^<>\s]+)>\s*")


class Headers:
    """The headers of an e-mail that is being read.

    Args:
        content: the e-mail.
        found: where what they hold is added.
        ids: new names of parts, by the old ones.
    """

    def __init__(self, content: bytes, found: Reading, ids: Mapping[str, str]) -> None:
        self._content = content
        self._found = found
        self._ids = ids

    def field(self, entity: Entity, one: Field) -> None:
        """Read a field of a part.

        Raises:
            InputError: it cannot be read with certainty.
        """
        here = f"{where(entity.number)}, {one.name}"
        match fields.holds(one.name):
            case Holds.TRACE:
                self._found.remove((one.start, one.end), "fields of servers and signatures")
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
        self._found.add(
            Place(Sort.VALUE, text, here, ranges, label, lead=lead, pieces=pieces, owner=owner)
        )

    def _unknown(self, entity: Entity, one: Field) -> None:
        """A field that is not known: its name is read as well, and its value goes with it."""
        here = f"{where(entity.number)}, unknown field"
        pieces = pieces_of(self._content, one.value_start, one.value_end, here)
        try:
            refuse_encoded("".join(piece.text for piece in pieces), place=here)
        except UnsupportedFormat:
            self._found.remove((one.start, one.end), "unknown fields in code")
            return
        name = one.name.removeprefix("x-")
        owner = len(self._found.places)
        ranges = ((one.start, one.end),)
        self._found.add(Place(Sort.FIELD, name, here, ranges, form=LEFT_OUT))
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
            self._found.add(place)

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
            self._found.add(replace(place, lead=lead))
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
            self._found.add(Place(Sort.VERBATIM, text, here, ((start, end),), Label.IDNUM, form))

    def _content_id(self, one: Field, here: str) -> None:
        raw = self._content[one.value_start : one.value_end]
        found = _CONTENT_ID.fullmatch(raw.decode("latin-1"))
        if found is None:
            self._value(one, here)
        elif found[1] in self._ids:
            start, end = (one.value_start + at for at in found.span(1))
            self._found.edits.append(Edit(start, end, self._ids[found[1]].encode("ascii")))
            self._found.tell("names of parts (Content-ID)")

    def _typed(self, one: Field, here: str) -> None:
        typed = typed_of(self._content, one.value_start, one.value_end, here)
        if typed.kind not in SUFFIXES and typed.kind not in LINES:
            self._kind(typed, here)
        is_parted = one.name == "content-type" and typed.kind.startswith("multipart/")
        extended: dict[str, tuple[int, str]] = {}
        for parameter in typed.parameters:
            if is_parted and parameter.name == "boundary":
                continue
            count = len(self._found.places)
            self._parameter(parameter, here, *extended.get(parameter.name, (-1, "")))
            if parameter.said is Said.EXTENDED and len(self._found.places) > count:
                extended[parameter.name] = count, parameter.value

    def _kind(self, typed: Typed, here: str) -> None:
        """A type that is not known: it is read as if somebody had written it."""
        if not _KNOWN_KIND.fullmatch(typed.kind) and typed.kind not in SIGNATURES:
            form = ANY_KIND if "/" in typed.kind else ATTACHED
            ranges = ((typed.start, typed.end),)
            self._found.add(Place(Sort.KIND, typed.kind, f"{here}, type", ranges, form=form))

    def _parameter(self, parameter: Parameter, here: str, owner: int, beside: str) -> None:
        """A parameter; a plain one goes with the extended one beside it that says more.

        Args:
            parameter: it.
            here: the place, in plain words.
            owner: number of the place of the extended one; -1: there is none.
            beside: what that reads.
        """
        name, value = parameter.name, parameter.value
        closed = _CLOSED.get(name)
        if closed is not None and re.fullmatch(closed, value, re.IGNORECASE):
            return
        if name == "start" and value.strip("<>") in self._ids:
            value = self._ids[value.strip("<>")]
            first, *others = parameter.ranges
            self._found.edits.append(Edit(*first, f'start="<{value}>"'.encode("ascii")))
            self._found.edits += (without_parameter(self._content, *one) for one in others)
            return
        if name == "start" and GIVEN_ID.fullmatch(value.strip("<>")):
            return
        if name in _NAMES and (not value.strip() or _GIVEN_NAME.fullmatch(value)):
            return
        place = Place(Sort.PARAMETER, value, here, parameter.ranges, name=name, form=FileName())
        if name in _DATES:
            place = replace(place, label=Label.DATE, form=MailDate())
        elif name in _NAMES:
            ending = ENDING.search(value)
            tail = ending.group() if ending is not None and ending.start() else ""
            stem = value.removesuffix(tail)
            place = replace(place, text=stem, tail=tail, where=f"{here}, name of the file")
            place = replace(place, said=parameter.said)
            if owner >= 0 and value != beside:
                place = replace(place, owner=owner, form=FileName(otherwise=""))
        else:
            text = f"{name}={value}"
            place = replace(place, text=text, where=f"{here}, parameter", form=LEFT_OUT)
        self._found.add(place)
