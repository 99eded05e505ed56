"""Where `deid-gui` begins: the program is checked before Qt, rules or models are loaded."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Sequence

from deid import SealBroken, check_program, keep_silent, refuse


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the program, then run the window; the result is the exit code."""
    multiprocessing.freeze_support()
    keep_silent(os.environ)
    try:
        check_program()
    except SealBroken as error:
        return refuse(error, program="deid-gui")
    # Qt would translate its regular expressions into code in memory, which some systems forbid.
    os.environ.setdefault("QT_ENABLE_REGEXP_JIT", "0")
    from gui.app import main as run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
