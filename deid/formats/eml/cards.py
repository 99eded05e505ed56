"""Calendars and cards in e-mails, property by property (RFC 5545, 3.1; RFC 6350, 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Form, Redacted
from deid.errors import DefectError, OutputError, UnsupportedFormat
from deid.formats.eml.forms import Address
from deid.formats.encoded import refuse_encoded
from deid.formats.forms import Matching
from deid.formats.one_note import OneNote
from deid.labels import Label
from deid.parts import Assembly, part_texts

_WIDTH: Final = 70
_FOLD: Final = re.compile(r"\r?\n[ \t]")
_LINE_END: Final = re.compile(r"\r?\n(?![ \t])")
_LINE: Final = re.compile(
    r"(?P<name>(?:[A-Za-z0-9-]+\.)?[A-Za-z0-9-]+)"
    r"(?P<more>(?:;(?:[^\":;]|\"[^\"]*\")*)*):(?P<value>.*)",
    re.DOTALL,
)
_PARAMETER: Final = re.compile(r";([^=;:\"]*)=((?:[^\";]|\"[^\"]*\")*)")
_IN_CODE: Final = re.compile(
    r"[^:\"]*;\s*(?:ENCODING\s*=\s*)?(?:QUOTED-PRINTABLE|BASE64|B)\s*[;:]", re.IGNORECASE
)
_TIME: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d))?(Z?)")
_SHOWN: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_WORDS: Final = frozenset(
    """
    begin end version prodid calscale method status transp class sequence priority action trigger
    tzid tzname tzoffsetfrom tzoffsetto rrule kind gender dtstart dtend dtstamp created
    last-modified due completed recurrence-id exdate rdate bday anniversary rev fn n nickname tel
    email adr org organizer attendee uid summary description location comment note title role url
    categories contact duration repeat percent-complete related geo label mailer sort-string tz
    """.split()  # noqa: SIM905
)
_CLOSED: Final = {
    "begin": r"V(?:CALENDAR|EVENT|TODO|JOURNAL|FREEBUSY|TIMEZONE|ALARM|CARD)|STANDARD|DAYLIGHT",
    "version": r"[1-4]\.[01]",
    "calscale": "GREGORIAN",
    "method": "REQUEST|REPLY|CANCEL|PUBLISH|ADD|REFRESH|COUNTER|DECLINECOUNTER",
    "status": "TENTATIVE|CONFIRMED|CANCELLED|NEEDS-ACTION|COMPLETED|IN-PROCESS|DRAFT|FINAL",
    "transp": "OPAQUE|TRANSPARENT",
    "class": "PUBLIC|PRIVATE|CONFIDENTIAL",
    "sequence": r"\d{1,4}",
    "priority": r"\d",
    "action": "DISPLAY|AUDIO|EMAIL",
    "trigger": r"[+-]?P[0-9TDHMSW]{1,8}",
    "duration": r"[+-]?P[0-9TDHMSW]{1,8}",
    "tzoffsetfrom": r"[+-]\d{4}",
    "tzoffsetto": r"[+-]\d{4}",
    "rrule": r"(?:(?:FREQ|INTERVAL|COUNT|BYDAY|BYMONTH|BYMONTHDAY|WKST|BYSETPOS)"
    r"=[A-Z0-9,+-]{1,20};?)+",
    "kind": "individual|group|org|location",
}
_CLOSED_PARAMETERS: Final = {
    "value": "DATE|DATE-TIME|TEXT|URI|uri|text",
    "type": r"(?:work|home|cell|voice|fax|pref|internet|msg|pager|text|video|dom|intl|postal"
    r"|parcel|,)+",
    "role": "CHAIR|REQ-PARTICIPANT|OPT-PARTICIPANT|NON-PARTICIPANT",
    "partstat": "NEEDS-ACTION|ACCEPTED|DECLINED|TENTATIVE|DELEGATED",
    "cutype": "INDIVIDUAL|GROUP|RESOURCE|ROOM|UNKNOWN",
    "rsvp": "TRUE|FALSE",
    "language": r"[a-z]{2}(?:-[A-Z]{2})?",
    "charset": r"utf-8|us-ascii|iso-8859-1",
    "related": "START|END",
    "pref": r"\d{1,3}",
}
_LABELS: Final = {
    "fn": Label.PERSON,
    "n": Label.PERSON,
    "nickname": Label.PERSON,
    "contact": Label.PERSON,
    "tel": Label.PHONE,
    "email": Label.EMAIL,
    "adr": Label.STREET,
    "org": Label.ORGANIZATION,
    "uid": Label.IDNUM,
}
_GROUP: Final = Matching(re.compile(r"[A-Za-z0-9-]+"), "item")
_IN_PIECES: Final = frozenset({"n", "adr", "org"})


@dataclass(frozen=True, slots=True)
class CardTime:
    """A point in time of a calendar, as a person reads it."""

    has_time: bool

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new point in time; the first day of 1970 where it is none."""
        found = _SHOWN.fullmatch(new)
        values = [int(one or 0) for one in found.groups()] if found else [1970, 1, 1, 0, 0, 0]
        return _shown(values, has_time=self.has_time)


