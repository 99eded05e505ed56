"""The pictures of the officer's desk can be taken anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent.parent
CHEAP = """
import runpy, sys
from deid.audit import people

people.SCRYPT_COST = 2
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs a script, with PINs that cost next to nothing to try."""


def test_a_page_is_taken_in_its_theme_and_leaves_the_users_data_alone(tmp_path: Path) -> None:
    out, home, settings = tmp_path / "out", tmp_path / "home", tmp_path / "settings"
    environment = os.environ | {
        "DEID_HOME": str(home),
        "XDG_CONFIG_HOME": str(settings),
        "PYTHONPATH": str(ROOT),
    }
    script = str(ROOT / "packaging" / "desk_screenshots.py")
    chosen = ["--pages", "PeoplePage", "--themes", "dark", "--sizes", "100", "--records", "500"]
    done = subprocess.run(
        [
            *(sys.executable, "-c", CHEAP, script, "--out", str(out), *chosen),
            *("--width", "1200", "--height", "700"),
        ],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in out.iterdir()] == ["PeoplePage-dark-100.png"]
    picture = QImage(str(out / "PeoplePage-dark-100.png"))
    assert (picture.width(), picture.height()) == (1200, 700)
    assert picture.pixelColor(600, 695).lightness() < 60
    assert not home.exists()
    assert not settings.exists()
