"""The keys of people: a file for each, which only its PIN opens.

`keys/people/<id>.key` is JSON: the public keys in the clear, and sealed with AES-256-GCM under a
key that scrypt (RFC 7914) makes from the PIN, the two private ones. Everything in the clear is
bound to the seal. Whoever has the file may guess PINs without this program, as fast as scrypt
lets them: a PIN of six digits is not safe from that, a sentence is.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from deid.audit import key_files
from deid.audit.files import private_folder
from deid.audit.note import SignerKey, VerifierKey, decode_base64
from deid.errors import DefectError, KeyUnusable, PinRefused

SCRYPT_COST = 2**17
"""N of scrypt for new files: 128 MiB and about half a second a guess; a power of two."""

SHORTEST_PIN: Final = 6
_LONGEST_PIN: Final = 128
_MOST_COST: Final = 2**20
_BLOCKS, _LANES = 8, 1
_FORMAT: Final = "noteveil-person-key-1"
_NAMES: Final = frozenset(
    {"format", "id", "name", "public_key", "sealing_key", "cost", "salt", "nonce", "sealed"}
)
_ID: Final = re.compile(r"[0-9a-f]{16}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody whose key lies in a data folder.

    Attributes:
        id: the first eight bytes of the SHA-256 of the Ed25519 public key, in hex.
        name: as the person signs.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What others need to check a person's signatures and to seal something for the person.

    Attributes:
        signing: the Ed25519 key, written `noteveil/person/<id>+<8 hex digits>+<base64>`.
        sealing: the X25519 key in base64.
    """

    signing: str
    sealing: str


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """An unlocked key; its private parts are in memory only.

    Attributes:
        id: see `KnownPerson`.
        name: as the person signs.
        signer: signs statements.
        opener: the 32 bytes of the X25519 private key, which opens what was sealed for the person.
    """

    id: str
    name: str
    signer: SignerKey = field(repr=False)
    opener: bytes = field(repr=False)

    @property
    def public_key(self) -> str:
        """The public half of the signing key, in its written form."""
        return str(self.signer.verifier)

    @property
    def sealing_key(self) -> bytes:
        """The 32 bytes of the X25519 public key."""
        return X25519PrivateKey.from_private_bytes(self.opener).public_key().public_bytes_raw()

    @property
    def public_keys(self) -> PublicKeys:
        """Both public halves, as they are written."""
        return PublicKeys(self.public_key, _base64(self.sealing_key))


def id_of(public_key: VerifierKey) -> str:
    """The id of whoever has this key."""
    return sha256(public_key.public).hexdigest()[:16]


def make_personal_key(home: Path, *, name: str, pin: str) -> PersonalKey:
    """Make a person's key and its file.

    Args:
        home: the data folder.
        name: as the person will sign, with blanks around it taken off.
        pin: opens the file from now on; at least six characters.

    Raises:
        KeyUnusable: the name or the PIN cannot be used, or the file cannot be written.
    """
    plain = name.strip()
    if not _NAME.fullmatch(plain):
        raise KeyUnusable("a person's name is one line of 1 to 255 characters")
    check_pin(pin)
    seed = secrets.token_bytes(32)
    own = id_of(SignerKey("new", seed).verifier)
    person = PersonalKey(own, plain, SignerKey(_key_name(own), seed), secrets.token_bytes(32))
    _write(home, person, pin)
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
    try:
        sealed = AESGCM(_stretched(pin, _bytes(node, "salt"), _cost(node)))
        private = sealed.decrypt(_bytes(node, "nonce"), _bytes(node, "sealed"), _in_clear(node))
    except InvalidTag:
        raise PinRefused(
            "the PIN does not open the key: type it again; if it is surely right, the key file "
            "was changed: restore it from its backup"
        ) from None
    signer = SignerKey(_key_name(person_id), private[:32])
    person = PersonalKey(person_id, str(node["name"]), signer, private[32:])
    if person.public_keys != _public(node):
        raise KeyUnusable(f"the key of {person_id} is damaged: restore it from its backup")
    return person


def change_pin(home: Path, person_id: str, old: str, new: str) -> None:
    """Let another PIN open a person's key. Copies of the old file still open with the old one.

    Raises:
        PinRefused: the old PIN is not that of this key.
        KeyUnusable: the new PIN cannot be used, or the file cannot be read or written.
    """
    check_pin(new)
    _write(home, unlock(home, person_id, old), new)


def _write(home: Path, person: PersonalKey, pin: str) -> None:
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    public = person.public_keys
    node: dict[str, object] = {
        "format": _FORMAT,
        "id": person.id,
        "name": person.name,
        "public_key": public.signing,
        "sealing_key": public.sealing,
        "cost": SCRYPT_COST,
        "salt": _base64(salt),
        "nonce": _base64(nonce),
    }
    sealed = AESGCM(_stretched(pin, salt, SCRYPT_COST)).encrypt(
        nonce, person.signer.seed + person.opener, _in_clear(node)
    )
    path = _path(home, person.id)
    try:
        private_folder(path.parent.parent)
        key_files.make(
            path, json.dumps(node | {"sealed": _base64(sealed)}, indent=1) + "\n", replace=True
        )
    except OSError as error:
        raise KeyUnusable(
            f"key {path}: cannot be written ({error.strerror}): check the rights of its folder"
        ) from None


def _read(path: Path) -> Mapping[str, object]:
    """What a key file says, each part of its form; the seal is not looked at."""
    written = key_files.read(path)
    try:
        node = json.loads(written)
        if not isinstance(node, dict) or node.keys() != _NAMES or node["format"] != _FORMAT:
            raise ValueError
        lengths = {"sealing_key": 32, "salt": 16, "nonce": 12, "sealed": 80}
        if any(len(_bytes(node, name)) != length for name, length in lengths.items()):
            raise ValueError
        _cost(node)
        public_key = VerifierKey.parse(str(node["public_key"]))
        own = id_of(public_key)
        if (path.stem, public_key.name) != (own, _key_name(own)) or node["id"] != own:
            raise ValueError
        if not isinstance(node["name"], str) or not _NAME.fullmatch(node["name"]):
            raise ValueError
    except (ValueError, RecursionError, KeyUnusable):
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


def _key_name(own: str) -> str:
    return f"noteveil/person/{own}"


def _folder(home: Path) -> Path:
    return home / "keys" / "people"


def _path(home: Path, own: str) -> Path:
    if not _ID.fullmatch(own):
        raise DefectError("the id of a person is 16 hex digits")
    return _folder(home) / f"{own}.key"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
