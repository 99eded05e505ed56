from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.errors import InputError, MalformedRecord, UnsupportedFormat
from deid.formats.packed import unpack
from deid.labels import Label
from tests.formats.ooxml.pivots import column, item, pivoted
from tests.formats.ooxml.test_excel import lines, member, opened, redacted, row
from tests.formats.ooxml.workbooks import text, xlsx

CANARY = "Quenbridge"
CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"
RECORDS = "xl/pivotCache/pivotCacheRecords1.xml"
TABLE = "xl/pivotTables/pivotTable1.xml"
NUMBERS = ' containsSemiMixedTypes="0" containsString="0" containsNumber="1" containsInteger="1"'
DAYS = (
    ' containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" containsString="0" '
    'minDate="2024-03-04T00:00:00" maxDate="2024-03-05T10:30:00" count="2"'
)


def test_values_are_read_below_the_names_of_their_columns_each_once() -> None:
    file = opened(
        pivoted(
            column("Patient Name", item("Jane Doe") + "<m/>", told=' containsBlank="1" count="2"'),
            column("MRN", told=f'{NUMBERS} minValue="8015550147" maxValue="8015550147"'),
            column("Pulse", told=f'{NUMBERS} minValue="7" maxValue="7"'),
            rows='<r><x v="0"/><n v="8015550147"/><n v="7"/></r>'
            '<r><x v="1"/><n v="8015550147"/><b v="1"/></r>',
        )
    )
    told = [
        line
        for line in lines(file)
        if ": " in line and line.split(":")[0] in ("Patient Name", "MRN", "Pulse")
    ]
    assert told == ["Patient Name: Jane Doe", "MRN: 8015550147", "Pulse: 7"]
    labels = [part.label for part in file.document.parts if "data of pivot" in part.place]
    assert labels[:3] == [Label.PATIENT, Label.MRN, None]
    assert ("mrn", "8015550147") in file.document.known
    assert file.document.patient == "8015550147"


def test_a_number_that_goes_becomes_a_text_in_the_list_and_in_rows() -> None:
    list_of = column("MRN", '<n v="11112222"/>', told=f'{NUMBERS} minValue="11112222" count="1"')
    rows = '<r><x v="0"/><n v="33334444"/></r>'
    told = f'{NUMBERS} minValue="33334444" maxValue="33334444"'
    output = redacted(opened(pivoted(list_of, column("Chart No", told=told), rows=rows)))
    cache = member(output, CACHE)
    assert '<sharedItems count="1"><s v="[MRN-1]"/></sharedItems>' in cache
    assert '<cacheField name="Chart No" numFmtId="0"><sharedItems></sharedItems>' in cache
    assert '<r><x v="0"/><s v="[MRN-2]"/></r>' in member(output, RECORDS)
    assert 'refreshOnLoad="1"' in cache


def test_days_that_are_shifted_stay_days_with_their_bounds() -> None:
    days = '<d v="2024-03-04T00:00:00"/><d v="2024-03-05T10:30:00"/>'
    file = opened(pivoted(column("Visit", days, told=DAYS)))
    assert "Visit: 2024-03-05 10:30:00" in lines(file)
    cache = member(redacted(file, policy="research"), CACHE)
    first, last = cache.split('<d v="')[1][:19], cache.split('<d v="')[2][:19]
    assert "2024-03-0" not in cache
    assert f'minDate="{first}" maxDate="{last}"' in cache
    assert (first[10:], last[10:]) == ("T00:00:00", "T10:30:00")


def test_days_of_which_years_are_left_are_texts_of_their_own() -> None:
    days = '<d v="2024-03-04T00:00:00"/><d v="2024-03-05T10:30:00"/>'
    cache = member(redacted(opened(pivoted(column("Visit", days, told=DAYS)))), CACHE)
    assert '<sharedItems count="2"><s v="2024"/><s v="2024 (2)"/></sharedItems>' in cache


