from __future__ import annotations

from pathlib import Path

import pytest

from deid.errors import DetectionIncomplete, WorklistUnusable
from deid.labels import Label
from deid.policy import load_policy
from deid.review import MarkState, to_json
from deid.worklist.items import ItemState, Origin
from gui.desk import Phase, Verdict


@pytest.fixture
def folder(tmp_path: Path, desk) -> Path:
    """Three notes: one with an uncertain finding, one without, one that is none."""
    made = tmp_path / "notes"
    made.mkdir()
    (made / "a.txt").write_text("Call 555-0142, his daughter Ilse knows.")
    (made / "b.txt").write_text("Mail q@mail.example")
    (made / "c.txt").write_bytes(b"a\x00b")
    return made


def states(desk) -> list[ItemState]:
    return [item.state for item in desk.worklist.items.values()]


def mark_of(desk, label: Label):
    return next(mark for mark in desk.session.marks if mark.finding.label is label)


def item_of(desk, name: str) -> int:
    return next(item.id for item in desk.worklist.items.values() if item.name == name)


def test_a_folder_is_examined_beside_its_first_note(desk, folder: Path) -> None:
    desk.worklist.add([folder], origin=Origin.FOLDER)
    desk.settle()
    assert states(desk) == [ItemState.REVIEW, ItemState.READY, ItemState.REFUSED]
    assert desk.session.text.startswith("Call 555")
    assert desk.backlog.progress[:2] == (3, 3)
    refused = desk.worklist.items[item_of(desk, "c.txt")]
    assert "no plain text" in refused.reason


def test_an_empty_folder_is_said_to_be_so(desk, tmp_path: Path) -> None:
    failed: list[object] = []
    desk.worklist.failed.connect(failed.append)
    (tmp_path / "empty").mkdir()
    desk.worklist.add([tmp_path / "empty"])
    desk.settle()
    assert "no note was found" in str(failed[0])


def test_a_note_that_was_examined_beside_opens_without_another_examination(
    desk, folder: Path
) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.engine.examining.clear()
    desk.worklist.open_next()
    desk.settle()
    assert desk.session.text == "Mail q@mail.example"
    assert desk.session.verdict is Verdict.PASS
    assert not desk.engine.examining.is_set()


def test_pausing_lets_notes_wait(desk, folder: Path) -> None:
    desk.backlog.pause(True)
    desk.worklist.add([folder])
    desk.settle()
    assert states(desk) == [ItemState.REVIEW, ItemState.WAITING, ItemState.WAITING]
    desk.backlog.pause(False)
    desk.settle()
    assert ItemState.WAITING not in states(desk)


def test_what_waits_is_examined_once_the_detectors_are_loaded(desk, folder: Path) -> None:
    loaded, desk.session.detectors = desk.session.detectors, None
    desk.worklist.add([folder])
    desk.settle()
    assert ItemState.WAITING in states(desk)
    desk.session.detectors = loaded
    desk.session.state_changed.emit()
    desk.settle()
    assert ItemState.WAITING not in states(desk)


def test_undo_goes_back_over_all_notes(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    before = desk.session.marks
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.worklist.open_next()
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.EMAIL)])
    desk.worklist.kept.undo()
    assert mark_of(desk, Label.EMAIL).state is MarkState.OPEN
    desk.worklist.kept.undo()
    desk.settle()
    assert desk.session.text.startswith("Call 555")
    assert desk.session.marks == before
    desk.worklist.kept.redo()
    assert mark_of(desk, Label.PHONE).state is MarkState.REJECTED
    desk.worklist.kept.redo()
    desk.settle()
    assert mark_of(desk, Label.EMAIL).state is MarkState.REJECTED
    assert not desk.worklist.kept.can_redo


