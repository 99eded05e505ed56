"""The page "Verify and anchor", as an officer uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from deid import officer, read_settings
from deid.audit.records import Anchored, PolicyChanged
from deid.audit.store import AuditLog
from gui.appearance import Appearance
from gui.officer import beside, verify_session
from gui.officer.pages import PAGES
from gui.officer.verify_dialogs import CodeDialog, CompareDialog, WitnessDialog
from gui.officer.verify_page import VerifyPage
from gui.officer.window import OfficerWindow
from gui.settings import Settings

PIN = "a short sentence"


@pytest.fixture
def enrolled(home: Path) -> str:
    """Id of an officer."""
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        olive = officer.make_key(desk, name="Olive Officer", pin=PIN)
        officer.enrol(desk, olive.id, officer.Role.OFFICER)
        return olive.id


@pytest.fixture
def window(office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [VerifyPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> VerifyPage:
    (found,) = window.pages
    assert isinstance(found, VerifyPage)
    return found


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


def dialog(kind: type[QDialog]):
    (found,) = [
        one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()
    ]
    return found


def settle_witness(page: VerifyPage, office, *folders: Path, days: int = 7) -> None:
    page.settle.click()
    asked = dialog(WitnessDialog)
    for folder in folders:
        asked.folders.add(folder)
    asked.days.setValue(days)
    asked.act.click()
    office.settle()


def test_one_button_verifies_and_says_what_it_does_not_show(page: VerifyPage, office) -> None:
    assert page.strip.verdict.text() == "NOT CHECKED"
    assert "somebody who has the file" in page.limits.text().lower()
    page.verify.click()
    office.settle()
    assert page.strip.verdict.text() == "VERIFIED"
    assert "nobody can know" in page.limits.text()
    assert page.state.text() == "MISSING"
    assert not page.anchor.isEnabled()


def test_the_log_is_anchored_with_one_click(page: VerifyPage, office, share: Path) -> None:
    settle_witness(page, office, share, days=3)
    assert read_settings(office.home).witness_days == 3
    assert page.state.text() == "MISSING"
    page.anchor.click()
    office.settle()
    assert page.state.text() == "FRESH"
    assert "put into 1 folder" in page.said.text()
    assert len(list(share.iterdir())) == 1
    page.verify.click()
    office.settle()
    assert "for which a checkpoint left this machine" in page.limits.text()
    assert page.compared.model().index(0, 0).data() == "Kept elsewhere"


def test_settings_that_were_changed_by_hand_are_told(
    page: VerifyPage, office, share: Path, qtbot: QtBot
) -> None:
    settle_witness(page, office, share, days=3)
    page.anchor.click()
    office.settle()
    path = office.home / "site.json"
    path.write_text(path.read_text("utf-8").replace('"witness_days": 3', '"witness_days": 300'))
    with qtbot.waitSignal(page.warned) as warned:
        page.shown()
        office.settle()
    assert "settings are not those recorded" in warned.args[0]
    assert page.state.text() == "FRESH"
    assert "300 days old, by what the log has recorded 3." in page.sentence.text()
    assert "who changed site.json" in page.sentence.text()


def test_a_folder_that_is_gone_is_told_beside_those_that_have_one(
    page: VerifyPage, office, share: Path, tmp_path: Path
) -> None:
    settle_witness(page, office, share, tmp_path / "gone")
    assert page.state.text() == "OUT OF REACH"
    page.anchor.click()
    office.settle()
    assert "put into 1 folder" in page.said.text()
    assert "cannot be reached" in page.said.text()
    page.settle.click()
    asked = dialog(WitnessDialog)
    asked.folders.list.setCurrentRow(1)
    asked.folders.less.click()
    asked.act.click()
    office.settle()
    assert page.state.text() == "FRESH"


def test_a_log_that_was_cut_off_does_not_verify(page: VerifyPage, office, share: Path) -> None:
    settle_witness(page, office, share)
    page.anchor.click()
    office.settle()
    (path,) = share.iterdir()
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join([lines[0], "900", *lines[2:]]), "utf-8")
    page.shown()
    page.verify.click()
    office.settle()
    assert page.state.text() == "CONTRADICTS"
    assert page.strip.verdict.text() == "NOT VERIFIED"
    assert path.name in page.strip.sentence.text()


def test_a_checkpoint_from_paper_is_compared_with(page: VerifyPage, office) -> None:
    page.code.click()
    office.settle()
    shown = dialog(CodeDialog)
    text = shown.text.toPlainText()
    assert shown.code.accessibleName()
    shown.close()
    page.compare.click()
    asked = dialog(CompareDialog)
    asked.act.click()
    assert "first" in asked.error.text()
    typed = text.replace("\n", "  \n ").replace("—", "--")
    asked.text.setPlainText(typed.replace("/log/", "/lug/", 1))
    asked.act.click()
    office.settle()
    assert asked.error.isVisible()
    asked.text.setPlainText(typed)
    asked.act.click()
    office.settle()
    assert page.strip.verdict.text() == "VERIFIED"
    assert "Kept elsewhere" in page.compared.model().index(0, 0).data()
    with AuditLog.open(office.home, read_only=True) as log:
        events = [record.event for record in log.records()]
    assert [event.where for event in events if isinstance(event, Anchored)] == ["qr"]


def test_settling_the_witness_wants_an_officer(
    enrolled: str, page: VerifyPage, office, share: Path
) -> None:
    assert not page.settle.isEnabled()
    assert "privacy officer" in page.settle.toolTip()
    office.unlock(enrolled, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert page.settle.isEnabled()
    settle_witness(page, office, share)
    assert read_settings(office.home).witness_folders == (str(share),)
    assert office.failures == []


def test_a_page_to_print_is_saved(page: VerifyPage, office, tmp_path: Path) -> None:
    page._save_page(tmp_path / "page.pdf")
    office.settle()
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert "print it" in page.said.text()
    page._save_page(tmp_path / "page.pdf")
    office.settle()
    assert "already" in page.said.text()


def test_a_witness_that_is_not_well_is_told_on_every_page(
    window: OfficerWindow, page: VerifyPage, office, share: Path
) -> None:
    office.start(lambda desk: desk.record(PolicyChanged("1" * 64)), lambda _: None)
    office.settle()
    assert "No witness folder" in window.message.words.text()
    settle_witness(page, office, share)
    assert "witness is missing" in window.message.words.text()


def test_a_witness_that_hangs_keeps_nobody_from_the_desk(
    window: OfficerWindow,
    page: VerifyPage,
    office,
    share: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settle_witness(page, office, share)
    gate = Event()

    def hang(*_args: object, **_options: object) -> None:
        gate.wait()

    monkeypatch.setattr(beside, "_SLOW_MS", 1)
    monkeypatch.setattr(verify_session, "state", hang)
    page.shown()
    page.shown()
    done: list[int] = []
    office.start(lambda desk: desk.log.size, done.append)
    qtbot.waitUntil(lambda: bool(done) and window.message.remedy.isVisible())
    assert "share" in window.message.words.text()
    monkeypatch.setattr(verify_session, "state", lambda *_args, **_options: page.session.witness)
    window.message.remedy.click()
    assert "no answer" in page.said.text()
    gate.set()
    office.settle()
    assert not page.session.looking


def test_the_page_is_one_of_the_window() -> None:
    assert VerifyPage in PAGES


def test_it_follows_the_log(page: VerifyPage, office, share: Path) -> None:
    settle_witness(page, office, share)
    page.anchor.click()
    office.settle()
    office.start(lambda desk: desk.record(PolicyChanged("1" * 64)), lambda _: None)
    office.settle()
    assert page.session.witness is not None
    newest = page.session.witness.newest
    assert newest is not None
    assert newest.checkpoint.size < page.session.witness.size


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    page: VerifyPage,
    window: OfficerWindow,
    office,
    share: Path,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    for button, kind in ((page.compare, CompareDialog), (page.settle, WitnessDialog)):
        button.click()
        asked = dialog(kind)
        assert_nothing_clipped(asked)
        asked.cancel.click()
    page.code.click()
    office.settle()
    assert_nothing_clipped(dialog(CodeDialog))
    dialog(CodeDialog).close()
    assert_nothing_clipped(window)
    settle_witness(page, office, share)
    page.anchor.click()
    page.verify.click()
    office.settle()
    assert_nothing_clipped(window)
