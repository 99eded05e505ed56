"""Choosing from which certainty on a finding needs no look, and seeing what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from deid.certainty import HIGHEST, LOWEST, Certainty, MeasuredSet
from gui.locks import managed_words
from gui.settings import CERTAIN_FROM
from gui.views.flow import FlowLayout
from gui.views.managed_sign import ManagedSign
from gui.words import QT_TRANSLATE_NOOP

_NOTES: Final = (
    QT_TRANSLATE_NOOP("Certainty", "development notes"),
    QT_TRANSLATE_NOOP("Certainty", "notes like them that training held out"),
    QT_TRANSLATE_NOOP("Certainty", "notes of many kinds and styles that training held out"),
)
"""What the shipped figures call the notes that they were measured on."""

_PAGE_STEP: Final = 5


class CertaintyDialog(QDialog):
    """A slider from .50 to .99, and in words what the threshold costs on measured notes.

    Args:
        certain_from: the threshold in use.
        certainty: what was measured; None where nothing was.
        detectors: names of the detectors in use.
        lowest: the lowest threshold that IT allows; None: it allows each.
        parent: the window.

    Signals:
        chosen: carries the threshold.
    """

    chosen = Signal(float)

    def __init__(
        self,
        certain_from: float,
        *,
        certainty: Certainty | None,
        detectors: Iterable[str],
        lowest: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Which findings need no look"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._certainty = certainty
        self._lowest = LOWEST if lowest is None else max(LOWEST, round(100 * lowest))
        self.lock = self._lock_sign() if lowest is not None else None
        self._fits = certainty is not None and certainty.holds_for(detectors)
        self.slider = self._slider()
        self.value = QLabel()
        self.value.setObjectName("title")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.words.setAccessibleName(self.tr("What it costs"))
        self.warning = QLabel(self._warning())
        self.warning.setWordWrap(True)
        self.warning.setProperty("tone", "caution")
        self.warning.setMargin(8)
        self.warning.setVisible(bool(self.warning.text()))
        self.use = QPushButton()
        self.use.setObjectName("primary")
        self.use.setDefault(True)
        self.usual = QPushButton(self.tr("Usual: {}").format(_score(round(100 * CERTAIN_FROM))))
        self.usual.setAccessibleName(self.usual.text())
        self.usual.setHidden(round(100 * CERTAIN_FROM) < self._lowest)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self._lay_out()
        self.slider.valueChanged.connect(self._tell)
        self.use.clicked.connect(self._take)
        self.usual.clicked.connect(lambda: self.slider.setValue(round(100 * CERTAIN_FROM)))
        self.cancel.clicked.connect(self.reject)
        self.slider.setValue(round(100 * certain_from))
        self._tell()
        self.slider.setFocus()

    def _slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(self._lowest, HIGHEST)
        slider.setPageStep(_PAGE_STEP)
        slider.setTickInterval(_PAGE_STEP)
        slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        slider.setAccessibleName(self.tr("Least certainty of a finding that needs no look"))
        return slider

    def _lock_sign(self) -> ManagedSign:
        words = self.tr("at least {}: {}").format(_score(self._lowest), _lower(managed_words()))
        return ManagedSign(words)

    def _lay_out(self) -> None:
        told = QLabel(
            self.tr(
                "You are led only to findings that are less certain than this. Every finding is "
                "replaced, looked at or not, unless you say otherwise."
            )
        )
        told.setWordWrap(True)
        told.setObjectName("muted")
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.slider, 1)
        line.addWidget(self.value)
        cost = QScrollArea()
        cost.setFrameShape(QFrame.Shape.NoFrame)
        cost.setAccessibleName(self.tr("What it costs"))
        cost.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        cost.setWidgetResizable(True)
        cost.setWidget(self.words)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        buttons = FlowLayout(gap=8)
        for button in (self.use, self.usual, self.cancel):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(14)
        layout.addWidget(told)
        layout.addLayout(line)
        if self.lock is not None:
            layout.addWidget(self.lock)
        layout.addWidget(self.warning)
        layout.addWidget(cost, 1)
        layout.addLayout(buttons)
        letter = self.fontMetrics().averageCharWidth()
        wanted = QSize(88 * letter, 32 * self.fontMetrics().height())
        above = self.parentWidget()
        room = above.size() if above is not None else wanted
        self.resize(wanted.boundedTo(room))

    def _warning(self) -> str:
        if self._certainty is None:
            return self.tr("Nothing was measured, so what a threshold costs is not known.")
        if not self._fits:
            return self.tr(
                "Measured with another model ({}) than the one in use: the figures may not hold."
            ).format(self._certainty.model)
        return ""

    def _tell(self) -> None:
        hundredths = self.slider.value()
        self.value.setText(_score(hundredths))
        self.use.setText(self.tr("Use {}").format(_score(hundredths)))
        self.use.setAccessibleName(self.use.text())
        if self._certainty is not None:
            told = [_in_words(one, hundredths / 100) for one in self._certainty.sets]
            told.append(
                self.tr("Measured under the policy {} by {}.").format(
                    self._certainty.policy, self._certainty.made_by
                )
            )
            self.words.setText("\n\n".join(told))
        self.slider.setAccessibleDescription(self.words.text())

    def _take(self) -> None:
        self.chosen.emit(self.slider.value() / 100)
        self.accept()


def _in_words(one: MeasuredSet, threshold: float) -> str:
    """What a threshold costs on one set of notes."""
    cost = one.at(threshold)
    said = [
        _said("On {} {}: {} findings a note to look at, instead of {}.").format(
            cost.notes, _said(one.name), _number(cost.look), _number(cost.findings)
        ),
        _said("Of 100 that need no look, {} are no identifiers and {} have a wrong label.").format(
            _number(100 * cost.wrong), _number(100 * cost.mislabelled)
        ),
        _said("Not found at all, whatever you choose: {} of {} identifiers.").format(
            one.missed, one.identifiers
        ),
    ]
    return " ".join(said)


def _lower(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


def _score(hundredths: int) -> str:
    return QLocale().toString(hundredths / 100, "f", 2)


def _number(number: float) -> str:
    return QLocale().toString(number, "f", 1)


def _said(words: str) -> str:
    return QCoreApplication.translate("Certainty", words)
