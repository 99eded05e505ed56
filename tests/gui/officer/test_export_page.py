"""The page "Export", as an officer uses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from deid import officer
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Exported,
    ExportKind,
    RedactionMade,
    SessionOpened,
)
from deid.audit.store import AuditLog
from deid.datatypes import Span
from deid.labels import Label
from deid.officer.samples import Wanted, draw_sample, drawn_notes
from deid.officer.verdicts import close_sample, give_verdict
from gui.appearance import Appearance
from gui.officer.export_page import ExportPage
from gui.officer.export_session import Form
from gui.officer.pages import PAGES
from gui.officer.window import OfficerWindow
from gui.settings import Settings

PIN = "a short sentence"
POLICY = "2" * 64


@pytest.fixture
def olive(home: Path) -> str:
    """Id of an officer; in the log are three released notes, a refused one and a closed sample."""
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        olive = officer.make_key(desk, name="Olive Officer", pin=PIN)
        officer.enrol(desk, olive.id, officer.Role.OFFICER)
        desk.unlock(olive.id, PIN)
        desk.record(SessionOpened("rkoch", "ward-7", "0.1.0", None, "1" * 64, POLICY))
        for number in range(3):
            document = desk.keys.fingerprint("document", f"note-{number}.txt")
            original = desk.keys.fingerprint("original", f"{number}")
            digest = f"{number:064x}"
            desk.record(
                DocumentRead(document, digest, 130, 120, "text", "utf-8"),
                RedactionMade(
                    document, Span(1, 7), Label.PATIENT, "A", "rule:us/mrn@2", 1.0, "tag", POLICY,
                    original, Span(1, 7),
                ),
                DocumentCommitted(
                    document, digest, f"{number + 9:064x}", 120, 120, 1, 0, POLICY,
                    desk.keys.fingerprint("output-name", f"{number}"), {Label.PATIENT: 1},
                ),
            )  # fmt: skip
        desk.record(DocumentRefused(desk.keys.fingerprint("document", "x"), "EmptyNote", 3))
        sample = draw_sample(desk, Wanted(count=2, target=0.5))
        for note in drawn_notes(desk.log, sample):
            give_verdict(desk, sample.id, note, {})
        close_sample(desk, sample.id)
    return olive.id


@pytest.fixture
def window(olive: str, office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [ExportPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> ExportPage:
    (found,) = window.pages
    assert isinstance(found, ExportPage)
    return found


@pytest.fixture
def unlocked(page: ExportPage, office, olive: str) -> ExportPage:
    office.unlock(olive, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    return page


def shown(page: ExportPage) -> dict[str, str]:
    rows = {}
    for row in range(page.contents.rowCount()):
        name = page.contents.itemAt(row, page.contents.ItemRole.LabelRole).widget()
        value = page.contents.itemAt(row, page.contents.ItemRole.FieldRole).widget()
        assert isinstance(name, QLabel)
        assert isinstance(value, QLabel)
        rows[name.text()] = value.text()
    return rows


def test_without_an_officer_nothing_is_written(page: ExportPage) -> None:
    assert not page.write.isEnabled()
    assert "privacy officer" in page.strip.sentence.text()


def test_what_will_be_in_a_certificate_is_shown_before(unlocked: ExportPage) -> None:
    rows = shown(unlocked)
    assert (rows["Notes released"], rows["Notes refused"]) == ("3", "1")
    assert rows["Redactions"] == "3 (PATIENT 3)"
    assert "still leak" in rows["Samples"]
    assert rows["Signatures"] == "none"
    assert "does not show" in unlocked.about.text()
    assert unlocked.write.isEnabled()


def test_each_form_is_written_and_recorded(unlocked: ExportPage, office, tmp_path: Path) -> None:
    for form in Form:
        unlocked.choices[form].click()
        office.settle()
        path = tmp_path / f"{form.name}.{form.value}"
        unlocked.session.give_out(path)
        office.settle()
        assert unlocked.strip.verdict.text() == "GIVEN OUT"
        assert path.name in unlocked.strip.sentence.text()
        assert path.stat().st_size
    with AuditLog.open(office.home, read_only=True) as log:
        exports = [one.event for one in log.records() if isinstance(one.event, Exported)]
    assert [event.what for event in exports] == [
        ExportKind.CERTIFICATE,
        ExportKind.CSV,
        ExportKind.JSON,
        ExportKind.FHIR,
    ]
    assert (tmp_path / "CERTIFICATE.pdf").read_bytes().startswith(b"%PDF")


def test_one_note_or_a_time_is_chosen(unlocked: ExportPage, office) -> None:
    unlocked.note.setText("note-1.txt")
    unlocked.note.editingFinished.emit()
    office.settle()
    assert shown(unlocked)["Notes released"] == "1"
    unlocked.note.clear()
    unlocked.note.editingFinished.emit()
    unlocked.until.day.setDate(QDate(2001, 1, 1))
    unlocked.until.box.click()
    office.settle()
    assert "no released note" in unlocked.about.text().lower()
    assert not unlocked.write.isEnabled()
    unlocked.until.day.setDate(QDate.currentDate().addDays(1))
    office.settle()
    assert shown(unlocked)["Notes released"] == "3"
    unlocked.choices[Form.EVENTS].click()
    office.settle()
    assert shown(unlocked) == {"Records": "4"}


def test_the_notes_of_a_sample(unlocked: ExportPage, office, tmp_path: Path) -> None:
    assert unlocked.sample.count() == 2
    unlocked.sample.setCurrentIndex(1)
    unlocked.sample.activated.emit(1)
    office.settle()
    assert shown(unlocked)["Notes released"] == "3"
    assert unlocked.session.wanted.sample == unlocked.sample.itemData(1)
    unlocked.choices[Form.TABLE].click()
    office.settle()
    assert unlocked.session.wanted.sample is None
    assert not unlocked.sample.isEnabled()


def test_archived_records_are_given_out_where_their_folder_was_named(
    unlocked: ExportPage, office, olive: str, tmp_path: Path
) -> None:
    folder = tmp_path / "archives"

    def move(desk: officer.Desk) -> None:
        (ada,) = (one for one in desk.people() if one.name == "Ada Minister")
        desk.unlock(ada.id, PIN)
        officer.archiving.archive_records(desk, folder, stop=desk.log.size)
        desk.unlock(olive, PIN)

    office.start(move, lambda _: None)
    unlocked.shown()
    unlocked.choices[Form.TABLE].click()
    office.settle()
    assert "not at hand" in unlocked.about.text()
    unlocked.session.give_out(tmp_path / "refused.csv")
    office.settle()
    assert "Machines and archives" in unlocked.strip.sentence.text()
    unlocked.session.archives.name_folders([folder], done=lambda: None, failed=pytest.fail)
    office.settle()
    assert "what is written has them" in unlocked.about.text()
    unlocked.session.give_out(tmp_path / "table.csv")
    office.settle()
    assert unlocked.strip.verdict.text() == "GIVEN OUT"
    assert "document-committed" in (tmp_path / "table.csv").read_text()
    unlocked.choices[Form.CERTIFICATE].click()
    office.settle()
    unlocked.session.give_out(tmp_path / "certificate.pdf")
    office.settle()
    assert unlocked.strip.verdict.text() == "GIVEN OUT"
    assert office.failures == []


def test_what_cannot_be_written_is_told(unlocked: ExportPage, office, tmp_path: Path) -> None:
    there = tmp_path / "there.pdf"
    there.write_text("before")
    unlocked.session.give_out(there)
    office.settle()
    assert unlocked.strip.verdict.text() == "NOT DONE"
    assert there.read_text() == "before"
    office.lock()
    office.settle()
    assert not unlocked.write.isEnabled()


def test_the_page_is_one_of_the_window() -> None:
    assert ExportPage in PAGES


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    unlocked: ExportPage,
    window: OfficerWindow,
    office,
    tmp_path: Path,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    assert_nothing_clipped(window)
    unlocked.session.give_out(tmp_path / "certificate.pdf")
    office.settle()
    assert_nothing_clipped(window)
