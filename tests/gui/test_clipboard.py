"""What is copied asks every system not to keep it."""

from __future__ import annotations

import struct

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gui.clipboard import HINTS, clear_own_text, mime_data, put_text

TEXT = "Seen by [DOCTOR-1] in 2026 — naïve 🩺"


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> None:
    QGuiApplication.clipboard().clear()


def test_the_text_is_there_in_full() -> None:
    put_text(TEXT)
    assert QGuiApplication.clipboard().text() == TEXT


def test_windows_is_told_neither_to_keep_nor_to_upload_it() -> None:
    data = mime_data(TEXT)
    formats = {
        name: data.data(f'application/x-qt-windows-mime;value="{name}"').data()
        for name in ("CanIncludeInClipboardHistory", "CanUploadToCloudClipboard")
    }
    assert {struct.unpack("<I", content) for content in formats.values()} == {(0,)}
    excluded = "ExcludeClipboardContentFromMonitorProcessing"
    assert data.hasFormat(f'application/x-qt-windows-mime;value="{excluded}"')


def test_managers_elsewhere_are_told_that_it_is_secret() -> None:
    data = mime_data(TEXT)
    assert data.data("x-kde-passwordManagerHint").data() == b"secret"
    assert data.hasFormat("org.nspasteboard.ConcealedType")
    assert data.hasFormat("org.nspasteboard.TransientType")


def test_the_clipboard_carries_the_hints_and_no_second_copy_of_the_text() -> None:
    put_text(TEXT)
    data = QGuiApplication.clipboard().mimeData()
    assert set(HINTS) <= set(data.formats())
    others = [kind for kind in data.formats() if not kind.startswith("text/plain")]
    assert all(b"DOCTOR" not in data.data(kind).data() for kind in others)


def test_own_text_is_cleared() -> None:
    put_text(TEXT)
    clear_own_text()
    assert QGuiApplication.clipboard().text() == ""


def test_the_text_of_another_program_stays() -> None:
    put_text(TEXT)
    QGuiApplication.clipboard().setText(TEXT)  # the same words, copied by somebody else
    clear_own_text()
    assert QGuiApplication.clipboard().text() == TEXT
