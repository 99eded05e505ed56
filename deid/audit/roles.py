"""Who may do what, as the records say: roles are granted and withdrawn by signed statements.

The first administrator signs for himself, before anybody else is enrolled; from then on, an
administrator of that moment signs every grant and every withdrawal. A person has one role at a
time, and the last administrator's is not withdrawn. What a person did who might not have done it
makes the verification of the log fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final

from deid.audit.checkpoint import Checkpoint
from deid.audit.note import VerifierKey
from deid.audit.people import id_of
from deid.audit.records import (
    TRAINING_EVENTS,
    BudgetSet,
    Event,
    MeasuringChanged,
    ModelDecided,
    ModelDecision,
    ModelEvaluated,
    Record,
    ReleaseDecided,
    Role,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDrawn,
    SignedOff,
    TrainingEnded,
    TrainingStarted,
    ValueRevealed,
    VerdictGiven,
)
from deid.audit.statement import (
    SignedStatement,
    checkpoint_of,
    facts_of,
    read_statement,
    signer_of,
)
from deid.errors import KeyUnusable, VerificationFailed

ROLE_EVENTS: Final[tuple[type[Event], ...]] = (RoleGranted, RoleWithdrawn)
"""The records that say who has which role."""


class Permission(StrEnum):
    """What a role allows."""

    SAMPLE = "sample"
    READ_VALUES = "read-values"
    SIGN_OFF = "sign-off"
    EXPORT = "export"
    DECIDE_RELEASE = "decide-release"
    MEASURE_REVIEWERS = "measure-reviewers"
    TRAIN = "train"
    SET_BUDGET = "set-budget"
    PROMOTE = "promote"
    ROLL_BACK = "roll-back"
    MANAGE_PEOPLE = "manage-people"
    ARCHIVE = "archive"
    SHRED = "shred"


ALLOWED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.REDACTOR: frozenset(),
    Role.OFFICER: frozenset(
        {
            Permission.SAMPLE,
            Permission.READ_VALUES,
            Permission.SIGN_OFF,
            Permission.EXPORT,
            Permission.DECIDE_RELEASE,
            Permission.MEASURE_REVIEWERS,
            Permission.TRAIN,
            Permission.SET_BUDGET,
            Permission.PROMOTE,
            Permission.ROLL_BACK,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_PEOPLE, Permission.ARCHIVE, Permission.SHRED}),
}
"""Duties are parted: no permission belongs to two roles."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody who was granted a role at one time.

    Attributes:
        id: names the person's key.
        role: at this moment; None once it was withdrawn.
        public_key: what the person's signatures are checked with.
        sealing_key: what is sealed for the person is sealed to this, an X25519 key in base64.
    """

    id: str
    name: str
    role: Role | None
    public_key: str
    sealing_key: str


@dataclass(frozen=True, slots=True)
class Roles:
    """Who has which role at one place in the log.

    Attributes:
        log: name of the log, to which every statement is bound.
        people: everybody who ever had a role, by id.
    """

    log: str
    people: Mapping[str, Enrolled]

    @classmethod
    def of(cls, records: Iterable[Record], *, log: str) -> Roles:
        """The roles after these records, in the order of the log; other kinds change nothing.

        Args:
            records: all records of the log of `ROLE_EVENTS`, at least.
            log: name of the log, that of its key.

        Raises:
            VerificationFailed: a record was not signed as it must be.
        """
        roles, statements = cls(log, {}), Statements()
        for record in records:
            roles = roles.after(record)
            statements.take(record)
        return roles

    @property
    def anybody(self) -> bool:
        """Whether somebody was ever enrolled."""
        return bool(self.people)

    def holders(self, role: Role) -> tuple[Enrolled, ...]:
        """Everybody who has this role now, by name."""
        found = (person for person in self.people.values() if person.role is role)
        return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.id)))

    def permissions(self, person_id: str) -> frozenset[Permission]:
        """What this person's role allows; nothing where there is none."""
        person = self.people.get(person_id)
        return ALLOWED[person.role] if person and person.role else frozenset()

    def may(self, person_id: str, permission: Permission) -> bool:
        """Whether this person's role allows it."""
        return permission in self.permissions(person_id)

    def after(self, record: Record) -> Roles:
        """The roles once this record is in the log.

        Raises:
            VerificationFailed: whoever did what it tells might not do so, or its statement is not
                signed as it must be or says something else.
        """
        try:
            return self._after(record.event, record.seq)
        except VerificationFailed as error:
            raise VerificationFailed(f"record {record.seq}: {error}") from None

    def _after(self, event: Event, size: int) -> Roles:
        match event:
            case RoleGranted():
                self._check_grant(event, size)
                person = Enrolled(
                    event.person, event.name, event.role, event.public_key, event.sealing_key
                )
                return replace(self, people={**self.people, person.id: person})
            case RoleWithdrawn():
                person = self._check_withdrawal(event, size)
                return replace(self, people={**self.people, person.id: person})
            case SignedOff():
                statement = self._stated(event, event.person, Permission.SIGN_OFF, size)
                if event.name != self.people[event.person].name:
                    raise VerificationFailed("signed under another name than the person's")
                if event.size > statement.checkpoint.size:
                    raise VerificationFailed("signed for records that were not there yet")
            case SampleClosed():
                self._stated(event, event.person, Permission.SAMPLE, size)
            case ReleaseDecided():
                self._stated(event, event.person, Permission.DECIDE_RELEASE, size)
            case BudgetSet():
                self._stated(event, event.person, Permission.SET_BUDGET, size)
            case TrainingStarted():
                self._stated(event, event.person, Permission.TRAIN, size)
            case ModelDecided():
                back = event.decision is ModelDecision.ROLLED_BACK
                permission = Permission.ROLL_BACK if back else Permission.PROMOTE
                self._stated(event, event.person, permission, size)
            case TrainingEnded() | ModelEvaluated():
                self._check_may(event.person, Permission.TRAIN)
            case SampleDrawn() | VerdictGiven():
                self._check_may(event.person, Permission.SAMPLE)
            case ValueRevealed():
                self._check_may(event.person, Permission.READ_VALUES)
            case MeasuringChanged() if event.person is not None:
                self._check_may(event.person, Permission.MEASURE_REVIEWERS)
            case _:
                pass
        return self

    def _check_grant(self, event: RoleGranted, size: int) -> None:
        try:
            own = id_of(VerifierKey.parse(event.public_key))
        except KeyUnusable:
            own = ""
        if own != event.person or not event.public_key.startswith(f"noteveil/person/{own}+"):
            raise VerificationFailed("the person's id is not that of the person's key")
        before = self.people.get(own)
        if before is not None and before.role is not None:
            raise VerificationFailed("the person has a role already")
        if before is not None and before.public_key != event.public_key:
            raise VerificationFailed("the person's key is not the one granted before")
        if self.anybody:
            self._stated(event, signer_of(event.statement), Permission.MANAGE_PEOPLE, size)
        elif event.role is Role.ADMINISTRATOR:
            self._check_statement(event, event.public_key, size)
        else:
            raise VerificationFailed("the first to be enrolled must be an administrator")

    def _check_withdrawal(self, event: RoleWithdrawn, size: int) -> Enrolled:
        self._stated(event, signer_of(event.statement), Permission.MANAGE_PEOPLE, size)
        person = self.people.get(event.person)
        if person is None or person.role is not event.role:
            raise VerificationFailed("the person has not the role that is withdrawn")
        if event.role is Role.ADMINISTRATOR and len(self.holders(Role.ADMINISTRATOR)) == 1:
            raise VerificationFailed("the last administrator's role is withdrawn")
        return replace(person, role=None)

    def _stated(
        self, event: Stated, signer: str, permission: Permission, size: int
    ) -> SignedStatement:
        self._check_may(signer, permission)
        return self._check_statement(event, self.people[signer].public_key, size)

    def _check_statement(self, event: Stated, public_key: str, size: int) -> SignedStatement:
        statement = read_statement(event.statement, public_key)
        if (statement.kind, statement.facts) != (event.kind, facts_of(event)):
            raise VerificationFailed("the statement does not say what the record says")
        if statement.checkpoint.origin != self.log:
            raise VerificationFailed("the statement is one about another log")
        if statement.checkpoint.size > size:
            raise VerificationFailed("the statement was signed for a longer log than this was")
        return statement

    def _check_may(self, person_id: str, permission: Permission) -> None:
        if not self.may(person_id, permission):
            raise VerificationFailed(
                f"{person_id} had no role that allows it ({permission.value}) at that time"
            )


