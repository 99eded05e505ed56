"""The index answers as somebody would who went through all records one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.officer.index import load
from deid.officer.index.columns import Columns
from deid.officer.index.index import Index
from deid.officer.index.query import (
    Dimension,
    Place,
    Query,
    Series,
    Trend,
    Week,
    weeks_between,
)
from deid.officer.index.update import Source

MakeBody = Callable[..., dict[str, Any]]
WriteLog = Callable[..., Source]
FIRST = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ("ward", "lab")
VALUES: dict[Dimension, tuple[str | None, ...]] = {
    Dimension.EVENT: ("redaction-made", "review-acted", "from-the-future"),
    Dimension.LABEL: ("MRN", "AGE", None),
    Dimension.DETECTOR: ("known", "rule:a@1", None),
    Dimension.POLICY: ("a" * 64, None),
}

records = st.fixed_dictionaries(
    {
        "log": st.sampled_from(NAMES),
        "hours": st.integers(-500, 500),
        "session": st.integers(0, 3),
        "document": st.sampled_from([None, "d1", "d2"]),
        **{dimension.value: st.sampled_from(values) for dimension, values in VALUES.items()},
    }
)
moments = st.none() | st.integers(-500, 500).map(lambda hours: FIRST + timedelta(hours=hours))
queries = st.builds(
    Query,
    since=moments,
    until=moments,
    document=st.sampled_from([None, None, "d1", "d9"]),
    event=st.none() | st.lists(st.sampled_from(VALUES[Dimension.EVENT]), max_size=2).map(tuple),
    label=st.sampled_from([None, None, ("MRN",), ("MRN", "AGE"), ("ZIP",)]),
    detector=st.sampled_from([None, None, ("known",)]),
    policy=st.sampled_from([None, None, ("a" * 64,)]),
    outcome=st.sampled_from([None, None, ("replaced",), ("added",)]),
    user=st.sampled_from([None, None, ("user-1",)]),
    machine=st.sampled_from([None, None, ("machine-2",), ("lab",)]),
)


class Plain:
    """All records in a list."""

    def __init__(self, made: list[dict[str, Any]]) -> None:
        opened = {(node["log"], node["session"]) for node in made if node["opens"]}
        numbers = Counter[str]()
        self.rows: list[dict[str, Any]] = []
        for node in made:
            known = (node["log"], node["session"]) in opened
            outcomes = {"redaction-made": "replaced", "review-acted": "added"}
            self.rows.append(
                node
                | {
                    "seq": numbers[node["log"]],
                    "at": FIRST + timedelta(hours=node["hours"]),
                    "outcome": outcomes.get(node["event"]),
                    "user": f"user-{node['session']}" if known else None,
                    "machine": f"machine-{node['session']}" if known else node["log"],
                }
            )
            numbers[node["log"]] += 1
        self._sort()

    def _sort(self) -> None:
        steady: dict[tuple[str, int], datetime] = {}
        for name in NAMES:
            own = [row for row in self.rows if row["log"] == name]
            for row, at in zip(own, accumulate((row["at"] for row in own), max), strict=True):
                steady[name, row["seq"]] = at
        place = {name: number for number, name in enumerate(NAMES)}
        self.rows.sort(
            key=lambda row: (steady[row["log"], row["seq"]], place[row["log"]], row["seq"])
        )

    def those(self, query: Query, *, but: Dimension | None = None) -> Iterator[dict[str, Any]]:
        for row in self.rows:
            values = {each: query.of(each) for each in Dimension if each is not but}
            if (
                (query.since is None or row["at"] >= query.since)
                and (query.until is None or row["at"] < query.until)
                and query.document in (None, row["document"])
                and all(some is None or row[each] in some for each, some in values.items())
            ):
                yield row


@settings(max_examples=12)  # each makes two logs
@given(made=st.lists(records, max_size=60), asked=st.lists(queries, min_size=3, max_size=8))
def test_every_answer_is_that_of_going_through_all_records(
    made: list[dict[str, Any]], asked: list[Query], body: MakeBody, write_log: WriteLog
) -> None:
    nodes = [node | {"opens": number % 5 == 4} for number, node in enumerate(made)]
    for node in nodes:
        if node["opens"]:
            node |= {"event": "session-opened", "label": None, "detector": None}
    plain = Plain(nodes)
    with TemporaryDirectory() as folder, Index(None) as index:
        sources = [
            write_log(
                [_body(node, body) for node in nodes if node["log"] == name], name, Path(folder)
            )
            for name in NAMES
        ]
        index.update(sources)
        for query in asked:
            _compare(index, plain, query)


def _body(node: dict[str, Any], body: MakeBody) -> dict[str, Any]:
    session = node["session"]
    opener = {"user": f"user-{session}", "machine": f"machine-{session}"} if node["opens"] else {}
    act = {"act": "add"} if node["event"] == "review-acted" else {}
    return body(
        node["event"],
        FIRST + timedelta(hours=node["hours"]),
        session=session,
        document=node["document"],
        label=node["label"],
        detector=node["detector"],
        policy_digest=node["policy"],
        **act,
        **opener,
    )


def _compare(index: Index, plain: Plain, query: Query) -> None:
    rows = list(plain.those(query))
    places = tuple(Place(row["log"], row["seq"]) for row in rows)
    assert index.count(query) == len(rows)
    assert index.places(query, newest=False) == places
    assert index.places(query) == places[::-1]
    assert index.places(query, 2, 5) == places[::-1][2:5]
    facets = index.facets(query)
    for dimension in Dimension:
        counted = Counter(row[dimension] for row in plain.those(query, but=dimension))
        del counted[None]
        assert {choice.value: choice.count for choice in facets[dimension]} == counted
        trend = index.trend(query, by=dimension)
        by_week = Counter((Week.of(row["at"]), row[dimension]) for row in rows)
        for value in {row[dimension] for row in rows} - {None}:
            expected = tuple(by_week[week, value] for week in trend.weeks)
            assert trend.counts(value) == expected
            assert sum(expected) == sum(row[dimension] == value for row in rows)


def test_many_people_and_facts_are_told_apart_as_few_are(
    body: MakeBody, write_log: WriteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_log(
        [body("session-opened", FIRST, session=n, user=f"u{n % 3}", machine="m") for n in range(9)]
    )
    found = []
    for most in (load._TABLE, 0):
        monkeypatch.setattr(load, "_TABLE", most)
        with Index(None) as index:
            index.update([source])
            found.append((index.facets(Query()), index.places(Query(user=("u1",)))))
    assert found[0] == found[1]
    assert [place.seq for place in found[0][1]] == [7, 4, 1]


def test_weeks_of_few_cells_are_counted_as_those_of_many(
    body: MakeBody, write_log: WriteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_log(
        [
            body("redaction-made", FIRST + timedelta(days=n % 30), label=("MRN", "AGE")[n % 2])
            for n in range(90)
        ]
    )
    found = []
    with Index(None) as index:
        index.update([source])
        for dense in (True, False):
            monkeypatch.setattr(Columns, "_is_dense", dense)
            asked = (Query(), Query(label=("AGE",)), Query(label=()))
            found.append([index.trend(query, by=Dimension.LABEL) for query in asked])
    assert found[0] == found[1]
    assert found[0][0].counts("MRN")[:2] == (3, 9)
    every, of_age, none = found[0]
    assert of_age.over(every.weeks).totals == every.counts("AGE")
    assert none == Trend()


def test_pages_come_from_the_newest_and_from_the_oldest(
    body: MakeBody, write_log: WriteLog
) -> None:
    source = write_log([body("exported", FIRST) for _ in range(10)])
    with Index(None) as index:
        index.update([source])
        assert [place.seq for place in index.places(Query(), 0, 3)] == [9, 8, 7]
        assert [place.seq for place in index.places(Query(), 8, 30)] == [1, 0]
        assert [place.seq for place in index.places(Query(), 0, 2, newest=False)] == [0, 1]
        assert index.places(Query(), 10, 20) == ()


def test_a_clock_that_goes_wrong_breaks_neither_order_nor_weeks(
    body: MakeBody, write_log: WriteLog
) -> None:
    times = [FIRST, FIRST + timedelta(weeks=1), datetime(1970, 1, 1, tzinfo=UTC)]
    times += [FIRST - timedelta(weeks=2), datetime(9999, 12, 31, tzinfo=UTC), FIRST]
    source = write_log([body("exported", time) for time in times])
    with Index(None) as index:
        index.update([source])
        assert [place.seq for place in index.places(Query(), newest=False)] == list(range(6))
        trend = index.trend(Query(), by=Dimension.EVENT)
    weeks = dict(zip(map(str, trend.weeks), trend.totals, strict=True))
    assert weeks == {
        "1970-W01": 1, "2026-W07": 1, "2026-W08": 0, "2026-W09": 2, "2026-W10": 1, "9999-W52": 1,
    }  # fmt: skip


def test_an_empty_index_has_answers(tmp_path: Path) -> None:
    with Index(tmp_path / "a" / "index.sqlite") as index:
        assert index.size == index.count(Query()) == 0
        assert index.places(Query(document="d")) == ()
        assert index.trend(Query(user=("u",)), by=Dimension.LABEL).weeks == ()
        assert not any(index.facets(Query()).values())


def test_a_record_that_cannot_be_read_is_counted_and_the_others_are_there(
    body: MakeBody, write_log: WriteLog
) -> None:
    source = write_log([body("exported", FIRST), b"[1]", body("exported", FIRST)])
    with Index(None) as index:
        index.update([source])
        assert index.unreadable == 1
        assert index.count(Query(event=("exported",))) == 2
        assert index.places(Query(event=("unreadable",))) == (Place("ward", 1),)
        assert index.trend(Query(), by=Dimension.EVENT).totals == (3,)


def test_a_trend_over_other_weeks_has_zeros_there() -> None:
    first = Week.of(FIRST)
    trend = Trend((first.next, first.next.next), (Series("MRN", (3, 4)),))
    assert trend.over((first, first.next)) == Trend((first, first.next), (Series("MRN", (0, 3)),))
    assert Trend().over((first,)).totals == (0,)


def test_long_gaps_stay_open_and_short_ones_are_filled() -> None:
    first = Week.of(FIRST)
    later = Week(first.monday + timedelta(weeks=3))
    much_later = Week(later.monday + timedelta(weeks=60))
    assert weeks_between([first, later, much_later]) == (
        first, first.next, first.next.next, later, much_later,
    )  # fmt: skip
    assert weeks_between([]) == ()


@pytest.mark.parametrize(
    ("moment", "named"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-W01"),
        (datetime(2027, 1, 3, 23, 59, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 4, tzinfo=UTC), "2027-W01"),
    ],
)
def test_weeks_are_those_of_the_standard(moment: datetime, named: str) -> None:
    week = Week.of(moment)
    assert str(week) == named
    assert week.since <= moment < week.until
