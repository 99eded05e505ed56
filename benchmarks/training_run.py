"""How long `deid train run` takes, killed on the way and taken up again, and what it counts.

    python benchmarks/training_run.py --out FOLDER [--patients N] [--kill-at STEP]
        [--gold GOLD] [-- ARGUMENT ...]

The notes of GOLD (the project's own corpus, if none is named) are dealt out to N patients, of whom
a fifth is held out; an invented officer plans and trains with the defaults of `deid train`, or with
the ARGUMENTs behind `--`, through the command line, in processes of their own. The first is killed
(SIGKILL) once so many steps are in its journal, and another goes on. FOLDER keeps the data folder.
Prints Markdown: time by the clock and of the processor, memory, and the steps that were taken and
counted. Ends with 1 where the log counts others than were planned.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from machine import machine

from deid import resources
from deid.audit.people import make_personal_key
from deid.audit.records import Role
from deid.evaluate import read_gold
from deid.officer import Desk
from deid.officer.enrolment import enrol
from deid.training.tune.run_place import FOLDER, JOURNAL

PIN = "a benchmark's own sentence"
KILL_AT = 20
PATIENTS = 250
_LOOK_EACH = 0.05


@dataclass(frozen=True, slots=True)
class Part:
    """What a process took.

    Attributes:
        wall: seconds by the clock.
        cpu: seconds of all cores together.
        memory: bytes that it held at most.
        steps: lines of the journal when it ended.
        code: it ended with; below 0, by which signal.
        load: mean number of processes that wanted a core in the last minute, as it ended.
    """

    wall: float
    cpu: float
    memory: int
    steps: int
    code: int
    load: float


def settle(home: Path, pin_file: Path) -> None:
    """Enrol an administrator and the officer `ola` at a new site."""
    pin_file.touch(mode=0o600)
    pin_file.write_text(PIN, encoding="utf-8")
    with Desk.open(home) as desk:
        keys = [make_personal_key(home, name=name, pin=PIN).id for name in ("ada", "ola")]
        desk.unlock(keys[0], PIN)
        for key, role in zip(keys, (Role.ADMINISTRATOR, Role.OFFICER), strict=True):
            enrol(desk, key, role)


def deal_out(gold: Path, patients: int, target: Path) -> int:
    """Write the notes of some marked notes as those of so many patients; how many notes."""
    notes = read_gold(gold)
    rows = (
        {
            "id": f"n{number}",
            "text": note.text,
            "patient": f"p{number % patients}",
            "spans": [
                {"start": one.span.start, "end": one.span.end, "label": str(one.label)}
                for one in note.spans
            ],
        }
        for number, note in enumerate(notes)
    )
    target.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return len(notes)


def run_part(home: Path, arguments: Sequence[str], *, kill_at: int | None = None) -> Part:
    """Run `deid train` in a process of its own; kill it once so many steps were spent."""
    command = [sys.executable, "-m", "deid", "train", *arguments]
    begun = time.monotonic()
    process = subprocess.Popen(command, env=os.environ | {"DEID_HOME": str(home)})
    while True:
        found, status, usage = os.wait4(process.pid, os.WNOHANG)
        if found:
            break
        if kill_at is not None and steps_spent(home) >= kill_at:
            process.send_signal(signal.SIGKILL)
            kill_at = None
        time.sleep(_LOOK_EACH)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Part(
        wall=time.monotonic() - begun,
        cpu=usage.ru_utime + usage.ru_stime,
        memory=usage.ru_maxrss * 1024,
        steps=steps_spent(home),
        code=process.returncode,
        load=os.getloadavg()[0],
    )


def steps_spent(home: Path) -> int:
    """Lines in the journal of the only run; 0 where none has begun."""
    for journal in (home / FOLDER).glob(f"*/{JOURNAL}"):
        return journal.read_bytes().count(b"\n")
    return 0


def told(home: Path) -> dict[str, Any]:
    """What the log says of the only run."""
    command = [sys.executable, "-m", "deid", "train", "list", "--json"]
    done = subprocess.run(
        command, env=os.environ | {"DEID_HOME": str(home)}, capture_output=True, check=True
    )
    run: dict[str, Any] = json.loads(done.stdout)["runs"][0]
    return run


def show(parts: Sequence[Part], run: dict[str, Any], notes: int) -> None:
    """Print what was measured."""
    print(f"{run['patients']} patients learnt from, {run['held_out']} held out, {notes} notes")
    print(f"{run['steps_planned']} steps planned, ε {run['epsilon_planned']}\n")
    print("| process | clock, min | processor, min | memory, GB | steps by then | exit | load |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, part in zip(("killed", "went on"), parts, strict=True):
        print(
            f"| {name} | {part.wall / 60:.1f} | {part.cpu / 60:.1f} | {part.memory / 1e9:.2f} "
            f"| {part.steps} | {part.code} | {part.load:.1f} |"
        )
    print(
        f"| together | {sum(part.wall for part in parts) / 60:.1f} "
        f"| {sum(part.cpu for part in parts) / 60:.1f} | {max(p.memory for p in parts) / 1e9:.2f} "
        "| | | |"
    )
    print(f"\nin the log: {run['steps']} steps, ε {run['epsilon']}, {run['state']}")
    print(machine())


def main() -> int:
    """Measure and print; 1 where the log does not count as many steps as were spent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--kill-at", type=int, default=KILL_AT)
    parser.add_argument("--gold", type=Path, default=resources.models() / "corpus")
    parser.add_argument("arguments", nargs="*", help="of `deid train run`")
    options = parser.parse_args()
    home, pin_file, gold = (options.out / name for name in ("home", "pin.txt", "gold.jsonl"))
    options.out.mkdir(parents=True)
    settle(home, pin_file)
    notes = deal_out(options.gold, options.patients, gold)
    officer = ["--as", "ola", "--pin-file", str(pin_file)]
    begin = ["run", str(gold), "--gold", "field", *options.arguments, *officer]
    parts = [run_part(home, begin, kill_at=options.kill_at)]
    run = told(home)
    parts.append(run_part(home, ["resume", run["run"], *officer]))
    run = told(home)
    show(parts, run, notes)
    whole = run["steps"] == run["steps_planned"] == parts[-1].steps
    return 0 if whole and parts[0].code == -signal.SIGKILL else 1


if __name__ == "__main__":
    sys.exit(main())
