"""What lies on the desk: a note, how it stands with it, and what is asked of `deid` for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from deid import (
    Document,
    Mark,
    MarkState,
    NoteFile,
    OperatorName,
    Policy,
    Redacted,
    Resolution,
    Review,
)

UNCERTAIN_BELOW: Final = 0.85
"""A finding with a lower score wants a look, unless a person has had one."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note on the desk.

    Attributes:
        document: its text.
        file: what writes it back in the same form.
        path: where it was read; None if it was typed or pasted.
    """

    document: Document
    file: NoteFile
    path: Path | None = field(repr=False)


class Engine(Protocol):
    """What the window asks of `deid`. Every method may take long and is called in a job."""

    def load(self) -> tuple[str, ...]:
        """Load detectors, log and keys, and name the detectors."""

    def read(self, path: Path) -> Note:
        """The note in a file."""

    def take(self, text: str) -> Note:
        """A note that was typed or pasted."""

    def examine(self, note: Note, policy: Policy) -> Resolution:
        """The identifiers of a note."""

    def redact(self, note: Note, state: Review, policy: Policy) -> Redacted:
        """The note as it would be saved, with what is left in it."""

    def propose(self, note: Note, policy: Policy) -> Path:
        """Where the redacted note may be saved."""

    def save(
        self, note: Note, state: Review, redacted: Redacted, policy: Policy, target: Path
    ) -> None:
        """Log the redactions, then write the file."""


class Phase(StrEnum):
    """Where the note on the desk stands."""

    EMPTY = "empty"
    DRAFT = "draft"
    EXAMINING = "examining"
    EXAMINED = "examined"
    SAVING = "saving"


class Verdict(StrEnum):
    """What may be done with the note on the desk."""

    NONE = "none"
    WAIT = "wait"
    REVIEW = "review"
    PASS = "pass"  # noqa: S105 - a verdict
    REFUSED = "refused"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many marks of the note there are.

    Attributes:
        replaced: will be replaced.
        uncertain: of these, the ones that want a look.
        rejected: a person chose to leave.
    """

    replaced: int
    uncertain: int
    rejected: int


def stays(mark: Mark, policy: Policy) -> bool:
    """Whether the policy lets a mark's text stay, though it is an identifier."""
    return policy.treatments[mark.finding.label].operator is OperatorName.KEEP


def is_replaced(mark: Mark, policy: Policy) -> bool:
    """Whether a mark's text will not be in the result."""
    return mark.state.replaced and not stays(mark, policy)


def is_uncertain(mark: Mark, policy: Policy) -> bool:
    """Whether a mark wants a look: nobody had one, and the detector is not sure."""
    unsure = mark.state is MarkState.OPEN and mark.finding.score < UNCERTAIN_BELOW
    return unsure and not stays(mark, policy)


def count_marks(marks: Sequence[Mark], policy: Policy) -> Tally:
    """How many marks of each kind there are, as a policy treats them."""
    return Tally(
        replaced=sum(is_replaced(mark, policy) for mark in marks),
        uncertain=sum(is_uncertain(mark, policy) for mark in marks),
        rejected=sum(mark.state is MarkState.REJECTED for mark in marks),
    )
