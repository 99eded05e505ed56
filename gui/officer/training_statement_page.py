"""The privacy statement of a run: what its model tells of a patient at most."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from deid import DeidError
from deid.training.ledger import Run
from gui.messages import told
from gui.officer.pane import TitledPane, flow_of, hint_label, named_button
from gui.officer.training_session import TrainingSession
from gui.theme import Theme
from gui.views.check import Check
from gui.views.dialogs import ask_save


class StatementPage(QWidget):
    """Shows one statement, and lets it be saved.

    Args:
        session: writes it.

    Signals:
        left: back to where it was asked for.
    """

    left = Signal()

    def __init__(self, session: TrainingSession) -> None:
        super().__init__()
        self._session = session
        self._run: Run | None = None
        self.markdown = ""
        """The statement; empty until it is written."""
        self.back = named_button(self.tr("Back"))
        self.save = named_button(self.tr("Save …"))
        self.tuned = Check(self.tr("Settings were chosen by looking at these notes"))
        self.tuned.setAccessibleName(self.tuned.text())
        self.words = hint_label()
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Privacy statement"))
        self.text.setOpenLinks(False)
        pane = TitledPane(self.tr("Privacy statement"))
        pane.inside.addLayout(flow_of((self.back, self.save, self.tuned)))
        pane.inside.addWidget(self.words)
        pane.inside.addWidget(self.text, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane)
        self.back.clicked.connect(self.left)
        self.save.clicked.connect(self._ask_where)
        self.tuned.toggled.connect(self._write)

    def use_theme(self, theme: Theme) -> None:
        """Give it as much room as its letters need."""
        self.text.setMinimumHeight(theme.px(240))

    def open(self, run: Run) -> None:
        """Show the statement of this run."""
        self._run = run
        self.tuned.blockSignals(True)
        self.tuned.setChecked(False)
        self.tuned.blockSignals(False)
        self.back.setFocus()
        self._write()

    def _write(self) -> None:
        run, tuned = self._run, self.tuned.isChecked()
        if run is None:
            return
        self.markdown = ""
        self.text.clear()
        self.save.setEnabled(False)
        self.words.setText(self.tr("Run {}: the accountant is at work …").format(run.id))

        def take(text: str) -> None:
            if self._run is run and self.tuned.isChecked() is tuned:
                self.markdown = text
                self._set(text)
                self.words.setText(self.tr("Run {}").format(run.id))
                self.save.setEnabled(True)

        self._session.write_statement(run, take, self._refuse, tuned_on_notes=tuned)

    def _set(self, text: str) -> None:
        """Show it, with room above each heading, which Qt gives none."""
        self.text.setMarkdown(text)
        block, high = self.text.document().begin().next(), self.fontMetrics().height()
        while block.isValid():
            form = block.blockFormat()
            if form.headingLevel():
                form.setTopMargin(high)
                QTextCursor(block).setBlockFormat(form)
            block = block.next()

    def _ask_where(self) -> None:
        if self._run is None:
            return
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(place))
        proposed = folder / f"privacy-{self._run.id}.md"
        ask_save(self, proposed, self.save_to, title=self.tr("Save the privacy statement"))

    def save_to(self, path: Path) -> None:
        """Write it into a new file."""
        self._session.save(
            self.markdown,
            path,
            done=lambda: self.words.setText(self.tr("Saved as {}.").format(path.name)),
            failed=self._refuse,
        )

    def _refuse(self, error: DeidError) -> None:
        self.words.setText(told(error))
