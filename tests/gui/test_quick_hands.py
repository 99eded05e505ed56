"""What a person does before the program is done with what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QFileDialog

from deid.audit.keys import Keys
from deid.errors import WorklistUnusable
from deid.labels import Label
from deid.policy import load_policy
from deid.review import MarkState
from deid.worklist.items import ItemState, Origin
from deid.worklist.store import Worklist
from gui.actions import Do
from gui.desk import Phase, Verdict
from gui.main_window import MainWindow
from gui.views.label_picker import LabelPicker
from gui.views.patient_dialog import PatientDialog

EVERYTHING = load_policy("everything")


@pytest.fixture
def folder(tmp_path: Path, desk) -> Path:
    """Two notes: one with an uncertain finding, one without."""
    made = tmp_path / "notes"
    made.mkdir()
    (made / "a.txt").write_text("Call 555-0142, his daughter Ilse knows.")
    (made / "b.txt").write_text("Mail q@mail.example")
    return made


@pytest.fixture
def hold(desk) -> Iterator[Callable[[str], Event]]:
    """Lets a slow call of the engine, or the store, wait until the event is set."""
    gates: list[Event] = []

    def begin(which: str) -> Event:
        gate = Event()
        gates.append(gate)
        if which == "store":
            desk.worklist.kept._shelf.ask(lambda _: gate.wait())
        else:
            call = getattr(desk.engine, which)

            def wait(*arguments, **options):
                gate.wait()
                return call(*arguments, **options)

            setattr(desk.engine, which, wait)
        return gate

    yield begin
    for gate in gates:
        gate.set()


def item_of(desk, name: str) -> int:
    return next(item.id for item in desk.worklist.items.values() if item.name == name)


def state_of(desk, name: str) -> ItemState:
    return desk.worklist.items[item_of(desk, name)].state


def mark_of(desk, label: Label):
    return next(mark for mark in desk.session.marks if mark.finding.label is label)


def both(desk, folder: Path) -> None:
    desk.worklist.add([folder], origin=Origin.FOLDER)
    desk.settle()


def test_what_is_saved_counts_for_the_note_that_was_on_the_desk(desk, folder: Path, hold) -> None:
    both(desk, folder)
    gate = hold("save")
    desk.session.save(desk.engine.folder / "copy.txt")
    desk.worklist.open(item_of(desk, "b.txt"))
    gate.set()
    desk.settle()
    assert (state_of(desk, "a.txt"), state_of(desk, "b.txt")) == (ItemState.DONE, ItemState.READY)
    assert desk.worklist.items[item_of(desk, "a.txt")].target == desk.engine.folder / "copy.txt"
    assert desk.session.text.startswith("Mail")
    assert desk.session.verdict is Verdict.PASS


def test_finishing_leads_nowhere_once_another_note_was_opened(desk, folder: Path, hold) -> None:
    (folder / "c.txt").write_text("Write to r@mail.example")
    both(desk, folder)
    gate = hold("save")
    desk.worklist.finish()
    desk.worklist.open(item_of(desk, "c.txt"))
    gate.set()
    desk.settle()
    assert desk.session.text.startswith("Write")
    assert state_of(desk, "a.txt") is ItemState.DONE


def test_two_texts_pasted_at_once_are_two_notes(desk, hold) -> None:
    gate = hold("store")
    desk.worklist.paste("Call 555-0142")
    desk.qtbot.waitUntil(lambda: desk.session.note is not None)
    desk.worklist.paste("Mail q@mail.example")
    desk.qtbot.waitUntil(lambda: desk.session.note is not None)
    gate.set()
    desk.settle()
    first, second = desk.worklist.items
    assert desk.worklist.current == second
    assert desk.session.text.startswith("Mail")
    desk.worklist.finish()
    desk.settle()
    assert desk.worklist.items[second].state is ItemState.DONE
    assert desk.worklist.items[first].state is ItemState.READY
    assert desk.worklist.current == first
    assert desk.session.text.startswith("Call")
    assert desk.session.verdict is Verdict.PASS


def test_a_note_opened_right_after_pasting_comes_to_the_desk(desk, folder: Path, hold) -> None:
    both(desk, folder)
    gate = hold("store")
    desk.worklist.paste("Call 555-0142")
    desk.qtbot.waitUntil(lambda: desk.session.note is not None)
    desk.worklist.open(item_of(desk, "b.txt"))
    gate.set()
    desk.settle()
    assert desk.session.text.startswith("Mail")
    assert desk.worklist.current == item_of(desk, "b.txt")
    assert len(desk.worklist.items) == 3


@pytest.mark.parametrize("held", ["read", "store", "propose"])
def test_another_policy_while_a_review_is_fetched_keeps_its_decisions(
    desk, folder: Path, hold, held: str
) -> None:
    both(desk, folder)
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.worklist.open_next()
    desk.settle()
    gates = []
    read = desk.engine.read

    def wait_for_store(path: Path, **asked):
        gates.append(hold("store"))
        return read(path, **asked)

    if held == "store":
        desk.engine.read = wait_for_store
    else:
        gates.append(hold(held))
    desk.worklist.open(item_of(desk, "a.txt"))
    wanted = {
        "read": lambda: desk.session.phase is Phase.EXAMINING,
        "store": lambda: desk.session.note is not None,
        "propose": lambda: desk.session.note is not None and not desk.queue._shelf._jobs.busy,
    }
    desk.qtbot.waitUntil(wanted[held])
    desk.engine.examining.clear()
    desk.worklist.choose_policy(EVERYTHING)
    for gate in gates:
        gate.set()
    desk.settle()
    assert desk.session.policy is EVERYTHING
    assert desk.engine.examining.is_set()
    assert mark_of(desk, Label.PHONE).state is MarkState.REJECTED


@pytest.mark.parametrize(
    "leave",
    [
        lambda desk: desk.worklist.paste("Mail q@mail.example"),
        lambda desk: desk.worklist.begin_draft(),
        lambda desk: desk.worklist.put_away(),
        lambda desk: desk.worklist.open(min(desk.worklist.items)),
    ],
)
def test_what_was_typed_stays_in_the_queue(desk, folder: Path, leave) -> None:
    both(desk, folder)
    desk.worklist.begin_draft()
    desk.session.write("His phone is 555-0142")
    before = set(desk.worklist.items)
    leave(desk)
    desk.settle()
    kept = min(set(desk.worklist.items) - before)
    desk.worklist.open(kept)
    desk.settle()
    assert desk.session.text == "His phone is 555-0142"


def test_an_empty_draft_leaves_nothing(desk) -> None:
    desk.worklist.begin_draft()
    desk.session.write("  \n")
    desk.worklist.put_away()
    desk.settle()
    assert desk.worklist.items == {}


def test_the_window_closes_once_the_note_is_saved(
    desk, folder: Path, window: MainWindow, hold, start_again
) -> None:
    both(desk, folder)
    gate = hold("save")
    desk.session.save(desk.engine.folder / "copy.txt")
    window.close()
    assert window.isVisible()
    gate.set()
    desk.qtbot.waitUntil(lambda: not window.isVisible())
    again = start_again()
    assert state_of(again, "a.txt") is ItemState.DONE


def test_the_window_stays_when_what_it_waits_for_fails(
    desk, folder: Path, window: MainWindow, hold
) -> None:
    both(desk, folder)
    gate = hold("save")
    (desk.engine.folder / "copy.txt").write_text("there")
    desk.session.save(desk.engine.folder / "copy.txt")
    window.close()
    gate.set()
    desk.settle()
    assert window.isVisible()
    assert "a file of that name" in window.review.message.words.text()


def test_undo_takes_back_nothing_else_when_its_note_was_examined_anew(desk, folder: Path) -> None:
    both(desk, folder)
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    desk.session.decide.reject([mark_of(desk, Label.EMAIL)])
    desk.worklist.open(item_of(desk, "a.txt"))
    desk.settle()
    (folder / "b.txt").write_text("Mail q@mail.example and 555-0142")
    desk.worklist.kept.undo()
    desk.settle()
    assert desk.session.text.startswith("Mail")
    desk.worklist.open(item_of(desk, "a.txt"))
    desk.settle()
    assert mark_of(desk, Label.PHONE).state is MarkState.REJECTED


def test_an_act_right_after_a_removal_can_be_undone(desk, folder: Path, hold) -> None:
    both(desk, folder)
    gate = hold("store")
    desk.worklist.remove([item_of(desk, "b.txt")])
    assert [item.name for item in desk.worklist.items.values()] == ["a.txt"]
    ready = Event()
    desk.worklist.kept._shelf.ask(lambda _: ready.set())
    gate.set()
    assert ready.wait(10)
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.settle()
    assert desk.worklist.kept.can_undo


def test_a_list_read_before_a_note_was_saved_does_not_take_that_back(
    desk, folder: Path, hold
) -> None:
    both(desk, folder)
    gate, ready = hold("store"), Event()
    desk.queue._read()
    desk.worklist.kept._shelf.ask(lambda _: ready.set())
    gate.set()
    assert ready.wait(10)
    desk.queue.change(item_of(desk, "b.txt"), state=ItemState.DONE)
    desk.settle()
    assert state_of(desk, "b.txt") is ItemState.DONE


def test_a_saved_note_stays_done_while_it_is_looked_at(desk, folder: Path) -> None:
    both(desk, folder)
    desk.worklist.finish()
    desk.settle()
    seen: list[ItemState] = []
    desk.worklist.items_changed.connect(lambda: seen.append(state_of(desk, "a.txt")))
    desk.worklist.open(item_of(desk, "a.txt"))
    desk.settle()
    assert desk.session.verdict is Verdict.SAVED
    assert set(seen) == {ItemState.DONE}


def test_an_act_that_could_not_be_kept_is_kept_with_the_next_one(
    desk, folder: Path, start_again
) -> None:
    both(desk, folder)
    store = desk.worklist.kept._shelf._opened
    keep_step = store.keep_step

    def fail(*_arguments) -> None:
        raise WorklistUnusable("worklist: locked")

    store.keep_step = fail
    desk.session.decide.accept([mark_of(desk, Label.PERSON)])
    desk.settle()
    store.keep_step = keep_step
    desk.session.decide.reject([mark_of(desk, Label.PHONE)])
    desk.settle()
    again = start_again()
    again.worklist.open(item_of(again, "a.txt"))
    again.settle()
    assert mark_of(again, Label.PERSON).state is MarkState.ACCEPTED
    assert mark_of(again, Label.PHONE).state is MarkState.REJECTED


def test_a_name_chosen_for_one_note_saves_no_other(desk, folder: Path, window: MainWindow) -> None:
    both(desk, folder)
    window.actions_table[Do.SAVE].trigger()
    (dialog,) = window.findChildren(QFileDialog)
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    dialog.filesSelected.emit([str(desk.engine.folder / "a-copy.txt")])
    desk.settle()
    assert desk.engine.saved == []
    dialog.close()


def test_a_patient_given_for_one_note_is_not_that_of_another(
    desk, folder: Path, window: MainWindow
) -> None:
    both(desk, folder)
    window.actions_table[Do.PATIENT].trigger()
    (dialog,) = window.findChildren(PatientDialog)
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    dialog.chosen.emit("study 7")
    desk.settle()
    assert desk.session.note.document.patient == ""
    dialog.close()


def test_a_label_chosen_for_one_note_marks_no_other(desk, folder: Path, window: MainWindow) -> None:
    both(desk, folder)
    window.review.acts.add_each([desk.session.marks[0].finding.span])
    picker = window.findChildren(LabelPicker)[-1]
    desk.worklist.open(item_of(desk, "b.txt"))
    desk.settle()
    before = desk.session.marks
    picker.chosen.emit(Label.DOCTOR)
    assert desk.session.marks == before
    picker.close()


def test_no_held_key_decides_or_saves_twice(window: MainWindow) -> None:
    table = window.actions_table
    for do in (Do.FINISH, Do.REJECT, Do.ACCEPT, Do.REJECT_ALL, Do.SAVE, Do.REMOVE_NOTE):
        assert not table[do].autoRepeat()
    letters = [action for action in table._letters if action.text() == table[Do.REJECT].text()]
    assert letters
    assert not any(action.autoRepeat() for action in letters)
    assert table[Do.NEXT].autoRepeat()


def test_a_second_press_does_not_finish_the_next_note(
    desk, folder: Path, window: MainWindow, monkeypatch
) -> None:
    (folder / "a.txt").write_text("Call 555-0142")
    both(desk, folder)
    monkeypatch.setattr("gui.notices.seconds_of_two_presses", lambda: 60.0)
    window.actions_table[Do.FINISH].trigger()
    desk.settle()
    window.actions_table[Do.FINISH].trigger()
    desk.settle()
    assert [target.name for _, _, target in desk.engine.saved] == ["a-redacted.txt"]
    monkeypatch.setattr("gui.notices.seconds_of_two_presses", lambda: 0.0)
    window.actions_table[Do.FINISH].trigger()
    desk.settle()
    assert len(desk.engine.saved) == 2


def test_what_was_told_of_uncertain_findings_holds_for_these_alone(
    desk, folder: Path, window: MainWindow
) -> None:
    both(desk, folder)
    window.actions_table[Do.FINISH].trigger()
    assert "Nobody looked at 1" in window.review.message.words.text()
    desk.worklist.choose_threshold(0.99)
    desk.settle()
    window.actions_table[Do.FINISH].trigger()
    desk.settle()
    assert desk.engine.saved == []
    assert "Nobody looked at 2" in window.review.message.words.text()
    desk.session.decide.accept([mark_of(desk, Label.PERSON)])
    desk.worklist.kept.undo()
    desk.settle()
    window.review.message.remedy.click()
    desk.settle()
    assert desk.engine.saved == []


def test_places_found_in_one_note_are_none_in_another(desk, folder: Path, hold) -> None:
    both(desk, folder)
    desk.search.search("daughter", False)
    desk.settle()
    assert desk.search.unmarked
    desk.worklist.open(item_of(desk, "b.txt"))
    assert desk.search.unmarked == ()
    assert desk.search.place is None


def test_a_changed_threshold_holds_while_a_note_is_saved(desk, folder: Path, hold) -> None:
    both(desk, folder)
    gate = hold("save")
    desk.session.save(desk.engine.folder / "copy.txt")
    desk.worklist.choose_threshold(0.99)
    gate.set()
    desk.settle()
    assert desk.session.standard.certain_from == 0.99
    assert desk.engine.saved[0][0].finished.certain_from == 0.85


def test_a_review_that_another_window_began_is_not_replaced(
    desk, folder: Path, deid_home: Path
) -> None:
    store, find = desk.worklist.kept._shelf._opened, desk.backlog._find
    before: list[str] = []

    def find_slowly(note, policy, seed):
        with Worklist.open(deid_home, keys=Keys.open(deid_home)) as other:
            (item,) = (one.id for one in other.items() if one.name == note.document.id)
            other.set_state(item, ItemState.REVIEW)
        before.append(note.document.id)
        return find(note, policy, seed)

    desk.backlog._find = find_slowly
    keep, replaced = store.keep_review, []

    def keep_review(item: int, *rest, **facts) -> None:
        replaced.append(desk.worklist.items[item].name)
        keep(item, *rest, **facts)

    store.keep_review = keep_review
    both(desk, folder)
    assert "b.txt" in before
    assert replaced == ["a.txt"]
