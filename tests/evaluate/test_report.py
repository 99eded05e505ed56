from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deid.datatypes import Finding, Span
from deid.errors import OutputError, OutputExists
from deid.evaluate import GoldNote, LabelledSpan, score, score_each
from deid.evaluate.groups import groupings
from deid.evaluate.intervals import Interval
from deid.evaluate.reliability import reliability
from deid.evaluate.report import CurvePoint, Evidence, Result, write_report
from deid.evaluate.report.numbers import percent, percent_range, points, signed
from deid.evaluate.report.svg import Ceiling, Whisker, ceilings, least_shown, whiskers
from deid.labels import Label

CANARY = "Zebulon"
TEXT = f"{CANARY} Tarrow, 3 May"
NAME = LabelledSpan(Span(0, 14), Label.PATIENT)
DATE = LabelledSpan(Span(16, 21), Label.DATE)
STYLES = ("letter", "phone")


def evidence(*, missed: int = 3, others: int = 1, title: str = "ward notes") -> Evidence:
    gold = [
        GoldNote(f"{CANARY}-{at}", TEXT, (NAME, DATE), {"style": STYLES[at % 2]})
        for at in range(20)
    ]
    found = {
        note.id: [
            Finding(mark.span, mark.label, 0.9, "model:0")
            for mark in note.spans
            if at >= missed or mark is NAME
        ]
        for at, note in enumerate(gold)
    }
    result = Result("hybrid", score_each(gold, found))
    return Evidence(
        title=title,
        facts=(("Program", "NoteVeil 0"),),
        result=result,
        others=(Result("rules", score_each(gold, {note.id: [] for note in gold})),) * others,
        groupings=groupings(gold),
        curve=tuple(CurvePoint(at, score(gold, found)) for at in (0.1, 0.9)),
        reliabilities={"model": reliability(gold, found)},
    )


def written(folder: Path, given: Evidence) -> tuple[str, str]:
    page, plain = write_report(given, folder)
    return page.read_text(encoding="utf-8"), plain.read_text(encoding="utf-8")


