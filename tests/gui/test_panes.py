"""As many panes as there is room for: all side by side, two, or one."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.actions import Do
from gui.main_window import MainWindow
from gui.views.panes import Panes

ALL = ("Queue", "Before", "After", "Findings")


class Bench:
    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.views = {words: QWidget() for words in ALL}
        for view in self.views.values():
            view.setMinimumWidth(100)
        shares = dict.fromkeys(ALL, 100)
        self.panes = Panes(self.views, shares=shares, chosen=self.views["Before"])
        self.window = QWidget()
        self.panes.setParent(self.window)
        qtbot.addWidget(self.window)
        self.window.resize(800, 400)
        self.window.show()

    def resize(self, width: int) -> None:
        self.panes.resize(width, 300)
        self.qtbot.wait(1)

    @property
    def shown(self) -> list[str]:
        return [words for words, view in self.views.items() if view.isVisible()]

    @property
    def tabs(self) -> list[str]:
        tabs = self.panes.tabs
        return [tabs.tabText(i) for i in range(tabs.count())] if tabs.isVisible() else []


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_all_stand_side_by_side_where_they_have_room(bench: Bench) -> None:
    bench.resize(500)
    assert bench.shown == list(ALL)
    assert not bench.tabs
    assert bench.panes.side_by_side


def test_with_room_for_two_tabs_choose_what_stands_beside_the_last(bench: Bench) -> None:
    bench.resize(300)
    assert bench.shown == ["Before", "Findings"]
    assert bench.tabs == ["Queue", "Before", "After"]
    bench.panes.tabs.setCurrentIndex(2)
    assert bench.shown == ["After", "Findings"]


def test_with_room_for_one_tabs_choose_it(bench: Bench) -> None:
    bench.resize(150)
    assert bench.shown == ["Before"]
    assert bench.tabs == list(ALL)
    bench.panes.tabs.setCurrentIndex(3)
    assert bench.shown == ["Findings"]
    bench.resize(500)
    assert bench.shown == list(ALL)


def test_it_never_asks_for_more_width_than_the_widest_needs(bench: Bench) -> None:
    for width in (500, 300, 150):
        bench.resize(width)
        assert bench.panes.minimumSizeHint().width() == 100


def test_the_widths_that_the_user_gave_come_back(bench: Bench) -> None:
    bench.resize(630)
    bench.panes.split.setSizes([100, 250, 130, 120])
    bench.panes.split.splitterMoved.emit(100, 1)
    before = bench.panes.split.sizes()
    bench.resize(300)
    bench.resize(630)
    assert bench.panes.split.sizes() == before


def test_what_is_revealed_comes_into_sight_and_is_told(bench: Bench) -> None:
    bench.resize(300)
    with bench.qtbot.waitSignal(bench.panes.turned, timeout=1000):
        bench.panes.reveal(bench.views["After"])
    assert bench.shown == ["After", "Findings"]
    bench.panes.reveal(bench.views["Findings"])
    assert bench.shown == ["After", "Findings"]


def test_what_is_left_out_has_no_tab_and_takes_no_room(bench: Bench) -> None:
    bench.panes.leave_out(bench.views["Queue"], out=True)
    bench.resize(350)
    assert bench.shown == ["Before", "After", "Findings"]
    bench.resize(300)
    assert bench.tabs == ["Before", "After"]
    bench.panes.reveal(bench.views["After"])
    bench.panes.leave_out(bench.views["After"], out=True)
    assert bench.shown == ["Before", "Findings"]


@pytest.mark.parametrize("width", [620, 2200])
def test_keys_reach_every_pane_in_a_narrow_window_too(
    window: MainWindow, desk, qtbot: QtBot, width: int
) -> None:
    window.resize(width, 800)
    desk.examine()
    review = window.review
    assert review.panes.side_by_side == (width == 2200)
    for do, taker in (
        (Do.GO_TO_QUEUE, window.queue.list),
        (Do.GO_TO_RESULT, review.result.text),
        (Do.GO_TO_NOTE, review.note.text),
        (Do.GO_TO_FINDINGS, review.findings.table),
        (Do.FILTER, review.findings.words),
    ):
        window.actions_table[do].trigger()
        qtbot.waitUntil(taker.hasFocus)
        assert taker.isVisible()
