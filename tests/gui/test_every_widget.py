"""What must hold for every widget of the window and of all that opens from it.

Each can be named by a screen reader, each word is translated, and at every size, in longer
words and from right to left none is cut off.
"""

from __future__ import annotations

import re
import runpy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QSize,
    Qt,
    QTranslator,
)
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deid import Label, load_policy, officer, resources, shipped_policies
from deid.audit.people import make_personal_key, people
from deid.audit.records import EVENTS, KeyAct, KeyKind, Role
from deid.officer.enrolment import enrol
from gui.actions import SPECS, Do
from gui.appearance import Appearance
from gui.main_window import MainWindow
from gui.officer.desk_jobs import DeskJobs
from gui.officer.pages import PAGES
from gui.officer.window import OfficerWindow
from gui.settings import Settings, all_keys
from gui.theme import Kind

OPENING = (
    Do.KEYS,
    Do.PALETTE,
    Do.SHORTCUTS,
    Do.RELABEL,
    Do.RELABEL_ALL,
    Do.ACCEPT_ALL,
    Do.REJECT_ALL,
    Do.CERTAINTY,
    Do.POLICY_EDITOR,
    Do.FIND,
    Do.WHY,
)
"""What opens a dialog or a part of the window. Dialogs for files are the system's."""

SCREEN = QSize(1920, 1020)
"""What a usual screen has room for."""

STATES = ("empty", "examined", "log", *OPENING)

CheckClipped = Callable[[QWidget], None]


@pytest.fixture
def show(desk, window: MainWindow, qtbot: QtBot) -> Iterator[Callable[[str], list[QWidget]]]:
    """Brings the window into a state, and gives it and what opened."""

    def bring(state: str) -> list[QWidget]:
        window.resize(SCREEN)
        if state != "empty":
            desk.examine()
        if state == "log":
            window.actions_table[Do.LOG_TAB].trigger()
        elif state in set(OPENING):
            window.review.findings.step(1)
            window.actions_table[Do(state)].trigger()
        desk.settle()
        opened = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
        return [window, *(w for w in opened if isinstance(w, QDialog) or w.inherits("QFrame"))]

    yield bring
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog) or widget.windowType() is Qt.WindowType.Popup:
            widget.close()


def within(root: QWidget) -> list[QWidget]:
    """A widget and all in it that are not shown as windows of their own."""
    return [w for w in (root, *root.findChildren(QWidget)) if w.window() is root]


# Names, roles and states


INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
)
WHOLES = (QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView, QTabBar, QMenuBar)
"""What Qt makes within these is told as a part of them."""


def is_interactive(widget: QWidget) -> bool:
    """Whether a person can use it by itself."""
    if not widget.isVisible() or widget.focusProxy() is not None:
        return False
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, WHOLES):
            return False
        around = around.parentWidget()
    if isinstance(widget, QScrollBar | QMenuBar):
        return False
    focusable = widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
    return isinstance(widget, INTERACTIVE) or focusable


def untold(widget: QWidget) -> str:
    """What a screen reader cannot tell of a widget; empty if it can tell all."""
    told = QAccessible.queryAccessibleInterface(widget)
    if not told.text(QAccessible.Text.Name).strip():
        return "no name"
    nothing = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window}
    # Qt gives areas that are scrolled the role of a client.
    reached = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    if reached and told.role() in nothing and not isinstance(widget, QScrollArea):
        return "no role"
    state = told.state()
    if bool(state.disabled) is widget.isEnabled():
        return "its state does not say whether it can be used"
    if widget.isEnabled() and reached:
        return "" if state.focusable else "its state does not say that it takes the focus"
    return ""


def untold_within(root: QWidget) -> list[str]:
    """What a screen reader cannot tell of each interactive widget in it."""
    return [
        f"{type(widget).__name__} {widget.objectName()!r} in "
        f"{type(widget.parentWidget()).__name__}: {fault}"
        for widget in within(root)
        if is_interactive(widget) and (fault := untold(widget))
    ]


@pytest.mark.parametrize("state", STATES)
def test_every_interactive_widget_has_name_role_and_state(
    show: Callable[[str], list[QWidget]], state: str
) -> None:
    shown = show(state)
    faults = [fault for root in shown for fault in untold_within(root)]
    assert not faults, "\n".join(faults)
    assert sum(is_interactive(widget) for widget in within(shown[0])) > 10


