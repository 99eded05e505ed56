"""The officer's desk over a real data folder, with people whose keys are quick to unlock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.officer.desk_jobs import DeskJobs


class Office(DeskJobs):
    """The jobs of the desk, and waiting for them."""

    def __init__(self, home: Path, qtbot: QtBot) -> None:
        super().__init__(home)
        self.qtbot = qtbot
        self.failures: list[Exception] = []
        self.failed.connect(self.failures.append)

    def settle(self) -> None:
        """Wait until no job is under way."""
        self.qtbot.waitUntil(lambda: not self.busy, timeout=60_000)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def office(home: Path, qtbot: QtBot) -> Iterator[Office]:
    made = Office(home, qtbot)
    yield made
    made.stop()
