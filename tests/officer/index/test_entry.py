import json
from datetime import UTC, datetime

import pytest

from deid.officer.index.entry import UNREADABLE, Entry, Fact, milliseconds, reader

TIME = "2026-11-21T04:05:06.789Z"
MOMENT = milliseconds(datetime(2026, 11, 21, 4, 5, 6, 789_000, UTC))


def read(**fields: object) -> Entry:
    node = {"schema": 2, "seq": 1, "time": TIME, "session": "0" * 16} | fields
    return reader()(json.dumps(node).encode())


def test_a_redaction() -> None:
    entry = read(
        event="redaction-made", document="d", label="MRN", detector="rule:us/mrn@2",
        policy_digest="p", score=1, span=[1, 2],
    )  # fmt: skip
    fact = Fact("redaction-made", "MRN", "rule:us/mrn@2", "p", "replaced")
    assert entry == Entry(MOMENT, fact, "0" * 16, "d")


@pytest.mark.parametrize(
    ("operator", "outcome"),
    [("keep", "left-by-policy"), ("tag", "replaced"), ("mask", "replaced"), ("", "replaced")],
)
def test_what_a_policy_let_stay_is_told_apart(operator: str, outcome: str) -> None:
    read_one = reader()
    for _ in range(2):  # from the record, and from what is remembered
        for each, expected in (("tag", "replaced"), (operator, outcome)):
            node = {"time": TIME, "session": "0", "event": "redaction-made", "operator": each}
            assert read_one(json.dumps(node).encode()).fact.outcome == expected


def test_a_session_says_who_opened_it() -> None:
    assert read(event="session-opened", user="u", machine="m").opened_by == ("u", "m")
    assert read(event="session-opened", user="u", machine=3).opened_by is None
    assert read(event="measuring-changed", user="u", machine="m").opened_by is None


@pytest.mark.parametrize(
    ("fields", "label", "outcome"),
    [
        ({"event": "finding-dropped", "label": "AGE", "reason": "covered"}, "AGE", "covered"),
        (
            {"event": "finding-dropped", "label": "AGE", "reason": "rejected"},
            "AGE",
            "left-rejected",
        ),
        ({"event": "review-acted", "act": "add", "label_after": "AGE"}, "AGE", "added"),
        (
            {"event": "review-acted", "act": "undo", "undone": "add", "label_before": "AGE"},
            "AGE",
            "added-undone",
        ),
        (
            {"event": "review-acted", "act": "redo", "undone": "add", "label_after": "AGE"},
            "AGE",
            "added",
        ),
        (
            {
                "event": "review-acted",
                "act": "relabel",
                "label_before": "AGE",
                "label_after": "MRN",
            },
            "MRN",
            "relabelled",
        ),
        ({"event": "document-committed"}, None, "committed"),
        ({"event": "document-refused", "error": "EmptyNote"}, None, "refused-EmptyNote"),
        ({"event": "release-decided", "decision": "declined"}, None, "declined"),
        ({"event": "signed-off", "meaning": "approved"}, None, "approved"),
        ({"event": "key-changed", "act": "used"}, None, "used"),
        ({"event": "exported"}, None, None),
        ({"event": "of-a-later-version", "act": None, "label": "NEW"}, "NEW", None),
    ],
)
def test_what_came_of_it(fields: dict[str, str], label: str | None, outcome: str | None) -> None:
    entry = read(**fields)
    assert (entry.fact.label, entry.fact.outcome) == (label, outcome)
    assert entry.time == MOMENT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[1]",
        b"3",
        b"{}",
        b"[" * 100_000,
        json.dumps({"event": "exported", "session": "s", "time": "yesterday"}).encode(),
        json.dumps({"event": "exported", "session": "s", "time": "2026-11-21"}).encode(),
        json.dumps({"event": "exported", "session": "s", "time": 3}).encode(),
        json.dumps({"event": "exported", "session": 3, "time": TIME}).encode(),
        json.dumps({"event": 3, "session": "s", "time": TIME}).encode(),
        json.dumps({"event": ["a"], "session": "s", "time": TIME}).encode(),
        json.dumps({"event": "e", "session": "s", "time": TIME, "document": []}).encode(),
    ],
)
def test_what_cannot_be_read_is_told_and_stops_nothing(body: bytes) -> None:
    read = reader()
    assert read(body).fact.event == UNREADABLE
    good = json.dumps({"event": "exported", "session": "s", "time": TIME}).encode()
    assert read(good).fact == Fact("exported")


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    assert read(event="exported", time="2026-11-21T05:05:06.789+01:00").time == MOMENT
