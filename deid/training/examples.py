"""Marked notes to rows of token labels, and those to batches."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from deid.datatypes import Span
from deid.detect.tokens import Marks, Tokens, framed, tokenize
from deid.detect.windows import WindowPlan, random_phase
from deid.errors import MalformedRecord
from deid.evaluate import GoldNote, read_gold
from deid.labels import Label
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MERGED = {Label.AGE90: Label.AGE, Label.BIOID: Label.IDNUM}
"""Labels that the model does not tell apart: an age says by itself whether it is 90 or more."""
MODEL_LABELS = tuple(label for label in Label if label not in MERGED)
CLASSES = ("O", *(f"{bio}-{label}" for label in MODEL_LABELS for bio in "BI"))
_BEGIN = {label: CLASSES.index(f"B-{MERGED.get(label, label)}") for label in Label}
_FIRST_OF_CATEGORY = {label.names.category: label for label in reversed(MODEL_LABELS)}
_COARSE = {label: _FIRST_OF_CATEGORY[label.names.category] for label in Label}
IGNORED = -100
"""Class of the encoder's own marks and of padding: no loss."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window: vocabulary ids, shape ids and classes, of equal length, marks included."""

    ids: list[int]
    shapes: list[int]
    classes: list[int]


def read_marked(path: Path) -> list[MarkedNote]:
    """The notes of a gold file or folder, in any form that `deid.evaluate` reads.

    Raises:
        InputError: it cannot be read; the message has the place.
        MalformedRecord: marks of a note overlap; the message has its number.
    """
    return [marked_note(note, number) for number, note in enumerate(read_gold(path), start=1)]


def marked_note(note: GoldNote, number: int) -> MarkedNote:
    """A gold note to learn from.

    Args:
        note: as it was read.
        number: of the note, from 1, for the message.

    Raises:
        MalformedRecord: its marks overlap.
    """
    marks = tuple((mark.span, mark.label) for mark in note.spans)
    if any(one.overlaps(two) for (one, _), (two, _) in pairwise(marks)):
        raise MalformedRecord(f"note {number}: marks overlap, so it cannot be learnt from")
    return MarkedNote(note.id, note.text, marks)


def hold_out(
    notes: Iterable[MarkedNote], recipe: Recipe
) -> tuple[list[MarkedNote], list[MarkedNote]]:
    """The notes to learn from and those to choose a checkpoint by, parted by a hash of the id."""
    learn: list[MarkedNote] = []
    held: list[MarkedNote] = []
    for note in notes:
        (held if is_held_out(note.id, recipe) else learn).append(note)
    return learn, held


def is_held_out(identity: str, recipe: Recipe) -> bool:
    """Whether a note with this id is not learnt from."""
    draw = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4]) / 2**32
    return draw < recipe.held_out_share


def parted(
    notes: Iterable[MarkedNote], letters: str | None
) -> tuple[list[MarkedNote], list[MarkedNote]]:
    """The notes whose ids do not begin with these letters, and those whose ids do."""
    kept: list[MarkedNote] = []
    left_out: list[MarkedNote] = []
    for note in notes:
        (left_out if letters and note.id.startswith(letters) else kept).append(note)
    return kept, left_out


def pools_of(notes: Iterable[MarkedNote]) -> dict[Label, list[str]]:
    """For each label, the values that these notes have, without repeats, sorted."""
    values: dict[Label, set[str]] = {label: set() for label in Label}
    for note in notes:
        for span, label in note.marks:
            values[label].add(span.of(note.text))
    return {label: sorted(found) for label, found in values.items()}


def token_classes(tokens: Tokens, marks: Sequence[tuple[Span, Label]]) -> list[int]:
    """The class of each token: `B-` on the first that touches a mark, `I-` on the others."""
    classes = [0] * len(tokens)
    waiting = iter(marks)
    mark = next(waiting, None)
    begun = False
    for index, span in enumerate(tokens.spans):
        while mark is not None and mark[0].end <= span.start:
            mark, begun = next(waiting, None), False
        if mark is not None and mark[0].overlaps(span):
            classes[index] = _BEGIN[mark[1]] + begun
            begun = True
    return classes


def examples(
    note: MarkedNote, tokenizer: Tokenizer, marks: Marks, plan: WindowPlan, phase: int, *,
    coarse: bool = False,
) -> Iterator[Example]:  # fmt: skip
    """The windows of one note; if `coarse`, with the first label of each category for all."""
    tokens = tokenize(note.text, tokenizer)
    marked = [(span, _COARSE[label]) for span, label in note.marks] if coarse else note.marks
    classes = token_classes(tokens, marked)
    for window in random_phase(len(tokens), plan, phase):
        ids, shapes = framed(tokens, window, marks)
        yield Example(ids, shapes, [IGNORED, *classes[window.start : window.stop], IGNORED])


def batches(rows: Iterable[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of windows of like length, in random order."""
    ordered = sorted(rows, key=lambda row: (len(row.ids), rng.random()))
    made = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    rng.shuffle(made)
    return made
