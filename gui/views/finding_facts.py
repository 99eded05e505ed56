# ruff: noqa: N802 - Qt gives methods their names
"""The card below the list: what stands about the finding that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from deid import Label, Mark, Standard
from gui.tables.summary import Summary
from gui.tables.words import (
    detector_words,
    label_words,
    safe_harbor_words,
    state_words,
    treatment_words,
)


class FindingFacts(QWidget):
    """What stands about one mark, or about the marks of one identity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._captions = (
            self.tr("State"),
            self.tr("Found by"),
            self.tr("Safe Harbor"),
            self.tr("Treatment"),
        )
        self.values: list[QLabel] = []
        self.choices, self.everywhere = QLabel("–"), QLabel("–")
        self.place = QLabel("–")
        more = {
            self.tr("Change to"): self.choices,
            self.tr("Everywhere"): self.everywhere,
            self.tr("Place"): self.place,
        }
        for row, name in enumerate((*self._captions, *more)):
            caption, value = QLabel(name), more.get(name) or QLabel("–")
            caption.setObjectName("muted")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setMinimumWidth(1)
            grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            if name not in more:
                self.values.append(value)
            if value is self.place:
                self._place_caption = caption
        self.show_place("", has_places=False)

    def show_mark(self, mark: Mark | None, standard: Standard, group: Summary | None) -> None:
        """Show this one, or that there is none.

        Args:
            mark: what is looked at.
            standard: tells whether it is replaced, and whether it wants a look.
            group: all marks that the row stands for, if it is one of several.
        """
        facts = ("–",) * len(self.values) if mark is None else self._of(mark, standard, group)
        for caption, value, fact in zip(self._captions, self.values, facts, strict=True):
            if value.text() != fact:
                value.setText(fact)
                value.setAccessibleName(f"{caption}: {fact}")
        # The list above must not jump with every finding that is looked at.
        self.setMinimumHeight(max(self.minimumHeight(), self.heightForWidth(self.width())))

    def show_place(self, place: str, *, has_places: bool) -> None:
        """Show from which place of the file the mark is, where the file has places."""
        for widget in (self._place_caption, self.place):
            widget.setVisible(has_places)
        words = place or "–"
        if self.place.text() != words:
            self.place.setText(words)
            self.place.setAccessibleName(f"{self._place_caption.text()}: {words}")

    def show_choices(self, choices: Sequence[tuple[str, Label]]) -> None:
        """Show which keys change the label at once, and to what."""
        told = [(key, label.value) for key, label in choices]
        self._show_keys(self.choices, told, self.tr("Change label by a key: {}"))

    def show_everywhere(self, acts: Sequence[tuple[str, str]]) -> None:
        """Show which keys act on all places of these words, and on how many that is."""
        self._show_keys(self.everywhere, acts, self.tr("Wherever these words stand: {}"))

    def _show_keys(self, label: QLabel, keys: Sequence[tuple[str, str]], told: str) -> None:
        words = "   ".join(f"{key} {does}".replace(" ", "\u00a0") for key, does in keys) or "–"
        if label.text() != words:
            label.setText(words)
            said = ", ".join(f"{key}: {does}" for key, does in keys)
            label.setAccessibleName(told.format(said))
            self.setMinimumHeight(max(self.minimumHeight(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In another width, another height will do."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.setMinimumHeight(0)

    def _of(self, mark: Mark, standard: Standard, group: Summary | None) -> tuple[str, ...]:
        finding = mark.finding
        state = state_words(mark, standard)
        if group is not None:
            state = self.tr("{} · looking at the least sure").format(group.states)
        return (
            state,
            self._found_by(mark),
            f"{safe_harbor_words(finding.label)} · {label_words(finding.label)}",
            treatment_words(mark, standard),
        )

    def _found_by(self, mark: Mark) -> str:
        detector = mark.finding.detector
        family, _, rest = detector.partition(":")
        told = detector_words(detector)
        version = rest.partition("@")[2]
        if version:
            told = self.tr("{}, version {}").format(told, version)
        elif family == "model":
            told = f"{told} {rest}"
        elif family == "known":
            told = self.tr("{}, of the list of patients or of this file").format(told)
        if family == "reviewer":
            found = [detector_words(one.detector) for one in mark.origins]
            before = ", ".join(dict.fromkeys(found))
            return self.tr("{} · before: {}").format(told, before) if before else told
        return self.tr("{} · score {:.2f}").format(told, mark.finding.score)


class CopiesHint(QWidget):
    """Says that words which were rejected at one place are still replaced at others.

    Signals:
        taken: carries the rejected mark, whose copies are to be rejected too.
    """

    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark: Mark | None = None
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setMinimumWidth(1)
        self.button = QPushButton(self.tr("Reject all"))
        self.button.setAccessibleName(self.tr("Reject all places of these words"))
        frame = QFrame()
        frame.setObjectName("message")
        frame.setProperty("tone", "caution")
        line = QHBoxLayout(frame)
        line.setContentsMargins(10, 8, 10, 8)
        line.setSpacing(8)
        line.addWidget(self.words, 1)
        line.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 8)
        layout.addWidget(frame)
        self.button.clicked.connect(self._take)
        self.hide()

    def show_copies(self, mark: Mark | None, mention: str, copies: int) -> None:
        """Say it of this mark; or nothing, if there is none or it has no copies."""
        self._mark = mark if copies else None
        self.setVisible(self._mark is not None)
        if self._mark is not None:
            told = self.tr("Rejected here; %n more of “{}” are replaced.", "", copies)
            if copies == 1:
                told = self.tr("Rejected here; 1 more of “{}” is replaced.")
            self.words.setText(told.format(mention))
            self.setAccessibleName(self.words.text())

    def _take(self) -> None:
        if self._mark is not None:
            self.taken.emit(self._mark)
