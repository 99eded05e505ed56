"""The keys of a site: made on first use, kept in the user's data folder.

`keys/site.key` is the secret from which keyed fingerprints and stand-ins derive;
`keys/signing.key` signs checkpoints. On POSIX systems the folders are made with mode 0700 and the
files with 0600, and a key that others may read or replace is refused. On Windows the files inherit
the rights of the user's profile; that they are tight is not checked there.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deid.audit import key_files, site_key
from deid.audit.note import SignerKey
from deid.audit.store import log_path
from deid.errors import DefectError, KeyUnusable, LogUnavailable
from deid.files import private_folder

_KIND: Final = re.compile(r"[a-z]+(-[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a site.

    Attributes:
        site_key: 32 secret bytes.
        signer: signs checkpoints.
    """

    site_key: bytes = field(repr=False)
    signer: SignerKey = field(repr=False)

    @classmethod
    def open(cls, home: Path) -> Keys:
        """The keys in a home folder, made on first use. Several processes may do so at once.

        Open the keys before the log: where there is a log, a missing key is not replaced.

        Raises:
            KeyUnusable: a key is missing though there is a log, cannot be read or made, is
                damaged, or is open to other users.
        """
        _make_missing(home, "site.key", site_key.written)
        _make_missing(home, "signing.key", _new_signing_key)
        return cls(
            site_key.read(home),
            SignerKey.parse(key_files.read(_key_path(home, "signing.key"))),
        )

    @property
    def public_key(self) -> str:
        """The public key of the log, in the form that is handed out."""
        return str(self.signer.verifier)

    @property
    def id(self) -> str:
        """16 hex digits that name the site key and say nothing about it."""
        return site_key.id_of(self.site_key)

    def fingerprint(self, kind: str, value: str | bytes) -> str:
        """A keyed fingerprint, `hmac-sha256:<key id>:<64 hex digits>`.

        Equal values of one kind have equal fingerprints under one key; those of different kinds
        have not. Without the key it tells nothing about the value.

        Args:
            kind: what the value is, such as `document` or `original`.
            value: text is taken in UTF-8.

        Raises:
            DefectError: the kind is not lower-case words joined by hyphens.
        """
        if not _KIND.fullmatch(kind):
            raise DefectError("a kind of fingerprint is lower-case words joined by hyphens")
        raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        digest = _keyed(self.site_key, b"noteveil/fingerprint/v1\0" + kind.encode() + b"\0" + raw)
        return f"hmac-sha256:{self.id}:{digest.hex()}"


def read_public_key(home: Path) -> str:
    """The public key of the log of a home folder, even when the site key was destroyed.

    Raises:
        LogUnavailable: there is neither a signing key nor a log.
        KeyUnusable: there is a log and no signing key, or it cannot be used.
    """
    path = _key_path(home, "signing.key")
    if not os.path.lexists(path):
        if not os.path.lexists(log_path(home)):
            raise LogUnavailable(
                f"log {log_path(home)}: there is none: check DEID_HOME, or redact a note first"
            )
        raise KeyUnusable(
            f"key {path}: missing, but there is a log that it belongs to: restore the key from its "
            "backup; `deid audit verify --public-key KEY` does without"
        )
    return str(SignerKey.parse(key_files.read(path)).verifier)


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, hashlib.sha256)


def _new_signing_key() -> str:
    # The name makes the log known among others; nothing about the site may be read from it.
    name = f"noteveil/log/{secrets.token_hex(8)}"
    return SignerKey(name, secrets.token_bytes(32)).written() + "\n"


def _key_path(home: Path, name: str) -> Path:
    return home / "keys" / name


def _make_missing(home: Path, name: str, make: Callable[[], str]) -> None:
    path = _key_path(home, name)
    try:
        # The log is looked for before the key: another process makes the key first.
        logged = log_path(home).exists()
        private_folder(home)
        if not path.exists():
            if logged:
                raise KeyUnusable(
                    f"key {path}: missing, but there is a log that it belongs to: restore the "
                    "key from its backup, or move the log away to begin a new one"
                )
            key_files.make(path, make())
    except OSError as error:
        raise KeyUnusable(
            f"key {path}: cannot be made ({error.strerror}): check the rights of its folder"
        ) from None
