"""Asking for files, without waiting for the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_open(parent: QWidget, then: Callable[[Path], None]) -> None:
    """Ask for a note, and hand its path on."""
    dialog = QFileDialog(parent, _said("Open a note"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([_said("Notes (*.txt)"), _said("All files (*)")])
    _ask(dialog, then)


def ask_save(parent: QWidget, proposed: Path, then: Callable[[Path], None]) -> None:
    """Ask where the redacted note goes, and hand the path on."""
    dialog = QFileDialog(parent, _said("Save the redacted copy"), str(proposed.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # An existing file is never replaced; `deid` says so if one is chosen.
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(proposed.name)
    _ask(dialog, then)


def dropped_file(data: QMimeData) -> Path | None:
    """The one local file that is dropped, if it is one."""
    urls = data.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def _ask(dialog: QFileDialog, then: Callable[[Path], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.destroyed.connect(_forget_folders)
    dialog.open()


def _forget_folders() -> None:
    """Take out of Qt's settings which folders were visited: their names may identify."""
    settings = QSettings(QSettings.Scope.UserScope, "QtProject")
    for key in ("lastVisited", "history", "shortcuts"):
        settings.remove(f"FileDialog/{key}")


def _said(words: str) -> str:
    return QCoreApplication.translate("Dialogs", words)
