"""Pictures of every screen of the window, over invented notes, with the program's own detectors.

    python packaging/screenshots.py --out FOLDER [--screens review queue ...]
                                    [--themes light dark high-contrast] [--sizes 100 200 300]
                                    [--width 1500] [--height 900] [--right-to-left]

Each picture is `SCREEN-THEME-SIZE.png`. Those that README.md shows:

    python packaging/screenshots.py --out docs/images --readme

Needs no screen (QT_QPA_PLATFORM=offscreen). Data folder and settings are made for the pictures, and
taken away again; the user's are not touched.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from PySide6.QtCore import QEventLoop, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from reportlab.pdfgen.canvas import Canvas

from deid import (
    DEFAULT_POLICY,
    Deidentifier,
    Keys,
    Label,
    OperatorName,
    Origin,
    Span,
    Worklist,
    home,
    load_policy,
    shipped_policies,
)
from gui.actions import Do
from gui.appearance import Appearance, Scheme
from gui.engine import Detectors, LogFile, NoteEngine
from gui.garbage import GarbageCollector
from gui.main_window import MainWindow
from gui.program import Program
from gui.settings import CERTAIN_FROM, Settings
from gui.views.fold import Fold
from gui.views.policy_editor import PolicyEditor

ROOT: Final = Path(__file__).resolve().parent.parent
PATIENCE: Final = 180.0
PAUSE: Final = 0.005  # leaves the processor to the job that is waited for
NOTES: Final = ROOT / "samples" / "notes"
FIRST: Final = "discharge-summary"
README: Final = {
    "review": ("review", Scheme.LIGHT, 100),
    "policy": ("policy", Scheme.DARK, 100),
    "large": ("review", Scheme.HIGH_CONTRAST, 200),
    "pages": ("pages", Scheme.LIGHT, 100),
}
THEMES: Final = (Scheme.LIGHT, Scheme.DARK, Scheme.HIGH_CONTRAST)
TYPED: Final = """\
Ms Perpetua Quillfeather, 71, came back to clinic on 3 June 2025 with her son Barnaby.
The wound is dry. Dr Osei will see her again in six weeks; call 555-0167 before then.
"""
LEAKY: Final = """\
Ms Perpetua Quillfeather was seen on 3 June 2025 and takes zolpraxin 5 mg at night.
If zolpraxin makes her drowsy, she will ring 555-0167. Her son Barnaby agrees.
"""


LETTER: Final = """\
Examplewood Hospital

Department of Cardiology, 12 Sample Lane, Fictown

Patient: Perpetua Quillfeather     MRN: 00483921     Born: 17 April 1954

Dear Dr Osei,

Thank you for referring Ms Quillfeather, whom I saw on 3 June 2025 with her
son Barnaby. She is a retired lighthouse keeper with six weeks of chest pain
on exertion. Blood pressure was 138/82, the ECG was without change, and
troponin was negative twice.

Plan

1. Aspirin 75 mg daily and a statin.
2. Exercise test within two weeks; her son will drive her.
3. She will ring 555-0167 if the pain comes back at rest.

