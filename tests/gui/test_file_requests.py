"""What the Finder asks to open comes into the queue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from gui.file_requests import FileRequests


@pytest.fixture
def asked(qapp: QApplication) -> Iterator[list[list[Path]]]:
    requests = FileRequests(qapp)
    found: list[list[Path]] = []
    requests.asked.connect(found.append)
    yield found
    qapp.removeEventFilter(requests)
    requests.deleteLater()


def test_a_file_or_folder_is_handed_on(
    qapp: QApplication, asked: list[list[Path]], tmp_path: Path
) -> None:
    for path in (tmp_path / "note é.txt", tmp_path):
        assert QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(path))))
        assert asked.pop() == [path]


def test_an_address_of_the_web_is_not(qapp: QApplication, asked: list[list[Path]]) -> None:
    assert QApplication.sendEvent(qapp, QFileOpenEvent(QUrl("https://example.org/note.txt")))
    assert asked == []


def test_nothing_else_is_taken(qapp: QApplication, asked: list[list[Path]]) -> None:
    requests = qapp.children()[-1]
    assert not requests.eventFilter(qapp, QEvent(QEvent.Type.User))
    assert asked == []
