"""Where stand-ins come from: a secret of 32 bytes for each patient, and what is derived from it.

For expert determination and pseudonymisation the secret is keyed to the patient. Under Safe Harbor
and in a limited data set a code must not be derived from information about the person (45 CFR
164.514(c)(1)), so there the secret is random, and a table kept apart from the log remembers it.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from deid.errors import KeyUnusable, LogUnavailable
from deid.policy import Basis, Policy

SEED_BYTES: Final = 32
_KEYED = frozenset({Basis.EXPERT_DETERMINATION, Basis.PSEUDONYMISATION})
_MIN_KEY_BYTES: Final = 32


def derive(secret: bytes, *parts: str) -> bytes:
    """HMAC-SHA-256 of the parts; different part lists never give the same message."""
    message = b"".join(len(data).to_bytes(4, "big") + data for data in map(_encode, parts))
    return hmac.new(secret, message, hashlib.sha256).digest()


def _encode(part: str) -> bytes:
    return part.encode("utf-8", errors="surrogatepass")


def number_below(secret: bytes, bound: int, *parts: str) -> int:
    """A number from 0 up to, not including, `bound`; all but uniform for bounds under 2**64."""
    return int.from_bytes(derive(secret, *parts)[:16], "big") % bound


def shift_days(seed: bytes, *, max_days: int, keep_weekday: bool = False) -> int:
    """The patient's date shift in days: within ±`max_days` and never 0.

    With `keep_weekday` a whole number of weeks; under seven days there is none, so that one week
    is the least.
    """
    step = 7 if keep_weekday else 1
    most = max(1, max_days // step)
    drawn = number_below(seed, 2 * most, "shift-date")
    return step * (drawn - most if drawn < most else drawn - most + 1)


def keyed_seed(site_key: bytes, patient: str) -> bytes:
    """The seed of a patient under the site's key: the same wherever that key is used.

    Raises:
        KeyUnusable: the key is shorter than 32 bytes.
    """
    if len(site_key) < _MIN_KEY_BYTES:
        raise KeyUnusable(f"the site key has fewer than {_MIN_KEY_BYTES} bytes: make a new one")
    return derive(site_key, "noteveil/patient-seed/1", patient)


class SeedTable(Protocol):
    """Remembers a random seed for each fingerprint of a patient key."""

    def seed(self, fingerprint: str) -> bytes:
        """The seed kept for this fingerprint, drawn at random when first asked for."""


class CodeTable:
    """A SQLite file of random seeds, the re-identification table of 45 CFR 164.514(c).

    Several threads may use one table, and several processes one file. Whoever has it and the
    patient keys can undo a date shift: keep it apart from the outputs.

    Args:
        path: the file; it is made, with its folder, readable by its owner only.

    Raises:
        LogUnavailable: the file cannot be opened, or is open to other users.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Made by hand first: SQLite would create it with the permissions of the umask.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise LogUnavailable(
                    f"{self._name} is open to other users: set its permissions to 600"
                )
        except OSError as error:
            raise self._unavailable(error.strerror) from None
        with self._told():
            self._connection = sqlite3.connect(
                path, timeout=30, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS seed"
                " (fingerprint TEXT PRIMARY KEY, value BLOB NOT NULL CHECK (length(value) = 32))"
                " WITHOUT ROWID"
            )

    def seed(self, fingerprint: str) -> bytes:
        """The seed kept for this fingerprint, drawn at random when first asked for.

        Raises:
            LogUnavailable: the table cannot be read or written now.
        """
        with self._lock, self._told():
            known = self._look_up(fingerprint)
            if known is None:
                # Another process may be first: then its seed counts.
                self._connection.execute(
                    "INSERT OR IGNORE INTO seed VALUES (?, ?)",
                    (fingerprint, secrets.token_bytes(SEED_BYTES)),
                )
                known = self._look_up(fingerprint)
        if known is None:
            raise self._unavailable("a seed just written is not there")
        return known

    def _look_up(self, fingerprint: str) -> bytes | None:
        row = self._connection.execute(
            "SELECT value FROM seed WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._unavailable(str(error)) from None

    def _unavailable(self, why: str | None) -> LogUnavailable:
        return LogUnavailable(
            f"the table of codes {self._name} cannot be used ({why}): see that the data folder may "
            "be written and has space left"
        )


def seed_for(
    policy: Policy,
    patient: str,
    *,
    site_key: bytes,
    table: SeedTable,
    fingerprint: str = "",
) -> bytes:
    """The seed under which a note of this patient is redacted.

    Args:
        policy: its basis decides whether the seed may be derived from the patient key.
        patient: the patient key; empty where the note stands alone, which draws a fresh seed.
        site_key: the site's secret, of at least 32 bytes.
        table: keeps the random seeds.
        fingerprint: what the table files this patient under; an HMAC of the key when empty.
    """
    if not patient:
        return secrets.token_bytes(SEED_BYTES)
    if policy.basis in _KEYED:
        return keyed_seed(site_key, patient)
    return table.seed(fingerprint or derive(site_key, "noteveil/patient-code/1", patient).hex())
