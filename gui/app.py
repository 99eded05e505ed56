"""`deid-gui`: builds everything and passes it down."""

from __future__ import annotations

import argparse
import getpass
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
    load_policy,
    shipped_policies,
)
from gui.appearance import Appearance, Scheme
from gui.engine import LogFile, NoteEngine
from gui.jobs import Jobs
from gui.log_session import LogSession
from gui.main_window import MainWindow
from gui.session import Session


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window; the result is the exit code."""
    options = _parser().parse_args(arguments)
    try:
        policies = [load_policy(name) for name in shipped_policies()]
        policy = load_policy(options.policy)
    except DeidError as error:
        sys.stderr.write(f"deid-gui: {error}\n")
        return error.exit_code
    if policy.digest not in {known.digest for known in policies}:
        policies.append(policy)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("NoteVeil")
    appearance = Appearance(app)
    appearance.choose(options.theme)
    engine = NoteEngine(
        partial(Deidentifier.open, policy=policy, detectors=options.detectors, model=options.model)
    )
    note_jobs, log_jobs = Jobs(), Jobs()
    session = Session(engine, note_jobs, policies=policies, policy=policy, reviewer=reviewer_id())
    log = LogSession(LogFile(), log_jobs)
    session.saved.connect(log.reload)
    window = MainWindow(session, log, appearance)
    window.show()
    session.load()
    if options.note is not None:
        session.open(options.note)
    code = app.exec()
    log_jobs.stop()
    note_jobs.stop(engine.close)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deid-gui", description="De-identify a clinical note in a window, on this computer."
    )
    parser.add_argument("note", nargs="?", type=Path, help="a note to open")
    parser.add_argument("--policy", default=DEFAULT_POLICY, help="name or YAML file of the policy")
    parser.add_argument(
        "--detectors",
        type=DetectorChoice,
        choices=list(DetectorChoice),
        default=DetectorChoice.HYBRID,
        help="which detectors work on a note",
    )
    parser.add_argument("--model", type=Path, help="a model package instead of the shipped one")
    parser.add_argument(
        "--theme",
        type=Scheme,
        choices=list(Scheme),
        default=Scheme.SYSTEM,
        help="light, dark or as the system is",
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
