"""The list of findings: its rows while marks come and go, and the panel around it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from deid import review
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.detect.occlusion import Occlusion, WordWeight
from deid.explain import Evidence, RuleFacts
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Mark, MarkState, Review, Standard, Step
from gui.tables.findings import Column, FindingsModel, Shown
from gui.tables.listing import difference
from gui.tables.roles import COUNT_ROLE, Branch
from gui.tables.words import detector_words
from gui.theme import LIGHT
from gui.views.findings_panel import FindingsPanel

TEXT = """\
Chidi Okonkwo, MRN 00483921, was seen by Dr. Mockridge on 11/03/2026.
OKONKWO is a lighthouse keeper in Ohio. Okonkwo's daughter Ilse called.
Okonkwo comes again on 11/17/2026 to see Amaru Mockridge.
"""
MODEL = "model:0a1b2c3d"
STANDARD = Standard(load_policy("safe-harbor"), 0.85)
_PATTERNS = (
    ("Chidi Okonkwo|OKONKWO|Okonkwo", Label.PATIENT, 0.97, MODEL),
    ("(?:Amaru )?Mockridge", Label.DOCTOR, 0.91, MODEL),
    ("Ilse", Label.PERSON, 0.61, MODEL),
    (r"\b\d{8}\b", Label.MRN, 0.99, "rule:us/mrn@2"),
    (r"\d\d/\d\d/\d{4}", Label.DATE, 0.72, "rule:dates/numeric@1"),
    ("Ohio", Label.STATE, 0.9, MODEL),
)


def at(words: str, *, behind: str = "") -> Span:
    start = TEXT.index(words, TEXT.index(behind))
    return Span(start, start + len(words))


def begin() -> Review:
    kept = [
        Finding(Span(*match.span()), label, score, detector)
        for pattern, label, score, detector in _PATTERNS
        for match in re.finditer(pattern, TEXT)
    ]
    kept.sort(key=lambda finding: finding.span)
    unsure = Finding(at("lighthouse keeper"), Label.PROFESSION, 0.42, MODEL)
    dropped = (Dropped(unsure, DropReason.BELOW_THRESHOLD),)
    return review.begin(Document("note", TEXT), Resolution(tuple(kept), dropped), reviewer="clerk")


def find(state: Review, words: str, *, behind: str = "") -> Mark:
    span = at(words, behind=behind)
    return next(mark for mark in state.marks if mark.finding.span == span)


def do(state: Review, act: review.Act) -> Review:
    return review.apply(state, act)


def model_of(state: Review, *, grouped: bool = False, shown: Shown = Shown.ALL) -> FindingsModel:
    model = FindingsModel(STANDARD)
    model.set_grouped(grouped)
    model.show(state.marks, TEXT, STANDARD)
    model.list_only(shown, "")
    return model


def texts(model: FindingsModel) -> list[str]:
    return [model.index(row, Column.TEXT).data() for row in range(model.rowCount())]


# The model


def test_the_rows_are_a_sound_model(qtmodeltester: ModelTester) -> None:
    for grouped in (False, True):
        model = model_of(begin(), grouped=grouped)
        qtmodeltester.check(model)
        model.sort(Column.LABEL, Qt.SortOrder.DescendingOrder)
        model.set_open(0, opened=True)
        qtmodeltester.check(model)


def test_a_row_says_what_stands_about_a_finding(qapp: object) -> None:
    model = model_of(begin(), shown=Shown.REPLACED)
    row = [model.index(0, column).data() for column in Column]
    assert row == ["?", "Ilse", "PERSON", "0.61", "Model"]
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, Column.STATE).data(role) == "uncertain, will be replaced"
    told = model.index(0, Column.TEXT).data(role)
    assert told == "Ilse, person, uncertain, 0.61, found by model"


def test_a_group_says_how_often_it_stands_and_in_which_states(qapp: object) -> None:
    state = begin()
    state = do(state, review.accept(state, [find(state, "OKONKWO")]))
    model = model_of(state, grouped=True, shown=Shown.REPLACED)
    row = texts(model).index("Chidi Okonkwo")
    assert model.index(row, Column.TEXT).data(COUNT_ROLE) == 4
    assert model.branch(row) is Branch.CLOSED
    told = model.index(row, Column.TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Chidi Okonkwo, patient, 4 times, 3 certain, 1 accepted, 0.97, found by model"
    assert model.index(row, Column.STATE).data() == "…"


def test_people_are_one_row_and_their_marks_follow_it_once_it_is_open(qapp: object) -> None:
    model = model_of(begin(), grouped=True, shown=Shown.REPLACED)
    closed = texts(model)
    assert closed == [
        *("Ilse", "11/03/2026", "11/17/2026", "Amaru Mockridge", "Chidi Okonkwo", "00483921"),
    ]
    row = closed.index("Chidi Okonkwo")
    model.set_open(row, opened=True)
    opened = texts(model)
    assert opened[row : row + 5] == ["Chidi Okonkwo", "Chidi Okonkwo", "OKONKWO", *["Okonkwo"] * 2]
    assert model.branch(row) is Branch.OPEN
    assert [len(model.marks(at)) for at in (row, row + 1)] == [4, 1]
    model.set_open(row, opened=False)
    assert texts(model) == closed


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown.UNCERTAIN, ["Ilse", "11/03/2026", "11/17/2026"]),
        (Shown.REJECTED, ["00483921"]),
        (Shown.LEFT, ["lighthouse keeper"]),
    ],
)
def test_only_what_is_asked_for_is_listed(qapp: object, shown: Shown, expected: list[str]) -> None:
    state = begin()
    state = do(state, review.reject(state, [find(state, "00483921")]))
    model = model_of(state, shown=shown)
    assert texts(model) == expected
    assert model.counts[shown] == len(expected)


def test_words_narrow_the_list(qapp: object) -> None:
    model = model_of(begin())
    model.list_only(Shown.ALL, "date 17/")
    assert texts(model) == ["11/17/2026"]
    model.list_only(Shown.ALL, "us/mrn")
    assert texts(model) == ["00483921"]


@pytest.mark.parametrize("column", [Column.TEXT, Column.LABEL, Column.CERTAINTY, Column.FOUND_BY])
def test_every_column_sorts_both_ways(qapp: object, column: Column) -> None:
    model = model_of(begin())
    for order, backwards in (
        (Qt.SortOrder.DescendingOrder, True),
        (Qt.SortOrder.AscendingOrder, False),
    ):
        model.sort(column, order)
        values = [model.index(row, column).data().casefold() for row in range(model.rowCount())]
        assert values == sorted(values, reverse=backwards)
        assert len(set(values)) > 1


def test_the_first_column_sorts_by_place(qapp: object) -> None:
    model = model_of(begin())
    model.sort(Column.STATE)
    assert (texts(model)[0], texts(model)[-1]) == ("Chidi Okonkwo", "Amaru Mockridge")
    model.sort(Column.STATE, Qt.SortOrder.DescendingOrder)
    assert (texts(model)[0], texts(model)[-1]) == ("Amaru Mockridge", "Chidi Okonkwo")


def test_an_act_changes_its_own_row_and_resets_nothing(qtbot: QtBot) -> None:
    state = begin()
    model = model_of(state, shown=Shown.REPLACED)
    accepted = do(state, review.accept(state, [find(state, "Ilse")]))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as changed:
        model.show(accepted.marks, TEXT, STANDARD)
    assert [changed.args[0].row(), changed.args[1].row()] == [0, 0]
    rejected = do(accepted, review.reject(accepted, [find(accepted, "Ilse")]))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsRemoved) as removed:
        model.show(rejected.marks, TEXT, STANDARD)
    assert removed.args[1:] == [0, 0]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted):
        model.show(accepted.marks, TEXT, STANDARD)
    assert texts(model)[0] == "Ilse"


def rows(model: FindingsModel) -> list[tuple[object, ...]]:
    return [
        (model.marks(row), model.branch(row), *(model.index(row, c).data() for c in Column))
        for row in range(model.rowCount())
    ]


@pytest.mark.parametrize("shown", list(Shown))
@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("column", [Column.CERTAINTY, Column.TEXT])
def test_rows_after_any_acts_are_those_of_a_list_made_anew(
    qtmodeltester: ModelTester, shown: Shown, grouped: bool, column: Column
) -> None:
    draw = random.Random(f"{shown} {grouped} {column}")
    model = model_of(begin(), grouped=grouped, shown=shown)
    model.sort(column)
    qtmodeltester.check(model)
    for state in walk(draw, 40):
        closed = [row for row in range(model.rowCount()) if model.branch(row) is Branch.CLOSED]
        if closed:
            model.set_open(draw.choice(closed), opened=True)
        model.show(state.marks, TEXT, STANDARD)
        fresh = model_of(state, grouped=grouped, shown=shown)
        fresh.sort(column)
        opened = [row for row in range(model.rowCount()) if model.branch(row) is Branch.OPEN]
        for key in {model.key(row) for row in opened}:
            fresh.set_open(fresh.row_of_key(key), opened=True)
        assert rows(model) == rows(fresh)
        assert [model.counts[kind] for kind in Shown] == [fresh.counts[kind] for kind in Shown]
        assert all(model.copies(mark) == fresh.copies(mark) for mark in state.marks)


def walk(draw: random.Random, steps: int) -> Iterator[Review]:
    """A review after random acts, and random undoing of them."""
    state = begin()
    done: list[review.Act] = []
    for _ in range(steps):
        if done and draw.random() < 0.3:
            state = review.apply(state, done.pop(), step=Step.UNDONE)
        else:
            done.append(random_act(state, draw))
            state = review.apply(state, done[-1])
        yield state


def random_act(state: Review, draw: random.Random) -> review.Act:
    """An act on marks, or on a range, drawn by lot."""
    marks = draw.sample(state.marks, draw.choice((1, 1, 1, 3)))
    start = draw.randrange(len(TEXT) - 12)
    match draw.choice(("accept", "reject", "relabel", "add")):
        case "accept":
            return review.accept(state, marks)
        case "reject":
            return review.reject(state, marks)
        case "relabel":
            return review.relabel(state, marks, draw.choice((Label.DOCTOR, Label.CITY)))
        case _:
            return review.add(state, Span(start, start + draw.randint(1, 12)), Label.PERSON)


def test_the_difference_of_two_lists_of_marks_is_told_by_object() -> None:
    one, two, three = (
        Mark(Finding(Span(n, n + 1), Label.DATE, 0.9, MODEL), MarkState.OPEN) for n in range(3)
    )
    assert difference((one, two), (one, two)) == ((), ())
    assert difference((one, two, three), (one, three)) == ((two,), ())
    assert difference((one, three), (one, two, three)) == ((), (two,))
    assert difference((), (one,)) == ((), (one,))
    assert difference((one, two), (three,)) == ((one, two), (three,))


def test_detectors_have_names_for_people() -> None:
    assert detector_words("rule:us/mrn@2") == "Rule us/mrn"
    assert detector_words("rule:us/mrn@2", short=True) == "us/mrn"
    assert detector_words("model:0a1b2c3d") == "Model"
    assert detector_words("reviewer:clerk") == "You"


# The panel


_NOTHING_HELD = Qt.KeyboardModifier.NoModifier


class Bench:
    """A panel over a review."""

    def __init__(self, qtbot: QtBot) -> None:
        self.state = begin()
        self.panel = FindingsPanel(LIGHT, STANDARD, [])
        qtbot.addWidget(self.panel)
        self.panel.resize(460, 800)
        self.panel.show()
        self.show()

    def show(self) -> None:
        self.panel.show_marks(self.state.marks, TEXT, STANDARD, examined=True)

    def do(self, act: review.Act) -> None:
        self.state = review.apply(self.state, act)
        self.show()

    def reject(self) -> None:
        self.do(review.reject(self.state, self.panel.selected()))

    def accept(self) -> None:
        self.do(review.accept(self.state, self.panel.selected()))

    @property
    def words(self) -> str:
        mark = self.panel.current()
        return "" if mark is None else mark.finding.span.of(TEXT)

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.panel.table, key, modifier)

    def told(self) -> str:
        return " ".join(
            label.text() for label in self.panel.findChildren(QLabel) if label.isVisible()
        )


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench(qtbot)


def test_the_least_certain_finding_comes_first(bench: Bench) -> None:
    assert bench.words == "Ilse"
    assert bench.panel.kinds.itemText(0) == "To be replaced (10)"
    assert bench.panel.kinds.itemText(1) == "Uncertain (3)"


def test_a_decision_goes_on_to_the_next_uncertain_finding(bench: Bench) -> None:
    seen = []
    for decide in (bench.accept, bench.reject, bench.accept):
        seen.append(bench.words)
        bench.panel.decide(decide)
    assert seen == ["Ilse", "11/03/2026", "11/17/2026"]
    assert bench.panel.kinds.itemText(1) == "Uncertain (0)"
    assert bench.words == "Mockridge"


def test_an_accepted_row_stays_and_a_rejected_one_leaves_its_place_to_the_next(
    bench: Bench,
) -> None:
    bench.accept()
    assert bench.words == "Ilse"
    bench.reject()
    assert bench.words == "11/03/2026"
    bench.panel.select(find(bench.state, "OKONKWO"))
    bench.do(review.relabel(bench.state, bench.panel.selected(), Label.DOCTOR))
    assert bench.words == "OKONKWO"


def test_a_group_row_stands_for_all_its_marks(bench: Bench) -> None:
    bench.panel.select(find(bench.state, "Chidi Okonkwo"))
    bench.panel.set_grouped(True)
    assert len(bench.panel.selected()) == 4
    assert "4 certain" in bench.told()
    bench.accept()
    accepted = [m for m in bench.state.marks if m.state is MarkState.ACCEPTED]
    assert len(accepted) == 4
    assert len(bench.panel.selected()) == 4


def test_a_mark_that_is_chosen_in_the_text_stands_for_itself_alone(bench: Bench) -> None:
    bench.panel.set_grouped(True)
    mark = find(bench.state, "Okonkwo", behind="Ohio")
    bench.panel.select(mark)
    assert bench.panel.selected() == (mark,)
    bench.panel.select_at(at("OKONKWO"))
    assert [m.finding.span for m in bench.panel.selected()] == [at("OKONKWO")]


def test_a_mark_that_is_not_listed_is_found_among_all(bench: Bench) -> None:
    bench.panel.words.setText("nothing holds this")
    assert bench.panel.current() is None
    bench.panel.select(find(bench.state, "lighthouse keeper"))
    assert bench.words == "lighthouse keeper"
    assert bench.panel.shown is Shown.ALL


def test_arrows_open_and_close_groups_and_home_and_end_go_to_the_ends(bench: Bench) -> None:
    bench.panel.set_grouped(True)
    model = bench.panel.table.model()
    bench.key(Qt.Key.Key_End)
    assert bench.words == "00483921"
    bench.key(Qt.Key.Key_Up)
    count = model.rowCount()
    bench.key(Qt.Key.Key_Right)
    assert model.rowCount() == count + 4
    bench.key(Qt.Key.Key_Right)
    bench.key(Qt.Key.Key_Down)
    assert bench.panel.selected() == (find(bench.state, "OKONKWO"),)
    bench.key(Qt.Key.Key_Left)
    assert len(bench.panel.selected()) == 4
    bench.key(Qt.Key.Key_Left)
    assert model.rowCount() == count
    bench.key(Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert len(bench.panel.selected()) == 9
    bench.key(Qt.Key.Key_Home)
    assert bench.words == "Ilse"


def test_arrows_follow_the_direction_of_writing(bench: Bench) -> None:
    bench.panel.table.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    bench.panel.set_grouped(True)
    bench.panel.select(find(bench.state, "OKONKWO"))
    bench.key(Qt.Key.Key_Right)
    assert len(bench.panel.selected()) == 4


def test_another_policy_may_leave_out_what_was_looked_at(bench: Bench) -> None:
    bench.panel.set_grouped(True)
    other = Standard(load_policy("everything"), 0.85)
    left = tuple(mark for mark in bench.state.marks if mark.finding.span != at("Ilse"))
    bench.panel.show_marks(left, TEXT, other, examined=True)
    assert bench.words == "11/03/2026"


def test_another_note_begins_at_its_least_certain_finding(bench: Bench) -> None:
    bench.panel.step(-1)
    mark = Mark(Finding(Span(0, 4), Label.PERSON, 0.5, MODEL), MarkState.OPEN)
    bench.panel.show_marks([mark], "Ilse called.", STANDARD, examined=True)
    assert bench.panel.current() == mark
    bench.show()
    assert bench.words == "Ilse"


def test_letters_do_not_search_the_list(bench: Bench) -> None:
    bench.key(Qt.Key.Key_O)
    assert bench.words == "Ilse"


def test_groups_stay_open_while_acts_go_on(bench: Bench) -> None:
    bench.panel.set_grouped(True)
    bench.panel.select(find(bench.state, "OKONKWO"))
    count = bench.panel.table.model().rowCount()
    bench.accept()
    assert bench.panel.table.model().rowCount() == count
    assert bench.words == "OKONKWO"
    bench.reject()
    assert bench.panel.table.model().rowCount() == count - 1


def test_a_rejected_name_whose_copies_are_replaced_is_told(bench: Bench, qtbot: QtBot) -> None:
    mark = find(bench.state, "OKONKWO")
    bench.panel.select(mark)
    bench.reject()
    assert bench.words != "OKONKWO"
    assert "Rejected here; 2 more of “OKONKWO” are replaced." in bench.told()
    with qtbot.waitSignal(bench.panel.reject_all_wanted) as wanted:
        bench.panel.hint.button.click()
    rejected = wanted.args[0]
    assert rejected.finding == mark.finding
    assert rejected.state is MarkState.REJECTED
    bench.do(review.reject_all(bench.state, rejected))
    assert not bench.panel.hint.isVisible()


def test_a_rejected_name_without_copies_is_not_told(bench: Bench) -> None:
    bench.reject()
    assert not bench.panel.hint.isVisible()


def test_an_empty_list_says_why(bench: Bench) -> None:
    panel = bench.panel
    panel.show_marks((), TEXT, STANDARD, examined=True)
    said = panel.table.accessibleDescription
    assert said() == "Nothing was found in this note.\nRead it once before you release it."
    panel.show_marks((), "", STANDARD, examined=False)
    assert said() == "The findings appear here once the note is examined."
    unsure = find(bench.state, "lighthouse keeper")
    panel.show_marks([unsure], TEXT, STANDARD, examined=True)
    assert "Nothing of this note will be replaced." in said()
    assert "not sure enough: 1." in said()
    bench.show()
    assert said() == ""
    panel.kinds.setCurrentIndex(panel.kinds.findData(Shown.REJECTED))
    assert said() == "Nothing was rejected."
    panel.words.setText("x")
    assert said() == "No finding of this kind holds these words."


def test_the_order_is_chosen_by_keyboard_or_on_the_header(bench: Bench) -> None:
    orders = bench.panel.head.orders
    orders.setFocus()
    QTest.keyClick(orders, Qt.Key.Key_Down)
    assert orders.currentText() == "Most certain first"
    assert texts(bench.panel.table.model())[0] == "00483921"
    assert bench.words == "Ilse"
    header = bench.panel.table.horizontalHeader()
    header.setSortIndicator(Column.TEXT, Qt.SortOrder.AscendingOrder)
    assert orders.currentText() == "By text"
    header.setSortIndicator(Column.TEXT, Qt.SortOrder.DescendingOrder)
    assert orders.currentIndex() == -1


def test_the_card_tells_rule_law_and_treatment(bench: Bench) -> None:
    bench.panel.select(find(bench.state, "00483921"))
    facts = [value.text() for value in bench.panel.facts.values]
    assert facts == [
        "will be replaced",
        "Rule us/mrn, version 2 · score 0.99",
        "(H) medical record numbers · medical record number",
        "replaced by a tag",
    ]
    assert bench.panel.facts.values[0].accessibleName() == "State: will be replaced"
    bench.panel.show_marks((), "", STANDARD)
    assert "Rule" not in bench.told()


def test_why_is_asked_for_while_it_is_shown_and_only_for_the_finding_looked_at(
    bench: Bench,
) -> None:
    asked: list[Mark] = []
    bench.panel.why_wanted.connect(asked.append)
    bench.panel.step(1)
    assert asked == []
    bench.panel.set_why_shown(True)
    first = bench.panel.current()
    bench.panel.step(1)
    second = bench.panel.current()
    assert asked == [first, second]
    bench.panel.show_why(first, ())
    assert bench.panel.why.found.body.text() == ""
    bench.panel.show_why(second, ())
    assert bench.panel.why.found.isVisible()
    bench.panel.set_why_shown(False)
    bench.panel.step(1)
    assert asked == [first, second]


def test_why_tells_what_gave_way_and_which_words_weighed(bench: Bench) -> None:
    bench.panel.select(find(bench.state, "Mockridge"))
    mark = bench.panel.current()
    bench.panel.set_why_shown(True)
    other = Finding(at("Dr. Mockridge"), Label.PATIENT, 0.4, MODEL)
    words = Occlusion(
        0.91, 0.4, (WordWeight(at("Dr."), 0.31, 2.1), WordWeight(at("was"), 0.9, 0.05))
    )
    dropped = (Dropped(other, DropReason.COVERED, mark.finding),)
    bench.panel.show_why(mark, dropped, words)
    why = bench.panel.why
    assert "The model 0a1b2c3d takes it for: doctor." in why.found.body.text()
    assert why.dropped.body.text() == (
        "“Dr. Mockridge” as patient (Model, 0.40): this finding stands in its place"
    )
    assert why.words.body.text() == (
        "“Dr.”: without it 0.31 instead of 0.91\nBy the words around it alone: 0.40"
    )
    bench.panel.show_marks((), "", STANDARD)
    assert "Dr." not in bench.told()
    assert why.dropped.body.text() == ""


def test_why_tells_of_a_rule_what_its_shape_rests_on(bench: Bench) -> None:
    bench.panel.select(find(bench.state, "00483921"))
    mark = bench.panel.current()
    bench.panel.set_why_shown(True)
    rule = RuleFacts("us/mrn", "2", "practice of hospitals", raised=True, lowered=False)
    evidence = Evidence(mark.finding, 0.995, 0.5, rule=rule)
    bench.panel.show_why(mark, (), evidence=[evidence], waiting=True)
    told = bench.panel.why.found.body.text()
    assert "rule us/mrn, version 2" in told
    assert "shape: practice of hospitals · raised by words near it" in told
    assert bench.panel.why.words.body.text() == "being worked out …"


def test_why_tells_how_sure_the_label_is_where_that_is_what_counts(bench: Bench) -> None:
    mark = find(bench.state, "Mockridge")
    bench.panel.set_why_shown(True)
    for rivals, told in (((), False), (((Label.PATIENT, 0.3),), True)):
        doubted = replace(mark, finding=replace(mark.finding, score=0.91, rivals=rivals))
        bench.panel.show_marks((doubted,), TEXT, STANDARD)
        bench.panel.show_why(doubted, ())
        body = bench.panel.why.found.body.text()
        assert "Its score is 0.91" in body
        assert ("Its label is sure to 0.40 only" in body) is told


@pytest.mark.parametrize("height", [280, 340, 420, 800])
@pytest.mark.parametrize("why", [False, True])
def test_nothing_overlaps_where_there_is_little_room(
    bench: Bench, qtbot: QtBot, height: int, why: bool
) -> None:
    panel = bench.panel
    panel.select(find(bench.state, "OKONKWO"))
    bench.reject()
    panel.set_why_shown(why)
    panel.resize(300, height)
    qtbot.wait(1)
    parts = [
        part for part in (panel.head, panel.table, panel.hint, panel._card) if part.isVisible()
    ]
    assert {panel.table, panel.hint} <= set(parts)
    places = [(part.geometry().top(), part.geometry().bottom()) for part in parts]
    assert all(above[1] < below[0] for above, below in pairwise(places)), places
    if panel.head.isVisible():
        lowest = max(child.geometry().bottom() for child in panel.head.findChildren(QComboBox))
        assert lowest <= panel.head.rect().bottom()


def test_a_row_that_moves_far_away_does_not_take_the_list_along(bench: Bench) -> None:
    text = " ".join(f"Name{number}" for number in range(300))
    kept = [
        Finding(Span(*match.span()), Label.PERSON, 0.5 + at / 1000, MODEL)
        for at, match in enumerate(re.finditer(r"\w+", text))
    ]
    state = review.begin(Document("n", text), Resolution(tuple(kept)), reviewer="clerk")
    panel = bench.panel
    panel.show_marks(state.marks, text, STANDARD, examined=True)
    panel.step(40)
    top = panel.table.rowAt(0)
    assert top > 0

    def relabel() -> None:
        changed = review.apply(state, review.relabel(state, panel.selected(), Label.CITY))
        panel.show_marks(changed.marks, text, STANDARD, examined=True)

    panel.decide(relabel)
    assert panel.current() is state.marks[41]
    assert panel.table.rowAt(0) == top
