"""Names as somebody sees them who has an output alone: stand-ins and leaked names look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from deid.datatypes import Document, Span
from deid.detect.lists import folded_list, protected_terms
from deid.detect.words import common_words, fold_word
from deid.labels import NAME_LABELS, Label
from deid.pipeline import Deidentifier
from deid.redact.placeholders import placeholders

READING_FLOOR: Final = 0.2
"""The least probability from which on the detectors' guesses count as what a reader sees."""

_CAPITALISED: Final = re.compile(r"(?<![\w'’.\-/])[^\W\d_a-z][^\W\d_A-Z]{2,}(?![\w'’/])")
_OPENS: Final = re.compile(r"(?:^|[.:;!?•\-\n\t(\"“])[ \t]*$")
_REACH: Final = 8


@dataclass(frozen=True, slots=True, order=True)
class SeenName:
    """A place of an output that reads as a person's name.

    Attributes:
        note: which of the notes, from 0.
        span: where in its text.
        label: whose name it seems to be: PATIENT, DOCTOR or PERSON.
        score: how sure the detectors are of it, 0 to 1; 0 where only its capital tells.
    """

    note: int
    span: Span
    label: Label
    score: float = field(default=1.0, compare=False)


class NameReader:
    """Marks names in outputs, as somebody does who begins an attack by reading.

    It reads more than the detectors find: their guesses down to a low probability, and besides
    capitalised words in running text that are no ordinary, clinical or geographical ones.

    Args:
        deidentifier: its detectors read; its policy does not matter.
        floor: the least probability of a guess that counts.
    """

    def __init__(self, deidentifier: Deidentifier, *, floor: float = READING_FLOOR) -> None:
        self._deidentifier = deidentifier
        self._floor = floor

    def read(self, number: int, document: Document) -> tuple[SeenName, ...]:
        """The names in a note, disjoint and in the order of the text.

        Args:
            number: the note's number, for what is returned.
            document: the note.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
        again = self._deidentifier.look_again(document, floor=self._floor).kept
        taken = [*(finding.span for finding in again), *placeholders(document.text)]
        seen = [SeenName(number, f.span, f.label, f.score) for f in again if f.label in NAME_LABELS]
        seen += (
            SeenName(number, span, Label.PERSON, 0.0)
            for span in _unusual_words(document.text)
            if not any(span.overlaps(other) for other in taken)
        )
        return tuple(sorted(seen))


def _unusual_words(text: str) -> Iterator[Span]:
    """Capitalised words within a sentence that no list of ordinary words holds."""
    for match in _CAPITALISED.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if not _OPENS.search(before) and not _is_ordinary(fold_word(match.group())):
            yield Span(*match.span())


def _is_ordinary(word: str) -> bool:
    return (
        word in common_words()
        or word in protected_terms()
        or word.removesuffix("s") in common_words()
        or any(word in folded_list(name) for name in _NO_NAMES)
    )


_NO_NAMES: Final = ("countries", "not_people", "not_facilities", "not_places", "abbreviations")
