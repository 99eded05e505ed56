"""The page "Sign-off and people": enrolling, withdrawing, PINs and signatures, as people do it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from deid import officer
from deid.audit.records import KeyAct, KeyChanged, RoleWithdrawn
from deid.audit.store import AuditLog
from deid.audit.verify import verify
from gui.appearance import Appearance
from gui.officer.act_dialog import ActDialog
from gui.officer.people_page import PeoplePage
from gui.officer.window import OfficerWindow
from gui.settings import Settings

PIN = "a short sentence"
ADA, OLIVE = "Ada Minister", "Olive Officer"


@pytest.fixture
def enrolled(home: Path) -> None:
    """An administrator and an officer."""
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name=ADA, pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        olive = officer.make_key(desk, name=OLIVE, pin=PIN)
        officer.enrol(desk, olive.id, officer.Role.OFFICER)


@pytest.fixture
def window(office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [PeoplePage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> PeoplePage:
    (found,) = window.pages
    assert isinstance(found, PeoplePage)
    return found


def dialog() -> ActDialog:
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ActDialog)]
    (found,) = [w for w in shown if w.isVisible()]
    return found


def answer(office, *words: str, act: bool = True) -> None:
    """Type these words into the fields of the dialog in turn, and do it."""
    shown = dialog()
    fields = [field for field in shown.findChildren(QLineEdit) if field.isVisible()]
    assert len(fields) == len(words)
    for field, typed in zip(fields, words, strict=True):
        field.clear()
        QTest.keyClicks(field, typed)
    if act:
        QTest.keyClick(fields[-1], Qt.Key.Key_Return)
        office.settle()


def no_dialog() -> bool:
    return not any(
        isinstance(w, ActDialog) and w.isVisible() for w in QApplication.topLevelWidgets()
    )


def unlock(office, page: PeoplePage, name: str) -> None:
    person = next(one for one in page.session.people if one.name == name)
    office.unlock(person.id, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert office.failures == []


def choose(page: PeoplePage, name: str) -> None:
    row = [one.name for one in page.session.people].index(name)
    page.people.table.selectRow(row)


def listed(page: PeoplePage) -> list[tuple[str, str]]:
    model = page.people.table.model()
    return [
        (model.index(row, 0).data(), model.index(row, 1).data()) for row in range(model.rowCount())
    ]


def test_the_first_administrator_enrols_and_sits_at_the_desk(page: PeoplePage, office) -> None:
    assert "Add the first administrator" in page.people.hint.text()
    assert not page.people.grant.isEnabled()
    assert not page.sign.isEnabled()
    page.people.add.click()
    answer(office, ADA, "short", "short")
    assert "at least 6" in dialog().error.text()
    answer(office, ADA, PIN, "another one")
    assert "not the same" in dialog().error.text()
    assert [dialog().name.text(), dialog().pin.text(), dialog().again.text()] == [ADA, "", ""]
    answer(office, ADA, PIN, PIN)
    assert no_dialog()
    assert listed(page) == [(ADA, "Administrator")]
    assert office.person is not None
    assert office.person.name == ADA
    assert officer.Permission.MANAGE_PEOPLE in office.permissions
    assert "Enrol a second" in page.people.hint.text()


def test_what_cannot_be_done_is_told_in_the_dialog(page: PeoplePage, office) -> None:
    page.people.add.click()
    answer(office, "   ", PIN, PIN)
    assert "one line of 1 to 255" in dialog().error.text()
    assert dialog().act.isEnabled()
    dialog().cancel.click()
    assert no_dialog()
    assert listed(page) == []


@pytest.mark.usefixtures("enrolled")
def test_an_administrator_enrols_and_withdraws(page: PeoplePage, office, home: Path) -> None:
    unlock(office, page, ADA)
    page.people.add.click()
    assert dialog().role.currentData() == officer.Role.OFFICER
    dialog().role.setCurrentIndex(dialog().role.findText("No role"))
    answer(office, "Reed Redactor", PIN, PIN)
    assert listed(page)[-1] == ("Reed Redactor", "No role")
    choose(page, "Reed Redactor")
    assert not page.people.withdraw.isEnabled()
    page.people.grant.click()
    shown = dialog()
    shown.role.setCurrentIndex(shown.role.findText("Redactor"))
    assert "nothing at this desk" in shown.duty.text()
    shown.act.click()
    office.settle()
    assert listed(page)[-1] == ("Reed Redactor", "Redactor")
    choose(page, OLIVE)
    assert not page.people.grant.isEnabled()
    page.people.withdraw.click()
    assert "no longer privacy officer" in dialog().words.text()
    dialog().act.click()
    office.settle()
    assert listed(page)[1] == (OLIVE, "No role")
    choose(page, ADA)
    page.people.withdraw.click()
    dialog().act.click()
    office.settle()
    assert "last administrator" in dialog().error.text()
    dialog().cancel.click()
    _verify(home)


@pytest.mark.usefixtures("enrolled")
def test_without_an_administrator_s_key_nobody_is_enrolled(page: PeoplePage, office) -> None:
    for name in (None, OLIVE):
        if name is not None:
            unlock(office, page, name)
        choose(page, OLIVE)
        assert not page.people.grant.isEnabled()
        assert not page.people.withdraw.isEnabled()
        assert "key of an administrator" in page.people.hint.text()
        page.people.add.click()
        assert dialog().role.count() == 1
        dialog().cancel.click()


@pytest.mark.usefixtures("enrolled")
def test_a_pin_is_changed_and_a_wrong_one_is_told(page: PeoplePage, office) -> None:
    unlock(office, page, ADA)
    choose(page, OLIVE)
    page.people.change_pin.click()
    answer(office, "not the PIN", "another sentence", "another sentence")
    assert "PIN does not open" in dialog().error.text()
    assert office.person is None
    answer(office, PIN, "another sentence", "another sentence")
    assert no_dialog()
    olive = next(one for one in page.session.people if one.name == OLIVE)
    office.unlock(olive.id, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert len(office.failures) == 1


@pytest.mark.usefixtures("enrolled")
def test_an_officer_signs_what_was_verified(page: PeoplePage, office, home: Path) -> None:
    unlock(office, page, ADA)
    assert not page.sign.isEnabled()
    assert "key of a privacy officer" in page.strip.sentence.text()
    unlock(office, page, OLIVE)
    assert page.sign.isEnabled()
    size = page.session.size
    page.sign.click()
    assert page.strip.verdict.text() == "WORKING"
    office.settle()
    assert f"{size} records" in dialog().words.text()
    assert "no checkpoint kept elsewhere" in dialog().words.text()
    answer(office, "not the PIN")
    assert "PIN does not open" in dialog().error.text()
    meaning = dialog().meaning
    meaning.setCurrentIndex(meaning.findText("Approved"))
    answer(office, PIN)
    assert no_dialog()
    assert page.strip.verdict.text() == "APPROVED"
    assert f"{OLIVE} signed" in page.strip.sentence.text()
    model = page.sign_offs.model()
    assert [model.index(0, column).data() for column in (1, 2, 3)] == [
        "Approved", f"{size} records", OLIVE,
    ]  # fmt: skip
    acts = [record.event.act for record in _records(home) if isinstance(record.event, KeyChanged)]
    assert acts[-2:] == [KeyAct.REFUSED, KeyAct.USED]
    _verify(home)


@pytest.mark.usefixtures("enrolled")
def test_a_log_that_does_not_verify_is_not_offered_for_signing(
    page: PeoplePage, office, home: Path
) -> None:
    unlock(office, page, OLIVE)
    with officer.Desk.open(home) as desk:  # somebody who can write the file, without the program
        stranger = officer.make_key(desk, name="Eve", pin=PIN)
        desk.unlock(stranger.id, PIN)
        forged = RoleWithdrawn(officer.Role.OFFICER, stranger.id, "")
        desk.log.append([desk.sign(forged)])
    page.sign.click()
    office.settle()
    assert no_dialog()
    assert page.strip.verdict.text() == "NOT VERIFIED"
    assert "no role that allows it" in page.strip.sentence.text()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir(mode=0o700)
    return made


def test_a_key_is_made_on_a_stick_and_signs_from_there(
    page: PeoplePage, office, home: Path, stick: Path
) -> None:
    page.people.add.click()
    dialog().where.setCurrentIndex(dialog().where.findText("On a stick"))
    answer(office, ADA, "", PIN, PIN)
    assert "Choose where" in dialog().error.text()
    answer(office, ADA, str(stick / "ada.key"), PIN, PIN)
    assert no_dialog()
    assert office.person is not None
    assert [path.name for path in stick.iterdir()] == ["ada.key"]
    assert not list(home.rglob("people/*"))
    assert "not on this computer" in page.people.table.model().index(0, 2).data()
    _verify(home)


@pytest.mark.usefixtures("enrolled")
def test_somebody_is_enrolled_from_a_file_of_public_keys_and_signs_with_a_stick(
    page: PeoplePage, office, home: Path, stick: Path, tmp_path: Path
) -> None:
    key, public = stick / "otto.key", tmp_path / "otto.public"
    with officer.Desk.open(tmp_path / "elsewhere") as desk:
        otto = officer.make_key(desk, name="Otto", pin=PIN, key_file=key)
        desk.unlock(otto.id, PIN, key_file=key)
        officer.write_public_keys(desk, public)
    assert not page.people.enrol.isEnabled()
    unlock(office, page, ADA)
    page.people.enrol.click()
    shown = dialog()
    shown.act.click()
    assert "Choose the file" in shown.error.text()
    _type_path(shown.file, tmp_path / "nowhere", office)
    assert "cannot be read" in shown.error.text()
    _type_path(shown.file, public, office)
    assert shown.error.isHidden()
    assert (shown.name.text(), shown.id.text()) == ("Otto", officer.spoken(otto.id))
    shown.act.click()
    assert "Compare the id" in shown.error.text()
    shown.same.setChecked(True)
    shown.act.click()
    office.settle()
    assert no_dialog()
    assert listed(page)[-1] == ("Otto", "Privacy officer")
    choose(page, "Otto")
    assert not page.people.change_pin.isEnabled()
    office.unlock(otto.id, PIN, key_file=key, done=lambda: None, failed=office.failures.append)
    office.settle()
    page.sign.click()
    office.settle()
    answer(office, PIN)
    assert no_dialog()
    assert "Otto signed" in page.strip.sentence.text()
    page.people.change_pin.click()
    answer(office, PIN, "another sentence", "another sentence")
    assert no_dialog()
    assert not list(home.rglob(f"*{otto.id}*"))
    _verify(home)


@pytest.mark.usefixtures("enrolled")
def test_public_keys_are_written_by_whoever_is_unlocked(
    page: PeoplePage, office, tmp_path: Path
) -> None:
    assert not page.people.public.isEnabled()
    unlock(office, page, OLIVE)
    page.people.public.click()
    olive = office.person
    assert olive is not None
    assert dialog().id.text() == officer.spoken(olive.id)
    dialog().act.click()
    assert "Choose where" in dialog().error.text()
    answer(office, str(tmp_path / "olive.public"))
    assert no_dialog()
    written = officer.read_public_keys(tmp_path / "olive.public")
    assert (written.id, written.name) == (olive.id, OLIVE)
    page.people.public.click()
    answer(office, str(tmp_path / "olive.public"))
    assert "a file of that name already" in dialog().error.text()
    dialog().cancel.click()


def _type_path(field, path: Path, office) -> None:
    field.line.setText(str(path))
    field.line.editingFinished.emit()
    office.settle()


@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off_in_the_dialogs_about_sticks(
    window: OfficerWindow,
    page: PeoplePage,
    office,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    unlock(office, page, ADA)
    for button in (page.people.add, page.people.enrol, page.people.public):
        button.click()
        if button is page.people.add:
            dialog().where.setCurrentIndex(1)
        if button is page.people.enrol:
            dialog().act.click()
        assert_nothing_clipped(dialog())
        dialog().cancel.click()
    assert_nothing_clipped(window)
    window._settings.scale = 100


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    window: OfficerWindow,
    page: PeoplePage,
    office,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    page.people.add.click()
    answer(office, ADA, "short", "short")
    assert_nothing_clipped(dialog())
    answer(office, ADA, PIN, PIN)
    assert_nothing_clipped(window)
    window._settings.scale = 100


def _records(home: Path) -> list:
    with AuditLog.open(home, read_only=True) as log:
        return list(log.records())


def _verify(home: Path) -> None:
    with officer.Desk.open(home) as desk:
        verify(desk.log.path, public_key=desk.keys.public_key)
