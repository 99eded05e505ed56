"""A picture file as a note: the words that were read in it, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from deid.datatypes import Document, Redacted
from deid.errors import EmptyNote
from deid.formats import ReadOptions
from deid.formats.one_note import OneNote
from deid.formats.pictures.opening import Page, PictureBytes, look_at
from deid.formats.pictures.words import Shown, add_lines, composed, shown
from deid.ocr import engine
from deid.ocr.reading import Reading, read_picture
from deid.parts import Assembly, part_texts


@dataclass(frozen=True, slots=True)
class PictureFile(OneNote):
    """A picture file, which is one note."""

    document: Document
    picture: PictureBytes
    readings: tuple[Reading, ...] = field(repr=False)
    encoding: ClassVar[str] = "utf-8"

    @property
    def raw(self) -> bytes:  # type: ignore[override]
        """The whole file."""
        return self.picture.content

    @property
    def format(self) -> str:
        """Name of the format, for the log."""
        return self.picture.form.lower()

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """A new picture of the words that stay and of what stands for the others.

        Raises:
            DefectError: a replacement reaches over the edge of a word's line.
        """
        return self.picture.written(self._composed(_new_texts(document, redacted)))

    def shown(self, document: Document, redacted: Redacted) -> Iterator[tuple[Shown, ...]]:
        """The texts that each page of the new picture shows, in reading order.

        Raises:
            DefectError: a replacement reaches over the edge of a word's line.
        """
        new, at = _new_texts(document, redacted), 0
        for size, reading in zip(self.picture.sizes(), self.readings, strict=True):
            count = sum(map(len, reading.lines))
            yield tuple(shown(size, reading, new[at : at + count]))
            at += count

    def _composed(self, new: Sequence[str | None]) -> Iterator[Page]:
        at = 0
        for page, reading in zip(self.picture.pages(), self.readings, strict=True):
            count = sum(map(len, reading.lines))
            yield Page(composed(page.picture, reading, new[at : at + count]), page.dpi)
            at += count


def _new_texts(document: Document, redacted: Redacted) -> list[str | None]:
    """What stands for each word; None: itself."""
    after = part_texts(document, redacted)
    before = [part.span.of(document.text) for part in document.parts]
    return [None if was == now else now for was, now in zip(before, after, strict=True)]


def read(content: bytes, *, name: str, options: ReadOptions) -> PictureFile:
    """The words in a picture file.

    Raises:
        InputError: it is damaged or too large, nothing can be read in it, or nothing is installed
            that reads pictures.
    """
    picture = look_at(content)
    if options.blank_pictures:
        return _emptied(picture, name, options)
    reads = engine()
    readings = tuple(
        read_picture(page.picture.convert("L"), engine=reads) for page in picture.pages()
    )
    assembly = Assembly()
    for number, reading in enumerate(readings, 1):
        add_lines(assembly, reading, place=f"page {number}, " if len(readings) > 1 else "")
    document = assembly.document(name)
    if not document.text and not options.depth:
        raise EmptyNote("no text could be read in the picture")
    return PictureFile(document, picture, readings)


def _emptied(picture: PictureBytes, name: str, options: ReadOptions) -> PictureFile:
    if not options.depth:
        raise EmptyNote(
            "nothing would be left of a picture that is emptied: leave the file out, or leave out "
            "--blank-pictures"
        )
    assembly = Assembly()
    assembly.remove("all of it")
    return PictureFile(assembly.document(name), picture, (Reading(),) * picture.count)
