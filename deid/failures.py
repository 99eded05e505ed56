"""How an unexpected exception is told without its message, which may hold note text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from deid.errors import DefectError, DeidError


def describe(error: BaseException) -> str:
    """Type of an exception and the innermost place in this program that it went through."""
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in {"deid", "gui"}:
            place = f" at {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"unexpected {type(error).__name__}{place}"


@contextmanager
def defects_only() -> Iterator[None]:
    """Let no error of another kind than the program's own through.

    Raises:
        DefectError: in the place of the other error.
    """
    try:
        yield
    except DeidError:
        raise
    except Exception as error:  # noqa: BLE001 - its message may hold note text
        raise DefectError(
            f"{describe(error)}: the note is not released; please report this"
        ) from None
