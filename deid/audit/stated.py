"""The records in which a person states what was done, each with a statement of its own."""

from __future__ import annotations

from hashlib import sha256

from deid.audit.checkpoint import Checkpoint
from deid.audit.records import (
    Archived,
    BudgetSet,
    Event,
    Exported,
    KeyChanged,
    LeakageMeasured,
    MeasuringChanged,
    ModelDecided,
    ModelEvaluated,
    Record,
    ReleaseDecided,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDrawn,
    SignedOff,
    TrainingEnded,
    TrainingStarted,
    ValueRevealed,
    VerdictGiven,
)
from deid.audit.statement import checkpoint_of
from deid.errors import VerificationFailed

Stated = (
    RoleGranted
    | RoleWithdrawn
    | KeyChanged
    | SampleDrawn
    | VerdictGiven
    | SampleClosed
    | ValueRevealed
    | SignedOff
    | ReleaseDecided
    | Exported
    | MeasuringChanged
    | Archived
    | BudgetSet
    | TrainingStarted
    | TrainingEnded
    | ModelEvaluated
    | LeakageMeasured
    | ModelDecided
)
"""The events that have a `statement`; in some of them it may be None."""


class Statements:
    """The statements of a log so far. Each stands in one record, so that none is used again.

    Otherwise whoever can write to the log could put an old grant behind the withdrawal of the role,
    or an old signature behind what it was not made for. Those in archives are not at hand, so that
    none counts that was signed before the last record that is archived.

    Args:
        archived: how many records, from the first on, are archived from the start.
    """

    def __init__(self, *, archived: int = 0) -> None:
        self._seen: set[bytes] = set()
        self._archived = archived

    def take(self, record: Record) -> None:
        """Remember the statement of the next record, if it has one.

        Raises:
            VerificationFailed: it stands in an earlier record as well, or may stand in an archive.
        """
        event = record.event
        if isinstance(event, Stated) and event.statement is not None:
            digest = sha256(event.statement.encode()).digest()
            if digest in self._seen or checkpoint_of(event.statement).size < self._archived:
                raise VerificationFailed(
                    f"record {record.seq}: the statement was taken from an earlier record"
                )
            self._seen.add(digest)
        if isinstance(event, Archived):
            self._archived = event.stop


def stated_trees(event: Event) -> tuple[Checkpoint, ...]:
    """The trees that the log must have had for what an event states, by their size and root.

    `Roles.after` must have accepted the record before.
    """
    if not isinstance(event, Stated) or event.statement is None:
        return ()
    checkpoint = checkpoint_of(event.statement)
    if isinstance(event, SignedOff):
        signed = Checkpoint(checkpoint.origin, event.size, bytes.fromhex(event.root))
        return checkpoint, signed
    return (checkpoint,)
