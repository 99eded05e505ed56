"""One row a label: what is done with it, with which options, and from which score on it counts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from deid import Label, OperatorName, Policy
from deid.policy import Treatment
from gui.icons import Symbol, pixmap
from gui.policy_changes import operator_words, treatment_words
from gui.theme import Kind, Theme
from gui.views.choice import Choice
from gui.views.policy_options import OptionEditors, StillWheel

_STEP: Final = 0.05


class LockSign(QWidget):
    """A lock with the words that say what is locked, which the keyboard reaches too."""

    def __init__(self, words: str, told: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        sign = QLabel()
        size = self.fontMetrics().height()
        ratio = self.devicePixelRatioF()
        sign.setPixmap(pixmap(Symbol.LOCK, theme.muted, size, ratio=ratio))
        self.words = QLabel(words)
        self.words.setObjectName("lock")
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words.setAccessibleName(told)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(sign)
        layout.addWidget(self.words, 1)


class PolicyRow(QObject):
    """The editors of one label.

    Attributes:
        label: which.
        name: its name, with the lock below it if there is one.
        operator: what is done with it.
        options: stands for the options of the operator.
        threshold: from which score on a finding counts.

    Signals:
        changed: something is another one.
    """

    changed = Signal()

    def __init__(self, label: Label, policy: Policy, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.label = label
        self._policy = policy
        self._base = policy.treatments[label]
        self.lock: LockSign | None = None
        self.name = self._named(theme, parent)
        self.operator = self._operators(parent)
        self.options = QWidget(parent)
        QVBoxLayout(self.options).setContentsMargins(0, 0, 0, 0)
        self._editors = self._edit_options(self._base)
        self.threshold = self._score(parent)
        if policy.locks_treatment(label):
            self.operator.setEnabled(False)
            self.options.setEnabled(False)
        self.threshold.setEnabled(not policy.locks_threshold(label))

    def treatment(self) -> Treatment:
        """What is chosen for the label."""
        return self._editors.treatment()

    def score(self) -> float:
        """The threshold that is chosen; the policy's own where it was not changed."""
        own = self._policy.thresholds[self.label]
        value = self.threshold.value()
        return own if round(own, self.threshold.decimals()) == value else value

    def holds(self, widget: QWidget | None) -> bool:
        """Whether this is a field of the row."""
        return widget is not None and any(
            place is widget or place.isAncestorOf(widget) for place in self.places()
        )

    def places(self) -> tuple[QWidget, ...]:
        """What stands in the columns of the row."""
        return self.name, self.operator, self.options, self.threshold

    def field(self, *, threshold: bool) -> QWidget:
        """The field for the threshold or the operator; the lock where that is locked."""
        field: QWidget = self.threshold if threshold else self.operator
        return field if field.isEnabled() or self.lock is None else self.lock.words

    def choose(self, operator: OperatorName) -> None:
        """Let this be done with the label."""
        self.operator.setCurrentIndex(self.operator.findData(operator.value))

    def _named(self, theme: Theme, parent: QWidget) -> QWidget:
        holder = QWidget(parent)
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(QLabel(self.label.value))
        words = self._lock_words()
        if words:
            told = self.tr("{label}: {locked}. It is {treatment}, and counts from {score}.").format(
                label=self.label,
                locked=words,
                treatment=treatment_words(self._base),
                score=f"{self._policy.thresholds[self.label]:g}",
            )
            self.lock = LockSign(words, told, theme, holder)
            layout.addWidget(self.lock)
        return holder

    def _lock_words(self) -> str:
        policy = self._policy
        match policy.locks_treatment(self.label), policy.locks_threshold(self.label):
            case True, True:
                return self.tr("locked by {}").format(policy.name)
            case True, False:
                return self.tr("operator locked by {}").format(policy.name)
            case False, True:
                return self.tr("threshold locked by {}").format(policy.name)
        return ""

    def _operators(self, parent: QWidget) -> Choice:
        choice = Choice(parent)
        for operator in OperatorName:
            if operator is not OperatorName.SHIFT_DATE or self.label is Label.DATE:
                choice.addItem(operator_words(operator), operator.value)
        choice.setCurrentIndex(choice.findData(self._base.operator.value))
        choice.setAccessibleName(self.tr("{}: operator").format(self.label))
        choice.currentIndexChanged.connect(self._operator_chosen)
        StillWheel(choice)
        return choice

    def _score(self, parent: QWidget) -> QDoubleSpinBox:
        own = self._policy.thresholds[self.label]
        box = QDoubleSpinBox(parent)
        box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box.setDecimals(2 if round(own, 2) == own else 4)
        box.setRange(0, 1)
        box.setSingleStep(_STEP)
        box.setValue(own)
        box.setAccessibleName(self.tr("{}: counts from this score on").format(self.label))
        box.valueChanged.connect(self.changed)
        StillWheel(box)
        return box

    def _operator_chosen(self) -> None:
        operator = OperatorName(self.operator.currentData())
        back = operator is self._base.operator
        treatment = self._base if back else Treatment(operator, MappingProxyType({}))
        self._editors.hide()
        self._editors.deleteLater()
        self._editors = self._edit_options(treatment)
        self.changed.emit()

    def _edit_options(self, treatment: Treatment) -> OptionEditors:
        editors = OptionEditors(self.label, treatment, self.options)
        editors.changed.connect(self.changed)
        layout = self.options.layout()
        if layout is not None:
            layout.addWidget(editors)
        editors.show()
        return editors


