"""What is managed on this computer, and what that forbids."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from deid.errors import SettingLocked
from deid.managed.places import expanded
from deid.managed.sandbox import check_kept
from deid.managed.schema import Name, Review, Value

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as IT settled it.

    Attributes:
        value: of the kind that its key has.
        source: where it was found, for people.
    """

    value: Value
    source: str


@dataclass(frozen=True, slots=True)
class Managed:
    """The settings that IT manages on this computer; none of them can be changed by its users.

    Attributes:
        settings: by the names of their keys. What is not among them is not managed.
    """

    settings: Mapping[Name, Setting] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def locked(self) -> frozenset[Name]:
        """The keys that are managed."""
        return frozenset(self.settings)

    def over(self, other: Managed) -> Managed:
        """The settings of both; where both have a key, those of this one hold."""
        return Managed(MappingProxyType({**other.settings, **self.settings}))

    # What holds, None or empty where it is not managed

    @property
    def policies(self) -> tuple[str, ...]:
        """Names and digests of the policies that may be used."""
        return self._entries(Name.ALLOWED_POLICIES)

    @property
    def highest_threshold(self) -> float | None:
        """The score from which on every finding must count, 0 to 1."""
        hundredths = self._of(Name.HIGHEST_THRESHOLD, int)
        return None if hundredths is None else hundredths / 100

    @property
    def lowest_certainty(self) -> float | None:
        """The lowest certainty from which on a finding may go without a look, 0 to 1."""
        hundredths = self._of(Name.LOWEST_CERTAINTY, int)
        return None if hundredths is None else hundredths / 100

    @property
    def formats(self) -> tuple[str, ...]:
        """Endings of the files that may be read, without the dot."""
        return self._entries(Name.ALLOWED_FORMATS)

    @property
    def output_folders(self) -> tuple[Path, ...]:
        """The folders that redacted notes may be written to."""
        return tuple(map(expanded, self._entries(Name.OUTPUT_FOLDERS)))

    @property
    def home(self) -> Path | None:
        """The data folder of the user."""
        folder = self._of(Name.LOG_FOLDER, str)
        return None if folder is None else expanded(folder)

    @property
    def witness_folders(self) -> tuple[str, ...]:
        """The folders that keep checkpoints."""
        return tuple(str(expanded(one)) for one in self._entries(Name.WITNESS_FOLDERS))

    @property
    def witness_days(self) -> int | None:
        """How old the newest checkpoint may be."""
        return self._of(Name.WITNESS_DAYS, int)

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders that are named, as paths of this system.

        Raises:
            ManagedUnusable: one is none.
        """
        named = (Name.OUTPUT_FOLDERS, Name.WITNESS_FOLDERS)
        entries = [entry for name in named for entry in self._entries(name)]
        home = self.home
        return (*map(expanded, entries), *(() if home is None else (home,)))

    @property
    def training_budget(self) -> float | None:
        """What all training together may cost at most, as ε."""
        return self._of(Name.TRAINING_BUDGET, float)

    @property
    def needs_four_eyes(self) -> bool:
        """Whether every note is held until a second person releases it."""
        return self._of(Name.REVIEW_REQUIRED, str) == Review.FOUR_EYES

    @property
    def needs_person(self) -> bool:
        """Whether a person must have decided on every uncertain finding of a note."""
        return self._of(Name.REVIEW_REQUIRED, str) == Review.PERSON

    @property
    def may_copy_result(self) -> bool:
        """Whether a redacted text may be copied."""
        return self.allows(Name.CLIPBOARD_RESULT)

    @property
    def may_copy_original(self) -> bool:
        """Whether the text of a note may be copied."""
        return self.allows(Name.CLIPBOARD_ORIGINAL)

    def allows(self, name: Name) -> bool:
        """Whether a key that says yes or no does not say no."""
        return self._of(name, bool) is not False

    # What that forbids

    def check(self, name: Name, *, wanted: str) -> None:
        """Go on, unless a key that says yes or no says no.

        Raises:
            SettingLocked: it does.
        """
        if not self.allows(name):
            raise locked(name, f"{wanted} is not allowed here")

    def check_unmanaged(self, *names: Name, wanted: str) -> None:
        """Go on, unless one of these keys is managed.

        Raises:
            SettingLocked: it is.
        """
        for name in names:
            if name in self.settings:
                raise locked(name, f"{wanted} cannot be changed here")

    def check_certainty(self, certain_from: float) -> None:
        """Go on, unless a finding that is less certain than IT allows would need no look.

        Raises:
            SettingLocked: it would.
        """
        lowest = self.lowest_certainty
        if lowest is not None and certain_from < lowest:
            raise locked(
                Name.LOWEST_CERTAINTY, f"findings less certain than {lowest:g} need a look here"
            )

    def may_write(self, folder: Path) -> bool:
        """Whether redacted notes may be written into this folder."""
        if Name.OUTPUT_FOLDERS not in self.settings:
            return True
        place = Path(os.path.realpath(folder))
        allowed = (Path(os.path.realpath(one)) for one in self.output_folders)
        return any(place.is_relative_to(one) for one in allowed)

    def check_output(self, folder: Path | None) -> None:
        """Go on, unless redacted notes may not be written there.

        Links are followed first.

        Args:
            folder: into which a redacted note is to be written; None: to a stream.

        Raises:
            SettingLocked: they may not.
            OutputError: in a sandbox, that does not share this folder with the computer.
        """
        if folder is not None:
            check_kept(folder)
        if folder is None and Name.OUTPUT_FOLDERS in self.settings:
            raise locked(
                Name.OUTPUT_FOLDERS, "redacted notes go into folders here, not to a stream"
            )
        if folder is not None and not self.may_write(folder):
            allowed = ", ".join(map(str, self.output_folders))
            raise locked(
                Name.OUTPUT_FOLDERS, f"{folder}: redacted notes go to {allowed} here, or below"
            )

    def output_folder(self, wanted: Path) -> Path:
        """This folder if redacted notes may be written there, else the first that they may."""
        return wanted if self.may_write(wanted) else self.output_folders[0]

    def _of(self, name: Name, kind: type[_T]) -> _T | None:
        value = self.settings[name].value if name in self.settings else None
        return value if isinstance(value, kind) else None

    def _entries(self, name: Name) -> tuple[str, ...]:
        return self._of(name, tuple) or ()


def locked(name: Name, words: str) -> SettingLocked:
    """The error that an attempt meets: what was tried, and the key that forbids it."""
    return SettingLocked(f"{words}: {locked_words(name)}")


def locked_words(name: Name) -> str:
    """That a key is managed, for the end of a sentence."""
    return f"{name} is managed by your IT"
