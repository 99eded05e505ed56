from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.completeness import Completeness
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    FindingDropped,
    PartRemoved,
    Record,
    RedactionMade,
)
from deid.datatypes import Span
from deid.errors import VerificationFailed
from deid.labels import Label

NoteEvents = Callable[[int], list[Event]]


def follow(events: list[Event], session: str = "0" * 16) -> Completeness:
    completeness = Completeness()
    for seq, event in enumerate(events):
        completeness.take(Record(seq, datetime.now(UTC), session, event))
    return completeness


def test_a_note_whose_redactions_account_for_it_is_complete(note_events: NoteEvents) -> None:
    one, other = note_events(1), note_events(2)
    interleaved = [event for pair in zip(one, other, strict=True) for event in pair]
    assert follow([*one, *one, *other]).committed == 3
    assert follow(interleaved).committed == 2


def test_a_refused_note_leaves_nothing_open(note_events: NoteEvents) -> None:
    read, dropped, made, *_ = note_events(1)
    refusal = DocumentRefused(cast(DocumentRead, read).document, "ResidualFound", 9)
    assert follow([refusal, read, dropped, made, refusal, *note_events(1)]).committed == 1
    with pytest.raises(VerificationFailed, match="record 2"):
        follow([read, refusal, made])


def test_what_was_removed_belongs_to_a_note_that_was_read(note_events: NoteEvents) -> None:
    read, *others = note_events(1)
    removed = PartRemoved(cast(DocumentRead, read).document, "picture 1")
    assert follow([read, removed, *others]).committed == 1
    for events in ([removed, read, *others], [read, *others, removed]):
        with pytest.raises(VerificationFailed, match="record "):
            follow(events)


@pytest.mark.parametrize("missing", range(4))
def test_a_record_left_out_is_noticed(note_events: NoteEvents, missing: int) -> None:
    events = note_events(1)
    del events[missing]
    with pytest.raises(VerificationFailed, match="record "):
        follow(events)


@pytest.mark.parametrize("doubled", range(1, 5))
def test_a_record_doubled_is_noticed(note_events: NoteEvents, doubled: int) -> None:
    events = note_events(1)
    events.insert(doubled, events[doubled])
    with pytest.raises(VerificationFailed, match="record "):
        follow(events)


def test_records_of_another_session_do_not_count(note_events: NoteEvents) -> None:
    completeness = follow(note_events(1)[:4])
    with pytest.raises(VerificationFailed, match="session"):
        completeness.take(Record(4, datetime.now(UTC), "1" * 16, note_events(1)[4]))


@pytest.mark.parametrize(
    "change",
    [
        {"input_sha256": "f" * 64},
        {"input_length": 121},
        {"output_length": 118},
        {"redactions": 3},
        {"dropped": 0},
        {"counts": {Label.PATIENT: 2}},
        {"counts": {}},
    ],
)
def test_a_commit_that_says_something_else_is_noticed(
    note_events: NoteEvents, change: dict[str, object]
) -> None:
    events = note_events(1)
    events[4] = replace(cast(DocumentCommitted, events[4]), **change)  # type: ignore[arg-type]
    with pytest.raises(VerificationFailed, match="record 4"):
        follow(events)


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (2, {"span": Span(10, 18)}),
        (2, {"span": Span(9, 17)}),
        (2, {"output_span": Span(11, 20)}),
        (3, {"span": Span(16, 26), "output_span": Span(18, 23)}),
        (3, {"span": Span(115, 125), "output_span": Span(117, 122)}),
        (3, {"label": Label.DATE}),
    ],
)
def test_a_redaction_that_lies_elsewhere_is_noticed(
    note_events: NoteEvents, at: int, change: dict[str, object]
) -> None:
    events = note_events(1)
    events[at] = replace(cast(RedactionMade, events[at]), **change)  # type: ignore[arg-type]
    with pytest.raises(VerificationFailed, match="record 4"):
        follow(events)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9), st.integers(0, 9)), max_size=8),
    st.integers(0, 9),
    st.data(),
)
def test_whatever_redactions_a_note_has_one_more_character_is_noticed(
    pieces: list[tuple[int, int, int]], tail: int, data: st.DataObject
) -> None:
    document, digest = f"hmac-sha256:{'0' * 16}:{'0' * 64}", "0" * 64
    made: list[RedactionMade] = []
    at = out = 0
    for kept, taken, given_back in pieces:
        at, out = at + kept, out + kept
        made.append(
            RedactionMade(
                document, Span(at, at + taken), Label.DATE, "C", "known", 1.0, "tag", digest,
                document, Span(out, out + given_back),
            )
        )  # fmt: skip
        at, out = at + taken, out + given_back
    counts = {Label.DATE: len(made)} if made else {}
    read = DocumentRead(document, digest, 1, at + tail, "text", "utf-8")
    commit = DocumentCommitted(
        document, digest, digest, at + tail, out + tail, len(made), 0, digest, document, counts
    )
    assert follow([read, *made, commit]).committed == 1
    wrong = data.draw(st.integers(0, 200).filter(lambda length: length != out + tail))
    with pytest.raises(VerificationFailed):
        follow([read, *made, replace(commit, output_length=wrong)])


def test_a_drop_belongs_to_a_note_that_was_read(note_events: NoteEvents) -> None:
    with pytest.raises(VerificationFailed, match="record 0"):
        follow([cast(FindingDropped, note_events(1)[1])])
