"""Putting what was replaced into the vault, before the record of its release.

1. `Keeper.keep` seals the values of some notes and brings them to the disk,
2. the caller appends the records; where it cannot, `Keeper.take_back` takes the values out,
3. the caller publishes.

An entry whose record was never written, because the program was killed, is harmless and is removed
when it is a day old.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from deid.audit.store import AuditLog
from deid.errors import VaultUnusable
from deid.vault import values
from deid.vault.file import NewEntry, VaultFile, vault_path
from deid.vault.recorded import recorded_key
from deid.vault.sealing import seal
from deid.vault.values import KeptValue

_LEFT_FOR: Final = timedelta(days=1)
_MOST: Final = 2000


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is to be kept of one note.

    Attributes:
        document: fingerprint of the note's id.
        output_sha256: of its output.
        policy_digest: under which it was redacted.
        values: what was replaced.
    """

    document: str
    output_sha256: str
    policy_digest: str
    values: tuple[KeptValue, ...] = field(repr=False)


def binding(document: str, output_sha256: str) -> bytes:
    """What sealed values are bound to: the note, and its output."""
    return b"\0".join((b"noteveil/vault/entry/v1", document.encode(), output_sha256.encode()))


class Keeper:
    """Seals what notes are to be kept, for a program that cannot open it again.

    Args:
        home: the user's data folder.
        log: its log.
        name: of the log, that of its key.
    """

    def __init__(self, home: Path, *, log: AuditLog, name: str) -> None:
        self._home = home
        self._log = log
        self._name = name
        self._file: VaultFile | None = None
        self._key: bytes | None = None
        self._none_made = False

    def close(self) -> None:
        """Let go of the vault."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def ready(self) -> bool:
        """Whether there is a vault that values can be sealed to.

        Raises:
            VaultUnusable: there should be one, and it cannot be used or trusted.
        """
        if not vault_path(self._home).exists():
            if self._file is not None or not self._none_made:
                recorded_key(self._log, None, name=self._name)
                self._none_made = True
            return False
        if self._file is not None and not self._file.in_place():
            self.close()
            self._key = None
        if self._file is None:
            self._file = VaultFile.open(self._home)
            self._settle(self._file)
        newest = self._file.newest_key()
        if self._key is None or newest is None or self._key.hex() != newest:
            found = recorded_key(self._log, self._file, name=self._name)
            self._key = None if found is None else bytes.fromhex(found.public)
        return self._key is not None

    def keep(self, notes: Sequence[Keeping]) -> tuple[int, ...]:
        """Seal what was replaced in notes; it is on the disk afterwards.

        Returns:
            Numbers of the entries, for `take_back`.

        Raises:
            VaultUnusable: there is no vault, or it cannot be used or trusted; nothing is kept.
        """
        if not self.ready() or self._file is None or self._key is None:
            raise VaultUnusable("there is no vault that values could be sealed to")
        public, size = self._key, self._log.size
        return self._file.add([_sealed(note, public, size) for note in notes if note.values])

    def take_back(self, entries: Sequence[int]) -> None:
        """Take out what was kept of notes that were not released after all.

        Raises:
            VaultUnusable: the vault cannot be written.
        """
        if self._file is not None:
            self._file.remove(entries)

    def _settle(self, file: VaultFile) -> None:
        """Remove entries of which the log never came to have a record."""
        now, gone, until = datetime.now(UTC), [], 0
        archived = max((event.stop for event in self._log.archived()), default=0)
        for entry in file.unsettled(_MOST):
            content = entry.content
            known = self._log.find_output(content.output_sha256, content.policy_digest) is not None
            if not known and content.log_size >= archived:
                if now - entry.added < _LEFT_FOR:
                    break
                gone.append(entry.id)
            until = entry.id
        if until:
            file.settle(until, gone=gone)


def _sealed(note: Keeping, public: bytes, log_size: int) -> NewEntry:
    return NewEntry(
        public=public.hex(),
        document=note.document,
        output_sha256=note.output_sha256,
        policy_digest=note.policy_digest,
        log_size=log_size,
        places=values.places_to_text([value.place for value in note.values]),
        sealed=seal(
            values.to_bytes(note.values), public, info=binding(note.document, note.output_sha256)
        ),
    )
