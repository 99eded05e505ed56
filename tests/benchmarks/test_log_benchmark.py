from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_log_is_measured_in_a_table(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, ROOT / "benchmarks" / "audit_log.py",
            "--records", "2000", "--verify", "1000", "--folder", tmp_path,
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("On ")
    rows = [line.strip("| ").split(" | ") for line in lines[4:]]
    names = [row[0] for row in rows]
    assert [name.split()[0] for name in names[:3]] == ["verify", "memory", "append"]
    assert names[0].startswith("verify 1,000 records in ")
    assert names[2] == "append 2,000 records in batches of 1,000"
    assert sum(name.startswith("inclusion proof among 2,000 records") for name in names) == 3
    assert list(tmp_path.iterdir()) == []
