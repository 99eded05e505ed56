"""The samples of a log, and the plan for another one: the presenter of the page "Samples"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Label, officer
from gui.officer.archives_session import ArchivesSession
from gui.officer.desk_jobs import DeskJobs

Archives = Callable[[officer.Desk], AbstractContextManager[None]]
Sample = officer.samples.Sample
Terms = officer.bound.Terms
Sensitivity = officer.bound.Sensitivity


@dataclass(frozen=True, slots=True)
class Listed:
    """A sample in the list.

    Attributes:
        read: how many of its notes have a verdict.
        leaking: how many of these leak.
    """

    sample: Sample
    read: int
    leaking: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be drawn next.

    Attributes:
        label: only notes in which something of this label was found; None: all.
    """

    target: float = 0.05
    design: officer.SampleDesign = officer.SampleDesign.FIXED
    method: officer.SampleMethod = officer.SampleMethod.RANDOM
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class _Released:
    """The notes that can be drawn.

    Attributes:
        notes: how many were released.
        found: in how many of them something of a label was found.
    """

    notes: int
    found: Mapping[Label, int]


@dataclass(frozen=True, slots=True)
class Planned:
    """How much is to be read for a draft.

    Attributes:
        draft: for what.
        notes: how many released notes there are to draw from.
        readers: sensitivity of the person at the desk, as it was measured.
        rows: for 0, 1, 2 and more leaking notes.
    """

    draft: Draft
    notes: int
    readers: Sensitivity
    rows: tuple[officer.plan.Row, ...]

    def number(self, leaking: int = 0) -> int | None:
        """How many notes to read if so many leak; None: the target cannot be reached."""
        row = self.rows[leaking]
        fixed = self.draft.design is officer.SampleDesign.FIXED
        return row.fixed if fixed else row.sequential

    @property
    def drawn(self) -> int | None:
        """How many notes to draw."""
        return officer.plan.notes_to_draw(self.rows, self.draft.design)


class SamplesSession(QObject):
    """Samples and plans.

    Signals:
        changed: other samples are listed, or another plan.
        drawn: carries the id of the sample that was drawn.
    """

    changed = Signal()
    drawn = Signal(str)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.samples: tuple[Listed, ...] = ()
        """Oldest first."""
        self.draft = Draft()
        self.planned: Planned | None = None
        """For the draft; None while it is computed."""
        self.reviewers: tuple[str, ...] = ()
        """Names of the reviewers who were measured."""
        self.measured_as: str | None = None
        """The reviewer whose measured rate stands for the reader; None: the one of their name."""
        self.drawing = False
        """Whether a sample is being drawn; two quick clicks draw one."""
        self._released: _Released | None = None
        self._archives = ArchivesSession.of(desk)
        self._archived: tuple[Sample, ...] = ()
        """Closed samples that lie in archives."""
        self._read_from: tuple[Path, ...] = ()
        """The archives that these were read from."""
        self._archives.changed.connect(self._read_archives)
        desk.person_changed.connect(self.reload)

    @property
    def may_sample(self) -> bool:
        """Whether the person at the desk may draw and read."""
        return officer.Permission.SAMPLE in self.desk.permissions

    @property
    def labels(self) -> tuple[Label, ...]:
        """Labels of which something was found in released notes."""
        return () if self._released is None else tuple(self._released.found)

    def reload(self) -> None:
        """Read the samples anew, count the released notes, and plan."""
        archived = self._archived
        self.desk.start(lambda desk: _read(desk, archived), self._take)

    def _read_archives(self) -> None:
        """Read what lies in archives once, and not each time: they may be large."""
        files = self._archives.files
        if files == self._read_from:
            return
        self._read_from = files
        attached, stop = self._archives.attached(), self._archives.stop
        self.desk.start(lambda desk: _in_archives(desk, attached, stop), self._take_archived)

    def _take_archived(self, samples: tuple[Sample, ...]) -> None:
        self._archived = samples
        self.reload()

    def plan(self, draft: Draft) -> None:
        """Plan for this."""
        self.draft, self.planned = draft, None
        self.changed.emit()
        released, name = self._released, self.measured_as
        if released is not None:
            notes = released.notes if draft.label is None else released.found[draft.label]
            self.desk.start(lambda desk: _planned(desk, draft, notes, name), self._take_plan)

    def measure_as(self, reviewer: str | None) -> None:
        """Let this reviewer's measured rate stand for the reader."""
        self.measured_as = reviewer
        self.plan(self.draft)

    def draw(self, count: int) -> None:
        """Draw so many notes as the draft says."""
        if self.drawing:
            return
        draft, self.drawing = self.draft, True
        wanted = officer.samples.Wanted(
            count,
            method=draft.method,
            design=draft.design,
            target=draft.target,
            label=draft.label,
        )
        self.desk.start(
            lambda desk: officer.samples.draw_sample(desk, wanted).id,
            self._have_drawn,
            self._have_not_drawn,
        )
        self.changed.emit()

    def _have_drawn(self, sample_id: str) -> None:
        self.drawing = False
        self.drawn.emit(sample_id)
        self.reload()

    def _have_not_drawn(self, error: DeidError) -> None:
        self.drawing = False
        self.changed.emit()
        self.desk.failed.emit(error)

    def _take(self, found: tuple[tuple[Listed, ...], _Released, tuple[str, ...]]) -> None:
        self.samples, self._released, self.reviewers = found
        # What was archived meanwhile is not drawn from.
        gone = self.draft.label not in (None, *self.labels)
        self.plan(replace(self.draft, label=None) if gone else self.draft)

    def _take_plan(self, planned: Planned) -> None:
        if planned.draft == self.draft:
            self.planned = planned
            self.changed.emit()


def _read(
    desk: officer.Desk, archived: tuple[Sample, ...]
) -> tuple[tuple[Listed, ...], _Released, tuple[str, ...]]:
    known = {one.id: one for one in (*archived, *officer.samples.samples(desk.log))}
    samples = tuple(_counted(one) for one in sorted(known.values(), key=lambda one: one.seq))
    reviewers = tuple(officer.readers.known_rates(desk.log))
    notes = officer.samples.frame(desk.log)
    counts = Counter(name for note in notes for name in note.labels)
    found = {label: counts[label.value] for label in Label if counts[label.value]}
    return samples, _Released(len(notes), found), reviewers


def _in_archives(desk: officer.Desk, attached: Archives, stop: int) -> tuple[Sample, ...]:
    with attached(desk):
        return tuple(one for one in officer.samples.samples(desk.log) if one.seq < stop)


def _counted(sample: Sample) -> Listed:
    last = {(one.output_sha256, one.person): one for one in sample.verdicts}
    leaking = {one.output_sha256 for one in last.values() if one.leaks}
    return Listed(sample, len({output for output, _ in last}), len(leaking))


def _planned(desk: officer.Desk, draft: Draft, notes: int, name: str | None) -> Planned:
    terms = Terms(notes, draft.target)
    own = desk.person.name if desk.person is not None else None
    names = [one for one in (name or own,) if one is not None]
    known = officer.readers.known_rates(desk.log)
    measured = officer.readers.measured_as(names, known)
    readers = officer.bound.sensitivity(measured, confidence=terms.confidence)
    rows = officer.plan.rows_of(replace(terms, design=draft.design), readers)
    return Planned(draft, notes, readers, rows)
