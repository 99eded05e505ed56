"""Whether reviewers are measured: recorded, and once people are enrolled, with an officer's key."""

from __future__ import annotations

import pytest

from deid.audit.records import MeasuringChanged
from deid.errors import NotPermitted
from deid.officer import Desk
from deid.officer.measuring import measure_reviewers
from deid.site_settings import read_settings


def _changes(desk: Desk) -> list[MeasuringChanged]:
    events = (record.event for record in desk.log.records())
    return [event for event in events if isinstance(event, MeasuringChanged)]


def test_a_change_is_recorded_and_holds(desk: Desk) -> None:
    measure_reviewers(desk, 0.05)
    assert read_settings(desk.home).withheld_share == 0.05
    measure_reviewers(desk, 0)
    assert read_settings(desk.home).withheld_share == 0
    assert [(event.share, event.person) for event in _changes(desk)] == [(0.05, None), (0, None)]


def test_once_people_are_enrolled_it_wants_an_officer(desk: Desk, officer: str) -> None:
    measure_reviewers(desk, 0.05)
    assert [(event.share, event.person) for event in _changes(desk)] == [(0.05, officer)]
    desk.lock()
    with pytest.raises(NotPermitted, match="an officer"):
        measure_reviewers(desk, 0)
    assert read_settings(desk.home).withheld_share == 0.05
    assert len(_changes(desk)) == 1


def test_an_administrator_does_not_measure_reviewers(desk: Desk, administrator: str) -> None:
    desk.unlock(administrator, "a short sentence")
    with pytest.raises(NotPermitted, match="administrator"):
        measure_reviewers(desk, 0.05)
    assert read_settings(desk.home).withheld_share == 0
