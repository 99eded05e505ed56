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
from typing import Final

from deid.audit.note import VerifierKey
from deid.audit.people import id_of
from deid.audit.records import (
    Archived,
    BudgetSet,
    Event,
    Exported,
    ExportKind,
    KeyChanged,
    KeyKind,
    LeakageMeasured,
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
from deid.audit.stated import Stated, Statements
from deid.audit.statement import SignedStatement, facts_of, read_statement, signer_of
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

_NEEDED: Final[Mapping[type[Event], Permission]] = {
    SampleDrawn: Permission.SAMPLE,
    VerdictGiven: Permission.SAMPLE,
    SampleClosed: Permission.SAMPLE,
    ValueRevealed: Permission.READ_VALUES,
    KeyChanged: Permission.READ_VALUES,
    SignedOff: Permission.SIGN_OFF,
    Exported: Permission.EXPORT,
    ReleaseDecided: Permission.DECIDE_RELEASE,
    MeasuringChanged: Permission.MEASURE_REVIEWERS,
    Archived: Permission.ARCHIVE,
    BudgetSet: Permission.SET_BUDGET,
    TrainingStarted: Permission.TRAIN,
    TrainingEnded: Permission.TRAIN,
    ModelEvaluated: Permission.TRAIN,
    LeakageMeasured: Permission.TRAIN,
}
"""What whoever states such an act must be allowed, where it is not told by more than the kind."""

_TO_DECIDE: Final[Mapping[ModelDecision, Permission]] = {
    ModelDecision.PROMOTED: Permission.PROMOTE,
    ModelDecision.ROLLED_BACK: Permission.ROLL_BACK,
    ModelDecision.KEPT_ASIDE: Permission.PROMOTE,
    ModelDecision.REMOVED: Permission.TRAIN,
}


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
                statement = self._stated(event, event.person, _NEEDED[SignedOff], size)
                if event.name != self.people[event.person].name:
                    raise VerificationFailed("signed under another name than the person's")
                if event.size > statement.checkpoint.size:
                    raise VerificationFailed("signed for records that were not there yet")
            case ModelDecided():
                self._stated(event, event.person, _TO_DECIDE[event.decision], size)
            case Exported() | KeyChanged() | MeasuringChanged() | Archived() if _needs_nobody(
                event, anybody=self.anybody
            ):
                _check_unsigned(event)
            case _ if isinstance(event, Stated):
                self._stated(event, event.person, _NEEDED[type(event)], size)
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
        self, event: Stated, signer: str | None, permission: Permission, size: int
    ) -> SignedStatement:
        if signer is None:
            raise VerificationFailed(f"it names nobody who might do it ({permission.value})")
        self._check_may(signer, permission)
        return self._check_statement(event, self.people[signer].public_key, size)

    def _check_statement(self, event: Stated, public_key: str, size: int) -> SignedStatement:
        statement = read_statement(event.statement or "", public_key)
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


def _needs_nobody(event: Event, *, anybody: bool) -> bool:
    """Whether an act of this kind needs no person: everybody may do it, or nobody is enrolled."""
    match event:
        case Exported():
            return event.what in (ExportKind.CHECKPOINT, ExportKind.PROOF)
        case KeyChanged():
            return event.what is not KeyKind.VAULT
        case MeasuringChanged() | Archived():
            return not anybody
        case _:
            return False


def _check_unsigned(event: Exported | KeyChanged | MeasuringChanged | Archived) -> None:
    named = event.person is not None and not isinstance(event, KeyChanged)
    if named or event.statement is not None:
        raise VerificationFailed("it names a person, and needs none")
