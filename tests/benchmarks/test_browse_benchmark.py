from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_it_prints_a_table(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "browse.py"), "--records", "3000"]
    command += ["--folder", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert "with a log of 3,000 records" in done.stdout
    rows = [line.split(" | ") for line in done.stdout.splitlines() if line.startswith("| ")]
    found = {row[0].removeprefix("| "): row[1] for row in rows}
    assert found["no filter"] == "3,000"
    assert found["nothing fits"] == "0"
    assert 0 < int(found["detector"].replace(",", "")) < 3000
    assert not any(tmp_path.iterdir())
