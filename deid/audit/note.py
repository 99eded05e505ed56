"""Signed notes with Ed25519 keys, as C2SP signed-note describes them.

A note is text that ends in a newline, an empty line, and one line a signature:
`— <key name> <base64 of key id and signature>`. The key id is the first four bytes of
SHA-256(name || 0x0A || 0x01 || public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from deid.errors import KeyUnusable, VerificationFailed

_ED25519: Final = b"\x01"
_PRIVATE: Final = "PRIVATE+KEY+"
_NAME: Final = re.compile(r"[!-*,-~]{1,100}")  # printable ASCII without blank and plus
_ID: Final = re.compile(r"[0-9a-f]{8}")
_MAX_NOTE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name of its log; `str` of it is the form that is handed out.

    Attributes:
        name: name of the log.
        public: the 32 bytes of the Ed25519 key.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature line names the key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key in its written form, `<name>+<key id>+<base64>`.

        Raises:
            KeyUnusable: not such a form, or not an Ed25519 key.
        """
        name, key_id, public = _parse_key(text)
        key = cls(name, public)
        if key.id.hex() != key_id:
            raise KeyUnusable("the public key is damaged: its id is not that of its bytes")
        return key


class Signer(Protocol):
    """What signs notes: a private key in memory, or one that a token keeps."""

    @property
    def name(self) -> str:
        """Name of the key."""

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""

    def sign(self, text: str) -> str:
        """The note of this text, signed."""


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private key with the name of its log."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """The key in its written form, `PRIVATE+KEY+<name>+<key id>+<base64>`.

        Raises:
            KeyUnusable: not such a form, or damaged.
        """
        if not text.startswith(_PRIVATE):
            raise KeyUnusable("the signing key is damaged: restore it from its backup")
        name, key_id, seed = _parse_key(text.removeprefix(_PRIVATE))
        key = cls(name, seed)
        if key.verifier.id.hex() != key_id:
            raise KeyUnusable("the signing key is damaged: restore it from its backup")
        return key

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, private.public_key().public_bytes_raw())

    def written(self) -> str:
        """The form in which the key is kept; it is secret."""
        key_id = self.verifier.id.hex()
        return f"{_PRIVATE}{self.name}+{key_id}+{_base64(_ED25519 + self.seed)}"

    def sign(self, text: str) -> str:
        """The note of this text, signed.

        Raises:
            ValueError: the text does not end in a newline.
        """
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return sign_note(text, self.verifier, private.sign)


def sign_note(text: str, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
    """The note of this text, with a signature that this key verifies.

    Raises:
        ValueError: the text does not end in a newline.
    """
    if not text.endswith("\n"):
        raise ValueError("the text of a note ends in a newline")
    return f"{text}\n— {key.name} {_base64(key.id + sign(text.encode()))}\n"


def open_note(note: str, key: VerifierKey) -> str:
    """The text of a note that this key has signed. Signatures of other keys do not count.

    Raises:
        VerificationFailed: not a note, not signed by this key, or changed since.
    """
    text, separator, lines = note.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or len(note) > _MAX_NOTE:
        raise VerificationFailed("the checkpoint is not a signed note")
    text += "\n"
    if any(ord(character) < 0x20 and character != "\n" for character in note):
        raise VerificationFailed("the checkpoint is not a signed note: it holds control characters")
    signed = False
    for line in lines[:-1].split("\n"):
        name, signature = _parse_signature(line)
        if name == key.name and signature[:4] == key.id:
            _check(text, signature[4:], key)
            signed = True
    if not signed:
        raise VerificationFailed("the checkpoint is not signed by the key of this log")
    return text


def decode_base64(text: str) -> bytes:
    """The bytes of a base64 text, which must be the only way to write them.

    Raises:
        ValueError: it is not.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if _base64(raw) != text:
        raise ValueError("not base64")
    return raw


def _check(text: str, signature: bytes, key: VerifierKey) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):  # UnicodeError is a ValueError
        raise VerificationFailed("the checkpoint was changed after it was signed") from None


def _parse_signature(line: str) -> tuple[str, bytes]:
    parts = line.split(" ")
    try:
        if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
            raise ValueError
        signature = decode_base64(parts[2])
        if len(signature) < 5:
            raise ValueError
    except ValueError:
        raise VerificationFailed("the checkpoint has a malformed signature line") from None
    return parts[1], signature


def _parse_key(text: str) -> tuple[str, str, bytes]:
    """Name, written id and 32 bytes of a key."""
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = decode_base64(encoded)
    except ValueError:
        raw = b""
    if not _NAME.fullmatch(name) or not _ID.fullmatch(key_id):
        raise KeyUnusable("the key is not of the form <name>+<key id>+<base64>")
    if len(raw) != 33 or raw[:1] != _ED25519:
        raise KeyUnusable("the key is not an Ed25519 key of 32 bytes")
    return name, key_id, raw[1:]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
