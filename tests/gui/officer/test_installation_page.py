"""The page "Installation": what is installed, updates from a file, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deid import managed, resources, updating
from deid.errors import BundleUnsuited, UpdateError, UpdateTampered
from deid.selftest.installed import Sealed
from deid.updates.install import examine
from gui import app
from gui.appearance import Appearance
from gui.messages import told
from gui.officer import installation_page, installation_session
from gui.officer.installation_dialogs import InstallDialog, UndoDialog
from gui.officer.installation_page import InstallationPage
from gui.officer.installation_window import InstallationWindow
from gui.officer.pages import PAGES
from gui.settings import Settings
from gui.views.rows_table import RowsTable
from tests.updates.authority import ROLES, Desk, Update, root

LONG = datetime(2999, 1, 1, tzinfo=UTC)
ROOTS = {1: root(expires=LONG)}
MADE = {"made": "2026-11-20T12:00:00+00:00"}


def good(number: int, **changed: object) -> Update:
    """An update that is in date whenever the tests run."""
    parts = {"roots": ROOTS, "expires": dict.fromkeys(ROLES, LONG), "said": MADE}
    return Update(number, **parts | changed)  # type: ignore[arg-type]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A computer that has no update yet; what it installs is not tried."""
    made = Desk(tmp_path)
    made.machine.root.write_bytes(ROOTS[1])
    monkeypatch.setattr("os.fsync", lambda _: None)
    monkeypatch.setattr(resources, "updates_folder", lambda: made.machine.updates)
    monkeypatch.setattr(resources, "update_root", lambda: made.machine.root)
    monkeypatch.setattr(resources, "version", lambda: made.machine.version)
    monkeypatch.setattr(resources._Own, "update", None)
    monkeypatch.setattr(resources._Own, "asked", True)
    monkeypatch.setattr(updating, "try_out", lambda _: None)
    return made


@pytest.fixture
def window(
    machine: Desk, office, appearance: Appearance, qtbot: QtBot
) -> Iterator[InstallationWindow]:
    made = InstallationWindow(office, Settings(), appearance)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    settle(office)
    yield made
    assert office.failures == []
    assert not office.home.exists(), "nothing of it wants the log"


@pytest.fixture
def page(window: InstallationWindow) -> InstallationPage:
    return window.page


def settle(office) -> None:
    for _ in range(3):  # what comes asks for more
        office.settle()
        QApplication.processEvents()


