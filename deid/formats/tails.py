"""What stands behind the last note of an output, where that depends on what stands before it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from deid.formats import NoteFile


class Tail(Protocol):
    """Is made while an output is written."""

    def add(self, piece: bytes) -> None:
        """Take notice of what was written for a note, in the order of the output."""

    def content(self) -> bytes:
        """The bytes behind the last note."""


@runtime_checkable
class Tailed(Protocol):
    """A file whose output is not done with its last note."""

    def tail(self) -> Tail:
        """What will stand behind the notes of a new output."""


class _Nothing:
    """The end of an output that is done with its last note."""

    def add(self, piece: bytes) -> None:
        """Nothing depends on it."""

    def content(self) -> bytes:
        """No bytes."""
        return b""


def tail_of(file: NoteFile) -> Tail:
    """What will stand behind the notes of a new output of a file; for most formats nothing."""
    return file.tail() if isinstance(file, Tailed) else _Nothing()
