"""What the log tells of notes that are likelier to leak."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    FindingDropped,
    Record,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    ReviewFinished,
)
from deid.datatypes import DropReason, Span
from deid.labels import Label
from deid.officer.risk import POINTS, Risk, Sign, risks

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTE = f"hmac-sha256:{'0' * 16}:{7:064x}"
READ = DocumentRead(NOTE, "1" * 64, 500, 500, "text", "utf-8")
MADE = RedactionMade(
    NOTE, Span(0, 5), Label.PATIENT, "A", "model:0a1b2c3d", 0.99, "tag", "2" * 64, NOTE, Span(0, 9)
)
DROPPED = FindingDropped(
    NOTE, Span(8, 9), Label.AGE, "rule:us/age@1", 0.3, DropReason.BELOW_THRESHOLD
)
COVERED = FindingDropped(
    NOTE, Span(0, 3), Label.CITY, "rule:x@1", 0.3, DropReason.COVERED, "model:0a1b2c3d", Span(0, 5)
)
ADDED = ReviewActed(NOTE, ReviewAct.ADD, "ada", Span(20, 25), None, Label.DOCTOR)
COMMIT = DocumentCommitted(NOTE, "1" * 64, "3" * 64, 500, 504, 1, 0, "2" * 64, NOTE)


def risk(*events: Event, commit: DocumentCommitted = COMMIT) -> Risk:
    told = [READ, *events, MADE, commit]
    records = [Record(seq, NOON, "0" * 16, event) for seq, event in enumerate(told)]
    (found,) = risks(records).values()
    return found


def test_a_note_without_a_sign_has_the_weight_one() -> None:
    assert risk() == Risk({})
    assert risk().weight == 1


@pytest.mark.parametrize(
    ("sign", "event"),
    [
        (Sign.TOO_LOW, DROPPED),
        (Sign.REJECTED, replace(DROPPED, reason=DropReason.REJECTED)),
        (Sign.UNCERTAIN, ReviewFinished(NOTE, "ada", 3, 1, 0.9)),
        (Sign.ADDED, ADDED),
        (Sign.LOW_SCORE, replace(MADE, span=Span(6, 7), score=0.6)),
        (Sign.DISAGREED, COVERED),
    ],
)
def test_each_sign_adds_its_points(sign: Sign, event: Event) -> None:
    found = risk(event)
    assert found.signs == {sign: 1}
    assert found.weight == 1 + POINTS[sign].each


def test_long_notes_with_few_redactions() -> None:
    found = risk(commit=replace(COMMIT, input_length=2000))
    assert found.signs == {Sign.SPARSE: 3}
    assert found.weight == 4


def test_a_sign_counts_so_many_times_at_most() -> None:
    found = risk(*[DROPPED] * 50)
    assert found.signs == {Sign.TOO_LOW: 50}
    assert found.weight == 1 + POINTS[Sign.TOO_LOW].each * POINTS[Sign.TOO_LOW].most


def test_what_was_taken_back_is_no_sign() -> None:
    undone = replace(ADDED, act=ReviewAct.UNDO, undone=ReviewAct.ADD)
    redone = replace(undone, act=ReviewAct.REDO)
    assert risk(ADDED, undone).signs == {}
    assert risk(ADDED, undone, redone).signs == {Sign.ADDED: 1}
    accepted = replace(undone, undone=ReviewAct.ACCEPT)
    assert risk(ADDED, accepted).signs == {Sign.ADDED: 1}


def test_what_agrees_or_stands_nowhere_is_no_sign() -> None:
    assert risk(replace(COVERED, label=Label.PATIENT)).signs == {}
    assert risk(replace(COVERED, winner_span=None)).signs == {}
    assert risk(replace(DROPPED, reason=DropReason.PROTECTED)).signs == {}


def test_each_note_has_its_own_signs() -> None:
    other = f"hmac-sha256:{'0' * 16}:{8:064x}"
    events: list[tuple[str, Event]] = [
        ("a" * 16, READ),
        ("a" * 16, DROPPED),
        ("b" * 16, READ),
        ("b" * 16, COMMIT),
        ("a" * 16, replace(READ, document=other)),
        ("a" * 16, replace(COMMIT, document=other)),
        ("a" * 16, COMMIT),
        ("a" * 16, READ),
        ("a" * 16, COMMIT),
    ]
    records = [Record(seq, NOON, session, event) for seq, (session, event) in enumerate(events)]
    found = {seq: dict(one.signs) for seq, one in risks(records).items()}
    assert found == {3: {}, 5: {}, 6: {Sign.TOO_LOW: 1}, 8: {}}
