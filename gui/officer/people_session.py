"""Who is enrolled and who signed for the log: the presenter of the page about both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Verified, officer
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork
from gui.officer.verifying import verify_log

Done = Callable[[], None]
Failed = Callable[[DeidError], None]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose key lies here, or who has or had a role.

    Attributes:
        here: whether the key lies on this computer.
    """

    id: str
    name: str
    role: officer.Role | None
    here: bool


@dataclass(frozen=True, slots=True)
class _Found:
    people: tuple[Person, ...]
    anybody: bool
    sign_offs: tuple[officer.SignOff, ...]
    size: int


class PeopleSession(QObject):
    """The people of a site and their signatures.

    Signals:
        changed: other people or signatures are listed, or how it stands changed.
        failed: carries the `DeidError` of what could not be read.
        verified: carries the `Verified` that can be signed for now.
    """

    changed = Signal()
    failed = Signal(object)
    verified = Signal(object)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.people: tuple[Person, ...] = ()
        self.anybody = False
        """Whether somebody was ever enrolled."""
        self.sign_offs: tuple[officer.SignOff, ...] = ()
        """Oldest first; each was checked."""
        self.size = 0
        """Number of records in the log."""
        self.work = FolderWork(desk, self)
        """Verifying the log before it is signed for."""
        self.broken: DeidError | None = None
        """Why a signature in the log does not verify."""
        self.work.changed.connect(self.changed)
        desk.person_changed.connect(self.changed)
        desk.log_changed.connect(self.reload)

    def may(self, permission: officer.Permission) -> bool:
        """Whether the person whose key is unlocked may do this."""
        return permission in self.desk.permissions

    def has_key_of(self, person: Person) -> bool:
        """Whether it is known where this person's key lies."""
        return person.here or self.desk.key_file(person.id) is not None

    def reload(self) -> None:
        """Read people and signatures anew."""
        self.desk.start(_read, self._take, self._refuse)

    def verify(self) -> None:
        """Check the whole log, so that it can be signed for."""
        home = self.desk.home
        self.work.start(lambda say: verify_log(home, say), self.verified.emit)

    def sign(
        self,
        person: str,
        pin: str,
        *,
        meaning: officer.Meaning,
        verified: Verified,
        done: Done,
        failed: Failed,
    ) -> None:
        """Sign for what was verified; the PIN is asked for each signature (21 CFR 11.200(a))."""

        def work(desk: officer.Desk) -> None:
            desk.unlock(person, pin)
            officer.sign_off(desk, meaning=meaning, verified=verified)

        self.desk.start(work, lambda _: done(), failed)

    def add(
        self,
        name: str,
        pin: str,
        *,
        role: officer.Role | None,
        key_file: Path | None,
        done: Done,
        failed: Failed,
    ) -> None:
        """Make a key for somebody, and grant a role; the first administrator is unlocked then.

        Args:
            name: as the person signs.
            pin: opens the key from now on.
            role: None: none yet.
            key_file: where the key goes; None: on this computer.
            done: called when it is done.
            failed: gets the error.
        """

        def work(desk: officer.Desk) -> None:
            first = role is not None and officer.may_enrol(desk, role)
            person = officer.make_key(desk, name=name, pin=pin, key_file=key_file)
            if first:
                desk.unlock(person.id, pin, key_file=key_file)
            if role is not None:
                officer.enrol_person(desk, person, role)

        self.desk.start(work, lambda _: done(), failed, reaching=key_file)

    def enrol(
        self, person: officer.PublicPerson, role: officer.Role, *, done: Done, failed: Failed
    ) -> None:
        """Grant a role to somebody whose key lies elsewhere."""
        self.desk.start(
            lambda desk: officer.enrol_person(desk, person, role), lambda _: done(), failed
        )

    def write_public(self, path: Path, *, done: Done, failed: Failed) -> None:
        """Write the public keys of whoever is unlocked into a new file."""
        self.desk.start(
            lambda desk: officer.write_public_keys(desk, path),
            lambda _: done(),
            failed,
            reaching=path,
        )

    def grant(self, person: str, role: officer.Role, *, done: Done, failed: Failed) -> None:
        """Grant a role to somebody whose key lies here, or who had one before."""
        self.desk.start(lambda desk: officer.enrol(desk, person, role), lambda _: done(), failed)

    def withdraw(self, person: str, *, done: Done, failed: Failed) -> None:
        """Withdraw somebody's role."""
        self.desk.start(lambda desk: officer.withdraw(desk, person), lambda _: done(), failed)

    def change_pin(self, person: str, *, old: str, new: str, done: Done, failed: Failed) -> None:
        """Let another PIN open somebody's key."""
        key_file = self.desk.key_file(person)
        self.desk.start(
            lambda desk: officer.change_pin(desk, person, old=old, new=new, key_file=key_file),
            lambda _: done(),
            failed,
            reaching=key_file,
        )

    def _take(self, found: _Found) -> None:
        self.people, self.anybody, self.broken = found.people, found.anybody, None
        self.sign_offs, self.size = found.sign_offs, found.size
        self.changed.emit()

    def _refuse(self, error: DeidError) -> None:
        self.broken = error
        self.changed.emit()
        self.failed.emit(error)


def _read(desk: officer.Desk) -> _Found:
    here = {person.id: person.name for person in desk.people()}
    roles = desk.roles()
    enrolled = {one.id: Person(one.id, one.name, one.role, one.id in here)
                for one in roles.people.values()}  # fmt: skip
    others = {own: Person(own, name, None, True) for own, name in here.items()}
    people = sorted((others | enrolled).values(), key=lambda one: (one.name.casefold(), one.id))
    signed = officer.sign_offs(desk.log, name=desk.keys.signer.name)
    return _Found(tuple(people), roles.anybody, signed, desk.log.size)
