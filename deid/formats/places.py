"""Where the notes of a file stand, in few bytes a note: 16 for its place, about 36 for its name."""

from __future__ import annotations

import secrets
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

_FIRST_SIZE: Final = 1 << 8
_FULL: Final = 3, 4


class Places:
    """The lines that notes begin on, in ascending order, and the offsets of their first bytes."""

    __slots__ = ("_lines", "_starts")

    def __init__(self) -> None:
        self._lines, self._starts = array("Q"), array("Q")

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self._lines, self._starts, strict=True)

    def add(self, line: int, start: int) -> None:
        """Add a note behind the last one."""
        self._lines.append(line)
        self._starts.append(start)

    def at(self, index: int) -> tuple[int, int]:
        """Line and offset of the note of this number, from 0."""
        return self._lines[index], self._starts[index]

    def start(self, line: int) -> int:
        """Offset of the note that begins on this line."""
        return self._starts[self._index(line)]

    def range(self, line: int, end: int) -> tuple[int, int]:
        """Offsets of the note that begins on this line, and of the next one.

        Args:
            line: the line.
            end: what stands for the next of the last note.
        """
        index = self._index(line)
        following = index + 1
        return self._starts[index], self._starts[following] if following < len(self) else end

    def _index(self, line: int) -> int:
        index = bisect_left(self._lines, line)
        if index == len(self) or self._lines[index] != line:
            raise KeyError(line)
        return index


class Names:
    """Numbers by names, of which only keyed digests of 64 bits are kept.

    Two names may have the same digest, however unlikely that is: whoever looks a name up compares
    what stands at the numbers that it is given.
    """

    __slots__ = ("_count", "_digests", "_key", "_numbers")

    def __init__(self) -> None:
        self._key = secrets.token_bytes(16)
        self._count = 0
        self._digests, self._numbers = _empty(_FIRST_SIZE), _empty(_FIRST_SIZE)

    def __len__(self) -> int:
        return self._count

    def add(self, name: str, number: int) -> None:
        """Add a name with its number, from 0; a name may have several."""
        size = len(self._digests)
        if (self._count + 1) * _FULL[1] > size * _FULL[0]:
            self._grow(2 * size)
        self._put(self._digest(name), number)
        self._count += 1

    def of(self, name: str) -> list[int]:
        """The numbers that this name may have, in ascending order."""
        digest, found = self._digest(name), []
        at = digest % len(self._digests)
        while self._digests[at]:
            if self._digests[at] == digest:
                found.append(self._numbers[at])
            at = (at + 1) % len(self._digests)
        return sorted(found)

    def _digest(self, name: str) -> int:
        made = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=self._key)
        return int.from_bytes(made.digest(), "big") or 1

    def _put(self, digest: int, number: int) -> None:
        at = digest % len(self._digests)
        while self._digests[at]:
            at = (at + 1) % len(self._digests)
        self._digests[at], self._numbers[at] = digest, number

    def _grow(self, size: int) -> None:
        old = zip(self._digests, self._numbers, strict=True)
        self._digests, self._numbers = _empty(size), _empty(size)
        for digest, number in old:
            if digest:
                self._put(digest, number)


def _empty(size: int) -> array[int]:
    return array("Q", bytes(8 * size))
