"""Giving up an examination that somebody outside no longer waits for.

What takes long calls `stop_if_asked` between its steps; a step itself is never cut short. Nothing
of what was found is handed on then, so a note counts as not examined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

from deid.errors import ExaminationStopped

T = TypeVar("T")

_MANY: Final = 100


def _never() -> bool:
    return False


# Of one thread: what runs in another is not stopped by it.
_asked: ContextVar[Callable[[], bool]] = ContextVar("asked to stop", default=_never)


@contextmanager
def stoppable(asked: Callable[[], bool]) -> Iterator[None]:
    """Let what this thread does inside be given up.

    Args:
        asked: whether it shall stop; called often, so it must be quick.
    """
    before = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(before)


def stop_if_asked() -> None:
    """Go on, unless somebody asked to stop.

    Raises:
        ExaminationStopped: somebody did.
    """
    if _asked.get()():
        raise ExaminationStopped("the examination was given up: examine the note anew")


def stepwise(things: Iterable[T]) -> Iterator[T]:
    """Each of these, with a step after every hundred.

    Raises:
        ExaminationStopped: somebody asked to stop.
    """
    for number, thing in enumerate(things):
        if number % _MANY == 0:
            stop_if_asked()
        yield thing
