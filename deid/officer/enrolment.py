"""Who has which role: granting and withdrawing, by an administrator."""

from __future__ import annotations

from pathlib import Path

from deid.audit import people
from deid.audit.people import PublicPerson
from deid.audit.records import KeyAct, KeyChanged, KeyKind, Role, RoleGranted, RoleWithdrawn
from deid.audit.roles import Permission
from deid.audit.token import Token
from deid.errors import KeyUnusable, NotPermitted
from deid.officer.desk import Desk


def make_key(desk: Desk, *, name: str, pin: str, key_file: Path | None = None) -> PublicPerson:
    """Make a key for somebody, who has no role by it, and record that it was made.

    Args:
        desk: at which it is made.
        name: as the person will sign.
        pin: chosen by the person, at least six characters.
        key_file: where it goes, such as on a stick; None: into the data folder.

    Raises:
        KeyUnusable: the name or the PIN cannot be used, or the file cannot be written or is there
            already.
    """
    person = people.make_personal_key(desk.home, name=name, pin=pin, key_file=key_file)
    _record(desk, KeyAct.MADE, person.id)
    return person.public


def adopt_token(desk: Desk, token: Token, *, name: str, pin: str) -> PublicPerson:
    """Know somebody by a key on a token, who has no role by it, and record that.

    Args:
        desk: at which the file lies that says where the key is.
        token: where it is.
        name: as the person will sign.
        pin: of the token.

    Raises:
        PinRefused: the PIN is not that of the token.
        KeyUnusable: the name or the token cannot be used, or the file cannot be written.
    """
    person = people.adopt_token(desk.home, token, name=name, pin=pin)
    _record(desk, KeyAct.MADE, person.id)
    return person.public


def change_pin(
    desk: Desk, person_id: str, *, old: str, new: str, key_file: Path | None = None
) -> None:
    """Let another PIN open a person's key, and record it. Nobody is unlocked afterwards.

    Args:
        desk: at which it is done.
        person_id: whose key.
        old: opens it until now.
        new: opens it from now on; at least six characters.
        key_file: where it lies, such as on a stick; None: in the data folder.

    Raises:
        PinRefused: the old PIN is not that of the key.
        KeyUnusable: the new PIN cannot be used.
    """
    people.check_pin(new)
    desk.unlock(person_id, old, key_file=key_file)
    desk.lock()
    people.change_pin(desk.home, person_id, old, new, key_file=key_file)
    _record(desk, KeyAct.CHANGED, person_id)


def may_enrol(desk: Desk, role: Role) -> bool:
    """Whether it is the first administrator who is to be enrolled, with their own key.

    Raises:
        NotPermitted: nobody is unlocked who may grant this role.
    """
    if desk.roles().anybody:
        desk.require(Permission.MANAGE_PEOPLE)
        return False
    if role is not Role.ADMINISTRATOR:
        raise NotPermitted(
            "the first to be enrolled must be an administrator, who then enrols the others"
        )
    return True


def enrol(desk: Desk, person_id: str, role: Role) -> None:
    """Grant a role to somebody whose key lies in the data folder, or who had a role before.

    The first to be enrolled is an administrator, who grants it with their own key.

    Raises:
        NotPermitted: nobody is unlocked who may, or the person has a role already.
        KeyUnusable: there is nobody of that id.
    """
    enrol_person(desk, _known(desk, person_id), role)


def enrol_person(desk: Desk, person: PublicPerson, role: Role) -> None:
    """Grant a role to somebody whose public keys are known, wherever the private ones lie.

    That the keys are those of a human being of this name was made sure of before, by comparing
    the id with the one that the person reads out.

    Raises:
        NotPermitted: nobody is unlocked who may, or the person has a role already.
    """
    if may_enrol(desk, role) and (desk.person is None or desk.person.id != person.id):
        raise NotPermitted("the first administrator enrols with their own key: unlock that one")
    has = desk.roles().people.get(person.id)
    if has is not None and has.role is not None:
        raise NotPermitted(
            f"the person is {has.role.value} already: withdraw that first, or make another key, "
            "since one key has one role"
        )
    granted = RoleGranted(
        role=role,
        name=person.name,
        person=person.id,
        public_key=person.keys.signing,
        sealing_key=person.keys.sealing,
        statement="",
    )
    desk.record(desk.sign(granted))


def withdraw(desk: Desk, person_id: str) -> Role:
    """Withdraw the role that somebody has, and return which it was; the key file stays.

    Raises:
        NotPermitted: nobody is unlocked who may, the person has no role, or is the last
            administrator.
    """
    desk.require(Permission.MANAGE_PEOPLE)
    roles = desk.roles()
    has = roles.people.get(person_id)
    if has is None or has.role is None:
        raise NotPermitted("the person has no role that could be withdrawn")
    if has.role is Role.ADMINISTRATOR and len(roles.holders(Role.ADMINISTRATOR)) == 1:
        raise NotPermitted(
            "this is the last administrator, without whom nobody could be enrolled any more: "
            "enrol another first"
        )
    desk.record(desk.sign(RoleWithdrawn(role=has.role, person=person_id, statement="")))
    return has.role


def _known(desk: Desk, person_id: str) -> PublicPerson:
    """Somebody whose key lies here or is unlocked, or else as the log knows them."""
    if desk.person is not None and desk.person.id == person_id:
        return desk.person.public
    if any(person.id == person_id for person in desk.people()):
        return people.public_person(desk.home, person_id)
    before = desk.roles().people.get(person_id)
    if before is None:
        raise KeyUnusable(
            f"no key of the id {person_id} lies in the data folder, and it never had a role: "
            "enrol with the file of the person's public keys"
        )
    keys = people.PublicKeys(before.public_key, before.sealing_key)
    return PublicPerson(before.id, before.name, keys)


def _record(desk: Desk, act: KeyAct, person_id: str) -> None:
    desk.record(KeyChanged(KeyKind.PERSON, act, key_id=person_id, person=person_id))
