"""What is asked before a machine is listed, records are archived, or the site key is destroyed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QLabel, QLineEdit, QProgressBar, QWidget

from deid import officer
from gui.officer.act_dialog import ActDialog
from gui.officer.archives_session import ArchivesSession
from gui.officer.file_field import FileField
from gui.officer.folder_list import FolderList
from gui.officer.machines_session import MachinesSession
from gui.views.check import Check
from gui.views.dialogs import ask_folder
from gui.views.header import counted
from gui.views.text_margin import TextMargin

_STEPS: Final = 1000
_YEARS: Final = 1
"""So old are the records that are offered for archiving."""


class AddMachineDialog(ActDialog):
    """Lists another machine."""

    def __init__(self, session: MachinesSession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "Its log is copied and verified here; nothing is written there. The folder is its "
            "data folder, on a share or copied. The public key is what “deid audit verify” shows "
            "on that machine: take it from there, not from the folder."
        )
        super().__init__(self.tr("Add a machine"), words, self.tr("Add"), parent)
        self._session = session
        self.name, self.key = QLineEdit(), QLineEdit()
        self.folder = FileField(self.tr("Folder"), ask_folder)
        self.add_field(self.tr("Name"), self.name)
        self.form.addRow(self.tr("Folder"), self.folder)
        self.add_field(self.tr("Public key"), self.key)
        self.name.setFocus()

    def do(self) -> str:
        """List it."""
        name, key = self.name.text().strip(), self.key.text().strip()
        if not name or not key or self.folder.path is None:
            return self.tr("Name, folder and public key are all needed.")
        self._session.add(name, self.folder.path, key, done=self.accept, failed=self.refuse)
        return ""


class RemoveMachineDialog(ActDialog):
    """Lists a machine no more."""

    def __init__(self, session: MachinesSession, name: str, parent: QWidget | None = None) -> None:
        words = self.tr(
            "{} is no longer listed, and the copy of its log here is removed. Its own log stays as "
            "it is."
        ).format(name)
        super().__init__(self.tr("Take off the list"), words, self.tr("Take off the list"), parent)
        self._session, self._name = session, name
        self.cancel.setFocus()

    def do(self) -> str:
        """Take it off the list."""
        self._session.remove(self._name, done=self.accept, failed=self.refuse)
        return ""


class ArchiveDialog(ActDialog):
    """Moves old records to an archive; until they leave the log, that can be given up."""

    def __init__(self, session: MachinesSession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "The records go to one file, which is verified before they leave the log. The log "
            "keeps their hashes, so every proof and checkpoint holds as before. What an "
            "unfinished note, sample or release needs stays. Keep the file in two places, as long "
            "as the law asks: in the United States, six years at least."
        )
        super().__init__(self.tr("Archive old records"), words, self.tr("Archive"), parent)
        self._session = session
        today = QDate.currentDate()
        self.before = QDateEdit(today.addYears(-_YEARS))
        self.before.setMaximumDate(today.addDays(1))
        self.before.setDisplayFormat("yyyy-MM-dd")
        TextMargin(self.before)
        self.folder = FileField(self.tr("Folder for the archive"), ask_folder)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximum(_STEPS)
        self.bar.setAccessibleName(self.tr("How much of the archive is written"))
        self.add_field(self.tr("Records before"), self.before)
        self.form.addRow(self.tr("Folder"), self.folder)
        self.form.addRow(self.bar)
        session.changed.connect(self._follow)
        self._follow()
        self.before.setFocus()

    def do(self) -> str:
        """Archive them."""
        if self.folder.path is None:
            return self.tr("A folder for the archive is needed.")
        date = self.before.date()
        moment = datetime(date.year(), date.month(), date.day()).astimezone(UTC)
        self._session.archive(self.folder.path, moment, done=self.accept, failed=self.refuse)
        return ""

    def reject(self) -> None:
        """Give up what is under way, and stay to tell what came of it; else close."""
        if self._session.archiving:
            self._session.cancel_archiving()
        else:
            super().reject()

    def _follow(self) -> None:
        self.form.setRowVisible(self.bar, self._session.archiving)
        self.bar.setValue(round(_STEPS * self._session.part))


class ArchiveFoldersDialog(ActDialog):
    """Names the folders in which archives are looked for."""

    def __init__(self, session: ArchivesSession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "Records, exports and samples read archived records from these folders. Each record "
            "is compared with the hash that the log has kept, so that a wrong folder harms nothing."
        )
        super().__init__(self.tr("Folders of archives"), words, self.tr("Look there"), parent)
        self._session = session
        self.folders = FolderList(self.tr("Folders of archives"), session.folders)
        self.form.addRow(self.folders)
        self.folders.more.setFocus()

    def do(self) -> str:
        """Look there from now on."""
        self._session.name_folders(self.folders.folders, done=self.accept, failed=self.refuse)
        return ""


class ShredDialog(ActDialog):
    """Destroys the site key, when its id was typed."""

    def __init__(
        self,
        session: MachinesSession,
        lost: officer.shredding.Lost,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            self.tr("Destroy the site key"), self._words(lost), self.tr("Destroy"), parent
        )
        self._session, self._lost = session, lost
        waiting = lost.unfinished + lost.held
        self.unfinished = Check(
            self.tr("Lose {} that are not finished").format(
                counted(waiting, self.tr("note"), self.tr("notes"))
            )
        )
        self.unfinished.setAccessibleName(self.unfinished.text())
        self.id = QLineEdit()
        if waiting:
            self.form.addRow(self.unfinished)
        self.form.addRow(QLabel(self.tr("To go on, type the id of the key: {}").format(lost.key)))
        self.add_field(self.tr("Id"), self.id)
        self.cancel.setFocus()

    def do(self) -> str:
        """Destroy it."""
        if self.id.text().strip() != self._lost.key:
            return self.tr("That is not the id of the key.")
        self._session.shred(
            unfinished_too=self.unfinished.isChecked(), done=self.accept, failed=self.refuse
        )
        return ""

    def _words(self, lost: officer.shredding.Lost) -> str:
        told = [
            self.tr(
                "No fingerprint in the log can then be tied to a name, a note or a file again, by "
                "anybody. Proofs, checkpoints and archives hold as before. This cannot be undone."
            )
        ]
        if lost.unfinished:
            words = self.tr("Lost with it: {unfinished} in the queue, {typed} of them typed here.")
            notes = counted(lost.unfinished, self.tr("note"), self.tr("notes"))
            told.append(words.format(unfinished=notes, typed=lost.typed))
        if lost.held:
            words = self.tr("Lost with it: {} on which nobody has decided. Redact them again.")
            notes = counted(lost.held, self.tr("held note"), self.tr("held notes"))
            told.append(words.format(notes))
        if lost.codes:
            told.append(
                self.tr(
                    "Lost with it: the table of patients' codes. Stand-ins and shifted dates of a "
                    "patient will be others from then on."
                )
            )
        told.append(
            self.tr(
                "Close every other window of the program before. Copies of the key in backups are "
                "for you to destroy."
            )
        )
        return "\n\n".join(told)
