"""The keys of people: opened by their PIN only, bound to what they say in the clear, private."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.audit import key_files, people
from deid.audit.people import (
    KnownPerson,
    PersonalKey,
    change_pin,
    make_personal_key,
    public_person,
    unlock,
)
from deid.errors import DefectError, KeyUnusable, PinRefused
from deid.files import scratch_beside

NAME, PIN = "Zoë Vance-Ōta", "grüne Wiese"
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")


@pytest.fixture
def person(home: Path) -> PersonalKey:
    return make_personal_key(home, name=f"  {NAME} ", pin=PIN)


@pytest.fixture
def file(home: Path, person: PersonalKey) -> Path:
    return home / "keys" / "people" / f"{person.id}.key"


def test_a_key_opens_with_its_pin_and_is_the_one_that_was_made(
    home: Path, person: PersonalKey
) -> None:
    assert unlock(home, person.id, PIN) == person
    assert people.people(home) == (KnownPerson(person.id, NAME),)
    assert public_person(home, person.id) == person.public
    assert person.public_key.startswith(f"noteveil/person/{person.id}+")


def test_no_two_keys_are_the_same(home: Path, person: PersonalKey) -> None:
    other = make_personal_key(home, name=NAME, pin=PIN)
    assert other.id != person.id
    assert len(people.people(home)) == 2


@pytest.mark.parametrize(
    "pin", ["grune Wiese", "grüne Wiese ", "Grüne Wiese", "", "x", "grüne Wiese" * 2, "\udcff" * 8]
)
def test_a_wrong_pin_opens_nothing_and_says_nothing(
    home: Path, person: PersonalKey, pin: str
) -> None:
    with pytest.raises(PinRefused) as refused:
        unlock(home, person.id, pin)
    assert PIN not in str(refused.value)
    assert person.id not in str(refused.value)


def test_keyboards_that_compose_an_umlaut_otherwise_type_the_same_pin(
    home: Path, person: PersonalKey
) -> None:
    assert unlock(home, person.id, PIN.replace("ü", "u\u0308")) == person


def test_a_changed_pin_opens_the_same_key_and_the_old_one_does_not(
    home: Path, person: PersonalKey, file: Path
) -> None:
    before = file.read_bytes()
    with pytest.raises(PinRefused):
        change_pin(home, person.id, "not this one", "blue meadow")
    with pytest.raises(KeyUnusable, match="6 to 128"):
        change_pin(home, person.id, PIN, "short")
    assert file.read_bytes() == before
    change_pin(home, person.id, PIN, "blue meadow")
    assert unlock(home, person.id, "blue meadow") == person
    with pytest.raises(PinRefused):
        unlock(home, person.id, PIN)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "x" * 256, "\udcff"])
def test_what_cannot_be_a_name_is_refused(home: Path, name: str) -> None:
    with pytest.raises(KeyUnusable, match="one line of 1 to 255"):
        make_personal_key(home, name=name, pin=PIN)
    assert not home.exists()


def test_nobody_is_there_where_nothing_is(home: Path) -> None:
    assert people.people(home) == ()
    with pytest.raises(KeyUnusable, match="people list"):
        unlock(home, "0" * 16, PIN)
    with pytest.raises(DefectError):
        unlock(home, "../site", PIN)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another Name"},
        {"cost": 4},
        {"format": "noteveil-person-key-2"},
        {"sealing_key": "A" * 43 + "="},
        {"public_key": "noteveil/person/x"},
        {"id": "0" * 16},
        {"cost": 3},
        {"cost": 2**21},
        {"cost": True},
        {"salt": ""},
        {"nonce": "AAAA"},
        {"sealed": "!"},
        {"name": 7},
        {"name": "two\nlines"},
        {"more": 1},
    ],
)
def test_a_file_that_was_changed_does_not_open(
    home: Path, person: PersonalKey, file: Path, change: dict[str, object]
) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(KeyUnusable):
        unlock(home, person.id, PIN)


@settings(max_examples=40)
@given(at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 6))
def test_no_flipped_bit_of_the_file_goes_unnoticed(
    home: Path, person: PersonalKey, file: Path, at: float, bit: int
) -> None:
    whole = file.read_bytes()
    place = int(at * len(whole))
    spoilt = bytearray(whole)
    spoilt[place] ^= 1 << bit
    file.write_bytes(spoilt)
    try:
        opened = unlock(home, person.id, PIN)
    except KeyUnusable:
        return
    finally:
        file.write_bytes(whole)
    assert opened == person  # a blank between the parts, or how a letter is escaped
    assert json.loads(spoilt) == json.loads(whole)


def test_the_key_of_another_file_does_not_take_its_place(
    home: Path, person: PersonalKey, file: Path
) -> None:
    other = make_personal_key(home, name=NAME, pin=PIN)
    file.write_bytes(file.with_name(f"{other.id}.key").read_bytes())
    with pytest.raises(KeyUnusable, match="damaged"):
        unlock(home, person.id, PIN)


@pytest.mark.parametrize("written", ["", "[]", "{}", "[" * 3000, "\x00", "{" * 5000])
def test_what_is_no_key_file_is_refused(
    home: Path, person: PersonalKey, file: Path, written: str
) -> None:
    file.write_text(written)
    with pytest.raises(KeyUnusable):
        people.people(home)
    with pytest.raises(KeyUnusable):
        unlock(home, person.id, PIN)


@posix_only
def test_only_the_owner_may_read_the_file(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.parent.parent.stat().st_mode & 0o777 == 0o700


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_read_or_replace_is_refused(
    home: Path, person: PersonalKey, file: Path, mode: int
) -> None:
    file.chmod(mode)
    with pytest.raises(KeyUnusable, match="open to other users"):
        unlock(home, person.id, PIN)


def test_a_key_never_shows_its_secrets(person: PersonalKey, file: Path) -> None:
    shown = repr(person) + file.read_text()
    for secret in (person.signer.seed, person.opener):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
    assert PIN not in shown


def test_a_new_file_costs_what_it_should(
    home: Path, monkeypatch: pytest.MonkeyPatch, usual_cost: int
) -> None:
    monkeypatch.setattr("deid.audit.people.SCRYPT_COST", usual_cost)
    person = make_personal_key(home, name=NAME, pin=PIN)
    file = home / "keys" / "people" / f"{person.id}.key"
    assert json.loads(file.read_text())["cost"] == 2**17
    assert unlock(home, person.id, PIN) == person


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def carried(home: Path, stick: Path) -> tuple[PersonalKey, Path]:
    """A key that lies on a stick, and its file."""
    file = stick / "my own name.key"
    return make_personal_key(home, name=NAME, pin=PIN, key_file=file), file


def test_a_key_on_a_stick_opens_there_and_leaves_nothing_behind(
    home: Path, carried: tuple[PersonalKey, Path], stick: Path
) -> None:
    person, file = carried
    assert people.person_in(file) == KnownPerson(person.id, NAME)
    assert unlock(home, person.id, PIN, key_file=file) == person
    change_pin(home, person.id, PIN, "blue meadow", key_file=file)
    assert unlock(home, person.id, "blue meadow", key_file=file) == person
    with pytest.raises(PinRefused):
        unlock(home, person.id, PIN, key_file=file)
    assert list(stick.iterdir()) == [file]
    assert not home.exists()
    with pytest.raises(KeyUnusable, match="--key"):
        unlock(home, person.id, PIN)


def test_nothing_is_written_over_and_no_folder_is_made(
    home: Path, carried: tuple[PersonalKey, Path], stick: Path
) -> None:
    _person, file = carried
    before = file.read_bytes()
    with pytest.raises(KeyUnusable, match="there already"):
        make_personal_key(home, name=NAME, pin=PIN, key_file=file)
    assert file.read_bytes() == before
    with pytest.raises(KeyUnusable, match="stick is in place"):
        make_personal_key(home, name=NAME, pin=PIN, key_file=stick / "gone" / "my.key")
    assert list(stick.iterdir()) == [file]


def test_the_stick_of_another_person_is_told(
    home: Path, carried: tuple[PersonalKey, Path], person: PersonalKey
) -> None:
    with pytest.raises(KeyUnusable, match="another person"):
        unlock(home, person.id, PIN, key_file=carried[1])


def test_a_stick_cannot_name_a_module_to_load(
    home: Path, carried: tuple[PersonalKey, Path]
) -> None:
    person, file = carried
    node = json.loads(file.read_text())
    clear = {name: node[name] for name in ("id", "name", "public_key", "sealing_key")}
    where = {"module": "/media/evil.so", "token": "00", "key": "x"}
    file.write_text(json.dumps({"format": "noteveil-person-token-1", **clear, **where}))
    for use in (people.person_in, lambda path: unlock(home, person.id, PIN, key_file=path)):
        with pytest.raises(KeyUnusable, match="in the data folder only"):
            use(file)


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_carried_key_that_others_may_read_or_replace_is_refused(
    home: Path, carried: tuple[PersonalKey, Path], stick: Path, mode: int
) -> None:
    person, file = carried
    file.chmod(mode)
    with pytest.raises(KeyUnusable, match="open to other users"):
        unlock(home, person.id, PIN, key_file=file)
    file.chmod(0o600)
    stick.chmod(0o770)
    with pytest.raises(KeyUnusable, match="open to other users"):
        unlock(home, person.id, PIN, key_file=file)
    with pytest.raises(KeyUnusable, match="open to other users"):
        make_personal_key(home, name=NAME, pin=PIN, key_file=stick / "another.key")
    assert list(stick.iterdir()) == [file]


@posix_only
def test_where_no_modes_are_kept_they_are_not_asked_for(
    home: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_modes(target: Path) -> Path:
        made = scratch_beside(target)
        made.chmod(0o755)  # as FAT has it, whatever a program asks for
        return made

    monkeypatch.setattr(key_files, "scratch_beside", without_modes)
    stick.chmod(0o777)
    file = stick / "my.key"
    person = make_personal_key(home, name=NAME, pin=PIN, key_file=file)
    assert file.stat().st_mode & 0o077
    assert unlock(home, person.id, PIN, key_file=file) == person
    change_pin(home, person.id, PIN, "blue meadow", key_file=file)
    assert unlock(home, person.id, "blue meadow", key_file=file) == person
    assert list(stick.iterdir()) == [file]
    at_home = make_personal_key(home, name=NAME, pin=PIN)
    with pytest.raises(KeyUnusable, match="open to other users"):
        unlock(home, at_home.id, PIN)


@posix_only
def test_where_nothing_can_be_tried_modes_count(
    home: Path, carried: tuple[PersonalKey, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(target: Path) -> Path:
        raise OSError(30, "Read-only file system")

    person, file = carried
    monkeypatch.setattr(key_files, "scratch_beside", refuse)
    assert unlock(home, person.id, PIN, key_file=file) == person
    file.chmod(0o644)
    with pytest.raises(KeyUnusable, match="open to other users"):
        unlock(home, person.id, PIN, key_file=file)
    with pytest.raises(KeyUnusable, match="Read-only file system"):
        make_personal_key(home, name=NAME, pin=PIN, key_file=file.with_name("b.key"))
