"""Pages of documents before and after: what they are made of, how they are drawn, and where."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QBuffer, QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deid import Document, Policy, Redacted, load_policy
from deid.errors import OutputError
from gui.actions import Do
from gui.appearance import Appearance
from gui.desk import Note
from gui.jobs import Jobs
from gui.pages.blocks import Table
from gui.pages.differences import changed_areas, changed_words
from gui.pages.sources import open_pair, shows_pages
from gui.pages.word import layout_of
from gui.pages.word_layout import TINT, WordPages
from gui.pages_session import PagesSession, Side
from gui.theme import LIGHT
from gui.views.pages_view import PagesView
from tests.formats.ooxml.documents import MAIN, NAMESPACES, OFFICE, docx, run
from tests.gui.conftest import Desk, make_window

RELATION = f'<Relationship Id="rId7" Type="{OFFICE}/header" Target="header1.xml"/>'
STYLES = f"""<w:styles {NAMESPACES}>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/>
<w:rPr><w:sz w:val="40"/></w:rPr></w:style>
</w:styles>"""
NUMBERING = f"""<w:numbering {NAMESPACES}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="3"/>
<w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%1)"/></w:lvl></w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
ITEM = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="5"/></w:numPr></w:pPr>'
PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="1270000" cy="635000"/></wp:inline></w:drawing></w:r>'
)
BOX = (
    "<w:r><w:pict><v:textbox><w:txbxContent><w:p>"
    + run("in the box")
    + "</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
)
TABLE = (
    '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p>'
    + run("wide")
    + '</w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p>'
    + run("tall")
    + "</w:p></w:tc><w:tc><w:p>"
    + run("b")
    + "</w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p>"
    + run("c")
    + "</w:p></w:tc></w:tr></w:tbl>"
)


def letter(name: str = "Quillan Testfall", *, body: str = "") -> bytes:
    """A letter with a heading, a split name, a list, a table, a picture, a box and a header."""
    return docx(
        f'<w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr>{run("History")}</w:p>'
        f"<w:p>{run('Seen: ')}<w:r><w:rPr><w:b/></w:rPr><w:t>{name[:4]}</w:t></w:r>"
        f"{run(name[4:])}<w:del><w:r><w:delText> gone</w:delText></w:r></w:del></w:p>"
        f"<w:p>{ITEM}{run('one')}</w:p><w:p>{ITEM}{run('two')}</w:p>"
        f"{TABLE}<w:p>{PICTURE}</w:p><w:p>{BOX}</w:p>{body}"
        '<w:sectPr><w:headerReference w:type="default" r:id="rId7"/></w:sectPr>',
        members={
            "word/styles.xml": STYLES,
            "word/numbering.xml": NUMBERING,
            "word/header1.xml": f"<w:hdr {NAMESPACES}><w:p>{run(name)}</w:p></w:hdr>",
        },
        relations=RELATION,
        types=f'<Override PartName="/word/header1.xml" ContentType="{MAIN}.header+xml"/>',
    )


def test_a_document_is_mapped_to_what_its_pages_are_made_of() -> None:
    layout = layout_of(letter())
    paragraphs = {paragraph.text: paragraph for paragraph in layout.paragraphs()}
    assert layout.header[0].text == "Quillan Testfall"  # type: ignore[union-attr]
    heading = paragraphs["History"]
    assert (heading.level, heading.runs[0].look.size) == (1, 20.0)
    seen = paragraphs["Seen: Quillan Testfall gone"]
    assert [r.look.bold for r in seen.runs] == [False, True, False, False]
    assert seen.runs[-1].look.struck
    assert (paragraphs["one"].mark, paragraphs["two"].mark) == ("(iii)", "(iv)")
    (table,) = [b for b in layout.body if isinstance(b, Table) and len(b.rows) == 3]
    assert table.rows[0][0].columns == 2
    assert [row[0].goes_on for row in table.rows] == [False, False, True]
    pictures = [r.picture for p in layout.paragraphs() for r in p.runs if r.picture]
    assert pictures == [(100.0, 50.0)]
    assert [p.text for p in layout.paragraphs()].count("in the box") == 1


