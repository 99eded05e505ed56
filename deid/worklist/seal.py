"""Sealing: what the worklist says of people and places is unreadable without the site key.

AES-256-GCM under a key that HKDF-SHA-256 (RFC 5869) derives from the site key. What is sealed is
bound to the place where it is kept, so that nothing can be moved to another note unseen. Where
the site key was destroyed, what it sealed is gone.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from deid.errors import WorklistUnusable

_PURPOSE: Final = b"noteveil/worklist/v1"
_NONCE_BYTES: Final = 12


class Seal:
    """Seals and opens text.

    Args:
        site_key: the 32 secret bytes of the site.
    """

    def __init__(self, site_key: bytes) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(site_key)
        self._cipher = AESGCM(derived)

    def close(self, text: str, *, place: str) -> bytes:
        """The text, unreadable without the site key: nonce, ciphertext, tag.

        Args:
            text: may hold lone surrogates, as names of files do.
            place: where it will be kept, such as `items.about/7`.
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        plain = text.encode("utf-8", "surrogatepass")
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, *, place: str) -> str:
        """The text that was sealed for this place.

        Raises:
            WorklistUnusable: it was changed, comes from another place, or is sealed under
                another site key.
        """
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            plain = self._cipher.decrypt(nonce, ciphertext, place.encode())
        except (InvalidTag, ValueError):
            raise WorklistUnusable(
                f"worklist: what is kept at {place} is damaged or was changed: move the file away "
                "to begin a new list (no note is lost)"
            ) from None
        return plain.decode("utf-8", "surrogatepass")
