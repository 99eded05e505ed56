from __future__ import annotations

import math
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gui.actions import SPECS, Actions, Do
from gui.appearance import Scheme
from gui.settings import CERTAIN_FROM, Settings, connect_settings, user_settings


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


def again(store: QSettings) -> Settings:
    """The settings as another process would read them."""
    store.sync()
    return Settings(QSettings(store.fileName(), QSettings.Format.IniFormat))


def test_a_new_user_has_the_usual_choices(store: QSettings) -> None:
    settings = Settings(store)
    assert settings.theme is Scheme.SYSTEM
    assert settings.scale == 100
    assert settings.certain_from == CERTAIN_FROM
    assert settings.grouped
    assert settings.queue_shown
    assert settings.shortcuts == {}


def test_every_choice_is_there_the_next_time(store: QSettings) -> None:
    settings = Settings(store)
    settings.theme = Scheme.HIGH_CONTRAST
    settings.scale = 250
    settings.certain_from = 0.925
    settings.grouped = False
    settings.queue_shown = False
    settings.shortcuts = {Do.ACCEPT: ("Y", "Ctrl+,"), Do.SHORTCUTS: (), Do.LARGER: ("Ctrl+=",)}
    read = again(store)
    assert read.theme is Scheme.HIGH_CONTRAST
    assert read.scale == 250
    assert read.certain_from == 0.925
    assert not read.grouped
    assert not read.queue_shown
    assert read.shortcuts == {
        Do.ACCEPT: ("Y", "Ctrl+,"),
        Do.SHORTCUTS: (),
        Do.LARGER: ("Ctrl+=",),
    }


def test_only_what_differs_from_the_table_is_stored(store: QSettings) -> None:
    settings = Settings(store)
    settings.shortcuts = {Do.ACCEPT: SPECS[Do.ACCEPT].keys, Do.REJECT: ("X",)}
    assert settings.shortcuts == {Do.REJECT: ("X",)}
    settings.shortcuts = {}
    assert again(store).shortcuts == {}


def test_each_change_is_told_once(store: QSettings, qtbot: QtBot) -> None:
    settings = Settings(store)
    told: list[int] = []
    settings.changed.connect(lambda: told.append(1))
    settings.scale = 150
    settings.scale = 150
    settings.shortcuts = {Do.WHY: ("Y",)}
    settings.shortcuts = {Do.WHY: ("Y",)}
    assert len(told) == 2


@pytest.mark.parametrize("broken", ["", "nan", "inf", "-1", "9e9", "Testfall", "[]", "2.5"])
def test_what_is_not_understood_counts_as_not_chosen(store: QSettings, broken: str) -> None:
    for name in ("theme", "scale", "certain_from", "grouped", "queue_shown"):
        store.setValue(name, broken)
    for name in ("accept", "no-such-action"):
        store.setValue(f"shortcuts/{name}", broken or "Tab")
    settings = Settings(store)
    assert settings.theme is Scheme.SYSTEM
    assert 100 <= settings.scale <= 300
    assert 0 <= settings.certain_from <= 1
    assert math.isfinite(settings.certain_from)
    assert settings.grouped
    assert settings.queue_shown
    assert settings.shortcuts == {}


def test_keys_that_clash_are_neither_kept_nor_believed(store: QSettings) -> None:
    settings = Settings(store)
    for chosen in ({Do.ACCEPT: ("R",)}, {Do.ACCEPT: ("Tab",)}, {Do.ACCEPT: ("nonsense",)}):
        with pytest.raises(ValueError, match="key"):
            settings.shortcuts = chosen
    store.setValue("shortcuts/accept", "R")
    assert settings.shortcuts == {}


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan])
def test_a_score_that_is_none_is_refused(store: QSettings, score: float) -> None:
    with pytest.raises(ValueError, match="score"):
        Settings(store).certain_from = score


@pytest.mark.parametrize(("wanted", "kept"), [(20, 100), (1000, 300), (175, 175)])
def test_the_size_stays_within_its_bounds(store: QSettings, wanted: int, kept: int) -> None:
    settings = Settings(store)
    settings.scale = wanted
    assert settings.scale == kept


def test_the_actions_change_the_settings_and_show_them(store: QSettings, qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions, settings = Actions(window), Settings(store)
    connect_settings(actions, settings)
    assert actions[Do.AS_SYSTEM].isChecked()
    assert not actions[Do.SMALLER].isEnabled()
    actions[Do.HIGH_CONTRAST].trigger()
    actions[Do.HIGH_CONTRAST].trigger()
    assert settings.theme is Scheme.HIGH_CONTRAST
    assert [do for do in Do if actions[do].isChecked()] == [Do.GROUP, Do.QUEUE, Do.HIGH_CONTRAST]
    sizes = [settings.scale]
    while actions[Do.LARGER].isEnabled():
        actions[Do.LARGER].trigger()
        sizes.append(settings.scale)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == 300
    actions[Do.SMALLER].trigger()
    assert settings.scale == sizes[-2]
    actions[Do.NORMAL_SIZE].trigger()
    assert settings.scale == 100
    actions[Do.GROUP].trigger()
    actions[Do.QUEUE].trigger()
    assert not settings.grouped
    assert not settings.queue_shown
    assert not actions[Do.GROUP].isChecked()
    settings.shortcuts = {Do.GROUP: ("F12",)}
    assert actions.keys(Do.GROUP) == ("F12",)


def test_the_users_choices_lie_where_the_system_keeps_such(settings_folder: Path) -> None:
    store = user_settings()
    Settings(store).scale = 125
    assert Path(store.fileName()).is_relative_to(settings_folder)
