"""The result of the review as it stands, made anew after each act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QTimer

from deid import DeidError, Policy, Review, review
from gui.desk import Engine, Note
from gui.jobs import Jobs
from gui.result import Result, lay_out

_Wanted = tuple[Note, Review, Policy]

_LONG: Final = 100_000
"""The result of a longer note, in code points, is made anew only once the keys rest."""

_REST_MS: Final = 150


class Preview:
    """Redacts the latest state of a review, one at a time; states in between are passed over.

    What is being made of an earlier state is given up.

    Args:
        engine: redacts.
        jobs: where that is done.
        done: gets the result of the state that was asked for last.
        failed: gets the error instead.
    """

    def __init__(
        self,
        engine: Engine,
        jobs: Jobs,
        done: Callable[[Result], None],
        failed: Callable[[DeidError], None],
    ) -> None:
        self._engine = engine
        self._jobs = jobs
        self._done = done
        self._failed = failed
        self._asked_before = self._first = False
        self._wanted: _Wanted | None = None
        self._running: _Wanted | None = None
        self._rest = QTimer(singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._go_on)
        self._held: Result | None = None

    @property
    def resting(self) -> bool:
        """Whether a result is wanted that is not being made yet, or is not shown yet."""
        return self._rest.isActive()

    def ask(self, note: Note, state: Review, policy: Policy) -> None:
        """Ask for the result of this state, and of no earlier one."""
        self._wanted = (note, state, policy)
        self._held = None
        self._first = not self._asked_before
        self._asked_before = True
        if self._is_long and not self._first:
            self._rest.start()
        else:
            self._start_if_idle()

    def put_off(self) -> None:
        """A key was pressed that asks for no other result: show none before the keys rest.

        To put the result of a long note on the screen takes longer than a key may wait.
        """
        making = self._running is not None and self._is_long and not self._first
        if self.resting or making:
            self._rest.start()

    def forget(self) -> None:
        """Ask for nothing any more."""
        self._wanted = self._held = None
        self._asked_before = False
        self._rest.stop()

    @property
    def _is_long(self) -> bool:
        return self._wanted is not None and len(self._wanted[0].document.text) > _LONG

    def _go_on(self) -> None:
        """The keys rest: show what was held back, or make what is wanted."""
        held, self._held = self._held, None
        if held is not None:
            self._done(held)
        else:
            self._start_if_idle()

    def _start_if_idle(self) -> None:
        if self._running is None:
            self._start()

    def _start(self) -> None:
        wanted = self._running = self._wanted
        if wanted is not None:
            self._jobs.start(
                lambda: self._make(*wanted),
                self._made,
                self._not_made,
                stale=lambda: self._wanted is not wanted,
            )

    def _make(self, note: Note, state: Review, policy: Policy) -> Result:
        """Redact, and find out what the view needs; runs in a job."""
        redacted = self._engine.redact(note, state, policy)
        seen = review.as_shown(state, redacted)
        return lay_out(redacted, seen=seen, parts=note.document.parts)

    def _made(self, result: Result) -> None:
        if not self._is_latest():
            return
        if self.resting:
            self._held = result
        else:
            self._done(result)

    def _not_made(self, error: DeidError) -> None:
        if self._is_latest():
            self._rest.stop()
            self._failed(error)

    def _is_latest(self) -> bool:
        """Whether what just ended is what is wanted; if not, begin with that."""
        latest = self._running is not None and self._running is self._wanted
        self._running = None
        if not latest and not self.resting:
            self._start()
        return latest
