"""What a family of perturbations is, and the commonest way to make its edits. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote
from deid.evaluate.perturbations.edits import Edit, apply_edits, pieces, sparing
from deid.labels import ID_LABELS, NAME_LABELS, Label

EditsOf = Callable[[GoldNote, random.Random, float], Iterable[Edit]]
"""From a note, a source of chance and a rate (0 to 1) to edits that no mark's end lies inside."""

Rewrite = Callable[[re.Match[str], random.Random], str]
"""From a place that an expression found to what stands there afterwards."""

EVERY: Final = frozenset(Label)
NAMES: Final = NAME_LABELS
IDS: Final = ID_LABELS - {Label.USERNAME}
DATES: Final = frozenset({Label.DATE})
PHONES: Final = frozenset({Label.PHONE, Label.FAX})


class Severity(StrEnum):
    """How much a reader is held up."""

    LIGHT = "light"
    """Hardly noticed."""
    MEDIUM = "medium"
    """Noticed, and read without effort: what ordinary notes, exports and scans look like."""
    HARD = "hard"
    """Read with effort."""


class Scope(StrEnum):
    """Which part of a note a family changes."""

    VALUES = "values"
    """Only what is marked; every character outside the marks stays."""
    NOTE = "note"
    """What is marked, what stands around it, or both."""


@dataclass(frozen=True, slots=True)
class Family:
    """One way in which notes are spoilt.

    Attributes:
        name: unique, in lower case with hyphens.
        severity: at the default rate.
        scope: what is changed.
        rate: default share of the places where it can happen at which it does, 0 to 1.
        what: what is done, in a few words.
        edits: the edits.
    """

    name: str
    severity: Severity
    scope: Scope
    rate: float
    what: str
    edits: EditsOf


def perturb(note: GoldNote, family: Family, *, seed: int, rate: float | None = None) -> GoldNote:
    """The note spoilt, every mark around what became of its value; the same for the same seed.

    A value is left alone where nothing visible would be left of it.

    Args:
        note: as people marked it.
        family: how it is spoilt.
        seed: together with the family and the note's id, it decides on all that is drawn.
        rate: share of the places, 0 to 1; None: the family's own.
    """
    rng = random.Random(f"{seed}/{family.name}/{note.id}")  # noqa: S311 - tests, no secret
    drawn = family.edits(note, rng, family.rate if rate is None else rate)
    return apply_edits(note, sparing(note, drawn))


def rewriting(expression: str, rewrite: Rewrite, *, labels: frozenset[Label] | None) -> EditsOf:
    """Edits that rewrite what an expression finds, never across an end of a mark.

    Args:
        expression: matched in each piece of the note; it sees what stands before the piece.
        rewrite: gives the new text.
        labels: only in marks of these; None: in the whole note.
    """
    compiled = re.compile(expression, re.MULTILINE | re.DOTALL)

    def edits(note: GoldNote, rng: random.Random, rate: float) -> Iterator[Edit]:
        for piece in pieces(note):
            if labels is not None and not piece.labels & labels:
                continue
            for match in compiled.finditer(note.text, piece.span.start, piece.span.end):
                # What is put in where a mark begins would stand outside of it.
                outside = labels is not None and match.end() == piece.span.start
                if not outside and rng.random() < rate:
                    text = rewrite(match, rng)
                    if text != match.group():
                        yield Edit(Span(*match.span()), text)

    return edits


def always(text: str) -> Rewrite:
    """Rewrites every place to the same text."""
    return lambda match, rng: text


def one_of(*texts: str) -> Rewrite:
    """Rewrites a place to one of these."""
    return lambda match, rng: rng.choice(texts)
