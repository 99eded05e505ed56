"""The page "Machines and archives", as an administrator uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deid import officer
from deid.audit.archive import archive
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import PolicyChanged
from deid.audit.store import AuditLog, log_path
from deid.audit.verify import verify
from deid.officer import archiving
from deid.worklist.store import Worklist
from gui.appearance import Appearance
from gui.officer import beside
from gui.officer.act_dialog import ActDialog
from gui.officer.machines_dialogs import ArchiveDialog, ArchiveFoldersDialog, ShredDialog
from gui.officer.machines_page import MachinesPage
from gui.officer.window import OfficerWindow
from gui.settings import Settings
from gui.views.rows_table import RowsTable

PIN = "a short sentence"
DIGEST = "8" * 64


@pytest.fixture
def admin(home: Path) -> str:
    """Id of an administrator, in whose log are twenty more records."""
    with officer.Desk.open(home) as desk:
        person = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(person.id, PIN)
        officer.enrol(desk, person.id, officer.Role.ADMINISTRATOR)
        desk.log.append([PolicyChanged(DIGEST)] * 20)
    return person.id


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """Another machine's data folder."""
    home = tmp_path / "ward"
    keys = Keys.open(home)
    with AuditLog.open(home) as log:
        log.append([PolicyChanged(DIGEST)] * 7)
        seal(log, keys.signer)
    return home


