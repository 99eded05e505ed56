"""How an acceptance test runs what it tries."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence


class DoesNotHold(Exception):
    """What was tried is not as it should be. The message says what."""


def done(command: Sequence[str], *, code: int = 0) -> str:
    """Run a command; what it printed.

    Raises:
        DoesNotHold: it did not end with this code.
    """
    ended = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if ended.returncode != code:
        raise DoesNotHold(
            f"{' '.join(command[-4:])} ended with {ended.returncode}:\n{ended.stdout}"
        )
    return ended.stdout
