"""Counts of what was marked and what was predicted, and the rates that they give. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import asdict, dataclass
from typing import Protocol, TypeVar

from deid.datatypes import Span
from deid.labels import Label

_T = TypeVar("_T")


class Labelled(Protocol):
    """A span with a label: a `LabelledSpan` or a `Finding`."""

    @property
    def span(self) -> Span:
        """Where."""

    @property
    def label(self) -> Label:
        """What kind."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many there were to find, and how many of them were; how many predicted, and how right.

    Attributes:
        gold: marked by people.
        found: those of `gold` that a prediction answers to.
        predicted: predicted by the program.
        right: those of `predicted` that a mark answers to.
    """

    gold: int = 0
    found: int = 0
    predicted: int = 0
    right: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.gold + other.gold,
            self.found + other.found,
            self.predicted + other.predicted,
            self.right + other.right,
        )

    @property
    def recall(self) -> float | None:
        """Share of the marked that was found, 0 to 1; None if nothing was marked."""
        return self.found / self.gold if self.gold else None

    @property
    def precision(self) -> float | None:
        """Share of the predicted that was right, 0 to 1; None if nothing was predicted."""
        return self.right / self.predicted if self.predicted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of recall and precision; None if either is."""
        recall, precision = self.recall, self.precision
        if recall is None or precision is None:
            return None
        return harmonic_mean(recall, precision)

    def as_json(self) -> dict[str, object]:
        """Rates and counts; a rate of nothing is None."""
        rates = {name: getattr(self, name) for name in ("recall", "precision", "f1")}
        return {**rates, **asdict(self)}


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """What became of one label, or of several together.

    Attributes:
        spans: marks of the label.
        spans_found: those of them whose letters and digits are all covered, by whatever label.
        characters: of its marks, found under whatever label; of its predictions, right if inside
            whatever mark.
    """

    spans: int = 0
    spans_found: int = 0
    characters: Agreement = Agreement()

    def __add__(self, other: LabelAgreement) -> LabelAgreement:
        return LabelAgreement(
            self.spans + other.spans,
            self.spans_found + other.spans_found,
            self.characters + other.characters,
        )

    def as_json(self) -> dict[str, object]:
        """Counts, and the rates of the characters."""
        return {
            "spans": self.spans,
            "spans_found": self.spans_found,
            "characters": self.characters.as_json(),
        }


def harmonic_mean(recall: float, precision: float) -> float:
    """F1; 0 where both are 0."""
    total = recall + precision
    return 2 * recall * precision / total if total else 0.0


def agreement_of(gold: Set[_T], predicted: Set[_T]) -> Agreement:
    """How far two sets are the same."""
    both = len(gold & predicted)
    return Agreement(gold=len(gold), found=both, predicted=len(predicted), right=both)
