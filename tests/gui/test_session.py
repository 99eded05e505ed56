from __future__ import annotations

from pathlib import Path

import pytest

from deid.errors import DetectionIncomplete, OutputExists
from deid.labels import Label
from deid.review import Mark, MarkState, Step
from gui.desk import Phase, Verdict
from gui.session import Session, without_lone_surrogates


def mark_of(session: Session, label: Label) -> Mark:
    return next(mark for mark in session.marks if mark.finding.label is label)


def test_a_pasted_note_is_examined_and_redacted(desk) -> None:
    session = desk.examine()
    assert session.phase is Phase.EXAMINED
    assert session.tally.replaced == 14
    assert session.tally.uncertain == 2
    assert session.verdict is Verdict.REVIEW
    assert "[PATIENT]" in session.redacted.text
    assert "Testfall" in session.text


def test_a_verdict_passes_once_nothing_is_uncertain(desk) -> None:
    session = desk.examine()
    session.decide.accept([mark_of(session, Label.PERSON), mark_of(session, Label.CITY)])
    desk.settle()
    assert session.verdict is Verdict.PASS


def test_each_decision_shows_in_the_result(desk) -> None:
    session = desk.examine()
    session.decide.reject([mark_of(session, Label.HOSPITAL)])
    session.decide.relabel([mark_of(session, Label.DOCTOR)], Label.PERSON)
    start = desk.note.index("Troponin")
    session.decide.add(type(session.marks[0].finding.span)(start, start + 8), Label.OTHER)
    desk.settle()
    assert "Examplewood Hospital" in session.redacted.text
    assert "Dr. [PERSON]" in session.redacted.text
    assert "[OTHER] negative" in session.redacted.text


def test_undo_and_redo_go_back_and_forth_and_leave_their_traces(desk) -> None:
    session = desk.examine()
    before = session.marks
    session.decide.reject([mark_of(session, Label.HOSPITAL)])
    session.decide.relabel([mark_of(session, Label.DOCTOR)], Label.PERSON)
    after = session.marks
    desk.worklist.kept.undo()
    desk.worklist.kept.undo()
    assert session.marks == before
    desk.worklist.kept.redo()
    desk.worklist.kept.redo()
    assert session.marks == after
    steps = [event.step for event in session.review.events]
    assert steps == [Step.DONE] * 2 + [Step.UNDONE] * 2 + [Step.REDONE] * 2


def test_a_decision_that_changes_nothing_is_none(desk) -> None:
    session = desk.examine()
    session.decide.accept([mark_of(session, Label.HOSPITAL)])
    session.decide.accept([mark_of(session, Label.HOSPITAL)])
    assert len(desk.worklist.kept.history.done) == 1


def test_a_result_for_a_note_that_is_gone_is_dropped(desk) -> None:
    session = desk.session
    desk.engine.gate.clear()
    desk.worklist.paste("Call 555-0142.")
    desk.qtbot.waitUntil(desk.engine.examining.is_set)
    desk.worklist.paste("Mail q@mail.example")
    desk.engine.gate.set()
    desk.settle()
    assert [mark.finding.label for mark in session.marks] == [Label.EMAIL]
    assert session.redacted.text == "Mail [EMAIL]"


def test_typing_while_nothing_runs_is_taken_over(desk) -> None:
    session = desk.session
    desk.worklist.begin_draft()
    session.write("Call 555-0142")
    session.write("Call 555-0142 now")
    desk.worklist.examine()
    desk.settle()
    assert session.redacted.text == "Call [PHONE] now"
    session.write("too late")
    assert session.text == "Call 555-0142 now"


def test_a_typed_note_may_be_edited_again_but_not_a_file(desk, tmp_path: Path) -> None:
    session = desk.examine("Call 555-0142")
    assert session.editable
    desk.worklist.edit()
    assert session.phase is Phase.DRAFT
    assert session.text == "Call 555-0142"
    path = tmp_path / "a.txt"
    path.write_text("Call 555-0142")
    desk.worklist.add([path])
    desk.settle()
    assert not session.editable
    desk.worklist.edit()
    assert session.phase is Phase.EXAMINED


@pytest.mark.parametrize("failure", [DetectionIncomplete("rule timed out"), ValueError("Testfall")])
def test_a_note_that_was_not_wholly_examined_cannot_be_saved(desk, failure: Exception) -> None:
    failed: list[object] = []
    desk.session.failed.connect(failed.append)
    desk.engine.failure = failure
    session = desk.examine()
    assert session.verdict is Verdict.REFUSED
    assert not session.savable
    assert session.marks == ()
    assert len(failed) == 1
    assert "Testfall" not in str(failed[0])
    session.save(desk.engine.folder / "out.txt")
    desk.settle()
    assert desk.engine.saved == []


def test_after_a_failure_the_note_can_be_examined_once_more(desk) -> None:
    desk.engine.failure = DetectionIncomplete("rule timed out")
    session = desk.examine()
    desk.engine.failure = None
    desk.worklist.examine()
    desk.settle()
    assert session.savable


def test_nothing_is_saved_while_the_result_holds_an_identifier(desk) -> None:
    session = desk.examine("Leftover, call 555-0142")
    assert session.verdict is Verdict.REFUSED
    assert not session.savable
    session.mark_leftovers()
    desk.settle()
    assert session.redacted.text == "[PATIENT], call [PHONE]"
    assert session.savable


def test_what_is_saved_is_what_is_shown(desk) -> None:
    session = desk.examine()
    session.decide.reject([mark_of(session, Label.HOSPITAL)])
    desk.settle()
    shown = session.redacted
    target = session.proposed_target
    session.save(target)
    desk.settle()
    assert session.verdict is Verdict.SAVED
    (saved,) = desk.engine.saved
    assert (saved[0].marks, *saved[1:]) == (session.review.marks, shown, target)
    assert target.read_text() == shown.text


def test_a_decision_after_saving_asks_to_save_again(desk) -> None:
    session = desk.examine()
    session.save(session.proposed_target)
    desk.settle()
    session.decide.reject([mark_of(session, Label.HOSPITAL)])
    desk.settle()
    assert session.verdict is Verdict.REVIEW


def test_a_file_that_is_there_is_not_replaced(desk) -> None:
    failed: list[object] = []
    desk.session.failed.connect(failed.append)
    session = desk.examine()
    target = desk.engine.folder / "there.txt"
    target.write_text("mine")
    session.save(target)
    desk.settle()
    assert isinstance(failed[0], OutputExists)
    assert target.read_text() == "mine"
    assert session.savable


def test_another_policy_keeps_what_was_decided(desk) -> None:
    session = desk.examine()
    session.decide.reject([mark_of(session, Label.HOSPITAL)])
    desk.worklist.choose_policy(session.policies[1])
    assert not session.savable
    desk.settle()
    assert mark_of(session, Label.HOSPITAL).state is MarkState.REJECTED
    assert session.savable


def test_the_same_policy_changes_nothing(desk) -> None:
    session = desk.examine()
    review = session.review
    desk.worklist.choose_policy(session.policy)
    assert session.review is review


def test_closing_takes_the_note_off_the_desk(desk) -> None:
    session = desk.examine()
    session.close()
    assert (session.text, session.note, session.review, session.redacted) == ("", None, None, None)


def test_half_characters_are_replaced() -> None:
    assert without_lone_surrogates("a\ud83db😀") == "a\ufffdb😀"
