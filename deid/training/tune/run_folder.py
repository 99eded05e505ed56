"""The folder of one fine-tuning: what was settled, which steps were spent, and where it stands.

A step costs privacy from the moment when it is known who takes part in it. So a line for it reaches
the disk before its patients are drawn, and is never taken back: whatever happens then, the steps of
the journal are at least those that were taken. A run ends when so many steps are spent as were
planned; those that a crash took are not taken again, so a run never costs more than planned.
Without torch.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from deid.errors import ConfigurationError, OutputError
from deid.files import private_folder, replace_file
from deid.training.tune.run_place import CHECKPOINT, FOLDER, JOURNAL, PutBy, RunPlace
from deid.training.tune.settings import Settings

_FORMAT: Final = 1
_FACTS: Final = "run.json"
_OUTCOME: Final = "outcome.json"
PACKAGE: Final = "package"
"""Name of the model package that came out, in the folder of its run."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What was settled before the first step.

    Attributes:
        settings: of the fine-tuning.
        noise_multiplier: σ: the noise's standard deviation over `settings.largest_gradient`; 0
            without privacy.
        delta: at which ε is computed.
        patients: how many are learnt from; taken as known to everybody.
        cohort: digest of those who are learnt from.
        base: SHA-256 in hex of the manifest of the package that the run begins with.
    """

    settings: Settings
    noise_multiplier: float
    delta: float
    patients: int
    cohort: str
    base: str

    @property
    def expected(self) -> float:
        """Patients in a mean step."""
        return self.settings.sampling_rate * self.patients


class RunFolder(RunPlace):
    """A run on the disk. Make one with `make`, or `named` and `lay_out`; or `open` it again.

    Attributes:
        path: the folder; only its owner may enter.
        facts: what was settled.
    """

    def __init__(self, path: Path, facts: RunFacts) -> None:
        super().__init__(path)
        self.facts = facts

    @classmethod
    def make(cls, home: Path, facts: RunFacts) -> Self:
        """The folder of a new run, in this data folder.

        Raises:
            OutputError: it cannot be made.
        """
        run = cls.named(home, facts)
        run.lay_out()
        return run

    @classmethod
    def named(cls, home: Path, facts: RunFacts) -> Self:
        """A new run of which nothing is on the disk yet."""
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        return cls(home / FOLDER / f"{stamp}-{secrets.token_hex(4)}", facts)

    def lay_out(self) -> None:
        """Make its folder.

        Raises:
            OutputError: it cannot be made.
        """
        home, facts = self.path.parent.parent, self.facts
        with self.told():
            private_folder(home)
            private_folder(home / FOLDER)
            private_folder(self.path)
            node = {"format": _FORMAT, **asdict(facts), "settings": facts.settings.as_row()}
            replace_file(self.path / JOURNAL, b"")
            replace_file(self.path / _FACTS, json.dumps(node).encode("ascii"))

    @classmethod
    def open(cls, home: Path, name: str) -> Self:
        """The run of this name.

        Raises:
            ConfigurationError: there is none, or its file is damaged.
        """
        if name not in run_names(home):
            raise ConfigurationError(f"no run of this name in {home / FOLDER}: list the runs")
        path = home / FOLDER / name
        try:
            return cls(path, _facts(json.loads((path / _FACTS).read_bytes())))
        except (OSError, KeyError, TypeError, ValueError):
            raise ConfigurationError(
                f"{path / _FACTS}: cannot be read: the run cannot go on, end it with "
                f"`deid train end {name}` and begin a new one"
            ) from None

    @property
    def package(self) -> Path:
        """Where the model package of the run lies, once it is done."""
        return self.path / PACKAGE

    def spend(self, step: int) -> None:
        """Count a step, on the disk, before its patients are drawn.

        Args:
            step: its number, from 0.

        Raises:
            OutputError: it cannot be written; then the step must not be taken.
        """
        line = {"step": step, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        # Never made anew: a journal that was lost would seem to be that of a run without steps.
        flags = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
        with self.told():
            descriptor = os.open(self.path / JOURNAL, flags)
            with os.fdopen(descriptor, "rb+", buffering=0) as file:
                before = b"" if _ends_whole(file) else b"\n"
                _write_all(file, before + json.dumps(line).encode("ascii") + b"\n")
                os.fsync(file.fileno())

    def checkpoint(self) -> bytes | None:
        """What was last put by, if anything was.

        Raises:
            ConfigurationError: nobody can tell how many steps were spent, so none may be taken.
            OutputError: it cannot be read.
        """
        self.check()
        put_by = self.put_by_last()
        return None if put_by is None else put_by.content

    def put_by(self, content: bytes) -> None:
        """Let the checkpoint be this: wholly, or what it was before.

        Raises:
            OutputError: it cannot be written; the one before is still there.
        """
        with self.told():
            put_by = PutBy(self.name, self.spent(), content)
            replace_file(self.path / CHECKPOINT, put_by.to_bytes())

    def outcome(self) -> Mapping[str, Any] | None:
        """What was written down at the end; None where the run has not ended.

        Raises:
            OutputError: it cannot be read.
        """
        with self.told():
            try:
                node = json.loads((self.path / _OUTCOME).read_bytes())
            except FileNotFoundError:
                return None
            except ValueError:
                node = None
        if not isinstance(node, dict):
            raise ConfigurationError(f"{self.path / _OUTCOME}: damaged: measure the run again")
        return node

    def end(self, outcome: Mapping[str, Any]) -> None:
        """Write down how it ended, and forget the checkpoint: the run cannot go on.

        Raises:
            OutputError: it cannot be written.
        """
        with self.told():
            replace_file(self.path / _OUTCOME, json.dumps(outcome).encode("ascii"))
            (self.path / CHECKPOINT).unlink(missing_ok=True)

    def need_space(self, size: int) -> None:
        """Go on, unless the disk has no room for so many bytes.

        Raises:
            OutputError: it has not.
        """
        with self.told():
            free = shutil.disk_usage(self.path).free
        if free < size:
            raise OutputError(
                f"{self.path}: training needs {size / 1e6:.0f} MB, {free / 1e6:.0f} MB are free: "
                "free some space"
            )


def run_names(home: Path) -> tuple[str, ...]:
    """The names of all runs in this data folder, the oldest first."""
    folder = home / FOLDER
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if (path / _FACTS).is_file()))


def remove_unrecorded(home: Path, recorded: AbstractSet[str]) -> None:
    """Remove folders of runs that never began, since a kill came before they were recorded.

    To be called while nobody else can record a run. A folder that tells of a step, a checkpoint or
    an outcome stays: its run was recorded, if not in this log.

    Args:
        home: the data folder.
        recorded: names of the runs that the log tells of.

    Raises:
        OutputError: a folder cannot be read or removed.
    """
    folder = home / FOLDER
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
    for place in (RunPlace.of(home, name) for name in sorted(names - recorded)):
        if place is not None and not place.spent() and not place.holds(CHECKPOINT, _OUTCOME):
            place.remove()


def _facts(node: Mapping[str, Any]) -> RunFacts:
    if node["format"] != _FORMAT:
        raise ValueError("of another version")
    return RunFacts(
        settings=Settings.of_row(node["settings"]),
        noise_multiplier=float(node["noise_multiplier"]),
        delta=float(node["delta"]),
        patients=int(node["patients"]),
        cohort=str(node["cohort"]),
        base=str(node["base"]),
    )


def _ends_whole(file: BinaryIO) -> bool:
    """Whether the last line of the file ends, or there is none."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def _write_all(file: BinaryIO, content: bytes) -> None:
    while content:
        content = content[file.write(content) :]
