"""The presenters of one window and the jobs that they use, put together in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from deid import Policy, Resolution
from gui.backlog import Backlog, Preparer
from gui.desk import Engine, Note
from gui.jobs import Jobs
from gui.list_writer import ListEngine, ListWriter
from gui.log_session import LogReader, LogSession
from gui.pages_session import PagesSession, Renderer
from gui.policy_trial import PolicyTrial, Redactor
from gui.precedence import Precedence
from gui.queue import Queue
from gui.recovery import Recovery, Witness
from gui.search_session import SearchSession
from gui.session import Session
from gui.settings import Settings
from gui.shelf import Shelf
from gui.watcher import SETTLED_AFTER, SLOW, Watcher
from gui.why_session import Explainer, WhySession
from gui.worklist_session import WorklistSession


class DeskEngine(Engine, ListEngine, Preparer, Redactor, Renderer, Witness, Protocol):
    """What is done with the note on the desk, and beside it."""

    def close(self) -> None:
        """Sign and close the log."""


class Examiner(Explainer, Protocol):
    """What is done with notes in any thread."""

    def find(self, note: Note, policy: Policy, seed: bytes) -> Resolution:
        """The identifiers of a note."""


class Program:
    """Everything behind the window.

    Args:
        engine: works on the note on the desk.
        examiner: examines and explains beside it.
        log: reads the log.
        settings: what the user chose.
        policies: to choose from.
        policy: the one to begin with.
        reviewer: id of the person at the window.
        settled_after: seconds that a file in a watched folder must stay as it is.
        slow: seconds between looks at a watched folder that tells nothing.
    """

    def __init__(
        self,
        engine: DeskEngine,
        examiner: Examiner,
        log: LogReader,
        settings: Settings,
        *,
        policies: Sequence[Policy],
        policy: Policy,
        reviewer: str,
        settled_after: float = SETTLED_AFTER,
        slow: float = SLOW,
    ) -> None:
        self._engine = engine
        precedence = Precedence()
        self._jobs = desk, beside, store, aside, watch, reading, drawing = tuple(
            Jobs(precedence=precedence) for _ in range(7)
        )
        self._desk, self._beside, self._drawing = desk, beside, drawing
        self.settings = settings
        self.session = Session(
            engine,
            desk,
            policies=policies,
            policy=policy,
            reviewer=reviewer,
            certain_from=settings.certain_from,
            must_review=settings.managed.needs_person,
        )
        shelf = Shelf(store)
        watcher = Watcher(watch, outputs=self._outputs, settled_after=settled_after, slow=slow)
        self.queue = Queue(shelf, watcher)
        self.backlog = Backlog(
            engine,
            examiner.find,
            self.queue,
            self.session,
            shelf,
            jobs=beside,
            reviewer=reviewer,
        )
        self.recovery = Recovery(engine, self.queue, self.session, shelf, desk)
        self.worklist = WorklistSession(self.session, self.queue, self.backlog, shelf)
        self.list_writer = ListWriter(engine, desk, self.queue, shelf)
        self.worklist.complete.connect(self.list_writer.write)
        self.search = SearchSession(self.session, aside)
        self.why = WhySession(self.session, examiner, aside)
        self.pages = PagesSession(self.session, engine, drawing)
        self.trial = PolicyTrial(self.session, engine, desk)
        self.log = LogSession(log, reading)

    def start(self) -> None:
        """Load the detectors, and the queue as it was left."""
        self.session.load()
        self.queue.load()

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        resting = self.session.resting or self.pages.waiting
        return resting or any(jobs.busy for jobs in self._jobs)

    def stop(self) -> None:
        """Keep what was done, sign the log, and let nothing come any more."""
        self.worklist.stop()
        # It uses the log too, and is given up between two steps, however long the note is.
        self._beside.stop()
        self._drawing.stop(self.pages.close)
        self._desk.stop(self._engine.close)
        for jobs in self._jobs:
            if jobs not in (self._beside, self._drawing, self._desk):
                jobs.stop()

    def _outputs(self) -> frozenset[Path]:
        return self.queue.targets