@pytest.fixture
def window(admin: str, office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [MachinesPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> MachinesPage:
    (found,) = window.pages
    assert isinstance(found, MachinesPage)
    return found


def unlock(office, person: str) -> None:
    office.unlock(person, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert office.failures == []


def dialog() -> ActDialog:
    (found,) = [w for w in QApplication.topLevelWidgets()
                if isinstance(w, ActDialog) and w.isVisible()]  # fmt: skip
    return found


def act(office) -> None:
    dialog().act.click()
    office.settle()


def listed(table: RowsTable) -> list[tuple[str, ...]]:
    model = table.model()
    columns = range(model.columnCount())
    return [
        tuple(str(model.index(row, column).data()) for column in columns)
        for row in range(model.rowCount())
    ]


def add_ward(page: MachinesPage, office, ward: Path) -> None:
    page.add.click()
    shown = dialog()
    shown.name.setText("Ward 7")
    shown.folder.line.setText(str(ward))
    shown.key.setText(Keys.open(ward).public_key)
    act(office)


def test_machines_are_added_verified_and_told_apart(page: MachinesPage, office, ward: Path) -> None:
    assert page.strip.verdict.text() == "NOT LOOKED AT"
    assert [row[0] for row in listed(page.machines)] == ["This machine"]
    assert not page.remove.isEnabled()
    add_ward(page, office, ward)
    assert [row[0] for row in listed(page.machines)] == ["This machine", "Ward 7"]
    page.look.click()
    office.settle()
    assert page.strip.verdict.text() == "VERIFIED"
    assert listed(page.machines)[1][1:] == ("7", "Agrees with itself")
    page.look.click()
    office.settle()
    assert listed(page.machines)[1][2] == "Agrees with itself and with the first 7 seen before"
    log_path(ward).write_bytes(b"lost")
    page.look.click()
    office.settle()
    assert page.strip.verdict.text() == "1 NOT VERIFIED"
    assert listed(page.machines)[0][2] == "Agrees with itself"
    assert listed(page.machines)[1][2].endswith("The last good copy can be read.")
    page.machines.selectRow(1)
    page.remove.click()
    assert "Ward 7 is no longer listed" in dialog().words.text()
    act(office)
    assert [row[0] for row in listed(page.machines)] == ["This machine"]
    assert office.failures == []


def test_what_is_missing_or_wrong_is_told_in_the_dialog(
    page: MachinesPage, office, ward: Path
) -> None:
    page.add.click()
    act(office)
    assert "all needed" in dialog().error.text()
    shown = dialog()
    shown.name.setText("Ward 7")
    shown.folder.line.setText(str(ward))
    shown.key.setText("nonsense")
    act(office)
    assert "not of the form" in dialog().error.text()
    dialog().cancel.click()
    assert len(listed(page.machines)) == 1


def test_old_records_are_archived(
    page: MachinesPage, office, admin: str, home: Path, tmp_path: Path
) -> None:
    assert not page.archive.isEnabled()
    assert "key of an administrator" in page.about_archives.text()
    unlock(office, admin)
    page.archive.click()
    shown = dialog()
    act(office)
    assert "folder" in shown.error.text()
    shown.folder.line.setText(str(tmp_path / "archives"))
    shown.before.setDate(QDate.currentDate().addDays(1))
    act(office)
    (row,) = listed(page.archives)
    assert row[0].startswith("0 to ")
    assert "second copy" in page.about_archives.text()
    found = verify(
        log_path(home), public_key=Keys.open(home).public_key, archives=[tmp_path / "archives"]
    )
    assert found.unexamined == 0
    page.look.click()
    office.settle()
    assert listed(page.machines)[0][2].startswith("Agrees with itself")
    assert "not examined" not in listed(page.machines)[0][2]
    (tmp_path / "archives").rename(tmp_path / "away")
    page.shown()
    office.settle()
    page.look.click()
    office.settle()
    assert "in archives, not examined" in listed(page.machines)[0][2]


def archive_all(page: MachinesPage, office, admin: str, folder: Path) -> None:
    unlock(office, admin)
    page.archive.click()
    dialog().folder.line.setText(str(folder))  # type: ignore[attr-defined]
    dialog().before.setDate(QDate.currentDate().addDays(1))  # type: ignore[attr-defined]
    act(office)


def test_archives_are_looked_for_where_they_were_written_or_named(
    page: MachinesPage, office, admin: str, home: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot,
) -> None:  # fmt: skip
    folder, other = tmp_path / "archives", tmp_path / "other"
    archive_all(page, office, admin, folder)
    assert listed(page.archives)[0][2] == "yes"
    assert officer.archive_folders.read_archive_folders(home) == (folder,)
    folder.rename(other)
    gate = Event()
    look = officer.archive_folders.look_for_archives

    def wait(*args, **options):
        gate.wait()
        return look(*args, **options)

    monkeypatch.setattr(officer.archive_folders, "look_for_archives", wait)
    page.shown()
    qtbot.waitUntil(lambda: page.session.archives.looking)
    assert listed(page.archives)[0][2] == "…"
    gate.set()
    office.settle()
    assert listed(page.archives)[0][2] == "no"
    assert "cannot be reached" in page.about_archives.text()
    assert "name its folder" in page.about_archives.text()
    page.folders.click()
    asked = dialog()
    assert isinstance(asked, ArchiveFoldersDialog)
    asked.folders.list.setCurrentRow(0)
    asked.folders.less.click()
    assert not asked.folders.less.isEnabled()
    asked.folders.add(other)
    asked.folders.add(other)
    act(office)
    assert officer.archive_folders.read_archive_folders(home) == (other,)
    assert listed(page.archives)[0][2] == "yes"


def test_an_archive_that_is_being_written_can_be_given_up(
    page: MachinesPage, office, admin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:  # fmt: skip
    writing, go_on = Event(), Event()

    def slowly(*args, **options):
        writing.set()
        go_on.wait()
        return archive(*args, **options)

    monkeypatch.setattr(archiving, "archive", slowly)
    unlock(office, admin)
    page.archive.click()
    asked = dialog()
    assert isinstance(asked, ArchiveDialog)
    asked.folder.line.setText(str(tmp_path / "archives"))
    asked.before.setDate(QDate.currentDate().addDays(1))
    asked.act.click()
    qtbot.waitUntil(writing.is_set)
    assert asked.bar.isVisible()
    assert not page.archive.isEnabled()
    asked.cancel.click()
    assert asked.isVisible()
    go_on.set()
    office.settle()
    assert "given up" in asked.error.text()
    assert not asked.bar.isVisible()
    assert listed(page.archives) == []
    asked.cancel.click()
    assert not asked.isVisible()


def test_an_archive_on_a_share_that_hangs_can_be_given_up(
    page: MachinesPage, office, admin: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    monkeypatch.setattr(beside, "_touch", lambda _: gate.wait())
    unlock(office, admin)
    page.archive.click()
    asked = dialog()
    assert isinstance(asked, ArchiveDialog)
    asked.folder.line.setText(str(tmp_path / "archives"))
    asked.act.click()
    asked.cancel.click()
    assert "no answer" in asked.error.text()
    gate.set()
    office.settle()
    assert listed(page.archives) == []
    asked.cancel.click()
    assert not asked.isVisible()


def test_an_archive_that_cannot_be_written_is_told(
    page: MachinesPage, office, admin: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    unlock(office, admin)
    page.archive.click()
    dialog().folder.line.setText(str(tmp_path / "file"))
    dialog().before.setDate(QDate.currentDate().addDays(1))
    act(office)
    assert "nothing was moved" in dialog().error.text()
    assert listed(page.archives) == []


def test_held_notes_are_named_before_they_are_lost(page: MachinesPage, qtbot: QtBot) -> None:
    lost = officer.shredding.Lost("0" * 16, unfinished=0, typed=0, codes=True, held=2)
    shown = ShredDialog(page.session, lost, page)
    qtbot.addWidget(shown)
    assert "2 held notes on which nobody has decided" in shown.words.text()
    assert "table of patients' codes" in shown.words.text()
    assert "2 notes" in shown.unfinished.text()
    assert shown.form.indexOf(shown.unfinished) >= 0


def test_the_site_key_is_destroyed_when_its_id_is_typed(
    page: MachinesPage, office, admin: str, home: Path
) -> None:
    keys = Keys.open(home)
    assert keys.id in page.about_key.text()
    assert not page.shred.isEnabled()
    unlock(office, admin)
    with Worklist.open(home, keys=keys) as worklist:
        worklist.add_text("A note")
    page.shred.click()
    office.settle()
    shown = dialog()
    assert "1 note in the queue, 1 of them typed" in shown.words.text()
    act(office)
    assert "not the id" in shown.error.text()
    shown.id.setText(keys.id)
    act(office)
    assert "lost unfinished" in shown.error.text()
    assert Keys.open(home) == keys
    shown.unfinished.setChecked(True)
    act(office)
    assert Keys.open(home).id != keys.id
    assert Keys.open(home).id in page.about_key.text()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    page: MachinesPage, window: OfficerWindow, office, admin: str, ward: Path,
    assert_nothing_clipped: Callable[[QWidget], None], percent: int,
) -> None:  # fmt: skip
    window._settings.scale = percent
    unlock(office, admin)
    for open_dialog in (page.add, page.archive, page.folders, page.shred):
        open_dialog.click()
        office.settle()
        assert_nothing_clipped(dialog())
        dialog().cancel.click()
    add_ward(page, office, ward)
    page.look.click()
    office.settle()
    assert_nothing_clipped(window)
    window._settings.scale = 100
