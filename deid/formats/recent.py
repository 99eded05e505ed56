"""Notes that were read a moment ago, so that they need not be taken apart twice."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

_MOST: Final = 64
_LARGEST: Final = 1 << 14
_Thing = TypeVar("_Thing")


class Recent(Generic[_Thing]):
    """A few small notes by the lines they begin on, each until it is written."""

    __slots__ = ("_things",)

    def __init__(self) -> None:
        self._things: dict[int, _Thing] = {}

    def put(self, line: int, thing: _Thing, *, size: int) -> None:
        """Keep a note of so many bytes, unless it is a long one; the oldest goes for it."""
        if size > _LARGEST:
            return
        self._things[line] = thing
        while len(self._things) > _MOST:
            self._things.pop(next(iter(self._things)), None)

    def take(self, line: int) -> _Thing | None:
        """Give a note out, and keep it no longer; None: it is not kept."""
        return self._things.pop(line, None)
