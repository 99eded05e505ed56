"""What a run left on the disk, whether or not its settings can be read: journal and checkpoint.

The journal has a line for each step, written before its patients are drawn. The checkpoint says of
which run it is and how many steps the journal had: where the journal is lost, or was shortened,
nobody knows what was spent, and the run cannot go on. Without torch.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from deid.errors import ConfigurationError, OutputError
from deid.files import lock

FOLDER: Final = "training"
"""Of all runs, in the data folder."""
JOURNAL: Final = "steps.jsonl"
"""In the folder of a run: a line for each step that was spent."""
CHECKPOINT: Final = "checkpoint.pt"
"""In the folder of a run: where it stands, as `PutBy` is written."""

_NAME: Final = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_LOCK: Final = "lock"


@dataclass(frozen=True, slots=True)
class PutBy:
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
        """As it lies in the folder."""
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
            put_by = self.put_by_last()
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
            put_by = self.put_by_last()
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

    def holds(self, *names: str) -> bool:
        """Whether one of these files lies in the folder."""
        return any((self.path / name).exists() for name in names)

    def remove(self) -> None:
        """Take the folder away with all that is in it. What it cost stays in the log.

        Raises:
            OutputError: it cannot be removed.
        """
        with self.told():
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
        with self.told():
            descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "rb+", buffering=0) as file:
            try:
                lock(file)
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
        with self.told():
            try:
                lines = (self.path / JOURNAL).read_bytes().split(b"\n")
            except FileNotFoundError:
                return None
        return sum(1 for line in lines if line.strip())

    def put_by_last(self) -> PutBy | None:
        """The checkpoint, if there is one.

        Raises:
            ValueError: it is damaged.
            OutputError: it cannot be read.
        """
        with self.told():
            try:
                content = (self.path / CHECKPOINT).read_bytes()
            except FileNotFoundError:
                return None
        return PutBy.of_bytes(content)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say of what goes wrong with the disk in this block what to do.

        Raises:
            OutputError: something did.
        """
        try:
            yield
        except OSError as error:
            raise OutputError(
                f"{self.path}: cannot be used ({error.strerror}): free some space or mend its "
                "rights, then go on with the run; the steps that it spent are kept"
            ) from None
