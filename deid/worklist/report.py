"""What a run of the command line tells the worklist, so that the window can show it.

The run comes first: it waits for the worklist a second at most, no more often than twice a minute
once that failed, and never ends because of it. What could not be told is told later, if it can be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Self

from deid.audit.keys import Keys
from deid.errors import DeidError
from deid.worklist.items import ItemState, Origin
from deid.worklist.store import Worklist

MOST_REFUSED: Final = 1000
"""How many refused files of a run are listed; more are only counted."""

_EVERY: Final = 1.0
_AFTER_TROUBLE: Final = 30.0
_WAIT: Final = 1.0


class RunReport:
    """Tells the worklist how far a run is. Use it in a `with` statement.

    Args:
        home: the user's data folder.
        keys: the site's keys.
        folder: the folder that holds all that the run was given.
        total: how many files it works on.
        complain: told once, in words, when the worklist cannot be used.
        clock: the time in seconds.
    """

    def __init__(
        self,
        home: Path,
        *,
        keys: Keys,
        folder: Path,
        total: int,
        complain: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = home
        self._keys = keys
        self._folder = folder
        self._total = total
        self._complain = complain
        self._clock = clock
        self._worklist: Worklist | None = None
        self._batch: int | None = None
        self._next = clock()
        self._done = 0
        self._refused = 0
        self._listed = 0
        self._stale: dict[Path, int] = {}
        self._untold: list[tuple[Path, str]] = []
        self._over: list[int] = []

    def __enter__(self) -> Self:
        self._tell()
        return self

    def __exit__(self, *_error: object) -> None:
        self._tell(ended=True)
        self._close()

    def finished(self, path: Path, *, refusal: str = "") -> None:
        """One more file is finished.

        Args:
            path: of the file.
            refusal: why it was refused, in whole or in part; empty: it was not.
        """
        if refusal:
            self._refused += 1
            if self._listed < MOST_REFUSED:
                self._listed += 1
                self._untold.append((path, refusal))
        else:
            self._done += 1
            stale = self._stale.pop(path.absolute(), None)
            if stale is not None:
                self._over.append(stale)
        if self._clock() >= self._next:
            self._tell()

    def _tell(self, *, ended: bool = False) -> None:
        try:
            worklist, batch = self._opened()
            if self._untold:
                worklist.add_refused(self._untold, origin=Origin.COMMAND_LINE, batch=batch)
                self._untold.clear()
            if self._over:
                worklist.remove(self._over)
                self._over.clear()
            worklist.count(batch, done=self._done, refused=self._refused)
            if ended:
                worklist.end_batch(batch)
            self._next = self._clock() + _EVERY
        except DeidError as error:
            self._close()
            self._next = self._clock() + _AFTER_TROUBLE
            self._complain(f"{error}; the run goes on, but the window may not show it")
            self._complain = _say_nothing

    def _opened(self) -> tuple[Worklist, int]:
        if self._worklist is None:
            self._worklist = Worklist.open(self._home, keys=self._keys, wait=_WAIT)
        if self._batch is None:
            self._stale = {
                item.path: item.id
                for item in self._worklist.items()
                if item.path is not None
                and (item.origin, item.state) == (Origin.COMMAND_LINE, ItemState.REFUSED)
            }
            self._batch = self._worklist.begin_batch(self._folder, self._total)
        return self._worklist, self._batch

    def _close(self) -> None:
        worklist, self._worklist = self._worklist, None
        if worklist is not None:
            worklist.close()


def _say_nothing(_message: str) -> None:
    """What was told once is not told again."""
