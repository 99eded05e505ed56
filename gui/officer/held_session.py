"""Held notes: the presenter of the page on which a second person decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, officer
from gui.officer.desk_jobs import DeskJobs

Done = Callable[[], None]
Failed = Callable[[DeidError], None]
NoteText = officer.sampled_notes.NoteText
Held = officer.held.Held


@dataclass(frozen=True, slots=True)
class _Read:
    waiting: tuple[Held, ...] = field(repr=False)
    stuck: tuple[Held, ...] = field(repr=False)
    decided: int


class HeldSession(QObject):
    """The outputs that wait for a second person, one of which is read.

    Args:
        desk: where everything is done.

    Signals:
        changed: others wait, or another one is read.
        failed: carries the `DeidError` of what could not be read.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.waiting: tuple[Held, ...] = ()
        """Oldest first."""
        self.stuck: tuple[Held, ...] = ()
        """Those that were approved, and whose place is taken by another file."""
        self.decided = 0
        """How many notes were decided on so far."""
        self.known = False
        """Whether it was read what waits."""
        self.chosen: Held | None = None
        self.texts: tuple[NoteText, ...] = ()
        """The notes of the chosen output; empty until they may be read."""
        self.at = 0
        """Which of them is read."""
        self.unreadable: DeidError | None = None
        """Why the chosen output cannot be read."""
        desk.person_changed.connect(self._read_chosen)
        desk.log_changed.connect(self.reload)

    @property
    def may(self) -> bool:
        """Whether the person whose key is unlocked decides on held notes."""
        return officer.Permission.DECIDE_RELEASE in self.desk.permissions

    @property
    def text(self) -> NoteText | None:
        """The note that is read."""
        return self.texts[self.at] if self.texts else None

    def reload(self) -> None:
        """Read anew what waits; what was decided and interrupted is carried out first."""
        self.desk.start(_read, self._take, self._refuse)

    def choose(self, own: str | None) -> None:
        """Read this output."""
        held = (*self.waiting, *self.stuck)
        chosen = next((one for one in held if one.id == own), None)
        if chosen != self.chosen:
            self.chosen = chosen
            self._read_chosen()

    def go(self, at: int) -> None:
        """Read another note of the output."""
        self.at = max(0, min(at, len(self.texts) - 1))
        self.changed.emit()

    def release(
        self, person: str, pin: str, *, out: Path | None, done: Done, failed: Failed
    ) -> None:
        """Release the chosen output; the PIN is asked for each signature (21 CFR 11.200(a))."""
        held = self.chosen
        if held is None:
            return

        def work(desk: officer.Desk) -> None:
            desk.unlock(person, pin)
            officer.held.release_held(desk, held.id, out=out)

        self.desk.start(work, lambda _: done(), failed, reaching=out or held.target.parent)

    def decline(self, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Decline the chosen output."""
        held = self.chosen
        if held is None:
            return

        def work(desk: officer.Desk) -> None:
            desk.unlock(person, pin)
            officer.held.decline_held(desk, held.id)

        self.desk.start(work, lambda _: done(), failed)

    def _take(self, found: _Read) -> None:
        self.waiting, self.stuck = found.waiting, found.stuck
        self.decided, self.known = found.decided, True
        held = (*self.waiting, *self.stuck)
        before = self.chosen
        same = next((one for one in held if before is not None and one.id == before.id), None)
        self.chosen = same or (held[0] if held else None)
        if self.chosen != before:
            self._read_chosen()
        else:
            self.changed.emit()

    def _refuse(self, error: DeidError) -> None:
        self.failed.emit(error)
        self.changed.emit()

    def _read_chosen(self) -> None:
        self.texts, self.at, self.unreadable = (), 0, None
        held = self.chosen
        if held is not None and self.may:
            self.desk.start(
                lambda desk: officer.held.read_held(desk, held.id),
                lambda texts: self._take_texts(held, texts),
                lambda error: self._take_trouble(held, error),
            )
        self.changed.emit()

    def _take_texts(self, held: Held, texts: tuple[NoteText, ...]) -> None:
        if self.chosen == held and self.may:
            self.texts = texts
            self.changed.emit()

    def _take_trouble(self, held: Held, error: DeidError) -> None:
        if self.chosen == held:
            self.unreadable = error
            self.changed.emit()


def _read(desk: officer.Desk) -> _Read:
    waiting = officer.held.held_releases(desk)
    history = officer.held.held_history(desk.log)
    decided = sum(one.decided is not None for one in history)
    return _Read(waiting, officer.held.stuck_releases(desk), decided)
