from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gui.views import dialogs


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def close(dialog: QFileDialog) -> None:
    dialog.accept()
    QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete.value)


def test_the_visited_folder_is_not_remembered(
    parent: QWidget, settings_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "Testfall, Ilse"
    folder.mkdir()
    (folder / "note.txt").write_text("x")
    chosen: list[Path] = []
    dialogs.ask_open(parent, chosen.extend)
    dialog = parent.findChild(QFileDialog)
    dialog.setDirectory(str(folder))
    dialog.selectFile(str(folder / "note.txt"))
    close(dialog)
    assert chosen == [folder / "note.txt"]
    QSettings(QSettings.Scope.UserScope, "QtProject").sync()
    written = [path for path in settings_folder.rglob("*") if path.is_file()]
    assert written
    assert all("Testfall" not in path.read_text() for path in written)


def test_the_proposed_name_is_handed_on(parent: QWidget, tmp_path: Path) -> None:
    chosen: list[Path] = []
    dialogs.ask_save(parent, tmp_path / "note-redacted.txt", chosen.append)
    close(parent.findChild(QFileDialog))
    assert chosen == [tmp_path / "note-redacted.txt"]


def test_a_folder_is_handed_on(parent: QWidget, tmp_path: Path) -> None:
    chosen: list[Path] = []
    dialogs.ask_folder(parent, chosen.append)
    dialog = parent.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    close(dialog)
    assert chosen == [tmp_path]
