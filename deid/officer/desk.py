"""The desk: a data folder opened for the acts of officers and administrators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from deid import resources
from deid.audit import people
from deid.audit.checkpoint import Checkpoint, parse, seal, standing
from deid.audit.keys import Keys
from deid.audit.people import KnownPerson, PersonalKey
from deid.audit.records import Archived, Event, KeyAct, KeyChanged, KeyKind, Record, Role
from deid.audit.roles import ALLOWED, ROLE_EVENTS, Permission, Roles
from deid.audit.rows import archived_until
from deid.audit.sampled import SAMPLE_EVENTS, SampleEvent, SampleRecords
from deid.audit.stated import Stated, Statements, stated_trees
from deid.audit.statement import facts_of, sign_statement
from deid.audit.store import AuditLog, Filter
from deid.errors import NotPermitted, PinRefused, VerificationFailed
from deid.officer.shredding import finish_shredding
from deid.officer.wrong_pins import WrongPins, wrong_pins

_WHO: Final = {Role.OFFICER: "an officer", Role.ADMINISTRATOR: "an administrator"}

_Stated = TypeVar("_Stated", bound=Stated)


class Desk:
    """One data folder, open for the acts of officers. Close it, or use it in a `with` statement.

    Args:
        home: the data folder.
        keys: the site's keys.
        log: the site's log.
    """

    def __init__(self, *, home: Path, keys: Keys, log: AuditLog) -> None:
        self.home = home
        self.keys = keys
        self.log = log
        self._person: PersonalKey | None = None
        self._key_files: dict[str, Path] = {}
        self._wrong_pins: WrongPins | None = None

    @classmethod
    def open(cls, home: Path | None = None) -> Desk:
        """Open the data folder, and make it with its keys on first use.

        Args:
            home: the folder; None: the user's own, or where `DEID_HOME` says.

        Raises:
            AuditError: the log or a key cannot be used.
        """
        folder = home if home is not None else resources.home()
        Keys.open(folder)  # before the log: beside one, a missing key is not made
        log = AuditLog.open(folder)
        try:
            finish_shredding(folder, log)
            return cls(home=folder, keys=Keys.open(folder), log=log)
        except BaseException:
            log.close()
            raise

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget whoever is unlocked, sign the log as it now stands, and close it."""
        self.lock()
        try:
            seal(self.log, self.keys.signer)
        finally:
            self.log.close()

    @property
    def person(self) -> PersonalKey | None:
        """Whose key is unlocked."""
        return self._person

    def people(self) -> tuple[KnownPerson, ...]:
        """Everybody whose key lies in the data folder, by name.

        Raises:
            KeyUnusable: a key file cannot be read.
        """
        return people.people(self.home)

    def unlock(self, person_id: str, pin: str, *, key_file: Path | None = None) -> PersonalKey:
        """Unlock a person's key, and record it; a wrong PIN is recorded too.

        Whoever was unlocked before no longer is.

        Args:
            person_id: whose key.
            pin: opens it.
            key_file: where it lies, if not in the data folder, such as on a stick. Where it was is
                remembered until the desk is closed; nothing is copied.

        Raises:
            PinRefused: the PIN is not that of this key.
            KeyUnusable: there is no such key, or it cannot be read.
        """
        self.lock()
        path = key_file if key_file is not None else self._key_files.get(person_id)
        try:
            person = people.unlock(self.home, person_id, pin, key_file=path)
        except PinRefused:
            self.log.append([KeyChanged(KeyKind.PERSON, KeyAct.REFUSED, key_id=person_id)])
            raise
        uses = self.log.select(Filter(kinds=(KeyChanged,)))
        self._wrong_pins = wrong_pins(uses, person.public) or self._wrong_pins
        self.log.append([KeyChanged(KeyKind.PERSON, KeyAct.USED, person.id, person.id)])
        if path is not None:
            self._key_files[person.id] = path
        self._person = person
        return person

    def take_wrong_pins(self) -> WrongPins | None:
        """How many wrong PINs came before the key was unlocked; None: none, or asked before."""
        found, self._wrong_pins = self._wrong_pins, None
        return found

    def lock(self) -> None:
        """Forget the unlocked key."""
        self._person = None

    def roles(self) -> Roles:
        """Who has which role now.

        Raises:
            VerificationFailed: a grant or a withdrawal was not signed as it must be.
        """
        granted = self.log.select(Filter(kinds=ROLE_EVENTS))
        return Roles.of(granted, log=self.keys.signer.name)

    def require(self, permission: Permission) -> PersonalKey:
        """The unlocked key, whose person has a role that allows this.

        Raises:
            NotPermitted: nobody is unlocked or enrolled, or the role does not allow it.
        """
        roles, person = self.roles(), self._person
        who = next(_WHO[role] for role, allowed in ALLOWED.items() if permission in allowed)
        if not roles.anybody:
            raise NotPermitted(
                f"this act wants the key of {who}, and nobody is enrolled yet: begin with "
                "`deid audit people add --name NAME --role administrator`"
            )
        if person is None:
            raise NotPermitted(f"this act wants the key of {who}: unlock one")
        enrolled = roles.people.get(person.id)
        if enrolled is None or enrolled.public_key != person.public_key:
            raise NotPermitted(
                f"this act wants the key of {who}, and the unlocked one has no role: an "
                "administrator grants it with `deid audit people grant`"
            )
        if not roles.may(person.id, permission):
            has = enrolled.role.value if enrolled.role is not None else "none"
            raise NotPermitted(
                f"this act wants the key of {who}; the role of the unlocked one is: {has}"
            )
        return person

    def checkpoint(self) -> Checkpoint:
        """Sign the log as it stands, and return what was signed."""
        return parse(seal(self.log, self.keys.signer), self.keys.signer.verifier)

    def state(self, kind: str, facts: Mapping[str, str]) -> str:
        """A statement of the unlocked person over the log as it now stands.

        Args:
            kind: of the record that it will be put into.
            facts: the other fields of that record, as text; `sign` finds them by itself.

        Raises:
            NotPermitted: nobody is unlocked.
        """
        if self._person is None:
            raise NotPermitted("a statement wants the key of the person who makes it: unlock it")
        return sign_statement(
            self._person,
            kind=kind,
            facts=facts,
            checkpoint=standing(self.log, self.keys.signer.verifier),
            time=datetime.now(UTC),
        )

    def sign(self, event: _Stated) -> _Stated:
        """The event with a statement of the unlocked person about all its other fields.

        Raises:
            NotPermitted: nobody is unlocked.
        """
        return replace(event, statement=self.state(event.kind, facts_of(event)))

    def record(self, *events: Event, check: Callable[[], object] | None = None) -> range:
        """Write events to the log, unless the verification of the log would refuse them.

        Args:
            events: what is written, in one batch.
            check: called when no other process can write any more; when it raises, nothing is
                written.

        Raises:
            NotPermitted: a person in them has no role that allows it, or a statement does not
                fit; nothing was written.
            LogUnavailable: the log cannot be written.
        """
        try:
            # What is in the log stays as it is, so this need not be within the transaction.
            self._check_trees(events)
            return self.log.append(events, check=lambda first: self._check(events, first, check))
        except VerificationFailed as error:
            raise NotPermitted(f"nothing was recorded: {error}") from None

    def move_out(self, event: Archived) -> Archived:
        """Take records out of the log that are in an archive now; what was signed and recorded.

        Raises:
            NotPermitted: no administrator is unlocked; nothing was changed.
            LogUnavailable: the log cannot be written, or another program has archived meanwhile.
        """
        person = self.require(Permission.ARCHIVE)
        signed = self.sign(replace(event, person=person.id))
        try:
            self._check_trees((signed,))
            self.log.move_out(signed, check=lambda first: self._check_acts((signed,), first))
        except VerificationFailed as error:
            raise NotPermitted(f"nothing was recorded: {error}") from None
        return signed

    def _check_trees(self, events: tuple[Event, ...]) -> None:
        size = self.log.size
        for tree in (tree for event in events for tree in stated_trees(event)):
            if tree.size > size or self.log.root(tree.size) != tree.root:
                raise VerificationFailed("the statement is one about another log")

    def _check(
        self, events: tuple[Event, ...], first: int, check: Callable[[], object] | None
    ) -> None:
        self._check_acts(events, first)
        if check is not None:
            check()

    def _check_acts(self, events: tuple[Event, ...], first: int) -> None:
        roles, now = self.roles(), datetime.now(UTC)
        statements, samples = self._statements(events), self._samples(events)
        for seq, event in enumerate(events, start=first):
            record = Record(seq, now, self.log.session, event)
            roles = roles.after(record)
            statements.take(record)
            samples.take(record)

    def _statements(self, events: tuple[Event, ...]) -> Statements:
        """What might be used again: a statement stands behind the records it was signed for."""
        found = Statements(archived=archived_until(self.log.archived()))
        signed_for = [tree.size for event in events for tree in stated_trees(event)[:1]]
        for record in self.log.records(min(signed_for)) if signed_for else ():
            found.take(record)
        return found

    def _samples(self, events: tuple[Event, ...]) -> SampleRecords:
        """What the log tells of the samples that these events belong to."""
        found = SampleRecords()
        wanted = {event.sample for event in events if isinstance(event, SampleEvent)}
        for record in self.log.select(Filter(kinds=SAMPLE_EVENTS)) if wanted else ():
            if isinstance(record.event, SampleEvent) and record.event.sample in wanted:
                found.take(record)
        return found
