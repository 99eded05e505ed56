"""How much of notes on pictures is read, and what of their identifiers comes back.

    python benchmarks/ocr.py MARKED.jsonl [--count 12]

Notes of `{"id", "text", "spans": [{"start", "end", …}]}` are printed on pages in code, the first
lines of each, and the pages spoiled: made coarse, noisy, crooked, black and white, packed as JPEG,
blurred, and with lines so near each other that letters touch. Each is read; its words go the whole
way of a note, with rules and model under the policy `everything`.

- *read*: share of the note's words that are right and read with the certainty that such words need
  to come back from the picture if they are not replaced;
- *wrong*: share of the words of that certainty that stand nowhere in the note;
- *left*: share of the words of marked identifiers on which a word that comes back stands;
- *left in text*: the same of the same lines as text, where nothing is lost by reading;
- *seconds*: to read a page, on one core that does nothing else.

The second table is of the confidence from which on a word counts, over all pages.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from machine import machine
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from deid.datatypes import Document
from deid.formats.pictures.words import add_lines, is_carried
from deid.ocr import Box, Word, engine
from deid.ocr.reading import Reading, read_picture
from deid.parts import Assembly, part_texts
from deid.pipeline import Deidentifier
from deid.policy import load_policy

SEED = bytes(range(32))
PAGE = (2550, 3300)
LEVELS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_EDGE, _SIZE, _STEP, _TIGHT, _LINES, _WIDE = 200, 40, 60, 42, 44, 92


@dataclass(frozen=True, slots=True)
class Printed:
    """A page.

    Attributes:
        picture: at 300 dots per inch.
        text: its lines.
        marks: ranges of the text that identify.
        boxes: where the words of these stand.
    """

    picture: Image.Image = field(repr=False)
    text: str = field(repr=False)
    marks: tuple[tuple[int, int], ...]
    boxes: tuple[Box, ...]


@dataclass(slots=True)
class Tally:
    """Counts over pages."""

    words: int = 0
    right: int = 0
    wrong: int = 0
    marked: int = 0
    left: int = 0
    seconds: list[float] = field(default_factory=list)


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Lines that fit on a page, each with its offset in the text."""
    at = 0
    for line in text.split("\n"):
        start = 0
        while len(line) - start > _WIDE:
            cut = line.rfind(" ", start, start + _WIDE)
            cut = cut if cut > start else start + _WIDE
            yield at + start, line[start:cut]
            start = cut + 1
        yield at + start, line[start:]
        at += len(line) + 1


