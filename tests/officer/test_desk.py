"""The desk: whose key is unlocked, what it allows, and that nothing forged is recorded there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from deid.audit.people import make_personal_key
from deid.audit.records import (
    Event,
    KeyAct,
    KeyChanged,
    KeyKind,
    Meaning,
    Purpose,
    RevealSource,
    Role,
    RoleGranted,
    SignedOff,
    ValueRevealed,
)
from deid.audit.roles import ALLOWED
from deid.audit.verify import Verified, verify
from deid.errors import (
    KeyUnusable,
    NotPermitted,
    OutputExists,
    PinRefused,
    VerificationFailed,
)
from deid.officer import Desk, Permission
from deid.officer.archiving import archive_records
from deid.officer.enrolment import change_pin, enrol, enrol_person, make_key, withdraw
from deid.officer.public_keys import read_public_keys, write_public_keys
from deid.officer.signoff import sign_off, sign_offs
from deid.officer.wrong_pins import WrongPins

PIN = "a short sentence"
Enrol = Callable[[str, Role], str]


def events(desk: Desk) -> list[Event]:
    return [record.event for record in desk.log.records()]


def check(desk: Desk) -> Verified:
    return verify(desk.log.path, public_key=desk.keys.public_key)


def test_nobody_enrolled_means_that_nothing_is_permitted_and_says_what_to_do(desk: Desk) -> None:
    for permission in Permission:
        with pytest.raises(NotPermitted, match="deid audit people add"):
            desk.require(permission)
    assert desk.log.size == 0


def test_each_unlocking_and_each_refusal_is_recorded(desk: Desk, administrator: str) -> None:
    before = desk.log.size
    with pytest.raises(PinRefused):
        desk.unlock(administrator, "not the PIN")
    assert desk.person is None
    desk.unlock(administrator, PIN)
    assert events(desk)[before:] == [
        KeyChanged(KeyKind.PERSON, KeyAct.REFUSED, administrator, None),
        KeyChanged(KeyKind.PERSON, KeyAct.USED, administrator, administrator),
    ]


def test_a_wrong_pin_locks_whoever_was_unlocked(
    desk: Desk, officer: str, administrator: str
) -> None:
    assert desk.require(Permission.SIGN_OFF).id == officer
    with pytest.raises(PinRefused):
        desk.unlock(administrator, "not the PIN")
    with pytest.raises(NotPermitted, match="unlock one"):
        desk.require(Permission.SIGN_OFF)


def test_each_permission_belongs_to_one_role(
    desk: Desk, enrolled: Enrol, administrator: str
) -> None:
    people = {role: enrolled(role.value, role) for role in (Role.OFFICER, Role.REDACTOR)}
    people[Role.ADMINISTRATOR] = administrator
    for permission in Permission:
        (may,) = (role for role, allowed in ALLOWED.items() if permission in allowed)
        for role, person in people.items():
            desk.unlock(person, PIN)
            if role is may:
                assert desk.require(permission).id == person
            else:
                with pytest.raises(NotPermitted, match=f"is: {role.value}"):
                    desk.require(permission)


def test_a_key_without_a_role_permits_nothing(desk: Desk, administrator: str) -> None:
    stranger = make_key(desk, name="Eve", pin=PIN)
    desk.unlock(stranger.id, PIN)
    with pytest.raises(NotPermitted, match="has no role"):
        desk.require(Permission.SAMPLE)
    with pytest.raises(NotPermitted):
        enrol(desk, stranger.id, Role.ADMINISTRATOR)


def test_the_first_enrols_with_their_own_key(desk: Desk) -> None:
    ada, eve = (make_key(desk, name=name, pin=PIN) for name in ("Ada", "Eve"))
    with pytest.raises(NotPermitted, match="their own key"):
        enrol(desk, ada.id, Role.ADMINISTRATOR)
    desk.unlock(eve.id, PIN)
    with pytest.raises(NotPermitted, match="their own key"):
        enrol(desk, ada.id, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted, match="must be an administrator"):
        enrol(desk, eve.id, Role.OFFICER)
    desk.unlock(ada.id, PIN)
    enrol(desk, ada.id, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted, match="is administrator already"):
        enrol(desk, ada.id, Role.OFFICER)
    check(desk)


def test_two_desks_cannot_both_enrol_a_first_administrator(desk: Desk, home: Path) -> None:
    ada, eve = (make_key(desk, name=name, pin=PIN) for name in ("Ada", "Eve"))
    with Desk.open(home) as other:
        desk.unlock(ada.id, PIN)
        other.unlock(eve.id, PIN)
        late = other.sign(_granted(other, eve.id, Role.ADMINISTRATOR))
        enrol(desk, ada.id, Role.ADMINISTRATOR)
        with pytest.raises(NotPermitted, match="nothing was recorded"):
            other.record(late)
    check(desk)


def test_a_role_withdrawn_meanwhile_no_longer_counts(
    desk: Desk, officer: str, administrator: str, home: Path
) -> None:
    event = desk.sign(_signed_off(desk, officer))
    with Desk.open(home) as other:
        other.unlock(administrator, PIN)
        assert withdraw(other, officer) is Role.OFFICER
    with pytest.raises(NotPermitted, match="no role that allows it"):
        desk.record(event)
    with pytest.raises(NotPermitted, match="is: none"):
        desk.require(Permission.SIGN_OFF)
    check(desk)


def test_what_the_verification_would_refuse_is_not_recorded(desk: Desk, officer: str) -> None:
    good = _signed_off(desk, officer)
    size = desk.log.size
    for event in (
        good,
        replace(desk.sign(good), meaning=Meaning.REJECTED),
        desk.sign(replace(good, name="Somebody Else")),
        desk.sign(replace(good, root="0" * 64)),
        ValueRevealed(
            "0" * 16, f"hmac-sha256:{'0' * 16}:{'0' * 64}", RevealSource.FILE, 1, Purpose.CARE
        ),
    ):
        with pytest.raises(NotPermitted, match="nothing was recorded"):
            desk.record(event)
    assert desk.log.size == size


def test_an_old_statement_is_not_used_again(
    desk: Desk, officer: str, administrator: str, home: Path
) -> None:
    signed = desk.sign(_signed_off(desk, officer))
    desk.record(signed)
    desk.unlock(administrator, PIN)
    granted = next(
        event
        for event in events(desk)
        if isinstance(event, RoleGranted) and event.person == officer
    )
    withdraw(desk, officer)
    desk.lock()
    for event in (granted, signed):
        with pytest.raises(NotPermitted, match="nothing was recorded"):
            desk.record(event)
    check(desk)
    desk.log.append([granted])  # by a program that asks nobody
    with pytest.raises(VerificationFailed, match="taken from an earlier record"):
        desk.roles()
    with pytest.raises(VerificationFailed, match="taken from an earlier record"):
        check(desk)


def test_one_statement_does_not_stand_in_two_records_of_a_batch(desk: Desk, officer: str) -> None:
    signed = desk.sign(_signed_off(desk, officer))
    with pytest.raises(NotPermitted, match="nothing was recorded"):
        desk.record(signed, signed)


def test_a_statement_wants_a_person(desk: Desk, officer: str) -> None:
    desk.lock()
    with pytest.raises(NotPermitted):
        desk.sign(_signed_off(desk, officer))


def test_the_last_administrator_stays(desk: Desk, enrolled: Enrol, administrator: str) -> None:
    desk.unlock(administrator, PIN)
    with pytest.raises(NotPermitted, match="last administrator"):
        withdraw(desk, administrator)
    second = enrolled("Adam", Role.ADMINISTRATOR)
    desk.unlock(second, PIN)
    withdraw(desk, administrator)
    with pytest.raises(NotPermitted, match="no role"):
        withdraw(desk, administrator)
    desk.unlock(administrator, PIN)
    with pytest.raises(NotPermitted, match="is: none"):
        withdraw(desk, second)
    check(desk)


def test_a_new_pin_is_recorded_and_a_wrong_old_one_too(desk: Desk, administrator: str) -> None:
    with pytest.raises(KeyUnusable, match="6 to 128"):
        change_pin(desk, administrator, old=PIN, new="short")
    with pytest.raises(PinRefused):
        change_pin(desk, administrator, old="not the PIN", new="another sentence")
    change_pin(desk, administrator, old=PIN, new="another sentence")
    assert desk.person is None
    acts = [event.act for event in events(desk) if isinstance(event, KeyChanged)]
    assert acts[-3:] == [KeyAct.REFUSED, KeyAct.USED, KeyAct.CHANGED]
    assert desk.unlock(administrator, "another sentence").id == administrator


def test_who_has_no_key_here_is_not_enrolled(desk: Desk, administrator: str) -> None:
    desk.unlock(administrator, PIN)
    with pytest.raises(KeyUnusable, match="no key"):
        enrol(desk, "0" * 16, Role.OFFICER)


def test_a_sign_off_shows_name_time_and_meaning_and_is_bound_to_what_was_verified(
    desk: Desk, officer: str
) -> None:
    verified = check(desk)
    signed = sign_off(desk, meaning=Meaning.REVIEWED, verified=verified)
    assert (signed.name, signed.person, signed.meaning) == (
        "Olive Officer", officer, Meaning.REVIEWED,
    )  # fmt: skip
    assert (signed.size, signed.root) == (verified.size, verified.root)
    assert signed.time.utcoffset() is not None
    later = sign_off(desk, meaning=Meaning.APPROVED, verified=check(desk))
    assert sign_offs(desk.log, name=desk.keys.signer.name) == (signed, later)
    check(desk)


def test_what_was_not_verified_is_not_signed(desk: Desk, officer: str, tmp_path: Path) -> None:
    with Desk.open(tmp_path / "other") as other:
        make_key(other, name="Eve", pin=PIN)
        elsewhere = check(other)
    with pytest.raises(NotPermitted, match="not this one"):
        sign_off(desk, meaning=Meaning.REVIEWED, verified=elsewhere)
    longer = replace(check(desk), size=1000)
    with pytest.raises(NotPermitted, match="not this one"):
        sign_off(desk, meaning=Meaning.REVIEWED, verified=longer)
    assert sign_offs(desk.log, name=desk.keys.signer.name) == ()


def test_an_administrator_does_not_sign_off(desk: Desk, officer: str, administrator: str) -> None:
    desk.unlock(administrator, PIN)
    with pytest.raises(NotPermitted, match="is: administrator"):
        sign_off(desk, meaning=Meaning.REVIEWED, verified=check(desk))


def test_a_forged_sign_off_is_not_listed(desk: Desk, officer: str) -> None:
    sign_off(desk, meaning=Meaning.REVIEWED, verified=check(desk))
    stranger = make_personal_key(desk.home, name="Olive Officer", pin=PIN)
    desk.unlock(stranger.id, PIN)
    desk.log.append([desk.sign(_signed_off(desk, officer))])
    with pytest.raises(VerificationFailed, match="not signed by the key"):
        sign_offs(desk.log, name=desk.keys.signer.name)
    with pytest.raises(VerificationFailed, match="not signed by the key"):
        check(desk)


def _granted(desk: Desk, person: str, role: Role) -> RoleGranted:
    assert desk.person is not None
    keys = desk.person.public_keys
    return RoleGranted(role, desk.person.name, person, keys.signing, keys.sealing, "")


def _signed_off(desk: Desk, person: str) -> SignedOff:
    size = desk.log.size
    return SignedOff(person, "Olive Officer", Meaning.REVIEWED, size, desk.log.root(size).hex(), "")


def test_roles_and_signatures_stay_when_records_are_archived(
    desk: Desk, officer: str, administrator: str, tmp_path: Path
) -> None:
    signed = sign_off(desk, meaning=Meaning.REVIEWED, verified=check(desk))
    desk.unlock(administrator, PIN)
    moved = archive_records(desk, tmp_path / "archive", stop=desk.log.size)
    assert moved is not None
    assert desk.roles().people[officer].role is Role.OFFICER
    assert sign_offs(desk.log, name=desk.keys.signer.name) == (signed,)
    desk.unlock(officer, PIN)
    sign_off(desk, meaning=Meaning.APPROVED, verified=check(desk))
    check(desk)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir(mode=0o700)
    return folder


def test_who_is_enrolled_by_public_keys_alone_signs_and_reads_values(
    desk: Desk, administrator: str, stick: Path, tmp_path: Path
) -> None:
    key_file, public = stick / "otto.key", tmp_path / "otto.public"
    with Desk.open(tmp_path / "elsewhere") as own:
        otto = make_key(own, name="Otto", pin=PIN, key_file=key_file)
        with pytest.raises(NotPermitted):
            write_public_keys(own, public)
        own.unlock(otto.id, PIN, key_file=key_file)
        write_public_keys(own, public)
        with pytest.raises(OutputExists):
            write_public_keys(own, public)
    assert read_public_keys(public) == otto
    desk.unlock(administrator, PIN)
    enrol_person(desk, otto, Role.OFFICER)
    desk.unlock(otto.id, PIN, key_file=key_file)
    sign_off(desk, meaning=Meaning.REVIEWED, verified=check(desk))
    desk.unlock(otto.id, PIN)  # where the key lies is remembered
    assert desk.require(Permission.READ_VALUES).id == otto.id
    key_file.unlink()
    with pytest.raises(KeyUnusable, match="cannot be read"):
        desk.unlock(otto.id, PIN)
    assert desk.person is None
    assert not list(desk.home.rglob(f"*{otto.id}*"))
    check(desk)


def test_who_had_a_role_before_is_enrolled_again_without_the_key(
    desk: Desk, administrator: str, officer: str
) -> None:
    (desk.home / "keys" / "people" / f"{officer}.key").unlink()
    desk.unlock(administrator, PIN)
    withdraw(desk, officer)
    enrol(desk, officer, Role.REDACTOR)
    assert desk.roles().people[officer].role is Role.REDACTOR
    check(desk)


def test_wrong_pins_are_counted_for_each_key_until_it_is_unlocked(
    desk: Desk, administrator: str, officer: str
) -> None:
    assert desk.take_wrong_pins() is None
    for person in (officer, administrator, officer):
        with pytest.raises(PinRefused):
            desk.unlock(person, "not the PIN")
    last = list(desk.log.records())[-1].time
    desk.unlock(officer, PIN)
    assert desk.take_wrong_pins() == WrongPins("Olive Officer", 2, last)
    assert desk.take_wrong_pins() is None
    desk.unlock(officer, PIN)
    assert desk.take_wrong_pins() is None
    desk.unlock(administrator, PIN)
    found = desk.take_wrong_pins()
    assert found is not None
    assert (found.name, found.count) == ("Ada Minister", 1)


def test_wrong_pins_of_another_sitting_are_told(desk: Desk, officer: str, home: Path) -> None:
    with Desk.open(home) as other, pytest.raises(PinRefused):
        other.unlock(officer, "not the PIN")
    desk.unlock(officer, PIN)
    found = desk.take_wrong_pins()
    assert found is not None
    assert found.count == 1
