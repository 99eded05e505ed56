"""The reading screen: the notes of a sample one after another, each with a verdict."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from deid import Label, Span, officer
from gui.messages import told
from gui.officer.close_dialog import CloseDialog
from gui.officer.pane import flow_of, hint_label, named_button
from gui.officer.reading_session import ReadingSession
from gui.officer.reading_text import ReadingText
from gui.officer.samples_words import (
    counts_words,
    progress_words,
    verdict_words,
)
from gui.officer.standing_strip import StandingStrip
from gui.officer.turning_split import TurningSplit
from gui.theme import Theme
from gui.views.dialogs import ask_folder
from gui.views.header import Tone, counted
from gui.views.label_picker import LabelPicker
from gui.views.room import HighEnough

_BESIDE: Final = 120
"""With room for so many characters, the original stands beside the output, else above it."""

_LIKELY: Final = (
    *(Label.PATIENT, Label.DOCTOR, Label.PERSON, Label.DATE, Label.PHONE),
    *(Label.HOSPITAL, Label.CITY, Label.STREET, Label.MRN, Label.AGE),
)
_TONES: Final = {
    officer.bound.Verdict.UNREAD: Tone.NEUTRAL,
    officer.bound.Verdict.SOUND: Tone.GOOD,
    officer.bound.Verdict.LEAKING: Tone.BAD,
}


class ReadingPage(QWidget):
    """Shows one note of a sample and takes the verdict on it.

    Args:
        session: the sample that is read.
        theme: the colours.
        parent: the page that it stands on.

    Signals:
        left: the reader goes back to the samples.
    """

    left = Signal()

    def __init__(
        self, session: ReadingSession, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self.back = self._button(self.tr("All samples"), "Esc", self._leave)
        self.strip = StandingStrip()
        self.strip.line.insertWidget(0, self.back)
        self.close_sample = self._button(self.tr("Close and sign …"), "S", self._ask_to_close)
        self.output = ReadingText(self.tr("As released"), self.tr("Note as released"), theme)
        self.original = ReadingText(self.tr("As it was before"), self.tr("Original note"), theme)
        self.missing = hint_label()
        self.choose = self._button(self.tr("Choose a folder …"), "", self._ask_folder)
        self.state = QLabel()
        self.give = self._button("", "Return", session.give, self._press)
        self.leak = self._button(self.tr("Mark what is left"), "L", self._ask_label)
        self.take_back = self._button(self.tr("Take back"), "U", self._take_back)
        self.reveal = self._button(self.tr("Show the original"), "O", self._turn_original)
        self.before = self._button(self.tr("Note before"), "P", partial(self._step, -1))
        self.after = self._button(self.tr("Next note"), "N", partial(self._step, 1))
        self.folders = self._button(self.tr("Folders …"), "F", self._ask_folder)
        self.pages = QStackedWidget()
        self._lay_out()
        session.changed.connect(self._show)
        self._show()

    def focus(self) -> None:
        """Give the keyboard to what is read, or to what is to be done first."""
        (self.output.text if self.pages.currentIndex() == 0 else self.choose).setFocus()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self.output.use_theme(theme)
        self.original.use_theme(theme)

    def _button(
        self,
        words: str,
        key: str,
        act: Callable[[], None],
        pressed: Callable[[], None] | None = None,
    ) -> QPushButton:
        """A button, and the key that presses it or does what else is said."""
        button = named_button(words)
        button.clicked.connect(act)
        if key:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(pressed or button.click)
            shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            button.setToolTip(self.tr("Key: {}").format(shown))
        return button

    def _lay_out(self) -> None:
        self.missing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose.setObjectName("primary")
        empty = QFrame()
        empty.setObjectName("pane")
        column = QVBoxLayout(empty)
        column.setContentsMargins(40, 20, 40, 20)
        column.setSpacing(16)
        column.addStretch()
        column.addWidget(self.missing)
        column.addWidget(self.choose, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addStretch()
        texts = TurningSplit(_BESIDE, self.original, self.output)
        self.pages.addWidget(texts)
        self.pages.addWidget(empty)
        self.state.setWordWrap(True)
        self.give.setObjectName("primary")
        buttons = (self.give, self.leak, self.take_back, self.reveal, self.before, self.after)
        below = flow_of((*buttons, self.folders, self.close_sample))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.state)
        layout.addLayout(below)
        self._high_enough = HighEnough(self)

    def _show(self) -> None:
        session = self._session
        self.output.show_note(session.text, session.leaks)
        self.original.show_note(session.original)
        self.original.setVisible(session.original is not None)
        page = 0 if session.text is not None else 1
        if page != self.pages.currentIndex():
            reading = self.isAncestorOf(self.focusWidget() or self.back)
            self.pages.setCurrentIndex(page)
            if reading:
                self.focus()
        self.missing.setText(self._missing_words())
        self.choose.setVisible(bool(self.missing.text()) and not session.searching)
        words = verdict_words(session.verdict).upper()
        self.strip.tell(words, _TONES[session.verdict], self._sentence())
        self.state.setText(self._state())
        words = self._give_words()
        self.give.setText(words)
        self.give.setAccessibleName(words)
        self.give.setEnabled(session.may_read)
        self.leak.setEnabled(session.may_read)
        self.take_back.setEnabled(bool(session.leaks))
        hides = session.original is not None
        words = self.tr("Hide the original") if hides else self.tr("Show the original")
        self.reveal.setText(words)
        self.reveal.setAccessibleName(words)
        self.reveal.setEnabled(hides or session.may_reveal)
        self.close_sample.setEnabled(session.may_close)
        number = len(session.opened.notes) if session.opened is not None else 0
        self.before.setEnabled(session.at > 0)
        self.after.setEnabled(session.at + 1 < number)

    def _sentence(self) -> str:
        opened = self._session.opened
        if opened is None:
            return self.tr("The notes of the sample are drawn again …")
        place = self.tr("Note {at} of {notes}").format(
            at=self._session.at + 1, notes=f"{len(opened.notes):,}"
        )
        if not opened.shown.read:
            return f"{place}. {progress_words(opened.shown)}"
        read = self.tr("{read} read, {leaking} of them leak").format(
            read=f"{opened.shown.read:,}", leaking=f"{opened.shown.leaking:,}"
        )
        return f"{place} · {read}. {progress_words(opened.shown)}"

    def _state(self) -> str:
        session = self._session
        if session.leaks:
            found = [f"{leak.label.value} “{_words(session, leak.span)}”" for leak in session.leaks]
            return self.tr("Left in this note: {}").format(", ".join(found))
        if session.opened is not None and session.opened.sample.closed is not None:
            return self.tr("The sample is closed and signed.")
        if session.opened is not None and session.next_unread() is None:
            return self.tr(
                "Every note of the sample is read: press S to close it and sign what it shows."
            )
        if session.counts:
            words = self.tr("Found before: {}. A new verdict takes the place of yours.")
            return words.format(counts_words(session.counts))
        if session.text is None:
            return ""
        return self.tr(
            "Read the note. Select an identifier that is left and press L, or press Enter if "
            "nothing is left."
        )

    def _give_words(self) -> str:
        leaks = len(self._session.leaks)
        if not leaks:
            return self.tr("Nothing is left")
        return self.tr("{} left: record").format(
            counted(leaks, self.tr("identifier"), self.tr("identifiers"))
        )

    def _missing_words(self) -> str:
        session = self._session
        if session.searching:
            return self.tr("Looking for the notes of the sample …")
        if session.opened is None:
            return ""
        if not session.folders:
            return self.tr(
                "The log knows no file names. Choose the folder where the redacted notes lie, and "
                "the one with the originals if you want to see these: the notes are recognised by "
                "what they hold."
            )
        return told(session.missing) if session.missing is not None else ""

    def _press(self) -> None:
        """Press the button that has the keyboard, or give the verdict."""
        focused = self.focusWidget()
        (focused if isinstance(focused, QPushButton) else self.give).click()

    def _leave(self) -> None:
        self._session.leave()
        self.left.emit()

    def _step(self, by: int) -> None:
        self._session.go(self._session.at + by)

    def _turn_original(self) -> None:
        if self._session.original is not None:
            self._session.hide_original()
        else:
            self._session.reveal()

    def _take_back(self) -> None:
        chosen = self.output.text.selected_span()
        hit = chosen is not None and any(one.span.overlaps(chosen) for one in self._session.leaks)
        self._session.unmark(chosen if hit else None)

    def _ask_label(self) -> None:
        span = self.output.chosen_span()
        if span is None:
            return
        picker = LabelPicker(
            self._theme, self.tr("What is left here?"), likely=_LIKELY, parent=self
        )
        picker.chosen.connect(partial(self._mark, span))
        picker.ask(self.output.text.viewport().mapToGlobal(self._below_caret()))

    def _mark(self, span: Span, label: Label) -> None:
        self._session.mark(span, label)
        self.output.text.setFocus()

    def _below_caret(self) -> QPoint:
        return self.output.text.cursorRect().bottomLeft()

    def _ask_folder(self) -> None:
        ask_folder(self, self._add_folder)

    def _add_folder(self, folder: Path) -> None:
        self._session.use_folders((*self._session.folders, folder))

    def _ask_to_close(self) -> None:
        person = self._session.desk.person
        if person is not None and self._session.may_close:
            CloseDialog(self._session, person, self).open()


def _words(session: ReadingSession, span: Span) -> str:
    return span.of(session.text.text) if session.text is not None else ""
