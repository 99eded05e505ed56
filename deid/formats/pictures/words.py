"""The words that were read in a picture: as parts of a note, and back into a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Final

from PIL import Image

from deid.formats.pictures.composing import (
    LETTERS,
    Drawn,
    compose,
    ground_of,
    is_shaped_like,
)
from deid.formats.pictures.ruling import ruling_lines
from deid.ocr import Box, Line, Word
from deid.ocr.reading import Reading, levelled, turned
from deid.ocr.vocabulary import SURE, least_confidence
from deid.parts import Assembly

_TALL: Final = frozenset("ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789bdfhkl")
_HANGING: Final = frozenset("gjpqyQ,;()[]{}|/$@_")
_GAP: Final = 4


def add_lines(
    assembly: Assembly, reading: Reading, *, place: str, lead: str = "", between: str = ""
) -> None:
    """Add the words of a picture, each as a part that goes on within its line.

    Args:
        assembly: of the note.
        reading: of the picture.
        place: where the picture lies, as the beginning of words such as `line 2`.
        lead: what stands before the first line.
        between: what stands before each other line, besides what the assembly puts there.
    """
    for count, line in enumerate(reading.lines, 1):
        for number, word in enumerate(line):
            assembly.add(
                f"{word.text} " if number < len(line) - 1 else word.text,
                f"{place}line {count}",
                lead="" if number else (between if count > 1 else lead),
                goes_on=number > 0,
                letters=LETTERS,
                is_read=True,
            )
    if not all(is_carried(word) for line in reading.lines for word in line):
        assembly.remove(f"{place}words that were not read with certainty")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a composed picture shows.

    Attributes:
        text: one word, or what stands for some.
        start: where its line begins below it, across and down, in shares of the picture's size.
        end: where that line ends.
        top: a point above the start, as high as a capital letter.
    """

    text: str = field(repr=False)
    start: tuple[float, float]
    end: tuple[float, float]
    top: tuple[float, float]


def shown(size: tuple[int, int], reading: Reading, new: Sequence[str | None]) -> Iterator[Shown]:
    """The texts that a composed picture shows, in reading order.

    Args:
        size: of the picture as it lies, in dots.
        reading: of its words.
        new: for each word what stands for it; None: itself.
    """
    width = size[1] if reading.turn in (90, 270) else size[0]
    for line, texts in _by_line(reading, new):
        baseline, capital = _measures(line)
        stays = [text is None and is_carried(word) for word, text in zip(line, texts, strict=True)]
        kept = [(word.text, word.box) for word, stay in zip(line, stays, strict=True) if stay]
        drawn = [(one.text, one.box) for one in _drawn(line, texts, stays, width) if one.text]
        for text, box in sorted(kept + drawn, key=lambda one: one[1].left):
            corners = ((box.left, baseline), (box.right, baseline), (box.left, baseline - capital))
            start, end, top = (_as_it_lies(corner, size, reading.turn) for corner in corners)
            yield Shown(text, start, end, top)


def _as_it_lies(
    corner: tuple[float, float], size: tuple[int, int], turn: int
) -> tuple[float, float]:
    """A point of a picture that was turned upright, in shares of the picture as it was."""
    (x, y), (width, height) = corner, size
    x, y = {
        90: (width - y, x),
        180: (width - x, height - y),
        270: (y, height - x),
    }.get(turn, (x, y))
    return x / width, y / height


def _by_line(
    reading: Reading, new: Sequence[str | None]
) -> Iterator[tuple[Line, Sequence[str | None]]]:
    """Each line, and what stands for its words."""
    at = 0
    for line in reading.lines:
        yield line, new[at : at + len(line)]
        at += len(line)


def composed(picture: Image.Image, reading: Reading, new: Sequence[str | None]) -> Image.Image:
    """A picture composed anew, lying as it did, but with its lines level.

    Args:
        picture: as it was, of mode `1`, `L` or `RGB`.
        reading: of its words.
        new: for each word what stands for it; None: itself.
    """
    upright = levelled(picture, reading, ground=ground_of(picture))
    kept: list[Box] = []
    cleared: list[Box] = []
    drawn: list[Drawn] = []
    for line, texts in _by_line(reading, new):
        stays = [text is None and is_carried(word) for word, text in zip(line, texts, strict=True)]
        kept += [word.box for word, stay in zip(line, stays, strict=True) if stay]
        cleared += [word.box for word, stay in zip(line, stays, strict=True) if not stay]
        drawn += _drawn(line, texts, stays, upright.width)
    ruled = ruling_lines(upright.convert("L"))
    made = compose(upright, kept=kept, cleared=cleared, drawn=drawn, ruled=ruled)
    return turned(made, -reading.turn % 360)


def is_carried(word: Word) -> bool:
    """Whether a word was read with such certainty that it comes back if it is not replaced."""
    return word.confidence >= least_confidence(word.text) and _is_read(word)


def _is_read(word: Word) -> bool:
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
        if not any(_is_read(line[at]) for at in places):
            continue
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
