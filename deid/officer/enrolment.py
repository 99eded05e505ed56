"""Who has which role: granting and withdrawing, by an administrator."""

from __future__ import annotations

from deid.audit import people
from deid.audit.records import KeyAct, KeyChanged, KeyKind, Role, RoleGranted, RoleWithdrawn
from deid.audit.roles import Permission
from deid.audit.token import Token
from deid.errors import KeyUnusable, NotPermitted
from deid.officer.desk import Desk


def make_key(desk: Desk, *, name: str, pin: str) -> people.KnownPerson:
    """Make a key for somebody, who has no role by it, and record that it was made.

    Args:
        desk: at which it will lie.
        name: as the person will sign.
        pin: chosen by the person, at least six characters.

    Raises:
        KeyUnusable: the name or the PIN cannot be used, or the file cannot be written.
    """
    person = people.make_personal_key(desk.home, name=name, pin=pin)
    _record(desk, KeyAct.MADE, person.id)
    return people.KnownPerson(person.id, person.name)


def adopt_token(desk: Desk, token: Token, *, name: str, pin: str) -> people.KnownPerson:
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
    return people.KnownPerson(person.id, person.name)


def change_pin(desk: Desk, person_id: str, *, old: str, new: str) -> None:
    """Let another PIN open a person's key, and record it. Nobody is unlocked afterwards.

    Raises:
        PinRefused: the old PIN is not that of the key.
        KeyUnusable: the new PIN cannot be used.
    """
    people.check_pin(new)
    desk.unlock(person_id, old)
    desk.lock()
    people.change_pin(desk.home, person_id, old, new)
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
    """Grant a role to somebody whose key lies in the data folder.

    The first to be enrolled is an administrator, who grants it with their own key.

    Raises:
        NotPermitted: nobody is unlocked who may, or the person has a role already.
        KeyUnusable: no key of that id lies here.
    """
    if may_enrol(desk, role) and (desk.person is None or desk.person.id != person_id):
        raise NotPermitted("the first administrator enrols with their own key: unlock that one")
    has = desk.roles().people.get(person_id)
    if has is not None and has.role is not None:
        raise NotPermitted(
            f"the person is {has.role.value} already: withdraw that first, or make another key, "
            "since one key has one role"
        )
    name = next((known.name for known in desk.people() if known.id == person_id), None)
    if name is None:
        raise KeyUnusable(f"no key of the id {person_id} lies in the data folder")
    keys = people.public_keys(desk.home, person_id)
    granted = RoleGranted(
        role=role,
        name=name,
        person=person_id,
        public_key=keys.signing,
        sealing_key=keys.sealing,
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


def _record(desk: Desk, act: KeyAct, person_id: str) -> None:
    desk.record(KeyChanged(KeyKind.PERSON, act, key_id=person_id, person=person_id))
