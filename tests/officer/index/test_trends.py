from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deid.officer.index.index import Index
from deid.officer.index.query import Query, Week
from deid.officer.index.trends import (
    Figures,
    Topic,
    Weak,
    overview,
    topic,
    weak_detectors,
    weak_labels,
)
from deid.officer.index.update import Source

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
NEXT = MONDAY + timedelta(days=7)
RULE = "rule:us/mrn@2"


@pytest.fixture
def index(body: Callable[..., dict[str, Any]], write_log: Callable[..., Source]) -> Iterator[Index]:
    """Two weeks: in the first the detector of MRN was rejected once in four, in the second AGE
    marks were added, one of them only to be taken back. The policy lets stay a few findings."""

    def redaction(at: datetime, label: str, detector: str, operator: str = "tag") -> dict[str, Any]:
        return body("redaction-made", at, label=label, detector=detector, operator=operator)

    def act(at: datetime, label: str, **fields: str) -> dict[str, Any]:
        return body("review-acted", at, label_after=label, **fields)

    nodes = [
        body("session-opened", MONDAY, user="ana", machine="m"),
        *[redaction(MONDAY, "MRN", RULE)] * 3,
        redaction(MONDAY, "STATE", "rule:us/state@1", "keep"),
        body("finding-dropped", MONDAY, label="MRN", detector=RULE, reason="rejected"),
        body("finding-dropped", MONDAY, label="MRN", detector=RULE, reason="covered"),
        body("document-committed", MONDAY),
        body("document-refused", MONDAY, error="ResidualFound"),
        *[redaction(NEXT, "AGE", "model:1")] * 4,
        *[redaction(NEXT, "AGE", "model:1", "keep")] * 3,
        *[redaction(NEXT, "AGE", "reviewer:ana")],
        *[act(NEXT, "AGE", act="add")] * 2,
        act(NEXT, "AGE", act="undo", undone="add"),
        act(NEXT, "ZIP", act="add"),
        act(NEXT, "ZIP", act="undo", undone="add"),
        act(NEXT, "ROOM", act="add"),
        body("finding-dropped", NEXT, label="AGE", detector="reviewer:ana", reason="rejected"),
        body("document-committed", NEXT),
    ]
    with Index(None) as made:
        made.update([write_log(nodes)])
        yield made


def by_value(index: Index, about: Topic, query: Query) -> dict[str, tuple[int, ...]]:
    return {series.value: series.counts for series in topic(index, about, query).series}


def test_each_topic_by_week(index: Index) -> None:
    assert by_value(index, Topic.REDACTIONS, Query()) == {"MRN": (3, 0), "AGE": (0, 5)}
    assert by_value(index, Topic.STAYED, Query()) == {"AGE": (0, 3), "STATE": (1, 0)}
    assert by_value(index, Topic.ADDED, Query()) == {"AGE": (1,), "ROOM": (1,)}
    assert by_value(index, Topic.REJECTED, Query()) == {RULE: (1, 0), "reviewer:ana": (0, 1)}
    assert by_value(index, Topic.REFUSALS, Query()) == {"refused-ResidualFound": (1,)}
    assert by_value(index, Topic.NOTES, Query()) == {"ana": (1, 1)}


def test_a_topic_of_some_records(index: Index) -> None:
    later = Query(since=NEXT)
    assert by_value(index, Topic.REDACTIONS, later) == {"AGE": (5,)}
    assert by_value(index, Topic.STAYED, later) == {"AGE": (3,)}
    assert by_value(index, Topic.REJECTED, Query(label=("MRN",))) == {RULE: (1,)}
    assert by_value(index, Topic.NOTES, Query(event=("redaction-made",))) == {}
    assert by_value(index, Topic.NOTES, Query(event=("document-committed",))) == {"ana": (1, 1)}


def test_the_figures_of_each_week(index: Index) -> None:
    assert overview(index, Query()) == (
        Figures(Week.of(MONDAY), redactions=3, stayed=1, added=0, rejected=1, refused=1, notes=1),
        Figures(Week.of(NEXT), redactions=5, stayed=3, added=2, rejected=1, refused=0, notes=1),
    )
    assert [week.added_per_thousand for week in overview(index, Query())] == [0, 250]
    assert overview(index, Query(label=())) == ()
    assert Figures(Week.of(MONDAY), 0, 0, 3, 0, 0, 0).added_per_thousand is None


def test_where_the_detectors_are_weak(index: Index) -> None:
    labels = weak_labels(index, Query())
    assert labels == (Weak("ROOM", 0, 1), Weak("AGE", 8, 1))
    assert [weak.per_thousand for weak in labels] == [None, 125]
    (detector,) = weak_detectors(index, Query())
    assert (detector, detector.share) == (Weak(RULE, 3, 1), 0.25)


def test_notes_count_whose_session_is_not_in_the_log(
    body: Callable[..., dict[str, Any]], write_log: Callable[..., Source]
) -> None:
    away = [body("document-committed", at) for at in (MONDAY, MONDAY, NEXT)]
    with Index(None) as made:
        made.update([write_log(away)])
        assert by_value(made, Topic.NOTES, Query()) == {"unknown": (2, 1)}
        assert [week.notes for week in overview(made, Query())] == [2, 1]
        assert by_value(made, Topic.NOTES, Query(user=("ana",))) == {}


@pytest.mark.parametrize("user", ["ana", "unknown"])
def test_notes_of_known_and_of_unknown_users(
    body: Callable[..., dict[str, Any]], write_log: Callable[..., Source], user: str
) -> None:
    nodes = [
        body("session-opened", MONDAY, session=1, user=user, machine="m"),
        body("document-committed", MONDAY, session=1),
        body("document-committed", NEXT, session=2),
        body("document-committed", NEXT, session=2),
    ]
    with Index(None) as made:
        made.update([write_log(nodes)])
        found = by_value(made, Topic.NOTES, Query())
    assert found == (
        {"unknown": (1, 2)} if user == "unknown" else {"unknown": (0, 2), "ana": (1, 0)}
    )
