"""The dialog that changes a policy: what is locked stays, what comes out is saved and told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deid.datatypes import Finding, Redacted, Redaction, Span
from deid.labels import Label
from deid.policy import (
    OPTION_FORMS,
    Basis,
    Difference,
    OperatorName,
    Policy,
    Treatment,
    load_policy,
    parse_policy,
    save_policy,
    shipped_policies,
    user_policies,
)
from gui.policy_changes import (
    INVENTED_NOTE,
    Change,
    Sample,
    basis_words,
    changes,
    choice_words,
    difference_words,
    operator_words,
    option_words,
)
from gui.theme import LIGHT
from gui.views.policy_editor import PolicyEditor
from gui.views.policy_preview import _MOST, PolicyPreview

PLACES = {"Quillan Testfall": Label.PATIENT, "00483921": Label.MRN, "04/17/1948": Label.DATE}


def redact(policy: Policy, text: str = INVENTED_NOTE) -> Sample:
    """What becomes of the places that are known, in a simple way."""
    pieces: list[str] = []
    made: list[Redaction] = []
    at = length = 0
    for words, label in PLACES.items():
        span = Span(text.index(words), text.index(words) + len(words))
        operator = policy.treatments[label].operator
        written = words if operator is OperatorName.KEEP else f"[{operator} {label}]"
        pieces += [text[at : span.start], written]
        length += span.start - at
        place = Span(length, length + len(written))
        made.append(Redaction(Finding(span, label, 0.9, "known"), operator, place))
        length += len(written)
        at = span.end
    return Sample(text, Redacted("x", "".join([*pieces, text[at:]]), tuple(made)))


class Note:
    """Redacts at once, or when it is told to."""

    def __init__(self) -> None:
        self.asked: list[Policy] = []
        self.held: list[Callable[[], None]] | None = None
        self.fails = False

    def __call__(self, policy: Policy, done: Callable[[Sample | None], None]) -> None:
        self.asked.append(policy)
        sample = None if self.fails else redact(policy)
        if self.held is None:
            done(sample)
        else:
            self.held.append(lambda: done(sample))


@pytest.fixture
def note() -> Note:
    return Note()


@pytest.fixture
def open_editor(qtbot: QtBot, note: Note) -> Callable[[Policy], PolicyEditor]:
    def make(base: Policy) -> PolicyEditor:
        editor = PolicyEditor(base, LIGHT, note)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(editor)
        with qtbot.waitActive(editor):
            editor.show()
            editor.activateWindow()
        return editor

    return make


@pytest.fixture
def editor(open_editor: Callable[[Policy], PolicyEditor]) -> PolicyEditor:
    return open_editor(load_policy("safe-harbor"))


def hospital(*locked: str) -> Policy:
    return parse_policy(
        {
            "name": "hospital",
            "version": 2,
            "basis": "safe-harbor",
            "default": {"operator": "tag"},
            "locked": list(locked),
        }
    )


def options(editor: PolicyEditor, label: Label) -> dict[str, QWidget]:
    """The fields of the options that a row shows, by the name of the option."""
    fields = (QCheckBox, QSpinBox, QComboBox, QLineEdit)
    return {
        widget.property("option"): widget
        for widget in editor.rows.rows[label].options.findChildren(QWidget)
        if isinstance(widget, fields) and widget.property("option") and not widget.isHidden()
        if not widget.parentWidget().isHidden()
    }


def saved(qtbot: QtBot, editor: PolicyEditor) -> Policy:
    with qtbot.waitSignal(editor.saved) as signal:
        qtbot.mouseClick(editor.save, Qt.MouseButton.LeftButton)
    (policy,) = signal.args
    return policy


@pytest.mark.parametrize("name", shipped_policies())
def test_a_policy_is_shown_as_it_is(
    open_editor: Callable[[Policy], PolicyEditor], name: str
) -> None:
    policy = load_policy(name)
    editor = open_editor(policy)
    for label, row in editor.rows.rows.items():
        assert row.treatment() == policy.treatments[label]
        assert row.score() == policy.thresholds[label]
    assert set(editor.rows.rows) == set(Label)
    assert editor.differences.text() == "None yet."
    assert editor.name.text() == f"my-{name}"


def test_a_change_is_told_and_saved_as_the_users_own(qtbot: QtBot, editor: PolicyEditor) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    editor.rows.rows[Label.AGE].threshold.setValue(0.75)
    assert editor.differences.text().splitlines() == [
        "AGE: counts from 0.75, instead of 0.5",
        "MRN: mask, instead of tag (numbered)",
    ]
    editor.name.setText("ward")
    assert "ward, version 1" in editor.save.text()
    policy = saved(qtbot, editor)
    assert user_policies().policies == (policy,)
    assert (policy.name, policy.version) == ("ward", 1)
    assert policy.treatments[Label.MRN].operator is OperatorName.MASK
    assert not editor.isVisible()


def test_the_version_of_ones_own_policy_rises(
    qtbot: QtBot, open_editor: Callable[[Policy], PolicyEditor]
) -> None:
    save_policy(hospital())
    editor = open_editor(load_policy("hospital"))
    assert editor.name.text() == "hospital"
    assert not editor.save.isEnabled()
    editor.description.setText("For the whole hospital")
    assert "hospital, version 3" in editor.save.text()
    assert saved(qtbot, editor).version == 3


def test_what_is_locked_is_told_and_cannot_be_changed(
    open_editor: Callable[[Policy], PolicyEditor],
) -> None:
    editor = open_editor(hospital("MRN", "thresholds", "basis"))
    row, other = editor.rows.rows[Label.MRN], editor.rows.rows[Label.AGE]
    assert not row.operator.isEnabled()
    assert not row.options.isEnabled()
    assert not row.threshold.isEnabled()
    assert row.lock is not None
    assert row.lock.words.text() == "locked by hospital"
    assert other.operator.isEnabled()
    assert not other.threshold.isEnabled()
    assert other.lock is not None
    assert other.lock.words.text() == "threshold locked by hospital"
    assert not editor.basis.isEnabled()


def test_a_lock_is_reached_by_keyboard_and_read_out(
    open_editor: Callable[[Policy], PolicyEditor],
) -> None:
    editor = open_editor(hospital("MRN"))
    lock = editor.rows.rows[Label.MRN].lock
    assert lock is not None
    lock.words.setFocus()
    assert QApplication.focusWidget() is lock.words
    assert lock.words.focusPolicy() & Qt.FocusPolicy.TabFocus
    told = QAccessible.queryAccessibleInterface(lock.words).text(QAccessible.Text.Name)
    assert told == "MRN: locked by hospital. It is tag, and counts from 0.5."


def test_locks_go_into_what_is_saved(
    qtbot: QtBot, open_editor: Callable[[Policy], PolicyEditor]
) -> None:
    editor = open_editor(hospital("MRN"))
    editor.rows.rows[Label.AGE].choose(OperatorName.KEEP)
    assert saved(qtbot, editor).locked == {"MRN"}


def test_what_safe_harbor_forbids_is_told_until_another_basis_is_named(
    qtbot: QtBot, editor: PolicyEditor
) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.KEEP)
    assert editor.error.isVisible()
    assert "MRN" in editor.error.text()
    assert "expert-determination" in editor.error.text()
    assert not editor.save.isEnabled()
    editor.basis.setCurrentIndex(editor.basis.findData(Basis.EXPERT_DETERMINATION.value))
    assert not editor.error.isVisible()
    assert saved(qtbot, editor).basis is Basis.EXPERT_DETERMINATION


@pytest.mark.parametrize("name", ["", "safe-harbor", "Ward", "../x"])
def test_a_name_that_cannot_be_is_told(editor: PolicyEditor, name: str) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    editor.name.setText(name)
    assert editor.error.isVisible()
    assert not editor.save.isEnabled()
    editor.name.setText("ward")
    assert not editor.error.isVisible()
    assert editor.save.isEnabled()


def test_a_policy_that_cannot_be_written_is_told_and_the_dialog_stays(
    editor: PolicyEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    monkeypatch.setattr("deid.policy.files.os.fsync", fail)
    editor.save.click()
    assert editor.isVisible()
    assert "No space left" in editor.error.text()
    assert user_policies().policies == ()


def test_options_are_those_of_the_operator(editor: PolicyEditor) -> None:
    row = editor.rows.rows[Label.MRN]
    assert set(options(editor, Label.MRN)) == {"numbered"}
    row.choose(OperatorName.MASK)
    fields = options(editor, Label.MRN)
    assert set(fields) == {"width", "character"}
    assert row.treatment().options == {}
    fields["width"].setValue(0)
    fields["character"].setText("█")
    assert row.treatment().options == {"width": 0, "character": "█"}
    row.choose(OperatorName.SURROGATE)
    fields = options(editor, Label.MRN)
    assert set(fields) == {"kind"}
    fields["kind"].setCurrentIndex(fields["kind"].findData("markov"))
    assert set(options(editor, Label.MRN)) == {"kind", "redraw_percent"}
    row.choose(OperatorName.TAG)
    assert row.treatment() == load_policy("safe-harbor").treatments[Label.MRN]


def test_a_character_that_is_missing_is_told(editor: PolicyEditor) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    options(editor, Label.MRN)["character"].clear()
    assert "`character`" in editor.error.text()
    assert not editor.save.isEnabled()


def test_only_dates_are_shifted(editor: PolicyEditor) -> None:
    offered = {
        label: row.operator.findData(OperatorName.SHIFT_DATE.value)
        for label, row in editor.rows.rows.items()
    }
    assert [label for label, place in offered.items() if place >= 0] == [Label.DATE]


def test_a_threshold_with_many_digits_is_kept_unless_it_is_changed(
    open_editor: Callable[[Policy], PolicyEditor],
) -> None:
    base = parse_policy(
        {
            "name": "fine",
            "version": 1,
            "basis": "safe-harbor",
            "default": {"operator": "tag"},
            "thresholds": {"AGE": 0.912345},
        }
    )
    editor = open_editor(base)
    row = editor.rows.rows[Label.AGE]
    assert row.score() == 0.912345
    row.threshold.setValue(0.8)
    assert row.score() == 0.8


def test_the_preview_shows_the_places_that_change(
    qtbot: QtBot, editor: PolicyEditor, note: Note
) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    table = editor.preview.table
    qtbot.waitUntil(lambda: table.rowCount() == 1)
    shown = [table.item(0, column).text() for column in range(3)]
    assert shown == ["00483921", "[tag MRN]", "[mask MRN]"]
    assert editor.preview.state.text() == "1 place changes"
    assert note.asked[0].digest == load_policy("safe-harbor").digest


def test_many_changes_in_a_row_are_one_question(
    qtbot: QtBot, editor: PolicyEditor, note: Note
) -> None:
    for operator in (OperatorName.MASK, OperatorName.GENERALISE, OperatorName.SURROGATE):
        editor.rows.rows[Label.MRN].choose(operator)
    qtbot.waitUntil(lambda: editor.preview.table.rowCount() == 1)
    assert len(note.asked) == 2  # the base, and what was chosen last
    assert editor.preview.table.item(0, 2).text() == "[surrogate MRN]"


def test_a_late_answer_is_not_shown_for_a_newer_question(
    qtbot: QtBot, editor: PolicyEditor, note: Note
) -> None:
    note.held = []
    mrn = editor.rows.rows[Label.MRN]
    mrn.choose(OperatorName.MASK)
    qtbot.waitUntil(lambda: len(note.asked) == 1)
    note.held.pop()()
    assert len(note.asked) == 2
    mrn.choose(OperatorName.SURROGATE)
    note.held.pop()()  # what the mask comes to, which nobody wants any more
    assert editor.preview.table.rowCount() == 0
    qtbot.waitUntil(lambda: len(note.asked) == 3)
    note.held.pop()()
    assert editor.preview.table.item(0, 2).text() == "[surrogate MRN]"


def test_an_answer_after_the_end_is_let_go(qtbot: QtBot, editor: PolicyEditor, note: Note) -> None:
    note.held = []
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    qtbot.waitUntil(lambda: len(note.asked) == 1)
    editor.reject()
    editor.reject()
    note.held.pop()()
    assert len(note.asked) == 1
    assert editor.preview.table.rowCount() == 0


def test_a_note_that_cannot_be_redacted_is_told(
    qtbot: QtBot, editor: PolicyEditor, note: Note
) -> None:
    note.fails = True
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    qtbot.waitUntil(lambda: "could not be redacted" in editor.preview.state.text())


def test_nothing_is_shown_for_what_is_no_policy(qtbot: QtBot, editor: PolicyEditor) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    qtbot.waitUntil(lambda: editor.preview.table.rowCount() == 1)
    editor.rows.rows[Label.MRN].choose(OperatorName.KEEP)
    assert editor.preview.table.rowCount() == 0
    editor.rows.rows[Label.MRN].choose(OperatorName.TAG)
    assert editor.preview.state.text() == "No place of the note changes."


def test_a_long_list_of_places_is_cut_and_says_so(qtbot: QtBot) -> None:
    base = load_policy("safe-harbor")
    preview = PolicyPreview(base, lambda policy, done: None)
    qtbot.addWidget(preview)
    preview._show((Change("a", "b", "c"),) * (_MOST + 1))
    assert preview.table.rowCount() == _MOST
    assert preview.state.text() == f"{_MOST + 1} places change, the first {_MOST} are shown"


def test_unsaved_changes_are_dropped_only_on_the_second_request(
    qtbot: QtBot, editor: PolicyEditor
) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert "not saved" in editor.error.text()
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_enter_in_a_field_saves_nothing(qtbot: QtBot, editor: PolicyEditor) -> None:
    editor.rows.rows[Label.MRN].choose(OperatorName.MASK)
    for field in (editor.name, editor.rows.rows[Label.AGE].threshold):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert editor.isVisible()
    assert user_policies().policies == ()


def test_without_changes_it_closes_at_once(qtbot: QtBot, editor: PolicyEditor) -> None:
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_every_field_has_a_name_and_is_reached_by_tab(
    qtbot: QtBot, open_editor: Callable[[Policy], PolicyEditor]
) -> None:
    editor = open_editor(hospital("MRN", "basis"))
    editor.rows.rows[Label.AGE].choose(OperatorName.MASK)
    editor.rows.rows[Label.PHONE].choose(OperatorName.SURROGATE)
    editor.name.setFocus()
    reached: list[QWidget] = []
    focus: QWidget | None = editor.name
    while focus is not None and focus not in reached:
        reached.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
    assert focus is editor.name
    fields = (QComboBox, QSpinBox, QCheckBox, QPushButton)
    wanted = [w for kind in fields for w in editor.findChildren(kind) if w.isEnabled()]
    missing = [w.accessibleName() for w in wanted if w.isVisible() and w not in reached]
    assert missing == []
    assert editor.rows.rows[Label.MRN].lock.words in reached
    unnamed = [
        w
        for w in reached
        if not QAccessible.queryAccessibleInterface(w).text(QAccessible.Text.Name)
    ]
    assert unnamed == []


def test_control_and_arrows_go_from_label_to_label(
    qtbot: QtBot, open_editor: Callable[[Policy], PolicyEditor]
) -> None:
    editor = open_editor(hospital("DOCTOR"))
    rows = editor.rows.rows
    rows[Label.PATIENT].threshold.setFocus()
    control = Qt.KeyboardModifier.ControlModifier
    for expected in (rows[Label.DOCTOR].lock.words, rows[Label.PERSON].operator):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down, control)
        assert QApplication.focusWidget() is expected
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, control)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, control)
    assert QApplication.focusWidget() is rows[Label.PATIENT].operator
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Up, control)
    assert QApplication.focusWidget() is rows[Label.PATIENT].operator


def test_the_wheel_changes_no_field_that_has_not_the_focus(editor: PolicyEditor) -> None:
    row = editor.rows.rows[Label.MRN]
    editor.name.setFocus()
    for field in (row.operator, row.threshold, editor.basis):
        where = QPointF(field.rect().center())
        turned = QWheelEvent(
            where,
            QPointF(field.mapToGlobal(where.toPoint())),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, turned)
    assert editor.differences.text() == "None yet."


def test_a_narrow_window_puts_rows_on_two_lines(qtbot: QtBot, editor: PolicyEditor) -> None:
    row = editor.rows.rows[Label.PATIENT]
    editor.resize(editor.rows.width_in_line() + 900, 700)
    qtbot.waitUntil(lambda: row.options.x() > row.operator.x())
    assert row.options.y() < row.operator.geometry().bottom()
    editor.resize(editor.rows.width_in_line(), 700)
    qtbot.waitUntil(lambda: row.options.y() > row.operator.geometry().bottom())
    assert editor.preview.y() > editor.rows.y()


def test_every_word_of_the_form_has_words_for_people() -> None:
    for operator, forms in OPTION_FORMS.items():
        assert operator_words(operator)
        for key, form in forms.items():
            assert option_words(key)
            assert all(choice_words(choice) != choice for choice in form.choices)
    assert len({basis_words(basis) for basis in Basis}) == len(Basis)


def test_differences_are_told_in_words() -> None:
    before = Treatment(OperatorName.TAG, {"numbered": True})
    after = Treatment(OperatorName.SHIFT_DATE, {"max_days": 30, "keep_weekday": False})
    told = [
        difference_words(Difference(Label.DATE, before, after)),
        difference_words(Difference(Label.DATE, 0.5, 0.6)),
        difference_words(Difference(None, Basis.SAFE_HARBOR, Basis.PSEUDONYMISATION)),
    ]
    assert told == [
        "DATE: shift the date (days at most 30, not keep the weekday), instead of tag (numbered)",
        "DATE: counts from 0.6, instead of 0.5",
        "Basis: pseudonymisation, instead of Safe Harbor",
    ]


TEXT = "Ilse Mock, 12 May"


def sample(*made: tuple[int, int, str]) -> Sample:
    out, at = "", 0
    redactions: list[Redaction] = []
    for start, end, written in made:
        out += TEXT[at:start]
        place = Span(len(out), len(out) + len(written))
        finding = Finding(Span(start, end), Label.PERSON, 0.9, "known")
        redactions.append(Redaction(finding, "tag", place))
        out, at = out + written, end
    return Sample(TEXT, Redacted("x", out + TEXT[at:], tuple(redactions)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [], []),
        ([(0, 9, "[P]")], [(0, 9, "[P]")], []),
        ([(0, 9, "[P]")], [(0, 9, "X")], [("Ilse Mock", "[P]", "X")]),
        ([(0, 9, "[P]")], [], [("Ilse Mock", "[P]", "Ilse Mock")]),
        ([], [(11, 17, "[D]")], [("12 May", "12 May", "[D]")]),
        ([(0, 9, "[P]")], [(5, 9, "[L]")], [("Ilse Mock", "[P]", "Ilse [L]")]),
        ([(0, 6, "A"), (8, 10, "B")], [(5, 9, "C")], [("Ilse Mock,", "AocB", "Ilse C,")]),
        ([(0, 4, "A"), (5, 9, "B")], [(0, 4, "A"), (5, 9, "C")], [("Mock", "B", "C")]),
        ([(0, 4, "A")], [(0, 4, "A"), (4, 9, "C")], [(" Mock", " Mock", "C")]),
    ],
)
def test_changes_are_told_in_whole_places(
    before: list[tuple[int, int, str]],
    after: list[tuple[int, int, str]],
    expected: list[tuple[str, str, str]],
) -> None:
    found = changes(sample(*before), sample(*after))
    assert [(c.original, c.before, c.after) for c in found] == expected


def test_nothing_of_a_note_shows_in_what_is_printed() -> None:
    made = sample((0, 9, "[P]"))
    assert "Ilse" not in repr(made) + repr(changes(made, sample()))


def test_the_invented_note_holds_what_the_policies_differ_in() -> None:
    assert all(words in INVENTED_NOTE for words in PLACES)
