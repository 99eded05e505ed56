"""Bytes that a file of many notes is read from, in memory or piece by piece.

`bytes` are a `Content`, and so is `FileContent`, which leaves them on the disk: of a file of any
length a few blocks are in memory. Readers ask for ranges and never for the whole.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple, Protocol

from deid.errors import InputError

STEP: Final = 1 << 20
"""How many bytes are looked at together where a whole file is gone through."""

_BLOCK: Final = 1 << 18
_BLOCKS: Final = 16


class Content(Protocol):
    """Bytes by their ranges, as `bytes` have them."""

    def __len__(self) -> int: ...

    def __getitem__(self, where: slice, /) -> bytes: ...

    def find(self, sign: bytes, start: int = ..., end: int = ..., /) -> int:
        """Offset of the first such byte in `[start, end)`; -1: there is none."""


class FileContent:
    """The bytes of a file that stays on the disk while it is worked on.

    Args:
        path: the file.

    Raises:
        InputError: it cannot be read; also later, where it was changed since it was opened.
    """

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        try:
            self._file = FileIO(path)
            self._state = self._look()
        except OSError as error:
            raise _unreadable(error) from None
        weakref.finalize(self, self._file.close)

    def close(self) -> None:
        """Let go of the file; it is let go of with this object, too."""
        self._file.close()

    def __len__(self) -> int:
        return self._state[0]

    def __getitem__(self, where: slice, /) -> bytes:
        start, stop, step = where.indices(len(self))
        if step != 1:
            raise ValueError("ranges only")
        if stop - start > _BLOCK * _BLOCKS:
            return self._read(start, stop)
        numbers = range(start // _BLOCK, -(-stop // _BLOCK))
        pieces = [self._block(number) for number in numbers]
        if not pieces:
            return b""
        first = numbers[0] * _BLOCK
        whole = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        return whole[start - first : max(start, stop) - first]

    def find(self, sign: bytes, start: int = 0, end: int | None = None, /) -> int:
        """Offset of the first such byte in `[start, end)`; -1: there is none."""
        if len(sign) != 1:
            raise ValueError("one byte only")
        at, stop, _ = slice(start, end).indices(len(self))
        while at < stop:
            first = at - at % _BLOCK
            found = self._block(first // _BLOCK).find(sign, at - first, stop - first)
            if found >= 0:
                return first + found
            at = first + _BLOCK
        return -1

    def _block(self, number: int) -> bytes:
        with self._lock:
            block = self._blocks.get(number)
            if block is not None:
                self._blocks.move_to_end(number)
                return block
        block = self._read(number * _BLOCK, min(len(self), (number + 1) * _BLOCK))
        with self._lock:
            self._blocks[number] = block
            while len(self._blocks) > _BLOCKS:
                self._blocks.popitem(last=False)
        return block

    def _read(self, start: int, stop: int) -> bytes:
        try:
            with self._lock:
                self._file.seek(start)
                content = b"".join(_pieces(self._file, stop - start))
                is_same = self._look() == self._state
        except OSError as error:
            raise _unreadable(error) from None
        if not is_same or len(content) < stop - start:
            raise InputError("the file was changed while it was read: run again with --resume")
        return content

    def _look(self) -> tuple[int, int, int]:
        state = os.fstat(self._file.fileno())
        return state.st_size, state.st_mtime_ns, state.st_ino


class Step(NamedTuple):
    """A piece of a file that is gone through.

    Attributes:
        start: offset of its first byte.
        stop: offset behind its last byte.
        first: offset of the first byte given, which may lie before it.
        given: the bytes, those before and behind it among them.
    """

    start: int
    stop: int
    first: int
    given: bytes


def steps(content: Content, start: int = 0, *, before: int = 0, after: int = 0) -> Iterator[Step]:
    """The bytes from an offset on, a step at a time.

    Args:
        content: the bytes.
        start: offset of the first.
        before: so many bytes before each step are given with it, where there are as many.
        after: the same behind it.
    """
    while start < len(content):
        stop, first = min(len(content), start + STEP), max(0, start - before)
        yield Step(start, stop, first, content[first : min(len(content), stop + after)])
        start = stop


def lines(content: Content, start: int = 0) -> Iterator[tuple[int, int]]:
    """Where lines that end in a line feed begin and end, the feed with them."""
    begin = start
    for step in steps(content, start):
        found = step.given.find(b"\n")
        while found >= 0:
            stop = step.start + found + 1
            yield begin, stop
            begin = stop
            found = step.given.find(b"\n", found + 1)
    if begin < len(content):
        yield begin, len(content)


def line_end(content: Content, start: int) -> int:
    """Where the line that begins at an offset ends, its line feed with it."""
    stop = content.find(b"\n", start)
    return len(content) if stop < 0 else stop + 1


def is_blank(content: Content, start: int, stop: int) -> bool:
    """Whether nothing but blanks stands in a range."""
    while start < stop:
        if content[start : min(stop, start + STEP)].strip():
            return False
        start += STEP
    return True


def count_lines(content: Content, start: int, stop: int) -> int:
    """How many line ends of any kind lie in a range that no line end reaches out of."""
    count, last = 0, b""
    while start < stop:
        step = content[start : min(stop, start + STEP)]
        count += step.count(b"\n") + step.count(b"\r") - step.count(b"\r\n")
        count -= last == b"\r" and step.startswith(b"\n")
        last = step[-1:]
        start += STEP
    return count


def digest(content: Content) -> bytes:
    """SHA-256 of all bytes."""
    made = hashlib.sha256()
    for step in steps(content):
        made.update(step.given)
    return made.digest()


def _pieces(file: FileIO, size: int) -> Iterator[bytes]:
    """So many bytes of a file that gives them out as it likes; fewer where it ends."""
    while size > 0:
        piece = file.read(size)
        if not piece:
            return
        yield piece
        size -= len(piece)


def _unreadable(error: OSError) -> InputError:
    return InputError(f"the file cannot be read ({error.strerror})")
