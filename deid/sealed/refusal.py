"""Telling a person that the program does not start, without anything of the program.

What stands in its folder is not to be trusted at that moment, Qt included: the message box is that
of the system.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from typing import Final

from deid.errors import DeidError

_TITLE: Final = "NoteVeil"
_COLUMNS: Final = 80  # not every box wraps its lines
_BOXES: Final = (
    ("zenity", "--error", "--no-markup", "--title", _TITLE, "--text"),
    ("kdialog", "--title", _TITLE, "--error"),
    ("xmessage", "-center", "-title", _TITLE),
)
_ALERT: Final = (
    *("-e", "on run argv"),
    *("-e", f'display alert "{_TITLE}" message (item 1 of argv) as critical'),
    *("-e", "end run"),
)


def refuse(error: DeidError, *, program: str) -> int:
    """Say why the program does not start; the result is its exit code.

    Args:
        error: what is wrong.
        program: its name; `deid` has no window, and tells it on the standard error alone.
    """
    told = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(error))
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(f"{program}: error: {told}\n")
            sys.stderr.flush()
    if program != "deid":
        # Whether a box can be shown or not, the program ends.
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            _show(f"{_TITLE} does not start.\n\n{textwrap.fill(told, _COLUMNS)}")
    return error.exit_code


def _show(text: str) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, _TITLE, 0x10)
    elif sys.platform == "darwin":
        _run(["/usr/bin/osascript", *_ALERT, text])
    elif "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ:
        for name, *options in _BOXES:
            found = shutil.which(name)
            if found is not None and _run([found, *options, text]) in (0, 1):
                return


def _run(command: list[str]) -> int:
    environment = system_environment(os.environ)
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


def system_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program of the system: without the libraries of this one.

    A frozen program is started with its own folder in the search path for libraries; what stood
    there before is kept under another name (PyInstaller, "LD_LIBRARY_PATH considerations").
    """
    own = dict(environment)
    own.pop("LD_LIBRARY_PATH", None)
    before = own.pop("LD_LIBRARY_PATH_ORIG", None)
    return own if before is None else own | {"LD_LIBRARY_PATH": before}
