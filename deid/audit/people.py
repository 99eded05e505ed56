"""The keys of people: a file for each, which only its PIN opens.

`keys/people/<id>.key` is JSON: the public keys in the clear, and sealed with AES-256-GCM under a
key that scrypt (RFC 7914) makes from the PIN, the two private ones. Everything in the clear is
bound to the seal. Whoever has the file may guess PINs without this program, as fast as scrypt
lets them: a PIN of six digits is not safe from that, a sentence is. Where the private key lies on
a token (`deid.audit.token`), the file says on which.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from deid.audit import key_files
from deid.audit.files import private_folder
from deid.audit.note import SignerKey, VerifierKey, decode_base64
from deid.audit.person import KnownPerson, PersonalKey, PublicKeys, id_of, key_name
from deid.audit.token import Token
from deid.errors import DefectError, KeyUnusable, PinRefused

__all__ = [
    "SCRYPT_COST",
    "SHORTEST_PIN",
    "KnownPerson",
    "PersonalKey",
    "PublicKeys",
    "adopt_token",
    "change_pin",
    "check_pin",
    "id_of",
    "make_personal_key",
    "people",
    "public_keys",
    "unlock",
]

SCRYPT_COST = 2**17
"""N of scrypt for new files: 128 MiB and about half a second a guess; a power of two."""

SHORTEST_PIN: Final = 6
_LONGEST_PIN: Final = 128
_MOST_COST: Final = 2**20
_BLOCKS, _LANES = 8, 1
_SEALED: Final = "noteveil-person-key-1"
_ON_TOKEN: Final = "noteveil-person-token-1"  # noqa: S105 - the name of a form
_NAMES: Final = frozenset({"format", "id", "name", "public_key", "sealing_key"})
_NAMES_OF: Final = {
    _SEALED: _NAMES | {"cost", "salt", "nonce", "sealed"},
    _ON_TOKEN: _NAMES | {"module", "token", "key"},
}
_ID: Final = re.compile(r"[0-9a-f]{16}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")


def make_personal_key(home: Path, *, name: str, pin: str) -> PersonalKey:
    """Make a person's key and its file.

    Args:
        home: the data folder.
        name: as the person will sign, with blanks around it taken off.
        pin: opens the file from now on; at least six characters.

    Raises:
        KeyUnusable: the name or the PIN cannot be used, or the file cannot be written.
    """
    plain = _plain(name)
    check_pin(pin)
    seed = secrets.token_bytes(32)
    own = id_of(SignerKey("new", seed).verifier)
    person = PersonalKey(own, plain, SignerKey(key_name(own), seed), secrets.token_bytes(32))
    _seal(home, person, pin)
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
    where = {"module": token.module, "token": token.serial, "key": token.key}
    _write(path, {"format": _ON_TOKEN, **_clear(person), **where})
    return person


def people(home: Path) -> tuple[KnownPerson, ...]:
    """Everybody whose key lies in a data folder, by name.

    Raises:
        KeyUnusable: a key file cannot be read, is damaged, or is open to other users.
    """
    nodes = [_read(path) for path in sorted(_folder(home).glob("*.key"))]
    found = [KnownPerson(str(node["id"]), str(node["name"])) for node in nodes]
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.id)))


def public_keys(home: Path, person_id: str) -> PublicKeys:
    """The public keys of a person whose key lies here; no PIN is asked for.

    Raises:
        KeyUnusable: there is no such key, or it cannot be read.
    """
    return _public(_read_of(home, person_id))


def unlock(home: Path, person_id: str, pin: str) -> PersonalKey:
    """The key of a person, opened with its PIN.

    Raises:
        PinRefused: the PIN is not that of this key, or the file was changed.
        KeyUnusable: there is no such key, or it cannot be read.
    """
    node = _read_of(home, person_id)
    if node["format"] == _ON_TOKEN:
        token = Token(*(str(node[name]) for name in ("module", "token", "key")))
        person = PersonalKey(person_id, str(node["name"]), *token.unlock(pin))
    else:
        private = _opened(node, pin)
        signer = SignerKey(key_name(person_id), private[:32])
        person = PersonalKey(person_id, str(node["name"]), signer, private[32:])
    if person.public_keys != _public(node):
        raise KeyUnusable(f"the key of {person_id} is damaged: restore it from its backup")
    return person


def change_pin(home: Path, person_id: str, old: str, new: str) -> None:
    """Let another PIN open a person's key. Copies of the old file still open with the old one.

    Raises:
        PinRefused: the old PIN is not that of this key.
        KeyUnusable: the new PIN cannot be used, the key lies on a token, or the file cannot be
            read or written.
    """
    check_pin(new)
    if _read_of(home, person_id)["format"] == _ON_TOKEN:
        raise KeyUnusable("the key lies on a token: change the PIN with the token's own program")
    _seal(home, unlock(home, person_id, old), new)


def _seal(home: Path, person: PersonalKey, pin: str) -> None:
    if not isinstance(person.signer, SignerKey):
        raise DefectError("only a key that is in memory can be sealed")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    node: dict[str, object] = {
        "format": _SEALED,
        **_clear(person),
        "cost": SCRYPT_COST,
        "salt": _base64(salt),
        "nonce": _base64(nonce),
    }
    sealed = AESGCM(_stretched(pin, salt, SCRYPT_COST)).encrypt(
        nonce, person.signer.seed + person.opener, _in_clear(node)
    )
    _write(_path(home, person.id), node | {"sealed": _base64(sealed)})


def _opened(node: Mapping[str, object], pin: str) -> bytes:
    """The Ed25519 seed and the X25519 private key."""
    try:
        sealed = AESGCM(_stretched(pin, _bytes(node, "salt"), _cost(node)))
        return sealed.decrypt(_bytes(node, "nonce"), _bytes(node, "sealed"), _in_clear(node))
    except InvalidTag:
        raise PinRefused(
            "the PIN does not open the key: type it again; if it is surely right, the key file "
            "was changed: restore it from its backup"
        ) from None


def _clear(person: PersonalKey) -> dict[str, object]:
    public = person.public_keys
    return {
        "id": person.id,
        "name": person.name,
        "public_key": public.signing,
        "sealing_key": public.sealing,
    }


def _write(path: Path, node: Mapping[str, object]) -> None:
    try:
        private_folder(path.parent.parent)
        key_files.make(path, json.dumps(node, indent=1) + "\n", replace=True)
    except OSError as error:
        raise KeyUnusable(
            f"key {path}: cannot be written ({error.strerror}): check the rights of its folder"
        ) from None


def _read(path: Path) -> Mapping[str, object]:
    """What a key file says, each part of its form; the seal is not looked at."""
    written = key_files.read(path)
    try:
        node = json.loads(written)
        if not isinstance(node, dict) or node.keys() != _NAMES_OF.get(node["format"]):
            raise ValueError
        lengths = {"sealing_key": 32, "salt": 16, "nonce": 12, "sealed": 80}
        if any(len(_bytes(node, name)) != lengths[name] for name in lengths.keys() & node.keys()):
            raise ValueError
        if node["format"] == _SEALED:
            _cost(node)
        public_key = VerifierKey.parse(str(node["public_key"]))
        own = id_of(public_key)
        if (path.stem, public_key.name) != (own, key_name(own)) or node["id"] != own:
            raise ValueError
        if not isinstance(node["name"], str) or not _NAME.fullmatch(node["name"]):
            raise ValueError
    except (ValueError, TypeError, KeyError, RecursionError, KeyUnusable):
        raise KeyUnusable(f"key {path}: damaged: restore it from its backup") from None
    return node


def _read_of(home: Path, own: str) -> Mapping[str, object]:
    path = _path(home, own)
    if not path.exists():
        raise KeyUnusable(
            f"no key of the id {own} lies in the data folder: `deid audit people list` shows "
            "those that do"
        )
    return _read(path)


def _public(node: Mapping[str, object]) -> PublicKeys:
    return PublicKeys(str(node["public_key"]), str(node["sealing_key"]))


def _in_clear(node: Mapping[str, object]) -> bytes:
    """What the seal binds: everything but itself, in one form."""
    clear = {name: value for name, value in node.items() if name != "sealed"}
    return json.dumps(clear, sort_keys=True, separators=(",", ":")).encode("ascii")


def _stretched(pin: str, salt: bytes, cost: int) -> bytes:
    # Keyboards differ in how they compose a letter with its accent.
    typed = unicodedata.normalize("NFC", pin).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=cost, r=_BLOCKS, p=_LANES).derive(typed)


def _plain(name: str) -> str:
    plain = name.strip()
    if not _NAME.fullmatch(plain):
        raise KeyUnusable("a person's name is one line of 1 to 255 characters")
    return plain


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


def _cost(node: Mapping[str, object]) -> int:
    cost = node["cost"]
    if type(cost) is not int or not 2 <= cost <= _MOST_COST or cost & (cost - 1):
        raise ValueError("not a cost that scrypt takes")
    return cost


def _bytes(node: Mapping[str, object], name: str) -> bytes:
    return decode_base64(str(node[name]))


def _folder(home: Path) -> Path:
    return home / "keys" / "people"


def _path(home: Path, own: str) -> Path:
    if not _ID.fullmatch(own):
        raise DefectError("the id of a person is 16 hex digits")
    return _folder(home) / f"{own}.key"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
