"""How well predicted spans agree with the marks of people. Pure.

`characters` says what is counted of characters and `shared_task` what the scripts of i2b2 2014
count. Besides:

- *Strict* spans agree in both offsets and in our label; *overlapping* spans share a character that
  is not blank, whatever their labels.
- A note is *without a leak* if every letter and digit of every mark is covered by a prediction,
  whatever its label: what a reader of the redacted note could see is none of the marks.
- *Wrongly removed* are characters of predictions outside all marks, per 1,000 characters of text.
- *Names* are the labels PATIENT, DOCTOR, PERSON and USERNAME together.

Binary character figures run higher than strict span figures: never compare one with the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deid.errors import MalformedRecord
from deid.evaluate.agreement import Agreement, LabelAgreement, Labelled, agreement_of
from deid.evaluate.characters import by_label, characters, overlapping
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.shared_task import Comparison, Subset, Tallies, Tally, tallies
from deid.labels import NAME_LABELS, Label

WHO: Final = NAME_LABELS | {Label.USERNAME}
"""Labels of what names somebody."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The result over one note or many. The module's docstring says what each count means.

    Attributes:
        notes: all notes.
        notes_without_leak: those in which nothing marked was left uncovered.
        text_characters: characters of all notes that are not blank.
        characters: binary agreement of characters.
        characters_typed: agreement of pairs of a character and a label.
        spans_strict: agreement of spans in offsets and label.
        spans_overlapping: agreement of spans that overlap, whatever their labels.
        labels: every label that was marked or predicted, in the order of `Label`.
        shared_task: the measures of i2b2 2014.
    """

    notes: int
    notes_without_leak: int
    text_characters: int
    characters: Agreement
    characters_typed: Agreement
    spans_strict: Agreement
    spans_overlapping: Agreement
    labels: Mapping[Label, LabelAgreement]
    shared_task: Tallies

    @property
    def wrongly_removed(self) -> float:
        """Characters removed that no one marked, per 1,000 characters of text."""
        extra = self.characters.predicted - self.characters.right
        return 1000 * extra / self.text_characters if self.text_characters else 0.0

    @property
    def names(self) -> LabelAgreement:
        """What became of everything that names somebody."""
        found = (one for label, one in self.labels.items() if label in WHO)
        return sum(found, LabelAgreement())

    def as_json(self) -> dict[str, object]:
        """All counts and rates as a tree for `json.dumps`; a rate of nothing is null."""
        return {
            "notes": self.notes,
            "notes_without_leak": self.notes_without_leak,
            "text_characters": self.text_characters,
            "wrongly_removed_per_1000": self.wrongly_removed,
            "characters": self.characters.as_json(),
            "characters_typed": self.characters_typed.as_json(),
            "spans_strict": self.spans_strict.as_json(),
            "spans_overlapping": self.spans_overlapping.as_json(),
            "names": self.names.as_json(),
            "labels": {str(label): one.as_json() for label, one in self.labels.items()},
            "i2b2_2014": {
                str(comparison): {
                    str(subset): self.shared_task[comparison, subset].as_json() for subset in Subset
                }
                for comparison in Comparison
            },
        }


def score(gold: Iterable[GoldNote], predictions: Mapping[str, Sequence[Labelled]]) -> Scores:
    """How well the predictions of all notes agree with their marks.

    Args:
        gold: the marked notes.
        predictions: spans of each note by its id, in any order; they may overlap.

    Raises:
        MalformedRecord: a note has no entry in `predictions`, or one reaches behind its text.
    """
    return total(score_each(gold, predictions))


def score_each(
    gold: Iterable[GoldNote], predictions: Mapping[str, Sequence[Labelled]]
) -> tuple[Scores, ...]:
    """The scores of each note by itself, in the order given; arguments and errors as of `score`."""
    return tuple(_score_note(note, _of(note, predictions)) for note in gold)


def total(notes: Sequence[Scores]) -> Scores:
    """The scores of several notes, or of several results, together."""
    labels = {label for note in notes for label in note.labels}
    nothing = LabelAgreement()
    return Scores(
        notes=sum(note.notes for note in notes),
        notes_without_leak=sum(note.notes_without_leak for note in notes),
        text_characters=sum(note.text_characters for note in notes),
        characters=sum((note.characters for note in notes), Agreement()),
        characters_typed=sum((note.characters_typed for note in notes), Agreement()),
        spans_strict=sum((note.spans_strict for note in notes), Agreement()),
        spans_overlapping=sum((note.spans_overlapping for note in notes), Agreement()),
        labels={
            label: sum((note.labels.get(label, nothing) for note in notes), nothing)
            for label in Label
            if label in labels
        },
        shared_task={
            key: sum((note.shared_task[key] for note in notes), Tally())
            for key in ((comparison, subset) for comparison in Comparison for subset in Subset)
        },
    )


def _of(note: GoldNote, predictions: Mapping[str, Sequence[Labelled]]) -> Sequence[LabelledSpan]:
    try:
        found = predictions[note.id]
    except KeyError:
        raise MalformedRecord("a note of the gold has no predictions, not even none") from None
    if any(one.span.end > len(note.text) for one in found):
        raise MalformedRecord("a prediction reaches behind the end of its note")
    return sorted({LabelledSpan(one.span, one.label) for one in found})


def _score_note(note: GoldNote, predicted: Sequence[LabelledSpan]) -> Scores:
    seen = characters(note, predicted)
    return Scores(
        notes=1,
        notes_without_leak=int(not seen.leaked),
        text_characters=seen.count,
        characters=seen.binary,
        characters_typed=seen.typed,
        spans_strict=agreement_of(set(note.spans), set(predicted)),
        spans_overlapping=overlapping(note, predicted, seen),
        labels=by_label(note, predicted, seen),
        shared_task=tallies(note, predicted),
    )
