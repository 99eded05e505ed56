"""A tuned model beside the one that it came from, on the same notes. Without torch.

Intervals are of whole patients drawn anew, since the notes of one patient are alike. Nothing here
chooses anything. On notes of a site's own patients every figure is computed without noise, so no ε
covers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from deid import resources
from deid.datatypes import Document
from deid.evaluate import GoldNote, Labelled, LabelledSpan, Scores, read_gold, score_each, total
from deid.evaluate.agreement import LabelAgreement
from deid.evaluate.groups import GROUPINGS
from deid.evaluate.intervals import (
    CHARACTER_PRECISION,
    CHARACTER_RECALL,
    Figure,
    Interval,
    differences,
    intervals,
    recall_of,
)
from deid.evaluate.perturbations import FAMILIES, Family, perturb
from deid.labels import Label
from deid.pipeline import Deidentifier
from deid.policy import Policy
from deid.stopping import stop_if_asked
from deid.training.cohort.patients import Cohort
from deid.training.examples import is_held_out
from deid.training.recipe import Recipe

Predict = Callable[[GoldNote], Sequence[Labelled]]
"""From a note to what is found in it."""

SPOILT: Final = ("upper-case", "lower-case", "typos", "ocr", "joined-lines")
"""Families of perturbations that notes are looked at with, one after the other."""

_STYLE: Final = GROUPINGS[0]
_SEED: Final = 1
_MOST_SPOILT: Final = 60
_FEWEST: Final = 20
"""Marks of a label below which it is not told apart."""
_FEWEST_NOTES: Final = 3
"""The same for notes of a style: of the shipped ones there are few of each."""


@dataclass(frozen=True, slots=True)
class Change:
    """A figure with the model in use, with the tuned one, and the difference.

    Attributes:
        before: with its 95 % interval.
        after: the same.
        change: `after` less `before`, by paired draws.
    """

    before: Interval
    after: Interval
    change: Interval


@dataclass(frozen=True, slots=True)
class Compared:
    """Some notes, or one label in all of them.

    Attributes:
        name: which ones: "all", a label, a style, or a family of perturbations.
        notes: how many.
        recall: of characters of identifiers; None where nothing is marked.
        precision: of characters removed; None where nothing is removed, and for a label.
    """

    name: str
    notes: int
    recall: Change | None
    precision: Change | None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that was compared on the notes of some patients.

    Attributes:
        patients: how many.
        overall: all notes.
        labels: each label that is marked often enough.
        styles: each style of note, where the notes say their style.
        spoilt: some of the notes, made harder to read in one way after the other.
    """

    patients: int
    overall: Compared
    labels: tuple[Compared, ...]
    styles: tuple[Compared, ...]
    spoilt: tuple[Compared, ...]

    def as_json(self) -> dict[str, object]:
        """Everything by name, for `json.dumps`; `of_json` reads it."""
        return {
            "patients": self.patients,
            "overall": _tree(self.overall),
            "labels": [_tree(one) for one in self.labels],
            "styles": [_tree(one) for one in self.styles],
            "spoilt": [_tree(one) for one in self.spoilt],
        }

    @classmethod
    def of_json(cls, node: Mapping[str, Any]) -> Results:
        """What `as_json` wrote.

        Raises:
            KeyError: it is not whole.
            TypeError: the same.
            ValueError: the same.
        """
        return cls(
            patients=int(node["patients"]),
            overall=_compared(node["overall"]),
            labels=tuple(_compared(one) for one in node["labels"]),
            styles=tuple(_compared(one) for one in node["styles"]),
            spoilt=tuple(_compared(one) for one in node["spoilt"]),
        )


def with_model(package: Path | None, policy: Policy) -> Predict:
    """What the whole program keeps with this model package, rules and all.

    Args:
        package: its folder; None: the model in use at the site.
        policy: whose thresholds hold.

    Raises:
        ModelError: the package cannot be used.
    """
    deidentifier = Deidentifier.open(policy=policy, model=package)
    return lambda note: deidentifier.analyze(Document(id=note.id, text=note.text)).kept


def gold_by_patient(cohort: Cohort) -> tuple[tuple[GoldNote, ...], ...]:
    """The notes of each patient of a cohort, in the form in which they are measured."""
    return tuple(
        tuple(
            GoldNote(
                f"{number}/{place}", note.text, tuple(LabelledSpan(*mark) for mark in note.marks)
            )
            for place, note in enumerate(patient.notes)
        )
        for number, patient in enumerate(cohort.patients)
    )


def shipped_notes() -> tuple[tuple[GoldNote, ...], ...]:
    """The notes that come with the program and that no model has learnt from, each alone."""
    return _held_out(resources.models() / "corpus")


@cache
def _held_out(corpus: Path) -> tuple[tuple[GoldNote, ...], ...]:
    recipe = Recipe()
    return tuple((note,) for note in read_gold(corpus) if is_held_out(note.id, recipe))


