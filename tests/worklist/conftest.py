"""A worklist in a data folder of its own, and an invented note with a review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deid.audit.keys import Keys
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.review import Review, begin
from deid.worklist.store import Worklist

TEXT = "Mrs. Quenbridge came on 03/14/2024 with her son Tobias Quenbridge, MRN 5512077."


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def keys(home: Path) -> Keys:
    return Keys.open(home)


@pytest.fixture
def worklist(home: Path, keys: Keys) -> Iterator[Worklist]:
    with Worklist.open(home, keys=keys) as opened:
        yield opened


@pytest.fixture
def note() -> Document:
    return Document("quenbridge.txt", TEXT)


@pytest.fixture
def review(note: Document) -> Review:
    """Four findings that are kept and one that was not sure enough."""

    def found(text: str, label: Label, score: float) -> Finding:
        start = TEXT.index(text)
        return Finding(Span(start, start + len(text)), label, score, "rule:test@1")

    kept = (
        found("Quenbridge", Label.PATIENT, 0.99),
        found("03/14/2024", Label.DATE, 0.9),
        found("Tobias Quenbridge", Label.PATIENT, 0.6),
        found("5512077", Label.MRN, 1.0),
    )
    unsure = Dropped(found("son", Label.PATIENT, 0.1), DropReason.BELOW_THRESHOLD)
    return begin(note, Resolution(kept, (unsure,)), reviewer="rkoch")
