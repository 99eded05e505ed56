# ruff: noqa: N802 - Qt gives methods their names
"""The window of the privacy officer: a list of pages, who sits at the desk, and one page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deid import DeidError, officer
from gui.actions import Actions, Do
from gui.appearance import Appearance
from gui.messages import breakable, told
from gui.officer.archives_session import ArchivesSession
from gui.officer.beside import Stop, Waiting
from gui.officer.desk_jobs import DeskJobs
from gui.officer.idle_lock import IdleLock
from gui.officer.pages import PAGES, MakePage
from gui.officer.person_bar import PersonBar
from gui.officer.unlock_dialog import UnlockDialog
from gui.settings import Settings, connect_settings
from gui.theme import Theme
from gui.views.header import MessageBar, Tone, counted
from gui.views.room import Room

_MENU: Final = (
    *(Do.QUIT, Do.LARGER, Do.SMALLER, Do.NORMAL_SIZE),
    *(Do.LIGHT, Do.DARK, Do.HIGH_CONTRAST, Do.AS_SYSTEM),
)


class OfficerWindow(QMainWindow):
    """Shows the pages of the officer's desk.

    Args:
        desk: what the pages work with.
        settings: what the user chose.
        appearance: how it looks.
        pages: those that there are.
    """

    def __init__(
        self,
        desk: DeskJobs,
        settings: Settings,
        appearance: Appearance,
        pages: Sequence[MakePage] = PAGES,
    ) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("NoteVeil: privacy officer"))
        room = self.screen().availableSize()
        self.resize(min(1400, room.width() - 40), min(900, room.height() - 60))
        self._desk, self._settings, self._appearance = desk, settings, appearance
        theme = appearance.theme
        self._actions = Actions(self)
        self._actions.fill(self.menuBar(), _MENU)
        self._actions.connect({Do.QUIT: self.close})
        connect_settings(self._actions, settings)
        self.message = MessageBar(theme)
        self.person = PersonBar(desk)
        self.pages = [make(desk, theme) for make in pages]
        self.list, self.stack = QListWidget(), QStackedWidget()
        self._build()
        self.idle = IdleLock(desk, self)
        self._waiting: tuple[Stop, str] | None = None
        self.person.unlock_wanted.connect(self._ask_people)
        self.list.currentRowChanged.connect(self._turn_to)
        desk.failed.connect(self._tell_failure)
        desk.wrong_pins.connect(self._tell_wrong_pins)
        desk.beside.waits.connect(self._tell_waiting)
        desk.beside.reached.connect(self._tell_reached)
        appearance.changed.connect(self.use_theme)
        settings.changed.connect(self._use_settings)
        self._use_settings()
        self.use_theme(appearance.theme)
        self._go_to(0)
        ArchivesSession.of(desk).refresh()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._actions.use_theme(theme)
        self.message.use_theme(theme)
        for page in self.pages:
            page.use_theme(theme)
        # The style has room around each title, which Qt sees only when told.
        self.list.ensurePolished()
        self.list.doItemsLayout()
        self.list.setFixedWidth(
            self.list.sizeHintForColumn(0) + 2 * self.list.frameWidth() + theme.px(26)
        )

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put the key away before anything else."""
        self._desk.lock()
        super().closeEvent(event)

    def _build(self) -> None:
        self.list.setAccessibleName(self.tr("Pages"))
        self.list.setObjectName("pages")
        self.list.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for row, page in enumerate(self.pages):
            self.list.addItem(page.title)
            self.stack.addWidget(Room(page))
            page.warned.connect(partial(self._tell_warning, row))
        for row, digit in zip(range(len(self.pages)), "123456789", strict=False):
            keys = QShortcut(QKeySequence(f"Ctrl+{digit}"), self)
            keys.activated.connect(partial(self._go_to, row))
        for turn, step in (("Ctrl+PgUp", -1), ("Ctrl+PgDown", 1)):
            keys = QShortcut(QKeySequence(turn), self)
            keys.activated.connect(partial(self._go_on, step))
        below = QHBoxLayout()
        below.setContentsMargins(12, 12, 12, 12)
        below.setSpacing(12)
        below.addWidget(self.list)
        below.addWidget(self.stack, 1)
        whole = QWidget()
        whole.setObjectName("page")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.person)
        column.addWidget(self.message)
        column.addLayout(below, 1)
        self.setCentralWidget(whole)

    def _go_to(self, row: int) -> None:
        """Turn to a page by the keyboard: Tab leads into it from the list."""
        self.list.setCurrentRow(row)
        self.list.setFocus()

    def _go_on(self, step: int) -> None:
        self._go_to((self.list.currentRow() + step) % self.list.count())

    def _turn_to(self, row: int) -> None:
        if row >= 0:
            page = self.pages[row]
            self.stack.setCurrentIndex(row)
            # What was out of sight when the size changed does not know how large its letters are.
            page.use_theme(self._appearance.theme)
            for widget in page.findChildren(QWidget):
                widget.updateGeometry()
            page.shown()

    def _ask_people(self) -> None:
        self._desk.start(lambda desk: desk.people(), self._ask_pin)

    def _ask_pin(self, people: tuple[officer.KnownPerson, ...]) -> None:
        UnlockDialog(self._desk, people, self).open()

    def _tell_wrong_pins(self, found: officer.WrongPins) -> None:
        words = self.tr(
            "{pins} for the key of {name} since it was last unlocked here, the last on {time}. If "
            "that was not you, somebody guesses: tell an administrator."
        )
        pins = counted(found.count, self.tr("wrong PIN"), self.tr("wrong PINs"))
        time = found.last.astimezone().strftime("%Y-%m-%d %H:%M")
        self.message.tell(words.format(pins=pins, name=found.name, time=time), Tone.CAUTION)

    def _tell_warning(self, row: int, words: str, tone: Tone) -> None:
        """Tell what a page warns of, and lead there."""
        elsewhere = row != self.list.currentRow()
        lead = (self.tr("Show"), partial(self._go_to, row)) if elsewhere else None
        self.message.tell(words, tone, remedy=lead)

    def _tell_waiting(self, waiting: Waiting) -> None:
        words = self.tr("{} does not answer: its drive or share may be away. All else can be done.")
        give_up = (self.tr("Give up"), partial(self._desk.beside.give_up, waiting.stop))
        said = words.format(breakable(waiting.what))
        self._waiting = waiting.stop, said
        self.message.tell(said, Tone.CAUTION, remedy=give_up)

    def _tell_reached(self, stop: Stop) -> None:
        if self._waiting is not None and self._waiting[0] is stop:
            if self.message.words.text() == self._waiting[1]:
                self.message.hide()
            self._waiting = None

    def _tell_failure(self, error: DeidError) -> None:
        self.message.tell(told(error), Tone.BAD)

    def _use_settings(self) -> None:
        self._appearance.choose(self._settings.theme, percent=self._settings.scale)
