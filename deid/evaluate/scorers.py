"""How well predicted spans agree with the marks of people. Pure.

What is counted:

- *Characters* are those that are not blank (`str.isspace`), so that it does not matter whether
  a blank or a line end inside an identifier was marked; punctuation counts.
- *Binary* asks only whether a character is part of any identifier; *typed* counts pairs of a
  character and a label.
- *Strict* spans agree in both offsets and in the label; *overlapping* spans share a character
  that is not blank, whatever their labels.
- A note is *without a leak* if every letter and digit of every mark is covered by a prediction,
  whatever its label: what a reader of the redacted note could see is none of the marks.
- *Wrongly removed* are characters of predictions outside all marks, per 1,000 characters of text.

Binary character figures run higher than strict span figures: never compare one with the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Protocol, TypeVar

from deid.datatypes import Span
from deid.errors import MalformedRecord
from deid.evaluate.gold import GoldNote, LabelledSpan
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
        total = recall + precision
        return 2 * recall * precision / total if total else 0.0


@dataclass(frozen=True, slots=True)
class LabelAgreement:
    """What became of one label.

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


@dataclass(frozen=True, slots=True)
class Scores:
    """The whole result. The module's docstring says what each count means.

    Attributes:
        notes: all notes.
        notes_without_leak: those in which nothing marked was left uncovered.
        text_characters: characters of all notes that are not blank.
        characters: binary agreement of characters.
        characters_typed: agreement of pairs of a character and a label.
        spans_strict: agreement of spans in offsets and label.
        spans_overlapping: agreement of spans that overlap, whatever their labels.
        labels: every label that was marked or predicted, in the order of `Label`.
    """

    notes: int
    notes_without_leak: int
    text_characters: int
    characters: Agreement
    characters_typed: Agreement
    spans_strict: Agreement
    spans_overlapping: Agreement
    labels: Mapping[Label, LabelAgreement]

    @property
    def wrongly_removed(self) -> float:
        """Characters removed that no one marked, per 1,000 characters of text."""
        extra = self.characters.predicted - self.characters.right
        return 1000 * extra / self.text_characters if self.text_characters else 0.0

    def as_json(self) -> dict[str, object]:
        """All counts and rates as a tree for `json.dumps`; a rate of nothing is null."""
        return {
            "notes": self.notes,
            "notes_without_leak": self.notes_without_leak,
            "text_characters": self.text_characters,
            "wrongly_removed_per_1000": self.wrongly_removed,
            "characters": _tree(self.characters),
            "characters_typed": _tree(self.characters_typed),
            "spans_strict": _tree(self.spans_strict),
            "spans_overlapping": _tree(self.spans_overlapping),
            "labels": {
                str(label): {
                    "spans": one.spans,
                    "spans_found": one.spans_found,
                    "characters": _tree(one.characters),
                }
                for label, one in self.labels.items()
            },
        }


def score(gold: Iterable[GoldNote], predictions: Mapping[str, Sequence[Labelled]]) -> Scores:
    """How well the predictions of every note agree with its marks.

    Args:
        gold: the marked notes.
        predictions: spans of each note by its id, in any order; they may overlap.

    Raises:
        MalformedRecord: a note has no entry in `predictions`, or one reaches behind its text.
    """
    notes = [_score_note(note, _of(note, predictions)) for note in gold]
    return _total(notes)


def _of(note: GoldNote, predictions: Mapping[str, Sequence[Labelled]]) -> Sequence[LabelledSpan]:
    try:
        found = predictions[note.id]
    except KeyError:
        raise MalformedRecord("a note of the gold has no predictions, not even none") from None
    if any(one.span.end > len(note.text) for one in found):
        raise MalformedRecord("a prediction reaches behind the end of its note")
    return sorted({LabelledSpan(one.span, one.label) for one in found})


def _score_note(note: GoldNote, predicted: Sequence[LabelledSpan]) -> Scores:
    text = note.text
    gold_typed = _typed_characters(text, note.spans)
    found_typed = _typed_characters(text, predicted)
    gold_binary = {offset for offset, _ in gold_typed}
    found_binary = {offset for offset, _ in found_typed}
    leaked = {offset for offset in gold_binary - found_binary if text[offset].isalnum()}
    return Scores(
        notes=1,
        notes_without_leak=int(not leaked),
        text_characters=sum(not character.isspace() for character in text),
        characters=_agreement(gold_binary, found_binary),
        characters_typed=_agreement(gold_typed, found_typed),
        spans_strict=_agreement(set(note.spans), set(predicted)),
        spans_overlapping=Agreement(
            gold=len(note.spans),
            found=_touched(text, note.spans, found_binary),
            predicted=len(predicted),
            right=_touched(text, predicted, gold_binary),
        ),
        labels=_by_label(note, predicted, leaked=leaked, gold=gold_binary, found=found_binary),
    )


def _by_label(
    note: GoldNote,
    predicted: Sequence[LabelledSpan],
    *,
    leaked: set[int],
    gold: set[int],
    found: set[int],
) -> Mapping[Label, LabelAgreement]:
    table = {}
    for label in {one.label for one in (*note.spans, *predicted)}:
        marks = [mark for mark in note.spans if mark.label is label]
        own_gold = _characters(note.text, marks)
        own_found = _characters(note.text, [one for one in predicted if one.label is label])
        intact = [mark for mark in marks if leaked.isdisjoint(_offsets(mark.span))]
        table[label] = LabelAgreement(
            spans=len(marks),
            spans_found=len(intact),
            characters=Agreement(
                len(own_gold), len(own_gold & found), len(own_found), len(own_found & gold)
            ),
        )
    return table


def _total(notes: Sequence[Scores]) -> Scores:
    labels = {label for note in notes for label in note.labels}
    nothing = LabelAgreement()
    return Scores(
        notes=len(notes),
        notes_without_leak=sum(note.notes_without_leak for note in notes),
        text_characters=sum(note.text_characters for note in notes),
        characters=sum((note.characters for note in notes), Agreement()),
        characters_typed=sum((note.characters_typed for note in notes), Agreement()),
        spans_strict=sum((note.spans_strict for note in notes), Agreement()),
        spans_overlapping=sum((note.spans_overlapping for note in notes), Agreement()),
        labels=MappingProxyType(
            {
                label: sum((note.labels.get(label, nothing) for note in notes), nothing)
                for label in Label
                if label in labels
            }
        ),
    )


def _offsets(span: Span) -> range:
    return range(span.start, span.end)


def _typed_characters(text: str, marks: Iterable[LabelledSpan]) -> set[tuple[int, Label]]:
    return {(offset, mark.label) for mark in marks for offset in _visible(text, mark.span)}


def _characters(text: str, marks: Iterable[LabelledSpan]) -> set[int]:
    return {offset for mark in marks for offset in _visible(text, mark.span)}


def _visible(text: str, span: Span) -> Iterator[int]:
    return (offset for offset in _offsets(span) if not text[offset].isspace())


def _touched(text: str, marks: Iterable[LabelledSpan], characters: set[int]) -> int:
    """How many of the marks share a visible character with `characters`."""
    return sum(not characters.isdisjoint(_visible(text, mark.span)) for mark in marks)


def _agreement(gold: set[_T], predicted: set[_T]) -> Agreement:
    both = len(gold & predicted)
    return Agreement(gold=len(gold), found=both, predicted=len(predicted), right=both)


def _tree(agreement: Agreement) -> dict[str, object]:
    rates = {name: getattr(agreement, name) for name in ("recall", "precision", "f1")}
    return {**rates, **asdict(agreement)}
