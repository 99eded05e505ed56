"""An e-mail as a note: its header, texts, attachments and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import ClassVar

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, InputError, MalformedRecord
from deid.formats import ReadOptions
from deid.formats.eml.codings import encoded
from deid.formats.eml.entities import Entity, message_of
from deid.formats.eml.found import NestedPart, Reading
from deid.formats.eml.places import Edit, Place, Sort, edits_of
from deid.formats.eml.reading import read_message
from deid.formats.one_note import OneNote, check_length
from deid.parts import Assembly, part_texts


@dataclass(frozen=True, slots=True)
class EmlFile(OneNote):
    """An e-mail, which is one note."""

    document: Document
    raw: bytes = field(repr=False)
    reading: Reading = field(repr=False)
    places: tuple[tuple[Place, int], ...] = field(repr=False)
    files: tuple[tuple[NestedPart, int], ...] = field(repr=False)
    options: ReadOptions
    format: ClassVar[str] = "eml"
    encoding: ClassVar[str] = "ascii"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The e-mail with its new texts.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: an encoding cannot hold the new text.
        """
        texts = part_texts(document, redacted)
        edits = list(self.reading.edits)
        for place, number in self.places:
            if texts[number] != place.text:
                edits += edits_of(place, texts[number], self.raw)
        for part, number in self.files:
            new = part.file.render(document, redacted, first=number)
            if new != part.old:
                start, end = part.entity.start, part.entity.end
                written = encoded(new, self.raw[start:end], part.coding)
                edits.append(Edit(start, end, written))
        if not edits:
            return self.raw
        output = _rewritten(self.raw, edits)
        self._read_back(output, texts)
        return output

    def _read_back(self, output: bytes, texts: Sequence[str]) -> None:
        """Make sure that the output holds the new texts, and no others."""
        try:
            again = read(output, name="", options=self.options)
        except InputError:
            raise _defect() from None
        wanted = [texts[number] for place, number in self.places if place.sort is not Sort.KIND]
        read_again = [place.text for place, _ in again.places if place.sort is not Sort.KIND]
        if _words(wanted) != _words(read_again) or len(self.files) < len(again.files):
            raise _defect()


def read(content: bytes, *, name: str, options: ReadOptions) -> EmlFile:
    """The note in an e-mail.

    Raises:
        InputError: it is damaged, empty, or a part of it cannot be read or examined.
    """
    message = message_of(content)
    _check(content, message)
    reading = read_message(content, message, options)
    assembly = Assembly(between="")
    places: list[tuple[Place, int]] = []
    files: list[tuple[NestedPart, int]] = []
    numbers: dict[int, int] = {}
    for number in reading.order:
        if number < 0:
            part = reading.files[-number - 1]
            files.append((part, len(assembly)))
            part.file.add_to(assembly, part.where, lead="\n\n")
            continue
        place = reading.places[number]
        numbers[number] = len(assembly)
        places.append((place, len(assembly)))
        owner = (numbers[place.owner],) if place.owner >= 0 else ()
        lead = place.lead if len(assembly) else place.lead.lstrip("\n")
        assembly.add(
            place.text,
            place.where,
            label=place.label,
            lead=lead,
            form=place.form,
            falls_with=owner,
        )
    for what in reading.removed:
        assembly.remove(what)
    document = assembly.document(name)
    if not document.text.strip():
        raise EmptyNote("there is no text in the e-mail")
    check_length(document, options, what="e-mail")
    return EmlFile(document, content, reading, tuple(places), tuple(files), options)


def _check(content: bytes, message: Entity) -> None:
    """Make sure that another reader of e-mails sees the same parts.

    Raises:
        MalformedRecord: it does not.
    """
    other = message_from_bytes(content, policy=policy.compat32)
    theirs = list(_walked(other))
    ours = [(entity.kind, len(entity.fields)) for entity in message.walk()]
    if ours != [(kind, count) for kind, count, _ in theirs] or any(bad for *_, bad in theirs):
        raise MalformedRecord(
            "programs take the e-mail apart in different ways: open it in a program for e-mails "
            "and save it anew"
        )


def _walked(message: object) -> Iterator[tuple[str, int, bool]]:
    from email.message import Message

    if isinstance(message, Message):
        yield message.get_content_type(), len(message.keys()), bool(message.defects)
        if message.get_content_maintype() == "multipart" and message.is_multipart():
            for part in message.get_payload():
                yield from _walked(part)


def _rewritten(content: bytes, edits: Iterable[Edit]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda one: (one.start, -one.end)):
        if edit.start < at:
            continue  # it lies in what was taken out
        pieces += (content[at : edit.start], edit.content)
        at = edit.end
    return b"".join([*pieces, content[at:]])


def _words(texts: Iterable[str]) -> list[str]:
    return [tight for text in texts if (tight := "".join(text.split()))]


def _defect() -> DefectError:
    return DefectError("the e-mail does not read as it was written: nothing was written")
