"""Spoiled files of every format: each is refused, or redacted into a file that reads again.

    python benchmarks/fuzz.py [--format .docx ...] [--seconds 60] [--seed 1] [--keep FOLDER]

The files are those of the self-test and of the oracle (tests/formats/oracle), after one to four
mutations (`mutations.py`). Each is read, redacted by rules that know the names that the oracle
plants, and written. Counted are

- *refused*: as input, in whole or by one of its notes; or because the output cannot hold a new
  text, or would still hold an identifier;
- *crashes*: an error of any other kind, or more than --patience seconds for one file;
- *not read*: outputs that are not read again;
- *left*: outputs in which a planted word stands by itself, in any reading of the bytes.

--keep writes the files of the last three there. One process works on one format after the other;
--format parts the work.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import time
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mutations import mutated

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

SEED = bytes(range(32))
_LONGEST = 200_000


@dataclass(slots=True)
class Row:
    """What became of the spoiled files of one format."""

    suffix: str
    counts: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def cells(self) -> tuple[str, ...]:
        """What the table says of it."""
        names = ("refused", "redacted", "crashes", "not read", "left")
        figures = (f"{self.counts[name]:,}" for name in names)
        return (f"`{self.suffix}`", f"{self.counts.total():,}", *figures, f"{self.slowest:.1f}")


class Patience(BaseException):
    """One file took too long; no format may take this for an error of its own."""


def main() -> int:
    """Run, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--format", action="append", choices=suffixes(), metavar="SUFFIX")
    parser.add_argument("--seconds", type=float, default=60, help="of each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=int, default=30)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    known = identifiers_of([("name", TOKENS.name), ("mrn", TOKENS.number)])
    deidentifier = Deidentifier.open(
        policy=load_policy("safe-harbor"),
        detectors=DetectorChoice.RULES,
        roster=Roster({"": known}),
    )
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGALRM, _out_of_patience)
    rows = []
    print("| format | files | refused | redacted | crashes | not read | left | slowest, s |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    for suffix, seeds in seeds_of(options.format or suffixes()):
        row = Row(suffix)
        draw = random.Random(f"{options.seed} {suffix}")
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            content = mutated(draw.choice(seeds), seeds, draw)[:_LONGEST]
            _count(row, content, deidentifier, options.patience, options.keep)
        rows.append(row)
        print(f"| {' | '.join(row.cells())} |", flush=True)
    for row in rows:
        for error, count in row.errors.most_common():
            print(f"{row.suffix}: {error} ({count} times)")
    return int(any(row.counts[name] for row in rows for name in ("crashes", "not read", "left")))


def seeds_of(wanted: Sequence[str]) -> Iterator[tuple[str, list[bytes]]]:
    """The files that are spoiled, by their suffix."""
    files = [(channel.suffix, channel.build(TOKENS)) for channel in CHANNELS]
    files += [(Path(sample.name).suffix, sample.content) for sample in SAMPLES]
    for suffix, rows in groupby(sorted(files), key=lambda row: row[0]):
        if suffix in wanted:
            yield suffix, [content for _, content in rows]


def _count(
    row: Row, content: bytes, deidentifier: Deidentifier, patience: int, keep: Path | None
) -> None:
    start = time.monotonic()
    signal.alarm(patience)
    try:
        outcome = _outcome(content, row.suffix, deidentifier)
    except Patience:
        outcome, error = "crashes", "took too long"
    except Exception as caught:  # noqa: BLE001 - all that a spoiled file brings about
        outcome, error = "crashes", _where(caught)
    else:
        error = outcome
    finally:
        signal.alarm(0)
    row.slowest = max(row.slowest, time.monotonic() - start)
    row.counts[outcome] += 1
    if outcome not in ("refused", "redacted"):
        row.errors[error] += 1
        if keep and row.errors[error] <= 3:
            name = f"{outcome.replace(' ', '-')}-{zlib.crc32(content):08x}{row.suffix}"
            (keep / name).write_bytes(content)


def _outcome(content: bytes, suffix: str, deidentifier: Deidentifier) -> str:
    name = f"file{suffix}"
    try:
        file = reader_for(name)(content, name=name, options=ReadOptions())
        pieces, tail, is_whole = [file.head], tail_of(file), True
        for number, note in enumerate(file.notes()):
            if not isinstance(note, Document):
                is_whole = False
                continue
            redacted = deidentifier.deidentify(note, seed=SEED)
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


def _out_of_patience(_number: int, _frame: FrameType | None) -> None:
    raise Patience


if __name__ == "__main__":
    sys.exit(main())
