"""The queue follows the certainty from which on a finding needs no look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deid import Item, ItemState, Keys, Origin, Worklist, home
from gui.recount import is_affected

READY, REVIEW, WAITING, DONE = (
    ItemState.READY,
    ItemState.REVIEW,
    ItemState.WAITING,
    ItemState.DONE,
)


@pytest.fixture
def folder(tmp_path: Path, desk) -> Path:
    """Forty notes: every second one names Ilse, of whom the model is not sure (0.61)."""
    made = tmp_path / "notes"
    made.mkdir()
    for number in range(40):
        words = "Mail q@mail.example" if number % 2 else "Call 555-0142, Ilse knows."
        (made / f"{number:02}.txt").write_text(words)
    return made


def counted(desk) -> dict[str, tuple[ItemState, int]]:
    return {item.name: (item.state, item.uncertain) for item in desk.worklist.items.values()}


def kept() -> dict[str, tuple[ItemState, int]]:
    with Worklist.open(home(), keys=Keys.open(home())) as store:
        return {item.name: (item.state, item.uncertain) for item in store.items()}


def wanted(*, even: tuple[ItemState, int], odd: tuple[ItemState, int]) -> dict[str, object]:
    return {f"{number:02}.txt": odd if number % 2 else even for number in range(40)}


def test_the_whole_queue_follows_another_threshold(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    assert counted(desk) == wanted(even=(REVIEW, 1), odd=(READY, 0))
    for certain_from, even in [(0.6, (READY, 0)), (0.99, (REVIEW, 2)), (0.7, (REVIEW, 1))]:
        desk.worklist.choose_threshold(certain_from)
        desk.settle()
        assert counted(desk) == wanted(even=even, odd=(READY, 0))
        assert kept() == counted(desk)


def test_only_the_last_of_several_thresholds_counts(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    for certain_from in (0.99, 0.3, 0.96, 0.6):
        desk.worklist.choose_threshold(certain_from)
    desk.settle()
    assert counted(desk) == wanted(even=(READY, 0), odd=(READY, 0))
    assert kept() == counted(desk)


def test_only_reviews_that_may_count_otherwise_are_read(
    desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.worklist.add([folder])
    desk.settle()
    asked: list[int] = []
    recount = Worklist.recount

    def spied(self: Worklist, by_id: dict[int, object]) -> tuple[Item, ...]:
        asked.extend(by_id)
        return recount(self, by_id)

    monkeypatch.setattr(Worklist, "recount", spied)
    desk.worklist.choose_threshold(0.7)
    desk.settle()
    uncertain = [i.id for i in desk.worklist.items.values() if i.uncertain]
    assert sorted(asked) == sorted(set(uncertain) - {desk.worklist.current})


def test_a_threshold_that_was_chosen_just_before_the_end_is_counted_by_on_start(
    desk, folder: Path, start_again
) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.worklist.put_away()
    desk.settings.certain_from = 0.6
    again = start_again()
    assert counted(again) == wanted(even=(READY, 0), odd=(READY, 0))


def test_what_is_decided_while_the_queue_is_counted_stands(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.worklist.open_next(by=2)
    desk.settle()
    here = desk.worklist.current
    desk.worklist.choose_threshold(0.99)
    desk.session.decide.accept(desk.session.marks)
    desk.worklist.put_away()
    desk.settle()
    name = desk.worklist.items[here].name
    assert counted(desk)[name] == kept()[name] == (READY, 0)
    assert counted(desk) == wanted(even=(REVIEW, 2), odd=(READY, 0)) | {name: (READY, 0)}


def test_a_review_that_cannot_be_read_is_told_and_the_others_are_counted(
    desk, folder: Path
) -> None:
    desk.worklist.add([folder])
    desk.settle()
    spoilt = next(item.id for item in desk.worklist.items.values() if item.name == "20.txt")
    with (
        Worklist.open(home(), keys=Keys.open(home())) as store,
        store._table.writing() as connection,
    ):
        connection.execute("UPDATE reviews SET snapshot = x'00' WHERE item = ?", (spoilt,))
    failed: list[object] = []
    desk.worklist.failed.connect(failed.append)
    desk.worklist.choose_threshold(0.6)
    desk.settle()
    assert "damaged" in str(failed[0])
    assert counted(desk)["38.txt"] == (READY, 0)


NOTE = Item(
    id=1,
    name="a.txt",
    path=Path("a.txt"),
    origin=Origin.FILE,
    state=REVIEW,
    added=datetime(2026, 11, 3, tzinfo=UTC),
    marks=5,
    uncertain=2,
    certain_from=0.8,
)


@pytest.mark.parametrize(
    ("facts", "certain_from", "affected"),
    [
        ({}, 0.9, True),
        ({}, 0.7, True),
        ({}, 0.8, False),
        ({"uncertain": 5}, 0.9, False),
        ({"uncertain": 0, "state": READY}, 0.7, False),
        ({"uncertain": 0, "state": READY}, 0.9, True),
        ({"certain_from": None}, 0.8, True),
        ({"state": WAITING}, 0.9, False),
        ({"state": DONE}, 0.9, False),
        ({"saving": Path("out.txt")}, 0.9, False),
    ],
)
def test_a_note_is_counted_anew_where_its_count_may_change(
    facts: dict[str, object], certain_from: float, affected: bool
) -> None:
    assert is_affected(replace(NOTE, **facts), certain_from) is affected
