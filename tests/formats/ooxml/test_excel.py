from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Finding, Redacted, Resolution, Span
from deid.errors import DeidError, EmptyNote, InputError, MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.ooxml.excel import WorkbookFile, read
from deid.formats.packed import unpack
from deid.formats.pictures import BLANK
from deid.labels import Label
from deid.parts import declared, fitted
from deid.policy import load_policy
from deid.redact.apply import apply
from tests.formats.ooxml.workbooks import NAMESPACES, OFFICE, text, xlsx

CANARY = "Quenbridge"
SEED = bytes(32)
SHEET = "xl/worksheets/sheet1.xml"


def opened(content: bytes, *, blank_pictures: bool = False) -> WorkbookFile:
    return read(content, name="n.xlsx", options=ReadOptions(blank_pictures=blank_pictures))


def redacted(file: WorkbookFile, *values: str, policy: str = "safe-harbor") -> bytes:
    """A workbook in which these values, and what columns say, are replaced."""
    kept = list(declared(file.document))
    for value in values:
        for part in file.document.parts:
            at = part.span.of(file.document.text).find(value)
            if at >= 0 and part.label is None:
                start = part.span.start + at
                kept.append(Finding(Span(start, start + len(value)), Label.PATIENT, 1.0, "known"))
    found = Resolution(tuple(sorted(kept, key=lambda one: one.span)))
    result = fitted(file.document, apply(file.document, found, load_policy(policy), seed=SEED))
    return file.render(file.document, result, id="", patient="")


def member(content: bytes, name: str = SHEET) -> str:
    return unpack(content, what="workbook")[name].data.decode()


def lines(file: WorkbookFile) -> list[str]:
    return file.document.text.split("\n")


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def number(address: str, value: str, *, style: int = 0, kind: str = "") -> str:
    return f'<c r="{address}" s="{style}"{kind}><v>{value}</v></c>'


HEADINGS = row(2, text("A2", "Patient Name"), text("B2", "MRN"), text("C2", "DOB"), text("D2", "x"))


def test_cells_are_read_behind_their_headings_and_numbers_as_they_are_seen() -> None:
    cells = (text("A3", "Jane Doe"), number("B3", "8.015550147E9"), number("C3", "22354", style=1))
    file = opened(xlsx(HEADINGS + row(3, *cells, number("D3", "98.600000000000009"))))
    assert lines(file)[5:9] == [
        "Patient Name: Jane Doe",
        "MRN: 8015550147",
        "DOB: 1961-03-14",
        "x: 98.60000000000001",
    ]
    labels = [part.label for part in file.document.parts if "row 3" in part.place]
    assert labels == [Label.PATIENT, Label.MRN, Label.DATE, None]
    assert ("mrn", "8015550147") in file.document.known
    assert file.document.patient == "8015550147"


def test_a_workbook_of_several_patients_has_no_key() -> None:
    rows = row(3, text("B3", "12345678")) + row(4, text("B4", "87654321"))
    assert opened(xlsx(HEADINGS + rows)).document.patient == ""


def test_a_number_that_goes_becomes_a_text() -> None:
    cells = number("B3", "8015550147") + number("B4", "8015550148", kind=' t="n"')
    output = redacted(opened(xlsx(HEADINGS + row(3, cells))))
    assert '<c r="B3" s="0" t="str"><v>[MRN-1]</v></c>' in member(output)
    assert '<c r="B4" s="0" t="str"><v>[MRN-2]</v></c>' in member(output)


def test_a_date_that_is_shifted_stays_one() -> None:
    file = opened(xlsx(row(2, number("A2", "45000.5", style=1))))
    day = next(part for part in file.document.parts if part.label is Label.DATE)
    assert day.span.of(file.document.text) == "2023-03-15 12:00:00"
    shifted = file.document.text[: day.span.start] + "2023-03-20 12:00:00"
    moved = shifted + file.document.text[day.span.end :]
    assert len(moved) == len(file.document.text)
    made = Redacted(file.document.id, moved)
    output = file.render(file.document, made, id="", patient="")
    assert '<c r="A2" s="1"><v>45005.5</v></c>' in member(output)


