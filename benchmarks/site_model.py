"""A site's model from its plan to its use and back, on real notes in a house style of their own.

    python benchmarks/site_model.py --out FOLDER [--patients N] DATA [-- ARGUMENT ...]

DATA is the folder that `python -m deid.training` takes. The marked notes of its
`marked/train.jsonl` are dealt out to N patients, no note to two; a patient's values are drawn anew
and are the same in all notes of theirs, and each note stands between a head and a foot as the
programs of one hospital print them (`benchmarks/hospital.py`). `deid train` plans, trains plainly
unless the ARGUMENTs behind `--` say otherwise, measures, and promotes the model if it passes the
gate; a note is redacted with it, and the program goes back to its own model. Prints Markdown:
the checks of the gate, recall by label, and what each command ended with. Ends with 1 where one
refused.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hospital import House, invented_patients
from machine import machine
from training_run import run_part, settle, told

from deid.training.cohort.patients import Patient
from deid.training.examples import pools_of, read_marked
from deid.training.wordlists import read_word_lists

PATIENTS = 160
HOUSE = "hospital"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command ended with.

    Attributes:
        what: its words.
        code: 0 where it did what it was asked to.
        output: what it printed.
    """

    what: str
    code: int
    output: str


def house_patients(data: Path, count: int) -> Iterator[Patient]:
    """So many patients of the house, no two with a note of the same carrier."""
    carriers = read_marked(data / "marked" / "train.jsonl")
    lists = read_word_lists(data / "names", pools_of(carriers))
    house = House.read(HOUSE, lists)
    for number in range(count):
        own = carriers[number::count]
        seed = f"site-{number}"
        yield from invented_patients(own, 1, lists, seed=seed, house=house).patients


def write_gold(patients: Sequence[Patient], target: Path) -> int:
    """Write the marked notes of these patients; how many."""
    rows = [
        {
            "id": f"{patient.key}-{place}",
            "text": note.text,
            "patient": patient.key,
            "spans": [
                {"start": span.start, "end": span.end, "label": str(label)}
                for span, label in note.marks
            ],
        }
        for patient in patients
        for place, note in enumerate(patient.notes)
    ]
    target.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return len(rows)


def deid(home: Path, *arguments: object) -> Done:
    """Run a command of the program at this site."""
    words = [str(one) for one in arguments]
    command = [sys.executable, "-m", "deid", *words]
    environment = os.environ | {"DEID_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    print(done.stderr, file=sys.stderr, end="")
    return Done(" ".join(words[:2]), done.returncode, done.stdout)


def show(results: dict[str, Any], run: dict[str, Any]) -> None:
    """Print what the gate asked, and recall by label and style."""
    cost = "none" if run["epsilon"] is None else f"ε {run['epsilon']}"
    print(f"{run['patients']} patients with {run['notes']} notes learnt from, ", end="")
    print(f"{run['held_out']} held out")
    print(f"{run['steps']} steps, {run['method']}, privacy: {cost}\n")
    for check in results["gate"]["checks"]:
        print(f"- {'holds' if check['passed'] else 'FAILS'}: {check['what']}")
    print("\n| notes | | recall | then | points | precision | then |")
    print("|---|---|--:|--:|--:|--:|--:|")
    for place in ("held_out", "shipped"):
        found = results[place]
        for one in (found["overall"], *found["labels"], *found["styles"], *found["spoilt"]):
            print(f"| {place} | {one['name']} | {_cells(one)} |")


def _cells(one: dict[str, Any]) -> str:
    recall, precision = one["recall"], one["precision"]
    cells = [""] * 5
    if recall is not None:
        change = recall["change"]
        low, high = 100 * change["low"], 100 * change["high"]
        cells[:2] = [f"{recall[when]['value']:.4f}" for when in ("before", "after")]
        cells[2] = f"{100 * change['value']:+.2f} ({low:+.2f} to {high:+.2f})"
    if precision is not None:
        cells[3:] = [f"{precision[when]['value']:.4f}" for when in ("before", "after")]
    return " | ".join(cells)


def use(home: Path, run: str, note: Path, officer: Sequence[object]) -> Iterator[Done]:
    """Promote the model of a run, redact a note with it, and go back."""
    yield deid(home, "train", "promote", run, *officer)
    yield deid(home, "model", "info")
    yield deid(home, "redact", note, "--out", note.parent / "redacted")
    yield deid(home, "train", "rollback", *officer)
    yield deid(home, "model", "info")
    yield deid(home, "audit", "verify")


def main() -> int:
    """Train, measure, use and go back; 1 where a command refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("arguments", nargs="*", help="of `deid train run`")
    options = parser.parse_args()
    home, pin_file, gold = (options.out / name for name in ("home", "pin.txt", "gold.jsonl"))
    options.out.mkdir(parents=True)
    settle(home, pin_file)
    patients = tuple(house_patients(options.data, options.patients))
    print(f"{write_gold(patients, gold)} notes of {len(patients)} patients\n")
    officer = ["--as", "ola", "--pin-file", str(pin_file)]
    arguments = options.arguments or ["--no-privacy"]
    part = run_part(home, ["run", str(gold), "--gold", "field", *arguments, *officer])
    run = told(home)
    results = json.loads(deid(home, "train", "results", run["run"], "--json").output)
    show(results, run)
    print(f"\n{part.wall / 60:.1f} minutes by the clock, {part.cpu / 60:.1f} of the processor, ")
    print(f"{part.memory / 1e9:.2f} GB; load {part.load:.1f}; {machine()}\n")
    if not results["gate"]["passed"]:
        return 1
    note = options.out / "note.txt"
    note.write_text(patients[0].notes[0].text, encoding="utf-8")
    done = list(use(home, run["run"], note, officer))
    for one in done:
        print(f"`deid {one.what}`: {one.code}: {one.output.strip().splitlines()[:1]}")
    return max(one.code for one in done)


if __name__ == "__main__":
    sys.exit(main())
