"""Work on the officer's desk beside the user interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from deid import DeidError, VerificationFailed, officer
from gui.jobs import Jobs
from gui.officer.beside import Beside, Stop

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who sits at the desk.

    Attributes:
        person: whose key is unlocked.
        permissions: what that person may do.
        wrong_pins: what came before a key was unlocked just now.
    """

    person: officer.KnownPerson | None
    permissions: frozenset[officer.Permission]
    wrong_pins: officer.WrongPins | None


class DeskJobs(QObject):
    """The desk of one data folder, used by one thread; and room for long work beside it.

    What lies elsewhere is reached for beside the desk: a share that hangs must not keep the desk
    from what does not need it.

    Args:
        home: the data folder.

    Signals:
        person_changed: somebody unlocked a key, or it was locked again.
        log_changed: something was written to the log here.
        failed: carries the `DeidError` of work whose caller does not take it.
        wrong_pins: carries the `WrongPins` that came before a key was unlocked.
        stopped: nothing is under way any more, and nothing will be: let go of what was opened.
    """

    person_changed = Signal()
    log_changed = Signal()
    failed = Signal(object)
    wrong_pins = Signal(object)
    stopped = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.person: officer.KnownPerson | None = None
        """Whose key is unlocked."""
        self.permissions: frozenset[officer.Permission] = frozenset()
        """What that person may do."""
        self.key_files: dict[officer.KnownPerson, Path] = {}
        """Where keys lie that were unlocked from a stick; remembered until the window is closed."""
        self._desk: officer.Desk | None = None
        self.beside = Beside(home, self)
        """Work that needs nobody's key."""
        self._reaching: Stop | None = None
        self._jobs = Jobs(self)
        self.beside.failed.connect(self.failed)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._jobs.busy or self.beside.busy

    def start(
        self,
        work: Callable[[officer.Desk], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None] | None = None,
        *,
        reaching: Path | None = None,
        stale: Callable[[], bool] = lambda: False,
    ) -> None:
        """Do something at the desk.

        Args:
            work: runs in the thread of the desk; must touch no widget.
            done: gets the result, in this object's thread.
            failed: gets the error instead; None: it is told by the signal `failed`.
            reaching: a file or folder elsewhere that it needs; it begins once that answers.
            stale: whether it is given up; asked often, in the thread of the desk.
        """
        if reaching is not None:
            self._reaching = self.beside.touch(
                reaching, lambda: self.start(work, done, failed, stale=stale), failed
            )
            return
        self._jobs.start(
            lambda: self._at_desk(work),
            partial(self._finish, done),
            partial(self._fail, failed or self.failed.emit),
            stale=stale,
        )

    def stop_reaching(self) -> None:
        """Give up what was begun last, if it waits for a folder still: it is not done later on."""
        if self._reaching is not None:
            self.beside.give_up(self._reaching)

    def unlock(
        self,
        person: str,
        pin: str,
        *,
        key_file: Path | None = None,
        done: Callable[[], None],
        failed: Callable[[DeidError], None],
    ) -> None:
        """Take out a person's key; one that was out before is put away.

        Args:
            person: id of the person.
            pin: protects the key.
            key_file: where it lies, if not in the data folder.
            done: called when it is out.
            failed: gets the error, such as that of a wrong PIN.
        """

        def take(key: officer.PersonalKey) -> None:
            if key_file is not None:
                self.key_files[officer.KnownPerson(key.id, key.name)] = key_file
            done()

        self.start(
            lambda desk: desk.unlock(person, pin, key_file=key_file),
            take,
            failed,
            reaching=key_file,
        )

    def key_file(self, person: str) -> Path | None:
        """Where the key of the person of this id lies, if it was unlocked from a stick."""
        return next((path for known, path in self.key_files.items() if known.id == person), None)

    def lock(self) -> None:
        """Put the key away."""
        self.start(lambda desk: desk.lock(), lambda _: None)

    def stop(self) -> None:
        """Sign the log, and let nothing come any more."""
        self.beside.ask_all()
        self._jobs.stop(self._close)
        self.beside.stop()
        self.stopped.emit()

    def _at_desk(self, work: Callable[[officer.Desk], T]) -> tuple[T, bool, Sitting]:
        """What the work gives, whether it wrote to the log, and who sits there now."""
        if self._desk is None:
            self._desk = officer.Desk.open(self.home)
        size = self._desk.log.size
        answer = work(self._desk)
        return answer, self._desk.log.size != size, _sitting(self._desk)

    def _finish(self, done: Callable[[T], None], found: tuple[T, bool, Sitting]) -> None:
        answer, wrote, sitting = found
        self._sit(sitting)
        done(answer)
        if wrote:
            self.log_changed.emit()

    def _fail(self, failed: Callable[[DeidError], None], error: DeidError) -> None:
        # A PIN that is refused puts away the key that was out before.
        desk = self._desk
        if desk is not None:
            self._jobs.start(lambda: _sitting(desk), self._sit, self.failed.emit)
        failed(error)

    def _sit(self, sitting: Sitting) -> None:
        if (sitting.person, sitting.permissions) != (self.person, self.permissions):
            self.person, self.permissions = sitting.person, sitting.permissions
            self.person_changed.emit()
        if sitting.wrong_pins is not None:
            self.wrong_pins.emit(sitting.wrong_pins)

    def _close(self) -> None:
        if self._desk is not None:
            self._desk.close()
            self._desk = None


def _sitting(desk: officer.Desk) -> Sitting:
    wrong_pins, person = desk.take_wrong_pins(), desk.person
    if person is None:
        return Sitting(None, frozenset(), wrong_pins)
    known = officer.KnownPerson(person.id, person.name)
    try:
        return Sitting(known, desk.roles().permissions(person.id), wrong_pins)
    except VerificationFailed:  # what the page does next says so
        return Sitting(known, frozenset(), wrong_pins)