@dataclass(frozen=True, slots=True)
class _Value:
    """What a part of a line says.

    Attributes:
        text: it.
        start: offset in the line, unfolded.
        end: offset behind.
        label: what it is known to hold.
        form: what a new text must be like.
    """

    text: str = field(repr=False)
    start: int
    end: int
    label: Label | None = None
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class CardFile(OneNote):
    """A calendar or card, which is one note."""

    document: Document
    raw: bytes = field(repr=False)
    lines: tuple[tuple[str, tuple[_Value, ...]], ...] = field(repr=False)
    encoding: str
    format: ClassVar[str] = "card"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The calendar with its new texts; lines in which nothing changed are as they were.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the encoding cannot hold the new text.
        """
        texts = part_texts(document, redacted)
        new = iter(texts)
        written = "".join(_written(raw, [(one, next(new)) for one in v]) for raw, v in self.lines)
        try:
            output = written.encode(self.encoding)
        except UnicodeError:
            raise OutputError(
                f"a replacement holds a character that {self.encoding} cannot hold: use a policy "
                "with tags"
            ) from None
        again = [part.text for _, values in _lines(written) for part in values]
        if _tight(again) != _tight(texts):
            raise DefectError("the calendar does not read as it was written: nothing was written")
        return output


def read_card(content: bytes, text: str, encoding: str) -> CardFile:
    """The note in a calendar or card.

    Args:
        content: its bytes.
        text: what they read.
        encoding: in which.

    Raises:
        InputError: it holds data in code.
    """
    lines = tuple(_lines(text))
    assembly = Assembly(between="\n")
    for raw, values in lines:
        refuse_encoded(_FOLD.sub("", raw), place="calendar or card")
        for value in values:
            assembly.add(value.text, "calendar or card", label=value.label, form=value.form)
    return CardFile(assembly.document(""), content, lines, encoding)


def _lines(text: str) -> Iterator[tuple[str, tuple[_Value, ...]]]:
    at = 0
    component = ""
    for end in [found.end() for found in _LINE_END.finditer(text)] + [len(text)]:
        raw, at = text[at:end], end
        line = _FOLD.sub("", raw)
        if line.upper().startswith("BEGIN:"):
            component = line[6:].strip().upper()
        values = _values(line.rstrip("\r\n"), is_zone=component in ("STANDARD", "DAYLIGHT"))
        yield raw, tuple(one for one in values if one.text.strip())


def _values(line: str, *, is_zone: bool) -> Iterator[_Value]:
    if _IN_CODE.match(line):
        raise UnsupportedFormat(
            "calendar or card: data in code, which cannot be examined: take it out of the e-mail"
        )
    found = _LINE.fullmatch(line)
    name = found["name"].lower().rpartition(".")[2] if found else ""
    if found is None or name not in _WORDS:
        yield _Value(line, 0, len(line))
        return
    if "." in found["name"]:
        group = found["name"].rpartition(".")[0]
        yield _Value(group, 0, len(group), form=_GROUP)
    yield from _parameters(found["more"], found.start("more"))
    value, start = found["value"], found.start("value")
    closed = _CLOSED.get("begin" if name == "end" else name)
    if closed is not None and re.fullmatch(closed, value):
        return
    time = _TIME.fullmatch(value)
    address = re.fullmatch(r"(mailto:)(.+)", value, re.IGNORECASE)
    if time is not None:
        if not is_zone:
            has_time = time[4] is not None
            shown = _shown([int(one or 0) for one in time.groups()[:6]], has_time=has_time)
            yield _Value(shown, start, start + len(value), Label.DATE, CardTime(has_time))
    elif address is not None:
        end = start + len(value)
        yield _Value(address[2], start + len(address[1]), end, Label.EMAIL, Address())
    elif name in _IN_PIECES:
        for one in re.finditer(r"(?:[^;\\]|\\.)+", value):
            yield _Value(one.group(), start + one.start(), start + one.end(), _LABELS[name])
    else:
        yield _Value(value, start, start + len(value), _LABELS.get(name))


def _parameters(more: str, at: int) -> Iterator[_Value]:
    read = 0
    for found in _PARAMETER.finditer(more):
        name, value = found[1].lower(), found[2].strip('"')
        if found.start() != read:
            yield _Value(more[read : found.start()], at + read, at + found.start())
        read = found.end()
        closed = _CLOSED_PARAMETERS.get(name)
        if closed is not None and re.fullmatch(closed, value, re.IGNORECASE):
            continue
        start = at + found.start(2) + found[2].startswith('"')
        if name == "cn":
            yield _Value(value, start, start + len(value), Label.PERSON)
        elif name in ("tzid", "sent-by", "member", "delegated-to", "delegated-from", "altrep"):
            yield _Value(value, start, start + len(value))
        else:
            yield _Value(found.group()[1:], at + found.start() + 1, at + found.end())
    if read < len(more):
        yield _Value(more[read:], at + read, at + len(more))


def _written(raw: str, values: Sequence[tuple[_Value, str]]) -> str:
    if all(text == one.text for one, text in values):
        return raw
    line = _FOLD.sub("", raw)
    end = line[len(line.rstrip("\r\n")) :]
    line = line.removesuffix(end)
    for one, text in reversed(values):
        if text != one.text:
            new = _stamped(line[one.start : one.end], text) if one.label is Label.DATE else text
            line = line[: one.start] + re.sub(r"[\r\n]+", " ", new) + line[one.end :]
    pieces = [line[at : at + _WIDTH] for at in range(0, len(line), _WIDTH)]
    return f"{end or chr(10)} ".join(pieces) + end


def _stamped(old: str, shown: str) -> str:
    """A point in time, in the form of the old one."""
    zone = "Z" if old.endswith("Z") else ""
    tight = shown.replace("-", "").replace(":", "").replace(" ", "T")
    return tight + (zone if "T" in tight else "")


def _shown(values: Sequence[int], *, has_time: bool) -> str:
    year, month, day, hour, minute, second = values
    date = f"{year:04}-{month:02}-{day:02}"
    return f"{date} {hour:02}:{minute:02}:{second:02}" if has_time else date


def _tight(texts: Sequence[str]) -> list[str]:
    return [tight for one in texts if (tight := "".join(one.split()))]
