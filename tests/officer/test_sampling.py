"""Which notes are drawn: reproducible, random, and none twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.canonical import encode
from deid.audit.records import (
    Decision,
    DocumentCommitted,
    DocumentRefused,
    Event,
    Record,
    ReleaseDecided,
    ReleaseHeld,
)
from deid.errors import LogDamaged
from deid.labels import Label
from deid.officer.sampling import KINDS, Step, draw, read_step, released_notes

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
POLICY, OTHER = "2" * 64, "3" * 64
SEED = "0f" * 32


def mark(number: int) -> str:
    return f"hmac-sha256:{'0' * 16}:{number:064x}"


def commit(
    number: int, *, output: int | None = None, name: int | None = None, policy: str = POLICY
) -> DocumentCommitted:
    out = sha256(b"%d" % (number if output is None else output)).hexdigest()
    return DocumentCommitted(
        mark(number), f"{number:064x}", out, 90, 80, 2, 0, policy,
        mark(number if name is None else name),
    )  # fmt: skip


def told(*events: Event) -> list[Step]:
    records = (Record(seq, NOON, "0" * 16, event) for seq, event in enumerate(events))
    return [read_step(one.seq, encode(one)) for one in records if isinstance(one.event, KINDS)]


def frame(size: int) -> tuple[Step, ...]:
    return released_notes(told(*(commit(number) for number in range(size))))


def test_released_notes_are_those_that_were_committed() -> None:
    records = told(commit(1), DocumentRefused(mark(2), "EmptyNote", 3), commit(3))
    assert [note.seq for note in released_notes(records)] == [0, 2]


def test_only_the_last_output_of_an_input_under_a_name_is_out_there() -> None:
    records = told(commit(1, output=10), commit(2), commit(1, output=11), commit(1, name=9))
    assert [note.seq for note in released_notes(records)] == [1, 2, 3]


def test_outputs_of_the_same_bytes_are_one() -> None:
    records = told(commit(1, output=5), commit(2, output=5), commit(3))
    assert [note.seq for note in released_notes(records)] == [1, 2]


def held(number: int, *, output: int | None = None) -> ReleaseHeld:
    one = commit(number, output=output)
    return ReleaseHeld(one.document, one.output_sha256, one.output_name, POLICY, "rkoch")


def decided(number: int, decision: Decision, *, output: int | None = None) -> ReleaseDecided:
    one = commit(number, output=output)
    return ReleaseDecided(one.document, one.output_sha256, decision, "0" * 16, "statement")


def test_a_held_note_is_released_once_it_is_approved() -> None:
    yes, no = Decision.APPROVED, Decision.DECLINED
    waiting = [commit(1), held(1), commit(2), held(2), commit(3), held(3), commit(4)]
    assert [note.seq for note in released_notes(told(*waiting))] == [6]
    done = told(*waiting, decided(1, yes), decided(2, no), decided(2, yes))
    assert [note.seq for note in released_notes(done)] == [0, 6]


def test_what_is_held_takes_nothing_s_place_before_it_is_approved() -> None:
    events = [commit(1, output=5), commit(1, output=6), held(1, output=6)]
    assert [note.seq for note in released_notes(told(*events))] == [0]
    approved = [*events, decided(1, Decision.APPROVED, output=6)]
    assert [note.seq for note in released_notes(told(*approved))] == [1]


def test_a_policy_narrows_what_is_drawn_from() -> None:
    records = told(commit(1), commit(2, policy=OTHER), commit(1, policy=OTHER))
    assert [note.seq for note in released_notes(records, policy_digest=POLICY)] == [0]
    assert [note.seq for note in released_notes(records, policy_digest=OTHER)] == [1, 2]


def test_a_label_narrows_what_is_drawn_from() -> None:
    one, two, none = (
        replace(commit(number), counts=counts)
        for number, counts in enumerate(
            ({Label.MRN: 1, Label.DATE: 2}, {Label.DATE: 1}, {Label.MRN: 0}), start=1
        )
    )
    records = told(one, two, none)
    assert [note.seq for note in released_notes(records, label=Label.MRN)] == [0]
    assert [note.seq for note in released_notes(records, label=Label.DATE)] == [0, 1]
    # What took the place of a note with the label has none, and the note is no longer out there.
    again = told(one, replace(two, input_sha256=one.input_sha256, output_name=one.output_name))
    assert released_notes(again, label=Label.MRN) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"{", b"["),
        (b'"output_sha256":"', b'"output_sha256":"x'),
        (b'"document":', b'"documents":'),
        (b'"counts":{}', b'"counts":[]'),
        (b'"policy_digest":"', b'"policy_digest":["'),
    ],
)
def test_a_record_that_says_nothing_of_a_note_is_refused(old: bytes, new: bytes) -> None:
    body = encode(Record(7, NOON, "0" * 16, commit(1)))
    assert read_step(7, body).seq == 7
    with pytest.raises(LogDamaged, match="record 7"):
        read_step(7, body.replace(old, new))


def test_a_random_sample_is_ordered_by_the_hash_of_seed_and_output() -> None:
    notes = frame(50)
    outputs = [note.output for note in notes]
    wanted = sorted(outputs, key=lambda out: sha256(bytes.fromhex(SEED) + out).digest())
    assert [note.output for note in draw(notes, seed=SEED, count=20)] == wanted[:20]


@given(st.randoms(use_true_random=False), st.integers(1, 30), st.booleans())
def test_the_same_seed_draws_the_same_notes_in_any_order_of_the_frame(
    shuffled: st.DataObject, count: int, weighted: bool
) -> None:
    notes = list(frame(30))
    weight = (lambda note: 1.0 + note.seq) if weighted else None
    first = draw(notes, seed=SEED, count=count, weight=weight)
    shuffled.shuffle(notes)  # type: ignore[attr-defined]
    assert draw(notes, seed=SEED, count=count, weight=weight) == first
    assert len({note.seq for note in first}) == count


def test_more_notes_are_drawn_behind_the_others() -> None:
    notes = frame(40)
    assert draw(notes, seed=SEED, count=30)[:10] == draw(notes, seed=SEED, count=10)
    assert len(draw(notes, seed=SEED, count=99)) == 40


def seeds(number: int) -> list[str]:
    return [sha256(b"%d" % one).hexdigest() for one in range(number)]


def test_every_note_is_drawn_as_often_as_any_other() -> None:
    notes = frame(10)
    drawn = Counter(note.seq for seed in seeds(2000) for note in draw(notes, seed=seed, count=3))
    square = sum((drawn[seq] - 600) ** 2 / 600 for seq in range(10))
    assert square < 27.9  # chi-square of 9 degrees, one in a thousand


def test_a_note_of_twice_the_weight_comes_first_twice_as_often() -> None:
    notes = frame(4)
    weights = [1.0, 2.0, 3.0, 4.0]
    first = Counter(
        draw(notes, seed=seed, count=1, weight=lambda note: weights[note.seq])[0].seq
        for seed in seeds(4000)
    )
    for seq, weight in enumerate(weights):
        assert first[seq] == pytest.approx(400 * weight, abs=4 * (400 * weight) ** 0.5)