def test_margins_that_leave_no_room_are_not_followed() -> None:
    squeezed = docx(
        '<w:p/><w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:left="9000" w:right="9000" w:top="0" w:bottom="0"/></w:sectPr>'
    )
    sheet = layout_of(squeezed).sheet
    assert sheet.margins[1] + sheet.margins[3] < sheet.width / 2


def tinted(image: QImage) -> int:
    """How many pixels have the colour that marks what differs."""
    tint = QColor(TINT).rgb()
    return sum(
        image.pixel(x, y) == tint for y in range(image.height()) for x in range(0, image.width(), 3)
    )


def test_only_what_differs_is_marked_on_both_sides(qapp: QApplication) -> None:
    pair = open_pair("letter.docx", letter(), letter("[PATIENT-1]"))
    assert pair.after is not None
    pages = [pair.before.draw(0, 300), pair.after.draw(0, 300)]
    assert all(page.width() == 300 and tinted(page) > 20 for page in pages)
    same = open_pair("letter.docx", letter(), letter())
    assert tinted(same.before.draw(0, 300)) == 0
    pair.close()
    same.close()


def test_pages_break_where_the_document_says(qapp: QApplication) -> None:
    broken = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' * 3
    assert len(WordPages(layout_of(letter(body=broken)), ()).sizes) == 4


def test_a_document_that_nests_without_end_is_drawn(qapp: QApplication) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60
    assert len(WordPages(layout_of(docx(deep)), ()).sizes) >= 1


WORDS = st.lists(st.sampled_from(["Quillan", "was", "seen", "😀", "[PATIENT-1]", ","])).map(
    " ".join
)


@given(WORDS, WORDS)
def test_what_is_not_marked_is_the_same(before: str, after: str) -> None:
    (gone,), (come,) = changed_words([before], [after])
    kept = [_without(before, gone), _without(after, come)]
    assert kept[0] == kept[1]


def _without(text: str, spans: list) -> str:  # type: ignore[type-arg]
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


def test_paragraphs_that_came_or_went_mark_nothing() -> None:
    assert changed_words(["a", "b"], ["a"]) == ([[], []], [[]])


@given(st.integers(0, 90), st.integers(0, 60), st.integers(1, 10), st.integers(1, 10))
def test_boxes_cover_every_pixel_that_differs(left: int, top: int, wide: int, high: int) -> None:
    before = np.full((70, 100, 3), 255, dtype=np.uint8)
    after = before.copy()
    after[top : top + high, left : left + wide] = 0
    inside = np.zeros((70, 100), dtype=bool)
    for x, y, across, down in changed_areas(before, after):
        inside[y : y + down, x : x + across] = True
    assert inside[(before != after).any(axis=2)].all()
    assert inside.sum() <= 24 * 24
    assert changed_areas(before, before) == []
    assert changed_areas(before, after[:, :50]) == []


