"""The places of a document beside its text, with its findings, and in its refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from deid import (
    Deidentifier,
    DetectorChoice,
    Finding,
    Label,
    Mark,
    MarkState,
    Part,
    Span,
    Standard,
    load_policy,
)
from deid.errors import InputError
from deid.formats import suffixes
from deid.formats.packed import Member, pack
from deid.parts import Assembly
from gui.engine import NoteEngine
from gui.messages import told
from gui.places import Places, place_words
from gui.tables.findings import Column, FindingsModel
from gui.theme import LIGHT
from gui.views.dialogs import note_filters
from gui.views.finding_facts import FindingFacts
from gui.views.marked_text import MarkedText
from gui.views.place_strip import PlaceStrip
from tests.formats.hl7.samples import joined
from tests.formats.ooxml.documents import docx

STANDARD = Standard(load_policy("safe-harbor"), 0.85)


def parts_of(*placed: tuple[str, str], goes_on: Sequence[int] = ()) -> tuple[str, tuple[Part, ...]]:
    """A text of these pieces, each with its place."""
    assembly = Assembly()
    for number, (text, place) in enumerate(placed):
        assembly.add(text, place, goes_on=number in goes_on)
    document = assembly.document("note")
    return document.text, document.parts


@given(st.lists(st.sampled_from(["header 1", "text, paragraph 1", "text, paragraph 2", "PID-5"])))
def test_each_code_point_of_a_part_is_from_its_place(names: list[str]) -> None:
    _, parts = parts_of(*(("Quillan 😀 Testfall", name) for name in names))
    places = Places(parts)
    assert bool(places) is bool(names)
    for part in parts:
        for offset in (part.span.start, part.span.end - 1):
            assert places.at(offset) == place_words(part.place)


def test_a_place_says_beside_the_text_only_what_is_new_of_it() -> None:
    text, parts = parts_of(
        ("Ward list", "sheet 1, row 1, column 1"),
        ("Testfall", "sheet 1, row 2, column 1"),
        ("Quillan", "sheet 1, row 2, column 2"),
        ("MERIDIAN", "PID-5.1 (segment 2)"),
        ("Thessaly", "PID-5.2 (segment 2)"),
    )
    told = [(one.whole, one.brief) for one in Places(parts).between(0, len(text))]
    assert told == [
        ("Sheet 1, row 1, column 1", "Sheet 1, row 1, column 1"),
        ("Sheet 1, row 2, column 1", "Row 2, column 1"),
        ("Sheet 1, row 2, column 2", "Column 2"),
        ("PID-5.1 (segment 2)", "PID-5.1 (segment 2)"),
        ("PID-5.2 (segment 2)", "PID-5.2"),
    ]


@pytest.fixture
def text(qtbot: QtBot) -> MarkedText:
    view = MarkedText()
    qtbot.addWidget(view)
    view.use_colours(canvas=LIGHT.surface, accent=LIGHT.accent, ink=LIGHT.text)
    view.resize(700, 300)
    view.show()
    qtbot.waitExposed(view)
    return view


def many_lines(count: int) -> tuple[str, tuple[Part, ...]]:
    return parts_of(*((f"line {n} of 😀 the letter", f"text, paragraph {n}") for n in range(count)))


def test_the_strip_names_what_is_in_sight_and_the_text_stays_as_it_is(text: MarkedText) -> None:
    note, parts = many_lines(200)
    text.show_text(note)
    plain_width = text.viewport().width()
    assert text.findChild(PlaceStrip).isHidden()
    text.show_places(Places(parts))
    strip = text.findChild(PlaceStrip)
    assert strip.isVisible()
    assert strip.width() + text.viewport().width() == plain_width
    assert text.plain_text() == note
    text.scroll_to(parts[150].span.start, 0)
    said = strip.said()
    assert said[0][1].startswith("Text, paragraph 1")
    assert "Text, paragraph 151" in [whole for _, _, whole in said]
    assert len(said) < 20
    assert not strip.grab().isNull()
    text.set_caret(parts[7].span.start + 2)
    assert text.accessibleDescription() == "Text, paragraph 7"


def test_a_text_with_little_room_keeps_it(text: MarkedText) -> None:
    note, parts = many_lines(3)
    text.show_text(note)
    text.show_places(Places(parts))
    text.resize(120, 300)
    assert text.findChild(PlaceStrip).isHidden()
    assert text.viewport().width() > 80


def test_a_plain_text_has_no_strip_and_says_no_place(text: MarkedText) -> None:
    note, parts = many_lines(3)
    text.show_text(note)
    text.show_places(Places(parts))
    text.show_text("a typed note")
    assert text.findChild(PlaceStrip).isHidden()
    assert text.accessibleDescription() == ""


def test_a_finding_is_read_out_with_its_place(qtbot: QtBot) -> None:
    note, parts = parts_of(("Testfall", "header 2"), ("stable", "text, paragraph 1"))
    model = FindingsModel(STANDARD)
    model.places = Places(parts)
    model.show(
        [Mark(Finding(Span(0, 8), Label.PATIENT, 0.9, "model:0a"), MarkState.OPEN)], note, STANDARD
    )
    said = model.index(0, Column.TEXT).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.endswith(", Header 2")
    assert model.index(0, Column.TEXT, QModelIndex()).data() == "Testfall"
    facts = FindingFacts()
    qtbot.addWidget(facts)
    facts.show_place("Header 2", has_places=True)
    assert facts.place.accessibleName() == "Place: Header 2"
    assert not facts.place.isHidden()
    facts.show_place("", has_places=False)
    assert facts.place.isHidden()


def test_the_dialog_lists_every_kind_of_file_that_is_read() -> None:
    listed = note_filters()[0]
    assert all(f"*{suffix}" in listed for suffix in suffixes())


@pytest.fixture(scope="module")
def deidentifier() -> Deidentifier:
    return Deidentifier.open(policy=load_policy("safe-harbor"), detectors=DetectorChoice.RULES)


@pytest.fixture
def engine(deidentifier: Deidentifier) -> Iterator[NoteEngine]:
    made = NoteEngine(lambda: deidentifier)
    yield made
    made.close()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)
WITH_EMF = docx(
    members={"word/media/image1.emf": b"\x01\x00\x00\x00" + bytes(84)},
    types='<Default Extension="emf" ContentType="image/x-emf"/>',
)
DAMAGED = pack({"word/document.xml": Member(b"<w:document/>" * 50, is_packed=True)})[:-30]
KLINGON = joined([r"MSH|^~\&|||||||ORU^R01||P|2.5||||||KLINGON", "PID|1||77^^^^MR||Testfall"])


@pytest.mark.parametrize(
    ("name", "content", "place", "remedy"),
    [
        ("letter.docx", WITH_EMF, "picture", "take it out"),
        ("letter.xlsx", OLE, "encrypted", "without a password"),
        ("letter.docx", DAMAGED, "damaged", "save it anew"),
        ("letter.hl7", KLINGON, "MSH-18", "command line"),
    ],
    ids=["metafile", "encrypted", "damaged", "encoding"],
)
def test_a_refusal_says_which_part_and_why_and_what_to_do(
    engine: NoteEngine, tmp_path: Path, name: str, content: bytes, place: str, remedy: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        engine.read(path)
    words = told(refused.value)
    assert place in words
    assert remedy in words
    assert "Testfall" not in words
    assert "--encoding" not in words or "command line" in words
