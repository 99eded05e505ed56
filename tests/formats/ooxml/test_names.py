from __future__ import annotations

import re
from itertools import pairwise
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.formats import ReadOptions
from deid.formats.ooxml.excel import read
from deid.formats.ooxml.names import RangeName, SheetName
from deid.formats.ooxml.references import NameKind, key_of, references
from tests.formats.ooxml.test_excel import member, redacted, row
from tests.formats.ooxml.workbooks import NAMESPACES, OFFICE, text, xlsx

SHEETS = ("2024-03-04", "Jane", "O'Neil", "Data")
KEYS = {
    *(key_of(NameKind.SHEET, name) for name in SHEETS),
    key_of(NameKind.RANGE, "Smith"),
    key_of(NameKind.RANGE, "Visits"),
    key_of(NameKind.COLUMN, "2024-01", table="Visits"),
    key_of(NameKind.COLUMN, "A#B", table="Visits"),
}


def renamed(formula: str, name: str = "new's") -> str:
    for one in reversed(list(references(formula, KEYS.__contains__))):
        written = one.written(dict.fromkeys(KEYS, name)) or ""
        formula = formula[: one.start] + written + formula[one.end :]
    return formula


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM('2024-03-04'!A1:B2)+jane!C3", "SUM('new''s'!A1:B2)+'new''s'!C3"),
        ("SUM('Jane:O''Neil'!A1)", "SUM('new''s:new''s'!A1)"),
        ("Jane:Data!A1", "'new''s:new''s'!A1"),
        ("A1:Jane!B2", "A1:'new''s'!B2"),
        ('INDIRECT("\'Jane\'!A1")&"Jane"', "INDIRECT(\"'new''s'!A1\")&\"Jane\""),
        ('HYPERLINK("#Jane!A1","Jane!")', "HYPERLINK(\"#'new''s'!A1\",\"'new''s'!\")"),
        ("SMITH+smith(1)+Smiths+Jane!Smith", "new's+smith(1)+Smiths+'new''s'!new's"),
        ("[1]Jane!A1+'[2]Jane'!A1+'C:\\[x.xlsx]Jane'!A1", None),
        ("Visits[2024-01]+Visits[[#All],[A'#B]]", "new's[new''s]+new's[[#All],[new''s]]"),
        ("SUM(Visits[2024])+Other[2024-01]", "SUM(new's[2024])+Other[2024-01]"),
        ("Janes!A1+'Jane '!A1+\"it's Jane's\"", None),
    ],
)
def test_what_is_called_by_a_name_gets_the_new_one(before: str, after: str | None) -> None:
    assert renamed(before) == (before if after is None else after)


def test_columns_of_the_table_that_a_formula_stands_in_need_no_table() -> None:
    found = list(references("[@[2024-01]]*[2024-01]", KEYS.__contains__, table="Visits"))
    assert [one.names for one in found] == [("2024-01",), ("2024-01",)]


@given(st.text(st.sampled_from("[]'\":!,#@ab1.\\ +("), max_size=30), st.sampled_from(SHEETS))
def test_references_lie_apart_and_in_order_whatever_stands_there(noise: str, name: str) -> None:
    quoted = "'" + name.replace("'", "''") + "'!A1"
    for formula in (noise + quoted, quoted + noise):
        found = list(references(formula, KEYS.__contains__))
        assert all(one.end <= two.start for one, two in pairwise(found))
        assert all(0 <= one.start < one.end <= len(formula) for one in found)


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(NAMES, st.lists(NAMES, max_size=5))
def test_new_names_of_sheets_can_stand_there_and_stay_when_they_are_fitted_anew(
    new: str, others: list[str]
) -> None:
    taken = {SheetName().fitted("x", one, {}): one for one in others}
    name = SheetName().fitted("old", new, taken)
    assert 0 < len(name.encode("utf-16-le")) <= 62
    assert re.search(r"[\[\]\\/:?*]|\A'|'\Z", name) is None
    assert name.casefold() not in {one.casefold() for one in taken}
    assert SheetName().fitted("old", name, {}) == name


@given(NAMES, st.lists(NAMES, max_size=5))
def test_new_names_of_ranges_are_words(new: str, others: list[str]) -> None:
    taken = {RangeName().fitted("x", one, {}): one for one in others}
    name = RangeName().fitted("old", new, taken)
    assert re.fullmatch(r"[^\W\d][\w.]*", name)
    assert name.casefold() not in {one.casefold() for one in taken}
    assert RangeName().fitted("old", name, {}) == name


