"""The vault: the presenter of the page about values that can be got back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from deid import DeidError, officer
from gui.officer.desk_jobs import DeskJobs

Done = Callable[[], None]
Failed = Callable[[DeidError], None]
_ACTS: Final = 200


@dataclass(frozen=True, slots=True)
class _Read:
    state: officer.vault.VaultState
    acts: tuple[officer.vault.VaultAct, ...]


class VaultSession(QObject):
    """How the vault stands, and one note of which it keeps values.

    Values that are shown are forgotten as soon as another note or another person comes.

    Args:
        desk: where everything is done.

    Signals:
        changed: the vault, the note or what is shown of it is another.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.state: officer.vault.VaultState | None = None
        """None until it was read, or where it cannot be."""
        self.broken: DeidError | None = None
        """Why the vault cannot be used."""
        self.acts: tuple[officer.vault.VaultAct, ...] = ()
        self.note: officer.vault.FoundNote | None = None
        self.missing: DeidError | None = None
        """Why the note that was looked for was not found."""
        self._shown: dict[int, str] = {}
        desk.person_changed.connect(self._forget)
        desk.log_changed.connect(self.reload)

    @property
    def shown(self) -> Mapping[int, str]:
        """The values that were shown, by the index of their place."""
        return self._shown

    @property
    def may(self) -> bool:
        """Whether the person whose key is unlocked may open vaults at all."""
        return officer.Permission.READ_VALUES in self.desk.permissions

    def reload(self) -> None:
        """Read how the vault stands anew."""
        self.desk.start(_read, self._take, self._refuse)

    def create(self, *, lost: bool, done: Done, failed: Failed) -> None:
        """Make a vault, where there is none or the one of before is lost."""
        self.desk.start(
            lambda desk: officer.vault.create_vault(desk, lost=lost), lambda _: done(), failed
        )

    def renew(self, *, done: Done, failed: Failed) -> None:
        """Give the vault a new key."""
        self.desk.start(officer.vault.renew_vault, lambda _: done(), failed)

    def share(self, person: str, *, done: Done, failed: Failed) -> None:
        """Let another officer open the vault."""
        self.desk.start(
            lambda desk: officer.vault.share_vault(desk, person), lambda _: done(), failed
        )

    def find_file(self, path: Path) -> None:
        """Look for the note that was released as this file."""
        self.desk.start(
            lambda desk: officer.vault.find_released(desk, path),
            self._found,
            self._not_found,
            reaching=path,
        )

    def find_id(self, document: str) -> None:
        """Look for the note of this id."""
        self.desk.start(
            lambda desk: officer.vault.find_by_id(desk, document), self._found, self._not_found
        )

    def show_values(
        self, wanted: Iterable[int], purpose: officer.Purpose, *, done: Done, failed: Failed
    ) -> None:
        """Show values of the note, once it is recorded who sees them."""
        note, indices = self.note, tuple(sorted(set(wanted)))
        if note is None:
            return

        def work(desk: officer.Desk) -> dict[int, str]:
            values = officer.vault.open_values(desk, note, indices, purpose=purpose)
            return {at: value.original for at, value in zip(indices, values, strict=True)}

        def take(values: dict[int, str]) -> None:
            if self.note is note and self.may:
                self._shown |= values
            self.changed.emit()
            done()

        self.desk.start(work, take, failed)

    def _take(self, found: _Read) -> None:
        self.state, self.acts, self.broken = found.state, found.acts, None
        self.changed.emit()

    def _refuse(self, error: DeidError) -> None:
        self.state, self.broken = None, error
        self.changed.emit()

    def _found(self, note: officer.vault.FoundNote) -> None:
        self.note, self.missing, self._shown = note, None, {}
        self.changed.emit()

    def _not_found(self, error: DeidError) -> None:
        self.note, self.missing, self._shown = None, error, {}
        self.changed.emit()

    def _forget(self) -> None:
        self._shown = {}
        self.changed.emit()


def _read(desk: officer.Desk) -> _Read:
    return _Read(officer.vault.vault_state(desk), officer.vault.vault_acts(desk, _ACTS))