def choose(page: InstallationPage, office, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chooses a bundle by the keyboard."""
    monkeypatch.setattr(installation_page, "ask_file", lambda _page, _title, then: then(path))
    page.update_it.setFocus()
    QTest.keyClick(page.update_it, Qt.Key.Key_Space)
    settle(office)


def dialog(kind: type = InstallDialog) -> InstallDialog | UndoDialog:
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found


def press(office, kind: type = InstallDialog) -> None:
    QTest.keyClick(dialog(kind).act, Qt.Key.Key_Space)
    settle(office)


def listed(table: RowsTable) -> list[tuple[str, ...]]:
    model = table.model()
    columns = range(model.columnCount())
    return [
        tuple(str(model.index(row, column).data()) for column in columns)
        for row in range(model.rowCount())
    ]


def facts(page: InstallationPage) -> str:
    return " ".join(value for _, value in page.facts.shown).replace("\u200b", "")


def test_it_is_a_page_of_the_officers_window_too() -> None:
    assert PAGES[-1] is InstallationPage


def test_a_bundle_is_looked_at_installed_and_taken_back_by_the_keyboard(
    page: InstallationPage, office, machine: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.strip.verdict.text() == "NOT SEALED"
    assert [row[:2] for row in listed(page.updates)] == [("In use", "What came with the program")]
    assert not page.back.isEnabled()
    assert not page.to_release.isEnabled()
    choose(page, office, machine.bundle(good(7)), monkeypatch)
    words = dialog().words.text()
    assert words.startswith("Update 7 of 2026-11-20 brings rules and models in 3 files")
    assert "for program version 0.1 to 0.9" in words
    assert not machine.machine.updates.exists(), "to look at it changes nothing"
    press(office)
    assert page.strip.verdict.text() == "START AGAIN"
    assert "update 7 of 2026-11-20 is in use" in page.strip.sentence.text()
    assert listed(page.updates) == [
        ("In use", "Update 7", "2026-11-20", "rules and models", "0.1 to 0.9", "as it was signed"),
        ("Before it", "What came with the program", "–", "–", "–", "as it came"),
    ]
    assert "those that came with the program" in facts(page)
    page.back.click()
    assert "what came with the program is in use" in dialog(UndoDialog).words.text()
    assert dialog(UndoDialog).focusWidget() is dialog(UndoDialog).cancel
    press(office, UndoDialog)
    assert [row[:2] for row in listed(page.updates)] == [
        ("In use", "What came with the program"),
        ("Newest, not in use", "Update 7"),
    ]
    assert page.strip.verdict.text() == "NOT SEALED"


@pytest.mark.parametrize(
    "bundle",
    [
        b"no bundle",
        good(1).bytes()[:-40],
        good(1, signers={"targets": ()}).bytes(),
        good(1, expires={"timestamp": datetime(2020, 1, 1, tzinfo=UTC)}).bytes(),
        good(1, said=MADE | {"lowest": "7", "highest": "8"}).bytes(),
    ],
    ids=["text", "cut", "unsigned", "out of date", "of another version"],
)
def test_a_bundle_that_is_refused_is_told_in_the_words_of_the_command_line(
    page: InstallationPage, office, machine: Desk, monkeypatch: pytest.MonkeyPatch, bundle: bytes
) -> None:
    path = machine.bundle(bundle)
    with pytest.raises(UpdateError) as refused:
        examine(path, machine.machine)
    choose(page, office, path, monkeypatch)
    assert page.strip.verdict.text() == "NOT INSTALLED"
    said = page.strip.sentence.text()
    assert said == told(refused.value)
    assert said.lower() == f"{refused.value}.".lower()


def test_a_bundle_with_which_the_program_does_not_work_is_told_where_it_was_to_be_installed(
    page: InstallationPage, office, machine: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def useless(_: Path) -> None:
        raise BundleUnsuited("the program does not work with it")

    monkeypatch.setattr(updating, "try_out", useless)
    choose(page, office, machine.bundle(good(1)), monkeypatch)
    press(office)
    shown = dialog()
    assert shown.error.text() == "The program does not work with it."
    assert shown.act.isEnabled()
    assert shown.cancel.isEnabled()
    shown.cancel.click()
    assert [row[0] for row in listed(page.updates)] == ["In use"]


def test_nothing_is_cut_off_at_twice_the_size(
    window: InstallationWindow, office, machine: Desk, monkeypatch: pytest.MonkeyPatch,
    appearance: Appearance, assert_nothing_clipped: Callable[[QWidget], None],
) -> None:  # fmt: skip
    page = window.page
    machine.install(good(1))
    monkeypatch.setattr(installation_session, "sealed", lambda: Sealed("0.1.0", 2481, "5e" * 32))
    page.shown()
    settle(office)
    appearance.choose(Settings().theme, percent=200)
    choose(page, office, machine.bundle(good(2)), monkeypatch)
    for shown in (window, dialog()):
        assert_nothing_clipped(shown)
    dialog().cancel.click()
    page.back.click()
    assert_nothing_clipped(dialog(UndoDialog))
    dialog(UndoDialog).cancel.click()
    appearance.choose(Settings().theme)


def test_who_may_not_change_what_is_installed_is_told_how_it_is_done(
    window: InstallationWindow, office, machine: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.page
    machine.install(good(1))
    monkeypatch.setattr(updating, "_may_change", lambda _: False)
    page.shown()
    settle(office)
    assert "“deid update install FILE”" in page.about_updates.text()
    assert not page.back.isEnabled()
    assert not page.to_release.isEnabled()
    choose(page, office, machine.bundle(good(2)), monkeypatch)
    shown = dialog()
    assert "IT installs a bundle" in shown.words.text()
    assert not shown.act.isEnabled()
    shown.cancel.click()


def test_an_update_that_was_changed_is_told_and_can_be_mended_here(
    page: InstallationPage, office, machine: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.install(good(1))
    (pack,) = machine.machine.updates.glob("1-*/rules/packs/ward.yaml")
    pack.write_bytes(b"name: w4rd\n")
    monkeypatch.setattr(resources._Own, "asked", False)
    page.shown()
    settle(office)
    assert page.strip.verdict.text() == "NOT AS SIGNED"
    said = page.strip.sentence.text()
    assert "rules/packs/ward.yaml is not what was signed, so no note is examined" in said
    assert "on the page “Installation”" in said
    assert "none, until this is mended" in facts(page)
    page.to_release.click()
    press(office, UndoDialog)
    assert page.strip.verdict.text() == "NOT SEALED"


def test_a_sealed_program_and_what_it_manages_are_shown(
    page: InstallationPage, office, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "5e" * 32
    monkeypatch.setattr(installation_session, "sealed", lambda: Sealed("0.1.0", 2481, key))
    locked = managed.Setting(("safe-harbor",), "/etc/noteveil/policy.json")
    with managed.instead(managed.Managed({managed.Name.ALLOWED_POLICIES: locked})):
        page.shown()
        settle(office)
    assert page.strip.verdict.text() == "AS BUILT"
    assert "2,481 files of version 0.1.0, as they were built" in facts(page)
    assert key in facts(page)
    title = managed.SCHEMA[managed.Name.ALLOWED_POLICIES].title
    shown = ("AllowedPolicies", title, "safe-harbor", "/etc/noteveil/policy.json")
    assert listed(page.managed) == [shown]


def test_a_window_does_not_open_over_an_update_that_was_changed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def changed() -> None:
        raise UpdateTampered("rules/packs/ward.yaml is not what was signed")

    monkeypatch.setattr(resources, "update", changed)
    for arguments in ([], ["--officer"]):
        assert app.main(arguments) == 16
        told_here = "deid-gui: error: rules/packs/ward.yaml is not what was signed\n"
        assert capsys.readouterr().err == told_here