def test_a_sheet_is_called_by_its_new_name_everywhere() -> None:
    called = "&apos;Jane Doe&apos;!$A$1"
    content = xlsx(
        row(2, f'<c r="A2"><f>SUM({called}:$A$9)</f><v>1</v></c>'),
        sheet="Jane Doe",
        after=f'<hyperlinks><hyperlink ref="A1" location="{called}"/></hyperlinks>',
        book=f'<definedNames><definedName name="Here">{called}</definedName></definedNames>',
        members={
            "xl/charts/chart1.xml": f"<c:chartSpace {NAMESPACES}><c:f>{called}</c:f>"
            "<c:ext xmlns:c15='http://schemas.microsoft.com/office/drawing/2012/chart'>"
            f"<c15:sqref>{called}</c15:sqref></c:ext></c:chartSpace>",
            "docProps/app.xml": (
                "<Properties><TitlesOfParts><lpstr>Jane Doe</lpstr>"
                f"<lpstr>{called}</lpstr></TitlesOfParts></Properties>"
            ),
        },
    )
    output = redacted(read(content, name="n.xlsx", options=ReadOptions()), "Jane Doe")
    new = "'(PATIENT-1)'!$A$1"
    assert '<sheet name="(PATIENT-1)"' in member(output, "xl/workbook.xml")
    assert f"<f>SUM({new}:$A$9)</f>" in member(output)
    assert 'location="&apos;(PATIENT-1)&apos;!$A$1"' in member(output)
    assert f"{new}</definedName>" in member(output, "xl/workbook.xml")
    assert f"<c:f>{new}</c:f>" in member(output, "xl/charts/chart1.xml")
    assert f"<c15:sqref>{new}</c15:sqref>" in member(output, "xl/charts/chart1.xml")
    titles = member(output, "docProps/app.xml")
    assert f"<lpstr>(PATIENT-1)</lpstr><lpstr>{new}</lpstr>" in titles


def test_sheets_of_one_month_get_names_of_their_own() -> None:
    book = member(xlsx(), "xl/workbook.xml")
    more = book.replace(
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/>',
        '<sheet name="Jane" sheetId="1" r:id="rId1"/><sheet name="JANE" sheetId="2" r:id="rId2"/>'
        '<sheet name="Jane 1" sheetId="3" r:id="rId3"/>'
        '<sheet name="(patient-1) 1" sheetId="4" r:id="rId4"/>',
    )
    file = read(xlsx(members={"xl/workbook.xml": more}), name="n", options=ReadOptions())
    names = re.findall('<sheet name="([^"]*)"', member(redacted(file, "Jane"), "xl/workbook.xml"))
    assert len({name.casefold() for name in names}) == 3  # one was there twice
    assert names[0] == "(PATIENT-1)"


def test_a_column_of_a_table_is_called_as_its_heading_became() -> None:
    rows = row(2, text("A2", "Jane Doe"), text("B2", "Pulse")) + row(
        3, '<c r="A3"><v>7</v></c><c r="B3"><f>SUM(Visits[Jane Doe])</f><v>7</v></c>'
    )
    table = (
        f'<table {NAMESPACES} id="1" name="Visits" displayName="Visits" ref="A2:B3">'
        '<tableColumns count="2"><tableColumn id="1" name="Jane Doe"/>'
        '<tableColumn id="2" name="Pulse"/></tableColumns></table>'
    )
    relation = f'<Relationship Id="rId9" Type="{OFFICE}/table" Target="../tables/table1.xml"/>'
    content = xlsx(rows, members={"xl/tables/table1.xml": table}, relations=relation)
    output = redacted(read(content, name="n.xlsx", options=ReadOptions()), "Jane Doe")
    assert "<f>SUM(Visits[[PATIENT-1]])</f>" not in member(output)
    assert "<f>SUM(Visits['[PATIENT-1']])</f>" in member(output)
    assert 'name="[PATIENT-1]"' in member(output, "xl/tables/table1.xml")


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=31))
def test_a_workbook_reads_as_it_was_written_whatever_its_sheet_is_called(name: str) -> None:
    sheet = quoteattr(f"Jane {name}")[1:-1].replace('"', "&quot;")
    file = read(xlsx(sheet=sheet), name="n.xlsx", options=ReadOptions())
    assert "Jane" not in member(redacted(file, "Jane"), "xl/workbook.xml")