With kind regards,
Dr Amaru Mockridge, Consultant Cardiologist
"""


class Stage:
    """The window, and what brings it from one screen to another.

    Args:
        app: of Qt.
        folder: for notes and what is saved.
    """

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        self.folder = folder
        self.settings = Settings()
        policies = [load_policy(name) for name in shipped_policies()]
        policy = load_policy(DEFAULT_POLICY)
        detectors = Detectors(partial(Deidentifier.open, policy=policy))
        self.program = Program(
            NoteEngine(detectors),
            detectors,
            LogFile(),
            self.settings,
            policies=policies,
            policy=policy,
            reviewer="reviewer",
            settled_after=0.1,
            slow=0.2,
        )
        self.appearance = Appearance(app)
        self.window = MainWindow(self.program, self.appearance)

    def begin(self) -> None:
        """Load the detectors, and fill queue and log."""
        program, notes = self.program, self.folder / "notes"
        shutil.copytree(NOTES, notes)
        (notes / "scan-0412.txt").write_bytes(b"%PDF-1.7\x00\x00")
        incoming = self.folder / "ward-3-incoming"
        incoming.mkdir()
        with Worklist.open(home(), keys=Keys.open(home())) as store:
            run = store.begin_batch(self.folder / "clinic-2024", 120)
            store.count(run, done=118, refused=2)
            store.end_batch(run)
        self.window.show()
        program.start()
        self.settle()
        program.worklist.add([notes])
        self.settle()
        self.open("nursing-shift")
        program.worklist.finish()
        self.settle()
        program.queue.watch(incoming)
        self.do(Do.PAUSE)
        (incoming / "handover.txt").write_text(TYPED, encoding="utf-8")
        self.until(lambda: any(i.name == "handover.txt" for i in program.worklist.items.values()))
        self.settle()

    def look(self, theme: Scheme, percent: int) -> None:
        """Look like this from now on."""
        self.settings.theme, self.settings.scale = theme, percent
        self.settle()

    def clear(self) -> None:
        """Close what stands before the window, and take the note off the desk."""
        # A dialog with changes wants to be told twice.
        for other in [*self.others(), *self.others()]:
            other.close()
        page = self.window.review
        page.message.hide()
        page.find_bar.close_bar()
        page.findings.set_why_shown(False)
        if page.pages.on:
            self.do(Do.PAGES)
        self.do(Do.GO_TO_NOTE)
        for fold in self.folds:
            fold.arrow.setChecked(False)
        self.settings.grouped, self.settings.certain_from = True, CERTAIN_FROM
        self.window.tabs.setCurrentIndex(0)
        worklist = self.program.worklist
        worklist.put_away()
        worklist.remove(i.id for i in worklist.items.values() if i.origin is Origin.TYPED)
        self.settle()

    @property
    def folds(self) -> tuple[Fold, Fold]:
        """What is folded below the queue."""
        return self.window.queue.watched, self.window.queue.batches

    def open(self, name: str) -> None:
        """Bring a note of the queue to the desk."""
        items = self.program.worklist.items.values()
        self.program.worklist.open(next(item.id for item in items if item.name.startswith(name)))
        self.settle()

    def paste(self, text: str) -> None:
        """Bring a text to the desk."""
        self.program.worklist.paste(text)
        self.settle()

    def do(self, *acts: Do) -> None:
        """Do what a key or a menu would."""
        for act in acts:
            self.window.actions_table[act].trigger()
            self.settle()

    def settle(self) -> None:
        """Let all that was asked for come."""
        self.until(lambda: not self.program.busy)
        for _ in range(5):
            self.app.sendPostedEvents()
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 30)

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait for it.

        Raises:
            TimeoutError: it takes too long.
        """
        end = monotonic() + PATIENCE
        while not ready():
            if monotonic() > end:
                raise TimeoutError("the window does not come to rest")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
            sleep(PAUSE)

    def others(self) -> list[QWidget]:
        """Dialogs and menus before the window."""
        return [w for w in self.app.topLevelWidgets() if w.isVisible() and w is not self.window]

    def picture(self) -> QPixmap:
        """The window, and what stands before it."""
        origin = self.window.geometry().topLeft()
        places = [other.geometry().translated(-origin) for other in self.others()]
        area = QRect(QPoint(), self.window.size())
        for place in places:
            area = area.united(place)
        made = QPixmap(area.size())
        made.fill(QColor(self.appearance.theme.window))
        painter = QPainter(made)
        painter.translate(-area.topLeft())
        painter.drawPixmap(0, 0, self.window.grab())
        painter.setPen(QColor(self.appearance.theme.muted))
        for other, place in zip(self.others(), places, strict=True):
            painter.drawPixmap(place.topLeft(), other.grab())
            painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.end()
        return made


