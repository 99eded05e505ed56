"""A push button that stands for an action."""

from __future__ import annotations

from PySide6.QtGui import QAction, QIcon, QPainter, QPalette
from PySide6.QtWidgets import QPushButton, QWidget


class ActionButton(QPushButton):
    """Shows the text, icon and state of an action, and triggers it.

    Args:
        action: what it stands for.
        primary: whether it is what is mostly done here.
        words: stand on it instead of the icon and the text of the action, where there is little
            room.
        parent: the widget that it belongs to.
    """

    def __init__(
        self,
        action: QAction,
        *,
        primary: bool = False,
        words: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._action = action
        self._words = words
        self._primary = primary
        self._wordless = False
        if primary:
            self.setObjectName("primary")
        elif words:
            self.setObjectName("small")
        self.clicked.connect(action.trigger)
        action.changed.connect(self._follow)
        self._follow()

    def set_wordless(self, wordless: bool) -> None:
        """Show the icon alone, where there is no room for words."""
        self._wordless = wordless
        self._follow()

    def _follow(self) -> None:
        words = self._words or self._action.text()
        self.setAccessibleName(words)
        if self._words:
            self.setText(words)
        else:
            # Blanks part the icon from the text; the style leaves next to nothing between them.
            self.setText("" if self._wordless else f" {words}")
            self.setIcon(self._on_accent() if self._primary else self._action.icon())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleDescription(self._action.statusTip())
        self.setEnabled(self._action.isEnabled())

    def _on_accent(self) -> QIcon:
        """The icon in the colour that stands out from the ground of a primary button."""
        made, colour = QIcon(), self.palette().color(QPalette.ColorRole.BrightText)
        given = self._action.icon()
        for size in given.availableSizes():
            shape = given.pixmap(size)
            painter = QPainter(shape)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            painter.fillRect(shape.rect(), colour)
            painter.end()
            made.addPixmap(shape)
        for size in given.availableSizes(QIcon.Mode.Disabled):
            made.addPixmap(given.pixmap(size, QIcon.Mode.Disabled), QIcon.Mode.Disabled)
        return made
