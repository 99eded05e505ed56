"""Asking for files, without waiting for the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from deid.formats import suffixes


def ask_open(parent: QWidget, then: Callable[[list[Path]], None]) -> None:
    """Ask for notes, and hand their paths on."""
    dialog = QFileDialog(parent, _said("Open notes"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters(note_filters())
    _ask(dialog, then)


def note_filters() -> list[str]:
    """Which files the dialog lists: those of every kind that can be read here, or all."""
    kinds = " ".join(f"*{suffix}" for suffix in suffixes())
    return [_said("Notes and documents ({})").format(kinds), _said("All files (*)")]


def ask_folder(parent: QWidget, then: Callable[[Path], None]) -> None:
    """Ask for a folder, and hand its path on."""
    dialog = QFileDialog(parent, _said("Choose a folder"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    _ask(dialog, lambda paths: then(paths[0]))


def ask_file(parent: QWidget, title: str, then: Callable[[Path], None]) -> None:
    """Ask for one file that is no note, and hand its path on."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    _ask(dialog, lambda paths: then(paths[0]))


def ask_save(
    parent: QWidget, proposed: Path, then: Callable[[Path], None], *, title: str = ""
) -> None:
    """Ask where something goes, and hand the path on.

    Args:
        parent: the window that asks.
        proposed: the path that is offered.
        then: gets the path that was chosen.
        title: what is saved; empty: the redacted note.
    """
    words = title or _said("Save the redacted copy")
    dialog = QFileDialog(parent, words, str(proposed.parent))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    # An existing file is never replaced; `deid` says so if one is chosen.
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.selectFile(proposed.name)
    _ask(dialog, lambda paths: then(paths[0]))


def _ask(dialog: QFileDialog, then: Callable[[list[Path]], None]) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    dialog.destroyed.connect(_forget_folders)
    dialog.open()


def _forget_folders() -> None:
    """Take out of Qt's settings which folders were visited: their names may identify."""
    settings = QSettings(QSettings.Scope.UserScope, "QtProject")
    for key in ("lastVisited", "history", "shortcuts"):
        settings.remove(f"FileDialog/{key}")


def _said(words: str) -> str:
    return QCoreApplication.translate("Dialogs", words)
