"""The box that policies are chosen in lists the user's own, and leads to where they are changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot

from deid.policy import load_policy
from gui.desk import Phase
from gui.views.policy_choice import PolicyChoice


class Session(QObject):
    """As much of a session as the box looks at."""

    state_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.policies = (load_policy("safe-harbor"), load_policy("everything"))
        self.policy = self.policies[0]
        self.phase = Phase.EMPTY


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def choice(qtbot: QtBot, session: Session) -> PolicyChoice:
    made = PolicyChoice(session)
    qtbot.addWidget(made)
    made.show()
    return made


def listed(choice: PolicyChoice) -> list[str]:
    return [choice.itemText(row) for row in range(choice.count()) if choice.itemText(row)]


def test_policies_are_listed_and_then_the_way_to_change_them(choice: PolicyChoice) -> None:
    assert listed(choice) == ["safe-harbor", "everything", "Change…"]
    assert choice.currentText() == "safe-harbor"


def test_the_policy_that_is_chosen_is_told(
    qtbot: QtBot, choice: PolicyChoice, session: Session
) -> None:
    with qtbot.waitSignal(choice.chosen) as signal:
        choice.activated.emit(1)
    assert signal.args == [session.policies[1]]


def test_change_is_asked_for_by_keyboard_and_the_policy_stays(
    qtbot: QtBot, choice: PolicyChoice, session: Session
) -> None:
    told: list[object] = []
    choice.chosen.connect(told.append)
    choice.showPopup()
    with qtbot.waitSignal(choice.edit_wanted):
        qtbot.keyClick(choice.view(), Qt.Key.Key_End)
        qtbot.keyClick(choice.view(), Qt.Key.Key_Return)
    assert choice.currentText() == session.policy.name
    assert told == []


def test_arrow_keys_pass_over_no_dialog(qtbot: QtBot, choice: PolicyChoice) -> None:
    asked: list[None] = []
    choice.edit_wanted.connect(lambda: asked.append(None))
    for key in (Qt.Key.Key_End, Qt.Key.Key_Down, Qt.Key.Key_C):
        qtbot.keyClick(choice, key)
    choice.showPopup()
    choice.hidePopup()
    qtbot.keyClick(choice, Qt.Key.Key_End)
    assert asked == []
    assert choice.currentText() == "everything"


def test_a_policy_that_is_new_is_listed(choice: PolicyChoice, session: Session) -> None:
    new = replace(session.policies[1], name="ward", digest="0" * 64)
    session.policies = (*session.policies, new)
    session.policy = new
    session.state_changed.emit()
    assert listed(choice) == ["safe-harbor", "everything", "ward", "Change…"]
    assert choice.currentText() == "ward"


def test_nothing_is_chosen_while_a_note_is_saved(choice: PolicyChoice, session: Session) -> None:
    session.phase = Phase.SAVING
    session.state_changed.emit()
    assert not choice.isEnabled()
