"""A picture file as a note: the words that were read in it, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import ClassVar, Final

from PIL.Image import Image

from deid.datatypes import Document, Redacted
from deid.errors import EmptyNote
from deid.formats import ReadOptions
from deid.formats.one_note import OneNote
from deid.formats.pictures.composing import Drawn, compose, is_shaped_like
from deid.formats.pictures.opening import Page, PictureBytes, look_at
from deid.ocr import Box, Line, Word, engine
from deid.ocr.reading import SURE, Reading, read_picture, turned
from deid.parts import Assembly, part_texts

_TALL: Final = frozenset("ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789bdfhkl")
_HANGING: Final = frozenset("gjpqyQ,;()[]{}|/$@_")
_GAP: Final = 4


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
        after = part_texts(document, redacted)
        before = [part.span.of(document.text) for part in document.parts]
        new = [None if was == now else now for was, now in zip(before, after, strict=True)]
        return self.picture.written(self._composed(new))

    def _composed(self, new: Sequence[str | None]) -> Iterator[Page]:
        at = 0
        for page, reading in zip(self.picture.pages(), self.readings, strict=True):
            count = sum(map(len, reading.lines))
            yield Page(_page(page, reading, new[at : at + count]), page.dpi)
            at += count


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
        page = f"page {number}, " if len(readings) > 1 else ""
        for count, line in enumerate(reading.lines, 1):
            _add(assembly, line, f"{page}line {count}")
        if not all(_is_carried(word) for line in reading.lines for word in line):
            assembly.remove(f"{page}words that were not read with certainty")
    document = assembly.document(name)
    if not document.text and not options.depth:
        raise EmptyNote("no text could be read in the picture")
    return PictureFile(document, picture, readings)


def _emptied(picture: PictureBytes, name: str, options: ReadOptions) -> PictureFile:
    if not options.depth:
        raise EmptyNote("nothing would be left of a picture that is emptied: leave the option out")
    assembly = Assembly()
    assembly.remove("all of it")
    return PictureFile(assembly.document(name), picture, (Reading(),) * picture.count)


def _add(assembly: Assembly, line: Line, place: str) -> None:
    for number, word in enumerate(line):
        blank = " " if number < len(line) - 1 else ""
        assembly.add(f"{word.text}{blank}", place, goes_on=number > 0)


def _page(page: Page, reading: Reading, new: Sequence[str | None]) -> Image:
    """A page composed anew, lying as it did.

    Args:
        page: as it was.
        reading: of its words.
        new: for each word what stands for it; None: itself.
    """
    upright = turned(page.picture, reading.turn)
    kept: list[Box] = []
    cleared: list[Box] = []
    drawn: list[Drawn] = []
    at = 0
    for line in reading.lines:
        texts = new[at : at + len(line)]
        at += len(line)
        stays = [text is None and _is_carried(word) for word, text in zip(line, texts, strict=True)]
        kept += [word.box for word, stay in zip(line, stays, strict=True) if stay]
        cleared += [word.box for word, stay in zip(line, stays, strict=True) if not stay]
        drawn += _drawn(line, texts, stays, upright.width)
    composed = compose(upright, kept=kept, cleared=cleared, drawn=drawn)
    return turned(composed, -reading.turn % 360)


def _is_carried(word: Word) -> bool:
    return word.confidence >= SURE and is_shaped_like(word.text, word.box)


def _drawn(
    line: Line, texts: Sequence[str | None], stays: Sequence[bool], width: int
) -> Iterator[Drawn]:
    """What is drawn in a line: one text for words beside each other that are all replaced."""
    baseline, capital = _measures(line)
    for is_new, run in groupby(range(len(line)), key=lambda at: texts[at] is not None):
        if not is_new:
            continue
        places = list(run)
        boxes = [line[at].box for at in places]
        text = "".join(texts[at] or "" for at in places).strip()
        box = Box(
            min(box.left for box in boxes),
            min(box.top for box in boxes),
            max(box.right for box in boxes),
            max(box.bottom for box in boxes),
        )
        behind = [line[at].box.left for at in range(places[-1] + 1, len(line)) if stays[at]]
        yield Drawn(text, box, min([width, *behind]) - _GAP, baseline, capital)


def _measures(line: Line) -> tuple[int, int]:
    """The baseline of a line, and how high a capital letter of it is, both in pixels."""
    standing = [word for word in line if _TALL & set(word.text) and not _HANGING & set(word.text)]
    words = standing or line
    height = median(word.box.height for word in words) * (1.0 if standing else 0.8)
    if standing:
        return round(median(word.box.bottom for word in words)), max(1, round(height))
    return round(median(word.box.top for word in words) + height), max(1, round(height))