def test_bounds_of_data_that_are_not_kept_go_with_their_kind() -> None:
    told = f'{NUMBERS} minValue="11112222" maxValue="33334444"'
    dates = ' containsDate="1" minDate="1961-03-14T00:00:00" maxDate="1961-03-14T00:00:00"'
    content = pivoted(column("MRN", told=told), column("DOB", told=dates))
    cache = member(redacted(opened(content)), CACHE)
    assert "1961-03" not in cache
    assert "11112222" not in cache
    assert "33334444" not in cache


def test_edges_of_groups_of_days_stay_days_and_names_of_months_stay() -> None:
    groups = (
        '<fieldGroup base="0"><rangePr groupBy="months" startDate="1961-03-14T00:00:00" '
        'endDate="1961-03-15T00:00:00"/><groupItems count="3"><s v="&lt;3/14/1961"/><s v="Jan"/>'
        '<s v="&gt;3/15/1961"/></groupItems></fieldGroup>'
    )
    file = opened(pivoted(column("Visit", groups=groups)))
    cache = member(redacted(file, "3/14/1961", "3/15/1961"), CACHE)
    assert 'startDate="1900-01-01T00:00:00" endDate="1900-01-01T00:00:00"' in cache
    assert '<s v="&lt;[PATIENT-1]"/><s v="Jan"/><s v="&gt;[PATIENT-2]"/>' in cache


def test_a_column_is_called_as_the_heading_of_its_data_became() -> None:
    cells = row(2, text("A2", "Jane Doe"), text("B2", "Pulse")) + row(3, text("A3", "well"))
    content = pivoted(column("Jane Doe", item("well")), column("Pulse"), cells=cells)
    output = redacted(opened(content), "Jane Doe")
    assert '<cacheField name="[PATIENT-1]"' in member(output, CACHE)
    assert "<t>[PATIENT-1]</t>" in member(output)


def test_what_a_pivot_table_shows_is_what_its_data_say_and_totals_are_no_names() -> None:
    shown = row(4, text("A4", "Doe, J")) + row(5, text("A5", "Grand Total"))
    file = opened(pivoted(column("Patient Name", item("Doe, J")), shown=shown))
    labels = {
        part.span.of(file.document.text): part.label
        for part in file.document.parts
        if part.place.startswith("sheet 2")
    }
    assert labels["Doe, J"] is Label.PATIENT
    assert labels["Grand Total"] is None


def test_who_refreshed_the_data_and_when_is_replaced() -> None:
    content = pivoted(column("Pulse"), refreshed=f' refreshedBy="{CANARY}" refreshedDate="45000.5"')
    cache = member(redacted(opened(content)), CACHE)
    assert 'refreshedBy="[PERSON' in cache
    assert 'refreshedDate="0"' in cache
    shifted = member(redacted(opened(content), policy="research"), CACHE)
    assert re.search(r'refreshedDate="4[45]\d{3}\.5"', shifted)


def test_a_name_that_is_a_word_of_programs_is_a_name_here() -> None:
    content = pivoted(column("Pulse"), pivot="Page", refreshed=' refreshedBy="Page"')
    output = redacted(opened(content), "Page")
    assert "Page" not in member(output, CACHE)
    assert 'name="Page"' not in member(output, TABLE)


def test_names_captions_and_filters_of_a_pivot_table_are_parts() -> None:
    table = (
        f'<dataFields count="1"><dataField name="Sum of {CANARY}" fld="0" subtotal="count"/>'
        '</dataFields><filters count="1"><filter fld="0" type="captionContains" evalOrder="-1" '
        f'id="1" stringValue1="{CANARY}"><autoFilter ref="A1"><filterColumn colId="0">'
        f'<customFilters><customFilter val="*{CANARY}*"/></customFilters></filterColumn>'
        "</autoFilter></filter></filters>"
    )
    output = redacted(opened(pivoted(column("Pulse"), table=table, pivot=CANARY)), CANARY)
    assert CANARY not in member(output, TABLE)
    assert 'name="Sum of [PATIENT-1]"' in member(output, TABLE)


