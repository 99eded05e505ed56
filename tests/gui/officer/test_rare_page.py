"""The page "Rare details": notes in their order, reasons by place, words for an officer alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from deid import officer
from gui.appearance import Appearance
from gui.officer.rare_page import RarePage
from gui.officer.window import OfficerWindow
from gui.settings import Settings
from gui.views.rows_table import RowsTable

PIN = "a short sentence"


@pytest.fixture
def olive(home: Path) -> str:
    """Id of an officer."""
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        made = officer.make_key(desk, name="Olive Officer", pin=PIN)
        officer.enrol(desk, made.id, officer.Role.OFFICER)
    return made.id


@pytest.fixture
def window(office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [RarePage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def page(window: OfficerWindow) -> RarePage:
    (found,) = window.pages
    assert isinstance(found, RarePage)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    (path / "a.txt").write_text("68-year-old with a cough. Plan: aspirin.\n", "utf-8")
    (path / "b.txt").write_text("[PATIENT] has Gaucher disease.\n", "utf-8")
    (path / "c.txt").write_text("Cough.\nHe is the former mayor of [CITY].\n", "utf-8")
    return path


def cells(table: RowsTable) -> list[tuple[str, ...]]:
    model = table.model()
    rows, columns = range(model.rowCount()), range(model.columnCount())
    return [tuple(model.index(row, column).data() for column in columns) for row in rows]


def test_before_anything_it_says_what_to_do(page: RarePage) -> None:
    assert page.strip.verdict.text() == "NOT READ"
    assert "Choose a folder" in page.strip.sentence.text()
    assert "not thereby safe" in page.limits.text()


def test_notes_are_ranked_and_the_first_is_looked_at(page: RarePage, office, folder: Path) -> None:
    page.session.rank(folder)
    office.settle()
    assert page.strip.verdict.text() == "2 TO READ"
    assert cells(page.notes) == [
        ("c.txt", "0.70", "Public office or fame"),
        ("b.txt", "0.51", "Rare diagnosis or injury, Term of this patient alone"),
    ]
    assert cells(page.details) == [("2", "Public office or fame", "")]
    page.notes.selectRow(1)
    office.settle()
    assert [row[1] for row in cells(page.details)] == [
        "Rare diagnosis or injury",
        "Term of this patient alone",
    ]


def test_words_are_there_only_while_an_officers_key_is_out(
    page: RarePage, office, folder: Path, olive: str
) -> None:
    page.session.rank(folder)
    office.settle()
    office.unlock(olive, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert cells(page.details)[0][2] == "He is the ⟦former mayor⟧ of [CITY]."
    page.notes.selectRow(1)
    office.settle()
    assert cells(page.details)[0][2] == "[PATIENT] has ⟦Gaucher⟧ disease."
    office.lock()
    office.settle()
    assert [row[2] for row in cells(page.details)] == ["", ""]
    assert office.failures == []


def test_a_folder_of_plain_notes(page: RarePage, office, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "a.txt").write_text("Plan: aspirin.\n", "utf-8")
    (folder / "b.xyz").write_text("?", "utf-8")
    page.session.rank(folder)
    office.settle()
    assert page.strip.verdict.text() == "NOTHING FOUND"
    assert "1 file or note could not be read." in page.strip.sentence.text()
    assert "does not show that there is none" in page.strip.sentence.text()


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_clipped(
    window: OfficerWindow,
    page: RarePage,
    office,
    folder: Path,
    percent: int,
    assert_nothing_clipped: Callable[[QWidget], None],
) -> None:
    window.resize(1000, 700)
    page.session.rank(folder)
    office.settle()
    window._settings.scale = percent
    assert_nothing_clipped(page)


def test_every_widget_has_a_name(page: RarePage) -> None:
    for widget in (page.rank, page.strip.cancel, page.notes, page.details):
        assert widget.accessibleName()
