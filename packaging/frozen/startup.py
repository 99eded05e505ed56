"""How long a frozen program takes until its window is shown."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_LOGGED: Final = {"QT_LOGGING_RULES": "qt.widgets.showhide.debug=true"}
_SHOWN: Final = (b"MainWindow(", b" to true ")
_PATIENCE: Final = 120.0


class NotShown(Exception):
    """The program ended, or showed no window in two minutes."""


def seconds_until_shown(program: Path, environment: Mapping[str, str]) -> float:
    """Start the window, wait until Qt shows it, and end it.

    Raises:
        NotShown: it did not come.
    """
    begun = time.monotonic()
    with subprocess.Popen(
        [program], env={**environment, **_LOGGED}, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        patience = threading.Timer(_PATIENCE, process.kill)
        patience.start()
        try:
            for line in process.stderr or ():
                if all(part in line for part in _SHOWN):
                    return time.monotonic() - begun
        finally:
            patience.cancel()
            process.kill()
    raise NotShown(f"{program.name} ended with {process.returncode}, and showed no window")
