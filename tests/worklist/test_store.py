from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deid.audit.keys import Keys
from deid.errors import WorklistUnusable
from deid.worklist.items import FolderChoice, Item, ItemState, Origin
from deid.worklist.store import Worklist


def names(items: tuple[Item, ...]) -> list[str]:
    return [item.name for item in items]


def test_what_was_added_is_there_after_reopening(home: Path, keys: Keys, tmp_path: Path) -> None:
    with Worklist.open(home, keys=keys) as worklist:
        added = worklist.add_files([tmp_path / "a.txt", tmp_path / "b.txt"], origin=Origin.FOLDER)
        typed = worklist.add_text("Seen by Dr. Okonkwo.")
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.items() == (*added, typed)
        assert worklist.text(typed.id) == "Seen by Dr. Okonkwo."
        assert worklist.item(added[0].id) == added[0]
    assert names(added) == ["a.txt", "b.txt"]
    assert [item.path for item in added] == [tmp_path / "a.txt", tmp_path / "b.txt"]
    assert {item.state for item in added} == {ItemState.WAITING}
    assert (typed.path, typed.name, typed.origin) == (None, "", Origin.TYPED)
    assert datetime.now(UTC) - typed.added < timedelta(minutes=5)


def test_a_file_is_in_work_once_and_again_when_it_is_done(
    worklist: Worklist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = worklist.add_files([tmp_path / "a.txt"], origin=Origin.FILE)
    monkeypatch.chdir(tmp_path)
    other = worklist.add_files([Path("a.txt"), Path("sub/../a.txt")], origin=Origin.FOLDER)
    assert [item.id for item in other] == [first.id, first.id]
    worklist.set_state(first.id, ItemState.REFUSED, reason="it is empty")
    assert worklist.add_files([Path("a.txt")], origin=Origin.FILE)[0].id == first.id
    worklist.set_state(first.id, ItemState.DONE)
    (again,) = worklist.add_files([Path("a.txt")], origin=Origin.FILE)
    assert again.id != first.id
    assert again.path == tmp_path / "a.txt"


def test_a_name_that_is_no_utf_8_is_kept(home: Path, keys: Keys) -> None:
    path = Path("/ward") / "n\udce9.txt"
    with Worklist.open(home, keys=keys) as worklist:
        worklist.add_files([path], origin=Origin.FILE)
    with Worklist.open(home, keys=keys) as worklist:
        assert [item.path for item in worklist.items()] == [path]


def test_a_state_is_set_with_what_belongs_to_it(worklist: Worklist, tmp_path: Path) -> None:
    (item,) = worklist.add_files([tmp_path / "a.txt"], origin=Origin.FILE)
    worklist.set_state(item.id, ItemState.REFUSED, reason="it mixes encodings")
    assert worklist.item(item.id).reason == "it mixes encodings"
    worklist.set_state(
        item.id, ItemState.REVIEW, length=120, marks=7, uncertain=2, policy="research"
    )
    done = worklist.set_state(item.id, ItemState.DONE, uncertain=0, target=tmp_path / "out.txt")
    assert done == worklist.item(item.id)
    assert (done.state, done.reason) == (ItemState.DONE, "")
    assert (done.length, done.marks, done.uncertain, done.policy) == (120, 7, 0, "research")
    assert (done.path, done.target) == (item.path, tmp_path / "out.txt")


def test_where_a_copy_is_about_to_be_written_holds_until_the_next_state(
    worklist: Worklist, tmp_path: Path
) -> None:
    (item,) = worklist.add_files([tmp_path / "a.txt"], origin=Origin.FILE)
    target = tmp_path / "out.txt"
    began = worklist.set_state(item.id, ItemState.READY, certain_from=0.85, saving=target)
    assert (began.saving, began.target, began.certain_from) == (target, None, 0.85)
    assert worklist.items() == (began,)
    done = worklist.set_state(item.id, ItemState.DONE, target=target)
    assert (done.saving, done.target, done.certain_from) == (None, target, 0.85)


def test_a_row_as_it_was_first_written_can_be_read(worklist: Worklist, tmp_path: Path) -> None:
    (item,) = worklist.add_files([tmp_path / "a.txt"], origin=Origin.FILE)
    table, place = worklist._table, f"items.about/{item.id}"
    with table.writing() as connection:
        about = table.seal(["a.txt", str(item.path), "", "research", None], place=place)
        connection.execute("UPDATE items SET about = ? WHERE id = ?", (about, item.id))
    read = worklist.item(item.id)
    assert (read.policy, read.saving, read.certain_from) == ("research", None, None)


def test_what_is_not_there_is_told(worklist: Worklist, tmp_path: Path) -> None:
    (item,) = worklist.add_files([tmp_path / "a.txt"], origin=Origin.FILE)
    for id_ in (item.id, 99):
        with pytest.raises(WorklistUnusable, match=f"no note {id_}"):
            worklist.text(id_)
    with pytest.raises(WorklistUnusable, match="no note 99"):
        worklist.item(99)
    with pytest.raises(WorklistUnusable, match="no note 99"):
        worklist.set_state(99, ItemState.DONE)


def test_ids_are_never_given_twice(worklist: Worklist) -> None:
    first = worklist.add_text("one")
    worklist.remove([first.id])
    assert worklist.items() == ()
    assert worklist.add_text("two").id > first.id


def test_only_what_is_finished_is_cleared(worklist: Worklist, tmp_path: Path) -> None:
    items = worklist.add_files(
        [tmp_path / f"{n}.txt" for n in range(len(ItemState))], origin=Origin.FILE
    )
    for item, state in zip(items, ItemState, strict=True):
        worklist.set_state(item.id, state)
    running, ended = worklist.begin_batch(tmp_path, 3), worklist.begin_batch(tmp_path, 3)
    worklist.end_batch(ended)
    worklist.clear_finished()
    assert {item.state for item in worklist.items()} == set(ItemState) - {ItemState.DONE}
    assert [batch.id for batch in worklist.batches()] == [running]


def test_what_was_finished_long_ago_is_forgotten(worklist: Worklist, tmp_path: Path) -> None:
    done, waiting = worklist.add_files([tmp_path / "a", tmp_path / "b"], origin=Origin.FILE)
    worklist.set_state(done.id, ItemState.DONE)
    killed = worklist.begin_batch(tmp_path, 9)
    worklist.forget_finished(datetime.now(UTC) - timedelta(days=7))
    assert [item.id for item in worklist.items()] == [done.id, waiting.id]
    assert [batch.id for batch in worklist.batches()] == [killed]
    worklist.forget_finished(datetime.now(UTC) + timedelta(seconds=1))
    assert [item.id for item in worklist.items()] == [waiting.id]
    assert worklist.batches() == ()


def test_what_is_refused_at_once_is_listed_with_its_reason(
    worklist: Worklist, tmp_path: Path
) -> None:
    bad, open_, refused = (tmp_path / name for name in ("a.bin", "b.txt", "c.bin"))
    waiting, before = worklist.add_files([open_, refused], origin=Origin.FILE)
    worklist.set_state(before.id, ItemState.REFUSED, reason="a link")
    run = worklist.begin_batch(tmp_path, 3)
    listed = worklist.add_refused(
        [(bad, "no note"), (open_, "no note"), (refused, "no note")],
        origin=Origin.FOLDER,
        batch=run,
    )
    assert {item.id for item in listed} == {item.id for item in worklist.items()}
    assert [(item.state, item.reason, item.origin, item.batch) for item in listed] == [
        (ItemState.REFUSED, "no note", Origin.FOLDER, run),
        (waiting.state, "", Origin.FILE, None),
        (ItemState.REFUSED, "no note", Origin.FILE, run),
    ]


def test_a_run_is_counted(worklist: Worklist, tmp_path: Path) -> None:
    run = worklist.begin_batch(tmp_path / "ward", 40)
    worklist.count(run, done=12, refused=2)
    (batch,) = worklist.batches()
    assert (batch.folder, batch.total, batch.done, batch.refused, batch.ended) == (
        tmp_path / "ward", 40, 12, 2, None,
    )  # fmt: skip
    worklist.end_batch(run)
    (batch,) = worklist.batches()
    assert batch.ended is not None
    assert batch.started <= batch.heard <= batch.ended


def test_the_choice_for_a_folder_is_remembered(home: Path, keys: Keys, tmp_path: Path) -> None:
    chosen = FolderChoice("research", "patient-77", tmp_path / "out")
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.choice(tmp_path) is None
        worklist.remember(tmp_path, FolderChoice("safe-harbor"))
        worklist.remember(tmp_path, chosen)
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.choice(tmp_path) == chosen
        assert worklist.choice(tmp_path / "other") is None


def test_folders_stay_watched_until_they_are_not(home: Path, keys: Keys, tmp_path: Path) -> None:
    b, a = tmp_path / "b", tmp_path / "a"
    with Worklist.open(home, keys=keys) as worklist:
        worklist.watch(b)
        worklist.watch(a)
        worklist.remember(a, FolderChoice("safe-harbor"))
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.watched() == (a, b)
        worklist.unwatch(a)
        worklist.unwatch(b)
        assert worklist.watched() == ()
        assert worklist.choice(a) == FolderChoice("safe-harbor")


def test_a_watched_folder_gives_a_file_once_and_once_more_when_it_is_written_anew(
    home: Path, keys: Keys, tmp_path: Path
) -> None:
    note = tmp_path / "ward" / "a.txt"
    note.parent.mkdir()
    note.write_text("Stable.")
    with Worklist.open(home, keys=keys) as worklist:
        worklist.watch(note.parent)
        (item,) = worklist.add_files([note], origin=Origin.WATCHED)
        worklist.set_state(item.id, ItemState.DONE)
        worklist.clear_finished()
    with Worklist.open(home, keys=keys) as worklist:
        assert worklist.add_files([note], origin=Origin.WATCHED) == ()
        assert worklist.items() == ()
        note.write_text("Stable and well.")
        assert len(worklist.add_files([note], origin=Origin.WATCHED)) == 1
        worklist.clear_finished()
        worklist.unwatch(note.parent)
        worklist.watch(note.parent)
        assert len(worklist.add_files([note], origin=Origin.WATCHED)) == 1
        note.unlink()
        assert worklist.add_files([note], origin=Origin.WATCHED) == ()


def test_no_repr_shows_names_or_folders(worklist: Worklist) -> None:
    folder = Path("/ward/Quenbridge")
    (item,) = worklist.add_files([folder / "Quenbridge.txt"], origin=Origin.FILE)
    worklist.set_state(item.id, ItemState.DONE, target=folder / "out", policy="Quenbridge")
    worklist.begin_batch(folder, 1)
    shown = repr((worklist.items(), worklist.batches(), FolderChoice("p", "Quenbridge", folder)))
    assert "Quenbridge" not in shown
