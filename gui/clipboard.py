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

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication

from deid.managed import Managed

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


class ClipboardGuard(QObject):
    """Takes back at once what the window put into a clipboard against what IT manages.

    It sees what any field, label or table of the window puts there; only a redacted text is known
    as one by our sign.

    Args:
        here: what IT manages.
        parent: keeps it.
    """

    def __init__(self, here: Managed, parent: QObject) -> None:
        super().__init__(parent)
        self._here = here
        QGuiApplication.clipboard().changed.connect(self._look)

    def _look(self, mode: QClipboard.Mode) -> None:
        clipboard, here = QGuiApplication.clipboard(), self._here
        if not owns(clipboard, mode):
            return
        held = clipboard.mimeData(mode)
        if held is None or not held.formats():
            return
        ours = held.data(_OURS).data() == _TOKEN
        if not (here.may_copy_result if ours else here.may_copy_original):
            clipboard.clear(mode)


def owns(clipboard: QClipboard, mode: QClipboard.Mode) -> bool:
    """Whether this program put there what a clipboard holds."""
    match mode:
        case QClipboard.Mode.Clipboard:
            return clipboard.ownsClipboard()
        case QClipboard.Mode.Selection:
            return clipboard.ownsSelection()
        case _:
            return clipboard.ownsFindBuffer()


def clear_own_text() -> None:
    """Empty the clipboard if it still holds what this run of the program put there."""
    clipboard = QGuiApplication.clipboard()
    held = clipboard.mimeData()
    if held is not None and held.data(_OURS).data() == _TOKEN:
        clipboard.clear()