def test_only_what_was_replaced_differs() -> None:
    rows = row(2, text("A2", "Seen Jane Doe & well"), number("B2", "72"))
    file = opened(xlsx(rows))
    output = redacted(file, "Jane Doe")
    assert member(output) == member(file.raw).replace("Jane Doe", "[PATIENT-1]")
    assert list(unpack(output, what="x")) == list(unpack(file.raw, what="x"))


def test_a_shared_text_goes_when_no_cell_shows_it_any_more() -> None:
    cells = row(3, number("A3", "0", kind=' t="s"'))
    strings = "<si><t>Jane Doe</t><rPh><t>jein</t></rPh></si><si><t>left over</t></si>"
    output = redacted(opened(xlsx(HEADINGS + cells, strings=strings)))
    assert '<c r="A3" s="0" t="str"><v>[PATIENT-1]</v></c>' in member(output)
    pool = member(output, "xl/sharedStrings.xml")
    assert "<si><t></t><rPh><t></t></rPh></si><si><t>left over</t></si>" in pool


def test_a_shared_text_stays_where_another_cell_shows_it() -> None:
    cells = number("A3", "0", kind=' t="s"') + number("D3", "0", kind=' t="s"')
    output = redacted(opened(xlsx(HEADINGS + row(3, cells), strings="<si><t>knee</t></si>")))
    assert "<si><t>knee</t></si>" in member(output, "xl/sharedStrings.xml")
    assert '<c r="D3" s="0" t="s"><v>0</v></c>' in member(output)


def test_a_formula_whose_value_goes_becomes_its_value() -> None:
    formula = '<c r="A3" t="str"><f>"Jane"&amp;B9</f><v>Jane Doe</v></c>'
    output = redacted(opened(xlsx(HEADINGS + row(3, formula))))
    assert '<f>"[PATIENT-1]"</f><v>[PATIENT-1]</v>' in member(output)


def test_a_date_in_a_formula_goes_with_its_value() -> None:
    formula = '<c r="C3" s="1"><f>DATE(1961,3,14)</f><v>22354</v></c>'
    assert "1961,3" not in member(redacted(opened(xlsx(HEADINGS + row(3, formula)))))


def test_a_formula_that_cells_share_goes_from_all_of_them() -> None:
    cells = (
        '<c r="D3"><f t="shared" ref="D3:D4" si="0">B3*1</f><v>8015550147</v></c>'
        '<c r="D4"><f t="shared" si="0"></f><v>5</v></c>'
    )
    output = redacted(opened(xlsx(row(3, cells))), "8015550147")
    assert '<c r="D3" t="str"><f>"[PATIENT-1]"</f><v>[PATIENT-1]</v></c>' in member(output)
    assert '<c r="D4"><f>5</f><v>5</v></c>' in member(output)


def test_a_formula_of_cells_alone_is_no_part_and_stays() -> None:
    cells = row(2, '<c r="A2"><f>SUM(B2:B9)*2</f><v>4</v></c><c r="B2" t="b"><v>1</v></c>')
    file = opened(xlsx(cells))
    assert "SUM" not in file.document.text
    unchanged = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, unchanged, id="", patient="") == file.raw
    assert list(file.notes()) == [file.document]
    assert file.content(file.document) == file.raw


def test_a_value_beside_its_name_is_known_where_no_row_names_columns() -> None:
    file = opened(xlsx(row(2, text("A2", "Name:"), text("B2", "Jane")) + row(3, text("A3", "DOB"))))
    part = next(part for part in file.document.parts if part.place == "sheet 1, row 2, column 2")
    assert part.label is Label.PATIENT


