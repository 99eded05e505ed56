"""The people of a site: who has which key and role, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from deid import officer
from gui.officer.pane import TitledPane, flow_of, hint_label, list_rows, named_button
from gui.officer.people_session import PeopleSession, Person
from gui.officer.people_words import role_words
from gui.officer.text_rows import TextRow, TextRows
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_KEY_DIGITS = 8


class PeoplePane(TitledPane):
    """Lists people, one of them chosen.

    Args:
        session: whose people.
    """

    def __init__(self, session: PeopleSession) -> None:
        super().__init__(QCoreApplication.translate("PeoplePane", "People"))
        self._session = session
        headings = (self.tr("Name"), self.tr("Role"), self.tr("Key"))
        self._model = TextRows(headings, self)
        self.table = RowsTable(self._model, self.tr("People"))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.hint = hint_label()
        self.add = named_button(self.tr("Add …"))
        self.grant = named_button(self.tr("Grant a role …"))
        self.withdraw = named_button(self.tr("Withdraw role …"))
        self.change_pin = named_button(self.tr("Change PIN …"))
        self.enrol = named_button(self.tr("Enrol from a file …"))
        self.public = named_button(self.tr("My public keys …"))
        self._lay_out()
        self.table.selectionModel().currentChanged.connect(self._offer)
        session.changed.connect(self._show)
        self._show()

    @property
    def chosen(self) -> Person | None:
        """The person in the chosen row."""
        key = self._model.key(self.table.currentIndex().row())
        return next((one for one in self._session.people if one.id == key), None)

    def _lay_out(self) -> None:
        acts = (self.add, self.enrol, self.grant, self.withdraw, self.change_pin, self.public)
        self.inside.addWidget(self.hint)
        self.inside.addLayout(flow_of(acts))
        self.inside.addWidget(self.table, 1)
        self._high_enough = HighEnough(self)

    def _show(self) -> None:
        rows = [
            TextRow(one.id, (one.name, role_words(one.role), self._key_words(one)))
            for one in self._session.people
        ]
        list_rows(self._model, self.table, rows)
        self._offer()

    def _key_words(self, person: Person) -> str:
        short = person.id[:_KEY_DIGITS]
        return short if person.here else self.tr("{}, not on this computer").format(short)

    def _offer(self) -> None:
        manages = self._session.may(officer.Permission.MANAGE_PEOPLE)
        chosen = self.chosen
        has_role = chosen is not None and chosen.role is not None
        self.grant.setEnabled(manages and chosen is not None and not has_role)
        self.withdraw.setEnabled(manages and has_role)
        self.change_pin.setEnabled(chosen is not None and self._session.has_key_of(chosen))
        self.enrol.setEnabled(manages)
        self.public.setEnabled(self._session.desk.person is not None)
        self.hint.setText(self._hint(manages=manages))

    def _hint(self, *, manages: bool) -> str:
        session = self._session
        if not session.anybody:
            return self.tr(
                "Nobody is enrolled yet. Add the first administrator, who enrols a privacy "
                "officer and a second administrator: nobody can take the place of a lost key."
            )
        if not manages:
            return self.tr("Roles are granted and withdrawn with the key of an administrator.")
        if sum(one.role is officer.Role.ADMINISTRATOR for one in session.people) == 1:
            return self.tr(
                "There is one administrator only. Enrol a second: nobody can take the place of a "
                "lost key."
            )
        return self.tr("You grant and withdraw roles; each is signed and stands in the log.")
