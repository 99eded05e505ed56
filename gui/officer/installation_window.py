"""A window with the page "Installation" alone: for IT, who need no log and no key for it."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QMainWindow

from gui.actions import Actions, Do
from gui.appearance import Appearance
from gui.officer.desk_jobs import DeskJobs
from gui.officer.installation_page import InstallationPage
from gui.settings import Settings, connect_settings
from gui.theme import Theme
from gui.views.room import Room

_MENU: Final = (
    *(Do.QUIT, Do.LARGER, Do.SMALLER, Do.NORMAL_SIZE),
    *(Do.LIGHT, Do.DARK, Do.HIGH_CONTRAST, Do.AS_SYSTEM),
)
_WIDTH: Final = 1100
_HEIGHT: Final = 800


class InstallationWindow(QMainWindow):
    """Shows what is installed, also where rules and models are not what was signed.

    Args:
        desk: beside which the page works; its log is not opened.
        settings: what the user chose.
        appearance: how it looks.
    """

    def __init__(self, desk: DeskJobs, settings: Settings, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("NoteVeil: installation"))
        room = self.screen().availableSize()
        self.resize(min(_WIDTH, room.width() - 40), min(_HEIGHT, room.height() - 60))
        self._settings, self._appearance = settings, appearance
        self._actions = Actions(self)
        self._actions.fill(self.menuBar(), _MENU)
        self._actions.connect({Do.QUIT: self.close})
        connect_settings(self._actions, settings)
        self.page = InstallationPage(desk, appearance.theme)
        self.page.setContentsMargins(12, 12, 12, 12)
        self.setCentralWidget(Room(self.page))
        appearance.changed.connect(self.use_theme)
        settings.changed.connect(self._use_settings)
        self._use_settings()
        self.use_theme(appearance.theme)
        self.page.shown()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._actions.use_theme(theme)
        self.page.use_theme(theme)

    def _use_settings(self) -> None:
        self._appearance.choose(self._settings.theme, percent=self._settings.scale)
