"""What is asked when public keys are written, and somebody is enrolled with them elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from shiboken6 import isValid

from deid import officer
from gui.officer.act_dialog import ActDialog
from gui.officer.file_field import FileField, existing, new
from gui.officer.people_session import PeopleSession
from gui.officer.people_words import GRANTED, duty_words, role_words
from gui.views.check import Check
from gui.views.choice import Choice


class PublicDialog(ActDialog):
    """Writes the public keys of whoever is unlocked."""

    def __init__(
        self,
        session: PeopleSession,
        person: officer.KnownPerson,
        parent: QWidget | None = None,
    ) -> None:
        words = self.tr(
            "With this file an administrator enrols {} on another computer, to which the private "
            "key never comes. It holds no secret. Whoever enrols compares the id with what they "
            "hear from you: read it out from here."
        ).format(person.name)
        super().__init__(self.tr("My public keys"), words, self.tr("Write"), parent)
        self._session = session
        self.give_up = session.desk.stop_reaching
        self.id = id_label(person.id)
        title = self.tr("Public keys")
        self.file = FileField(title, new(title, f"{person.id}.public"))
        self.form.addRow(self.tr("Id"), self.id)
        self.form.addRow(self.tr("New file"), self.file)
        self.file.setFocus()

    def do(self) -> str:
        """Write them."""
        path = self.file.path
        if path is None:
            return self.tr("Choose where the file goes.")
        self._session.write_public(path, done=self.accept, failed=self.refuse)
        return ""


class EnrolDialog(ActDialog):
    """Grants a role to somebody whose key lies elsewhere, once the id was compared."""

    def __init__(self, session: PeopleSession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "The key of this person stays where it is, such as on a stick. They write a file with "
            "“My public keys …” on their own computer, and read the id out to you. Nothing else "
            "shows that the file is theirs."
        )
        super().__init__(self.tr("Enrol from a file"), words, self.tr("Enrol"), parent)
        self._session = session
        self._person: officer.PublicPerson | None = None
        title = self.tr("Public keys")
        self.file = FileField(title, existing(title))
        self.name, self.id = QLabel("–"), id_label("")
        self.role, self.duty = Choice(), QLabel()
        self.duty.setObjectName("muted")
        self.duty.setWordWrap(True)
        for role in GRANTED:
            self.role.addItem(role_words(role), role)
        self.same = Check(self.tr("They read out this same id"))
        self.same.setAccessibleName(self.same.text())
        self.form.addRow(self.tr("File"), self.file)
        self.form.addRow(self.tr("Name"), self.name)
        self.form.addRow(self.tr("Id"), self.id)
        self.form.addRow("", self.same)
        self.add_field(self.tr("Role"), self.role)
        self.form.addRow(self.duty)
        self.file.chosen.connect(self.read)
        self.role.currentIndexChanged.connect(self._tell_duty)
        self._tell_duty()
        self._show(None)
        self.file.setFocus()

    def read(self) -> None:
        """Read the file that stands there."""
        path = self.file.path
        self.error.hide()
        self._show(None)
        if path is not None:
            self._session.desk.beside.reach(
                str(path), lambda: officer.read_public_keys(path), self._take, self.refuse
            )

    def _take(self, person: officer.PublicPerson) -> None:
        if isValid(self):
            self._show(person)

    def do(self) -> str:
        """Enrol."""
        if self._person is None:
            return self.tr("Choose the file of their public keys.")
        if not self.same.isChecked():
            return self.tr("Compare the id with what they read out, and say so.")
        role = officer.Role(self.role.currentData())
        self._session.enrol(self._person, role, done=self.accept, failed=self.refuse)
        return ""

    def _show(self, person: officer.PublicPerson | None) -> None:
        self._person = person
        self.name.setText(person.name if person is not None else "–")
        self.id.setText(officer.spoken(person.id) if person is not None else "–")
        self.same.setChecked(False)
        self.same.setEnabled(person is not None)

    def _tell_duty(self) -> None:
        self.duty.setText(duty_words(officer.Role(self.role.currentData())))


def id_label(own: str) -> QLabel:
    """An id as it is read out."""
    label = QLabel(officer.spoken(own))
    label.setObjectName("heading")
    return label
