"""Sealing to a public key: HPKE (RFC 9180), base mode, one message a key encapsulation.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. What the sealed bytes belong to is the `info`
of the key schedule: moved to another place, they do not open.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from deid.errors import VaultUnusable

_SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_private_key() -> bytes:
    """The 32 bytes of a new X25519 private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key_of(private_key: bytes) -> bytes:
    """The 32 bytes of the public half."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def seal(plain: bytes, public_key: bytes, *, info: bytes) -> bytes:
    """What only the owner of the private half opens, and only with the same `info`.

    Raises:
        VaultUnusable: the key is none that can be sealed to.
    """
    try:
        return _SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public_key), info=info)
    except ValueError:
        raise VaultUnusable(
            "the key that is to be sealed to is damaged: nothing was kept"
        ) from None


def open_sealed(sealed: bytes, private_key: bytes, *, info: bytes) -> bytes:
    """What was sealed to the public half of this key, for this place.

    Raises:
        VaultUnusable: it was sealed to another key or for another place, or was changed.
    """
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private_key), info=info)
    except (InvalidTag, ValueError):
        raise VaultUnusable(
            "vault: an entry does not open with this key: it was changed, or was sealed for "
            "another note or key"
        ) from None
