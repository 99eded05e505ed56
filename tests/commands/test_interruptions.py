"""Ctrl-C and kill in the middle of a folder, then `--resume`: real processes, real signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.formats.atomic import PREFIX

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

Deid = Callable[..., Any]
CANARY = "Quenbridge"
COUNT = 24
TEXT = "Stable and well. " * 60


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(COUNT):
        text = f"Call Mrs. {CANARY} at (801) 555-{number:04}.\n{TEXT}"
        (folder / f"n{number:02}.txt").write_text(text)
    return folder


def begin(many: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "deid", "redact", str(many), "--out", str(out)]
    return subprocess.Popen(
        [*command, "--detector", "rules", *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def outputs(out: Path) -> dict[str, bytes]:
    files = out.glob("*") if out.is_dir() else ()
    return {path.name: path.read_bytes() for path in files if not path.name.startswith(PREFIX)}


def wait_for_some(process: subprocess.Popen[bytes], out: Path) -> None:
    while not outputs(out):
        assert process.poll() is None, "the batch ended before it could be interrupted"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("number", "jobs"), [(signal.SIGINT, "1"), (signal.SIGINT, "2"), (signal.SIGKILL, "2")]
)
def test_a_batch_that_was_stopped_is_finished_by_resuming(
    deid: Deid, many: Path, tmp_path: Path, number: signal.Signals, jobs: str
) -> None:
    out = tmp_path / "out"
    before = {path.name: path.read_bytes() for path in many.iterdir()}
    process = begin(many, out, "--jobs", jobs)
    wait_for_some(process, out)
    children = children_of(process.pid)
    process.send_signal(number)
    said, complaint = process.communicate(timeout=60)
    wait_for_the_end_of(children)
    early = outputs(out)
    assert 1 <= len(early) < COUNT
    assert CANARY.encode() not in said + complaint + b"".join(early.values())
    if number is signal.SIGINT:
        assert process.returncode == 130
        assert complaint.startswith(b"deid: error: interrupted")
        assert complaint.count(b"\n") == 1
        assert not list(out.glob(f"{PREFIX}*"))

    times = {name: (out / name).stat().st_mtime_ns for name in early}
    resumed = deid("redact", many, "--out", out, "--detector", "rules", "--resume", "--json")
    assert resumed.code == 0
    files = resumed.json()["files"]
    assert [file["status"] for file in files].count("skipped") == len(early)
    assert {name: (out / name).stat().st_mtime_ns for name in early} == times
    assert len(outputs(out)) == COUNT
    assert not list(out.glob(f"{PREFIX}*"))
    assert set(outputs(out).values()) == {f"Call Mrs. [PATIENT-1] at [PHONE-1].\n{TEXT}".encode()}
    assert {path.name: path.read_bytes() for path in many.iterdir()} == before
    assert deid("audit", "verify").code == 0


def test_a_worker_that_is_killed_ends_the_batch(deid: Deid, many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = begin(many, out, "--jobs", "2")
    wait_for_some(process, out)
    for child in children_of(process.pid):
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
            break
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 8
    far, why = complaint.decode().splitlines()
    assert re.fullmatch(rf"deid: the run ended after \d+ of {COUNT} files: .* --resume", far)
    assert why.startswith("deid: error: a worker process ended unexpectedly")
    assert not list(out.glob(f"{PREFIX}*"))
    assert deid("redact", many, "--out", out, "--detector", "rules", "--resume").code == 0
    assert len(outputs(out)) == COUNT


def children_of(process: int) -> list[str]:
    path = Path(f"/proc/{process}/task/{process}/children")
    if not path.exists():
        pytest.skip("this system does not tell the children of a process")
    return path.read_text().split()


def wait_for_the_end_of(processes: list[str]) -> None:
    deadline = time.monotonic() + 30
    while any(map(is_alive, processes)):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.05)


def is_alive(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