def review_screen(stage: Stage) -> None:
    """A note under review, beside its queue."""
    stage.open(FIRST)
    stage.window.review.findings.table.setFocus()


def ungrouped(stage: Stage) -> None:
    """The findings one by one."""
    stage.open(FIRST)
    stage.settings.grouped = False
    stage.do(Do.NEXT, Do.NEXT)


def pages(stage: Stage) -> None:
    """The pages of a letter, before and after."""
    path = stage.folder / "cardiology-letter.pdf"
    if not path.exists():
        write_letter(path)
        stage.program.worklist.add([path])
        stage.settle()
    stage.open("cardiology-letter")
    stage.do(Do.PAGES)


def write_letter(path: Path) -> None:
    """The letter as a PDF of one page."""
    letter = Canvas(str(path), pagesize=(595, 842))
    for number, line in enumerate(LETTER.splitlines()):
        large = number == 0
        letter.setFont("Helvetica-Bold" if large else "Helvetica", 20 if large else 12)
        letter.drawString(64, 770 - 22 * number, line)
    letter.save()


def why(stage: Stage) -> None:
    """Why something was found."""
    stage.open("clinic-letter")
    stage.do(Do.NEXT_UNCERTAIN, Do.WHY)


def find(stage: Stage) -> None:
    """The search, with near-misses."""
    stage.open(FIRST)
    stage.do(Do.FIND)
    bar = stage.window.review.find_bar
    bar.near.setChecked(True)
    bar.words.setText("Oyelaran")
    stage.until(lambda: bool(stage.program.search.in_note))
    stage.do(Do.FIND_NEXT)


def labels(stage: Stage) -> None:
    """Choosing a label."""
    stage.open(FIRST)
    stage.do(Do.RELABEL)


def commands(stage: Stage) -> None:
    """All commands."""
    stage.open(FIRST)
    stage.do(Do.PALETTE)


def menu(stage: Stage) -> None:
    """A menu."""
    stage.open(FIRST)
    bar = stage.window.menuBar()
    action = bar.actions()[1]
    opened = action.menu()
    if isinstance(opened, QMenu):
        opened.popup(bar.mapToGlobal(bar.actionGeometry(action).bottomLeft()))


def dialog(act: Do) -> Callable[[Stage], None]:
    """What an act opens before a note under review."""

    def show(stage: Stage) -> None:
        stage.open(FIRST)
        stage.do(act)

    return show


def policy(stage: Stage) -> None:
    """A policy that is being changed, and what the change does to the note."""
    stage.open(FIRST)
    stage.do(Do.POLICY_EDITOR)
    editor = next(one for one in stage.others() if isinstance(one, PolicyEditor))
    for label in (Label.PATIENT, Label.PERSON, Label.HOSPITAL):
        editor.rows.rows[label].choose(OperatorName.SURROGATE)
    stage.until(lambda: editor.preview.table.rowCount() > 0)


def log(stage: Stage) -> None:
    """The log, verified."""
    stage.do(Do.LOG_TAB, Do.VERIFY)
    stage.window.log_view.table.setFocus()


def refused(stage: Stage) -> None:
    """A file that is no note."""
    stage.open("scan")


def residual(stage: Stage) -> None:
    """A result that still shows what was marked in one of its two places."""
    stage.paste(LEAKY)
    at = LEAKY.index("zolpraxin")
    stage.program.session.decide.add(Span(at, at + len("zolpraxin")), Label.PERSON)
    stage.settle()


def uncertain(stage: Stage) -> None:
    """Saving where nobody looked at what is uncertain."""
    stage.open("clinic-letter")
    stage.settings.certain_from = 0.95
    stage.do(Do.FINISH)


