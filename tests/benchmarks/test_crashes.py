"""Files that were damaged at random are refused, or come out redacted."""

from __future__ import annotations

import os
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.formats.oracle.channels import CHANNELS, TOKENS

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import crashes


def test_the_same_number_makes_the_same_file() -> None:
    seeds = [next(one.build(TOKENS) for one in CHANNELS if one.suffix == ".pdf")]
    assert crashes.damaged(seeds, ".pdf", 3) == crashes.damaged(seeds, ".pdf", 3)
    assert crashes.damaged(seeds, ".pdf", 3) != crashes.damaged(seeds, ".pdf", 5)


@pytest.mark.parametrize("suffix", [".pdf"])
def test_damaged_files_are_refused_or_come_out_redacted(suffix: str) -> None:
    ends = dict(crashes.ended(suffix, range(1, 61), seconds=60))
    assert set(ends) == set(range(1, 61))
    assert [end for end in ends.values() if end.startswith("!")] == []
    assert "an output" in ends.values()


def _crash(there: Connection, suffix: str, numbers: range) -> None:
    os._exit(7)


def test_what_ends_a_process_is_told() -> None:
    assert list(crashes.ended(".txt", range(2), seconds=60, work=_crash)) == [
        (0, "!the process crashed (7)"),
        (1, "!the process crashed (7)"),
    ]
