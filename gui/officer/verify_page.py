"""The page "Verify and anchor": whether the log is whole, and what left the machine to show it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout

from deid import DeidError
from deid.officer.anchoring import Anchor
from deid.officer.witness import Witness
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.page import Page
from gui.officer.pane import flow_of, give_room, hint_label, list_rows, named_button, titled_pane
from gui.officer.standing_strip import verdict_label
from gui.officer.text_rows import TextRow, TextRows
from gui.officer.turning_split import TurningSplit
from gui.officer.verify_dialogs import CodeDialog, CompareDialog, WitnessDialog
from gui.officer.verify_session import VerifySession
from gui.officer.verify_words import (
    folder_cells,
    limits_words,
    state_words,
    verified_words,
    warning_words,
    witness_tone,
    witness_words,
)
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.dialogs import ask_save
from gui.views.header import Tone, counted, set_tone
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_ROWS_IN_SIGHT: Final = 3
_BESIDE: Final = 110
"""With room for so many characters, the witness stands beside what verifying shows, else below."""


class VerifyPage(Page):
    """Verifies the log, says against what, and lets checkpoints leave the machine.

    Args:
        desk: what the page works with.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Verify and anchor")
        self.session = VerifySession(desk)
        self.verify = named_button(self.tr("Verify the log"), primary=True)
        self.compare = named_button(self.tr("Compare with a checkpoint …"))
        self.strip = WorkStrip(
            self.session.work,
            (self.verify, self.compare),
            doing=self.tr("Every record is read and the tree is built anew: {:.0%}."),
            failed=self.tr("NOT VERIFIED"),
        )
        self.limits, self.sentence, self.said = QLabel(), QLabel(), hint_label()
        self.state = verdict_label()
        self.anchor = named_button(self.tr("Anchor now"), primary=True)
        self.settle = named_button(self.tr("Witness folders …"))
        self.code = named_button(self.tr("Show as QR code"))
        self.page = named_button(self.tr("Save a page to print …"))
        self._compared = TextRows(
            (self.tr("Checkpoint"), self.tr("Covers records"), self.tr("Root of their tree")), self
        )
        self.compared = RowsTable(self._compared, self.tr("Compared with"))
        self._folders = TextRows(
            (
                *(self.tr("State"), self.tr("Newest checkpoint")),
                *(self.tr("Covers records"), self.tr("Folder")),
            ),
            self,
        )
        self.folders = RowsTable(self._folders, self.tr("Witness folders"))
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()
        self._warned = ""
        self.session.reload()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table in (self.compared, self.folders):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Look at the witness anew."""
        self.session.reload()

    def _lay_out(self) -> None:
        self.limits.setWordWrap(True)
        self.sentence.setWordWrap(True)
        for table in (self.compared, self.folders):
            table.horizontalHeader().setStretchLastSection(True)
        shows = titled_pane(self.tr("What this shows"))
        shows[1].addWidget(self.limits)
        shows[1].addWidget(self.compared, 1)
        shows[1].addStretch()
        witness = titled_pane(self.tr("Witness"))
        buttons = flow_of((self.anchor, self.settle, self.code, self.page))
        witness[1].addWidget(self.state, alignment=Qt.AlignmentFlag.AlignLeft)
        witness[1].addWidget(self.sentence)
        witness[1].addLayout(buttons)
        witness[1].addWidget(self.said)
        witness[1].addWidget(self.folders, 1)
        witness[1].addStretch()
        split = TurningSplit(_BESIDE, shows[0], witness[0])
        self._high_enough = [HighEnough(pane) for pane, _inside in (shows, witness)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(split, 1)

    def _connect(self) -> None:
        self.verify.clicked.connect(self.session.verify)
        self.compare.clicked.connect(lambda: CompareDialog(self.session, self).open())
        self.anchor.clicked.connect(self._anchor)
        self.settle.clicked.connect(lambda: WitnessDialog(self.session, self).open())
        self.code.clicked.connect(lambda: self.session.show_code(self._show_code))
        self.page.clicked.connect(self._ask_page)
        self.session.changed.connect(self._show)
        self.session.failed.connect(lambda error: self._say(told(error)))

    def _show(self) -> None:
        session = self.session
        self.strip.show_state(*self._standing())
        self.limits.setText(limits_words(session.verified))
        list_rows(self._compared, self.compared, self._compared_rows())
        witness = session.witness
        if witness is not None:
            words, tone = state_words(witness.state)
            self.state.setText(words)
            set_tone(self.state, tone)
            self.sentence.setText(witness_words(witness, may_settle=session.may_settle))
            rows = [TextRow(one.folder, folder_cells(one)) for one in witness.folders]
            list_rows(self._folders, self.folders, rows)
            self._warn(witness)
        self.compared.setVisible(bool(self._compared.rows))
        self.folders.setVisible(bool(self._folders.rows))
        self.said.setVisible(bool(self.said.text()))
        self.anchor.setEnabled(witness is not None and bool(witness.folders))
        self.settle.setEnabled(session.may_settle)
        self.settle.setToolTip(
            "" if session.may_settle else self.tr("This wants the key of a privacy officer.")
        )

    def _warn(self, witness: Witness) -> None:
        """Say once on every page that the witness is not what it should be."""
        tone = witness_tone(witness)
        words = warning_words(witness)
        if tone is not Tone.GOOD and witness.size and words != self._warned:
            self._warned = words
            self.warned.emit(words, tone)

    def _standing(self) -> tuple[str, Tone, str]:
        verified = self.session.verified
        if verified is None:
            words = self.tr("Each redaction is a record. Verifying checks that none was changed.")
            return self.tr("NOT CHECKED"), Tone.NEUTRAL, words
        return self.tr("VERIFIED"), Tone.GOOD, verified_words(verified)

    def _compared_rows(self) -> list[TextRow]:
        verified = self.session.verified
        if verified is None:
            return []
        outside = [one for one in verified.compared if one.outside]
        own = [one for one in verified.compared if not one.outside]
        rows = [
            TextRow(("outside", at), (self.tr("Kept elsewhere"), f"{one.size:,}", one.root.hex()))
            for at, one in enumerate(reversed(outside))
        ]
        if own:
            count = counted(len(own), self.tr("checkpoint"), self.tr("checkpoints"))
            words = self.tr("In the log itself: {}, the last").format(count)
            rows.append(TextRow("own", (words, f"{own[-1].size:,}", own[-1].root.hex())))
        return rows

    def _anchor(self) -> None:
        self.anchor.setEnabled(False)
        self.session.anchor(self._tell_anchored)

    def _tell_anchored(self, count: int, refused: tuple[DeidError, ...]) -> None:
        folders = counted(count, self.tr("folder"), self.tr("folders"))
        words = [self.tr("A checkpoint was put into {}.").format(folders)] if count else []
        self._say(" ".join([*words, *(told(error) for error in refused)]))
        self.session.reload()

    def _show_code(self, anchor: Anchor) -> None:
        CodeDialog(anchor, self).open()

    def _ask_page(self) -> None:
        place = QStandardPaths.StandardLocation.DocumentsLocation
        folder = Path(QStandardPaths.writableLocation(place))
        name = f"checkpoint-{datetime.now(UTC):%Y-%m-%d}.pdf"
        ask_save(self, folder / name, self._save_page, title=self.tr("Save a page to print"))

    def _save_page(self, path: Path) -> None:
        said = self.tr(
            "The page is saved: print it, and put it where this machine cannot reach it."
        )
        self.session.save_page(path, lambda: self._say(said))

    def _say(self, words: str) -> None:
        self.said.setText(words)
        self.said.show()
        self.anchor.setEnabled(bool(self.session.witness and self.session.witness.folders))
