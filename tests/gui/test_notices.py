"""What is told above the note."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from deid import ItemState, load_policy
from deid.policy import ReleaseRule, derive
from gui.main_window import MainWindow
from gui.tables.standing import Standing, state_words


@pytest.fixture
def notes(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "notes"
    folder.mkdir()
    paths = [folder / f"{name}.txt" for name in "ab"]
    for path in paths:
        path.write_text("Call 555-0142")
    return paths


def forget_policy(desk, name: str) -> None:
    """As if the file of a policy had been taken away between two runs."""
    desk.session.policies = tuple(one for one in desk.session.policies if one.name != name)


def said(window: MainWindow) -> str:
    bar = window.review.message
    return bar.words.text() if bar.isVisible() else ""


def test_a_policy_of_a_folder_that_is_gone_is_told_until_another_one_is_remembered(
    desk, window: MainWindow, notes: list[Path]
) -> None:
    desk.worklist.add(notes[:1])
    desk.settle()
    desk.worklist.choose_policy(load_policy("everything"))
    desk.settle()
    desk.worklist.put_away()
    desk.worklist.choose_policy(load_policy("safe-harbor"))
    assert said(window) == ""
    forget_policy(desk, "everything")
    for note in notes:
        desk.worklist.add([note])
        desk.settle()
        assert "everything" in said(window)
        assert "safe-harbor" in said(window)
        assert desk.session.policy.name == "safe-harbor"
    desk.worklist.finish()
    desk.settle()
    assert "Saved as" in said(window)
    desk.worklist.add(notes[:1])
    desk.settle()
    assert "everything" not in said(window)


def test_a_policy_that_is_gone_is_told_for_a_typed_note_too(desk, window: MainWindow) -> None:
    desk.examine("Call 555-0142")
    desk.worklist.choose_policy(load_policy("everything"))
    desk.settle()
    desk.session.decide.accept(desk.session.marks)
    typed = desk.worklist.current
    desk.worklist.put_away()
    desk.worklist.choose_policy(load_policy("safe-harbor"))
    forget_policy(desk, "everything")
    desk.worklist.open(typed)
    desk.settle()
    assert "everything" in said(window)


def test_nothing_is_told_while_the_policy_of_the_folder_is_there(
    desk, window: MainWindow, notes: list[Path]
) -> None:
    desk.worklist.add(notes[:1])
    desk.settle()
    desk.worklist.choose_policy(load_policy("everything"))
    desk.settle()
    desk.worklist.put_away()
    desk.worklist.choose_policy(load_policy("safe-harbor"))
    desk.worklist.add(notes[1:])
    desk.settle()
    assert desk.session.policy.name == "everything"
    assert said(window) == ""


def test_under_four_eyes_a_note_is_told_to_be_held_and_is_not_copied(
    desk, window: MainWindow, notes: list[Path]
) -> None:
    ward = derive(
        load_policy("safe-harbor"),
        name="ward",
        description="",
        treatments={},
        thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )
    desk.worklist.add(notes[:1])
    desk.settle()
    desk.worklist.choose_policy(ward)
    desk.settle()
    QGuiApplication.clipboard().clear()
    window.copy_result()
    assert "second person" in said(window)
    assert QGuiApplication.clipboard().text() == ""
    desk.worklist.finish()
    desk.settle()
    assert "Held until another person releases it" in said(window)
    (item,) = desk.worklist.items.values()
    assert item.state is ItemState.DONE
    assert state_words(item, Standing.DONE) == "held for a second person"
