"""The folder of one fine-tuning: what was settled, which steps were spent, and where it stands.

A step costs privacy from the moment when it is known who takes part in it. So a line for it reaches
the disk before its patients are drawn, and is never taken back: whatever happens then, the steps of
the journal are at least those that were taken. A run ends when so many steps are spent as were
planned; those that a crash took are not taken again, so a run never costs more than planned.
The checkpoint says of which run it is and how many steps the journal had: where the journal is
lost, or was shortened, nobody knows what was spent, and the run cannot go on. Without torch.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

from deid.audit.files import private_folder, replace_file
from deid.errors import ConfigurationError, OutputError
from deid.training.tune.settings import Settings

FOLDER: Final = "training"
"""Of all runs, in the data folder."""
JOURNAL: Final = "steps.jsonl"
"""In the folder of a run: a line for each step that was spent."""

_NAME: Final = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_FORMAT: Final = 1
_FACTS: Final = "run.json"
_CHECKPOINT: Final = "checkpoint.pt"
_OUTCOME: Final = "outcome.json"
_LOCK: Final = "lock"
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


@dataclass(frozen=True, slots=True)
class _PutBy:
    """A checkpoint as it lies in the folder: a line about it, then itself.

    Attributes:
        run: its name.
        steps: that were spent when it was put by.
        content: the checkpoint.
    """

    run: str
    steps: int
    content: bytes

    def to_bytes(self) -> bytes:
        line = json.dumps({"run": self.run, "steps": self.steps})
        return line.encode("ascii") + b"\n" + self.content

    @classmethod
    def of_bytes(cls, content: bytes) -> Self:
        """What `to_bytes` made.

        Raises:
            ValueError: it did not.
        """
        line, _, rest = content.partition(b"\n")
        try:
            node = json.loads(line)
            return cls(str(node["run"]), int(node["steps"]), rest)
        except (KeyError, TypeError) as error:
            raise ValueError("no checkpoint of a run") from error


class RunPlace:
    """What a run left on the disk, whether or not its settings can be read.

    Attributes:
        path: the folder; only its owner may enter.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._holder: int | None = None  # the thread that has the lock

    @classmethod
    def of(cls, home: Path, name: str) -> RunPlace | None:
        """Where the run of this name lies in this data folder; None: nothing of it is there.

        Args:
            home: the data folder.
            name: of a run that the log tells of.
        """
        path = home / FOLDER / name
        return RunPlace(path) if _NAME.fullmatch(name) and path.is_dir() else None

    @property
    def name(self) -> str:
        """Of the run: when it began, and a random part; the log knows it by this, too."""
        return self.path.name

    def spent(self) -> int:
        """How many steps were spent, as far as journal and checkpoint tell.

        A line that was cut off counts: its step may have been taken. `check` says whether they
        tell all.

        Raises:
            OutputError: they cannot be read.
        """
        try:
            put_by = self._checkpoint()
        except ValueError:
            put_by = None
        return max(self._lines() or 0, 0 if put_by is None else put_by.steps)

    def check(self) -> None:
        """Go on, unless nobody can tell how many steps were spent.

        Raises:
            ConfigurationError: the journal is lost or was shortened, or the checkpoint is damaged
                or that of another run.
            OutputError: they cannot be read.
        """
        lines, trouble = self._lines(), "is not there"
        try:
            put_by = self._checkpoint()
        except ValueError:
            put_by, lines, trouble = None, None, "has a damaged checkpoint beside it"
        if lines is not None and put_by is not None:
            if put_by.run != self.name:
                lines, trouble = None, "has the checkpoint of another run beside it"
            elif lines < put_by.steps:
                lines, trouble = None, "was shortened"
        if lines is None:
            raise ConfigurationError(
                f"{self.path / JOURNAL}: {trouble}, so nobody can tell what the run spent: end it "
                f"with `deid train end {self.name}`, which counts all planned steps, and begin a "
                "new one"
            )

    def remove(self) -> None:
        """Take the folder away with all that is in it. What it cost stays in the log.

        Raises:
            OutputError: it cannot be removed.
        """
        with self._told():
            shutil.rmtree(self.path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from working on this run at the same time.

        The thread that has the lock may take it again through the same object.

        Raises:
            OutputError: another one works on it, or the folder cannot be written to.
        """
        if self._holder == threading.get_ident():
            yield
            return
        with self._told():
            descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "rb+", buffering=0) as file:
            try:
                _lock(file)
            except OSError:
                raise OutputError(
                    f"{self.path}: another process trains here: wait for it"
                ) from None
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None

    def _lines(self) -> int | None:
        """Of the journal; None where there is none."""
        with self._told():
            try:
                lines = (self.path / JOURNAL).read_bytes().split(b"\n")
            except FileNotFoundError:
                return None
        return sum(1 for line in lines if line.strip())

    def _checkpoint(self) -> _PutBy | None:
        with self._told():
            try:
                content = (self.path / _CHECKPOINT).read_bytes()
            except FileNotFoundError:
                return None
        return _PutBy.of_bytes(content)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self.path}: cannot be used ({error.strerror}): free some space or mend its "
                "rights, then go on with the run; the steps that it spent are kept"
            ) from None


class RunFolder(RunPlace):
    """A run on the disk. Make one with `make`, or `open` it again.

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
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        run = cls(home / FOLDER / f"{stamp}-{secrets.token_hex(4)}", facts)
        with run._told():
            private_folder(home)
            private_folder(home / FOLDER)
            private_folder(run.path)
            node = {"format": _FORMAT, **asdict(facts), "settings": facts.settings.as_row()}
            replace_file(run.path / JOURNAL, b"")
            replace_file(run.path / _FACTS, json.dumps(node).encode("ascii"))
        return run

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
        with self._told():
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
        put_by = self._checkpoint()
        return None if put_by is None else put_by.content

    def put_by(self, content: bytes) -> None:
        """Let the checkpoint be this: wholly, or what it was before.

        Raises:
            OutputError: it cannot be written; the one before is still there.
        """
        with self._told():
            put_by = _PutBy(self.name, self.spent(), content)
            replace_file(self.path / _CHECKPOINT, put_by.to_bytes())

    def outcome(self) -> Mapping[str, Any] | None:
        """What was written down at the end; None where the run has not ended.

        Raises:
            OutputError: it cannot be read.
        """
        with self._told():
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
        with self._told():
            replace_file(self.path / _OUTCOME, json.dumps(outcome).encode("ascii"))
            (self.path / _CHECKPOINT).unlink(missing_ok=True)

    def need_space(self, size: int) -> None:
        """Go on, unless the disk has no room for so many bytes.

        Raises:
            OutputError: it has not.
        """
        with self._told():
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


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