PEOPLE_EVENTS: Final[tuple[type[Event], ...]] = (
    *ROLE_EVENTS,
    *TRAINING_EVENTS,
    MeasuringChanged,
    ReleaseDecided,
    SampleClosed,
    SampleDrawn,
    SignedOff,
    ValueRevealed,
    VerdictGiven,
)
"""The records of acts that a role must allow."""

Stated = (
    RoleGranted
    | RoleWithdrawn
    | SignedOff
    | SampleClosed
    | ReleaseDecided
    | BudgetSet
    | TrainingStarted
    | ModelDecided
)
"""The events in which a person states what was done."""


class Statements:
    """The statements of a log so far. Each stands in one record, so that none is used again.

    Otherwise whoever can write to the log could put an old grant behind the withdrawal of the role,
    or an old signature behind what it was not made for.
    """

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def take(self, record: Record) -> None:
        """Remember the statement of the next record, if it has one.

        Raises:
            VerificationFailed: it stands in an earlier record as well.
        """
        if not isinstance(record.event, Stated):
            return
        digest = sha256(record.event.statement.encode()).digest()
        if digest in self._seen:
            raise VerificationFailed(
                f"record {record.seq}: the statement was taken from an earlier record"
            )
        self._seen.add(digest)


def stated_trees(event: Event) -> tuple[Checkpoint, ...]:
    """The trees that the log must have had for what an event states, by their size and root.

    `Roles.after` must have accepted the record before.
    """
    if not isinstance(event, Stated):
        return ()
    checkpoint = checkpoint_of(event.statement)
    if isinstance(event, SignedOff):
        signed = Checkpoint(checkpoint.origin, event.size, bytes.fromhex(event.root))
        return checkpoint, signed
    return (checkpoint,)
