from __future__ import annotations

from pathlib import Path

import pytest

from tests.sealed.sealed_program import Built, build


@pytest.fixture
def built(tmp_path: Path) -> Built:
    return build(tmp_path / "noteveil")
