"""Runs what Apple's tools are called with, or prints it where there are none."""

from __future__ import annotations

import platform
import shlex
import subprocess
from collections.abc import Iterable, Sequence


class NotDone(Exception):
    """A tool of Apple's failed, or is not there. The message says which."""


def run(calls: Iterable[Sequence[str]], *, printed: bool) -> None:
    """Make calls one after the other, or print them.

    Args:
        calls: each a program with its arguments.
        printed: they are printed, and not made.

    Raises:
        NotDone: one failed, or this is not macOS.
    """
    for call in calls:
        print(shlex.join(call), flush=True)
        if not printed:
            answer(call)


def answer(call: Sequence[str]) -> str:
    """What a call prints on its standard output.

    Raises:
        NotDone: it failed, or this is not macOS.
    """
    if platform.system() != "Darwin":
        raise NotDone("Apple's tools run on macOS only: --print tells what would be run there")
    done = subprocess.run(call, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise NotDone(f"{call[0]} {call[1]} ended with {done.returncode}; its words stand above")
    return done.stdout
