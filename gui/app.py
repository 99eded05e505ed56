"""`deid-gui`: builds everything and passes it down."""

from __future__ import annotations

import argparse
import getpass
import multiprocessing
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from deid import (
    DEFAULT_POLICY,
    Deidentifier,
    DeidError,
    DetectorChoice,
    home,
    load_policy,
    managed,
    refuse,
    shipped_policies,
    user_policies,
)
from deid.policy import check_allowed, is_allowed, usual_policy
from gui.appearance import Appearance, Scheme
from gui.clipboard import ClipboardGuard
from gui.display import check_display
from gui.engine import Detectors, LogFile, NoteEngine
from gui.file_requests import FileRequests
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.officer.desk_jobs import DeskJobs
from gui.officer.installation_window import InstallationWindow
from gui.officer.window import OfficerWindow
from gui.program import Program
from gui.settings import Settings
from gui.translation import install_translations


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window; the result is the exit code."""
    multiprocessing.freeze_support()  # the program is what verifies in several processes, too
    options = _parser().parse_args(arguments)
    try:
        check_display(os.environ, system=sys.platform)
        here = managed.current()
        folder = home()
        if options.installation:
            return run_installation(folder, options.theme)
        own = user_policies()
        known = [*map(load_policy, shipped_policies()), *own.policies]
        policies = [one for one in known if is_allowed(one)]
        policy = usual_policy() if options.policy is None else load_policy(options.policy)
        check_allowed(policy)
        if options.model is not None or options.detectors is not DetectorChoice.HYBRID:
            here.check(managed.Name.OWN_DETECTORS, wanted="--detectors or --model")
    except DeidError as error:
        return refuse(error, program="deid-gui")
    if policy.digest not in {known.digest for known in policies}:
        policies.append(policy)
    app, garbage, settings = _application(options.theme)
    ClipboardGuard(here, app)
    if options.officer:
        return run_officer(app, settings)
    detectors = Detectors(
        partial(Deidentifier.open, policy=policy, detectors=options.detectors, model=options.model)
    )
    program = Program(
        NoteEngine(detectors),
        detectors,
        LogFile(),
        settings,
        policies=policies,
        policy=policy,
        reviewer=reviewer_id(),
    )
    program.session.loaded.connect(garbage.keep_for_good)
    window = MainWindow(program, Appearance(app))
    window.show()
    program.start()
    for refused in own.refused:
        program.session.failed.emit(refused)
    if options.notes:
        program.worklist.add(options.notes)
    if sys.platform == "darwin":
        FileRequests(app).asked.connect(program.worklist.add)
    code = app.exec()
    program.stop()
    return code


def run_officer(app: QApplication, settings: Settings) -> int:
    """Run the window of the privacy officer; the result is the exit code."""
    desk = DeskJobs(home())
    window = OfficerWindow(desk, settings, Appearance(app))
    window.show()
    code = app.exec()
    desk.stop()
    return code


def run_installation(folder: Path, theme: Scheme | None) -> int:
    """Run the window of what is installed; the result is the exit code.

    It comes before rules and models are looked at: where they are not what was signed, it is what
    mends them.
    """
    app, _garbage, settings = _application(theme)
    desk = DeskJobs(folder)
    window = InstallationWindow(desk, settings, Appearance(app))
    window.show()
    code = app.exec()
    desk.stop()
    return code


def _application(theme: Scheme | None) -> tuple[QApplication, GarbageCollector, Settings]:
    app = QApplication(sys.argv[:1])
    app.setApplicationName("NoteVeil")
    install_translations(app)
    garbage = GarbageCollector(app)
    settings = Settings()
    if theme is not None:
        settings.theme = theme
    return app, garbage, settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deid-gui", description="De-identify clinical notes in a window, on this computer."
    )
    parser.add_argument("notes", nargs="*", type=Path, help="notes, or folders of them, to open")
    parser.add_argument(
        "--policy", help=f"name or YAML file of the policy (default: {DEFAULT_POLICY})"
    )
    parser.add_argument(
        "--detectors",
        type=DetectorChoice,
        choices=list(DetectorChoice),
        default=DetectorChoice.HYBRID,
        help="which detectors work on a note",
    )
    parser.add_argument("--model", type=Path, help="a model package instead of the one in use")
    parser.add_argument(
        "--officer",
        action="store_true",
        help="open the privacy officer's desk: log, samples, sign-off",
    )
    parser.add_argument(
        "--installation",
        action="store_true",
        help="show what is installed, and install or take back updates of rules and models",
    )
    parser.add_argument(
        "--theme",
        type=Scheme,
        choices=list(Scheme),
        help="how the window looks, from now on",
    )
    return parser


def reviewer_id() -> str:
    """The id of the person at the window, in the form that a detector's name may have."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = ""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:64] or "unknown"


if __name__ == "__main__":
    sys.exit(main())
