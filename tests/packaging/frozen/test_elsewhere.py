"""A command elsewhere runs as another user, on another host, by another clock."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from frozen.elsewhere import Place, beginning, clock

PLACE = Place(user=4321, host="elsewhere", days=1500)
SHOWN = "id -u; uname -n; date +%s; touch made; touch -d @1700000000 dated; ldd /bin/sh"


def test_user_host_and_clock_are_others(tmp_path: Path) -> None:
    work = tmp_path / "a folder"
    work.mkdir()
    command = beginning(PLACE, work)
    if not command:
        pytest.skip("no bubblewrap here, or no namespaces for it")
    # Without any environment, as a build starts its own processes.
    shown = [*command, "env", "-i", "PATH=/usr/bin:/bin", "sh", "-c", SHOWN]
    done = subprocess.run(shown, check=True, cwd=tmp_path, capture_output=True, text=True)
    user, host, seconds, *libraries = done.stdout.splitlines()
    assert (user, host) == ("4321", "elsewhere")
    assert (tmp_path / "dated").stat().st_mtime == 1_700_000_000
    assert any("libc.so" in line for line in libraries)
    assert not any("faketime" in line for line in libraries)
    if clock() is None:
        pytest.skip("no libfaketime here: its clock is the same")
    assert abs(int(seconds) - time.time() - PLACE.days * 86_400) < 3600
