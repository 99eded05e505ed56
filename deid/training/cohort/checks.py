"""Whether a cohort can be learnt from, and what speaks against it (pure).

No message holds a key, an id or text of a note.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from deid.errors import InputError, counted
from deid.labels import Label
from deid.training.cohort.patients import Cohort, Unit
from deid.training.examples import MERGED

LEAST_LEARNT: Final = 20
"""Patients below which nothing is learnt that another site's notes would not teach better."""
LEAST_HELD: Final = 5
"""Held-out patients below which recall on them says nothing."""
FEW_FOR_PRIVACY: Final = 200
"""Patients below which the noise of a private training leaves little of what it learns."""
_MOST: Final = 0.5
_FEW_PATIENTS: Final = (
    "there {are} {count} to {what}, and it takes at least {least}: "
    "gather more reviewed notes, or name the patients of more of them"
)


class ConcernKind(StrEnum):
    """What speaks against a cohort that can be learnt from all the same."""

    FEW_FOR_PRIVACY = "few-for-privacy"
    ONE_PATIENT = "one-patient"
    UNMARKED = "unmarked"
    NOTE_LEVEL = "note-level"
    SAME_TEXT = "same-text"


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that whoever starts a training ought to know.

    Attributes:
        kind: what it is.
        count: of how many patients or notes.
        of: of how many of them in all.
    """

    kind: ConcernKind
    count: int
    of: int

    @property
    def message(self) -> str:
        """It in words."""
        return _WORDS[self.kind].format(count=self.count, of=self.of)


_WORDS: Final = {
    ConcernKind.FEW_FOR_PRIVACY: (
        "{count} patients are few for differential privacy: below {of}, the noise leaves little of "
        "what could be learnt"
    ),
    ConcernKind.ONE_PATIENT: (
        "one patient has {count} of the {of} notes; a step looks at a few windows of each patient, "
        "so this one counts no more than any other"
    ),
    ConcernKind.UNMARKED: (
        "{count} of the {of} notes have no mark: if they were not looked at, take them out, for "
        "the model would learn to pass identifiers over"
    ),
    ConcernKind.NOTE_LEVEL: (
        "each of the {count} notes is taken for a patient: the guarantee speaks of one note, and "
        "a patient with several is protected less"
    ),
    ConcernKind.SAME_TEXT: (
        "{count} of the {of} notes have a text that another patient's note has too: if they are "
        "one person under two keys, the guarantee speaks of the notes of one key"
    ),
}


def check(
    learn: Cohort, held: Cohort, *, labels: AbstractSet[Label], private: bool
) -> tuple[Concern, ...]:
    """What speaks against these patients.

    Args:
        learn: those to learn from.
        held: those to measure on.
        labels: those that the model to begin from tells apart.
        private: whether the training is to be differentially private.

    Raises:
        InputError: nothing can be learnt from them, or nothing be measured.
    """
    _check_counts(learn, held)
    _check_labels((learn, held), labels)
    for cohort, what in ((learn, "learn from"), (held, "measure on")):
        if not any(note.marks for note in cohort.notes):
            raise InputError(
                f"none of the {len(cohort.notes)} notes to {what} has a mark: name notes that were "
                "reviewed or marked"
            )
    return tuple(_concerns(learn, held, private=private))


def _check_counts(learn: Cohort, held: Cohort) -> None:
    who = "note" if learn.unit is Unit.NOTE else "patient"
    for cohort, what, least in (
        (learn, "learn from", LEAST_LEARNT),
        (held, "measure on", LEAST_HELD),
    ):
        if len(cohort) < least:
            raise InputError(
                _FEW_PATIENTS.format(
                    are="is" if len(cohort) == 1 else "are",
                    count=counted(len(cohort), who),
                    what=what,
                    least=least,
                )
            )


def _check_labels(cohorts: Iterable[Cohort], labels: AbstractSet[Label]) -> None:
    used = {label for cohort in cohorts for note in cohort.notes for _, label in note.marks}
    unknown = sorted(label for label in used if MERGED.get(label, label) not in labels)
    if unknown:
        raise InputError(
            f"the model knows no {', '.join(unknown)}: mark these as labels that it has, or begin "
            "from a model that has them"
        )


def _concerns(learn: Cohort, held: Cohort, *, private: bool) -> Iterator[Concern]:
    notes = len(learn.notes)
    if learn.unit is Unit.NOTE:
        yield Concern(ConcernKind.NOTE_LEVEL, notes, notes)
    if private and len(learn) < FEW_FOR_PRIVACY:
        yield Concern(ConcernKind.FEW_FOR_PRIVACY, len(learn), FEW_FOR_PRIVACY)
    largest = max(len(patient.notes) for patient in learn.patients)
    if largest > _MOST * notes:
        yield Concern(ConcernKind.ONE_PATIENT, largest, notes)
    unmarked = sum(not note.marks for note in learn.notes)
    if unmarked > _MOST * notes:
        yield Concern(ConcernKind.UNMARKED, unmarked, notes)
    shared = _shared_texts(learn, held)
    if shared and learn.unit is Unit.PATIENT:
        yield Concern(ConcernKind.SAME_TEXT, shared, notes + len(held.notes))


def _shared_texts(*cohorts: Cohort) -> int:
    """How many notes have a text that a note of another patient has too, blanks aside."""
    owners: defaultdict[bytes, list[str]] = defaultdict(list)
    for cohort in cohorts:
        for patient in cohort.patients:
            for note in patient.notes:
                words = " ".join(note.text.split()).encode("utf-8", "surrogatepass")
                owners[sha256(words).digest()].append(patient.key)
    return sum(len(keys) for keys in owners.values() if len(set(keys)) > 1)