def compare_models(
    patients: Sequence[Sequence[GoldNote]], *, before: Predict, after: Predict,
    spoilt: Sequence[str] = SPOILT,
) -> Results:  # fmt: skip
    """Both models on the same notes.

    Args:
        patients: the notes of each; no id twice.
        before: the model in use.
        after: the tuned one.
        spoilt: names of perturbations.

    Raises:
        DetectionIncomplete: a note could not be examined, or somebody asked to stop.
    """
    pair = _Pair(patients, before, after)
    return Results(
        patients=len(patients),
        overall=pair.compared("all", _BOTH),
        labels=tuple(pair.labels()),
        styles=tuple(pair.styles()),
        spoilt=tuple(
            _Pair(_spoilt(patients, FAMILIES[name]), before, after).compared(name, _BOTH)
            for name in spoilt
        ),
    )


def examinations(patients: Sequence[Sequence[GoldNote]]) -> int:
    """How many notes both models together examine in `compare_models`."""
    return 2 * (sum(map(len, patients)) + len(SPOILT) * len(_to_spoil(patients)))


_BOTH: Final = (CHARACTER_RECALL, CHARACTER_PRECISION)


class _Pair:
    """The scores of both models on every note, patient by patient."""

    def __init__(
        self, patients: Sequence[Sequence[GoldNote]], before: Predict, after: Predict
    ) -> None:
        self._patients = patients
        self._before = [_scores(notes, before) for notes in patients]
        self._after = [_scores(notes, after) for notes in patients]

    def compared(
        self, name: str, figures: Sequence[Figure],
        within: Callable[[GoldNote], bool] = lambda _: True,
    ) -> Compared:  # fmt: skip
        """Recall, and precision where it is asked for, on the notes within."""
        kept = [[within(note) for note in notes] for notes in self._patients]
        before, after = _totals(self._before, kept), _totals(self._after, kept)
        changes = [
            Change(*row) if all(row) else None  # type: ignore[arg-type]
            for row in zip(
                intervals(before, figures), intervals(after, figures),
                differences(after, before, figures), strict=True,
            )
        ]  # fmt: skip
        recall, precision = [*changes, None][:2]
        return Compared(name, sum(map(sum, kept)), recall, precision)

    def labels(self) -> Iterator[Compared]:
        marked = total([one for notes in self._before for one in notes]).labels
        for label, found in marked.items():
            if found.spans >= _FEWEST:
                yield self.compared(str(label), (_recall_of(label),))

    def styles(self) -> Iterator[Compared]:
        styles = [_style(note) for own in self._patients for note in own]
        for style in sorted({one for one in styles if one and styles.count(one) >= _FEWEST_NOTES}):
            yield self.compared(style, _BOTH, partial(_is_of, style))


def _scores(notes: Sequence[GoldNote], predict: Predict) -> tuple[Scores, ...]:
    found = {}
    for note in notes:
        stop_if_asked()
        found[note.id] = predict(note)
    return score_each(notes, found)


def _totals(patients: Sequence[Sequence[Scores]], kept: Sequence[Sequence[bool]]) -> list[Scores]:
    """The scores of each patient who has a note among those kept, over these notes."""
    chosen = [
        [one for one, stays in zip(notes, flags, strict=True) if stays]
        for notes, flags in zip(patients, kept, strict=True)
    ]
    return [total(notes) for notes in chosen if notes]


def _style(note: GoldNote) -> str:
    return note.metadata.get(_STYLE, "")


def _is_of(style: str, note: GoldNote) -> bool:
    return _style(note) == style


def _recall_of(label: Label) -> Figure:
    return recall_of(
        str(label), lambda scores: scores.labels.get(label, LabelAgreement()).characters
    )


def _spoilt(
    patients: Sequence[Sequence[GoldNote]], family: Family
) -> tuple[tuple[GoldNote, ...], ...]:
    return tuple((perturb(note, family, seed=_SEED),) for note in _to_spoil(patients))


def _to_spoil(patients: Sequence[Sequence[GoldNote]]) -> tuple[GoldNote, ...]:
    """One note of each of some patients, to be made harder to read."""
    each = max(1, -(-len(patients) // _MOST_SPOILT))
    return tuple(notes[0] for notes in patients[::each] if notes)


def _tree(one: Compared) -> dict[str, object]:
    return {
        "name": one.name,
        "notes": one.notes,
        "recall": _change_tree(one.recall),
        "precision": _change_tree(one.precision),
    }


def _change_tree(change: Change | None) -> dict[str, object] | None:
    if change is None:
        return None
    return {name: getattr(change, name).as_json() for name in ("before", "after", "change")}


def _compared(node: Mapping[str, Any]) -> Compared:
    return Compared(
        str(node["name"]), int(node["notes"]), _change(node["recall"]), _change(node["precision"])
    )


def _change(node: Mapping[str, Any] | None) -> Change | None:
    if node is None:
        return None
    return Change(
        *(
            Interval(*(float(node[part][name]) for name in ("value", "low", "high")))
            for part in ("before", "after", "change")
        )
    )
