"""What a frozen program does before anything else: see that it is as it was built.

PyInstaller runs this file, named among `runtime_hooks`, before the program itself. Only
`deid.sealed` and what verifies signatures are loaded by then: the package `deid`, whose own import
loads much more, stands there empty until the check has passed.
"""

from __future__ import annotations

import importlib.util
import multiprocessing.spawn
import sys
from pathlib import Path


def check_first(program: str, arguments: list[str]) -> None:
    """Check the program, and load the package.

    Args:
        program: its name.
        arguments: of the process, with its name. Processes that a checked program starts for its
            own work are not checked again.

    Raises:
        SystemExit: it is not as it was built; that was told.
    """
    if multiprocessing.spawn.is_forking(arguments):
        return
    spec = importlib.util.find_spec("deid")
    if spec is None or spec.loader is None:
        sys.exit("the program is not whole: reinstall it")
    package = importlib.util.module_from_spec(spec)
    sys.modules["deid"] = package

    from deid.errors import SealBroken
    from deid.sealed.program import check_program
    from deid.sealed.refusal import refuse

    try:
        check_program()
    except SealBroken as error:
        sys.exit(refuse(error, program=program))
    spec.loader.exec_module(package)


if getattr(sys, "frozen", False):
    check_first(Path(sys.executable).stem, sys.argv)
