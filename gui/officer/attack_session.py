"""The attack test: the presenter of the page about names that stand out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from deid import Deidentifier, load_policy, officer
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork, Lines, Say

POLICY: Final = "research"
SHARE: Final = 0.05
"""Of the names that are left where stand-ins are compared."""

MOST_SHOWN: Final = 1000
_READING: Final = 0.8
_SEED: Final = 1

Comparison = Mapping[officer.attack.Kind, Mapping[officer.attack.Attack, officer.attack.Outcome]]


@dataclass(frozen=True, slots=True)
class Attacked:
    """What came of an attack on a folder."""

    outputs: officer.outputs.Outputs = field(repr=False)
    examined: officer.attack.Examined

    @property
    def shown(self) -> tuple[officer.attack.Suspect, ...]:
        """The suspects that are listed."""
        return self.examined.suspects[:MOST_SHOWN]


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of the same leaks among stand-ins of either kind.

    Attributes:
        notes: how many notes were redacted for it.
        refused: how many files and notes could not be read.
        table: for each kind of stand-ins what each attack came to.
    """

    notes: int
    refused: int
    table: Comparison


class AttackSession(QObject):
    """Attacks a folder of outputs, and compares kinds of stand-ins.

    Args:
        desk: what it works with.
        open_detectors: loads the detectors, in another thread.

    Signals:
        changed: it began, went on or ended, or words can be read or no more.
    """

    changed = Signal()

    def __init__(
        self, desk: DeskJobs, open_detectors: Callable[[], Deidentifier] | None = None
    ) -> None:
        super().__init__()
        self._open = open_detectors if open_detectors is not None else _open
        self.work = FolderWork(desk, self)
        self.lines = Lines(desk, self)
        self.attacked: Attacked | None = None
        self.compared: Compared | None = None
        self.work.changed.connect(self.changed)
        self.lines.changed.connect(self.changed)

    def attack(self, folder: Path) -> None:
        """List the names of outputs that stand out."""
        self.work.start(lambda say: _attack(folder, self._open, say), self._take)

    def compare(self, folder: Path) -> None:
        """Plant leaks in notes before redaction, and attack either kind of stand-ins."""
        self.work.start(lambda say: _compare(folder, self._open, say), self._take_comparison)

    def _take(self, attacked: Attacked) -> None:
        self.attacked = attacked
        notes = attacked.outputs.notes
        self.lines.want([(notes[s.name.note].document, s.name.span) for s in attacked.shown])

    def _take_comparison(self, compared: Compared) -> None:
        self.compared = compared


def _open() -> Deidentifier:
    return Deidentifier.open(policy=load_policy(POLICY))


def _attack(folder: Path, open_detectors: Callable[[], Deidentifier], say: Say) -> Attacked:
    outputs = officer.outputs.read_outputs(folder)
    count = len(outputs.notes)
    reader = officer.attack.NameReader(open_detectors())
    examined = officer.attack.examine_outputs(
        outputs.documents, reader, told=lambda read: say(_READING * read / count)
    )
    return Attacked(outputs, examined)


def _compare(folder: Path, open_detectors: Callable[[], Deidentifier], say: Say) -> Compared:
    outputs = officer.outputs.read_outputs(folder)
    deidentifier = open_detectors()
    notes = []
    for number, document in enumerate(outputs.documents, start=1):
        notes.append(officer.attack.Marked(document, deidentifier.analyze(document).kept))
        say(_READING * number / len(outputs.notes))
    leaks = officer.attack.draw_leaks(notes, share=SHARE, seed=_SEED)
    table = officer.attack.side_by_side(notes, leaks, policy=load_policy(POLICY), seed=_SEED)
    return Compared(len(notes), len(outputs.refused), table)
