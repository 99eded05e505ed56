"""The pictures of the window that the documents show can be taken anew."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_screen_is_taken_in_its_theme_and_size_and_leaves_the_users_data_alone(
    tmp_path: Path,
) -> None:
    out, home, settings = tmp_path / "out", tmp_path / "home", tmp_path / "settings"
    environment = os.environ | {
        "DEID_HOME": str(home),
        "XDG_CONFIG_HOME": str(settings),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(ROOT / "packaging" / "screenshots.py"), "--out", str(out)]
    chosen = ["--screens", "review", "--themes", "dark", "--sizes", "100", "200"]
    done = subprocess.run(
        [*command, *chosen, "--width", "1200", "--height", "700"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.iterdir()} == {"review-dark-100.png", "review-dark-200.png"}
    usual, large = (QImage(str(out / f"review-dark-{size}.png")) for size in (100, 200))
    assert (usual.width(), usual.height()) == (large.width(), large.height()) == (1200, 700)
    assert usual != large
    assert usual.pixelColor(600, 695).lightness() < 60
    assert not home.exists()
    assert not settings.exists()
