"""What lies on the desk: a note, how it stands with it, and what is asked of `deid` for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from deid import (
    Act,
    Document,
    Finding,
    NoteFile,
    Policy,
    Redacted,
    Resolution,
    Review,
    Step,
)
from deid.errors import InputError
from deid.policy import Unexamined
from deid.review import Caught

Withhold = Callable[[Resolution, Policy], tuple[Finding, ...]]
"""Chooses which findings of one note its reviewer is not shown. Any thread may ask."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note on the desk.

    Attributes:
        document: its text.
        file: what writes it back in the same form.
        path: where it was read; None if it was typed or pasted.
        content: SHA-256, in hex, of the bytes that it was read from.
        output: the folder that its redacted copy goes to; None: beside it.
        chosen_patient: the key of its patient, where somebody chose that.
        of: its number in the list that its file is, from 0, and of how many; None: the file is
            this one note.
    """

    document: Document
    file: NoteFile
    path: Path | None = field(repr=False)
    content: str = ""
    output: Path | None = field(default=None, repr=False)
    chosen_patient: str = field(default="", repr=False)
    of: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """What an examination of a note gave.

    Attributes:
        resolution: the identifiers.
        stamp: digest of the rules, the model and the policy that it was made with.
        target: where the redacted note may be saved.
        withheld: those of the identifiers that the reviewer is not shown.
    """

    resolution: Resolution
    stamp: str
    target: Path = field(repr=False)
    withheld: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Recalled:
    """The review of a note as it was kept.

    Attributes:
        review: with all that was done and undone.
        stamp: what its findings were made with.
        released: whether it was saved as it stands.
    """

    review: Review
    stamp: str
    released: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A redacted note that was written, or is held until a second person releases it.

    Attributes:
        target: where.
        replaced: how many findings were replaced in it.
        measured: what the reviewer caught of what was withheld; None where nothing was.
        held: whether it is held.
        reviewed: whether it is one note of several, which was reviewed: nothing is written before
            all of them are.
    """

    target: Path = field(repr=False)
    replaced: int
    measured: Caught | None = None
    held: bool = False
    reviewed: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A note of several whose review ended.

    Attributes:
        review: as it was kept.
        content: SHA-256, in hex, of the bytes that the note was read from.
        stamp: what its findings were made with.
        certain_from: the certainty from which on a finding needed no look.
    """

    review: Review
    content: str
    stamp: str
    certain_from: float


class Unfinished(InputError):
    """Notes of a file have to be looked at once more before it can be written.

    Attributes:
        parts: their numbers in the file, from 0.
    """

    def __init__(self, message: str, parts: Sequence[int]) -> None:
        super().__init__(message)
        self.parts = tuple(parts)


class Engine(Protocol):
    """What the window asks of `deid`. Every method may take long and is called in a job."""

    def load(self) -> tuple[str, ...]:
        """Load detectors, log and keys, and name the detectors."""

    def measures(self) -> bool:
        """Whether findings are withheld from reviewers, to measure what they catch."""

    def read(
        self,
        path: Path,
        *,
        patient: str = "",
        part: int | None = None,
        unexamined: Unexamined = Unexamined.REFUSE,
    ) -> Note:
        """A note in a file."""

    def take(self, text: str) -> Note:
        """A note that was typed or pasted."""

    def examine(self, note: Note, policy: Policy) -> Examined:
        """The identifiers of a note."""

    def look_again(self, note: Note, policy: Policy) -> Resolution:
        """Everything in a note that may be an identifier, however unlikely."""

    def stamp(self, policy: Policy) -> str:
        """Digest of the rules, the model and the policy."""

    def redact(self, note: Note, state: Review, policy: Policy) -> Redacted:
        """The note as it would be saved, with what is left in it."""

    def propose(self, note: Note, policy: Policy) -> Path:
        """Where the redacted note may be saved."""

    def save(
        self, note: Note, state: Review, redacted: Redacted, policy: Policy, target: Path
    ) -> None:
        """Log the redactions, then write the file."""


class Keeper(Protocol):
    """Who keeps what is done on the desk, so that it outlives the program."""

    def recall(self, note: Note, then: Callable[[Recalled | None], None]) -> None:
        """Hand over what was kept of the review of this note, now or later."""

    def keep(self, note: Note, review: Review, stamp: str) -> None:
        """Keep a review that an examination began."""

    def keep_step(self, act: Act, step: Step) -> None:
        """Keep what was done or undone."""

    def announce(self, target: Path, then: Callable[[], None]) -> None:
        """Keep where the result will be saved, then go on."""


class Unkept:
    """Keeps nothing."""

    def recall(self, note: Note, then: Callable[[Recalled | None], None]) -> None:
        """Nothing was kept."""
        then(None)

    def keep(self, note: Note, review: Review, stamp: str) -> None:
        """Keep nothing."""

    def keep_step(self, act: Act, step: Step) -> None:
        """Keep nothing."""

    def announce(self, target: Path, then: Callable[[], None]) -> None:
        """Go on."""
        then()


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
