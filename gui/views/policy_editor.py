# ruff: noqa: N802 - Qt gives methods their names
"""A dialog that makes a policy from another one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from deid import DeidError, Policy
from deid import policy as policies
from deid.policy import Basis, ReleaseRule, Unexamined, VaultUse
from gui.messages import told as in_words
from gui.policy_changes import (
    basis_words,
    difference_words,
    release_words,
    unexamined_words,
    vault_words,
)
from gui.theme import Theme
from gui.views.choice import Choice
from gui.views.header import Tone, set_tone
from gui.views.policy_options import StillWheel
from gui.views.policy_preview import PolicyPreview, Preview
from gui.views.policy_rows import LockSign, PolicyRows

_LONGEST_DESCRIPTION: Final = 300
_BESIDE: Final = 60
"""With room for so many characters beside the rows, the preview stands there, else below them."""


class PolicyEditor(QDialog):
    """Shows a policy and lets it be changed, locked things apart, and saved as the user's own.

    Args:
        base: the policy to begin with.
        theme: the colours of the window.
        preview: redacts a note under a policy, to show what changes.
        parent: the window.

    Signals:
        saved: carries the policy, when it is written.
    """

    saved = Signal(object)

    def __init__(
        self, base: Policy, theme: Theme, preview: Preview, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Policy {}").format(base.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._base = base
        self._theme = theme
        own = policies.user_policies().policies
        self._versions = {policy.name: policy.version for policy in own}
        self._warned = False
        self.name = QLineEdit(_proposed(base.name, self._versions))
        self.description = QLineEdit(base.description)
        self.description.setMaxLength(max(_LONGEST_DESCRIPTION, len(base.description)))
        self.description.setCursorPosition(0)
        self.basis = self._make_basis()
        self.rows = PolicyRows(base, theme)
        self.preview = PolicyPreview(base, preview)
        self.differences = QLabel()
        self.error = QLabel()
        self.save = QPushButton()
        self.close_button = QPushButton(self.tr("Close"))
        # New fields have their size only when they are shown.
        self._arranging = QTimer(self, singleShot=True, interval=0)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._connect()
        self._update()
        self.resize(self._comfortable())

    def reject(self) -> None:
        """Close; changes are dropped only when this is asked twice."""
        if self._is_changed() and not self._warned:
            self._warned = True
            self._complain(self.tr("The changes are not saved. Close once more to drop them."))
            return
        self.preview.stop()
        super().reject()

    def accept(self) -> None:
        """Write the policy and close; where it cannot be written, say so and stay."""
        try:
            policy = policies.save_policy(self._policy(self.name.text()))
        except DeidError as error:
            self._complain(in_words(error))
            return
        self.preview.stop()
        self.saved.emit(policy)
        super().accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the preview below the rows where there is no room beside them."""
        super().resizeEvent(event)
        self._arranging.start()

    def _arrange(self) -> None:
        rows = self.rows.width_in_line()
        wide = self.width() >= rows + _BESIDE * self.fontMetrics().averageCharWidth()
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._body.setDirection(direction)
        self.rows.arrange(narrow=not wide)
        self.rows.setMinimumWidth(rows if wide else 0)

    def _lay_out(self) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(self._heads())
        layout.addLayout(self._body, 1)
        lines = self.fontMetrics().lineSpacing()
        self.rows.setMinimumHeight(lines * 12)
        self.rows.setObjectName("pane")
        self._body.setSpacing(16)
        self._body.addWidget(self.rows, 3)
        self._body.addLayout(self._side(), 2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(12)
        outer.addWidget(area, 1)
        outer.addWidget(self.error)
        outer.addLayout(self._buttons())

    def _heads(self) -> QFormLayout:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for words, field in (
            (self.tr("&Name"), self.name),
            (self.tr("&Description"), self.description),
            (self.tr("&Basis"), self.basis),
        ):
            field.setAccessibleName(words.replace("&", ""))
            form.addRow(words, field)
        if self._base.locks_basis():
            words = self.tr("locked by {}").format(self._base.name)
            told = self.tr("The basis is {basis}, {locked}.").format(
                basis=basis_words(self._base.basis), locked=words
            )
            form.addRow("", LockSign(words, told, self._theme, self))
        if self._base.release is not ReleaseRule.DIRECT:
            form.addRow(self.tr("Released"), _said(release_words(self._base.release)))
        if self._base.vault_use is not VaultUse.NEVER:
            form.addRow(self.tr("Replaced values"), _said(vault_words(self._base.vault_use)))
        if self._base.unexamined is not Unexamined.REFUSE:
            removed = _said(unexamined_words(self._base.unexamined))
            form.addRow(self.tr("Parts that cannot be examined"), removed)
        return form

    def _side(self) -> QVBoxLayout:
        heading = QLabel(self.tr("Changes from {}").format(self._base.name))
        heading.setObjectName("heading")
        self.differences.setWordWrap(True)
        self.differences.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.differences.setAccessibleName(heading.text())
        side = QVBoxLayout()
        side.addWidget(heading)
        side.addWidget(self.differences)
        side.addSpacing(10)
        side.addWidget(self.preview, 1)
        return side

    def _buttons(self) -> QHBoxLayout:
        hint = QLabel(self.tr("Ctrl+Up and Ctrl+Down go from label to label."))
        hint.setObjectName("muted")
        hint.setWordWrap(True)
        self.error.setWordWrap(True)
        self.error.setMargin(self.fontMetrics().averageCharWidth())
        self.error.hide()
        self.save.setObjectName("primary")
        # Enter in a field must not save and close.
        self.save.setAutoDefault(False)
        self.close_button.setAutoDefault(False)
        self.close_button.setAccessibleName(self.close_button.text())
        buttons = QHBoxLayout()
        buttons.addWidget(hint, 1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.save)
        return buttons

    def _make_basis(self) -> Choice:
        choice = Choice()
        for basis in Basis:
            choice.addItem(basis_words(basis), basis.value)
        choice.setCurrentIndex(choice.findData(self._base.basis.value))
        choice.setEnabled(not self._base.locks_basis())
        choice.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        StillWheel(choice)
        return choice

    def _connect(self) -> None:
        self.name.textChanged.connect(self._update)
        self.description.textChanged.connect(self._update)
        self.basis.currentIndexChanged.connect(self._update)
        self.rows.changed.connect(self._update)
        self.rows.changed.connect(self._arranging.start)
        self._arranging.timeout.connect(self._arrange)
        self.save.clicked.connect(self.accept)
        self.close_button.clicked.connect(self.reject)

    def _policy(self, name: str) -> Policy:
        """The base with what is chosen.

        Raises:
            PolicyError: this makes no policy.
        """
        rows = self.rows.rows
        return policies.derive(
            self._base,
            name=name,
            description=self.description.text().strip(),
            treatments={label: row.treatment() for label, row in rows.items()},
            thresholds={label: row.score() for label, row in rows.items()},
            basis=Basis(self.basis.currentData()),
        )

    def _is_changed(self) -> bool:
        """Whether something would be lost that is not a name."""
        try:
            policy = self._policy(self._base.name)
        except DeidError:
            return True
        described = policy.description != self._base.description.strip()
        return described or bool(policies.differences(self._base, policy))

    def _update(self) -> None:
        self._warned = False
        self._show_save()
        try:
            policy = self._policy(self._base.name)
        except DeidError as error:
            self.preview.show_policy(None)
            self._complain(in_words(error))
            return
        found = policies.differences(self._base, policy)
        lines = "\n".join(difference_words(difference) for difference in found)
        self.differences.setText(lines or self.tr("None yet."))
        self.preview.show_policy(policy if found else self._base)
        try:
            policies.check_name(self.name.text())
        except DeidError as error:
            self._complain(in_words(error))
            return
        self.error.hide()
        self.save.setEnabled(self._is_changed() or self.name.text() not in self._versions)

    def _show_save(self) -> None:
        """Say on the button under which name and version the policy is saved."""
        name = self.name.text()
        metrics = self.fontMetrics()
        short = metrics.elidedText(
            name, Qt.TextElideMode.ElideMiddle, metrics.averageCharWidth() * 30
        )
        version = self._versions.get(name, 0) + 1
        self.save.setText(
            self.tr("Save as {name}, version {version}").format(name=short or "…", version=version)
        )
        self.save.setAccessibleName(self.save.text())
        self.save.setEnabled(False)

    def _complain(self, words: str) -> None:
        self.error.setText(words)
        set_tone(self.error, Tone.BAD)
        self.error.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self.error, QAccessible.Event.Alert))

    def _comfortable(self) -> QSize:
        metrics = self.fontMetrics()
        parent = self.parentWidget()
        room = self.screen().availableSize() if parent is None else parent.size()
        wanted = QSize(metrics.averageCharWidth() * 190, metrics.lineSpacing() * 54)
        return wanted.boundedTo(room * 0.95)


def _said(words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    return label


def _proposed(name: str, own: dict[str, int]) -> str:
    """The policy's name if it is the user's own, else one that is not taken."""
    if name in own:
        return name
    proposed, number = f"my-{name}", 2
    while proposed in own:
        proposed, number = f"my-{name}-{number}", number + 1
    return proposed
