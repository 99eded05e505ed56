"""What is told above the note."""

from __future__ import annotations

from pathlib import Path

import pytest

from deid import load_policy
from gui.main_window import MainWindow


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
