"""A machine that installs updates, and waits for no disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.updates.authority import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A machine without an update."""
    return Desk(tmp_path)


@pytest.fixture(autouse=True)
def brought_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often something was to be brought to the disk, in place of doing so."""
    done: list[int] = []
    monkeypatch.setattr("os.fsync", done.append)
    return done
