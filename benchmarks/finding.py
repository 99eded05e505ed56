"""What the program keeps in many notes, in one process or several: for the benchmarks beside it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from deid import Deidentifier, DetectorChoice, Document, Finding, load_policy
from deid.evaluate import GoldNote
from deid.evaluate.kinds import Measure

T = TypeVar("T")

_CHUNK = 4
_work: Callable[[Document], Any] | None = None


def kept(
    notes: Sequence[GoldNote], *, policy: str, detectors: DetectorChoice, jobs: int
) -> Iterator[tuple[Finding, ...]]:
    """The findings that are kept in each note, in the order of the notes.

    Args:
        notes: their ids need not differ.
        policy: name or file of the policy whose thresholds count.
        detectors: which ones look at the notes.
        jobs: how many processes; with 1 it is this one.
    """
    return of_each(notes, partial(_keeping, policy, detectors), jobs=jobs)


def of_each(
    notes: Sequence[GoldNote], make: Callable[[], Callable[[Document], T]], *, jobs: int
) -> Iterator[T]:
    """What comes of each note, in the order of the notes.

    Args:
        notes: their ids need not differ.
        make: makes ready, once in each process, what is called with every note; can be pickled.
        jobs: how many processes; with 1 it is this one.
    """
    documents = [Document(id=note.id, text=note.text) for note in notes]
    if jobs == 1:
        yield from map(make(), documents)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _make_ready, (make,)) as pool:
        yield from pool.map(_in_worker, documents, chunksize=_CHUNK)


def development_notes() -> Path:
    """The marked notes beside the checkout, or where NOTEVEIL_SHARED_DATA says."""
    return shared_data() / "marked" / "dev.jsonl"


def measuring(parser: argparse.ArgumentParser) -> None:
    """Add what to measure: the notes, the detectors and how, and where to write the figures."""
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--notes", type=int, metavar="N", help="only N of the notes, evenly spread")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--measure", choices=[*Measure], default=Measure.CHARACTERS)
    parser.add_argument("--detector", choices=[*DetectorChoice], default=DetectorChoice.HYBRID)
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")


def shared_data() -> Path:
    """The folder of development data; it need not be there."""
    named = os.environ.get("NOTEVEIL_SHARED_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


def spread(notes: Sequence[GoldNote], wanted: int | None) -> Sequence[GoldNote]:
    """So many of the notes, evenly spread over the file; None: all of them."""
    if wanted is None or wanted >= len(notes):
        return notes
    return [notes[index * len(notes) // wanted] for index in range(wanted)]


def _keeping(policy: str, detectors: DetectorChoice) -> Callable[[Document], tuple[Finding, ...]]:
    deidentifier = Deidentifier.open(policy=load_policy(policy), detectors=detectors)
    return lambda document: deidentifier.analyze(document).kept


def _make_ready(make: Callable[[], Callable[[Document], object]]) -> None:
    global _work
    _work = make()


def _in_worker(document: Document) -> Any:
    if _work is None:
        raise RuntimeError("the process has not been made ready")
    return _work(document)
