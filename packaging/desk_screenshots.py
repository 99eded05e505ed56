"""Pictures of every page of the privacy officer's desk, over a log of invented records.

    python packaging/desk_screenshots.py --out FOLDER [--pages TrendsPage ...]
                                         [--themes light dark high-contrast] [--sizes 100 200]

Each picture is `PAGE-THEME-SIZE.png`. The one that README.md shows:

    python packaging/desk_screenshots.py --out docs/images --readme

Needs no screen (QT_QPA_PLATFORM=offscreen). Data folder and settings are made for the pictures, and
taken away again; the user's are not touched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from time import monotonic, sleep
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings
from PySide6.QtWidgets import QApplication

from deid.audit.keys import Keys
from deid.audit.people import make_personal_key
from deid.audit.records import (
    Meaning,
    PrivacyUnit,
    Role,
    TrainingEnded,
    TrainingOutcome,
    TrainingStarted,
)
from deid.cli import main as deid
from deid.officer import Desk
from deid.officer.enrolment import enrol
from deid.training.account import set_budget
from deid.training.planning import RELATION
from gui.appearance import Appearance, Scheme
from gui.garbage import GarbageCollector
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pages import PAGES
from gui.officer.window import OfficerWindow
from gui.settings import Settings

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 180.0
PAUSE: Final = 0.005  # leaves the processor to the job that is waited for
PIN: Final = "invented for a picture"
THEMES: Final = (Scheme.LIGHT, Scheme.DARK, Scheme.HIGH_CONTRAST)
README: Final = ("TrendsPage", "officer")


def furnish(folder: Path, records: int) -> str:
    """Make a data folder with records of two years and two people; the id of the officer."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    from browse import invented, write_log

    home = folder / "home"
    write_log(home, invented(Keys.open(home), records))
    with Desk.open(home) as desk:
        ada = make_personal_key(home, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        enrol(desk, ada.id, Role.ADMINISTRATOR)
        olive = make_personal_key(home, name="Olive Officer", pin=PIN)
        enrol(desk, olive.id, Role.OFFICER)
    (folder / "witness").mkdir()
    (folder / "pin").write_text(PIN, encoding="utf-8")
    (folder / "pin").chmod(0o600)
    as_olive = ["--as", olive.id, "--pin-file", str(folder / "pin")]
    out = str(folder / "redacted")
    notes = [str(ROOT / "samples" / "notes"), "--out", out, "--policy", "research"]
    for command in (
        ["redact", *notes, "--detector", "rules"],
        ["audit", "witness", "--add", str(folder / "witness"), *as_olive],
        ["audit", "anchor"],
        ["audit", "sign-off", "--meaning", Meaning.REVIEWED.value, *as_olive],
        ["audit", "sample", "draw", *as_olive],
    ):
        if deid(command) != 0:
            raise RuntimeError(f"deid {' '.join(command[:2])} failed")
    with Desk.open(home) as desk:
        desk.unlock(olive.id, PIN)
        set_budget(desk, epsilon=10, delta=0.001)
        record_training(desk, olive.id)
    return olive.id


def record_training(desk: Desk, person: str) -> None:
    """Let the log tell of two runs, one of which was broken off."""
    cohort = desk.keys.fingerprint("cohort", "invented")
    for run, steps in (("20261102-091500-5f3a9c01", 60), ("20261116-140210-b2d84e77", 40)):
        planned = TrainingStarted(
            run=run, person=person, unit=PrivacyUnit.PATIENT, patients=412, notes=1630,
            held_out=101, held_out_share=0.2, cohort=cohort, base_digest="f5" * 32,
            method="last-layers", sampling_rate="0.25", windows=4, noise_multiplier="2.5",
            clipping_norm="1", steps=steps, delta="0.001", relation=RELATION, accountant="prv",
            epsilon="4", statement="",
        )  # fmt: skip
        desk.record(desk.sign(planned))
    run, finished = "20261102-091500-5f3a9c01", TrainingOutcome.FINISHED
    desk.record(desk.sign(TrainingEnded(run, person, finished, 60, "4", "24" * 32, "")))


class Stage:
    """The window of the officer, who is at the desk."""

    def __init__(self, app: QApplication, folder: Path, officer: str) -> None:
        self._app = app
        self.folder = folder
        self.settings = Settings()
        self.desk = DeskJobs(folder / "home")
        self.window = OfficerWindow(self.desk, self.settings, Appearance(app))
        self.window.show()
        self.settle()
        self.desk.unlock(officer, PIN, done=lambda: None, failed=_fail)
        self.settle()

    def take(self, page: Page, theme: Scheme, percent: int, path: Path) -> None:
        """Take a picture of a page in this look."""
        self.settings.theme, self.settings.scale = theme, percent
        self.window.list.setCurrentRow(self.window.pages.index(page))
        self.settle()
        if not self.window.grab().save(str(path)):
            raise OSError(f"{path} could not be written")
        print(path, flush=True)

    def settle(self) -> None:
        """Let all that was asked for come."""
        end, quiet = monotonic() + PATIENCE, 0
        while quiet < 10:
            if monotonic() > end:
                raise TimeoutError("the window does not come to rest")
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 30)
            sleep(PAUSE)
            quiet = 0 if self.desk.busy else quiet + 1

    def close(self) -> None:
        """End as the program does."""
        self.window.close()
        self.settle()
        self.desk.stop()


def _fail(error: Exception) -> None:
    raise error


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [getattr(make, "__name__", "") for make in PAGES]
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--pages", nargs="+", choices=names, default=names)
    parser.add_argument("--themes", nargs="+", type=Scheme, choices=THEMES, default=THEMES)
    parser.add_argument("--sizes", nargs="+", type=int, default=[100, 200], metavar="PERCENT")
    parser.add_argument("--records", type=int, default=60_000, help="so many are invented")
    parser.add_argument("--width", type=int, default=1500, help="of the window, in pixels")
    parser.add_argument("--height", type=int, default=900, help="of the window, in pixels")
    parser.add_argument("--readme", action="store_true", help="only the picture of README.md")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    try:
        os.environ["DEID_HOME"] = str(folder / "home")
        scope, form = QSettings.Scope.UserScope, QSettings.Format.NativeFormat
        QSettings.setPath(form, scope, str(folder / "settings"))
        officer = furnish(folder, options.records)
        app = QApplication(["NoteVeil"])
        GarbageCollector(app)
        stage = Stage(app, folder, officer)
        stage.window.resize(options.width, options.height)
        pages = {type(page).__name__: page for page in stage.window.pages}
        if options.readme:
            stage.take(pages[README[0]], Scheme.LIGHT, 100, options.out / f"{README[1]}.png")
        else:
            for theme, size, name in product(options.themes, options.sizes, options.pages):
                stage.take(pages[name], theme, size, options.out / f"{name}-{theme}-{size}.png")
        stage.close()
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