def png(colour: str, *, box: bool = False) -> bytes:
    image = QImage(120, 80, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    if box:
        for x in range(30, 60):
            for y in range(20, 40):
                image.setPixelColor(x, y, QColor("black"))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def test_pictures_are_pages_and_their_differences_are_boxes(qapp: QApplication) -> None:
    pair = open_pair("scan.PNG", png("white"), png("white", box=True))
    assert list(pair.before.sizes) == [(120.0, 80.0)]
    assert pair.before.draw(0, 60).width() == 60
    ((left, top, wide, high),) = pair.areas(0)
    assert left <= 0.25 <= left + wide
    assert 0.25 <= wide < 0.3
    assert high < 0.3
    assert top <= 0.25


@pytest.mark.parametrize(
    ("name", "shown"), [("a.docx", True), ("A.DOCX", True), ("a.txt", False), ("a.jpeg", True)]
)
def test_only_what_has_pages_is_shown_as_pages(name: str, *, shown: bool) -> None:
    assert shows_pages(name) is shown


@dataclass
class Container:
    """A file of one note, as much of it as pages need."""

    bytes_: bytes

    def content(self, document: Document) -> bytes:
        return self.bytes_


class FakeSession(QObject):
    """The note on the desk, as much of it as pages need."""

    note_changed = Signal()
    result_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.note: Note | None = None
        self.shown: Redacted | None = None
        self.policy = load_policy("safe-harbor")

    def put(self, path: str, content: bytes) -> None:
        document = Document(id=path, text="text")
        self.note = Note(document, Container(content), Path(path))  # type: ignore[arg-type]
        self.shown = None
        self.note_changed.emit()

    def redact(self, text: str) -> None:
        self.shown = Redacted("note", text)
        self.result_changed.emit()


@dataclass
class FakeRenderer:
    results: list[str] = field(default_factory=list)
    failure: OutputError | None = None

    def rendered(self, note: Note, redacted: Redacted, policy: Policy) -> bytes:
        if self.failure is not None:
            raise self.failure
        self.results.append(redacted.text)
        return letter(redacted.text)


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture
def renderer() -> FakeRenderer:
    return FakeRenderer()


@pytest.fixture
def pages(session: FakeSession, renderer: FakeRenderer, qtbot: QtBot) -> Iterator[PagesSession]:
    jobs = Jobs()
    made = PagesSession(session, renderer, jobs)  # type: ignore[arg-type]
    made.settle = lambda: qtbot.waitUntil(  # type: ignore[attr-defined]
        lambda: not jobs.busy and not made.waiting, timeout=20_000
    )
    yield made
    jobs.stop(made.close)


def test_nothing_is_drawn_before_pages_are_asked_for(
    session: FakeSession, renderer: FakeRenderer, pages: PagesSession
) -> None:
    session.put("letter.docx", letter())
    session.redact("[PATIENT-1]")
    pages.settle()  # type: ignore[attr-defined]
    assert pages.possible
    assert renderer.results == []
    assert pages.sizes(Side.BEFORE) == ()


def test_the_latest_result_is_drawn_and_those_in_between_are_passed_over(
    session: FakeSession, renderer: FakeRenderer, pages: PagesSession
) -> None:
    session.put("letter.docx", letter())
    pages.show(True)
    pages.settle()  # type: ignore[attr-defined]
    assert len(pages.sizes(Side.BEFORE)) == 1
    assert pages.sizes(Side.AFTER) == ()
    for number in range(5):
        session.redact(f"[PATIENT-{number}]")
    pages.settle()  # type: ignore[attr-defined]
    assert renderer.results == ["[PATIENT-4]"]
    pages.want(Side.AFTER, [(0, 200)])
    pages.want(Side.BEFORE, [(0, 200)])
    pages.settle()  # type: ignore[attr-defined]
    for side in Side:
        drawn = pages.page(side, 0)
        assert drawn is not None
        assert (drawn.width, drawn.image.width()) == (200, 200)


def test_pages_of_another_note_are_never_shown(session: FakeSession, pages: PagesSession) -> None:
    session.put("letter.docx", letter())
    pages.show(True)
    pages.settle()  # type: ignore[attr-defined]
    pages.want(Side.BEFORE, [(0, 100)])
    pages.settle()  # type: ignore[attr-defined]
    assert pages.page(Side.BEFORE, 0) is not None
    session.put("plain.txt", b"text")
    assert pages.page(Side.BEFORE, 0) is None
    assert not pages.possible
    assert pages.sizes(Side.BEFORE) == ()


def test_what_cannot_be_drawn_is_told_and_the_next_state_is_drawn(
    session: FakeSession, renderer: FakeRenderer, pages: PagesSession
) -> None:
    session.put("letter.docx", letter())
    pages.show(True)
    renderer.failure = OutputError("a replacement does not fit: choose another policy")
    session.redact("x")
    pages.settle()  # type: ignore[attr-defined]
    assert pages.failure is renderer.failure
    renderer.failure = None
    session.redact("y")
    pages.settle()  # type: ignore[attr-defined]
    assert pages.failure is None
    assert pages.sizes(Side.AFTER)


def test_memory_is_bounded(
    session: FakeSession, pages: PagesSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.pages_session._MOST_BYTES", 300_000)
    session.put("letter.docx", letter(body='<w:p><w:r><w:br w:type="page"/></w:r></w:p>' * 9))
    pages.show(True)
    pages.settle()  # type: ignore[attr-defined]
    for index in range(10):
        pages.want(Side.BEFORE, [(index, 200)])
        pages.settle()  # type: ignore[attr-defined]
    there = [index for index in range(10) if pages.page(Side.BEFORE, index) is not None]
    assert there[-1] == 9
    assert len(there) < 4


@pytest.fixture
def view(qtbot: QtBot) -> PagesView:
    made = PagesView(lambda index: None, LIGHT)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    qtbot.waitExposed(made)
    made.show_pages([(595.0, 842.0)] * 5, "")
    return made


def test_pages_fit_the_width_and_only_those_in_sight_are_wanted(view: PagesView) -> None:
    wanted: list[list[tuple[int, int]]] = []
    view.wanted.connect(wanted.append)
    view.go_to((2, 0.0))
    assert [index for index, _ in wanted[-1]] == [2]
    assert wanted[-1][0][1] <= 400 * view.devicePixelRatioF()
    assert view.accessibleDescription() == "Page 3 of 5"
    assert view.horizontalScrollBar().maximum() == 0


def test_keys_zoom_here_and_stay_at_the_place(view: PagesView) -> None:
    asked: list[float] = []
    view.zoomed.connect(asked.append)
    view.zoomed.connect(view.set_zoom)
    view.go_to((3, 0.5))
    QTest.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert asked == [1.25, 1.5]
    assert view.place[0] == 3
    assert abs(view.place[1] - 0.5) < 0.02
    assert view.horizontalScrollBar().maximum() > 0
    QTest.keyClick(view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == 1.0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.page_in_sight == 5


def test_without_pages_it_says_why(view: PagesView) -> None:
    view.show_pages((), "The pages are being drawn …")
    assert view.accessibleDescription() == "The pages are being drawn …"
    assert view.page_in_sight == 0
    assert not view.grab().isNull()


def test_both_sides_show_the_same_place_at_the_same_zoom(
    desk: Desk, appearance: Appearance
) -> None:
    pages = make_window(desk, appearance).review.pages
    for view in pages.views:
        view.resize(300, 200)
        view.show_pages([(595.0, 842.0)] * 6, "")
    pages.before.go_to((4, 0.25))
    assert pages.after.place[0] == 4
    pages.after.go_to((1, 0.5))
    assert abs(sum(pages.before.place) - 1.5) < 0.02
    pages.after.step_zoom(1)
    assert pages.before.zoom == pages.after.zoom == 1.25


def test_a_key_turns_between_text_and_pages_where_there_are_pages(
    desk: Desk, appearance: Appearance, tmp_path: Path
) -> None:
    window = make_window(desk, appearance)
    window.resize(1500, 900)
    pages, action = window.review.pages, window.actions_table[Do.PAGES]
    text = tmp_path / "plain.txt"
    text.write_text("Seen by Amaru\nMockridge on ward 7B.\n")
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"no picture, but a note to this engine")
    desk.worklist.add([text])
    desk.settle()
    assert not action.isEnabled()
    desk.worklist.add([text, scan])
    desk.settle()
    items = {item.name: item.id for item in desk.worklist.items.values()}
    assert items
    desk.session.open(scan)
    desk.settle()
    assert action.isEnabled()
    QTest.keyClick(window.review.note.text, Qt.Key.Key_V)
    desk.settle()
    assert pages.on
    assert window.review.note.front is pages.before
    assert not window.queue.isVisible()
    window.actions_table[Do.GO_TO_RESULT].trigger()
    assert pages.after.hasFocus()
    window.actions_table[Do.FIND].trigger()
    assert not pages.on
    assert window.review.note.front is window.review.note.text
    assert window.queue.isVisible()


def test_every_page_of_a_picture_has_its_own_size(qapp: QApplication) -> None:
    stream = io.BytesIO()
    first, second = Image.new("1", (60, 40), 1), Image.new("L", (30, 90), 200)
    first.save(stream, format="TIFF", save_all=True, append_images=[second])
    pair = open_pair("scan.tif", stream.getvalue(), None)
    assert list(pair.before.sizes) == [(60.0, 40.0), (30.0, 90.0)]
    drawn = pair.before.draw(1, 60)
    assert (drawn.width(), drawn.height()) == (60, 180)
    assert QColor(drawn.pixel(5, 5)).red() == 200
