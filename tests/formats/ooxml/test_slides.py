"""Presentations: what is read in which order, what is written, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from deid.datatypes import Finding, Redacted, Resolution, Span
from deid.errors import DeidError, EmptyNote, InputError, MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.ooxml.office import OfficeFile
from deid.formats.ooxml.slides import read
from deid.formats.packed import unpack
from deid.labels import Label
from deid.parts import declared, fitted
from deid.policy import load_policy
from deid.redact.apply import apply
from tests.formats.ooxml.presentations import (
    DRAWING,
    HEAD,
    MAIN,
    NAMESPACES,
    page,
    paragraph,
    pptx,
    run,
    shape,
)

CANARY = "Quenbridge"
SEED = bytes(32)
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"


MACROS = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"


def override(member: str, kind: str) -> str:
    """What says of which kind a member is."""
    return f'<Override PartName="/{member}" ContentType="{kind}"/>'


def opened(content: bytes, *, blank_pictures: bool = False) -> OfficeFile:
    """A presentation that can be read."""
    return read(content, name="n.pptx", options=ReadOptions(blank_pictures=blank_pictures))


def redacted(file: OfficeFile, *values: str, policy: str = "safe-harbor") -> tuple[Redacted, bytes]:
    """What becomes of a presentation in which these values, and what fields say, are replaced."""
    text = file.document.text
    kept = [
        Finding(
            Span(text.index(value), text.index(value) + len(value)), Label.PATIENT, 1.0, "known"
        )
        for value in values
    ]
    found = sorted([*kept, *declared(file.document)], key=lambda one: one.span)
    result = apply(file.document, Resolution(tuple(found)), load_policy(policy), seed=SEED)
    result = fitted(file.document, result)
    return result, file.render(file.document, result, id="", patient="")


def made() -> bytes:
    """A presentation as another library makes it: a table, notes, a chart of dates, a link."""
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = f"The case of Otto {CANARY}"
    slide.notes_slide.notes_text_frame.text = f"{CANARY} was well."
    rows = ("Patient", "MRN", "Hb"), (f"Otto {CANARY}", "48213377", "13.5")
    table = slide.shapes.add_table(2, 3, Inches(1), Inches(2), Inches(6), Inches(1)).table
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            table.cell(number, column).text = value
    data = CategoryChartData()
    data.categories = ["2025-11-03", "2025-11-09"]
    data.add_series(CANARY, (13.5, 12.1))
    kind = XL_CHART_TYPE.LINE
    slide.shapes.add_chart(kind, Inches(1), Inches(3), Inches(6), Inches(3), data)
    stream = io.BytesIO()
    show.save(stream)
    return stream.getvalue()


def chart(*, dates: bool) -> bytes:
    """A presentation with a chart, the categories of which are numbers."""
    code = "yyyy\\-mm\\-dd" if dates else "General"
    return pptx(
        members={
            "ppt/charts/chart1.xml": (
                f'{HEAD}<c:chartSpace {NAMESPACES} xmlns:c="{CHART}"><c:cat><c:numRef>'
                f"<c:f>Sheet1!$A$2</c:f><c:numCache><c:formatCode>{code}</c:formatCode>"
                '<c:pt idx="0"><c:v>45964</c:v></c:pt></c:numCache></c:numRef></c:cat>'
                "</c:chartSpace>"
            )
        },
        types=f'<Override PartName="/ppt/charts/chart1.xml" ContentType="{DRAWING}.chart+xml"/>',
    )


def test_slides_are_read_by_their_numbers_and_then_what_belongs_to_them() -> None:
    files = {
        f"ppt/slides/slide{number}.xml": page("sld", shape(paragraph(run(f"Slide {number}."))))
        for number in (10, 2)
    }
    files["ppt/notesSlides/notesSlide1.xml"] = page("notes", shape(paragraph(run("A note."))))
    text = opened(pptx(members=files)).document.text
    lines = ["The knee is stable and the swelling has gone.", "Slide 2.", "Slide 10.", "A note."]
    assert [line for line in text.split("\n") if line in lines] == lines


def test_runs_of_a_paragraph_are_one_text_and_breaks_part_them() -> None:
    body = paragraph(run("Ja"), run("ne", looks=' b="1"'), "<a:br/>", run("Doe"))
    lines = opened(pptx(shape(body))).document.text.split("\n")
    assert lines[2:4] == ["Jane", "Doe"]


def test_what_programs_write_everywhere_is_no_part() -> None:
    layout = page("sldLayout", shape(paragraph(run("Click to edit Master title style"))))
    file = opened(pptx(members={"ppt/slideLayouts/slideLayout1.xml": layout}))
    assert {part.place for part in file.document.parts} == {"slide 1, paragraph 1"}


def test_tables_are_read_below_their_headings() -> None:
    file = opened(made())
    labels = {
        part.span.of(file.document.text): part.label
        for part in file.document.parts
        if part.place.startswith("slide")
    }
    assert labels[f"Otto {CANARY}"] is Label.PATIENT
    assert labels["48213377"] is Label.MRN
    assert labels["13.5"] is None
    assert "Hb: 13.5" in file.document.text
    assert file.document.patient == "48213377"
    assert ("mrn", "48213377") in file.document.known


def test_dates_of_a_chart_are_dates_and_come_back_as_numbers() -> None:
    file = opened(chart(dates=True))
    assert file.document.text.endswith("2025-11-03")
    assert file.document.parts[-1].label is Label.DATE
    _, shifted = redacted(file, policy="research")
    new = opened(shifted).document.text[-10:]
    assert new != "2025-11-03"
    assert new.startswith("202")
    _, gone = redacted(file, policy="everything")
    assert b"<c:v>0</c:v>" in unpack(gone, what="presentation")["ppt/charts/chart1.xml"].data


def test_numbers_of_a_chart_stay_numbers_and_small_ones_are_no_parts() -> None:
    file = opened(chart(dates=False))
    assert file.document.text.endswith("45964")
    _, output = redacted(file, "45964")
    assert b"<c:v>0</c:v>" in unpack(output, what="presentation")["ppt/charts/chart1.xml"].data
    small = unpack(chart(dates=False), what="")["ppt/charts/chart1.xml"].data
    small = small.replace(b"45964", b"13.5")
    file = opened(pptx(members={"ppt/charts/chart1.xml": small}))
    assert [part.place for part in file.document.parts] == ["slide 1, paragraph 1"]


def test_another_library_reads_what_was_written_and_names_are_gone() -> None:
    file = opened(made())
    text = file.document.text
    hits = [index for index in range(len(text)) if text.startswith(CANARY, index)]
    found = [Finding(Span(at, at + len(CANARY)), Label.PATIENT, 1.0, "known") for at in hits]
    resolution = Resolution(tuple(found))
    result = apply(file.document, resolution, load_policy("safe-harbor"), seed=SEED)
    output = file.render(file.document, result, id="", patient="")
    with zipfile.ZipFile(io.BytesIO(output)) as packed:
        for name in packed.namelist():
            assert CANARY.encode() not in packed.read(name)
    slide = Presentation(io.BytesIO(output)).slides[0]
    assert slide.shapes.title.text == "The case of Otto [PATIENT-1]"
    assert slide.notes_slide.notes_text_frame.text == "[PATIENT-1] was well."


def test_only_members_with_replacements_change() -> None:
    content = pptx(
        shape(paragraph(run(f"Seen with {CANARY}."))),
        members={"ppt/slides/slide2.xml": page("sld", shape(paragraph(run("Stable."))))},
    )
    _, output = redacted(opened(content), CANARY)
    before, after = unpack(content, what=""), unpack(output, what="")
    assert [name for name in before if before[name] != after[name]] == ["ppt/slides/slide1.xml"]


@pytest.mark.parametrize("ending", ["png", "svg", "emf"])
def test_pictures_are_refused_or_emptied_and_said_so(ending: str) -> None:
    types = override(f"ppt/media/image1.{ending}", f"image/{ending}")
    content = pptx(
        members={f"ppt/media/image1.{ending}": b"\x89PNG " + CANARY.encode()}, types=types
    )
    with pytest.raises(InputError):
        opened(content)
    file = opened(content, blank_pictures=True)
    assert file.document.removed == ("picture 1",)
    assert CANARY.encode() not in file.render(
        file.document, Redacted("n", "", ()), id="", patient=""
    )


@pytest.mark.parametrize(
    ("members", "types", "words"),
    [
        ({"ppt/media/media1.mp4": b"\0"}, "", "a recording"),
        (
            {"ppt/media/image1.svg": f"<svg><text>{CANARY}</text></svg>"},
            override("ppt/media/image1.svg", "image/svg+xml"),
            "a picture",
        ),
        (
            {"ppt/tags/tag1.xml": f"<p:tag {NAMESPACES} val='UXVlbmJyaWRnZSBRdWVuYnJpZGdl'/>"},
            "",
            "written in code",
        ),
        ({"ppt/embeddings/oleObject1.bin": b"\0"}, "", "an embedded object"),
        (
            {"ppt/ink/ink1.xml": "<ink><trace>1 2, 3 4</trace></ink>"},
            '<Override PartName="/ppt/ink/ink1.xml" ContentType="application/inkml+xml"/>',
            "handwriting",
        ),
        ({f"ppt/slides/{CANARY}.xml": page("sld", "")}, "", "unusual name"),
        (
            {"ppt/vbaProject.bin": b"\0"},
            override("ppt/vbaProject.bin", "application/vnd.ms-office.vbaProject"),
            "macros",
        ),
        (
            {},
            override("ppt/slides/slide9.xml", MACROS),
            "macros",
        ),
        ({"ppt/charts/chartEx1.xml": "<a/>"}, "", "a chart of a kind"),
    ],
)
def test_what_cannot_be_examined_is_refused(
    members: dict[str, bytes | str], types: str, words: str
) -> None:
    with pytest.raises(UnsupportedFormat, match=words) as caught:
        opened(pptx(members=members, types=types))
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"PK\x03\x04", MalformedRecord),
        (pptx(members={"ppt/slides/slide1.xml": f"<p:sld {NAMESPACES}/>"}), EmptyNote),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", UnsupportedFormat),
    ],
)
def test_what_is_no_presentation_is_refused(content: bytes, error: type[InputError]) -> None:
    with pytest.raises(error):
        opened(content)


def _closed(name: str, attribute: str, value: str) -> bool:
    """Whether an attribute of a slide is no part."""
    element = f"<{name} {NAMESPACES} {attribute}='{value}'/>"
    places = opened(pptx(shape(paragraph(run("x"))) + element)).document.parts
    return len(places) == 2


@pytest.mark.parametrize(
    ("name", "attribute", "value", "is_closed"),
    [
        ("p:cNvPr", "name", "Title 1", True),
        ("p:cNvPr", "name", "Content Placeholder 2", True),
        ("p:cNvPr", "name", "quenbridge", False),
        ("p:cSld", "name", "smith", False),
        ("a:gd", "fmla", "*/ h 1 2", True),
        ("a:gd", "fmla", "val quenbridge", False),
        ("a:gd", "name", "adj1", True),
        ("a:gd", "name", "otto", False),
        ("a:buChar", "char", "\u2022", True),
        ("a:buChar", "char", "Otto", False),
        ("p:strVal", "val", "#ppt_w*0.70", True),
        ("p:strVal", "val", "otto", False),
        ("p:strVal", "val", "Otto", False),
        ("a:hlinkClick", "action", "ppaction://hlinkshowjump?jump=nextslide", True),
        ("a:hlinkClick", "action", "ppaction://otto", False),
    ],
)
def test_attributes_are_closed_by_their_values(
    name: str, attribute: str, value: str, is_closed: bool
) -> None:
    assert _closed(name, attribute, value) is is_closed


_BASE = pptx(shape(paragraph(run(CANARY))), types=f"<!-- {MAIN} -->")


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, len(_BASE) - 1), byte=st.integers(0, 255))
def test_nothing_but_our_own_errors_comes_of_a_changed_file(at: int, byte: int) -> None:
    content = _BASE[:at] + bytes([byte]) + _BASE[at + 1 :]
    ok: Callable[[bytes], OfficeFile] = opened
    try:
        file = ok(content)
    except DeidError:
        return
    assert file.raw == content
