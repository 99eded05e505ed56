"""The steps of the self-test: each passes, fails, or could not be tried."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from deid.errors import DefectError, DeidError, OutputError
from deid.failures import describe

_T = TypeVar("_T")


class State(StrEnum):
    """What became of a step."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: what was tried, in words.
        state: what became of it.
        seconds: how long it took, by the clock.
        told: why it failed or was not tried; what was found otherwise, if anything.
    """

    name: str
    state: State
    seconds: float = 0.0
    told: str = ""


class Steps:
    """Takes one step after the other, and goes on behind one that failed.

    Args:
        tell: is told of each step when it is done.
    """

    def __init__(self, tell: Callable[[Step], object]) -> None:
        self._tell = tell
        self._taken: list[Step] = []
        self.first_error: DeidError | None = None
        """Of the first step that failed."""

    @property
    def taken(self) -> tuple[Step, ...]:
        """Every step so far, in order."""
        return tuple(self._taken)

    def take(self, name: str, act: Callable[[], _T]) -> _T | None:
        """Take a step; what it comes to, or None if it failed."""
        began = time.monotonic()
        error: DeidError
        try:
            found = act()
        except DeidError as refused:
            error = refused
        except OSError as refused:
            error = OutputError(f"the system refused to read or write ({refused.strerror})")
        except Exception as unexpected:  # noqa: BLE001 - its message may hold note text
            error = DefectError(f"{describe(unexpected)}: please report this line")
        else:
            told = found if isinstance(found, str) else ""
            self._add(Step(name, State.PASSED, _since(began), told))
            return found
        self.first_error = self.first_error or error
        self._add(Step(name, State.FAILED, _since(began), str(error)))
        return None

    def pass_over(self, name: str, why: str) -> None:
        """Say of a step that it was not tried."""
        self._add(Step(name, State.NOT_TRIED, told=why))

    def _add(self, step: Step) -> None:
        self._taken.append(step)
        self._tell(step)


def expect(held: bool, otherwise: str) -> None:
    """Go on if something holds.

    Raises:
        DefectError: it does not.
    """
    if not held:
        raise DefectError(f"self-test: {otherwise}; reinstall the program, or report this")


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)
