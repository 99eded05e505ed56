"""The pages "Vault" and "Held notes", as an officer uses them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from deid import Document, Finding, Label, Release, Site, Source, Span, load_policy, officer
from deid.audit.records import KeyAct, KeyChanged, KeyKind, ReleaseDecided, ValueRevealed
from deid.policy import Policy, ReleaseRule, derive
from deid.redact.apply import apply
from deid.resolve import resolve
from gui.appearance import Appearance
from gui.officer.act_dialog import ActDialog
from gui.officer.held_page import HeldPage
from gui.officer.vault_dialogs import MakeDialog
from gui.officer.vault_page import VaultPage
from gui.officer.window import OfficerWindow
from gui.settings import Settings

PIN = "a short sentence"
TEXT = "Ada Okonkwo,\nseen by Dr. Brandt."
FOUND = (
    Finding(Span(0, 11), Label.PATIENT, 0.98, "known"),
    Finding(Span(25, 31), Label.DOCTOR, 0.9, "rule:doctor@1"),
)


def redacted(name: str, policy: Policy) -> Release:
    note = Document(name, TEXT)
    made = apply(note, resolve(TEXT, list(FOUND), policy), policy, seed=bytes(32))
    return Release(
        Source(note, TEXT.encode(), "text", "utf-8"), made, policy, made.text.encode(), name
    )


@pytest.fixture
def people(home: Path) -> dict[str, str]:
    """An administrator and two officers, by name."""
    with officer.Desk.open(home) as desk:
        ada = officer.make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(ada.id, PIN)
        officer.enrol(desk, ada.id, officer.Role.ADMINISTRATOR)
        found = {"Ada": ada.id}
        for name in ("Olive", "Otto"):
            made = officer.make_key(desk, name=name, pin=PIN)
            officer.enrol(desk, made.id, officer.Role.OFFICER)
            found[name] = made.id
    return found


@pytest.fixture
def window(people: dict[str, str], office, appearance: Appearance, qtbot: QtBot) -> OfficerWindow:
    made = OfficerWindow(office, Settings(), appearance, [VaultPage, HeldPage])
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    office.settle()
    return made


@pytest.fixture
def vault(window: OfficerWindow) -> VaultPage:
    page = window.pages[0]
    assert isinstance(page, VaultPage)
    return page


@pytest.fixture
def held(window: OfficerWindow) -> HeldPage:
    page = window.pages[1]
    assert isinstance(page, HeldPage)
    return page


@pytest.fixture
def waiting(home: Path, people: dict[str, str], tmp_path: Path) -> Path:
    """A held note; where it is to appear."""
    policy = derive(
        load_policy("safe-harbor"),
        name="ward",
        description="",
        treatments={},
        thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )
    target = tmp_path / "released" / "note.txt"
    with Site.open(home) as site:
        site.hold([redacted("note.txt", policy)], head=b"", target=target)
    return target


def unlock(office, person: str) -> None:
    office.unlock(person, PIN, done=lambda: None, failed=office.failures.append)
    office.settle()
    assert office.failures == []


def dialog() -> ActDialog:
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ActDialog)]
    (found,) = [w for w in shown if w.isVisible()]
    return found


def no_dialog() -> bool:
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ActDialog)]
    return not any(w.isVisible() for w in shown)


def act(office, pin: str = "") -> None:
    """Press the button of the dialog, with this PIN typed."""
    shown = dialog()
    for field in shown.findChildren(QLineEdit):
        field.setText(pin)
    shown.act.click()
    office.settle()


def cells(page: VaultPage) -> list[tuple[str, ...]]:
    model = page.places.model()
    return [
        tuple(model.index(row, column).data() for column in range(3))
        for row in range(model.rowCount())
    ]


def records(home: Path, kind: type) -> list:
    with officer.Desk.open(home) as desk:
        return [record.event for record in desk.log.records() if isinstance(record.event, kind)]


def make_vault(office, page: VaultPage, home: Path, people: dict[str, str]) -> None:
    unlock(office, people["Olive"])
    page.make.click()
    act(office)
    assert no_dialog()
    with Site.open(home) as site:
        made = redacted("note.txt", load_policy("gdpr-pseudonymise"))
        site.commit([made], publish=lambda: None)


def test_a_value_is_shown_only_when_it_was_said_what_for(
    vault: VaultPage, office, home: Path, people: dict[str, str]
) -> None:
    assert vault.strip.verdict.text() == "NO VAULT"
    assert not vault.make.isEnabled()
    assert not vault.file.isEnabled()
    make_vault(office, vault, home, people)
    assert vault.strip.verdict.text() == "IN USE"
    vault.document.setText("note.txt")
    vault.search.click()
    office.settle()
    assert [row[1:] for row in cells(vault)] == [("PATIENT", "hidden"), ("DOCTOR", "hidden")]
    vault.places.selectRow(1)
    vault.show_one.click()
    act(office)
    assert "needed for" in dialog().error.text()
    assert records(home, ValueRevealed) == []
    dialog().purpose.setCurrentIndex(1)
    act(office)
    assert no_dialog()
    assert [row[2] for row in cells(vault)] == ["hidden", "Brandt"]
    assert [event.values for event in records(home, ValueRevealed)] == [1]
    assert "saw 1 value" in vault.acts.model().index(0, 2).data()
    office.lock()
    office.settle()
    assert [row[2] for row in cells(vault)] == ["hidden", "hidden"]
    assert not vault.show_all.isEnabled()


def test_a_file_leads_to_its_places_and_another_to_none(
    vault: VaultPage, office, home: Path, people: dict[str, str], tmp_path: Path
) -> None:
    make_vault(office, vault, home, people)
    path = tmp_path / "anywhere.txt"
    path.write_bytes(redacted("note.txt", load_policy("gdpr-pseudonymise")).output)
    vault.session.find_file(path)
    office.settle()
    assert [row[0] for row in cells(vault)] == ["line 1, column 1", "line 2, column 13"]
    path.write_text("something else")
    vault.session.find_file(path)
    office.settle()
    assert cells(vault) == []
    assert "keeps nothing of this file" in vault.note.text()


def test_the_vault_is_shared_and_renewed(
    vault: VaultPage, office, home: Path, people: dict[str, str]
) -> None:
    make_vault(office, vault, home, people)
    with officer.Desk.open(home) as desk:
        late = officer.make_key(desk, name="Late", pin=PIN)
        desk.unlock(people["Ada"], PIN)
        officer.enrol(desk, late.id, officer.Role.OFFICER)
    vault.shown()
    office.settle()
    assert vault.strip.verdict.text() == "TO SHARE"
    assert "Not yet by: Late" in vault.strip.sentence.text()
    vault.share.click()
    act(office)
    assert vault.strip.verdict.text() == "IN USE"
    assert vault.acts.model().index(0, 2).data() == "shared it with Late"
    vault.renew.click()
    act(office)
    assert vault.session.state is not None
    assert vault.session.state.keys == 2
    assert vault.acts.rowAt(0) == 0


def test_a_vault_that_cannot_be_trusted_is_told(
    vault: VaultPage, office, home: Path, people: dict[str, str]
) -> None:
    make_vault(office, vault, home, people)
    (home / "vault" / "vault.sqlite").unlink()
    vault.shown()
    office.settle()
    assert vault.strip.verdict.text() == "NOT USABLE"
    assert "missing" in vault.strip.sentence.text()
    assert vault.make.isEnabled()
    assert not vault.renew.isVisible()


def test_an_officer_reads_and_releases(
    held: HeldPage, office, home: Path, people: dict[str, str], waiting: Path
) -> None:
    held.shown()
    office.settle()
    assert held.strip.verdict.text() == "1 TO READ"
    assert "wants the key" in held.hint.text()
    assert held.text.text.toPlainText() == ""
    assert not held.release.isEnabled()
    unlock(office, people["Otto"])
    assert "seen by Dr. [DOCTOR-1]" in held.text.text.toPlainText()
    assert "compares names only" in held.hint.text()
    held.release.click()
    act(office, "the wrong sentence")
    assert not dialog().error.isHidden()
    assert not waiting.exists()
    unlock(office, people["Otto"])
    act(office, PIN)
    assert no_dialog()
    assert "[PATIENT-1]" in waiting.read_text()
    assert held.strip.verdict.text() == "NOTHING WAITS"
    assert held.text.text.toPlainText() == ""
    assert "1 note was decided" in held.strip.sentence.text()
    assert [event.person for event in records(home, ReleaseDecided)] == [people["Otto"]]


def test_an_officer_declines_or_releases_elsewhere(
    held: HeldPage, office, home: Path, people: dict[str, str], waiting: Path, tmp_path: Path
) -> None:
    unlock(office, people["Olive"])
    held.shown()
    office.settle()
    waiting.parent.mkdir()
    waiting.write_text("mine")
    held.release.click()
    act(office, PIN)
    assert "of that name already" in dialog().error.text()
    dialog().cancel.click()
    held._release_to(tmp_path / "other")
    act(office, PIN)
    assert (tmp_path / "other" / "note.txt").exists()
    assert waiting.read_text() == "mine"


def test_what_is_declined_is_gone(
    held: HeldPage, office, home: Path, people: dict[str, str], waiting: Path
) -> None:
    unlock(office, people["Olive"])
    held.shown()
    office.settle()
    held.decline.click()
    act(office, PIN)
    assert no_dialog()
    assert held.strip.verdict.text() == "NOTHING WAITS"
    assert not waiting.exists()
    (decided,) = records(home, ReleaseDecided)
    assert decided.decision == "declined"


@pytest.mark.parametrize("percent", [100, 200])
def test_nothing_is_cut_off(
    window: OfficerWindow,
    vault: VaultPage,
    held: HeldPage,
    office,
    home: Path,
    people: dict[str, str],
    waiting: Path,
    assert_nothing_clipped: Callable[[QWidget], None],
    percent: int,
) -> None:
    window._settings.scale = percent
    make_vault(office, vault, home, people)
    vault.document.setText("note.txt")
    vault.search.click()
    office.settle()
    assert_nothing_clipped(window)
    vault.show_all.click()
    assert_nothing_clipped(dialog())
    dialog().cancel.click()
    window.list.setCurrentRow(1)
    office.settle()
    assert_nothing_clipped(window)
    held.release.click()
    assert_nothing_clipped(dialog())
    dialog().cancel.click()
    window._settings.scale = 100


def test_a_vault_that_was_destroyed_is_made_again_once_that_is_ticked(
    vault: VaultPage,
    office,
    home: Path,
    people: dict[str, str],
    assert_nothing_clipped: Callable[[QWidget], None],
) -> None:
    make_vault(office, vault, home, people)
    (home / "vault" / "vault.sqlite").unlink()
    vault.session.reload()
    office.settle()
    assert vault.strip.verdict.text() == "NOT USABLE"
    vault.make.click()
    shown = dialog()
    assert isinstance(shown, MakeDialog)
    assert shown.lost.isVisible()
    assert_nothing_clipped(shown)
    act(office)
    assert "missing" in shown.error.text()
    shown.lost.setChecked(True)
    act(office)
    assert no_dialog()
    assert vault.strip.verdict.text() == "IN USE"
    assert [one.act for one in records(home, KeyChanged) if one.what is KeyKind.VAULT] == [
        KeyAct.MADE,
        KeyAct.DESTROYED,
        KeyAct.MADE,
    ]
