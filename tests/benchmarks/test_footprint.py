"""What an installed program touches is read from its system calls."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

TRACE = """\
7 execve("/opt/noteveil/deid", ["deid"], 0x7ffe /* 9 vars */) = 0
7 openat(AT_FDCWD</w>, "/usr/lib/libm.so.6", O_RDONLY|O_CLOEXEC) = 3</usr/lib/libm.so.6>
7 mmap(NULL, 9, PROT_READ, MAP_PRIVATE|MAP_DENYWRITE, 3</usr/lib/libm.so.6>, 0) = 0x7f0
7 mmap(0x7f1, 9, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, 3</usr/lib/libm.so.6>, 0x1) = 0x7f1
7 mmap(NULL, 9, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f2
8 openat(AT_FDCWD</w>, "own/log", O_RDWR|O_CREAT|O_CLOEXEC, 0600 <unfinished ...>
8 openat(AT_FDCWD</w>, "/srv/secret", O_WRONLY) = -1 EACCES (Permission denied)
8 openat(AT_FDCWD</w>, "/dev/null", O_WRONLY|O_CLOEXEC) = 5</dev/null>
8 open("/w/temporary/x.so", O_RDWR|O_CREAT, 0600) = 6</w/temporary/x.so>
8 mmap(NULL, 9, PROT_READ|PROT_EXEC, MAP_PRIVATE, 6</w/temporary/x.so>, 0) = 0x7f3
"""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return runpy.run_path(str(ROOT / "benchmarks" / "footprint.py"))


def test_code_and_written_files_are_told_apart_by_where_they_lie(script: dict[str, Any]) -> None:
    seen = script["touched"](TRACE)
    where = script["Places"](Path("/opt/noteveil"), Path("/w/own"), Path("/w/temporary"))
    assert {str(where.of(path)) for path in seen.code} == {"program", "system", "temporary"}
    assert sorted(map(str, filter(None, map(where.of, seen.written)))) == ["its own", "temporary"]
    assert script["_row"](seen, where) == "1 | 1 | 1 | no | 1 | 1 | 0"
    assert where.of(Path("/srv/elsewhere")) == "elsewhere"


@pytest.mark.parametrize(
    "call",
    [
        "mmap(NULL, 65536, PROT_READ|PROT_WRITE|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7",
        "mprotect(0x7f0, 4096, PROT_READ|PROT_EXEC) = 0",
    ],
)
def test_memory_that_is_made_code_is_noticed(script: dict[str, Any], call: str) -> None:
    assert script["touched"](f"7 {call}\n").made
    assert not script["touched"](f"7 {call.replace('|PROT_EXEC', '')}\n").made


def test_a_run_is_watched_in_folders_of_its_own(script: dict[str, Any], tmp_path: Path) -> None:
    if not script["can_trace"]():
        pytest.skip("this system has no `strace`, or does not allow it")
    writing = 'echo a > "$DEID_HOME-b"; echo c > "$TMPDIR/d"'
    (tmp_path / "own").mkdir()
    act = script["Act"]("writes", ["sh", "-c", writing])
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-y", "-e", script["CALLS"], "-o", str(trace)]
    assert script["run"](act, tmp_path, before=strace) > 0
    seen = script["touched"](trace.read_text())
    where = script["Places"](Path("/opt/noteveil"), tmp_path / "own", tmp_path / "temporary")
    assert sorted(map(str, filter(None, map(where.of, seen.written)))) == ["its own", "temporary"]
    assert {where.of(path) for path in seen.code} == {"system"}


def test_a_program_that_fails_ends_the_measurement(script: dict[str, Any], tmp_path: Path) -> None:
    act = script["Act"]("fails", ["sh", "-c", "echo why >&2; exit 3"])
    with pytest.raises(SystemExit, match="fails: why"):
        script["run"](act, tmp_path)
