"""Persons: what is known of them, and their unlocked keys."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from deid.audit.note import Signer, VerifierKey

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who has a key.

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
class PublicPerson:
    """A person and the public keys, which is all that a role can be granted to.

    Attributes:
        id: see `KnownPerson`.
        name: as the person signs.
    """

    id: str
    name: str
    keys: PublicKeys


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """An unlocked key; its private parts are in memory only.

    Attributes:
        id: see `KnownPerson`.
        name: as the person signs.
        signer: signs statements; that of a key file, or a token.
        opener: the 32 bytes of the X25519 private key, which opens what was sealed for the person.
    """

    id: str
    name: str
    signer: Signer = field(repr=False)
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
        return PublicKeys(self.public_key, base64.b64encode(self.sealing_key).decode("ascii"))

    @property
    def public(self) -> PublicPerson:
        """What others may know of it."""
        return PublicPerson(self.id, self.name, self.public_keys)


def key_name(own: str) -> str:
    """The name of the key of the person of this id, as it stands in what is signed."""
    return f"noteveil/person/{own}"


def id_of(public_key: VerifierKey) -> str:
    """The id of whoever has this key."""
    return sha256(public_key.public).hexdigest()[:16]


def is_name(name: str) -> bool:
    """Whether a person may have this name: one line of 1 to 255 characters."""
    return _NAME.fullmatch(name) is not None


def spoken(own: str) -> str:
    """An id as it is read out, in groups of four digits."""
    return " ".join(own[at : at + 4] for at in range(0, len(own), 4))
