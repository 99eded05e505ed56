"""Reviews from which sure findings are withheld: nothing gives these away or lets them out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from deid import (
    Deidentifier,
    Dropped,
    DropReason,
    Finding,
    Policy,
    Resolution,
    Span,
    load_policy,
    officer,
    review,
)
from deid.audit.records import ReviewerMeasured
from deid.detect import View
from deid.errors import ConfigurationError
from deid.labels import Label
from deid.officer.measuring import measure_reviewers
from deid.review import Caught
from deid.review.rates import rates
from deid.site_settings import settings_path
from gui.actions import Do
from gui.desk import Note, Saved, Verdict
from gui.engine import LogFile, NoteEngine
from gui.main_window import MainWindow
from gui.policy_changes import Sample, changes

POLICY = load_policy("safe-harbor")


@pytest.fixture(autouse=True)
def measured(desk) -> None:
    """All that may be withheld is."""
    desk.engine.share = 1.0


def hidden(desk) -> list[str]:
    return [finding.span.of(desk.session.text) for finding in desk.session.review.withheld]


def mark_withheld(desk, number: int) -> None:
    finding = desk.session.review.withheld[number]
    desk.session.decide.add(finding.span, finding.label)
    desk.settle()


def copied(window: MainWindow, *, start: int = 0, end: int | None = None) -> str:
    """What is in the clipboard after this part of the result was selected and copied."""
    text = window.review.result.text
    cursor = text.textCursor()
    cursor.setPosition(start)
    if end is None:
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
    else:
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    text.copy()
    return QGuiApplication.clipboard().text()


def test_what_is_withheld_is_neither_listed_nor_counted_nor_shown_as_replaced(
    desk, window: MainWindow
) -> None:
    session = desk.examine()
    withheld = session.review.withheld
    assert len(withheld) == 2
    assert not {mark.finding for mark in session.marks} & set(withheld)
    assert session.tally.replaced == 12
    assert "12 findings" in window.review.strip.sentence.text()
    assert window.review.result.hint.text() == f"{len(session.redacted.redactions) - 2} replaced"
    assert next(iter(desk.worklist.items.values())).marks == 12
    shown = window.review.result.text.plain_text()
    for words in hidden(desk):
        assert words in shown
        assert session.redacted.text.count(words) < shown.count(words)
    told = " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())
    assert "withheld" not in told


def test_the_search_finds_in_the_result_what_is_seen_there(desk) -> None:
    session = desk.examine()
    words = hidden(desk)[0]
    desk.search.search(words, near=False)
    desk.settle()
    assert desk.search.in_result
    assert all(place.of(session.shown.text) == words for place in desk.search.in_result)


def test_what_is_copied_from_the_result_holds_nothing_that_is_withheld(
    desk, window: MainWindow
) -> None:
    session = desk.examine()
    written, shown = session.redacted.text, session.shown.text
    window.actions_table[Do.COPY_RESULT].trigger()
    assert QGuiApplication.clipboard().text() == written
    assert "as it would be saved" in window.review.message.words.text()
    assert copied(window) == written
    at = shown.index(hidden(desk)[0])
    assert copied(window, start=at + 1, end=at + 3).startswith("[")
    assert copied(window, start=0, end=9) == written[:9]
    text = window.review.result.text
    text.selectAll()
    QTest.keyClick(text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == written
    assert text.createMimeDataFromSelection().text() == written


def test_nothing_is_copied_where_nothing_is_selected(desk, window: MainWindow) -> None:
    desk.examine()
    assert not window.review.result.text.createMimeDataFromSelection().hasText()


def test_the_file_holds_nothing_that_is_withheld_and_the_message_tells_what_was_caught(
    desk, window: MainWindow, tmp_path: Path
) -> None:
    session = desk.examine()
    mark_withheld(desk, 0)
    saved: list[Saved] = []
    session.saved.connect(saved.append)
    missed = session.review.withheld[1]
    session.save(tmp_path / "out.txt")
    desk.settle()
    assert session.verdict is Verdict.SAVED
    assert saved == [Saved(tmp_path / "out.txt", 14, Caught(withheld=2, caught=1))]
    told = window.review.message.words.text()
    assert "1 of 2 withheld identifiers were caught; all of them are replaced." in told
    state, redacted, target = desk.engine.saved[0]
    assert target.read_text() == redacted.text
    assert missed in [made.finding for made in redacted.redactions]
    assert review.caught(state) == Caught(2, 1)
    assert window.review.result.text.plain_text() == redacted.text


def test_after_saving_another_act_hides_again_what_was_not_caught(desk, tmp_path: Path) -> None:
    session = desk.examine()
    session.save(tmp_path / "out.txt")
    desk.settle()
    assert session.shown is session.redacted
    session.decide.reject(session.marks[:1])
    desk.settle()
    assert session.shown != session.redacted


def test_without_measuring_no_message_tells_of_it(desk, window: MainWindow, tmp_path: Path) -> None:
    desk.engine.share = 0.0
    session = desk.examine()
    assert session.review.withheld == ()
    assert session.shown is session.redacted
    session.save(tmp_path / "out.txt")
    desk.settle()
    assert "withheld" not in window.review.message.words.text()


def test_a_note_in_which_only_withheld_findings_are_replaced_is_not_said_to_be_unchanged(
    desk, window: MainWindow, tmp_path: Path
) -> None:
    session = desk.examine("Seen on 11/03/2026 and well.")
    assert session.tally.replaced == 0
    session.save(tmp_path / "out.txt")
    desk.settle()
    assert "unchanged" not in window.review.message.words.text()
    assert "0 of 1" in window.review.message.words.text()
    assert (tmp_path / "out.txt").read_text() == "Seen on [DATE] and well."


def test_what_is_left_in_the_result_is_shown_at_its_place_and_stops_the_saving(
    desk, window: MainWindow
) -> None:
    session = desk.examine("Seen on 11/03/2026 by Leftover.")
    assert session.verdict is Verdict.REFUSED
    assert [left.span.of(session.shown.text) for left in session.shown.residual] == ["Leftover"]
    session.mark_leftovers()
    desk.settle()
    assert [mark.finding.span.of(session.text) for mark in session.marks] == ["Leftover"]
    assert session.savable
    assert session.shown.text == "Seen on 11/03/2026 by [PATIENT]."


def test_looking_for_what_was_missed_does_not_find_what_is_withheld(desk) -> None:
    session = desk.examine()
    withheld = session.review.withheld
    session.look_again()
    desk.settle()
    assert "daughter" in [mark.finding.span.of(session.text) for mark in session.marks]
    found = [mark.finding.span for mark in session.marks]
    assert not [one for one in withheld if any(span.overlaps(one.span) for span in found)]


def test_why_does_not_tell_what_gave_way_to_something_withheld(
    desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = desk.engine.find

    def find_more(note: Note, policy: Policy, seed: bytes = b"") -> Resolution:
        """Over each finding and its neighbour lies another one that gave way."""
        found = find(note, policy)
        pairs = zip(found.kept, found.kept[1:], strict=False)
        wide = [
            Dropped(
                Finding(Span(one.span.start, two.span.end), Label.PERSON, 0.5, "wide"),
                DropReason.COVERED,
                two,
            )
            for one, two in pairs
        ]
        return replace(found, dropped=(*found.dropped, *wide))

    monkeypatch.setattr(desk.engine, "find", find_more)
    session = desk.examine()
    told: list[tuple[Dropped, ...]] = []
    desk.why.told.connect(lambda mark, dropped, more: told.append(dropped))
    for mark in session.marks:
        desk.why.ask(mark)
        desk.settle()
    spans = [dropped.finding.span for one in told for dropped in one]
    assert spans
    hidden_spans = [finding.span for finding in session.review.withheld]
    assert not [span for span in spans if any(span.overlaps(place) for place in hidden_spans)]


def test_trying_a_policy_does_not_show_what_is_withheld(desk) -> None:
    session = desk.examine()
    samples: list[Sample | None] = []
    desk.trial(POLICY, samples.append)
    desk.settle()
    sample = samples[0]
    assert sample is not None
    plain = Sample(sample.text, replace(sample.redacted, redactions=()))
    originals = [change.original for change in changes(plain, sample)]
    assert len(originals) == len(sample.redacted.redactions)
    found = [made.finding for made in sample.redacted.redactions]
    assert not set(found) & set(session.review.withheld)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    made.mkdir()
    for number, name in enumerate("abc", start=1):
        (made / f"{name}.txt").write_text(f"Seen on 0{number}/03/2026, call 555-0142.")
    return made


def test_what_waits_in_the_queue_is_measured_too(desk, folder: Path) -> None:
    desk.worklist.add([folder])
    desk.settle()
    assert [item.marks for item in desk.worklist.items.values()] == [1, 1, 1]
    desk.worklist.open_next()
    desk.settle()
    assert hidden(desk) == ["02/03/2026"]
    assert desk.session.shown.text == "Seen on 02/03/2026, call [PHONE]."
    assert desk.session.redacted.text == "Seen on [DATE], call [PHONE]."


def test_finishing_tells_what_was_caught_while_the_next_note_comes(
    desk, window: MainWindow, folder: Path
) -> None:
    desk.worklist.add([folder])
    desk.settle()
    mark_withheld(desk, 0)
    window.actions_table[Do.FINISH].trigger()
    desk.settle()
    assert desk.session.text.startswith("Seen on 02/")
    assert window.review.message.isVisible()
    assert "1 of 1 withheld" in window.review.message.words.text()
    window.actions_table[Do.NEXT_NOTE].trigger()
    desk.settle()
    assert not window.review.message.isVisible()


def test_a_review_that_was_kept_still_withholds_the_same(
    desk, folder: Path, start_again: Callable[[], object]
) -> None:
    desk.worklist.add([folder / "a.txt"])
    desk.settle()
    withheld = desk.session.review.withheld
    again = start_again()
    again.worklist.open(next(iter(again.worklist.items)))
    again.settle()
    assert again.session.review.withheld == withheld != ()


def test_the_reviewer_is_told_that_reviews_are_measured(desk, window: MainWindow) -> None:
    words = "Reviews are measured"
    assert words not in " ".join(label.text() for label in window.findChildren(QLabel))
    desk.session.load()
    desk.settle()
    assert words in " ".join(label.text() for label in window.findChildren(QLabel))


TEXT = "MRN: 00483921\nSeen on 11/03/2026 with Ilse Testfall, born on 04/17/1948.\n"


class Sure:
    """Finds numbers, and a name, and has no doubt of them."""

    name = "sure"

    def detect(self, view: View) -> list[Finding]:
        patterns = (
            (r"\d\d/[\d/]+", Label.DATE),
            (r"\d{8}", Label.MRN),
            (r"Ilse \w+", Label.PATIENT),
        )
        return [
            Finding(view.span(*match.span()), label, 0.99, "rule:test/sure@1")
            for pattern, label in patterns
            for match in re.finditer(pattern, view.text)
        ]


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return Deidentifier(policy=POLICY, detectors=[Sure()], quick=[Sure()])


@pytest.fixture
def engine(deidentifier: Deidentifier) -> Iterator[NoteEngine]:
    """The real engine, on a data folder where the officer chose to measure."""
    with officer.Desk.open() as desk:
        measure_reviewers(desk, 1)
    made = NoteEngine(lambda: deidentifier)
    yield made
    made.close()


def test_the_engine_withholds_the_same_each_time_and_nothing_unless_it_was_chosen(
    engine: NoteEngine, deidentifier: Deidentifier
) -> None:
    engine.load()
    assert engine.measures()
    note = engine.take(TEXT)
    examined = engine.examine(note, POLICY)
    assert len(examined.withheld) == 2
    assert engine.examine(note, POLICY).withheld == examined.withheld
    assert engine.withholding(note)(examined.resolution, POLICY) == examined.withheld
    with officer.Desk.open() as desk:
        measure_reviewers(desk, 0)
    later = NoteEngine(lambda: deidentifier)
    assert not later.measures()
    assert later.examine(note, POLICY).withheld == ()
    later.close()


def test_another_site_withholds_others(
    engine: NoteEngine, deidentifier: Deidentifier, tmp_path: Path
) -> None:
    with officer.Desk.open(tmp_path) as desk:
        measure_reviewers(desk, 0.5)
    with officer.Desk.open() as desk:
        measure_reviewers(desk, 0.5)
    other = NoteEngine(lambda: deidentifier, folder=tmp_path)
    notes = [engine.take(f"{TEXT}{number}\n") for number in range(20)]
    chosen = [[e.examine(note, POLICY).withheld for note in notes] for e in (engine, other)]
    assert chosen[0] != chosen[1]
    other.close()


def test_a_damaged_setting_stops_the_work_before_anything_is_opened(
    deidentifier: Deidentifier, deid_home: Path
) -> None:
    deid_home.mkdir(exist_ok=True)
    settings_path(deid_home).write_text("{}")
    engine = NoteEngine(lambda: deidentifier)
    with pytest.raises(ConfigurationError, match="measure-reviewers"):
        engine.load()
    engine.close()


def test_the_log_tells_what_was_caught_and_the_file_holds_none_of_it(
    engine: NoteEngine, tmp_path: Path
) -> None:
    note = engine.take(TEXT)
    examined = engine.examine(note, POLICY)
    state = review.begin(
        note.document, examined.resolution, reviewer="clerk", withheld=examined.withheld
    )
    first, second = examined.withheld
    state = review.apply(state, review.add(state, first.span, first.label))
    redacted = engine.redact(note, state, POLICY)
    assert not redacted.residual
    engine.save(note, state, redacted, POLICY, tmp_path / "out.txt")
    output = (tmp_path / "out.txt").read_text()
    assert not [one for one in (first, second) if one.span.of(TEXT) in output]
    assert second.span.of(TEXT) in review.as_shown(state, redacted).text
    log = LogFile()
    records = log.newest(100).records
    told = [record.event for record in records if isinstance(record.event, ReviewerMeasured)]
    assert [(one.reviewer, one.withheld, one.caught) for one in told] == [("clerk", 2, 1)]
    (rate,) = rates(records)
    assert (rate.notes, rate.rate) == (1, 0.5)
    assert log.verify().documents == 1
