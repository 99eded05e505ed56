# ruff: noqa: N802 - Qt gives methods their names
"""A small list of labels to choose from: the likeliest by a digit, the others as one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from deid import Label
from gui.tables.roles import LABEL_ROLE
from gui.theme import Kind, Theme
from gui.views.chips import ChipDelegate

_WORDS_ROLE = Qt.ItemDataRole.UserRole + 10
_DIGIT_ROLE = Qt.ItemDataRole.UserRole + 11
_DIGITS: Final = "1234567890"
_LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class LabelPicker(QFrame):
    """Asks for a label. Enter takes the one that is selected, Escape takes none.

    Before anything is typed, a digit takes one of the likeliest labels.

    Args:
        theme: the colours.
        title: what is asked.
        likely: at most ten labels, listed first.
        parent: over what it is shown.

    Signals:
        chosen: carries the label.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        title: str,
        *,
        likely: Sequence[Label] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("picker")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._likely = tuple(likely)[: len(_DIGITS)]
        self.words = QLineEdit(placeholderText=self.tr("Type a label: pat, date, mrn …"))
        self.words.setAccessibleName(self.tr("Filter labels"))
        self.labels = QListView()
        self.labels.setAccessibleName(self.tr("Labels"))
        self.labels.setItemDelegate(_Numbered(theme, self.labels))
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(self._model())
        self._filter.setFilterRole(_WORDS_ROLE)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.labels.setModel(self._filter)
        heading = QLabel(title)
        heading.setObjectName("heading")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(8)
        for widget in (heading, self.words, self.labels):
            layout.addWidget(widget)
        self.words.textChanged.connect(self._list)
        self.words.returnPressed.connect(self._take)
        self.words.installEventFilter(self)
        self.labels.clicked.connect(self._take)
        self.labels.activated.connect(self._take)
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().height()
        self.resize(38 * letter, 24 * line)

    def ask(self, place: QPoint) -> None:
        """Show the list at a place on the screen, with the likeliest label selected."""
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        y = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.words.setFocus()
        self._select(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while one types, and digits choose at once."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            at = _DIGITS.find(event.text()) if event.text() and not self.words.text() else -1
            if 0 <= at < len(self._likely):
                self.chosen.emit(self._likely[at])
                self.close()
                return True
            key = Qt.Key(event.key())
            if key in _LIST_KEYS:
                last = self._filter.rowCount() - 1
                step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8}.get(key, 8)
                self._select(max(0, min(self.labels.currentIndex().row() + step, last)))
                return True
        return super().eventFilter(watched, event)

    def _model(self) -> QStandardItemModel:
        model = QStandardItemModel(self)
        numbered = dict(zip(self._likely, _DIGITS, strict=False))
        for label in dict.fromkeys((*self._likely, *Label)):
            item = QStandardItem(label.value)
            if label in numbered:
                digit = numbered[label]
                item.setData(digit, _DIGIT_ROLE)
                item.setData(f"{label.value}, {digit}", Qt.ItemDataRole.AccessibleTextRole)
            item.setEditable(False)
            item.setData(label.value, LABEL_ROLE)
            item.setData(f"{label.value} {Kind.of(label).title()}", _WORDS_ROLE)
            model.appendRow(item)
        return model

    def _list(self, words: str) -> None:
        self._filter.setFilterFixedString(words.strip())
        self._select(0)

    def _select(self, row: int) -> None:
        index = self._filter.index(row, 0)
        self.labels.setCurrentIndex(index)
        self.labels.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def _take(self) -> None:
        index = self.labels.currentIndex()
        if index.isValid():
            self.chosen.emit(Label(index.data(LABEL_ROLE)))
            self.close()


class _Numbered(ChipDelegate):
    """Paints a label as a chip, and the digit that chooses it at the end of the row."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the chip, then the digit."""
        super().paint(painter, option, index)
        digit = index.data(_DIGIT_ROLE)
        if digit is not None:
            flags = Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter
            painter.save()
            painter.setFont(option.font)
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(option.rect.adjusted(10, 0, -10, 0), flags, str(digit))
            painter.restore()
