"""What is asked before a checkpoint is compared or the witness is settled; and a code to scan."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from deid import managed
from deid.officer.anchoring import Anchor
from deid.site_settings import MOST_WITNESS_DAYS
from gui.locks import show_locked
from gui.officer.act_dialog import ActDialog
from gui.officer.folder_list import FolderList
from gui.officer.qr_view import QrView
from gui.officer.verify_session import VerifySession
from gui.views.managed_sign import ManagedSign
from gui.views.room import HighEnough
from gui.views.text_margin import TextMargin

_LINES = 7


class CompareDialog(ActDialog):
    """Takes a checkpoint from paper, a scanner or a file."""

    def __init__(self, session: VerifySession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "Scan the QR code of a checkpoint that was kept elsewhere, or type or paste its text. "
            "Blanks and line breaks do not matter. The log is then verified against it."
        )
        super().__init__(
            self.tr("Compare with a checkpoint"), words, self.tr("Compare and verify"), parent
        )
        self._session = session
        self.text = QPlainTextEdit()
        self.text.setObjectName("box")
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setMinimumHeight(_LINES * self.text.fontMetrics().height())
        self.add_field(self.tr("Checkpoint"), self.text)
        self.text.setFocus()

    def do(self) -> str:
        """Compare with it."""
        typed = self.text.toPlainText()
        if not typed.strip():
            return self.tr("Scan, type or paste the checkpoint first.")
        self._session.compare_with(typed, done=self.accept, failed=self.refuse)
        return ""


class WitnessDialog(ActDialog):
    """Settles which folders are the witness."""

    def __init__(self, session: VerifySession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "A witness folder lies where nobody who can change this log can write: on a share of "
            "another machine, or on a drive that is put away. The log records that it was settled."
        )
        super().__init__(self.tr("Witness folders"), words, self.tr("Settle"), parent)
        self._session = session
        known = session.witness.folders if session.witness is not None else ()
        self.folders = FolderList(self.tr("Folders"), [one.folder for one in known])
        self.days = QSpinBox()
        self.days.setRange(1, MOST_WITNESS_DAYS)
        TextMargin(self.days)
        self.form.addRow(self.tr("Folders"), self.folders)
        self.add_field(self.tr("Warn after days"), self.days)
        self.days.setAccessibleName(self.tr("Warn after so many days without a checkpoint"))
        self.days.setToolTip(self.days.accessibleName())
        if session.witness is not None:
            self.days.setValue(session.witness.days)
        self.folders.more.setFocus()
        self._lock()

    def _lock(self) -> None:
        """Let rest what IT manages, and say so."""
        here = managed.current().locked
        for name, field in (
            (managed.Name.WITNESS_FOLDERS, self.folders),
            (managed.Name.WITNESS_DAYS, self.days),
        ):
            if name in here:
                show_locked(field)
        of_witness = {managed.Name.WITNESS_FOLDERS, managed.Name.WITNESS_DAYS}
        if here & of_witness:
            self.form.addRow("", ManagedSign())
        self.act.setEnabled(not here >= of_witness)

    def do(self) -> str:
        """Settle them."""
        self._session.settle(
            self.folders.folders, self.days.value(), done=self.accept, failed=self.refuse
        )
        return ""


class CodeDialog(QDialog):
    """Shows a checkpoint as a code to be photographed, and as text."""

    def __init__(self, anchor: Anchor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Checkpoint"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(
            self.tr("Photograph or scan this code, and keep it where this machine cannot reach it.")
        )
        words.setWordWrap(True)
        self.text = QPlainTextEdit(anchor.note)
        self.text.setObjectName("box")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("The checkpoint as text"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setMinimumHeight(_LINES * self.text.fontMetrics().height())
        self.code = QrView(anchor.note)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(close.text())
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addWidget(self.code, alignment=Qt.AlignmentFlag.AlignCenter)
        layout.addWidget(self.text)
        layout.addWidget(buttons)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 62)
        self._high_enough = HighEnough(self)
