"""What exports tell of a note: whether it went out, was reviewed, and what was replaced in it."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from deid.audit.records import (
    Decision,
    DocumentCommitted,
    Event,
    RedactionMade,
    ReleaseDecided,
    ReleaseHeld,
    ReviewFinished,
)
from deid.audit.verify import verify
from deid.labels import Label
from deid.officer import Desk
from deid.officer.export import Scope, account, export_certificate, export_fhir
from deid.officer.export.told import OUTCOMES, Fate, Told, told
from deid.officer.index.query import Query
from deid.officer.samples import Wanted, draw_sample, samples

NOW = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
Notes = Callable[[Desk, int], list[Event]]


def hold(desk: Desk, events: list[Event]) -> DocumentCommitted:
    commit = events[-1]
    assert isinstance(commit, DocumentCommitted)
    held = ReleaseHeld(
        commit.document, commit.output_sha256, commit.output_name, commit.policy_digest, "rkoch"
    )
    desk.record(*events, held)
    return commit


def decide(desk: Desk, commit: DocumentCommitted, decision: Decision) -> None:
    assert desk.person is not None
    made = ReleaseDecided(
        commit.document, commit.output_sha256, decision, desk.person.id, statement=""
    )
    desk.record(desk.sign(made))


@pytest.fixture
def held(desk: Desk, more_notes: Notes) -> Desk:
    """Twelve notes that were released, and three that were held: approved, declined, waiting."""
    first, second, _third = (hold(desk, more_notes(desk, number)) for number in (90, 92, 94))
    decide(desk, first, Decision.APPROVED)
    decide(desk, second, Decision.DECLINED)
    return desk


def tell(desk: Desk) -> list[Told]:
    return list(told(desk.log, Scope(size=desk.log.size), None))


def test_what_was_held_is_released_only_once_it_was_approved(held: Desk) -> None:
    fates = [one.fate for one in tell(held) if isinstance(one.record.event, OUTCOMES[0])]
    assert fates == [Fate.RELEASED] * 13 + [Fate.DECLINED, Fate.WAITING]


def test_a_decision_behind_the_scope_counts_for_nothing(held: Desk) -> None:
    decided = next(r.seq for r in held.log.records() if isinstance(r.event, ReleaseDecided))
    found = list(told(held.log, Scope(size=decided), None))
    assert [one.fate for one in found if isinstance(one.record.event, OUTCOMES[0])][-3:] == [
        Fate.WAITING
    ] * 3


def test_a_certificate_is_of_released_notes_alone(held: Desk, tmp_path: Path) -> None:
    found = account(held, Scope(size=held.log.size))
    assert (len(found.notes), found.kept_back) == (13, 2)
    verified = verify(held.log.path, public_key=held.keys.public_key)
    out = tmp_path / "c.pdf"
    export_certificate(held, Query(), out, verified=verified, now=NOW)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())
    assert "Notes released 13" in text
    assert "2 redacted notes that a second person declined or has not decided on" in text


def test_an_audit_event_says_that_a_note_did_not_go_out(held: Desk, tmp_path: Path) -> None:
    given = export_fhir(held, Query(), tmp_path / "e.json", now=NOW)
    entries = json.loads(given.path.read_text("utf-8"))["entry"]
    outcomes = [entry["resource"].get("outcomeDesc") for entry in entries]
    assert outcomes[-2:] == [
        "not released: declined by a second person",
        "not released: a second person has not decided",
    ]
    assert sum(entry["resource"].get("outcome") == "0" for entry in entries) == 13


def test_a_review_counts_for_the_reading_that_it_was_of(desk: Desk, more_notes: Notes) -> None:
    events = more_notes(desk, 1)
    desk.record(*(event for event in events if not isinstance(event, ReviewFinished)))
    commits = [one for one in tell(desk) if isinstance(one.record.event, OUTCOMES[0])]
    assert [one.reviewed for one in commits] == [False, True] * 6 + [False]
    assert account(desk, Scope(size=desk.log.size)).reviewed == 6


def test_what_the_policy_lets_stay_is_not_told_as_replaced(desk: Desk, more_notes: Notes) -> None:
    kept, replaced = (more_notes(desk, number) for number in (90, 92))
    for number, event in enumerate(kept):
        if isinstance(event, RedactionMade):
            kept[number] = replace(event, operator="keep")
    desk.record(*kept, *replaced)
    found = account(desk, Scope(size=desk.log.size))
    assert (found.counts, found.stayed) == ({Label.PATIENT: 13}, {Label.PATIENT: 1})
    assert [note.redactions for note in found.notes] == [1] * 12 + [0, 1]


def test_a_name_that_looks_like_the_operator_is_none(desk: Desk, more_notes: Notes) -> None:
    events = more_notes(desk, 90)
    for number, event in enumerate(events):
        if isinstance(event, RedactionMade):
            events[number] = replace(event, detector='rule:x","operator":"keep"')
    desk.record(*events)
    assert account(desk, Scope(size=desk.log.size)).stayed == Counter()


def test_other_samples_of_the_same_notes_are_told(desk: Desk, tmp_path: Path) -> None:
    (closed,) = samples(desk.log)
    draw_sample(desk, Wanted(3))
    verified = verify(desk.log.path, public_key=desk.keys.public_key)
    for asked in (None, closed.id):
        found = account(desk, Scope(size=desk.log.size), sample_id=asked)
        assert (found.samples, found.other_samples) == ((closed,), 1)
        out = tmp_path / f"{asked}.pdf"
        export_certificate(desk, Query(), out, verified=verified, now=NOW, sample_id=asked)
        text = " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(out.read_bytes())).pages
        )
        assert "another sample that was drawn" in " ".join(text.split())
