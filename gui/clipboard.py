"""Copying text so that it stays out of clipboard histories, cloud clipboards and managers.

Each system has a convention of its own, and whoever keeps a history is free to ignore it:

- Windows: the three formats of its clipboard history and cloud clipboard
  (learn.microsoft.com/windows/win32/dataxchg/clipboard-formats#cloud-clipboard-and-clipboard-history-formats).
  Qt is told of a Windows format by the MIME type `application/x-qt-windows-mime`.
- KDE's Klipper, and others on Linux: `x-kde-passwordManagerHint`.
- macOS: the types of nspasteboard.org. Qt writes a MIME type that it does not know under a name of
  its own there (`com.trolltech.anymime.` before it), and Python has no converter to change that.

The tests hold which MIME data is set. That Windows keeps such a text out of its history, only
Windows can show; whether any manager on macOS heeds Qt's names, only macOS can.
"""

from __future__ import annotations

import secrets
from typing import Final

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_NO: Final = bytes(4)  # a DWORD of 0

HINTS: Final = {
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': _NO,
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': _NO,
    "org.nspasteboard.ConcealedType": b"1",
    "org.nspasteboard.TransientType": b"1",
    "x-kde-passwordManagerHint": b"secret",
}
"""MIME types that ask for the text not to be kept, with their contents."""

_OURS: Final = "application/x-noteveil-copy"
_TOKEN: Final = secrets.token_bytes(16)


def mime_data(text: str) -> QMimeData:
    """The text with the hints, and a sign that this run of the program put it there."""
    data = QMimeData()
    data.setText(text)
    for kind, content in {**HINTS, _OURS: _TOKEN}.items():
        data.setData(kind, content)
    return data


def put_text(text: str) -> None:
    """Let the clipboard hold this text."""
    QGuiApplication.clipboard().setMimeData(mime_data(text))


def clear_own_text() -> None:
    """Empty the clipboard if it still holds what this run of the program put there."""
    clipboard = QGuiApplication.clipboard()
    held = clipboard.mimeData()
    if held is not None and held.data(_OURS).data() == _TOKEN:
        clipboard.clear()
