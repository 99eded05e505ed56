"""A log with invented notes, and somebody who changes it behind the program's back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from deid.audit import merkle, tiles
from deid.audit.keys import Keys
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    FindingDropped,
    RedactionMade,
    SessionOpened,
)
from deid.audit.store import AuditLog
from deid.datatypes import DropReason, Span
from deid.labels import Label

RULES, POLICY = "1" * 64, "2" * 64


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def keys(home: Path) -> Keys:
    return Keys.open(home)


@pytest.fixture
def log(home: Path, keys: Keys) -> Iterator[AuditLog]:
    with AuditLog.open(home) as opened:
        yield opened


@pytest.fixture
def session_event() -> SessionOpened:
    return SessionOpened("rkoch", "ward-pc-7", "0.1.0", None, RULES, POLICY)


@pytest.fixture
def note_events(keys: Keys) -> Callable[[int], list[Event]]:
    """The records of one committed note of this number, with two redactions and a drop."""

    def events(number: int) -> list[Event]:
        document = keys.fingerprint("document", f"note-{number}")
        original = keys.fingerprint("original", f"Zebedee {number}")
        digest = f"{number:064x}"
        rule, score = "rule:us/mrn@2", 0.9731
        return [
            DocumentRead(document, digest, 130, 120, "text", "utf-8"),
            FindingDropped(document, Span(4, 9), Label.DATE, rule, 0.2, DropReason.BELOW_THRESHOLD),
            RedactionMade(
                document, Span(10, 17), Label.PATIENT, "A", rule, score, "tag", POLICY, original,
                Span(10, 19),
            ),
            RedactionMade(
                document, Span(30, 40), Label.MRN, "H", rule, 1.0, "tag", POLICY, original,
                Span(32, 37),
            ),
            DocumentCommitted(
                document, digest, f"{number + 1:064x}", 120, 117, 2, 1, POLICY,
                keys.fingerprint("output-name", f"note-{number}.txt"),
                {Label.PATIENT: 1, Label.MRN: 1},
            ),
        ]  # fmt: skip

    return events


@pytest.fixture
def behind() -> Callable[..., None]:
    """Runs SQL on the log's file, as somebody who can write it."""

    def run(path: Path, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement, values)

    return run


@pytest.fixture
def forge() -> Callable[[Path, Sequence[bytes]], None]:
    """Puts other records into a log and makes the numbers and the tree fit them."""

    def rebuild(path: Path, bodies: Sequence[bytes]) -> None:
        renumbered = [
            json.dumps(
                json.loads(body) | {"seq": seq},
                sort_keys=True,
                separators=(",", ":"),
                ensure_ascii=False,
            )
            for seq, body in enumerate(bodies)
        ]
        leaves = (merkle.leaf_hash(body.encode()) for body in renumbered)
        grown = tiles.grow(lambda _row, _number: b"", 0, leaves)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM records")
            connection.execute("DELETE FROM tiles")
            connection.executemany(
                "INSERT INTO records (seq, body) VALUES (?, ?)", enumerate(renumbered)
            )
            connection.executemany(
                "INSERT INTO tiles VALUES (?, ?, ?)",
                [(row, number, hashes) for (row, number), hashes in grown.items()],
            )

    return rebuild
