"""What the program keeps in many notes, in one process or several: for the benchmarks beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from deid import Deidentifier, DetectorChoice, Document, Finding, load_policy
from deid.evaluate import GoldNote

_CHUNK = 4
_worker: Deidentifier | None = None


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
    documents = [Document(id=note.id, text=note.text) for note in notes]
    if jobs == 1:
        deidentifier = _opened(policy, detectors)
        yield from (deidentifier.analyze(document).kept for document in documents)
        return
    made = (policy, detectors)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _open, made) as pool:
        yield from pool.map(_in_worker, documents, chunksize=_CHUNK)


def development_notes() -> Path:
    """The marked notes beside the checkout, or where NOTEVEIL_SHARED_DATA says."""
    return shared_data() / "marked" / "dev.jsonl"


def shared_data() -> Path:
    """The folder of development data; it need not be there."""
    named = os.environ.get("NOTEVEIL_SHARED_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


def spread(notes: Sequence[GoldNote], wanted: int | None) -> Sequence[GoldNote]:
    """So many of the notes, evenly spread over the file; None: all of them."""
    if wanted is None or wanted >= len(notes):
        return notes
    return [notes[index * len(notes) // wanted] for index in range(wanted)]


def _opened(policy: str, detectors: DetectorChoice) -> Deidentifier:
    return Deidentifier.open(policy=load_policy(policy), detectors=detectors)


def _open(policy: str, detectors: DetectorChoice) -> None:
    global _worker
    _worker = _opened(policy, detectors)


def _in_worker(document: Document) -> tuple[Finding, ...]:
    if _worker is None:
        raise RuntimeError("the process has not been made ready")
    return _worker.analyze(document).kept