def test_dates_in_the_chart_go_with_those_in_the_cells() -> None:
    chart = (
        f"<c:chartSpace {NAMESPACES}><c:numCache><c:formatCode>yyyy\\-mm\\-dd</c:formatCode>"
        "<c:pt idx='0'><c:v>45000</c:v></c:pt></c:numCache></c:chartSpace>"
    )
    file = opened(xlsx(members={"xl/charts/chart1.xml": chart}))
    assert "<c:v>0</c:v>" in member(redacted(file), "xl/charts/chart1.xml")
    shifted = member(redacted(file, policy="research"), "xl/charts/chart1.xml")
    assert re.search(r"<c:v>4[45]\d{3}</c:v>", shifted)
    assert "45000" not in shifted


PICTURE = {"xl/media/image1.png": b"\x89PNG" + CANARY.encode()}


def test_a_picture_that_cannot_be_read_is_refused_or_emptied() -> None:
    with pytest.raises(MalformedRecord, match="picture 1: the picture is damaged"):
        opened(xlsx(members=PICTURE))
    file = opened(xlsx(members=PICTURE), blank_pictures=True)
    assert file.document.removed == ("picture 1",)
    output = redacted(file)
    assert unpack(output, what="x")["xl/media/image1.png"].data == BLANK["png"]


@pytest.mark.parametrize(
    ("content", "error", "told"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), UnsupportedFormat, "encrypted"),
        (lambda: xlsx(kind="application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
         UnsupportedFormat, "macros"),
        (lambda: xlsx(members={"xl/workbook.bin": CANARY}), UnsupportedFormat, "unknown kind"),
        (lambda: xlsx(members={"xl/vbaProject.bin": CANARY}), UnsupportedFormat, "unknown kind"),
        (lambda: xlsx(members={"xl/pivotCache/pivotCacheRecords1.xml": f"<a>{CANARY}</a>"}),
         MalformedRecord, "pivot"),
        (lambda: xlsx(members={"xl/externalLinks/externalLink1.xml":
                               f"<externalLink><ddeLink>{CANARY}</ddeLink></externalLink>"}),
         UnsupportedFormat, "of another program"),
        (lambda: xlsx(members={"xl/sheet2.xml": f"<worksheet><v>{CANARY}</v></worksheet>"}),
         UnsupportedFormat, "unusual place"),
        (lambda: xlsx(after='<x><dateGroupItem year="1961" month="3" day="14"/></x>'),
         UnsupportedFormat, "filtered by dates"),
        (lambda: xlsx(row(2, f"<c><v>{CANARY}</v></c>")), MalformedRecord, "unusual way"),
        (lambda: xlsx(row(2, f'<c r="A2" t="b"><v><!--{CANARY}-->1</v></c>')),
         MalformedRecord, "unusual way"),
        (lambda: xlsx(row(2, number("A2", "7", kind=' t="s"'))), MalformedRecord, "unusual way"),
        (lambda: xlsx(members={"xl/comments1.xml": f"<!DOCTYPE a><a>{CANARY}</a>"}),
         MalformedRecord, "DOCTYPE"),
        (lambda: xlsx(members={SHEET: "<a/>", "xl/workbook.xml": "<a/>"}), EmptyNote, "no text"),
    ],
)  # fmt: skip
def test_what_cannot_be_examined_is_refused(
    content: Callable[[], bytes], error: type[InputError], told: str
) -> None:
    with pytest.raises(error, match=told) as caught:
        opened(content())
    assert CANARY not in str(caught.value)


def test_a_formula_without_a_value_that_identifies_is_refused() -> None:
    names = f'<definedNames><definedName name="Who">{CANARY}!A1</definedName></definedNames>'
    with pytest.raises(UnsupportedFormat, match="identifies") as caught:
        redacted(opened(xlsx(book=names)), CANARY)
    assert CANARY not in str(caught.value)


