"""A machine that installs updates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.updates.authority import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A machine without an update."""
    return Desk(tmp_path)
