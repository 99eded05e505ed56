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
from gui.backlog import Backlog
from gui.engine import Detectors, LogFile, NoteEngine
from gui.garbage import GarbageCollector
from gui.jobs import Jobs
from gui.log_session import LogSession
from gui.main_window import MainWindow
from gui.search_session import SearchSession
from gui.session import Session
from gui.settings import Settings
from gui.shelf import Shelf
from gui.watcher import Watcher
from gui.why_session import WhySession
from gui.worklist_session import WorklistSession


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
    GarbageCollector(app)
    settings = Settings()
    if options.theme is not None:
        settings.theme = options.theme
    detectors = Detectors(
        partial(Deidentifier.open, policy=policy, detectors=options.detectors, model=options.model)
    )
    engine = NoteEngine(detectors)
    desk_jobs, backlog_jobs, shelf_jobs = Jobs(), Jobs(), Jobs()
    log_jobs, aside_jobs, watch_jobs = Jobs(), Jobs(), Jobs()
    session = Session(
        engine,
        desk_jobs,
        policies=policies,
        policy=policy,
        reviewer=reviewer_id(),
        certain_from=settings.certain_from,
    )
    backlog = Backlog(engine, detectors.examine, desk_jobs=desk_jobs, own_jobs=backlog_jobs)
    watcher = Watcher(watch_jobs, outputs=lambda: worklist.targets)
    worklist = WorklistSession(session, Shelf(shelf_jobs), backlog, watcher, reviewer=reviewer_id())
    log = LogSession(LogFile(), log_jobs)
    session.saved.connect(log.reload)
    search = SearchSession(session, aside_jobs)
    why = WhySession(session, detectors, aside_jobs)
    window = MainWindow(session, worklist, search, why, log, settings, Appearance(app))
    window.show()
    session.load()
    worklist.load()
    if options.notes:
        worklist.add(options.notes)
    code = app.exec()
    for jobs in (backlog_jobs, log_jobs, aside_jobs, watch_jobs):
        jobs.stop()
    worklist.stop()
    desk_jobs.stop(engine.close)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deid-gui", description="De-identify clinical notes in a window, on this computer."
    )
    parser.add_argument("notes", nargs="*", type=Path, help="notes, or folders of them, to open")
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
