# ruff: noqa: N802 - Qt gives methods their names
"""A small list of labels to choose from, filtered as one types."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from deid import Label
from gui.theme import Kind, Theme
from gui.views.chips import LABEL_ROLE, ChipDelegate

_WORDS_ROLE = Qt.ItemDataRole.UserRole + 10
_LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class LabelPicker(QFrame):
    """Asks for a label. Enter takes the one that is selected, Escape takes none.

    Signals:
        chosen: carries the label.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("picker")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = QLineEdit(placeholderText=self.tr("Type a label: pat, date, mrn …"))
        self.words.setAccessibleName(self.tr("Filter labels"))
        self.labels = QListView()
        self.labels.setAccessibleName(self.tr("Labels"))
        self.labels.setItemDelegate(ChipDelegate(theme, self.labels))
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

    def ask(self, place: QPoint, *, first: Label | None = None) -> None:
        """Show the list at a place on the screen, with one label selected."""
        screen = self.screen().availableGeometry()
        x = max(screen.left(), min(place.x(), screen.right() - self.width()))
        y = max(screen.top(), min(place.y(), screen.bottom() - self.height()))
        self.move(x, y)
        self.show()
        self.words.setFocus()
        rows = [row for row in range(self._filter.rowCount()) if self._label(row) == first]
        self._select(rows[0] if rows else 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _LIST_KEYS:
                last = self._filter.rowCount() - 1
                step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8}.get(key, 8)
                self._select(max(0, min(self.labels.currentIndex().row() + step, last)))
                return True
        return super().eventFilter(watched, event)

    def _model(self) -> QStandardItemModel:
        model = QStandardItemModel(self)
        for label in Label:
            item = QStandardItem(label.value)
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

    def _label(self, row: int) -> object:
        return self._filter.index(row, 0).data(LABEL_ROLE)

    def _take(self) -> None:
        index = self.labels.currentIndex()
        if index.isValid():
            self.chosen.emit(Label(index.data(LABEL_ROLE)))
            self.close()
