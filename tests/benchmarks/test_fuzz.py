"""Files that were spoiled at random are refused, or come out redacted."""

from __future__ import annotations

import os
import sys
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import fuzz

_WITHOUT_HURRY = 600


def test_the_same_number_makes_the_same_file() -> None:
    seeds = fuzz.seeds_of(".pdf")[:1]
    for number in (2, 3):
        assert fuzz.spoiled(".pdf", seeds, 1, number) == fuzz.spoiled(".pdf", seeds, 1, number)
        assert fuzz.spoiled(".pdf", seeds, 1, number) != fuzz.spoiled(".pdf", seeds, 2, number)


def test_spoiled_files_are_refused_or_come_out_redacted() -> None:
    ends = dict(islice(fuzz.ends_of(".pdf", 1, 0, patience=_WITHOUT_HURRY), 16))
    assert set(ends) == set(range(16))
    assert {end.outcome for end in ends.values()} == {"refused", "redacted"}


def _end(there: Connection, suffix: str, seed: int, first: int) -> None:
    there.send(None)
    os._exit(7)


def test_what_ends_a_process_is_told() -> None:
    ends = islice(fuzz.ends_of(".txt", 1, 0, patience=_WITHOUT_HURRY, work=_end), 2)
    assert list(ends) == [
        (number, fuzz.End("crashes", "the process ended (7)")) for number in range(2)
    ]
