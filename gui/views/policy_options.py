# ruff: noqa: N802 - Qt gives methods their names
"""Fields for the options of one operator."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from deid import Label, OperatorName
from deid.policy import OPTION_FORMS, Option, OptionForm, Treatment
from gui.policy_changes import choice_words, option_words
from gui.views.check import Check
from gui.views.choice import Choice


class StillWheel(QObject):
    """Lets the wheel change a field only while it has the focus, so that it scrolls otherwise."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Pass the wheel on to what lies below the field."""
        if event.type() is QEvent.Type.Wheel and not self._field.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)


class OptionEditors(QWidget):
    """The options of one treatment.

    Signals:
        changed: an option is another one.
    """

    changed = Signal()

    def __init__(self, label: Label, treatment: Treatment, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = label
        self._given = treatment
        self._editors: dict[str, QWidget] = {}
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for key, form in OPTION_FORMS[treatment.operator].items():
            self._add(key, form, treatment.options.get(key, form.default))
        layout.addStretch(1)
        self._show_needed()

    def treatment(self) -> Treatment:
        """The operator with the options as they are chosen; defaults stay unsaid."""
        given = self._given.options
        options: dict[str, Option] = {}
        for key, form in OPTION_FORMS[self._given.operator].items():
            value = _value(self._editors[key])
            if key in given or value != form.default:
                options[key] = value
        return Treatment(self._given.operator, MappingProxyType(options))

    def _add(self, key: str, form: OptionForm, value: Option) -> None:
        words = option_words(key)
        editor: QWidget
        if isinstance(value, bool):
            editor = Check(words)
            editor.setChecked(value)
            editor.toggled.connect(self._edited)
        else:
            told = QLabel(words)
            told.setObjectName("muted")
            told.setProperty("option", key)
            self._row.addWidget(told)
            editor = self._field(form, value)
            told.setBuddy(editor)
        editor.setAccessibleName(f"{self._label}: {words}")
        editor.setProperty("option", key)
        self._editors[key] = editor
        self._row.addWidget(editor)

    def _field(self, form: OptionForm, value: str | int) -> QWidget:
        if isinstance(value, int):
            number = QSpinBox()
            number.setAlignment(Qt.AlignmentFlag.AlignCenter)
            number.setRange(form.low, form.high)
            number.setValue(value)
            number.valueChanged.connect(self._edited)
            StillWheel(number)
            return number
        if form.choices:
            choice = Choice()
            for word in form.choices:
                choice.addItem(choice_words(word), word)
            choice.setCurrentIndex(form.choices.index(value))
            choice.currentIndexChanged.connect(self._edited)
            StillWheel(choice)
            return choice
        line = QLineEdit(value)
        line.setMaxLength(1)
        line.setMinimumWidth(line.fontMetrics().averageCharWidth() * 6)
        line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line.textChanged.connect(self._edited)
        return line

    def _edited(self) -> None:
        self._show_needed()
        self.changed.emit()

    def _show_needed(self) -> None:
        """How often a stand-in is drawn anew only matters where it is at all."""
        if self._given.operator is OperatorName.SURROGATE:
            anew = _value(self._editors["kind"]) == "markov"
            for widget in self.findChildren(QWidget):
                if widget.property("option") == "redraw_percent":
                    widget.setVisible(anew)


def _value(editor: QWidget) -> Option:
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QSpinBox):
        return editor.value()
    if isinstance(editor, QComboBox):
        return str(editor.currentData())
    if isinstance(editor, QLineEdit):
        return editor.text()
    raise TypeError(type(editor).__name__)