def printed(note: dict[str, object], *, step: int = _STEP) -> Printed:
    """The first lines of a note on a page, each so many dots below the one before."""
    text = str(note["text"])
    spans = [(one["start"], one["end"]) for one in note["spans"]]  # type: ignore[attr-defined]
    picture = Image.new("L", PAGE, 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(_SIZE)
    kept: list[str] = []
    marks: list[tuple[int, int]] = []
    boxes: list[Box] = []
    length = 0
    for number, (at, line) in enumerate(lines_of(text)):
        if number == _LINES:
            break
        y = _EDGE + number * step
        pen.text((_EDGE, y), line, font=font, fill=0)
        for start, end in spans:
            first, last = max(start - at, 0), min(end - at, len(line))
            if first >= last:
                continue
            marks.append((length + first, length + last))
            place = first
            for word in line[first:last].split(" "):
                left = _EDGE + font.getlength(line[:place])
                right = _EDGE + font.getlength(line[: place + len(word)])
                if any(character.isalnum() for character in word):
                    boxes.append(Box(round(left), y, round(right), y + _SIZE))
                place += len(word) + 1
        kept.append(line)
        length += len(line) + 1
    return Printed(picture, "\n".join(kept), tuple(marks), tuple(boxes))


def at_dots(dots: int) -> Callable[[Image.Image], Image.Image]:
    """A page at so many dots per inch."""
    return lambda page: page.resize(
        (page.width * dots // 300, page.height * dots // 300), Image.Resampling.LANCZOS
    )


def noisy(page: Image.Image) -> Image.Image:
    """A page at 200 dots, each dot lighter or darker by chance."""
    dots = np.asarray(at_dots(200)(page), dtype=np.float64)
    chance = np.random.default_rng(7).normal(0, 12, dots.shape)
    return Image.fromarray(np.clip(dots * 0.8 + 25 + chance, 0, 255).astype(np.uint8))


def crooked(page: Image.Image) -> Image.Image:
    """A page at 200 dots that lies crooked by one degree and a half."""
    return at_dots(200)(page).rotate(1.5, fillcolor=255, resample=Image.Resampling.BICUBIC)


def faxed(page: Image.Image) -> Image.Image:
    """A page in black and white at 150 dots, with specks."""
    dots = np.asarray(at_dots(150)(page)).copy()
    chance = np.random.default_rng(7).random(dots.shape)
    dots[chance < 0.003] = 0
    return Image.fromarray(dots).point(lambda shade: 255 if shade > 140 else 0)


def packed(dots: int, quality: int) -> Callable[[Image.Image], Image.Image]:
    """A page at so many dots in a poor JPEG."""

    def spoil(page: Image.Image) -> Image.Image:
        stream = io.BytesIO()
        at_dots(dots)(page).save(stream, "JPEG", quality=quality)
        return Image.open(stream).convert("L")

    return spoil


def blurred(page: Image.Image) -> Image.Image:
    """A page at 150 dots, out of focus."""
    return at_dots(150)(page).filter(ImageFilter.GaussianBlur(1.5))


KINDS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "300 dpi": at_dots(300),
    "200 dpi": at_dots(200),
    "100 dpi": at_dots(100),
    "75 dpi": at_dots(75),
    "200 dpi, noisy": noisy,
    "200 dpi, crooked by 1.5°": crooked,
    "150 dpi, black and white, specks": faxed,
    "150 dpi, poor JPEG": packed(150, 20),
    "150 dpi, blurred": blurred,
}
TIGHT: dict[str, Callable[[Image.Image], Image.Image]] = {
    "150 dpi, tight lines (21 dots)": at_dots(150),
    "120 dpi, tight lines (17 dots)": at_dots(120),
    "120 dpi, tight lines, poor JPEG": packed(120, 30),
}


def count_words(reading: Reading, text: str, counts: Callable[[Word], bool]) -> tuple[int, int]:
    """How many of the words that count are right and wrong."""
    words = [word.text for line in reading.lines for word in line if counts(word)]
    found, wanted = Counter(words), Counter(text.split())
    right = sum((found & wanted).values())
    known = "".join(text.split())
    wrong = sum(1 for word in words if word not in known)
    return right, wrong


def at_least(level: float) -> Callable[[Word], bool]:
    """Whether a word was read with that certainty."""
    return lambda word: word.confidence >= level


def is_wanted(name: str, parts: Sequence[str]) -> bool:
    """Whether a name holds one of these, or there are none."""
    return not parts or any(part in name for part in parts)


def left_of(reading: Reading, boxes: Sequence[Box], deidentifier: Deidentifier) -> int:
    """On how many of these boxes a word stands that comes back."""
    assembly = Assembly()
    add_lines(assembly, reading, place="")
    document = assembly.document("page")
    after = part_texts(document, deidentifier.deidentify(document, seed=SEED))
    before = [part.span.of(document.text) for part in document.parts]
    words = [word for line in reading.lines for word in line]
    stay = [
        word.box
        for word, was, now in zip(words, before, after, strict=True)
        if was == now and is_carried(word)
    ]
    return sum(any(_lies_on(one, box) for one in stay) for box in boxes)


def _lies_on(one: Box, box: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return one.left <= x <= one.right and one.top <= y <= one.bottom


def left_in_text(page: Printed, deidentifier: Deidentifier) -> tuple[int, int]:
    """How many words of identifiers stay where the page is a text, and how many there are."""
    redacted = deidentifier.deidentify(Document("page", page.text), seed=SEED)
    gone = {
        at
        for one in redacted.redactions
        for at in range(one.finding.span.start, one.finding.span.end)
    }
    left = total = 0
    for start, end in page.marks:
        at = start
        for word in page.text[start:end].split(" "):
            letters = [at + n for n, character in enumerate(word) if character.isalnum()]
            total += bool(letters)
            left += bool(letters) and not gone & set(letters)
            at += len(word) + 1
    return left, total


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notes", type=Path)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument(
        "--kinds", nargs="*", default=(), help="those whose names hold one of these"
    )
    options = parser.parse_args()
    notes = [json.loads(line) for line in options.notes.read_text("utf-8").splitlines()]
    chosen = random.Random(3).sample(notes, min(options.count, len(notes)))
    pages, tight = (
        [printed(note) for note in chosen],
        [printed(note, step=_TIGHT) for note in chosen],
    )
    deidentifier = Deidentifier.open(policy=load_policy("everything"))
    print(machine())
    texts = [left_in_text(page, deidentifier) for page in pages]
    left, total = (sum(column) for column in zip(*texts, strict=True))
    print(f"{len(pages)} pages, {total} words of identifiers; left in text: {left / total:.1%}\n")
    print("| pages | read | wrong | left | seconds |\n|---|---|---|---|---|")
    levels: dict[float, list[int]] = {level: [0, 0, 0] for level in LEVELS}
    kinds = {
        name: spoil for name, spoil in (KINDS | TIGHT).items() if is_wanted(name, options.kinds)
    }
    for name, spoil in kinds.items():
        tally = Tally()
        for page in tight if name in TIGHT else pages:
            picture = spoil(page.picture)
            begun = time.process_time()
            reading = read_picture(picture, engine=engine())
            tally.seconds.append(time.process_time() - begun)
            scale = picture.width / PAGE[0]
            boxes = [Box(*(round(edge * scale) for edge in box)) for box in page.boxes]
            tally.words += len(page.text.split())
            right, wrong = count_words(reading, page.text, is_carried)
            tally.right += right
            tally.wrong += wrong
            for level in LEVELS:
                right, wrong = count_words(reading, page.text, at_least(level))
                levels[level][0] += right
                levels[level][1] += wrong
                levels[level][2] += len(page.text.split())
            if "crooked" not in name:
                tally.marked += len(boxes)
                tally.left += left_of(reading, boxes, deidentifier)
        share = f"{tally.left / tally.marked:.1%}" if tally.marked else "–"
        wrong_share = tally.wrong / max(tally.right + tally.wrong, 1)
        seconds = sum(tally.seconds) / len(tally.seconds)
        row = (f"{tally.right / tally.words:.1%}", f"{wrong_share:.1%}", share, f"{seconds:.1f}")
        print(f"| {name} | {' | '.join(row)} |", flush=True)
    print("\n| counts from | read | wrong |\n|---|---|---|")
    for level, (right, wrong, words) in levels.items():
        print(f"| {level} | {right / words:.1%} | {wrong / max(right + wrong, 1):.1%} |")


if __name__ == "__main__":
    main()
