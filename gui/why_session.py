"""Why a finding stands as it does: asked of the detectors beside the review."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from deid import Dropped, DropReason, Mark, Policy, explain
from gui.desk import Note
from gui.jobs import Jobs
from gui.session import Session
from gui.views.why_panel import Weighed


@dataclass(frozen=True, slots=True)
class Told:
    """What stands behind a finding.

    Attributes:
        evidence: what the detectors gave for it.
        weighed: what its score rests on, where a model gave it.
    """

    evidence: tuple[explain.Evidence, ...]
    weighed: Weighed | None


class Explainer(Protocol):
    """Who can tell why."""

    def explain(self, note: Note, policy: Policy, mark: Mark) -> Told:
        """What stands behind a mark. May take as long as an examination of the note."""


class WhySession(QObject):
    """Tells why, one finding at a time.

    Signals:
        told: carries a mark, what else was found in its place, and a `Told`, or None while that
            is being worked out.
        failed: carries the `DeidError` that stopped it.
    """

    told = Signal(object, object, object)
    failed = Signal(object)

    def __init__(self, session: Session, explainer: Explainer, jobs: Jobs) -> None:
        super().__init__()
        self._session = session
        self._explainer = explainer
        self._jobs = jobs
        self._wanted: Mark | None = None

    def ask(self, mark: Mark) -> None:
        """Tell why this mark stands as it does; of an earlier one, nothing more."""
        note = self._session.note
        if note is None:
            return
        self._wanted = mark
        dropped = self._dropped(mark)
        self.told.emit(mark, dropped, None)
        tell: Callable[[Told], None] = partial(self._tell, mark, dropped)
        # What was asked for while another answer was worked out is passed over, unless it is last.
        self._jobs.start(
            lambda: (
                self._explainer.explain(note, self._session.policy, mark)
                if mark is self._wanted
                else Told((), None)
            ),
            tell,
            self.failed.emit,
        )

    def _tell(self, mark: Mark, dropped: tuple[Dropped, ...], told: Told) -> None:
        if mark is self._wanted:
            self.told.emit(mark, dropped, told)

    def _dropped(self, mark: Mark) -> tuple[Dropped, ...]:
        """What else was found at the place of a mark, and gave way to it.

        What lies where something is withheld from the reviewer is not told.
        """
        review, span = self._session.review, mark.finding.span
        covered = review.covered if review is not None else ()
        hidden = [one.span for one in review.withheld] if review is not None else []
        origins = [Dropped(one, DropReason.COVERED, mark.finding) for one in mark.origins]
        here = [
            one
            for one in covered
            if one.finding.span.overlaps(span)
            and not any(one.finding.span.overlaps(place) for place in hidden)
        ]
        return (*origins, *here)
