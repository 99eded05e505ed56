"""What an installed program needs of a computer, and what it touches there.

    python benchmarks/footprint.py FOLDER [--notes 200]

FOLDER is a frozen program. Notes are redacted, the log is verified, the program tests itself, and
the window examines a note, without a display. Prints two tables in Markdown.

- *Peak memory*: the largest sum of resident memory of all its processes, where pages that two of
  them share count twice. The window is measured until it has examined a note. Below the table
  stands by how much the data folder has grown.
- The second table is made under `strace`, anew. *Code from*: how many files a process ran or
  mapped as code, by where they lie. *Made*: whether memory that belongs to no file was made code.
  *Written*: how many files were opened to be written, by where they lie; the data folder, the
  outputs, and the user's settings of the window count as *its own*.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

import psutil
from invented import invented_notes
from machine import machine

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "packaging"))

from frozen.silent import NOTE, can_trace, is_examined  # noqa: E402

POLL_SECONDS = 0.05
PATIENCE = 900.0
CALLS = "trace=openat,open,creat,execve,mmap,mprotect"
SYSTEM = tuple(map(Path, ("/usr", "/lib", "/lib64", "/etc", "/bin", "/sbin")))
NO_FILES = tuple(map(Path, ("/dev/null", "/dev/tty", "/dev/urandom", "/proc", "/sys")))

_RUN = re.compile(r'\bexecve\("([^"]+)"')
_MAPPED = re.compile(
    r"\bmmap\([^,]+, [^,]+, [A-Z_|]*PROT_EXEC[A-Z_|]*, [A-Z_|0-9a-fx]+, \d+<([^>]+)>"
)
_MADE = re.compile(
    r"\bmmap\([^,]+, [^,]+, [A-Z_|]*PROT_EXEC[A-Z_|]*, [A-Z_|]*MAP_ANONYMOUS|\bmprotect\([^,]+, "
    r"[^,]+, [A-Z_|]*PROT_EXEC"
)
_OPENED = re.compile(
    r'\b(?:openat\((?:AT_FDCWD|\d+)(?:<([^>]*)>)?, |open\(|creat\()"([^"]+)", ([A-Z_|0-7]+)'
)
_DRAWN = re.compile(r"(?<=/dev/shm/sem\.)\S+")
_WRITING = re.compile(r"O_(?:WRONLY|RDWR|CREAT)|^[0-7]+$")


class Place(StrEnum):
    """Where a file lies."""

    PROGRAM = "program"
    SYSTEM = "system"
    OWN = "its own"
    TEMPORARY = "temporary"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders that are told apart.

    Attributes:
        program: as it is installed.
        own: data, outputs and settings.
        temporary: what TMPDIR names.
    """

    program: Path
    own: Path
    temporary: Path

    def of(self, path: Path) -> Place | None:
        """Where a file lies; None for what is no file on a disk."""
        if any(path.is_relative_to(one) for one in NO_FILES) or not path.is_absolute():
            return None
        for place, folder in (
            (Place.PROGRAM, self.program),
            (Place.TEMPORARY, self.temporary),
            (Place.OWN, self.own),
        ):
            if path.is_relative_to(folder):
                return place
        return Place.SYSTEM if any(map(path.is_relative_to, SYSTEM)) else Place.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Touched:
    """What the system calls of a run touched.

    Attributes:
        code: files that were run or mapped as code.
        made: whether other memory was made code.
        written: files that were opened to be written.
    """

    code: frozenset[Path]
    made: bool
    written: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the program does.

    Attributes:
        what: in words.
        command: the program with its arguments.
        until: whether it has done its work, for one that does not end by itself.
    """

    what: str
    command: Sequence[str | Path]
    until: Callable[[], bool] | None = None


def touched(trace: str) -> Touched:
    """What the lines of a trace tell of; what failed does not count."""
    code: set[Path] = set()
    written: set[Path] = set()
    made = False
    for line in trace.splitlines():
        if " = -1 " in line:
            continue
        code.update(Path(path) for path in (*_RUN.findall(line), *_MAPPED.findall(line)))
        made = made or bool(_MADE.search(line))
        for folder, path, flags in _OPENED.findall(line):
            if _WRITING.search(flags):
                written.add(Path(folder or "/", path))
    return Touched(frozenset(code), made, frozenset(written))


def acts(program: Path, work: Path, *, notes: int) -> Iterator[Act]:
    """All of them, in their order.

    Args:
        program: the folder of the installed program.
        work: an empty folder.
        notes: how many there are in the folder of many.
    """
    one, many = work / "own" / "note.txt", work / "own" / "many.jsonl"
    one.parent.mkdir()
    one.write_text(NOTE, encoding="utf-8")
    rows = enumerate(invented_notes(notes, length=2000))
    many.write_text(
        "".join(f"{json.dumps({'id': f'n{number}', 'text': text})}\n" for number, text in rows),
        encoding="utf-8",
    )
    deid, out = program / "deid", work / "own" / "out"
    yield Act("one note redacted", [deid, "redact", one, "--out", out / "one"])
    yield Act(
        f"{notes} notes of 2,000 characters, one process",
        [deid, "redact", many, "--out", out / "many"],
    )
    yield Act(
        "the same, two processes",
        [deid, "redact", many, "--out", out / "two", "--jobs", "2"],
    )
    yield Act("the log verified", [deid, "audit", "verify"])
    yield Act("the self-test", [deid, "selftest"])
    home = work / "own" / "home"
    yield Act(
        "the window, a note examined", [program / "deid-gui", one], partial(is_examined, home)
    )


def environment(work: Path) -> dict[str, str]:
    """Of a user whose folders all lie below this one."""
    own, temporary = work / "own", work / "temporary"
    temporary.mkdir(exist_ok=True)
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(own),
        "DEID_HOME": str(own / "home"),
        "XDG_CONFIG_HOME": str(own / "config"),
        "XDG_CACHE_HOME": str(own / "cache"),
        "XDG_RUNTIME_DIR": str(own),
        "TMPDIR": str(temporary),
        "QT_QPA_PLATFORM": "offscreen",
    }


def run(act: Act, work: Path, *, before: Sequence[str] = ()) -> int:
    """Do it; the bytes of its peak.

    Args:
        act: what is done.
        work: the folder.
        before: a program that runs it.
    """
    peak = 0
    begin = time.perf_counter()
    process = psutil.Popen(
        [*before, *map(str, act.command)],
        env=environment(work),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    done = False
    while process.poll() is None and time.perf_counter() - begin < PATIENCE:
        peak = max(peak, _resident(process))
        if act.until is not None and act.until():
            done = True
            for one in (*process.children(recursive=True), process):
                one.terminate()
            break
        time.sleep(POLL_SECONDS)
    _, told = process.communicate()
    if not done and (act.until is not None or process.returncode):
        sys.exit(f"{act.what}: {told.decode(errors='replace')}")
    return peak


def _resident(process: psutil.Process) -> int:
    total = 0
    with suppress(psutil.NoSuchProcess):  # it, or one of its children, has just ended
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    return total


def sizes(program: Path, *, notes: int) -> Iterator[str]:
    """The first table."""
    yield "| what was done | peak memory, MB |"
    yield "|---|--:|"
    with tempfile.TemporaryDirectory(prefix="footprint-") as folder:
        for act in acts(program, Path(folder), notes=notes):
            yield f"| {act.what} | {run(act, Path(folder)) / 1e6:.0f} |"
        kept = sum(path.stat().st_size for path in Path(folder, "own", "home").rglob("*"))
    yield f"\nThe data folder holds {kept / 1e3 / (2 * notes):.1f} KB for each note redacted."


def touches(program: Path) -> Iterator[str]:
    """The second table, and below it each file that lies elsewhere."""
    places = ("program", "system", "elsewhere")
    yield (
        "| what was done | "
        + " | ".join(f"code from: {one}" for one in places)
        + (" | made | written: its own | temporary | elsewhere |")
    )
    yield "|---|--:|--:|--:|---|--:|--:|--:|"
    strange: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="footprint-") as folder:
        work = Path(folder)
        where = Places(program, work / "own", work / "temporary")
        for act in acts(program, work, notes=4):
            trace = work / "trace"
            run(act, work, before=["strace", "-f", "-qq", "-y", "-e", CALLS, "-o", str(trace)])
            seen = touched(trace.read_text(encoding="utf-8", errors="replace"))
            yield f"| {act.what} | {_row(seen, where)} |"
            strange |= {
                f"{verb} {_DRAWN.sub('…', str(path))}"
                for verb, paths in (("code from", seen.code), ("written", seen.written))
                for path in paths
                if where.of(path) is Place.ELSEWHERE
            }
    yield ""
    yield from sorted(strange)


def _row(seen: Touched, where: Places) -> str:
    code = [where.of(path) for path in seen.code]
    written = [where.of(path) for path in seen.written]
    other = len([place for place in code if place in (Place.OWN, Place.TEMPORARY)])
    outside = len([place for place in written if place in (Place.PROGRAM, Place.SYSTEM)])
    cells: list[object] = [
        code.count(Place.PROGRAM),
        code.count(Place.SYSTEM),
        code.count(Place.ELSEWHERE) + other,
        "yes" if seen.made else "no",
        written.count(Place.OWN),
        written.count(Place.TEMPORARY),
        written.count(Place.ELSEWHERE) + outside,
    ]
    return " | ".join(map(str, cells))


def main() -> None:
    """Measure, watch, and print both tables."""
    options = _options()
    program = options.folder.resolve()
    print(f"On {machine()}:\n")
    for line in sizes(program, notes=options.notes):
        print(line, flush=True)
    print()
    if not can_trace():
        sys.exit("system calls cannot be watched here: install strace, and allow ptrace")
    for line in touches(program):
        print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="the folder with deid and deid-gui")
    parser.add_argument("--notes", type=int, default=200, help="how many (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
