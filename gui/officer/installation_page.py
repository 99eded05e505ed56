"""The page "Installation": the program, its rules and models, and what IT manages."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from deid.updates.metadata import TrustedUpdate
from gui.messages import told
from gui.officer.desk_jobs import DeskJobs
from gui.officer.facts import Facts
from gui.officer.installation_dialogs import InstallDialog, UndoDialog
from gui.officer.installation_session import InstallationSession
from gui.officer.installation_words import (
    managed_rows,
    program_rows,
    rights_words,
    standing_words,
    update_rows,
)
from gui.officer.page import Page
from gui.officer.pane import flow_of, give_room, hint_label, list_rows, named_button, titled_pane
from gui.officer.text_rows import TextRows
from gui.officer.work_strip import WorkStrip
from gui.theme import Theme
from gui.views.dialogs import ask_file
from gui.views.header import Tone
from gui.views.room import HighEnough
from gui.views.rows_table import RowsTable

_ROWS_IN_SIGHT: Final = 2


class InstallationPage(Page):
    """Shows what is installed, and installs or takes back updates.

    Args:
        desk: beside which it works.
        theme: the colours of the window.
    """

    def __init__(self, desk: DeskJobs, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.title = self.tr("Installation")
        self.session = InstallationSession(desk)
        self.update_it = named_button(self.tr("Update from a file …"), primary=True)
        self.strip = WorkStrip(
            self.session.work,
            (self.update_it,),
            doing=self.tr("The bundle is looked at."),
            failed=self.tr("NOT INSTALLED"),
        )
        self.back = named_button(self.tr("Go back one step …"))
        self.to_release = named_button(self.tr("Go back to what came with the program …"))
        headings = (self.tr("Place"), self.tr("What"), self.tr("Made"), self.tr("Brings"))
        self._updates = TextRows((*headings, self.tr("For versions"), self.tr("State")), self)
        self.updates = RowsTable(self._updates, self.tr("Rules and models of this computer"))
        headings = (
            *(self.tr("Setting"), self.tr("What it is")),
            *(self.tr("Value"), self.tr("Locked by")),
        )
        self._managed = TextRows(headings, self)
        self.managed = RowsTable(self._managed, self.tr("Settings that IT manages"))
        self.managed.say_when_empty(self.tr("Nothing is managed on this computer."))
        self.updates.say_when_empty(self.tr("There are no updates here."))
        self.about_updates = hint_label()
        self.facts = Facts()
        self._lay_out()
        self._connect()
        self.use_theme(theme)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the tables as much room as their letters need."""
        for table in (self.updates, self.managed):
            give_room(table, theme, rows=_ROWS_IN_SIGHT)

    def shown(self) -> None:
        """Look at it anew."""
        self.session.reload()

    def _lay_out(self) -> None:
        program, updates, settings = (
            titled_pane(self.tr("Program")),
            titled_pane(self.updates.accessibleName()),
            titled_pane(self.managed.accessibleName()),
        )
        program[1].addLayout(self.facts)
        updates[1].addWidget(self.about_updates)
        updates[1].addLayout(flow_of((self.back, self.to_release)))
        updates[1].addWidget(self.updates, 1)
        settings[1].addWidget(self.managed, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self.strip)
        layout.addWidget(program[0])
        self._high_enough = [HighEnough(pane) for pane, _inside in (program, updates, settings)]
        for pane, _inside in (updates, settings):
            layout.addWidget(pane, 1)
        for table in (self.updates, self.managed):
            table.horizontalHeader().setStretchLastSection(True)
            # As high as there is room, so that all parts of the page are in sight together.
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def _connect(self) -> None:
        self.update_it.clicked.connect(self._ask_bundle)
        self.back.clicked.connect(partial(self._ask_back, to_release=False))
        self.to_release.clicked.connect(partial(self._ask_back, to_release=True))
        self.session.changed.connect(self._show)

    def _show(self) -> None:
        found = self.session.found
        self.strip.show_state(*self._standing())
        if found is None:
            for button in (self.update_it, self.back, self.to_release):
                button.setEnabled(False)
            return
        updates = found.updates
        self.facts.show_facts(tuple(program_rows(found)))
        list_rows(self._updates, self.updates, update_rows(updates))
        list_rows(self._managed, self.managed, managed_rows(found.managed))
        self.about_updates.setText(rights_words(updates))
        self.update_it.setEnabled(updates.has_root and not self.session.work.running)
        now = updates.in_use
        release = now is None or (now.update is None and now.problem is None)
        self.back.setEnabled(updates.may_change and updates.before is not None)
        self.to_release.setEnabled(updates.may_change and not release)

    def _standing(self) -> tuple[str, Tone, str]:
        if self.session.error is not None:
            return self.tr("NOT KNOWN"), Tone.BAD, told(self.session.error)
        if self.session.found is None:
            words = self.tr("Every file of the updates is compared with what was signed …")
            return self.tr("LOOKING"), Tone.NEUTRAL, words
        return standing_words(self.session.found)

    def _ask_bundle(self) -> None:
        ask_file(self, self.tr("Update rules and models"), self._look_at)

    def _look_at(self, bundle: Path) -> None:
        def offer(update: TrustedUpdate) -> None:
            InstallDialog(self.session, bundle, update, self).open()

        self.session.examine(bundle, offer)

    def _ask_back(self, *, to_release: bool) -> None:
        found = self.session.found
        if found is not None:
            back = None if to_release else found.updates.before
            UndoDialog(self.session, back, self).open()
