"""Which notes are learnt from, and how: the choices, the plan, and the button that begins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from deid import DeidError
from deid.errors import ConfigurationError
from deid.training.choice import Choice
from deid.training.cohort.gather import PatientFrom
from deid.training.tune.settings import Method, Settings
from gui.messages import told
from gui.officer.file_field import FileField, existing
from gui.officer.folder_list import FolderList
from gui.officer.pane import TitledPane, flow_of, hint_label, named_button
from gui.officer.still_choice import StillChoice
from gui.officer.training_session import TrainingSession
from gui.officer.training_settings_form import Advanced, SettingsForm, usual
from gui.officer.training_words import method_words, patient_words, plan_words
from gui.theme import Theme
from gui.views.dialogs import ask_folder
from gui.views.room import HighEnough
from gui.views.text_margin import TextMargin

_EPSILON: Final = 8.0
_MOST_EPSILON: Final = 100.0
_FOLDERS_IN_SIGHT: Final = 3
_SETTLED_MS: Final = 100
"""By then the page is as long as its words."""


class NotesPane(TitledPane):
    """Asks for notes and settings, shows what a run would be, and lets it begin.

    Args:
        session: plans.

    Signals:
        begin_wanted: somebody wants to begin what is planned.
    """

    begin_wanted = Signal()

    def __init__(self, session: TrainingSession) -> None:
        super().__init__(QCoreApplication.translate("NotesPane", "Train on your notes"))
        self._session = session
        self.source, self.patient = StillChoice(), StillChoice()
        self.folders = FolderList(self.tr("Folders with the originals of reviewed notes"), ())
        title = self.tr("Marked notes")
        self.gold = FileField(title, existing(title))
        self.gold_folder = named_button(self.tr("Choose a folder …"))
        self.field = QLineEdit("patient")
        self.private, self.method = StillChoice(), StillChoice()
        self.epsilon = QDoubleSpinBox()
        self.advanced = SettingsForm()
        self.plan = named_button(self.tr("Plan"), primary=True)
        self.give_up = named_button(self.tr("Cancel"))
        self.begin = named_button(self.tr("Begin …"), primary=True)
        self.words = hint_label()
        self.words.setObjectName("sentence")
        self._whose = QWidget()
        self._where = QWidget()
        self._form = QFormLayout()
        self._wrong = ""
        self._lay_out()
        self._connect()
        self._follow()
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Give the folders as much room as a few need."""
        line = self.folders.list.fontMetrics().height()
        self.folders.list.setFixedHeight(_FOLDERS_IN_SIGHT * (line + theme.px(4)) + theme.px(8))

    def _lay_out(self) -> None:
        for words in (
            self.tr("Notes that reviewers finished here"),
            self.tr("Marked notes, as an evaluation reads them"),
        ):
            self.source.addItem(words)
        for one in PatientFrom:
            self.patient.addItem(patient_words(one), one)
        for words in (
            self.tr("Differentially private"),
            self.tr("Not private: nothing is bounded"),
        ):
            self.private.addItem(words)
        for method in (Method.LAST_LAYERS, Method.LORA, Method.BIASES, Method.FULL):
            self.method.addItem(method_words(method), method)
        self.epsilon.setRange(0.1, _MOST_EPSILON)
        self.epsilon.setDecimals(1)
        self.epsilon.setValue(_EPSILON)
        TextMargin(self.epsilon)
        marked = QVBoxLayout(self._where)
        marked.setContentsMargins(0, 0, 0, 0)
        marked.addWidget(self.gold)
        marked.addLayout(flow_of((self.gold_folder,)))
        form = self._form
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for caption, field in (
            (self.tr("Learn from"), self.source),
            (self.tr("Their originals lie in"), self.folders),
            (self.tr("File or folder"), self._where),
            (self.tr("Whose a note is, says"), self.patient),
            (self.tr("Name of the field"), self.field),
            (self.tr("Privacy"), self.private),
            (self.tr("ε of this run, at most"), self.epsilon),
            (self.tr("What learns"), self.method),
        ):
            if field not in (self.folders, self._where):
                field.setAccessibleName(caption)
            form.addRow(caption, field)
        self.inside.addLayout(form)
        self.inside.addWidget(self.advanced)
        self.inside.addLayout(flow_of((self.plan, self.give_up)))
        self.inside.addWidget(self.words)
        self.inside.addLayout(flow_of((self.begin,)))
        self.inside.addStretch(1)
        HighEnough(self)

    def _connect(self) -> None:
        self.plan.clicked.connect(self._plan)
        self.give_up.clicked.connect(self._session.plans.forget)
        self.begin.clicked.connect(self.begin_wanted)
        self.gold_folder.clicked.connect(self._ask_folder)
        self.source.currentIndexChanged.connect(self._follow)
        self.patient.currentIndexChanged.connect(self._follow)
        self.private.currentIndexChanged.connect(self._follow)
        for choice in (self.private, self.method):
            choice.currentIndexChanged.connect(self._take_usual)
        # A plan is of what stands here: after a change there is none.
        for choice in (self.source, self.patient, self.private, self.method):
            choice.currentIndexChanged.connect(self._forget)
        self.epsilon.valueChanged.connect(self._forget)
        self.field.textEdited.connect(self._forget)
        self.gold.line.textChanged.connect(self._forget)
        self.folders.list.model().rowsInserted.connect(self._forget)
        self.folders.list.model().rowsRemoved.connect(self._forget)
        self.advanced.changed.connect(self._forget)
        self._session.changed.connect(self._show)

    @property
    def _is_gold(self) -> bool:
        return self.source.currentIndex() == 1

    def _follow(self) -> None:
        """Ask only for what the choices above want."""
        by_field = self.patient.currentData() == PatientFrom.FIELD
        for field, wanted in (
            (self.folders, not self._is_gold),
            (self._where, self._is_gold),
            (self.patient, self._is_gold),
            (self.field, self._is_gold and by_field),
            (self.epsilon, self.private.currentIndex() == 0),
        ):
            self._form.setRowVisible(field, wanted)

    def _take_usual(self) -> None:
        """Let the numbers be those that go with what was chosen."""
        self.advanced.fill_in(self._usual())

    def _usual(self) -> Settings:
        private = self.private.currentIndex() == 0
        return usual(Method(self.method.currentData()), private=private)

    def _ask_folder(self) -> None:
        ask_folder(self, lambda path: self.gold.line.setText(str(path)))

    def _forget(self) -> None:
        self._wrong = ""
        plans = self._session.plans
        if plans.planned is not None or plans.running or plans.refused is not None:
            plans.forget()
        else:
            self._show()

    def _plan(self) -> None:
        self._wrong = ""
        advanced, paths = self.advanced.read(), self._paths()
        if not paths:
            self._wrong = self.tr("Say first where the notes lie.")
        elif advanced is None:
            self._wrong = self.tr("δ is a number between 0 and 1, such as 0.0001.")
        else:
            try:
                self._session.plans.plan(self._choice(paths, advanced), self._settings(advanced))
            except DeidError as error:
                self._wrong = told(error)
        self._show()

    def _paths(self) -> tuple[Path, ...]:
        if not self._is_gold:
            return self.folders.folders
        return () if self.gold.path is None else (self.gold.path,)

    def _choice(self, paths: tuple[Path, ...], advanced: Advanced) -> Choice:
        return Choice(
            paths=paths,
            gold=PatientFrom(self.patient.currentData()) if self._is_gold else None,
            patient_field=self.field.text().strip() or "patient",
            unit=advanced.unit,
            share=advanced.held_out,
        )

    def _settings(self, advanced: Advanced) -> Settings:
        return replace(
            self._usual(),
            layers=advanced.layers,
            rank=advanced.rank,
            learning_rate=advanced.learning_rate,
            steps=advanced.steps,
            sampling_rate=advanced.sampling_rate,
            windows=advanced.windows,
            largest_gradient=advanced.largest_gradient,
            epsilon=self.epsilon.value() if self.private.currentIndex() == 0 else None,
            delta=advanced.delta,
            unit=advanced.unit,
        )

    def _show(self) -> None:
        session, plans = self._session, self._session.plans
        ready = session.may and session.missing is None
        planned = plans.planned
        self.begin.setVisible(planned is not None)
        self.begin.setEnabled(ready and planned is not None and planned.refusal is None)
        self._lead_keyboard(running=plans.running)
        self.plan.setEnabled(ready and not plans.running)
        self.give_up.setVisible(plans.running)
        self.words.setText(self._said())

    def _lead_keyboard(self, *, running: bool) -> None:
        """Lead it from what begins a plan to what gives it up, and on to what comes of it."""
        at = self.window().focusWidget()
        if running and at is self.plan:
            self.give_up.show()
            self.give_up.setFocus()
            QTimer.singleShot(_SETTLED_MS, self, self._bring_into_sight)
        elif not running and at is self.give_up:
            self.plan.setEnabled(True)
            (self.begin if self.begin.isEnabled() else self.plan).setFocus()
            QTimer.singleShot(_SETTLED_MS, self, self._bring_into_sight)

    def _bring_into_sight(self) -> None:
        """Scroll to what is said of the plan, and to what can be done with it."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self.words, 0, 0)
            around.ensureWidgetVisible(self.focusWidget() or self.plan, 0, 0)

    def _said(self) -> str:
        session, standing, plans = self._session, self._session.standing, self._session.plans
        if session.missing is not None:
            words = self.tr("{} What stands beside this works without.")
            return words.format(told(session.missing))
        if self._wrong:
            return self._wrong
        if plans.running:
            return self.tr("Looking for the notes, and timing this computer …")
        if plans.refused is not None:
            return told(plans.refused)
        if plans.planned is None or standing is None:
            words = self.tr("A plan says what a run would take and cost. Nothing is begun by it.")
            return words if session.may else f"{words} {self.tr('It wants an officer’s key.')}"
        planned = plans.planned
        lines = []
        if planned.refusal is not None:
            refused = self.tr("It cannot begin: {}")
            lines.append(refused.format(told(ConfigurationError(planned.refusal))))
        lines.append(plan_words(planned, standing.ledger))
        lines += [told(ConfigurationError(one.message)) for one in planned.concerns]
        return "\n".join(lines)
