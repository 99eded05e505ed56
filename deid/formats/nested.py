"""Files that lie inside a file, such as an attachment: read by their own format, down to a depth.

The notes of the inner file become parts of the outer note, so that what is known of the patient
holds there too; each is written back by its own format.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from deid.datatypes import Document, Finding, Part, Redacted, Redaction, Span
from deid.errors import InputError, NoteTooLarge, UnsupportedFormat
from deid.formats import (
    MAX_DEPTH,
    NoteFile,
    ReadOptions,
    Unreadable,
    max_nested_bytes,
    reader_for,
)
from deid.formats.one_note import OneNote
from deid.formats.pictures.blank import BLANK
from deid.formats.tails import tail_of
from deid.parts import Assembly, moved
from deid.policy import Unexamined

_MARKUP: Final = re.compile(rb"\s*(?:<\?xml|<!DOCTYPE|<html|<[A-Za-z])", re.IGNORECASE)
_HTML: Final = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html)\b", re.I | re.S)
_MAGIC: Final = (
    (b"%PDF-", ".pdf"),
    (b"{\\rtf", ".rtf"),
    (b"MSH|", ".hl7"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
)
_BITMAP: Final = re.compile(rb"BM.{4}\0{4}", re.DOTALL)

UNEXAMINED: Final = "all of it, which could not be examined"
"""What a note tells of a file in it that was removed."""

INSTEAD: Final = b"[removed: could not be examined]"
"""What stands where a file was that was removed and is no picture."""
_PLAIN_ID: Final = re.compile(
    r"(?:(?:note|file|page|visit|doc|document)[-_ ]?)?\d{1,4}(?:\.[a-z]{2,5})?"
)


@dataclass(frozen=True, slots=True)
class NestedFile:
    """A file inside another.

    Attributes:
        file: as its own format read it.
        notes: all its notes.
    """

    file: NoteFile
    notes: tuple[Document, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """How many parts `add_to` adds."""
        return sum(max(1, len(note.parts)) for note in self.notes)

    @property
    def known(self) -> Iterator[tuple[str, str]]:
        """What the file says of its patients in fields of its own."""
        for note in self.notes:
            yield from note.known

    def add_to(self, assembly: Assembly, place: str, *, lead: str = "") -> None:
        """Add its parts, in their order, with the words that stand between them.

        Args:
            assembly: of the outer note; it puts nothing between parts by itself.
            place: where the file lies, in plain words.
            lead: words before the first of them.
        """
        for note in self.notes:
            at, first = 0, len(assembly)
            for part in _parts(note):
                words = lead + note.text[at : part.span.start]
                where = f"{place}, {part.place}" if part.place else place
                text = part.span.of(note.text)
                assembly.add(
                    text,
                    where,
                    label=part.label,
                    lead=words,
                    goes_on=part.goes_on,
                    form=part.form,
                    falls_with=_by(first, part.falls_with),
                    letters=part.letters,
                    is_read=part.is_read,
                    same_as=first + part.same_as if part.same_as >= 0 else -1,
                )
                lead, at = "", part.span.end
            for removed in note.removed:
                assembly.remove(f"{place}, {removed}")
            lead = note.text[at:] + "\n"

    def render(self, outer: Document, redacted: Redacted, *, first: int) -> bytes:
        """The bytes of the file after redaction of the outer note.

        No replacement may reach out of a part; `part_texts` of the outer note looks for that.

        Args:
            outer: the note that its parts were added to.
            redacted: what became of that note.
            first: index of the first of its parts there.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the inner encoding cannot hold the new text.
        """
        pieces, tail = [self.file.head], tail_of(self.file)
        for number, (note, share) in enumerate(self.shares(outer, redacted, first=first), 1):
            name = _inner_id(note.id, number) if self.file.holds_ids else note.id
            pieces.append(self.file.render(note, share, id=name, patient=""))
            tail.add(pieces[-1])
        return b"".join([*pieces, tail.content()])

    def shares(
        self, outer: Document, redacted: Redacted, *, first: int
    ) -> Iterator[tuple[Document, Redacted]]:
        """Its notes, each with what became of it, in its own offsets; arguments as of `render`."""
        for note in self.notes:
            count = max(1, len(note.parts))
            yield note, _share(note, outer.parts[first : first + count], redacted)
            first += count


@dataclass(frozen=True, slots=True)
class RemovedFile(OneNote):
    """A file that could not be examined, so that something else stands in its place."""

    document: Document
    raw: bytes = field(repr=False)
    instead: bytes
    format: ClassVar[str] = "removed"
    encoding: ClassVar[str] = "utf-8"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """What stands in its place."""
        return self.instead


def open_nested(content: bytes, *, suffix: str, place: str, options: ReadOptions) -> NestedFile:
    """The file of these bytes, which lies in another.

    Where the policy removes what cannot be examined, an empty picture or a line of text stands in
    its place, and the note tells that it was removed.

    Args:
        content: the bytes.
        suffix: how a file of its kind would be called, with the dot; see `suffix_of`. Empty: it is
            of no kind that is known.
        place: where it lies, in plain words, for errors.
        options: how the outer file is read.

    Raises:
        InputError: it, or a note of it, cannot be read; the message names the place.
    """
    try:
        return _opened(content, suffix=suffix, place=place, options=options)
    except InputError:
        if options.unexamined is Unexamined.REFUSE:
            raise
    document = Document("", "", removed=(UNEXAMINED,))
    instead = BLANK.get(suffix.removeprefix("."), INSTEAD)
    return NestedFile(RemovedFile(document, content, instead), (document,))


def _opened(content: bytes, *, suffix: str, place: str, options: ReadOptions) -> NestedFile:
    if not suffix:
        raise UnsupportedFormat(
            f"{place}: a file of a kind that cannot be examined: take it out, or have the policy "
            "remove such parts"
        )
    if options.depth >= MAX_DEPTH:
        raise UnsupportedFormat(f"{place}: files lie in files more than {MAX_DEPTH} deep")
    limit = max_nested_bytes(suffix, options)
    if len(content) > limit:
        raise NoteTooLarge(f"{place}: what lies there is longer than {limit} bytes")
    inner = replace(options, encoding=None, depth=options.depth + 1)
    name = f"inside{suffix}"
    try:
        file = reader_for(name)(content, name=name, options=inner)
        notes = list(file.notes())
    except InputError as error:
        raise type(error)(f"{place}: {error}") from None
    for note in notes:
        if isinstance(note, Unreadable):
            raise type(note.error)(f"{place}, line {note.line}: {note.error}")
    return NestedFile(file, tuple(note for note in notes if isinstance(note, Document)))


def suffix_of(content: bytes, *, declared: str = "") -> str:
    """The ending that a file of these bytes would have, by how it begins.

    Args:
        content: the bytes.
        declared: the ending that goes with what the outer file says of it; bytes that plainly are
            something else go before it.

    Returns:
        Empty where neither says anything.
    """
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    for magic, suffix in _MAGIC:
        if start.lstrip().startswith(magic):
            return suffix
    if _BITMAP.match(start):
        return ".bmp"
    if _HTML.match(start):
        return ".html"
    if declared in ("", ".txt") and _MARKUP.match(start):
        return ".xml"
    return declared


def _inner_id(name: str, number: int) -> str:
    """What an id becomes in the output; nobody examines it as a text, so only numbers stay."""
    return name if _PLAIN_ID.fullmatch(name) else f"note-{number}"


def _parts(note: Document) -> tuple[Part, ...]:
    return note.parts or (Part(Span(0, len(note.text)), ""),)


def _share(note: Document, before: tuple[Part, ...], redacted: Redacted) -> Redacted:
    """What became of an inner note, in its own offsets.

    Args:
        note: the inner note.
        before: its parts in the outer one.
        redacted: what became of the outer one.
    """
    after = moved(before, redacted.redactions)
    pieces: list[str] = []
    redactions: list[Redaction] = []
    read, length = 0, 0
    for index, part in enumerate(_parts(note)):
        outer, new = before[index].span, after[index].span
        words = note.text[read : part.span.start]
        text = new.of(redacted.text)
        shift = part.span.start - outer.start
        output_shift = length + len(words) - new.start
        at = bisect_left(redacted.redactions, outer.start, key=lambda one: one.finding.span.start)
        for number in range(at, len(redacted.redactions)):
            one = redacted.redactions[number]
            if one.finding.span.start >= outer.end:
                break
            redactions.append(_moved(one, shift, output_shift))
        pieces += (words, text)
        read, length = part.span.end, length + len(words) + len(text)
    pieces.append(note.text[read:])
    return Redacted(note.id, "".join(pieces), tuple(redactions))


def _by(first: int, numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(first + number for number in numbers)


def _moved(redaction: Redaction, shift: int, output_shift: int) -> Redaction:
    finding: Finding = redaction.finding
    span, output = finding.span, redaction.output_span
    return replace(
        redaction,
        finding=replace(finding, span=Span(span.start + shift, span.end + shift)),
        output_span=Span(output.start + output_shift, output.end + output_shift),
    )
