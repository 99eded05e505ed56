"""Scores as the scripts of the i2b2/UTHealth 2014 shared task give them (Stubbs et al. 2015).

Spans are compared in the types of i2b2 2014, to which `deid.labels` maps ours: PERSON is PATIENT
there, COUNTY is LOCATION-OTHER and AGE90 is AGE.

- *strict*: both offsets and the type agree; *relaxed*: the end may differ by up to two characters;
- *token*: runs of `[a-zA-Z0-9]` within each span; a span without any counts as one empty token;
- *binary*: offsets only;
- *HIPAA*: only spans of the types that the scripts take for HIPAA's. They name IDNUM too, but with
  a blank behind it, so that it never counts; nor does it here, for figures to be comparable.

*Micro* pools all notes. *Macro* is the mean over notes; a note with nothing to find, or with
nothing predicted, counts as 0, and F1 is that of the two means. Relaxed figures equal the scripts'
where no two spans of one type begin at the same place, as with the findings that are kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.evaluate.agreement import Agreement, agreement_of, harmonic_mean
from deid.evaluate.gold import GoldNote, LabelledSpan

LEEWAY: Final = 2
"""Characters by which the end of a span may differ in a relaxed comparison."""

HIPAA_TYPES: Final = frozenset(
    {
        *("PATIENT", "AGE", "DATE", "CITY", "STREET", "ZIP", "ORGANIZATION"),
        *("PHONE", "FAX", "EMAIL", "SSN", "MEDICALRECORD", "HEALTHPLAN", "ACCOUNT"),
        *("LICENSE", "VEHICLE", "DEVICE", "BIOID"),
    }
)

_TOKEN: Final = re.compile(r"[a-zA-Z0-9]+")


class Comparison(StrEnum):
    """What is compared."""

    TOKEN = "token"  # noqa: S105 - no password
    STRICT = "strict"
    RELAXED = "relaxed"
    BINARY_TOKEN = "binary-token"  # noqa: S105 - no password
    BINARY_STRICT = "binary-strict"


class Subset(StrEnum):
    """Which types count."""

    ALL = "all"
    HIPAA = "hipaa"


@dataclass(frozen=True, slots=True)
class Tally:
    """What one comparison comes to over some notes.

    Attributes:
        micro: of all notes pooled.
        notes: how many.
        recalls: sum of the notes' recalls, and of their squares.
        precisions: sum of the notes' precisions, and of their squares.
    """

    micro: Agreement = field(default_factory=Agreement)
    notes: int = 0
    recalls: tuple[float, float] = (0.0, 0.0)
    precisions: tuple[float, float] = (0.0, 0.0)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.micro + other.micro,
            self.notes + other.notes,
            (self.recalls[0] + other.recalls[0], self.recalls[1] + other.recalls[1]),
            (
                self.precisions[0] + other.precisions[0],
                self.precisions[1] + other.precisions[1],
            ),
        )

    @property
    def macro_recall(self) -> float:
        """Mean of the notes' recalls."""
        return self.recalls[0] / self.notes if self.notes else 0.0

    @property
    def macro_precision(self) -> float:
        """Mean of the notes' precisions."""
        return self.precisions[0] / self.notes if self.notes else 0.0

    @property
    def macro_f1(self) -> float:
        """F1 of the two means."""
        return harmonic_mean(self.macro_recall, self.macro_precision)

    def as_json(self) -> dict[str, object]:
        """Rates and counts; standard deviations are those of the notes, not of a sample."""
        return {
            "micro": self.micro.as_json(),
            "macro": {
                "recall": self.macro_recall,
                "recall_sd": self._deviation(self.recalls),
                "precision": self.macro_precision,
                "precision_sd": self._deviation(self.precisions),
                "f1": self.macro_f1,
            },
        }

    def _deviation(self, sums: tuple[float, float]) -> float:
        if not self.notes:
            return 0.0
        mean = sums[0] / self.notes
        return math.sqrt(max(sums[1] / self.notes - mean * mean, 0.0))


Tallies = Mapping[tuple[Comparison, Subset], Tally]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span or a token as the scripts see it."""

    start: int
    end: int
    type: str


def tallies(note: GoldNote, predicted: Sequence[LabelledSpan]) -> Tallies:
    """What every comparison of one note comes to, for every subset."""
    found = {}
    for subset in Subset:
        gold, said = _pieces(note.spans, subset), _pieces(predicted, subset)
        gold_tokens, said_tokens = _tokens(note.text, gold), _tokens(note.text, said)
        found[Comparison.TOKEN, subset] = _tally(agreement_of(gold_tokens, said_tokens))
        found[Comparison.STRICT, subset] = _tally(agreement_of(gold, said))
        found[Comparison.RELAXED, subset] = _tally(_relaxed(gold, said))
        found[Comparison.BINARY_TOKEN, subset] = _tally(
            agreement_of(_untyped(gold_tokens), _untyped(said_tokens))
        )
        found[Comparison.BINARY_STRICT, subset] = _tally(
            agreement_of(_untyped(gold), _untyped(said))
        )
    return found


def _pieces(spans: Iterable[LabelledSpan], subset: Subset) -> set[_Piece]:
    pieces = {_Piece(one.span.start, one.span.end, one.label.names.i2b2_type) for one in spans}
    if subset is Subset.ALL:
        return pieces
    return {piece for piece in pieces if piece.type in HIPAA_TYPES}


def _tokens(text: str, pieces: Iterable[_Piece]) -> set[_Piece]:
    tokens: set[_Piece] = set()
    for piece in pieces:
        matches = list(_TOKEN.finditer(text, piece.start, piece.end))
        tokens.update(_Piece(match.start(), match.end(), piece.type) for match in matches)
        if not matches:
            tokens.add(_Piece(piece.end, piece.end, piece.type))
    return tokens


def _untyped(pieces: Iterable[_Piece]) -> set[tuple[int, int]]:
    return {(piece.start, piece.end) for piece in pieces}


def _relaxed(gold: set[_Piece], said: set[_Piece]) -> Agreement:
    return Agreement(
        gold=len(gold), found=_near(gold, said), predicted=len(said), right=_near(said, gold)
    )


def _near(pieces: set[_Piece], others: set[_Piece]) -> int:
    """How many of the pieces have one of the others that differs in its end only, by little."""
    return sum(
        any(
            _Piece(piece.start, piece.end + shift, piece.type) in others
            for shift in range(-LEEWAY, LEEWAY + 1)
        )
        for piece in pieces
    )


def _tally(micro: Agreement) -> Tally:
    recall, precision = micro.recall or 0.0, micro.precision or 0.0
    return Tally(micro, 1, (recall, recall**2), (precision, precision**2))
