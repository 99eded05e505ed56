"""Focus can be seen on everything that takes it, in every theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QKeySequenceEdit,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QTabBar,
    QTableWidget,
    QTextEdit,
    QToolButton,
    QTreeWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.appearance import Appearance, Scheme
from gui.theme import contrast
from gui.views.action_button import ActionButton
from gui.views.choice import Choice

SCHEMES = [Scheme.LIGHT, Scheme.DARK, Scheme.HIGH_CONTRAST]


def _tabs() -> QWidget:
    tabs = QTabBar()
    tabs.addTab("One")
    tabs.addTab("Two")
    return tabs


def _choice() -> QWidget:
    choice = Choice()
    choice.addItems(["one", "two"])
    return choice


def _table() -> QWidget:
    return QTableWidget(3, 2)


def _tree() -> QWidget:
    return QTreeWidget()


def _tool() -> QWidget:
    button = QToolButton()
    button.setText("Tool")
    return button


KINDS: dict[str, Callable[[], QWidget]] = {
    "push button": lambda: QPushButton("Close"),
    "primary button": lambda: ActionButton(QAction("Save"), primary=True),
    "tool button": _tool,
    "check box": lambda: QCheckBox("Certain"),
    "radio button": lambda: QRadioButton("Certain"),
    "slider": lambda: QSlider(Qt.Orientation.Horizontal),
    "spin box": QSpinBox,
    "line": lambda: QLineEdit("words"),
    "key": QKeySequenceEdit,
    "choice": _choice,
    "text": lambda: QTextEdit("words"),
    "plain text": lambda: QPlainTextEdit("words"),
    "table": _table,
    "tree": _tree,
    "list": QListWidget,
    "tabs": _tabs,
    "area": QScrollArea,
}


@pytest.fixture
def appearance(qapp: QApplication) -> Iterator[Appearance]:
    made = Appearance(qapp)
    yield made
    made.choose(Scheme.SYSTEM)
    made.deleteLater()


def shown(widget: QWidget) -> QImage:
    """The widget with what lies around it."""
    top = widget.window()
    area = widget.rect().translated(widget.mapTo(top, widget.rect().topLeft()))
    return top.grab(area.adjusted(-3, -3, 3, 3)).toImage()


def changed(before: QImage, after: QImage) -> int:
    """How many pixels changed by a contrast of at least 3 to 1."""
    return sum(
        contrast(QColor(before.pixel(x, y)).name(), QColor(after.pixel(x, y)).name()) >= 3
        for x in range(before.width())
        for y in range(before.height())
        if before.pixel(x, y) != after.pixel(x, y)
    )


def focus_shows(widget: QWidget, qtbot: QtBot) -> float:
    """How many pixels tell that this widget has the focus, as a share of half its outline."""
    page = QWidget()
    page.setObjectName("page")
    other = QLineEdit()
    layout = QVBoxLayout(page)
    layout.addWidget(other)
    layout.addWidget(widget)
    qtbot.addWidget(page)
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    other.setFocus()
    before = shown(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    assert widget.hasFocus()
    return changed(before, shown(widget)) / min(widget.width() + widget.height(), 120)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_focus_is_seen(appearance: Appearance, qtbot: QtBot, scheme: Scheme, kind: str) -> None:
    appearance.choose(scheme)
    assert focus_shows(KINDS[kind](), qtbot) >= 1


def test_a_widget_that_hides_its_focus_is_noticed(appearance: Appearance, qtbot: QtBot) -> None:
    appearance.choose(Scheme.LIGHT)
    button = QPushButton("Close")
    button.setStyleSheet("QPushButton:focus { border-color: #d5dbe1; outline: none; }")
    assert focus_shows(button, qtbot) < 0.5