def test_of_other_workbooks_copies_go_and_names_are_parts() -> None:
    link = (
        f'<externalLink {NAMESPACES}><externalBook r:id="rId1"><sheetNames><sheetName val="jane"/>'
        '</sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1" t="str">'
        f"<v>{CANARY}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>"
    )
    plain = member(xlsx(), "xl/_rels/workbook.xml.rels")
    relation = (
        f'<Relationship Id="rId7" Type="{OFFICE}/externalLink" '
        'Target="externalLinks/externalLink1.xml"/></Relationships>'
    )
    content = xlsx(
        row(2, "<c r='A2'><f>SUM([1]jane!A1:A9)+'[1]jane'!B1</f><v>1</v></c>"),
        book='<externalReferences><externalReference r:id="rId7"/></externalReferences>',
        members={
            "xl/externalLinks/externalLink1.xml": link,
            "xl/_rels/workbook.xml.rels": plain.replace("</Relationships>", relation),
        },
    )
    file = opened(content)
    assert file.document.removed == ("copy of data of another workbook",)
    output = redacted(file, "jane")
    assert CANARY not in member(output, "xl/externalLinks/externalLink1.xml")
    assert 'val="(PATIENT-1)"' in member(output, "xl/externalLinks/externalLink1.xml")
    assert "<f>SUM('[1](PATIENT-1)'!A1:A9)+'[1](PATIENT-1)'!B1</f>" in member(output)


def test_filters_by_dates_go() -> None:
    filters = (
        '<autoFilter ref="A1:B9"><filterColumn colId="0"><filters><dateGroupItem year="1961" '
        'month="3" day="14" dateTimeGrouping="day"/></filters></filterColumn>'
        '<filterColumn colId="1"><customFilters><customFilter operator="greaterThan" val="45000"/>'
        "</customFilters></filterColumn></autoFilter>"
    )
    file = opened(xlsx(after=filters))
    assert file.document.removed == ("filter by dates",)
    output = member(redacted(file))
    assert '<autoFilter ref="A1:B9"><filterColumn colId="1">' in output
    assert 'val="0"' in output


@pytest.mark.parametrize("value", ["quenbridge", "48021377", "Quenbridge 7"])
def test_what_leads_to_data_outside_is_examined(value: str) -> None:
    connections = (
        f'<connections {NAMESPACES}><connection id="1" name="a" type="1" refreshedVersion="6">'
        f'<dbPr connection="DSN={value}" command="select"/><parameters><parameter name="b" '
        f'string="{value}"/></parameters></connection></connections>'
    )
    text_of = opened(xlsx(members={"xl/connections.xml": connections})).document.text
    assert text_of.count(value) == 2


@pytest.mark.parametrize("name", ["quenbridge", "48021377"])
@pytest.mark.parametrize(
    "markup",
    [
        '<filters><filter val="{}"/></filters>',
        '<scenario name="{}" user="x"/>',
        '<cfRule type="a" text="{}"/>',
        '<protectedRange name="{}"/>',
        "<headerFooter><oddHeader>&amp;C{}</oddHeader></headerFooter>",
    ],
)
def test_a_name_that_looks_like_a_word_of_the_format_is_examined(markup: str, name: str) -> None:
    assert name in opened(xlsx(after=markup.format(name))).document.text


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_nothing_but_our_own_errors_comes_of_a_changed_workbook(data: st.DataObject) -> None:
    sheet = (
        f"<worksheet {NAMESPACES}><sheetData>{HEADINGS}"
        '<row r="3"><c r="A3" t="str"><f>"x"</f><v>Jane</v></c><c r="C3" s="1"><v>22354</v></c>'
        "</row></sheetData></worksheet>"
    )
    at = data.draw(st.integers(0, len(sheet)))
    piece = data.draw(st.text(st.sampled_from('<>/crvft="0A2 s;&'), max_size=8))
    changed = sheet[:at] + piece + sheet[at + data.draw(st.integers(0, 8)) :]
    with suppress(DeidError):
        redacted(opened(xlsx(members={SHEET: changed})))