def test_finishing_saves_and_goes_on(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.worklist.finish()
    desk.settle()
    assert desk.session.text == "Mail q@mail.example"
    desk.worklist.finish()
    desk.settle()
    assert states(desk) == [ItemState.DONE, ItemState.DONE, ItemState.REFUSED]
    assert [target.name for _, _, target in desk.engine.saved] == [
        "a-redacted.txt",
        "b-redacted.txt",
    ]
    desk.worklist.clear_finished()
    desk.settle()
    assert states(desk) == [ItemState.REFUSED]


def test_finishing_right_after_a_decision_waits_for_the_result(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.session.decide.accept([mark_of(desk, Label.PERSON)])
    assert not desk.session.savable
    desk.worklist.finish()
    desk.settle()
    assert [target.name for _, _, target in desk.engine.saved] == ["a-redacted.txt"]
    assert desk.engine.saved[0][0].marks[1].state is MarkState.ACCEPTED


def test_a_decision_after_the_wish_to_finish_takes_it_back(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.session.decide.accept([mark_of(desk, Label.PERSON)])
    desk.worklist.finish()
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.settle()
    assert desk.engine.saved == []


def test_a_note_that_could_not_be_examined_is_refused_with_its_reason(desk, folder: Path) -> None:
    desk.engine.failure = DetectionIncomplete("rule x timed out")
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    (item,) = desk.worklist.items.values()
    assert item.state is ItemState.REFUSED
    assert "timed out" in item.reason


def test_another_policy_is_remembered_for_the_folder(desk, folder: Path) -> None:
    desk.worklist.add([folder / "a.txt"])
    desk.settle()
    desk.worklist.choose_policy(load_policy("everything"))
    desk.settle()
    desk.worklist.paste("Call 555-0142")
    desk.settle()
    desk.worklist.choose_policy(load_policy("safe-harbor"))
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    assert desk.session.policy.name == "everything"


def test_the_patient_is_remembered_for_the_folder(desk, folder: Path, start_again) -> None:
    desk.worklist.add([folder / "a.txt"])
    desk.settle()
    desk.session.decide.accept([mark_of(desk, Label.PERSON)])
    desk.worklist.choose_patient("study 7")
    desk.settle()
    assert desk.session.note.document.patient == "study 7"
    assert mark_of(desk, Label.PERSON).state is MarkState.ACCEPTED
    again = start_again()
    again.worklist.add([folder / "b.txt"])
    again.settle()
    assert again.session.note.document.patient == "study 7"


def test_the_folder_for_copies_is_remembered(desk, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    desk.worklist.add([folder / "a.txt"])
    desk.settle()
    desk.session.save(tmp_path / "out" / "first.txt")
    desk.settle()
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    assert desk.session.note.output == tmp_path / "out"


def test_undo_finds_its_act_after_another_policy_was_chosen(desk, folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere" / "d.txt"
    elsewhere.parent.mkdir()
    elsewhere.write_text("Call 555-0199")
    desk.examine("Call 555-0123")
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.worklist.add([elsewhere])
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    desk.worklist.choose_policy(load_policy("everything"))
    desk.settle()
    for text in ("Call 555-0199", "Call 555-0123"):
        desk.worklist.kept.undo()
        desk.settle()
        assert desk.session.text == text
        assert mark_of(desk, Label.PHONE).state is MarkState.OPEN
        assert desk.session.policy.name == "safe-harbor"
    assert not desk.worklist.kept.can_undo


def test_undo_does_nothing_where_its_note_had_to_be_examined_anew(desk, folder: Path) -> None:
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.EMAIL)])
    desk.worklist.add([folder / "a.txt"])
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    (folder / "a.txt").write_text("Call 555-0142 or 555-0143.")
    desk.worklist.kept.undo()
    desk.settle()
    assert desk.session.text == "Call 555-0142 or 555-0143."
    assert mark_of(desk, Label.PHONE).state is MarkState.OPEN
    assert [entry.item for entry in desk.worklist.kept.history.done] == [item_of(desk, "b.txt")]


def test_a_file_that_changed_is_examined_anew(desk, folder: Path) -> None:
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.EMAIL)])
    desk.worklist.put_away()
    (folder / "b.txt").write_text("Mail q@mail.example and 555-0142")
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    assert mark_of(desk, Label.EMAIL).state is MarkState.OPEN
    assert not desk.worklist.kept.can_undo


def test_a_typed_note_is_kept_until_it_is_edited(desk) -> None:
    desk.examine("Call 555-0142")
    (item,) = desk.worklist.items
    desk.worklist.put_away()
    assert desk.session.phase is Phase.EMPTY
    desk.worklist.open(item)
    desk.settle()
    assert desk.session.text == "Call 555-0142"
    desk.worklist.edit()
    desk.settle()
    assert desk.worklist.items == {}
    assert desk.session.phase is Phase.DRAFT


def test_what_is_removed_leaves_the_desk_and_the_history(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    item = desk.worklist.current
    assert desk.worklist.reviewed([item]) == 1
    desk.worklist.remove([item])
    desk.settle()
    assert desk.session.phase is Phase.EMPTY
    assert not desk.worklist.kept.can_undo
    assert (folder / "a.txt").exists()


def test_a_review_goes_on_where_the_program_was_ended(
    desk, folder: Path, qtbot, start_again
) -> None:
    desk.worklist.add([folder])
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.session.decide.accept([mark_of(desk, Label.PERSON)])
    desk.worklist.kept.undo()
    desk.settle()
    before = to_json(desk.session.review)

    again = start_again()
    assert [item.name for item in again.worklist.items.values()] == ["a.txt", "b.txt", "c.txt"]
    again.worklist.open_next()
    again.settle()
    assert to_json(again.session.review) == before
    assert not again.engine.examining.is_set()
    again.worklist.kept.redo()
    assert mark_of(again, Label.PERSON).state is MarkState.ACCEPTED
    again.worklist.kept.undo()
    again.worklist.kept.undo()
    assert mark_of(again, Label.PHONE).state is MarkState.OPEN


def test_a_review_that_cannot_be_read_is_begun_anew_and_told(desk, folder: Path) -> None:
    desk.worklist.add([folder / "b.txt"])
    desk.settle()
    desk.worklist.put_away()
    desk.settle()
    failed: list[object] = []
    desk.worklist.failed.connect(failed.append)

    def refuse(*_args: object, **_options: object) -> None:
        raise WorklistUnusable("worklist: damaged")

    desk.worklist.kept._shelf._opened.review = refuse
    desk.worklist.open_next()
    desk.settle()
    assert "damaged" in str(failed[0])
    assert desk.session.verdict is Verdict.PASS


def test_a_watched_folder_brings_notes_but_never_what_was_saved_there(
    desk, folder: Path, start_again
) -> None:
    desk.engine.folder = folder
    desk.queue.watch(folder)
    wait = desk.qtbot.waitUntil
    wait(lambda: len(desk.worklist.items) == 3 and not desk.busy, timeout=20_000)
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    desk.worklist.finish()
    desk.settle()
    desk.worklist.clear_finished()
    desk.settle()
    again = start_again()
    (folder / "d.txt").write_text("Call 555-0199")
    wait(lambda: len(again.worklist.items) == 3 and not again.busy, timeout=20_000)
    assert sorted(item.name for item in again.worklist.items.values()) == [
        "a.txt",
        "c.txt",
        "d.txt",
    ]
