"""How an unexpected exception is told without its message, which may hold note text."""

from __future__ import annotations


def describe(error: BaseException) -> str:
    """Type of an exception and the innermost place in this program that it went through."""
    place, trace = "", error.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] in {"deid", "gui"}:
            place = f" at {module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"unexpected {type(error).__name__}{place}"
