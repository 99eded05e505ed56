"""The page "Export": what is given out of the log, of which time, and what will be in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDate, QStandardPaths, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QFrame,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
)

from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.export_range import DateChoice
from gui.officer.export_session import ExportSession, Form
from gui.officer.export_words import (
    archives_words,
    form_words,
    preview_rows,
    preview_words,
)
from gui.officer.facts import Facts
from gui.officer.page import Page
from gui.officer.pane import hint_label, named_button, titled_pane
from gui.officer.still_choice import StillChoice
from gui.officer.turning_split import TurningSplit
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.dialogs import ask_save
from gui.views.header import Tone
from gui.views.room import HighEnough

_BESIDE: Final = 110
"""With room for so many characters, what will be in it stands beside the choices, else below."""


class ExportPage(Page):
    """Lets an officer choose what is given out, shows what that is, and writes it.

    Args:
        desk: what the page works with.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Export")
        self.session = ExportSession(desk)
        self.write = named_button(self.tr("Write to a file …"), primary=True)
        self.strip = WorkStrip(
            self.session.work, (self.write,), doing=self.tr("The log is verified first: {:.0%}.")
        )
        self.forms = QButtonGroup(self)
        self.choices = {form: QRadioButton(form_words(form)[0]) for form in Form}
        self.since = DateChoice(self.tr("From"), QDate.currentDate().addMonths(-1), self)
        self.until = DateChoice(self.tr("Up to and with"), QDate.currentDate(), self)
        self.note = QLineEdit(placeholderText=self.tr("All notes; or an id or a file name"))
        self.sample = StillChoice()
        self.about, self.contents = QLabel(), Facts()
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Nothing here has colours of its own."""

    def shown(self) -> None:
        """Find out anew what there is."""
        self.session.reload()

    def _lay_out(self) -> None:
        what, which, inside = (
            titled_pane(self.tr("What")),
            titled_pane(self.tr("Of what")),
            titled_pane(self.tr("What will be in it")),
        )
        what[1].setSpacing(1)  # what a choice is for belongs to it
        for form, button in self.choices.items():
            name, use = form_words(form)
            button.setAccessibleName(name)
            button.setAccessibleDescription(use)
            self.forms.addButton(button)
            words = hint_label(use)
            words.setContentsMargins(24, 0, 0, 8)
            what[1].addWidget(button)
            what[1].addWidget(words)
        self.choices[Form.CERTIFICATE].setChecked(True)
        self.note.setAccessibleName(self.tr("Note, by its id or the name of its file"))
        self.note.setClearButtonEnabled(True)
        self.sample.setAccessibleName(self.tr("Sample"))
        form_layout = QFormLayout()
        form_layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form_layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for choice in (self.since, self.until):
            form_layout.addRow(choice.box, choice.day)
        form_layout.addRow(self.tr("Note"), self.note)
        form_layout.addRow(self.tr("Sample"), self.sample)
        which[1].addLayout(form_layout)
        self.about.setWordWrap(True)
        inside[1].addLayout(self.contents)
        inside[1].addWidget(self.about)
        for pane in (what, which, inside):
            pane[1].addStretch()
        left = QFrame()
        stack = QVBoxLayout(left)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(10)
        stack.addWidget(what[0])
        stack.addWidget(which[0], 1)
        split = TurningSplit(_BESIDE, left, inside[0], shares=(3, 2))
        self._high_enough = [HighEnough(widget) for widget in (left, inside[0])]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.write.clicked.connect(self._ask_path)
        self.forms.buttonClicked.connect(self._choose_form)
        self.since.changed.connect(self._choose_time)
        self.until.changed.connect(self._choose_time)
        self.note.editingFinished.connect(lambda: self.session.want_note(self.note.text()))
        self.sample.activated.connect(self._choose_sample)
        self.session.changed.connect(self._show)

    def _show(self) -> None:
        session = self.session
        self.strip.show_state(*self._standing())
        ready = session.preview is not None and session.preview.can_be_written
        self.write.setEnabled(session.may and ready and not session.work.running)
        certificate = session.wanted.form is Form.CERTIFICATE
        self.sample.setEnabled(certificate and bool(session.samples))
        self._list_samples()
        self.contents.show_facts(tuple(preview_rows(session.preview)))
        said = [preview_words(session.preview)]
        if session.preview is not None and session.preview.can_be_written:
            said.append(archives_words(session.archives))
        self.about.setText("\n\n".join(filter(None, said)))

    def _standing(self) -> tuple[str, Tone, str]:
        session = self.session
        if session.error is not None:
            return self.tr("NOT DONE"), Tone.BAD, told(session.error)
        if session.given is not None:
            words = self.tr("{name} is written. Its SHA-256 is {digest}.")
            given = session.given
            said = words.format(name=given.path.name, digest=given.sha256)
            return self.tr("GIVEN OUT"), Tone.GOOD, said
        if not session.may:
            words = self.tr("Giving out wants the key of a privacy officer: unlock it.")
            return self.tr("LOCKED"), Tone.NEUTRAL, words
        words = self.tr("Each export is recorded in the log, and carries a checkpoint of it.")
        return self.tr("READY"), Tone.NEUTRAL, words

    def _list_samples(self) -> None:
        listed = [self.sample.itemData(row) for row in range(self.sample.count())]
        if listed != [None, *self.session.samples]:
            self.sample.clear()
            self.sample.addItem(self.tr("All notes, whatever sample"), None)
            for sample in self.session.samples:
                words = self.tr("Notes that sample {} was drawn from").format(sample[:8])
                self.sample.addItem(words, sample)
        self.sample.setCurrentIndex(max(self.sample.findData(self.session.wanted.sample), 0))

    def _choose_form(self, chosen: QRadioButton) -> None:
        form = next(form for form, button in self.choices.items() if button is chosen)
        sample = self.session.wanted.sample if form is Form.CERTIFICATE else None
        self.session.want(replace(self.session.wanted, form=form, sample=sample))

    def _choose_time(self) -> None:
        query = replace(self.session.wanted.query, since=self.since.begin(), until=self.until.end())
        self.session.want(replace(self.session.wanted, query=query))

    def _choose_sample(self, row: int) -> None:
        self.session.want(replace(self.session.wanted, sample=self.sample.itemData(row)))

    def _ask_path(self) -> None:
        form = self.session.wanted.form
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(place))
        stem = "certificate" if form is Form.CERTIFICATE else "audit-log"
        name = f"{stem}-{datetime.now(UTC):%Y-%m-%d}.{form.value}"
        ask_save(self, folder / name, self.session.give_out, title=self.tr("Export"))
