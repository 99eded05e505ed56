from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QSlider
from pytestqt.qtbot import QtBot

from deid import certainty
from deid.certainty import Certainty, Counts, MeasuredSet
from gui.settings import CERTAIN_FROM
from gui.views.certainty_dialog import _NOTES, CertaintyDialog

MODEL = "model:0a1b2c3d"
IN_USE = ("rules", MODEL)


def measured() -> Certainty:
    counts = {n: Counts(n - 50, 130 - n, 99 - n, 1) for n in range(50, 100)}
    sets = (
        MeasuredSet("development notes", 10, 80, 3, 2, counts),
        MeasuredSet("other notes", 20, 70, 0, 0, counts),
    )
    return Certainty("a command", MODEL, "safe-harbor", "ab" * 32, sets)


def shown(
    qtbot: QtBot,
    certainty: Certainty | None,
    *,
    at: float = 0.85,
    detectors: tuple[str, ...] = IN_USE,
) -> CertaintyDialog:
    dialog = CertaintyDialog(at, certainty=certainty, detectors=detectors)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_it_says_what_the_threshold_costs(qtbot: QtBot) -> None:
    dialog = shown(qtbot, measured(), at=0.9)
    words = dialog.words.text()
    assert "On 10 development notes: 4.0 findings a note to look at, instead of 8.0." in words
    assert "Of 100 that need no look, 22.5 are no identifiers and 2.5 have a wrong label." in words
    assert "3 of 80 identifiers" in words
    assert "On 20 other notes" in words
    assert dialog.value.text() == "0.90"
    assert not dialog.warning.isVisible()


def test_moving_the_slider_changes_what_is_said(qtbot: QtBot) -> None:
    dialog = shown(qtbot, measured(), at=0.5)
    assert "0.0 findings a note to look at" in dialog.words.text()
    qtbot.keyClick(dialog.slider, Qt.Key.Key_End)
    assert "4.9 findings a note to look at" in dialog.words.text()
    assert dialog.use.text() == "Use 0.99"
    assert dialog.slider.accessibleDescription() == dialog.words.text()


def test_the_threshold_is_taken_with_enter(qtbot: QtBot) -> None:
    dialog = shown(qtbot, measured(), at=0.7)
    qtbot.keyClick(dialog.slider, Qt.Key.Key_Right)
    with qtbot.waitSignal(dialog.chosen) as taken:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert taken.args == [0.71]


def test_escape_takes_nothing(qtbot: QtBot) -> None:
    dialog, taken = shown(qtbot, measured()), list[float]()
    dialog.chosen.connect(taken.append)
    with qtbot.waitSignal(dialog.rejected):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not taken


def test_the_usual_one_is_one_key_away(qtbot: QtBot) -> None:
    dialog = shown(qtbot, measured(), at=0.6)
    dialog.usual.click()
    assert dialog.slider.value() == round(100 * CERTAIN_FROM)


@pytest.mark.parametrize("detectors", [("rules",), ("rules", "model:ffffffff")])
def test_another_model_is_told(qtbot: QtBot, detectors: tuple[str, ...]) -> None:
    dialog = shown(qtbot, measured(), detectors=detectors)
    assert dialog.warning.isVisible()
    assert MODEL in dialog.warning.text()
    assert "findings a note" in dialog.words.text()


def test_where_nothing_was_measured_one_may_choose_all_the_same(qtbot: QtBot) -> None:
    dialog = shown(qtbot, None)
    assert "not known" in dialog.warning.text()
    with qtbot.waitSignal(dialog.chosen) as taken:
        dialog.use.click()
    assert taken.args == [0.85]


def test_everything_has_a_name(qtbot: QtBot) -> None:
    dialog = shown(qtbot, measured())
    widgets = [*dialog.findChildren(QAbstractButton), *dialog.findChildren(QSlider)]
    assert widgets
    assert all(widget.accessibleName() for widget in widgets)


def test_what_the_shipped_figures_call_their_notes_is_there_for_translators() -> None:
    shipped = certainty.measured()
    assert shipped is not None
    assert {one.name for one in shipped.sets} == set(_NOTES)
