"""A hundred notes, from opening their folder to the log, by keys alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from deid.audit.records import DocumentCommitted, ReviewAct, ReviewActed, ReviewFinished
from deid.worklist.items import ItemState
from gui.desk import Phase, Verdict

BEGINNINGS = ("Quen", "Okon", "Fel", "Marlo", "Zebe", "Thistle", "Ostro", "Dray", "Velu", "Harn")
ENDINGS = ("bridge", "mere", "shaw", "beck", "deeson", "down", "groveton", "wick", "thorne", "gard")
SURNAMES = [first + last for first, last in product(BEGINNINGS, ENDINGS)]
GIVEN = ("Ilse", "Amaru", "Quillan", "Ottoline", "Bertrand")
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def leave(flow) -> None:
    """Nothing wants a look."""
    assert flow.session.verdict is Verdict.PASS


def confirm(flow) -> None:
    """Confirm what wants a look."""
    while flow.session.tally.uncertain:
        flow.type("a")


def mark_missed(flow) -> None:
    """Search for a name that was not found, and mark it at the caret."""
    flow.control(Qt.Key.Key_F)
    flow.type("sibbering")
    flow.press(Qt.Key.Key_Return)
    flow.wait(lambda: flow.search.place is not None)
    flow.press(Qt.Key.Key_Escape)
    flow.type("m")
    flow.type("patient")
    flow.press(Qt.Key.Key_Return)


def mark_misspelt(flow) -> None:
    """Search for a name and what nearly is it, and mark all places at once."""
    flow.control(Qt.Key.Key_F)
    flow.type("sibbering")
    flow.press(Qt.Key.Key_Tab)
    if not flow.window.review.find_bar.near.isChecked():
        flow.press(Qt.Key.Key_Space)
    flow.wait(lambda: len(flow.search.in_note) == 2)
    for _ in range(3):
        flow.press(Qt.Key.Key_Tab)
    flow.press(Qt.Key.Key_Space)
    flow.type("patient")
    flow.press(Qt.Key.Key_Return)
    flow.come_back()


def reject_wrong(flow) -> None:
    """Leave in the text what is no place, after second thoughts."""
    flow.type("r")
    flow.control(Qt.Key.Key_Z)
    flow.control(Qt.Key.Key_Y)


def correct(flow) -> None:
    """Let a place reach over the next word, and call it something else."""
    flow.press(Qt.Key.Key_Right, ALT)
    flow.type("l")
    flow.type("hosp")
    flow.press(Qt.Key.Key_Return)


@dataclass(frozen=True)
class Case:
    """How the notes of one kind end, and what their reviewer does.

    Attributes:
        ending: of the note.
        hidden: what in it must not stand in the output.
        harmless: what in it must.
        review: presses the keys.
    """

    ending: str
    hidden: tuple[str, ...]
    harmless: str
    review: Callable[..., None]


CASES = (
    Case("Discharged well on lisinopril.", (), "lisinopril", leave),
    Case("He came from Sampleholm by train.", ("Sampleholm",), "by train", confirm),
    Case("Later Sibbering rang again.", ("Sibbering",), "rang again", mark_missed),
    Case(
        "Later Sibbering rang, and Sibbrring wrote.",
        ("Sibbering", "Sibbrring"),
        "wrote",
        mark_misspelt,
    ),
    Case("Pain came from Calmadex tablets.", (), "from Calmadex tablets", reject_wrong),
    Case("He came from Fictown infirmary.", ("Fictown", "infirmary"), "came from", correct),
)


def planted(number: int, surname: str) -> tuple[str, ...]:
    """What identifies the patient of one note."""
    return (
        f"{GIVEN[number % len(GIVEN)]} {surname}",
        f"{40_000_000 + number * 7919}",
        f"{number % 12 + 1:02}/{number % 28 + 1:02}/1948",
        f"(801) 555-{number:04}",
        f"{surname.lower()}@mail.example",
    )


def written(number: int, surname: str) -> str:
    """One invented note."""
    name, mrn, birth, phone, mail = planted(number, surname)
    return (
        f"Patient: {name}  MRN: {mrn}\nDOB: {birth}\n\n"
        f"Mr. {surname} was seen for chest pain. Troponin negative, ECG without change.\n"
        f"Call {phone} or write to {mail} with questions.\n{case_of(number).ending}\n"
    )


def case_of(number: int) -> Case:
    return CASES[number % len(CASES)]


def open_folder(flow, folder: Path) -> None:
    flow.control(Qt.Key.Key_O, SHIFT)
    flow.wait(lambda: isinstance(QApplication.focusWidget(), QLineEdit))
    flow.type(str(folder))
    flow.press(Qt.Key.Key_Return)
    flow.come_back()
    flow.wait(lambda: len(flow.worklist.items) == len(SURNAMES))
    flow.settle()


def save(flow) -> None:
    """Save the note on the desk and wait for the next one."""
    flow.settle()
    assert flow.session.savable
    assert not flow.session.tally.uncertain
    flow.control(Qt.Key.Key_Return)
    flow.settle()


def test_a_hundred_notes_are_reviewed_and_saved_by_keys_alone(
    flow, no_mouse, logged, tmp_path: Path
) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number, surname in enumerate(SURNAMES):
        (folder / f"visit-{number:03}.txt").write_text(written(number, surname))
    open_folder(flow, folder)
    for number in range(len(SURNAMES)):
        assert flow.session.note.path.name == f"visit-{number:03}.txt"
        case_of(number).review(flow)
        save(flow)
    flow.control(Qt.Key.Key_L, SHIFT)
    flow.settle()
    assert flow.window.log_view.verdict.text() == "VERIFIED"
    assert no_mouse.seen == []

    assert {item.state for item in flow.worklist.items.values()} == {ItemState.DONE}
    for number, surname in enumerate(SURNAMES):
        output = (folder / f"visit-{number:03}-redacted.txt").read_text()
        case = case_of(number)
        assert case.harmless in output
        assert "Troponin negative, ECG without change." in output
        for hidden in (*planted(number, surname), surname, *case.hidden):
            assert hidden.casefold() not in output.casefold(), (number, hidden)
        assert (folder / f"visit-{number:03}.txt").read_text() == written(number, surname)

    flow.stop()
    events = logged()
    finished = [event for event in events if isinstance(event, ReviewFinished)]
    assert len(finished) == len(SURNAMES)
    assert sum(event.uncertain_left for event in finished) == 0
    assert sum(isinstance(event, DocumentCommitted) for event in events) == len(SURNAMES)
    acts = Counter(event.act for event in events if isinstance(event, ReviewActed))
    cases = Counter(case_of(number).review for number in range(len(SURNAMES)))
    assert acts[ReviewAct.ACCEPT] >= cases[confirm]
    assert acts[ReviewAct.ADD] == cases[mark_missed] + 2 * cases[mark_misspelt]
    assert acts[ReviewAct.REJECT] == cases[reject_wrong]
    assert acts[ReviewAct.UNDO] == acts[ReviewAct.REDO] == cases[reject_wrong]


def test_the_mouse_is_kept_out_and_noticed(flow, no_mouse) -> None:
    button = next(b for b in flow.window.tools.buttons if b.accessibleName() == "Type a note")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert no_mouse.seen
    assert flow.session.phase is Phase.EMPTY
