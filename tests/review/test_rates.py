"""What reviewers caught, counted once for each note."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deid.audit.records import DocumentRead, Event, Record, ReviewerMeasured
from deid.review.rates import Rate, rates

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def document(number: int) -> str:
    return f"hmac-sha256:{'0' * 16}:{number:064x}"


def read(number: int, *, content: int | None = None) -> DocumentRead:
    digest = f"{number if content is None else content:064x}"
    return DocumentRead(document(number), digest, 9, 9, "text", "utf-8")


def measured(number: int, withheld: int, caught: int, *, reviewer: str = "ada") -> ReviewerMeasured:
    return ReviewerMeasured(document(number), reviewer, withheld, caught)


def told(*events: Event, session: str = "0" * 16) -> list[Record]:
    return [Record(seq, NOON, session, event) for seq, event in enumerate(events)]


def test_counts_of_each_reviewer() -> None:
    records = told(
        read(1),
        measured(1, 2, 1, reviewer="bea"),
        read(2),
        measured(2, 1, 1, reviewer="ada"),
        read(3),
        measured(3, 2, 2, reviewer="bea"),
    )
    found = rates(records)
    assert found == (Rate("ada", 1, 1, 1), Rate("bea", 2, 4, 3))
    assert found[1].rate == 0.75
    assert found[1].interval == pytest.approx((0.19412, 0.99369), abs=1e-5)


def test_only_the_first_saving_of_a_note_counts() -> None:
    records = told(read(1), measured(1, 2, 1), read(1), measured(1, 2, 2))
    assert rates(records) == (Rate("ada", 1, 2, 1),)


def test_another_reviewer_of_the_same_note_counts() -> None:
    records = told(read(1), measured(1, 2, 1), read(1), measured(1, 2, 2, reviewer="bea"))
    assert rates(records) == (Rate("ada", 1, 2, 1), Rate("bea", 1, 2, 2))


def test_notes_of_one_name_are_told_apart_by_what_they_hold() -> None:
    records = told(read(1, content=7), measured(1, 2, 1), read(1, content=8), measured(1, 1, 1))
    assert rates(records) == (Rate("ada", 2, 3, 2),)


def test_the_same_note_in_another_session_is_the_same_note() -> None:
    again = told(read(1), measured(1, 2, 2), session="1" * 16)
    assert rates([*told(read(1), measured(1, 2, 0)), *again]) == (Rate("ada", 1, 2, 0),)


def test_no_rate_where_nothing_was_withheld() -> None:
    assert rates(told(read(1))) == ()
    assert Rate("ada").rate is None
    assert Rate("ada").interval == (0, 1)
