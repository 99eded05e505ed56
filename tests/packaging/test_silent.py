"""No process of the program opens a network socket; one that does is noticed."""

from __future__ import annotations

import os
import runpy
import socket
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "packaging" / "frozen" / "silent.py"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def see(script: dict[str, Any], tmp_path: Path) -> Any:
    if not script["can_trace"]():
        pytest.skip("this system has no `strace`, or does not allow it")
    environment = os.environ | {
        "DEID_HOME": str(tmp_path / "home"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    return partial(script["watch"], "a run", environment=environment, folder=tmp_path)


def test_lines_of_a_trace_are_understood(script: dict[str, Any]) -> None:
    trace = """\
12 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3
12 connect(3, {sa_family=AF_UNIX, sun_path=""...}, 23) = -1 ENOENT (No such file or directory)
13 socketpair(AF_UNIX, SOCK_STREAM, 0, [4, 5]) = 0
13 socket(AF_INET6, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP <unfinished ...>
13 sendto(6, ""..., 28, 0, {sa_family=AF_INET, sin_port=htons(53)}, 16) = 28
12 +++ exited with 0 +++
"""
    assert script["families"](trace) == Counter(AF_UNIX=3, AF_INET6=1, AF_INET=1)


@pytest.mark.skipif(sys.platform != "linux", reason="strace is one of Linux")
@pytest.mark.parametrize("family", [socket.AF_INET6, socket.AF_UNIX])
def test_a_socket_of_a_child_is_seen(see: Any, family: socket.AddressFamily) -> None:
    opening = f"import socket; socket.socket({int(family)}, socket.SOCK_DGRAM)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {opening!r}])"
    seen = see([sys.executable, "-c", code])
    assert seen.done
    assert seen.families[family.name] >= 1
    assert set(seen.others) == {family.name} - {"AF_UNIX"}


def test_the_window_opens_no_network_socket(
    see: Any, script: dict[str, Any], tmp_path: Path
) -> None:
    note = tmp_path / "note.txt"
    note.write_text(script["NOTE"])
    window = [sys.executable, "-m", "gui.start", "--detectors", "rules", note]
    seen = see(window, until=partial(script["is_examined"], tmp_path / "home"))
    assert seen.done
    assert seen.others == {}


def test_a_program_that_ends_before_its_work_has_not_done_it(see: Any) -> None:
    assert not see([sys.executable, "-c", ""], until=lambda: False).done
    assert not see([sys.executable, "-c", "raise SystemExit(1)"]).done
