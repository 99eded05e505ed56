"""What the window asks its user, and what becomes of the answers."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from deid import Origin, Policy, certainty
from gui.actions import Actions, Do
from gui.appearance import Appearance
from gui.program import Program
from gui.views import dialogs
from gui.views.certainty_dialog import CertaintyDialog
from gui.views.keys_sheet import KeysSheet
from gui.views.palette import Palette
from gui.views.patient_dialog import PatientDialog
from gui.views.policy_editor import PolicyEditor
from gui.views.shortcuts import Shortcuts


class Questions:
    """Opens dialogs over a window; none of them makes the window wait.

    Args:
        program: what the answers go to.
        actions: of the window; those that ask are connected here.
        appearance: gives the colours.
        window: stands behind the dialogs.
    """

    def __init__(
        self, program: Program, actions: Actions, appearance: Appearance, window: QWidget
    ) -> None:
        self._program = program
        self._actions = actions
        self._appearance = appearance
        self._window = window
        actions.connect(
            {
                Do.OPEN: self.ask_notes,
                Do.OPEN_FOLDER: self.ask_folder,
                Do.WATCH_FOLDER: self.ask_watched,
                Do.SAVE: self.ask_target,
                Do.CERTAINTY: self.ask_certainty,
                Do.POLICY_EDITOR: self.ask_policy,
                Do.PATIENT: self.ask_patient,
                Do.PALETTE: lambda: Palette(actions, window).open(),
                Do.KEYS: lambda: KeysSheet(actions, window).open(),
                Do.SHORTCUTS: lambda: Shortcuts(actions, program.settings, window).open(),
            }
        )

    def ask_notes(self) -> None:
        """Ask which notes to open, and put them into the queue."""
        dialogs.ask_open(self._window, self._program.worklist.add)

    def ask_folder(self) -> None:
        """Ask for a folder, and put its notes into the queue."""
        add = self._program.worklist.add
        dialogs.ask_folder(self._window, lambda folder: add([folder], origin=Origin.FOLDER))

    def ask_watched(self) -> None:
        """Ask for a folder from which notes are taken in as they come."""
        dialogs.ask_folder(self._window, self._program.queue.watch)

    def ask_target(self) -> None:
        """Ask where the redacted note goes, and save it there."""
        session = self._program.session
        if session.proposed_target is not None and session.savable:
            save = session.for_this_note(session.save)
            dialogs.ask_save(self._window, session.proposed_target, save)

    def ask_certainty(self) -> None:
        """Ask from which score on a finding needs no look."""
        dialog = CertaintyDialog(
            self._program.settings.certain_from,
            certainty=certainty.measured(),
            detectors=self._program.session.detectors or (),
            lowest=self._program.settings.managed.lowest_certainty,
            parent=self._window,
        )
        dialog.chosen.connect(self._take_threshold)
        dialog.open()

    def ask_policy(self) -> None:
        """Show the policy in use, and let another be made from it."""
        program = self._program
        theme = self._appearance.theme
        editor = PolicyEditor(program.session.policy, theme, program.trial, self._window)
        editor.saved.connect(self._take_policy)
        editor.open()

    def ask_patient(self) -> None:
        """Ask to which patient the note belongs."""
        session = self._program.session
        note, policy = session.note, session.policy
        if note is not None:
            dialog = PatientDialog(
                note.document.patient,
                policy=policy,
                of_file=note.path is not None,
                parent=self._window,
            )
            choose = session.for_this_note(self._program.worklist.choose_patient)
            dialog.chosen.connect(choose)
            dialog.open()

    def _take_threshold(self, certain_from: float) -> None:
        self._program.settings.certain_from = certain_from

    def _take_policy(self, policy: Policy) -> None:
        self._program.session.take_policy(policy)
        self._program.worklist.choose_policy(policy)
