"""The formats of the i2b2 (now n2c2) de-identification tasks.

2014 and 2016, one note a file, offsets half-open in code points of TEXT:

    <deIdi2b2><TEXT><![CDATA[Seen by Dr. Ito.]]></TEXT>
    <TAGS><NAME id="P0" start="12" end="15" text="Ito" TYPE="DOCTOR" comment="" /></TAGS></deIdi2b2>

2006, several notes a file; a file without RECORD is one note in which nothing is escaped:

    <ROOT><RECORD ID="7"><TEXT>Seen by Dr. <PHI TYPE="DOCTOR">Ito</PHI>.</TEXT></RECORD></ROOT>
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from deid.datatypes import Span
from deid.errors import MalformedRecord
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.readers.files import GoldFile, label_of, repeats
from deid.evaluate.readers.xml import End, Event, Start, Text, events
from deid.labels import NAMES

PHI_TAG: Final = re.compile(r'(<PHI TYPE="[^"<>]*">|</PHI>)')
_CATEGORIES: Final = {names.category for names in NAMES.values()} | {"PHI"}


def read_2014(file: GoldFile) -> Iterator[tuple[str, GoldNote]]:
    """The one note of a file, with the place where it stands.

    Raises:
        MalformedRecord: the file is not of this form, offsets are not in the text, or the text
            that a tag repeats stands elsewhere.
        UnknownLabel: a tag has a TYPE that the program does not know.
    """
    found = events(file)
    texts = [at for at, event in enumerate(found) if _starts(event, "TEXT")]
    if len(texts) != 1 or not any(_starts(event, "TAGS") for event in found):
        raise MalformedRecord(f"{file.at(1)}: there must be one TEXT and one TAGS")
    text, after = _plain_text(found, texts[0], file)
    marks: set[LabelledSpan] = set()
    inside = False
    for event in [*found[: texts[0]], *found[after:]]:
        if isinstance(event, Start) and inside:
            marks.add(_tag(event, text, file))
        elif _starts(event, "TAGS"):
            inside = True
        elif event == End("TAGS"):
            inside = False
    yield file.at(1), GoldNote(file.id, text, tuple(sorted(marks)))


def read_2006(file: GoldFile) -> Iterator[tuple[str, GoldNote]]:
    """Each note of a file, with the place where it stands.

    Raises:
        MalformedRecord: the file is not of this form.
        UnknownLabel: a PHI has a TYPE that the program does not know.
    """
    if "<RECORD" not in file.text:
        file = replace(file, text=_as_record(file))
    found = events(file)
    identity, where = "", file.at(1)
    for at, event in enumerate(found):
        if isinstance(event, Start) and event.name == "RECORD":
            identity, where = event.attributes.get("ID", ""), file.at(event.line)
            if not identity:
                raise MalformedRecord(f"{where}: the RECORD has no ID")
        elif _starts(event, "TEXT"):
            text, marks = _marked_text(found, at, file)
            yield where, GoldNote(identity, text, marks)


def _as_record(file: GoldFile) -> str:
    pieces = PHI_TAG.split(file.text)
    escaped = "".join(
        piece if at % 2 else html.escape(piece, quote=False) for at, piece in enumerate(pieces)
    )
    return f'<ROOT><RECORD ID="{html.escape(file.id)}"><TEXT>{escaped}</TEXT></RECORD></ROOT>'


def _starts(event: Event, name: str) -> bool:
    return isinstance(event, Start) and event.name == name


def _plain_text(found: Sequence[Event], start: int, file: GoldFile) -> tuple[str, int]:
    """The characters of the TEXT that starts at an index, and the index behind its end."""
    text, marks, end = _read_text(found, start, file)
    if marks:
        raise MalformedRecord(f"{file.at(1)}: there are tags inside the TEXT")
    return text, end


def _marked_text(
    found: Sequence[Event], start: int, file: GoldFile
) -> tuple[str, tuple[LabelledSpan, ...]]:
    text, marks, _ = _read_text(found, start, file)
    return text, tuple(marks)


def _read_text(
    found: Sequence[Event], start: int, file: GoldFile
) -> tuple[str, list[LabelledSpan], int]:
    text = ""
    marks: list[LabelledSpan] = []
    opened: tuple[Start, int] | None = None
    for at in range(start + 1, len(found)):
        event = found[at]
        if isinstance(event, Text):
            text += event.data
        elif isinstance(event, Start):
            if event.name != "PHI" or opened is not None:
                raise MalformedRecord(f"{file.at(event.line)}: only PHI may stand in a TEXT")
            opened = event, len(text)
        elif opened is None:
            return text, marks, at + 1
        else:
            marks.append(_phi(*opened, len(text), file))
            opened = None
    raise MalformedRecord(f"{file.at(1)}: the TEXT does not end")


def _phi(tag: Start, start: int, end: int, file: GoldFile) -> LabelledSpan:
    where = file.at(tag.line)
    label = label_of(tag.attributes.get("TYPE", "").upper(), where)
    if start == end:
        raise MalformedRecord(f"{where}: the PHI holds nothing")
    return LabelledSpan(Span(start, end), label)


def _tag(tag: Start, text: str, file: GoldFile) -> LabelledSpan:
    where = file.at(tag.line)
    if tag.name not in _CATEGORIES:
        raise MalformedRecord(f"{where}: {tag.name[:40]} is no category of identifiers")
    label = label_of(tag.attributes.get("TYPE", "").upper(), where)
    try:
        start, end = int(tag.attributes["start"]), int(tag.attributes["end"])
    except (KeyError, ValueError):
        raise MalformedRecord(f"{where}: `start` and `end` must be whole numbers") from None
    if not 0 <= start < end <= len(text):
        raise MalformedRecord(f"{where}: [{start}, {end}) is not a range of the text")
    marked, repeated = text[start:end], tag.attributes.get("text")
    if repeated is not None and not repeats(repeated, marked):
        raise MalformedRecord(f"{where}: what the tag repeats is not what stands at its offsets")
    return LabelledSpan(Span(start, end), label)
