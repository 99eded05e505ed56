"""Spoiled files of every format: each is refused, or redacted into a file that reads again.

    python benchmarks/fuzz.py [--format .docx ...] [--seconds 60] [--seed 1] [--keep FOLDER]

The files are those of the self-test and of the oracle (tests/formats/oracle), after one to four
mutations (`mutations.py`; of every other PDF, the values of some of its objects are others). Each
is read, redacted by rules that know the names that the oracle plants, and written, in a process
that may end with it. Counted are

- *refused*: as input, in whole or by one of its notes; or because the output cannot hold a new
  text, or would still hold an identifier;
- *crashes*: an error of any other kind, the end of the process, or more than --patience seconds;
- *not read*: outputs that are not read again;
- *left*: outputs in which a planted word stands by itself, in any reading of the bytes.

--keep writes the files of the last three there. Each is drawn by its number: --seed, --format and
--first make it again. One process works on one format after the other; --format parts the work.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutations import mutated
from pdf_mutations import with_other_objects

from deid.datatypes import Document
from deid.detect.roster import Roster, identifiers_of
from deid.errors import EmptyNote, InputError, OutputError, ResidualFound
from deid.formats import ReadOptions, reader_for, suffixes
from deid.formats.tails import tail_of
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from deid.selftest.samples import SAMPLES
from tests.formats.oracle.channels import CHANNELS, TOKENS
from tests.formats.oracle.unpacked import readings

KEY = bytes(range(32))
_LONGEST = 200_000
_TO_START = 120
_AS_IT_SHOULD = ("refused", "redacted")

Work = Callable[[Connection, str, int, int], None]
"""Sends that it is ready, then what became of each file of a format and a seed from a number on."""


@dataclass(slots=True)
class Row:
    """What became of the spoiled files of one format."""

    suffix: str
    counts: Counter[str] = field(default_factory=Counter)
    errors: dict[str, list[int]] = field(default_factory=dict)
    slowest: float = 0.0

    def cells(self) -> tuple[str, ...]:
        """What the table says of it."""
        names = ("refused", "redacted", "crashes", "not read", "left")
        figures = (f"{self.counts[name]:,}" for name in names)
        return (f"`{self.suffix}`", f"{self.counts.total():,}", *figures, f"{self.slowest:.1f}")


@dataclass(frozen=True, slots=True)
class End:
    """What became of a file.

    Attributes:
        outcome: as the table counts it.
        error: what went wrong, and where.
        seconds: that it took.
    """

    outcome: str
    error: str = ""
    seconds: float = 0.0


def main() -> int:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--format", action="append", choices=suffixes(), metavar="SUFFIX")
    parser.add_argument("--seconds", type=float, default=60, help="of each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--patience", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    rows = []
    print("| format | files | refused | redacted | crashes | not read | left | slowest, s |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for suffix in sorted({one for one, _ in _files()} & set(options.format or suffixes())):
        row = Row(suffix)
        deadline = time.monotonic() + options.seconds
        ends = ends_of(suffix, options.seed, options.first, patience=options.patience)
        with closing(ends):
            for number, end in ends:
                _count(row, number, end)
                if time.monotonic() > deadline:
                    break
        rows.append(row)
        print(f"| {' | '.join(row.cells())} |", flush=True)
    for row in rows:
        for error, numbers in row.errors.items():
            print(f"{row.suffix}: {error} ({', '.join(map(str, numbers[:10]))})")
            for number in numbers[:3] if options.keep else ():
                content = spoiled(row.suffix, seeds_of(row.suffix), options.seed, number)
                (options.keep / f"{number}{row.suffix}").write_bytes(content)
    return int(any(row.errors for row in rows))


def _count(row: Row, number: int, end: End) -> None:
    row.slowest = max(row.slowest, end.seconds)
    row.counts[end.outcome] += 1
    if end.outcome not in _AS_IT_SHOULD:
        row.errors.setdefault(end.error or end.outcome, []).append(number)


def _work(there: Connection, suffix: str, seed: int, first: int) -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    seeds = seeds_of(suffix)
    known = identifiers_of([("name", TOKENS.name), ("mrn", TOKENS.number)])
    deidentifier = Deidentifier.open(
        policy=load_policy("safe-harbor"),
        detectors=DetectorChoice.RULES,
        roster=Roster({"": known}),
    )
    there.send(None)
    for number in count(first):
        content = spoiled(suffix, seeds, seed, number)
        start = time.monotonic()
        try:
            outcome, error = _outcome(content, suffix, deidentifier), ""
        except Exception as caught:  # noqa: BLE001 - all that a spoiled file brings about
            outcome, error = "crashes", _where(caught)
        there.send(End(outcome, error, time.monotonic() - start))


def ends_of(
    suffix: str, seed: int, first: int, *, patience: int, work: Work = _work
) -> Iterator[tuple[int, End]]:
    """What became of one file after the other, without end; those that end the process included."""
    context = multiprocessing.get_context("spawn")
    while True:
        here, there = context.Pipe()
        process = context.Process(target=work, args=(there, suffix, seed, first), daemon=True)
        process.start()
        there.close()
        try:
            if not here.poll(_TO_START):
                raise RuntimeError("the process did not start")
            here.recv()
            for number in count(first):
                first = number + 1
                try:
                    if not here.poll(patience):
                        yield number, End("crashes", "took too long", patience)
                        break
                    yield number, here.recv()
                except EOFError:
                    process.join()
                    yield number, End("crashes", f"the process ended ({process.exitcode})")
                    break
        finally:
            process.kill()
            here.close()


def _files() -> Iterator[tuple[str, bytes]]:
    """The files that are spoiled, with their suffixes."""
    yield from ((channel.suffix, channel.build(TOKENS)) for channel in CHANNELS)
    yield from ((Path(sample.name).suffix, sample.content) for sample in SAMPLES)


def seeds_of(suffix: str) -> list[bytes]:
    """The files of a format that are spoiled."""
    return [content for own, content in _files() if own == suffix]


def spoiled(suffix: str, seeds: Sequence[bytes], seed: int, number: int) -> bytes:
    """One of the files, spoiled; the same for the same number."""
    draw = random.Random(f"{seed} {suffix} {number}")
    content = draw.choice(seeds)
    if suffix == ".pdf" and number % 2:
        return with_other_objects(content, draw)
    return mutated(content, seeds, draw)[:_LONGEST]


def _outcome(content: bytes, suffix: str, deidentifier: Deidentifier) -> str:
    name = f"file{suffix}"
    try:
        file = reader_for(name)(content, name=name, options=ReadOptions())
        pieces, tail, is_whole = [file.head], tail_of(file), True
        for number, note in enumerate(file.notes()):
            if not isinstance(note, Document):
                is_whole = False
                continue
            redacted = deidentifier.deidentify(note, seed=KEY)
            pieces.append(file.render(note, redacted, id=f"n{number}", patient=""))
            tail.add(pieces[-1])
    except (InputError, OutputError, ResidualFound):
        return "refused"
    output = b"".join([*pieces, tail.content()])
    if not is_whole and len(pieces) == 1:
        return "refused"
    try:
        list(reader_for(name)(output, name=name, options=ReadOptions()).notes())
    except EmptyNote:
        pass
    except InputError:
        return "not read"
    return "left" if _is_left(output) else "redacted"


def _is_left(output: bytes) -> bool:
    planted = re.compile(
        b"|".join(rb"(?<![A-Za-z0-9])%b(?![A-Za-z0-9])" % word.encode() for word in TOKENS.all)
    )
    return any(planted.search(one) for one in readings(output))


def _where(error: Exception) -> str:
    """The kind of an error, and the line of the program that it comes from."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return type(error).__name__
    code = at.tb_frame.f_code
    return f"{type(error).__name__} in {Path(code.co_filename).name}:{at.tb_lineno} {code.co_name}"


if __name__ == "__main__":
    sys.exit(main())
