"""Whether the program opens any network socket, by the system calls of all its processes.

    python packaging/frozen/silent.py FOLDER [--every] [--shown]
    python packaging/frozen/silent.py --checkout

FOLDER is a frozen program. Notes are redacted, the log is verified, the program tests itself, the
window examines a note, and, with `--every`, every command of the command line does its work or
refuses as it should. Each runs under `strace`, without a display unless `--shown`, and where the
system allows it in a network namespace that holds no interface but a loopback that is down. Prints
tables in Markdown; the exit code is 1 if a socket of another family than AF_UNIX was opened, an
address of one was used, or the program did not do its work.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "packaging")]

from frozen.contents import UPDATE_ROOT  # noqa: E402
from frozen.every_command import Trial  # noqa: E402
from frozen.tree import INTERNAL  # noqa: E402

ISOLATED = ("unshare", "--net", "--map-root-user")
LOCAL = "AF_UNIX"
NOTE = (
    "Patient: Marisol Quenbridge, MRN: 00482913, seen on November 3, 2025.\n"
    "Mail m.quenbridge@example.org, see https://example.org/portal.\n"
)
TIMEOUT = 900.0
_OPENED = re.compile(r"\b(?:socket|socketpair)\((\w+)")
_ADDRESSED = re.compile(r"\bsa_family=(\w+)")


@dataclass(frozen=True)
class Seen:
    """What was seen of one run.

    Attributes:
        what: was done, in words.
        done: whether it was.
        families: how often a family of sockets was opened or addressed.
    """

    what: str
    done: bool
    families: Counter[str]

    @property
    def others(self) -> Counter[str]:
        """The families that are not those of the machine itself."""
        return Counter({name: n for name, n in self.families.items() if name != LOCAL})


def families(trace: str) -> Counter[str]:
    """How often the lines of a trace open or address a family of sockets."""
    return Counter([*_OPENED.findall(trace), *_ADDRESSED.findall(trace)])


def isolation() -> tuple[str, ...]:
    """What a command begins with to be without a network; empty where that is not allowed."""
    if shutil.which(ISOLATED[0]) is None:
        return ()
    done = subprocess.run([*ISOLATED, "true"], capture_output=True, check=False)
    return ISOLATED if done.returncode == 0 else ()


def can_trace() -> bool:
    """Whether the system calls of a process may be watched here."""
    if shutil.which("strace") is None:
        return False
    command = ["strace", "-f", "-o", os.devnull, "-e", "trace=network", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def watch(
    what: str,
    command: Sequence[str | Path],
    *,
    environment: dict[str, str],
    folder: Path,
    code: int = 0,
    until: Callable[[], bool] | None = None,
) -> Seen:
    """Run a command under `strace`.

    Args:
        what: it does, in words.
        command: the program with its arguments.
        environment: of the program.
        folder: where the trace may lie, and `said`, what it printed.
        code: that it ends with once it has done its work.
        until: whether it has done its work, for one that does not end by itself; it is ended then.
    """
    trace = folder / "trace"
    tracing = ["strace", "-f", "-qq", "-s", "0", "-e", "trace=network", "-o", str(trace)]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [*isolation(), *tracing, *command],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.DEVNULL if code else None,
            start_new_session=True,
        )
    done = False
    try:
        done = _wait(process, until, code)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(TIMEOUT)
    return Seen(what, done, families(trace.read_text(errors="replace")))


def _wait(process: subprocess.Popen[bytes], until: Callable[[], bool] | None, code: int) -> bool:
    """Wait until it has done its work; whether it did before the time was up."""
    end = time.monotonic() + TIMEOUT
    while process.poll() is None and time.monotonic() < end:
        if until is not None and until():
            return True
        time.sleep(0.2)
    return until is None and process.returncode == code


def is_examined(home: Path) -> bool:
    """Whether the window has examined a note."""
    worklist = f"{(home / 'worklist' / 'worklist.sqlite').as_uri()}?mode=ro"
    with suppress(sqlite3.Error), closing(sqlite3.connect(worklist, uri=True)) as connection:
        states = connection.execute("SELECT state FROM items").fetchall()
        return bool(states) and all(state in ("review", "ready") for (state,) in states)
    return False


def runs(
    deid: Sequence[str | Path], window: Sequence[str | Path], folder: Path, *, shown: bool
) -> Iterator[Seen]:
    """Every run, one after the other.

    Args:
        deid: the command line.
        window: the window.
        folder: an empty one, for the notes and the data.
        shown: whether the window uses the display that is there.
    """
    notes, home = folder / "notes", folder / "home"
    notes.mkdir()
    for number in range(4):
        (notes / f"note-{number}.txt").write_text(NOTE)
    environment = os.environ | {"DEID_HOME": str(home), "XDG_CONFIG_HOME": str(folder / "config")}
    if not shown:
        environment["QT_QPA_PLATFORM"] = "offscreen"
    see = partial(watch, environment=environment, folder=folder)
    out = folder / "out"
    yield see("redacts four notes", [*deid, "redact", notes, "--out", out])
    yield see(
        "the same in two processes", [*deid, "redact", notes, "--out", f"{out}-2", "--jobs", "2"]
    )
    yield see("verifies the log", [*deid, "audit", "verify"])
    yield see("tests itself", [*deid, "selftest"])
    examined = partial(is_examined, home)
    note = notes / "note-0.txt"
    yield see("the window examines a note", [*window, note], until=examined)


def every(deid: Sequence[str | Path], folder: Path, *, updates: bool) -> Iterator[Seen]:
    """Every command of the command line, one after the other.

    Args:
        deid: the command line.
        folder: an empty one, for the notes and the data.
        updates: whether the program has a root of updates.
    """
    notes = folder / "notes"
    notes.mkdir()
    for number in range(4):
        (notes / f"note-{number}.txt").write_text(NOTE)
    environment = os.environ | {"DEID_HOME": str(folder / "home")}
    trial = Trial(folder, updates)
    trial.prepare()
    for one in trial.commands():
        command = [*deid, *one.arguments]
        yield watch(one.words, command, environment=environment, folder=folder, code=one.code)
        trial.remember((folder / "said").read_text("utf-8", errors="replace"))


def grouped(seen: Sequence[Seen]) -> Iterator[str]:
    """A line for the commands of each name, in Markdown."""
    yield "| commands | how many | as they should | sockets of the machine itself | all others |"
    yield "|---|--:|--:|--:|--:|"
    for name in dict.fromkeys(one.what.split()[0] for one in seen):
        of_name = [one for one in seen if one.what.split()[0] == name]
        own = sum(one.families[LOCAL] for one in of_name)
        others = sum(one.others.total() for one in of_name)
        done = sum(one.done for one in of_name)
        yield f"| `deid {name}` | {len(of_name)} | {done} | {own} | {others} |"


def table(seen: Sequence[Seen]) -> Iterator[str]:
    """A line for each run, in Markdown."""
    yield "| what was done | it was done | sockets of the machine itself | all others |"
    yield "|---|---|--:|--:|"
    for one in seen:
        done = "yes" if one.done else "no"
        yield f"| {one.what} | {done} | {one.families[LOCAL]} | {one.others.total()} |"


def main() -> int:
    """Run everything, and print what was seen."""
    options = _options()
    if not can_trace():
        sys.exit("system calls cannot be watched here: install strace, and allow ptrace")
    deid: list[str | Path] = [sys.executable, "-m", "deid"]
    window: list[str | Path] = [sys.executable, "-m", "gui.start"]
    if not options.checkout:
        deid, window = [options.folder.resolve() / "deid"], [options.folder.resolve() / "deid-gui"]
    with tempfile.TemporaryDirectory(prefix="silent-") as folder:
        seen = list(runs(deid, window, Path(folder), shown=options.shown))
    print("\n".join(table(seen)))
    if options.every:
        updates = not options.checkout and (options.folder / INTERNAL / UPDATE_ROOT).is_file()
        with tempfile.TemporaryDirectory(prefix="silent-") as folder:
            commands = list(every(deid, Path(folder), updates=updates))
        print("\n" + "\n".join(grouped(commands)))
        seen += commands
    where = "without" if isolation() else "WITH"
    print(f"\nIn a network namespace {where} a network.")
    for one in seen:
        for name, count in one.others.items():
            print(f"{one.what}: {count} times {name}", file=sys.stderr)
        if not one.done:
            print(f"{one.what}: not done", file=sys.stderr)
    return int(any(one.others or not one.done for one in seen))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    what.add_argument("--checkout", action="store_true")
    parser.add_argument("--shown", action="store_true")
    parser.add_argument("--every", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
