"""Programs of others that packages are signed with."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from frozen.tree import NotPacked


def call(command: Sequence[str]) -> None:
    """Run one, in silence.

    Raises:
        NotPacked: it is not installed, or failed.
    """
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise NotPacked(f"{command[0]} is not there: install it") from None
    if done.returncode:
        raise NotPacked(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
