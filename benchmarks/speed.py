"""Speed, memory and start-up of NoteVeil beside Presidio and scrubadub, in one run.

    python benchmarks/speed.py [--notes 1000] [--length 2000] [--data NOTES.jsonl]
                               [--philter PYTHON]

Every contender is a process of its own that reads a JSON lines file, removes what it finds and
writes another. NoteVeil is its command line, with everything that belongs to it: rules, model,
residual check and the signed log. Presidio runs its patterns (no language model is installed with
it), scrubadub its standard detectors: neither looks for names then. Philter runs where --philter
names an interpreter that has it (see `benchmarks/philter_spans.py`).

- *start-up*: seconds for a file of one short note;
- *notes/s*: all notes divided by the seconds for all of them, start-up included;
- *characters/s*: the same for the characters of the notes;
- *peak memory*: largest sum of resident memory of a contender's processes; pages that two of its
  processes share count twice.

The last line holds the whole way of a note against the bare forward pass of the network.

Without --data the notes are made from templates. For fair figures install
`requirements/bench.txt` into an environment of its own: where torch is installed, Presidio's
start-up grows by the seconds of importing it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from invented import invented_notes
from machine import machine
from presidio_engine import presidio_engine

SHORT = "Seen by Dr. Smith on 3/4/2024."
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """What one process and its children took: seconds and bytes."""

    seconds: float
    peak: int


def main() -> None:
    """Measure every contender and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notes", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--length", type=int, default=2000, help="characters (default: 2000)")
    parser.add_argument("--data", type=Path, help='JSON lines with a "text" to cut notes from')
    parser.add_argument("--philter", type=Path, metavar="PYTHON", help="interpreter with Philter")
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--files", nargs=2, type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender:
        CONTENDERS[arguments.contender](*arguments.files)
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), arguments)


def _compare(folder: Path, arguments: argparse.Namespace) -> None:
    short, notes = folder / "short.jsonl", folder / "notes.jsonl"
    _write(short, [SHORT])
    texts = list(
        _cut(arguments.data, arguments.notes, arguments.length)
        if arguments.data
        else invented_notes(arguments.notes, length=arguments.length)
    )
    _write(notes, texts)
    kind = "real carrier text" if arguments.data else "invented notes from templates"
    print(f"{len(texts)} notes of {arguments.length} characters ({kind}), on {machine()}\n")
    characters = sum(map(len, texts))
    print("| program | notes/s | characters/s | peak memory, MB | start-up, s |")
    print("|---|--:|--:|--:|--:|")
    for name, command in _commands(folder, arguments.philter):
        start = _measure(command(short), folder)
        whole = _measure(command(notes), folder)
        cells = (
            f"{len(texts) / whole.seconds:.1f}",
            f"{characters / whole.seconds:,.0f}",
            f"{whole.peak / 1e6:.0f}",
            f"{start.seconds:.1f}",
        )
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    print(f"\n{_against_forward_pass(notes)}")


def _against_forward_pass(notes: Path) -> str:
    """How fast the library is beside the network alone, see `benchmarks/forward_pass.py`."""
    script = str(Path(__file__).with_name("forward_pass.py"))
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, script, str(notes)], env=environment, stdout=subprocess.PIPE, check=True
    )
    figures = json.loads(told.stdout)
    return (
        f"On one core the network alone does {figures['forward_notes_per_s']} of these notes/s, "
        f"the whole library {figures['whole_notes_per_s']}: {figures['share']:.0%} of its speed."
    )


def _commands(
    folder: Path, philter: Path | None
) -> Iterator[tuple[str, Callable[[Path], list[str]]]]:
    """Each contender's name and the command line that makes it work on a file."""
    deid = [sys.executable, "-m", "deid", "redact", "--json"]
    variants = {
        "NoteVeil, 1 process": ["--jobs", "1"],
        "NoteVeil, 2 processes": ["--jobs", "2"],
        "NoteVeil, rules only, 1 process": ["--jobs", "1", "--detector", "rules"],
    }
    for number, (name, options) in enumerate(variants.items()):
        out = folder / f"out-{number}"
        yield (
            name,
            lambda path, options=options, out=out: [
                *(*deid, str(path), "--out", str(out / path.stem)),
                *options,
            ],
        )
    for name in CONTENDERS:
        yield (
            name,
            lambda path, name=name: [
                *(sys.executable, __file__, "--contender", name),
                *("--files", str(path), str(folder / "other.jsonl")),
            ],
        )
    if philter is not None:
        script = Path(__file__).with_name("philter_spans.py")
        yield (
            "Philter",
            lambda path: [
                *(str(philter), "-W", "ignore", str(script)),
                *(str(path), str(folder / "other.jsonl")),
            ],
        )


def _measure(command: list[str], folder: Path) -> Run:
    environment = os.environ | {"DEID_HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    messages = folder / "messages.txt"
    peak = 0
    with messages.open("wb") as stderr:
        begin = time.perf_counter()
        process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr, env=environment)
        while process.poll() is None:
            peak = max(peak, _resident(process))
            time.sleep(POLL_SECONDS)
        seconds = time.perf_counter() - begin
    if process.returncode:
        sys.exit(f"{' '.join(command)}\n{messages.read_text(errors='replace')}")
    return Run(seconds, peak)


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0
    for one in family:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _presidio(source: Path, target: Path) -> None:
    from presidio_anonymizer import AnonymizerEngine

    analyzer = presidio_engine()
    anonymizer = AnonymizerEngine()

    def redact(text: str) -> str:
        found = analyzer.analyze(text=text, language="en")
        return anonymizer.anonymize(text=text, analyzer_results=found).text

    _rewrite(source, target, redact)


def _scrubadub(source: Path, target: Path) -> None:
    import scrubadub

    _rewrite(source, target, scrubadub.Scrubber().clean)


CONTENDERS = {"Presidio, patterns": _presidio, "scrubadub": _scrubadub}


def _rewrite(source: Path, target: Path, redact: Callable[[str], str]) -> None:
    with source.open(encoding="utf-8") as notes, target.open("w", encoding="utf-8") as output:
        for line in notes:
            note = json.loads(line)
            print(json.dumps(note | {"text": redact(note["text"])}), file=output)


def _write(path: Path, texts: list[str]) -> None:
    lines = (json.dumps({"id": f"n{i}", "text": text}) for i, text in enumerate(texts))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _cut(path: Path, count: int, length: int) -> Iterator[str]:
    """The first `count` stretches of `length` characters out of the texts of a file."""
    with path.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    whole = "\n\n".join(texts)
    if len(whole) < count * length:
        sys.exit(f"the file holds text for {len(whole) // length} notes only")
    return (whole[i * length : (i + 1) * length] for i in range(count))


if __name__ == "__main__":
    main()
