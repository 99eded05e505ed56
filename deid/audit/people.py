"""The keys of people: a file for each, which only its PIN opens.

The file lies in the data folder, as `keys/people/<id>.key`, or wherever its owner keeps it: on a
stick, or on a share of their own. Whoever has the file may guess PINs without this program, as fast
as scrypt lets them: a PIN of six digits is not safe from that, a sentence is.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from deid.audit import key_files
from deid.audit.note import SignerKey
from deid.audit.person import (
    KnownPerson,
    PersonalKey,
    PublicKeys,
    PublicPerson,
    id_of,
    is_name,
    key_name,
)
from deid.audit.person_file import PersonFile, is_id, sealed_form, token_form
from deid.audit.token import Token
from deid.errors import DefectError, KeyUnusable
from deid.files import private_folder

__all__ = [
    "SCRYPT_COST",
    "SHORTEST_PIN",
    "KnownPerson",
    "PersonalKey",
    "PublicKeys",
    "PublicPerson",
    "adopt_token",
    "change_pin",
    "check_pin",
    "id_of",
    "make_personal_key",
    "people",
    "person_in",
    "public_person",
    "unlock",
]

SCRYPT_COST = 2**17
"""N of scrypt for new files: 128 MiB and about half a second a guess; a power of two."""

SHORTEST_PIN: Final = 6
_LONGEST_PIN: Final = 128


def make_personal_key(
    home: Path, *, name: str, pin: str, key_file: Path | None = None
) -> PersonalKey:
    """Make a person's key and its file.

    Args:
        home: the data folder.
        name: as the person will sign, with blanks around it taken off.
        pin: opens the file from now on; at least six characters.
        key_file: where it goes, such as on a stick; None: into the data folder.

    Raises:
        KeyUnusable: the name or the PIN cannot be used, or the file cannot be written or is there
            already.
    """
    plain = _plain(name)
    check_pin(pin)
    seed = secrets.token_bytes(32)
    own = id_of(SignerKey("new", seed).verifier)
    person = PersonalKey(own, plain, SignerKey(key_name(own), seed), secrets.token_bytes(32))
    written = sealed_form(person, pin, cost=SCRYPT_COST)
    if key_file is None:
        _write(_path(home, own), written)
    else:
        key_files.make_carried(key_file, written)
    return person


def adopt_token(home: Path, token: Token, *, name: str, pin: str) -> PersonalKey:
    """Make the file of a person whose key lies on a token; nothing is written to the token.

    Args:
        home: the data folder.
        token: where the key lies.
        name: as the person will sign, with blanks around it taken off.
        pin: of the token.

    Raises:
        PinRefused: the PIN is not that of the token.
        KeyUnusable: the name or the token cannot be used, there is a file for this key already,
            or it cannot be written.
    """
    plain = _plain(name)
    signer, opener = token.unlock(pin)
    person = PersonalKey(id_of(signer.verifier), plain, signer, opener)
    path = _path(home, person.id)
    if path.exists():
        raise KeyUnusable(f"key {path}: there already, for the same key of the token")
    _write(path, token_form(person, token))
    return person


def people(home: Path) -> tuple[KnownPerson, ...]:
    """Everybody whose key lies in a data folder, by name.

    Raises:
        KeyUnusable: a key file cannot be read, is damaged, or is open to other users.
    """
    files = [_read(path) for path in sorted(_folder(home).glob("*.key"))]
    found = [KnownPerson(file.person.id, file.person.name) for file in files]
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.id)))


def person_in(key_file: Path) -> KnownPerson:
    """Whose key lies in a file outside the data folder; no PIN is asked for.

    Raises:
        KeyUnusable: it cannot be read, is no person's key, or is open to other users.
    """
    person = _read_carried(key_file).person
    return KnownPerson(person.id, person.name)


def public_person(home: Path, person_id: str) -> PublicPerson:
    """A person whose key lies here, and the public keys; no PIN is asked for.

    Raises:
        KeyUnusable: there is no such key, or it cannot be read.
    """
    return _read_of(home, person_id, None).person


def unlock(home: Path, person_id: str, pin: str, *, key_file: Path | None = None) -> PersonalKey:
    """The key of a person, opened with its PIN.

    Args:
        home: the data folder.
        person_id: whose key.
        pin: opens it.
        key_file: where it lies, such as on a stick; None: in the data folder.

    Raises:
        PinRefused: the PIN is not that of this key, or the file was changed.
        KeyUnusable: there is no such key, or it cannot be read.
    """
    return _read_of(home, person_id, key_file).unlock(pin)


def change_pin(
    home: Path, person_id: str, old: str, new: str, *, key_file: Path | None = None
) -> None:
    """Let another PIN open a person's key. Copies of the old file still open with the old one.

    Args:
        home: the data folder.
        person_id: whose key.
        old: opens it until now.
        new: opens it from now on; at least six characters.
        key_file: where it lies, such as on a stick; None: in the data folder.

    Raises:
        PinRefused: the old PIN is not that of this key.
        KeyUnusable: the new PIN cannot be used, the key lies on a token, or the file cannot be
            read or written.
    """
    check_pin(new)
    file = _read_of(home, person_id, key_file)
    if file.on_token:
        raise KeyUnusable("the key lies on a token: change the PIN with the token's own program")
    written = sealed_form(file.unlock(old), new, cost=SCRYPT_COST)
    if key_file is None:
        _write(_path(home, person_id), written)
    else:
        key_files.make_carried(key_file, written, replace=True)


def check_pin(pin: str) -> None:
    """Refuse what cannot be a PIN.

    Raises:
        KeyUnusable: it is too short, or too long.
    """
    if not SHORTEST_PIN <= len(pin) <= _LONGEST_PIN:
        raise KeyUnusable(
            f"a PIN has {SHORTEST_PIN} to {_LONGEST_PIN} characters; a short sentence is better "
            "than digits"
        )


def _write(path: Path, written: str) -> None:
    try:
        private_folder(path.parent.parent)
        key_files.make(path, written, replace=True)
    except OSError as error:
        raise KeyUnusable(
            f"key {path}: cannot be written ({error.strerror}): check the rights of its folder"
        ) from None


def _read(path: Path) -> PersonFile:
    """The key file of this name in a data folder."""
    file = _parsed(path, key_files.read(path))
    if file.person.id != path.stem:
        raise _damaged(path)
    return file


def _read_carried(path: Path) -> PersonFile:
    file = _parsed(path, key_files.read_carried(path))
    if file.on_token:
        # It names a module that the program would load, and a stick goes through many hands.
        raise KeyUnusable(
            f"key {path}: tells of a token: such a file is used in the data folder only"
        )
    return file


def _read_of(home: Path, own: str, key_file: Path | None) -> PersonFile:
    if key_file is not None:
        file = _read_carried(key_file)
        if file.person.id != own:
            raise KeyUnusable(f"key {key_file}: that of another person: it should be {own}'s")
        return file
    path = _path(home, own)
    if not path.exists():
        raise KeyUnusable(
            f"no key of the id {own} lies in the data folder: `deid audit people list` shows "
            "those that do; --key names one on a stick"
        )
    return _read(path)


def _parsed(path: Path, written: str) -> PersonFile:
    try:
        return PersonFile.parse(written)
    except ValueError:
        raise _damaged(path) from None


def _damaged(path: Path) -> KeyUnusable:
    return KeyUnusable(f"key {path}: damaged, or no person's key: restore it from its backup")


def _plain(name: str) -> str:
    plain = name.strip()
    if not is_name(plain):
        raise KeyUnusable("a person's name is one line of 1 to 255 characters")
    return plain


def _folder(home: Path) -> Path:
    return home / "keys" / "people"


def _path(home: Path, own: str) -> Path:
    if not is_id(own):
        raise DefectError("the id of a person is 16 hex digits")
    return _folder(home) / f"{own}.key"