class PolicyRows(QScrollArea):
    """All rows of a policy, grouped by the kind of identifier. Ctrl+Up and Ctrl+Down change rows.

    Signals:
        changed: a row is another one.
    """

    changed = Signal()

    def __init__(self, policy: Policy, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Labels of the policy"))
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        self._grid = QGridLayout(content)
        self._grid.setContentsMargins(14, 8, 14, 8)
        self._grid.setHorizontalSpacing(14)
        self._heads = [
            self._heading(words, "muted", content)
            for words in (
                self.tr("Label"),
                self.tr("Operator"),
                self.tr("Options"),
                self.tr("Counts from"),
            )
        ]
        self._headings = {kind: self._heading(kind.title(), "heading", content) for kind in Kind}
        self.rows: Mapping[Label, PolicyRow] = {
            label: PolicyRow(label, policy, theme, content)
            for kind in Kind
            for label in Label
            if Kind.of(label) is kind
        }
        self._narrow: bool | None = None
        self.arrange(narrow=False)
        self.setWidget(content)
        for row in self.rows.values():
            row.changed.connect(self.changed)
        for key, by in (("Ctrl+Up", -1), ("Ctrl+Down", 1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._up if by < 0 else self._down)

    def arrange(self, *, narrow: bool) -> None:
        """Put each row on one line, or its options on a second one."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        while self._grid.takeAt(0) is not None:
            pass
        label, operator, options, threshold = self._heads
        self._grid.addWidget(label, 0, 0)
        self._grid.addWidget(operator, 0, 1)
        self._grid.addWidget(threshold, 0, 2 if narrow else 3)
        if not narrow:
            self._grid.addWidget(options, 0, 2)
        options.setVisible(not narrow)
        line = 1
        for kind, heading in self._headings.items():
            self._grid.addWidget(heading, line, 0, 1, 4)
            line += 1
            for row in self.rows.values():
                if Kind.of(row.label) is kind:
                    line = self._place(row, line, narrow=narrow)
        self._grid.setColumnStretch(2, 1)
        self._grid.setRowStretch(line, 1)

    def width_in_line(self) -> int:
        """How wide the rows are with one line each, in pixels."""
        lines = [(*self._heads,), *(row.places() for row in self.rows.values())]
        columns = zip(*lines, strict=True)
        widths = [max(widget.sizeHint().width() for widget in column) for column in columns]
        margins = self._grid.contentsMargins()
        gaps = self._grid.horizontalSpacing() * (len(widths) - 1)
        around = margins.left() + margins.right() + self.verticalScrollBar().sizeHint().width()
        wide: int = sum(widths) + gaps + around + 2 * self.frameWidth()
        return wide

    def _place(self, row: PolicyRow, line: int, *, narrow: bool) -> int:
        self._grid.addWidget(row.name, line, 0)
        self._grid.addWidget(row.operator, line, 1)
        if not narrow:
            self._grid.addWidget(row.options, line, 2)
            self._grid.addWidget(row.threshold, line, 3)
            return line + 1
        self._grid.addWidget(row.threshold, line, 2, Qt.AlignmentFlag.AlignLeft)
        self._grid.addWidget(row.options, line + 1, 1, 1, 3)
        return line + 2

    def _heading(self, title: str, style: str, parent: QWidget) -> QLabel:
        heading = QLabel(title, parent)
        heading.setObjectName(style)
        return heading

    def _up(self) -> None:
        self._step(-1)

    def _down(self) -> None:
        self._step(1)

    def _step(self, by: int) -> None:
        """Go to the same field of the next row, or to its lock where it has one."""
        rows, focus = list(self.rows.values()), QApplication.focusWidget()
        at = next((number for number, row in enumerate(rows) if row.holds(focus)), None)
        if at is not None and focus is not None and 0 <= at + by < len(rows):
            target = rows[at + by].field(threshold=focus is rows[at].threshold)
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.ensureWidgetVisible(target)
