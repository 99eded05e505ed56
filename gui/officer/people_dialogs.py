"""What is asked before somebody is enrolled, a PIN changed, or the log signed for."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from deid import Verified, officer
from gui.officer.act_dialog import ActDialog
from gui.officer.file_field import FileField, new
from gui.officer.people_session import PeopleSession, Person
from gui.officer.people_words import GRANTED, duty_words, meaning_words, role_words, unlike_words
from gui.views.choice import Choice
from gui.views.header import counted


class AddDialog(ActDialog):
    """Makes a key for somebody, with a role or without; the first is an administrator.

    Args:
        session: does it.
        parent: the window.
    """

    def __init__(self, session: PeopleSession, parent: QWidget | None = None) -> None:
        words = self.tr(
            "The person whose key this will be types the PIN, unseen by others. Whoever copies the "
            "key file can try PINs elsewhere, so a short sentence is better than digits."
        )
        if not session.anybody:
            words = self.tr(
                "Nobody is enrolled yet. The first person is an administrator, who then enrols the "
                "others. {}"
            ).format(words)
        super().__init__(self.tr("Add a person"), words, self.tr("Add"), parent)
        self._session = session
        self.give_up = session.desk.stop_reaching
        self.name, self.role = QLineEdit(), Choice()
        self.name.setMaxLength(255)
        self.duty = QLabel()
        self.duty.setObjectName("muted")
        self.duty.setWordWrap(True)
        if not session.anybody:
            roles: tuple[officer.Role | None, ...] = (officer.Role.ADMINISTRATOR,)
        elif session.may(officer.Permission.MANAGE_PEOPLE):
            roles = (*GRANTED, None)
        else:
            roles = (None,)
        for role in roles:
            self.role.addItem(role_words(role), role)
        self.add_field(self.tr("Name, as the person signs"), self.name)
        self.add_field(self.tr("Role"), self.role)
        self.form.addRow(self.duty)
        self.where = Choice()
        for place in (self.tr("On this computer"), self.tr("On a stick")):
            self.where.addItem(place)
        title = self.tr("Key on a stick")
        self.file = FileField(title, new(title, "my.key"))
        self.add_field(self.tr("Where the key lies"), self.where)
        self.form.addRow(self.tr("New file"), self.file)
        self.pin = self.add_pin(self.tr("New PIN"))
        self.again = self.add_pin(self.tr("New PIN, again"))
        self.role.currentIndexChanged.connect(self._tell_duty)
        self.where.currentIndexChanged.connect(self._offer_file)
        self._tell_duty()
        self._offer_file()
        self.name.setFocus()

    def do(self) -> str:
        """Make the key."""
        missing = unlike_words(self.pin.text(), self.again.text())
        if self._on_stick and self.file.path is None:
            missing = self.tr("Choose where on the stick the key goes.")
        if not missing:
            self._session.add(
                self.name.text(),
                self.pin.text(),
                role=_role(self.role),
                key_file=self.file.path if self._on_stick else None,
                done=self.accept,
                failed=self.refuse,
            )
        return missing

    @property
    def _on_stick(self) -> bool:
        return self.where.currentIndex() == 1

    def _offer_file(self) -> None:
        self.form.setRowVisible(self.file, self._on_stick)

    def _tell_duty(self) -> None:
        self.duty.setText(duty_words(_role(self.role)))


class GrantDialog(ActDialog):
    """Grants a role to somebody who has none."""

    def __init__(
        self, session: PeopleSession, person: Person, parent: QWidget | None = None
    ) -> None:
        words = self.tr("The log will show that you granted {} a role. One key has one role.")
        title = self.tr("Grant a role")
        super().__init__(title, words.format(person.name), self.tr("Grant"), parent)
        self._session, self._person = session, person
        self.role = Choice()
        self.duty = QLabel()
        self.duty.setObjectName("muted")
        self.duty.setWordWrap(True)
        for role in GRANTED:
            self.role.addItem(role_words(role), role)
        self.add_field(self.tr("Role"), self.role)
        self.form.addRow(self.duty)
        self.role.currentIndexChanged.connect(self._tell_duty)
        self._tell_duty()

    def do(self) -> str:
        """Grant it."""
        role = _role(self.role)
        if role is not None:
            self._session.grant(self._person.id, role, done=self.accept, failed=self.refuse)
        return ""

    def _tell_duty(self) -> None:
        self.duty.setText(duty_words(_role(self.role)))


class WithdrawDialog(ActDialog):
    """Withdraws somebody's role."""

    def __init__(
        self, session: PeopleSession, person: Person, parent: QWidget | None = None
    ) -> None:
        words = self.tr(
            "{name} is no longer {role} from now on. What was signed until then stays good, and "
            "the key file stays where it is."
        ).format(name=person.name, role=role_words(person.role).lower())
        super().__init__(self.tr("Withdraw a role"), words, self.tr("Withdraw"), parent)
        self._session, self._person = session, person
        self.cancel.setFocus()

    def do(self) -> str:
        """Withdraw it."""
        self._session.withdraw(self._person.id, done=self.accept, failed=self.refuse)
        return ""