def test_days_in_filters_are_days() -> None:
    table = (
        '<filters count="1"><filter fld="0" type="dateBetween" evalOrder="-1" id="1"><autoFilter '
        'ref="A1"><filterColumn colId="0"><customFilters and="1"><customFilter '
        'operator="greaterThanOrEqual" val="45000"/></customFilters></filterColumn></autoFilter>'
        "</filter></filters>"
    )
    file = opened(pivoted(column("Pulse"), table=table))
    assert "2023-03-15" in lines(file)
    assert 'val="0"' in member(redacted(file), TABLE)


def test_a_workbook_without_identifiers_comes_back_to_the_byte() -> None:
    content = pivoted(column("Finding", item("knee") + item("better")), rows='<r><x v="0"/></r>')
    assert redacted(opened(content)) == content


@pytest.mark.parametrize(
    "content",
    [
        lambda: pivoted(column("Pulse", more=f' {CANARY}="1"')),
        lambda: pivoted(column("Pulse", more=f' numberOf="{CANARY}"')),
        lambda: pivoted(column("Pulse", more=f' hierarchy="{CANARY.lower()}"')),
        lambda: pivoted(column("Pulse"), more=f"<{CANARY}/>"),
        lambda: pivoted(column("Pulse"), more=f"<!--{CANARY}-->"),
        lambda: pivoted(column("Pulse"), more=f'<extLst xmlns:q="{CANARY}"/>'),
        lambda: pivoted(column("Pulse"), more=f'<ext xmlns="http://{CANARY}"/>'),
        lambda: pivoted(column("Pulse"), table=f"<formats>{CANARY}</formats>"),
        lambda: pivoted(column("Pulse"), rows=f"<r><{CANARY}/></r>"),
        lambda: pivoted(column("Pulse"), rows=f'<s v="{CANARY}"/>'),
        lambda: pivoted(column("Pulse"), rows=f'<r minDate="{CANARY}"/>'),
        lambda: pivoted(column("Pulse"), more=f'<sharedItems><s v="{CANARY}"/></sharedItems>'),
        lambda: xlsx(members={"xl/slicers/slicer1.xml": f"<a>{CANARY}</a>"}),
        lambda: xlsx(members={"xl/timelines/timeline1.xml": f"<a>{CANARY}</a>"}),
    ],
)
def test_what_is_not_known_in_a_pivot_table_is_refused(content: object) -> None:
    with pytest.raises(UnsupportedFormat, match="pivot table") as caught:
        opened(content())  # type: ignore[operator]
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        pivoted(column("Pulse"), rows="<r><n v='1'/><n v='2'/></r>"),
        pivoted(column("Pulse", f'<n v="{CANARY}"/>')),
    ],
)
def test_data_that_do_not_fit_their_columns_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedRecord, match="unusual way"):
        opened(content)


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).map(
        lambda value: item(f"Jane {value}")
    ),
    st.integers(-5, 99_999_999).map(lambda value: f'<n v="{value}"/>'),
    st.dates().map(lambda value: f'<d v="{value}T00:00:00"/>'),
    st.sampled_from(["<m/>", '<b v="1"/>', '<e v="#N/A"/>']),
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(VALUES, max_size=5),
    st.lists(VALUES, max_size=5),
    st.sampled_from(["Patient Name", "MRN", "DOB", "Pulse"]),
    st.sampled_from(["safe-harbor", "research"]),
)
def test_data_read_as_they_were_written_whatever_they_are(
    listed: list[str], stored: list[str], name: str, policy: str
) -> None:
    rows = "".join(f"<r>{value}</r>" for value in stored)
    content = pivoted(column(name, "".join(listed)), rows=rows)
    with suppress(InputError):
        file = opened(content)
        assert "Jane" not in member(redacted(file, "Jane", policy=policy), CACHE)


def test_parts_lie_where_programs_look_for_them() -> None:
    members = dict(unpack(pivoted(column("Pulse")), what="x"))
    moved = {"xl/pivotTable1.xml": members[TABLE].data}
    with pytest.raises(UnsupportedFormat, match="unusual place"):
        opened(xlsx(members=moved))