def saved(stage: Stage) -> None:
    """A note that was saved."""
    stage.paste(TYPED)
    target = stage.folder / f"handover-{monotonic():.0f}.txt"
    stage.program.session.save(target)
    stage.settle()


def draft(stage: Stage) -> None:
    """A note that is being typed."""
    stage.program.worklist.begin_draft()
    stage.window.review.note.text.insertPlainText(TYPED)
    stage.settle()


def removal(stage: Stage) -> None:
    """The question before work is lost."""
    stage.open(FIRST)
    stage.do(Do.REJECT)
    stage.do(Do.GO_TO_QUEUE)
    stage.window.queue.ask_remove()


def queue(stage: Stage) -> None:
    """The queue, with notes in all states and what is watched."""
    stage.open("operative")
    stage.do(Do.GO_TO_QUEUE)
    for fold in stage.folds:
        fold.arrow.setChecked(True)
    stage.settle()


def empty(_: Stage) -> None:
    """No note on the desk."""


SCREENS: Final[dict[str, Callable[[Stage], None]]] = {
    "review": review_screen,
    "ungrouped": ungrouped,
    "pages": pages,
    "why": why,
    "find": find,
    "labels": labels,
    "commands": commands,
    "menu": menu,
    "keys": dialog(Do.KEYS),
    "shortcuts": dialog(Do.SHORTCUTS),
    "certainty": dialog(Do.CERTAINTY),
    "policy": policy,
    "log": log,
    "empty": empty,
    "refused": refused,
    "residual": residual,
    "uncertain": uncertain,
    "draft": draft,
    "removal": removal,
    "queue": queue,
    "saved": saved,
}


def take(stage: Stage, out: Path, pictures: Mapping[str, tuple[str, Scheme, int]]) -> None:
    """Take the pictures (screen, theme, per cent) by their names, and print where they are."""
    stage.begin()
    for name, (screen, theme, percent) in pictures.items():
        stage.clear()
        stage.look(theme, percent)
        SCREENS[screen](stage)
        stage.settle()
        path = out / f"{name}.png"
        if not stage.picture().save(str(path)):
            raise OSError(f"{path} could not be written")
        print(path, flush=True)
    stage.clear()
    stage.window.close()
    stage.program.stop()


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--screens", nargs="+", choices=SCREENS, default=list(SCREENS))
    parser.add_argument("--themes", nargs="+", type=Scheme, choices=THEMES, default=THEMES)
    parser.add_argument("--sizes", nargs="+", type=int, default=[100, 200], metavar="PERCENT")
    parser.add_argument("--width", type=int, default=1500, help="of the window, in pixels")
    parser.add_argument("--height", type=int, default=900, help="of the window, in pixels")
    parser.add_argument("--right-to-left", action="store_true")
    parser.add_argument("--readme", action="store_true", help="only the pictures of README.md")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        app = start_qt(folder, options.width, options.height)
        if options.right_to_left:
            app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        GarbageCollector(app)
        wanted = product(options.themes, options.sizes, options.screens)
        pictures = {f"{what}-{theme}-{size}": (what, theme, size) for theme, size, what in wanted}
        stage = Stage(app, folder)
        stage.window.resize(options.width, options.height)
        take(stage, options.out, README if options.readme else pictures)


def start_qt(folder: Path, width: int, height: int) -> QApplication:
    """Qt over a screen in memory on which a window of this size fits, with settings of its own."""
    os.environ["DEID_HOME"] = str(folder / "home")
    screens = folder / "screens.json"
    one = {"name": "one", "x": 0, "y": 0, "width": width + 40, "height": height + 60}
    screens.write_text(json.dumps({"screens": [one]}), encoding="utf-8")
    scope, form = QSettings.Scope.UserScope, QSettings.Format.NativeFormat
    QSettings.setPath(form, scope, str(folder / "settings"))
    return QApplication(["NoteVeil", "-platform", f"offscreen:configfile={screens}"])


if __name__ == "__main__":
    main()
