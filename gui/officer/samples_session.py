"""The samples of a log, and the plan for another one: the presenter of the page "Samples"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from deid import DeidError, officer
from gui.officer.desk_jobs import DeskJobs

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
    """What is to be drawn next."""

    target: float = 0.05
    design: officer.SampleDesign = officer.SampleDesign.FIXED
    method: officer.SampleMethod = officer.SampleMethod.RANDOM


@dataclass(frozen=True, slots=True)
class Planned:
    """How much is to be read for a draft.

    Attributes:
        draft: for what.
        notes: how many released notes there are.
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
        self._released: int | None = None
        desk.person_changed.connect(self.reload)

    @property
    def may_sample(self) -> bool:
        """Whether the person at the desk may draw and read."""
        return officer.Permission.SAMPLE in self.desk.permissions

    def reload(self) -> None:
        """Read the samples anew, count the released notes, and plan."""
        self.desk.start(_read, self._take)

    def plan(self, draft: Draft) -> None:
        """Plan for this."""
        self.draft, self.planned = draft, None
        self.changed.emit()
        notes, name = self._released, self.measured_as
        if notes is not None:
            self.desk.start(lambda desk: _planned(desk, draft, notes, name), self._take_plan)

    def measure_as(self, reviewer: str | None) -> None:
        """Let this reviewer's measured rate stand for the reader."""
        self.measured_as = reviewer
        self.plan(self.draft)

    def draw(self, count: int, *, failed: Callable[[DeidError], None] | None = None) -> None:
        """Draw so many notes as the draft says."""
        draft = self.draft
        wanted = officer.samples.Wanted(
            count, method=draft.method, design=draft.design, target=draft.target
        )
        self.desk.start(
            lambda desk: officer.samples.draw_sample(desk, wanted).id, self._have_drawn, failed
        )

    def _have_drawn(self, sample_id: str) -> None:
        self.drawn.emit(sample_id)
        self.reload()

    def _take(self, found: tuple[tuple[Listed, ...], int, tuple[str, ...]]) -> None:
        self.samples, self._released, self.reviewers = found
        self.plan(self.draft)

    def _take_plan(self, planned: Planned) -> None:
        if planned.draft == self.draft:
            self.planned = planned
            self.changed.emit()


def _read(desk: officer.Desk) -> tuple[tuple[Listed, ...], int, tuple[str, ...]]:
    samples = tuple(_counted(sample) for sample in officer.samples.samples(desk.log))
    reviewers = tuple(officer.readers.known_rates(desk.log))
    return samples, len(officer.samples.frame(desk.log)), reviewers


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
