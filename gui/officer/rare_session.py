"""Rare details: the presenter of the page about notes that identify without identifiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import officer
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork, Lines, Say


@dataclass(frozen=True, slots=True)
class Ranked:
    """The notes of a folder that have rare details, those that tell most first."""

    outputs: officer.outputs.Outputs = field(repr=False)
    notes: tuple[officer.rare.RareNote, ...]


class RareSession(QObject):
    """Ranks the notes of a folder, and reads the words of one of them.

    Args:
        desk: what it works with.

    Signals:
        changed: it began, went on or ended.
        chosen_changed: another note is looked at, or its words can be read or no more.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.work = FolderWork(desk, self)
        self.lines = Lines(desk, self)
        self.ranked: Ranked | None = None
        self.chosen: officer.rare.RareNote | None = None
        """The note that is looked at."""
        self.work.changed.connect(self.changed)
        self.lines.changed.connect(self.chosen_changed)

    def rank(self, folder: Path) -> None:
        """Rank the notes of this folder."""
        self.work.start(lambda say: _rank(folder, say), self._take)

    def choose(self, note: officer.rare.RareNote | None) -> None:
        """Look at this note."""
        self.chosen = note
        if note is None or self.ranked is None:
            self.lines.want(())
        else:
            document = self.ranked.outputs.notes[note.note].document
            self.lines.want([(document, detail.span) for detail in note.details])

    def _take(self, ranked: Ranked) -> None:
        self.ranked = ranked
        self.choose(ranked.notes[0] if ranked.notes else None)


def _rank(folder: Path, say: Say) -> Ranked:
    outputs = officer.outputs.read_outputs(folder)
    count = len(outputs.notes)
    finder = officer.rare.RareFinder()
    notes = officer.rare.rank_rare(outputs.documents, finder, told=lambda read: say(read / count))
    return Ranked(outputs, notes)