class PinDialog(ActDialog):
    """Lets another PIN open somebody's key."""

    def __init__(
        self, session: PeopleSession, person: Person, parent: QWidget | None = None
    ) -> None:
        words = self.tr(
            "The key of {} opens with the new PIN from then on. Older copies of the key file, such "
            "as in a backup, still open with the old one."
        ).format(person.name)
        super().__init__(self.tr("Change a PIN"), words, self.tr("Change"), parent)
        self._session, self._person = session, person
        self.give_up = session.desk.stop_reaching
        self.old = self.add_pin(self.tr("PIN of now"))
        self.pin = self.add_pin(self.tr("New PIN"))
        self.again = self.add_pin(self.tr("New PIN, again"))
        self.old.setFocus()

    def do(self) -> str:
        """Change it."""
        missing = unlike_words(self.pin.text(), self.again.text())
        if not missing:
            self._session.change_pin(
                self._person.id,
                old=self.old.text(),
                new=self.pin.text(),
                done=self.accept,
                failed=self.refuse,
            )
        return missing


class SignDialog(ActDialog):
    """Signs for the log as it was verified."""

    def __init__(
        self,
        session: PeopleSession,
        person: officer.KnownPerson,
        verified: Verified,
        parent: QWidget | None = None,
    ) -> None:
        words = self._words(person.name, verified)
        super().__init__(self.tr("Sign for the log"), words, self.tr("Sign"), parent)
        self._session, self._person, self._verified = session, person, verified
        self.meaning = Choice()
        for meaning in officer.Meaning:
            self.meaning.addItem(meaning_words(meaning), meaning)
        self.add_field(self.tr("Meaning"), self.meaning)
        self.pin = self.add_pin(self.tr("PIN of {}").format(person.name))
        self.pin.setFocus()

    def do(self) -> str:
        """Sign."""
        self._session.sign(
            self._person.id,
            self.pin.text(),
            meaning=officer.Meaning(self.meaning.currentData()),
            verified=self._verified,
            done=self.accept,
            failed=self.refuse,
        )
        return ""

    def _words(self, name: str, verified: Verified) -> str:
        records = counted(verified.size, self.tr("record"), self.tr("records"))
        told = [
            self.tr(
                "The log was verified just now. You, {name}, sign for its first {records}; name, "
                "time and meaning are kept with the signature, which fits no other log."
            ).format(name=name, records=records)
        ]
        if verified.witnessed:
            words = self.tr("Checkpoints kept elsewhere cover the first {:,} of them.")
            told.append(words.format(verified.witnessed))
        else:
            told.append(
                self.tr(
                    "It was compared with no checkpoint kept elsewhere, so nothing shows whether "
                    "it was replaced as a whole, or cut off at its end."
                )
            )
        if any(not part.examined for part in verified.archived):
            told.append(
                self.tr("Of the records in archives that were not read, only hashes were compared.")
            )
        return " ".join(told)


def _role(choice: Choice) -> officer.Role | None:
    chosen = choice.currentData()
    return officer.Role(chosen) if chosen is not None else None
