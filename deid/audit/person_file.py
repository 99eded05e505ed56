"""What stands in the file of a person's key.

It is JSON: the public keys in the clear, and sealed with AES-256-GCM under a key that scrypt
(RFC 7914) makes from the PIN, the two private ones. Everything in the clear is bound to the seal.
Where the private key lies on a token (`deid.audit.token`), the file says on which instead.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from deid.audit.note import SignerKey, VerifierKey, decode_base64
from deid.audit.person import (
    PersonalKey,
    PublicKeys,
    PublicPerson,
    id_of,
    is_name,
    key_name,
)
from deid.audit.token import Token
from deid.errors import DefectError, KeyUnusable, PinRefused

_MOST_COST: Final = 2**20
_BLOCKS, _LANES = 8, 1
_SEALED: Final = "noteveil-person-key-1"
_ON_TOKEN: Final = "noteveil-person-token-1"  # noqa: S105 - the name of a form
_NAMES: Final = frozenset({"format", "id", "name", "public_key", "sealing_key"})
_NAMES_OF: Final = {
    _SEALED: _NAMES | {"cost", "salt", "nonce", "sealed"},
    _ON_TOKEN: _NAMES | {"module", "token", "key"},
}
_LENGTHS: Final = {"sealing_key": 32, "salt": 16, "nonce": 12, "sealed": 80}
_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A file of the right form; its seal was not looked at.

    Attributes:
        person: whose key it is, as it says.
    """

    person: PublicPerson
    _node: Mapping[str, object] = field(repr=False)

    @classmethod
    def parse(cls, written: str) -> PersonFile:
        """What a key file says.

        Raises:
            ValueError: it is not of the form.
        """
        try:
            node = json.loads(written)
            if not isinstance(node, dict) or node.keys() != _NAMES_OF.get(node["format"]):
                raise ValueError
            _check_values(node)
            signing = VerifierKey.parse(str(node["public_key"]))
        except (TypeError, KeyError, RecursionError, KeyUnusable):
            raise ValueError("not the file of a person's key") from None
        own = id_of(signing)
        if signing.name != key_name(own) or node["id"] != own:
            raise ValueError("the id is not that of the key")
        keys = PublicKeys(str(node["public_key"]), str(node["sealing_key"]))
        return cls(PublicPerson(own, str(node["name"]), keys), node)

    @property
    def on_token(self) -> bool:
        """Whether the private key lies on a token, and not in the file."""
        return self._node["format"] == _ON_TOKEN

    def unlock(self, pin: str) -> PersonalKey:
        """The key, opened with its PIN.

        Raises:
            PinRefused: the PIN is not that of this key, or the file was changed.
            KeyUnusable: the file does not hold the private keys of the public ones.
        """
        own, name = self.person.id, self.person.name
        if self.on_token:
            token = Token(*(str(self._node[field]) for field in ("module", "token", "key")))
            person = PersonalKey(own, name, *token.unlock(pin))
        else:
            private = self._opened(pin)
            person = PersonalKey(own, name, SignerKey(key_name(own), private[:32]), private[32:])
        if person.public_keys != self.person.keys:
            raise KeyUnusable(f"the key of {own} is damaged: restore it from its backup")
        return person

    def _opened(self, pin: str) -> bytes:
        """The Ed25519 seed and the X25519 private key."""
        node = self._node
        try:
            sealed = AESGCM(_stretched(pin, _bytes(node, "salt"), _cost(node)))
            return sealed.decrypt(_bytes(node, "nonce"), _bytes(node, "sealed"), _in_clear(node))
        except InvalidTag:
            raise PinRefused(
                "the PIN does not open the key: type it again; if it is surely right, the key "
                "file was changed: restore it from its backup"
            ) from None


def sealed_form(person: PersonalKey, pin: str, *, cost: int) -> str:
    """The file of a key that this PIN opens.

    Args:
        person: the key; it must be in memory.
        pin: opens the file.
        cost: N of scrypt, a power of two.
    """
    if not isinstance(person.signer, SignerKey):
        raise DefectError("only a key that is in memory can be sealed")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    node: dict[str, object] = {
        "format": _SEALED,
        **_clear(person),
        "cost": cost,
        "salt": _base64(salt),
        "nonce": _base64(nonce),
    }
    sealed = AESGCM(_stretched(pin, salt, cost)).encrypt(
        nonce, person.signer.seed + person.opener, _in_clear(node)
    )
    return _written(node | {"sealed": _base64(sealed)})


def token_form(person: PersonalKey, token: Token) -> str:
    """The file of a key that lies on this token."""
    where = {"module": token.module, "token": token.serial, "key": token.key}
    return _written({"format": _ON_TOKEN, **_clear(person), **where})


def is_id(text: str) -> bool:
    """Whether this is the form of a person's id."""
    return _ID.fullmatch(text) is not None


def _check_values(node: Mapping[str, object]) -> None:
    if any(len(_bytes(node, name)) != _LENGTHS[name] for name in _LENGTHS.keys() & node.keys()):
        raise ValueError("not as many bytes as there should be")
    if node["format"] == _SEALED:
        _cost(node)
    if not isinstance(node["name"], str) or not is_name(node["name"]):
        raise ValueError("not a name")


def _clear(person: PersonalKey) -> dict[str, object]:
    public = person.public_keys
    return {
        "id": person.id,
        "name": person.name,
        "public_key": public.signing,
        "sealing_key": public.sealing,
    }


def _written(node: Mapping[str, object]) -> str:
    return json.dumps(node, indent=1) + "\n"


def _in_clear(node: Mapping[str, object]) -> bytes:
    """What the seal binds: everything but itself, in one form."""
    clear = {name: value for name, value in node.items() if name != "sealed"}
    return json.dumps(clear, sort_keys=True, separators=(",", ":")).encode("ascii")


def _stretched(pin: str, salt: bytes, cost: int) -> bytes:
    # Keyboards differ in how they compose a letter with its accent.
    typed = unicodedata.normalize("NFC", pin).encode("utf-8", "surrogatepass")
    return Scrypt(salt=salt, length=32, n=cost, r=_BLOCKS, p=_LANES).derive(typed)


def _cost(node: Mapping[str, object]) -> int:
    cost = node["cost"]
    if type(cost) is not int or not 2 <= cost <= _MOST_COST or cost & (cost - 1):
        raise ValueError("not a cost that scrypt takes")
    return cost


def _bytes(node: Mapping[str, object], name: str) -> bytes:
    return decode_base64(str(node[name]))


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
