"""What the worklist holds: notes in work, runs of the command line, choices for folders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class ItemState(StrEnum):
    """How far a note is."""

    WAITING = "waiting"
    """Not examined yet."""

    REVIEW = "review"
    """Examined, with uncertain findings that nobody has decided on."""

    READY = "ready"
    """Examined, and nothing is uncertain any more."""

    REVIEWED = "reviewed"
    """Reviewed as one note of several in its file, which is written once all of them are."""

    DONE = "done"
    """Its redacted copy was released."""

    REFUSED = "refused"
    """It cannot be released; the reason says why."""


class Origin(StrEnum):
    """How a note came into the worklist."""

    FILE = "file"
    FOLDER = "folder"
    WATCHED = "watched"
    TYPED = "typed"
    COMMAND_LINE = "command-line"


@dataclass(frozen=True, slots=True)
class Item:
    """One note in work.

    Attributes:
        id: number of the note in the worklist; never given twice.
        name: of its file; empty where the note was typed or pasted.
        path: where it lies; None where the note was typed or pasted.
        origin: how it came here.
        state: how far it is.
        reason: why it was refused, without note text.
        length: in code points; 0 until it was read.
        marks: how many findings are replaced.
        uncertain: how many findings nobody has decided on, though they are uncertain.
        certain_from: the certainty from which on a finding counted as certain then, 0 to 1; None
            where that is not known.
        policy: name of the policy that it was examined under; empty until then.
        target: where its redacted copy lies; None until there is one.
        saving: where its redacted copy was about to be written when the note was last heard of.
        part: its number among the notes of its file, from 0; None: the file is one note, or was
            not read yet.
        file_id: of a note of several, the number that their file had in the worklist.
        added: when it came here.
        batch: the run of the command line that it belongs to, if any.
    """

    id: int
    name: str = field(repr=False)
    path: Path | None = field(repr=False)
    origin: Origin
    state: ItemState
    added: datetime
    reason: str = field(default="", repr=False)
    length: int = 0
    marks: int = 0
    uncertain: int = 0
    policy: str = field(default="", repr=False)
    target: Path | None = field(default=None, repr=False)
    batch: int | None = None
    certain_from: float | None = None
    saving: Path | None = field(default=None, repr=False)
    part: int | None = None
    file_id: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of `deid redact`.

    Attributes:
        id: number of the run.
        folder: the folder that holds all that it was given.
        total: how many files it works on.
        done: how many of them are finished.
        refused: how many files were refused, in whole or in part.
        started: when it began.
        heard: when it last told how far it is; long ago in a run that was killed.
        ended: when it ended; None while it runs, or where it was killed.
    """

    id: int
    folder: Path = field(repr=False)
    total: int
    done: int
    refused: int
    started: datetime
    heard: datetime
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class FolderChoice:
    """What was chosen for the notes of a folder.

    Attributes:
        policy: name of the policy.
        patient: key of the patient to whom all of them belong; empty: each stands alone.
        output: where the redacted copies go; None where that was not chosen.
    """

    policy: str = field(repr=False)
    patient: str = field(default="", repr=False)
    output: Path | None = field(default=None, repr=False)
