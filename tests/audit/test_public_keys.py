"""Public keys in a file: bound to each other and to the name by the key that signed them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.people import PersonalKey, make_personal_key
from deid.audit.public_keys import public_keys_note, read_note
from deid.errors import KeyUnusable

NAME = "Zoë Vance-Ōta"


@pytest.fixture
def person(home: Path) -> PersonalKey:
    return make_personal_key(home, name=NAME, pin="grüne Wiese")


def test_what_was_written_is_read(person: PersonalKey) -> None:
    note = public_keys_note(person)
    assert read_note(note) == person.public
    assert note.startswith(f"noteveil/public-keys/v1\nname: {NAME}\npublic_key: noteveil/person/")


def test_nothing_private_is_in_it(person: PersonalKey) -> None:
    note = public_keys_note(person)
    for secret in (person.signer.seed, person.opener):
        assert secret.hex() not in note
        assert secret not in note.encode()


def test_neither_name_nor_sealing_key_is_exchanged(person: PersonalKey, home: Path) -> None:
    note, other = public_keys_note(person), make_personal_key(home, name="Eve", pin="let me in")
    for before, after in (
        (NAME, "Eve"),
        (person.public_keys.sealing, other.public_keys.sealing),
        (person.public_keys.signing, other.public_keys.signing),
    ):
        with pytest.raises(KeyUnusable, match="was changed"):
            read_note(note.replace(before, after))


@given(at=st.floats(0, 1, exclude_max=True), put=st.characters())
def test_no_changed_letter_goes_unnoticed(person: PersonalKey, at: float, put: str) -> None:
    note = public_keys_note(person)
    place = int(at * len(note))
    changed = note[:place] + put + note[place + 1 :]
    if changed != note:
        with pytest.raises(KeyUnusable):
            read_note(changed)


def test_a_key_to_which_nothing_can_be_sealed_is_refused(person: PersonalKey) -> None:
    keys = person.public_keys
    nothing = "A" * 43 + "="
    text = (
        f"noteveil/public-keys/v1\nname: {NAME}\npublic_key: {keys.signing}\n"
        f"sealing_key: {nothing}\n"
    )
    with pytest.raises(KeyUnusable):
        read_note(person.signer.sign(text))
    with pytest.raises(KeyUnusable):
        read_note(person.signer.sign(text.replace(nothing, "AAAA")))
    assert read_note(person.signer.sign(text.replace(nothing, keys.sealing))) == person.public


@pytest.mark.parametrize("note", ["", "\n\n", "noteveil/public-keys/v1\n", "x" * 5000])
def test_what_is_no_such_file_is_refused(note: str) -> None:
    with pytest.raises(KeyUnusable, match="people public"):
        read_note(note)


def test_a_name_of_two_lines_is_refused(person: PersonalKey) -> None:
    note = public_keys_note(person)
    text = note.rpartition("\n\n")[0].replace(NAME, "Zoë\nrole: administrator") + "\n"
    with pytest.raises(KeyUnusable):
        read_note(person.signer.sign(text))