@pytest.mark.parametrize("do", [Do.KEYS, Do.PALETTE, Do.SHORTCUTS, Do.RELABEL])
def test_the_walk_meets_what_opens(show: Callable[[str], list[QWidget]], do: Do) -> None:
    opened = show(do.value)[1:]
    assert len(opened) == 1
    assert any(is_interactive(widget) for widget in within(opened[0]))


def test_a_widget_without_a_name_is_noticed(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    nameless, named = QPushButton(), QLineEdit()
    named.setAccessibleName("Filter")
    layout.addWidget(named)
    page.show()
    assert untold_within(page) == []
    layout.addWidget(nameless)
    nameless.show()
    assert untold_within(page) == ["QPushButton '' in QWidget: no name"]
    nameless.hide()
    bare = QWidget()
    bare.setAccessibleName("A name alone")
    bare.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(bare)
    bare.show()
    assert untold_within(page) == ["QWidget '' in QWidget: no role"]


# Words


_PLAIN = "AEIOUaeiouCcNnSsZz"
_ACCENTED = str.maketrans(_PLAIN, "ÀÈÌÒÙàèìòùÇçÑñŠšŽž")
_KEPT = re.compile(r"(\{[^}]*\}|\([^)]*\*[^)]*\)|&|%\w+|\n)")
_OPEN, _CLOSE = "⟦", "⟧"


class PseudoLocale(QTranslator):
    """Puts every string that asks for a translation into brackets, accented and 40 % longer.

    It notes which did.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def translate(
        self, context: str, words: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        if not words:
            return ""
        if not context.startswith("Q"):
            self.asked.add(words)
        pieces = _KEPT.split(words)
        accented = "".join(
            piece if at % 2 else piece.translate(_ACCENTED) for at, piece in enumerate(pieces)
        )
        # In words, as a line may be broken between them.
        count = -(-len(words) * 2 // 5)
        longer = "".join(" " if at % 8 == 7 else "ö" for at in range(count))
        return f"{_OPEN}{accented}{longer}{_CLOSE}"

    def isEmpty(self) -> bool:  # noqa: N802 - Qt gives methods their names
        return False


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[PseudoLocale]:
    translator = PseudoLocale()
    assert QCoreApplication.installTranslator(translator)
    yield translator
    QCoreApplication.removeTranslator(translator)


@pytest.fixture(scope="session")
def given_to_translators() -> set[str]:
    """The strings that `packaging/translations.py` collects."""
    root = Path(__file__).parents[2]
    script = runpy.run_path(str(root / "packaging" / "translations.py"))
    return {words for found in script["collect"](root / "gui").values() for words in found}


def outside(words: str) -> str:
    """What stands outside of all brackets: it went through no translation."""
    depth, left = 0, []
    for letter in words:
        if letter == _OPEN:
            depth += 1
        elif letter == _CLOSE:
            depth -= 1
        elif depth == 0:
            left.append(letter)
    return "".join(left)


def strings(root: QWidget) -> Iterator[tuple[str, str]]:
    """Where a string can be seen or heard, and the string."""
    for widget in within(root):
        kind = type(widget).__name__
        for getter in (
            "text",
            "placeholderText",
            "toolTip",
            "accessibleName",
            "accessibleDescription",
            "whatsThis",
            "statusTip",
            "windowTitle",
            "title",
        ):
            found = getattr(widget, getter, None)
            typed = getter == "text" and isinstance(widget, QLineEdit)
            if callable(found) and not typed:
                yield f"{kind}.{getter}", str(found())
        if isinstance(widget, QComboBox):
            for row in range(widget.count()):
                yield f"{kind}.item", widget.itemText(row)
        elif isinstance(widget, QTabBar):
            for tab in range(widget.count()):
                yield f"{kind}.tab", widget.tabText(tab)
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield from _told_by(widget.model(), kind)
        for action in widget.actions():
            yield f"{kind}.action", action.text()
            yield f"{kind}.action.toolTip", action.toolTip()


def _told_by(model: QAbstractItemModel, kind: str) -> Iterator[tuple[str, str]]:
    across = Qt.Orientation.Horizontal
    # The binding hides how many columns a list has.
    single = isinstance(model, QAbstractListModel)
    for column in range(1 if single else model.columnCount(QModelIndex())):
        yield f"{kind}.header", str(model.headerData(column, across) or "")
        for row in range(min(model.rowCount(QModelIndex()), 100)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield f"{kind}.cell", str(model.index(row, column, QModelIndex()).data(role) or "")


def data_words(note: str) -> set[str]:
    """What is shown as it is: data, codes and keys.

    These are the words of the note, the labels and their letters, the name of the program, names
    of policies and what these files say of themselves, rules, models and operators, files of the
    tests, and keys, which Qt translates.
    """
    policies = " ".join(load_policy(name).description for name in shipped_policies())
    keys = " ".join(key for its in all_keys({}).values() for key in its)
    codes = " ".join([*(label.value for label in Label), *(kind.letter for kind in Kind)])
    names = (
        "NoteVeil safe harbor everything rules rule model presidio known us mrn dates numeric "
        "ages year old places street ward contact phone email 0a1b2c3d 0a clerk typed note "
        "replace tag surrogate shift keep note-redacted.txt"
    )
    return set(re.findall(r"[^\W\d_]+", f"{note} {keys} {codes} {names} {policies}"))


def untranslated(root: QWidget, known: set[str]) -> list[str]:
    """Strings of which a part went through no translation."""
    faults = []
    for where, words in strings(root):
        plain = re.sub(r"<[^>]+>|\b[0-9a-f]{8,}\b", " ", words)
        left = set(re.findall(r"[^\W\d_]+", outside(plain))) - known
        if left:
            faults.append(f"{where}: {words!r}")
    return sorted(set(faults))


@pytest.mark.parametrize("state", STATES)
def test_every_word_is_translated(
    pseudo: PseudoLocale,
    desk,
    show: Callable[[str], list[QWidget]],
    given_to_translators: set[str],
    state: str,
) -> None:
    shown = show(state)
    faults = [fault for root in shown for fault in untranslated(root, data_words(desk.note))]
    assert not faults, "\n".join(faults)
    translated = [words for root in shown for _, words in strings(root) if _OPEN in words]
    assert len(translated) > 100
    # Translators are given each of them.
    assert pseudo.asked <= given_to_translators
    assert len(pseudo.asked) > 100


def test_a_string_that_is_not_translated_is_noticed(pseudo: PseudoLocale, qtbot: QtBot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    layout = QVBoxLayout(dialog)
    layout.addWidget(QLabel(dialog.tr("Seen {}").format("12 times")))
    layout.addWidget(QLabel("<b>12</b> · PATIENT · ✓"))
    dialog.show()
    assert untranslated(dialog, data_words("")) == []
    layout.addWidget(QLabel(dialog.tr("Seen") + " by nobody"))
    assert untranslated(dialog, data_words("")) == ["QLabel.text: '⟦Šèèñöö⟧ by nobody'"]


def test_the_pseudo_locale_keeps_what_has_a_meaning(pseudo: PseudoLocale) -> None:
    said = QCoreApplication.translate("Any", "&Open {:,} of {} (*.txt)")
    assert "{:,}" in said
    assert "(*.txt)" in said
    assert "&" in said
    assert len(said) >= 1.4 * len("&Open {:,} of {} (*.txt)")
    assert said.format(1, 2)


def test_every_action_is_translated(pseudo: PseudoLocale) -> None:
    for spec in SPECS.values():
        assert outside(spec.said()) == outside(spec.menu_said()) == ""


# Sizes


@pytest.fixture(params=[100, 200, 300])
def sized(request: pytest.FixtureRequest, desk, appearance: Appearance) -> Iterator[int]:
    percent: int = request.param
    desk.settings.scale = percent
    yield percent
    # What was closed must not change its size once more.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    appearance.choose(desk.settings.theme)


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_cut_off_at_any_size(
    sized: int,
    show: Callable[[str], list[QWidget]],
    assert_nothing_clipped: CheckClipped,
    state: str,
) -> None:
    for root in show(state):
        assert_nothing_clipped(root)


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_cut_off_in_longer_words(
    pseudo: PseudoLocale,
    sized: int,
    show: Callable[[str], list[QWidget]],
    assert_nothing_clipped: CheckClipped,
    state: str,
) -> None:
    for root in show(state):
        assert_nothing_clipped(root)


@pytest.fixture
def leftward(qapp: QApplication) -> Iterator[None]:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


# The officer's window


PIN = "a short sentence"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a few records and an officer."""
    home = tmp_path_factory.mktemp("office") / "home"
    with officer.Desk.open(home) as desk:
        for name, role in (("Ada", Role.ADMINISTRATOR), ("Olive", Role.OFFICER)):
            person = make_personal_key(home, name=name, pin=PIN)
            if role is Role.ADMINISTRATOR:
                desk.unlock(person.id, PIN)
            enrol(desk, person.id, role)
    return home


@pytest.fixture
def office(
    furnished: Path, tmp_path: Path, appearance: Appearance, qtbot: QtBot
) -> Iterator[Callable[[], Iterator[OfficerWindow]]]:
    """Opens the officer's window, brings it from page to page, and gives it each time."""
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    desk = DeskJobs(home)

    def settle() -> None:
        for _ in range(3):  # what comes may ask for more
            qtbot.waitUntil(lambda: not desk.busy, timeout=60_000)
            QApplication.processEvents()

    def walk() -> Iterator[OfficerWindow]:
        window = OfficerWindow(desk, Settings(), appearance)
        qtbot.addWidget(window)
        window.resize(SCREEN)
        window.show()
        qtbot.waitExposed(window)
        olive = next(person for person in people(home) if person.name == "Olive")
        desk.unlock(olive.id, PIN, done=lambda: None, failed=pytest.fail)
        settle()
        for row in range(len(PAGES)):
            window.list.setCurrentRow(row)
            settle()
            yield window

    yield walk
    desk.stop()


def page_words() -> set[str]:
    """What the officer's pages show as it is: names of people and machines, codes and digests."""
    names = f"Ada Olive noteveil log person csv json fhir pdf {resources.version()}"
    codes = [name for event in EVENTS for name in (event.kind, *get_type_hints(event))]
    values = [value for kind in (Role, KeyAct, KeyKind) for value in kind]
    return data_words(" ".join((names, *codes, *values)).replace("_", " "))


def test_every_interactive_widget_of_the_officer_has_name_role_and_state(
    office: Callable[[], Iterator[OfficerWindow]],
) -> None:
    faults = {f"{w.list.currentRow()}: {fault}" for w in office() for fault in untold_within(w)}
    assert not faults, "\n".join(sorted(faults))


def test_nothing_of_the_officer_is_cut_off_at_any_size(
    sized: int,
    office: Callable[[], Iterator[OfficerWindow]],
    assert_nothing_clipped: CheckClipped,
) -> None:
    for window in office():
        assert_nothing_clipped(window)


def test_nothing_of_the_officer_is_cut_off_in_longer_words(
    pseudo: PseudoLocale,
    sized: int,
    office: Callable[[], Iterator[OfficerWindow]],
    assert_nothing_clipped: CheckClipped,
) -> None:
    for window in office():
        assert_nothing_clipped(window)


def test_every_word_of_the_officer_is_translated(
    pseudo: PseudoLocale,
    office: Callable[[], Iterator[OfficerWindow]],
    given_to_translators: set[str],
) -> None:
    faults = [fault for window in office() for fault in untranslated(window, page_words())]
    assert not faults, "\n".join(sorted(set(faults)))
    assert pseudo.asked <= given_to_translators


def test_from_right_to_left_nothing_of_the_officer_is_cut_off(
    leftward: None,
    office: Callable[[], Iterator[OfficerWindow]],
    assert_nothing_clipped: CheckClipped,
) -> None:
    for window in office():
        assert window.isRightToLeft()
        assert_nothing_clipped(window)


@pytest.mark.parametrize("state", STATES)
def test_from_right_to_left_all_is_mirrored_and_nothing_cut_off(
    leftward: None,
    show: Callable[[str], list[QWidget]],
    assert_nothing_clipped: CheckClipped,
    state: str,
) -> None:
    shown = show(state)
    for root in shown:
        assert root.isRightToLeft()
        assert_nothing_clipped(root)
    window = shown[0]
    assert isinstance(window, MainWindow)
    tools = window.tools.buttons
    lefts = [button.mapTo(window, button.rect().topLeft()).x() for button in tools]
    assert lefts == sorted(lefts, reverse=True)
    if state == "examined":
        note = window.review.note.mapTo(window, window.review.note.rect().topLeft()).x()
        found = window.review.findings.mapTo(window, window.review.findings.rect().topLeft()).x()
        assert note > found


def test_words_that_are_cut_off_are_noticed(
    qtbot: QtBot, assert_nothing_clipped: CheckClipped
) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(600, 300)
    button = QPushButton("Choose another name", page)
    page.show()
    assert_nothing_clipped(page)
    button.setFixedWidth(40)
    with pytest.raises(AssertionError, match="wants"):
        assert_nothing_clipped(page)
    button.setMaximumWidth(500)
    button.setGeometry(page.width() - 20, 0, 300, 60)
    with pytest.raises(AssertionError, match="reaches out"):
        assert_nothing_clipped(page)