class Outline(HTMLParser):
    """Checks that elements are closed, and keeps what matters for who cannot see the page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_fetches_nothing_and_runs_nothing(tmp_path: Path) -> None:
    page, _ = written(tmp_path, evidence())
    outline = Outline()
    outline.feed(page)
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in outline.seen}
    assert all(
        name not in attributes for _, attributes in outline.seen for name in ("src", "onload")
    )
    links = [attributes["href"] for tag, attributes in outline.seen if tag == "a"]
    anchors = {f"#{attributes['id']}" for _, attributes in outline.seen if "id" in attributes}
    assert links
    assert set(links) == anchors
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", page)


def test_the_page_is_well_formed_and_can_be_read_without_seeing_it(tmp_path: Path) -> None:
    page, _ = written(tmp_path, evidence())
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    tags = [tag for tag, _ in outline.seen]
    assert ("html", {"lang": "en"}) in outline.seen
    assert tags.count("table") == tags.count("caption") == tags.count("thead") > 5
    assert tags.count("h1") == tags.count("main") == 1
    drawings = [attributes for tag, attributes in outline.seen if tag == "svg"]
    assert len(drawings) == 3
    assert all(one["role"] == "img" and one["aria-label"] for one in drawings)
    assert all(
        attributes.get("scope") in {"col", "row"} for tag, attributes in outline.seen if tag == "th"
    )


def test_every_drawing_is_xml_with_its_points_on_the_sheet(tmp_path: Path) -> None:
    page, _ = written(tmp_path, evidence())
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        tree = ElementTree.fromstring(drawing)
        _, _, width, height = map(float, tree.attrib["viewBox"].split())
        for one in tree.iter():
            for name, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= float(one.attrib.get(name, 0)) <= limit


def test_the_report_tells_the_figures_and_no_text_and_no_id(tmp_path: Path) -> None:
    for content in written(tmp_path, evidence()):
        assert "In 3 of the notes a reader of the output could see" in content
        assert "85.0 %" in content  # 17 of 20 notes without a leak
        assert "DATE: 3 of 20 marks were left" in content
        assert "letter" in content
        assert "against rules" in content
        assert "NoteVeil 0" in content
        assert CANARY not in content
        assert "Tarrow" not in content
        assert not re.search(r"anonym|compliant", content, re.IGNORECASE)


def test_a_result_without_a_leak_says_what_it_does_not_show(tmp_path: Path) -> None:
    _, plain = written(tmp_path, evidence(missed=0))
    assert "after 20 notes without a leak, up to 13.9 %" in plain
    assert "Every mark of every kind was wholly covered." in plain
    assert "100.0 to 100.0" not in plain


def test_small_groups_are_put_together_and_the_weakest_stand_first(tmp_path: Path) -> None:
    given = evidence()
    styles = ("letter",) * 3 + ("phone",) * 8 + ("form",) * 9
    plain = written(tmp_path, dataclasses.replace(given, groupings={"style": styles}))[1]
    table = plain[plain.index("By style") :]
    assert re.findall(r"^\| (\S+) \| \d+ \|", table, re.MULTILINE)[:3] == [
        r"(others)",
        "form",
        "phone",
    ]
    assert "| letter |" not in plain


def test_one_result_alone_is_not_compared(tmp_path: Path) -> None:
    assert "Side by side" not in written(tmp_path, evidence(others=0))[1]


def test_a_title_is_text_whatever_it_holds(tmp_path: Path) -> None:
    page, plain = written(tmp_path, evidence(title="<b>A&B</b> | *x*"))
    assert "&lt;b&gt;A&amp;B&lt;/b&gt;" in page
    assert "<b>" not in page
    assert r"\<b\>A&B\</b\> \| \*x\*" in plain


def test_a_report_of_nothing_found_and_nothing_marked_can_be_written(tmp_path: Path) -> None:
    gold = [GoldNote("a", "Stable.", ())]
    result = Result("hybrid", score_each(gold, {"a": []}))
    empty = Evidence("x", (), result, (), groupings(gold), (), {})
    page, plain = written(tmp_path, empty)
    assert "Characters of identifiers found" in page
    assert "How sure" not in plain


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("mine")
    with pytest.raises(OutputExists, match=r"report\.md"):
        write_report(evidence(), tmp_path)
    assert not (tmp_path / "report.html").exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_report(evidence(), tmp_path / "file" / "folder")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: percent(0.98765), "98.8 %"),
        (lambda: percent(0.99999), "99.9 %"),
        (lambda: percent(1.0), "100.0 %"),
        (lambda: percent(None), "–"),
        (lambda: percent_range(Interval(0.9, 0.85, 0.9999)), "85.0 to 99.9 %"),
        (lambda: percent_range(Interval(1, 1, 1)), "–"),
        (lambda: points(Interval(0.012, -0.02, 0.0301)), "+1.2 (−2.0 to +3.0)"),
        (lambda: signed(-0.01), "0.0"),
    ],
)
def test_numbers_are_written_for_people(made: Callable[[], str], text: str) -> None:
    assert made() == text


@pytest.mark.parametrize(
    ("values", "least"), [((), 0), ((0.0,), 0), ((0.97, 0.62), 0.6), ((1.0,), 0.9)]
)
def test_a_scale_begins_below_all_values(values: tuple[float, ...], least: float) -> None:
    assert least_shown(values) == least


def test_names_in_a_drawing_are_escaped() -> None:
    drawing = whiskers("a < b", '"x"', 0.5, [Whisker("<&>", 0.7, 0.6, 0.8)])
    assert ElementTree.fromstring(drawing).attrib["aria-label"] == 'a < b. "x"'


def test_bars_and_bounds_lie_on_one_scale_from_zero_on() -> None:
    rows = [Ceiling("<a>", 3.0, None), Ceiling("b", 0.0, 8.0), Ceiling("c", 2.0, 4.0)]
    drawing = ElementTree.fromstring(ceilings("t", "d", rows, names=100))
    bars = [float(one.attrib["width"]) for one in drawing.iter() if one.get("class") == "bar"]
    bounds = [float(one.attrib["x1"]) for one in drawing.iter() if one.get("class") == "line s2"]
    assert bars[1] == 0.0
    assert bars[2] == pytest.approx(bars[0] * 2 / 3, abs=0.2)
    assert bounds[0] - 100 == pytest.approx(2 * (bounds[1] - 100), abs=0.2)
    assert bars[2] * 2 == pytest.approx(bounds[1] - 100, abs=0.2)
    assert bounds[0] <= 640


def test_a_drawing_of_nothing_is_one() -> None:
    ElementTree.fromstring(ceilings("t", "d", []))
    ElementTree.fromstring(ceilings("t", "d", [Ceiling("a", 0.0, None)]))
