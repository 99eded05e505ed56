"""What a pivot table and its copy of data are written in: closed lists (ISO/IEC 29500-1, 18.10).

Every element and attribute is on a list, and every value that is no text of a person has a closed
form. Whatever else stands there is refused.
"""

from __future__ import annotations

import re
from typing import Final

from deid.errors import UnsupportedFormat
from deid.formats.markup import Kind, Markup, Place
from deid.formats.ooxml.open_places import local

TABLE: Final = re.compile(r"xl/pivotTables/pivotTable\d{0,9}\.xml")
DEFINITION: Final = re.compile(r"xl/pivotCache/pivotCacheDefinition\d{0,9}\.xml")
RECORDS: Final = re.compile(r"xl/pivotCache/pivotCacheRecords\d{0,9}\.xml")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


VALUES: Final = _set("s n d b e m")
"""Elements that hold a value of a column."""

_ELEMENTS: Final = _set("""
    pivotCacheDefinition cacheSource worksheetSource consolidation pages page pageItem rangeSets
    rangeSet cacheFields cacheField sharedItems fieldGroup rangePr discretePr groupItems
    calculatedItems calculatedItem pivotCacheRecords r x s n d b e m
    pivotTableDefinition location pivotFields pivotField items item autoSortScope rowFields
    colFields field rowItems colItems i pageFields pageField dataFields dataField formats format
    conditionalFormats conditionalFormat pivotAreas pivotArea references reference chartFormats
    chartFormat pivotTableStyleInfo filters filter autoFilter filterColumn customFilters
    customFilter dynamicFilter top10 extLst ext pivotTableDefinition16
""")
_TEXTS: Final = _set("""
    name caption dataCaption grandTotalCaption errorCaption missingCaption rowHeaderCaption
    colHeaderCaption pageStyle vacatedStyle pivotTableStyle tag formula n c cap subtotalCaption
    stringValue1 stringValue2 uniqueMemberProperty description sheet refreshedBy
    uniqueName propertyName
""")
_SHAPES: Final = _set("""
    id ref count x fld hier item baseField baseItem subtotal showDataAs numFmtId axis v t r i u f
    in bc fc un st b cp type connectionId base par groupBy autoStart autoEnd groupInterval
    startNum endNum startDate endDate minValue maxValue minDate maxDate longText
    containsSemiMixedTypes containsNonDate containsDate containsString containsBlank
    containsMixedTypes containsNumber containsInteger refreshedDate refreshedDateIso recordCount
    createdVersion refreshedVersion minRefreshableVersion updatedVersion invalid saveData
    refreshOnLoad optimizeMemory enableRefresh backgroundQuery missingItemsLimit upgradeOnRefresh
    tupleCache supportSubquery supportAdvancedDrill databaseField serverField sqlType level
    mappingCount memberPropertyField autoPage i1 i2 i3 i4 cacheId dataOnRows dataPosition
    autoFormatId applyNumberFormats applyBorderFormats applyFontFormats applyPatternFormats
    applyAlignmentFormats applyWidthHeightFormats showError showMissing asteriskTotals showItems
    editData disableFieldList showCalcMbrs visualTotals showMultipleLabel showDataDropDown
    showDrill printDrill showMemberPropertyTips showDataTips enableWizard enableDrill
    enableFieldProperties preserveFormatting useAutoFormatting pageWrap pageOverThenDown
    subtotalHiddenItems rowGrandTotals colGrandTotals fieldPrintTitles itemPrintTitles mergeItem
    showDropZones indent showEmptyRow showEmptyCol showHeaders compact outline outlineData
    compactData published gridDropZones immersive multipleFieldFilters chartFormat
    customListSort
    mdxSubqueries firstHeaderRow firstDataRow firstDataCol rowPageCount colPageCount dataField
    showDropDowns hiddenLevel allDrilled subtotalTop dragToRow dragToCol
    multipleItemSelectionAllowed dragToPage dragToData dragOff showAll insertBlankRow
    serverField insertPageBreak autoShow
    topAutoShow hideNewItems measureFilter includeNewItemsInFilter itemPageCount sortType
    dataSourceSort nonAutoSortDefault rankBy defaultSubtotal sumSubtotal countASubtotal
    avgSubtotal maxSubtotal minSubtotal productSubtotal countSubtotal stdDevSubtotal
    stdDevPSubtotal varSubtotal varPSubtotal showPropCell showPropTip showPropAsCaption
    defaultAttributeDrillState h s sd m d e field dataOnly labelOnly grandRow grandCol
    cacheIndex outline offset collapsedLevelsAreSubtotals fieldPosition selected byPosition
    relative action dxfId c m scope priority chart format series showRowHeaders showColHeaders
    showRowStripes showColStripes showLastColumn evalOrder mpFld iMeasureHier iMeasureFld colId
    hiddenButton showButton and operator val maxVal top percent filterVal uri hideValuesRow
    fillDownLabels pivotShowAs pivotCacheId ignore EnabledSubtotalsDefault
    SubtotalsOnTopDefault InsertBlankRowDefault uid Ignorable enabledSubtotalsDefault sourceField
    fieldListSortAscending hierarchy uniqueList applyStyles fillDownLabelsDefault
""")
_WITHIN: Final = {
    **dict.fromkeys(VALUES, _set("sharedItems groupItems r")),
    "sharedItems": _set("cacheField"),
    "fieldGroup": _set("cacheField"),
    "groupItems": _set("fieldGroup"),
    "rangePr": _set("fieldGroup"),
    "r": _set("pivotCacheRecords"),
}
_BOUNDED: Final = _set("sharedItems rangePr pivotCacheDefinition")
_WORDS: Final = _set("""
    true false worksheet consolidation axisRow axisCol axisPage axisValues manual ascending
    descending data default sum countA count avg max min product stdDev stdDevP var varP grand
    blank average countNums stdDevp varp normal difference percent percentDiff runTotal
    percentOfRow percentOfCol percentOfTotal index percentOfParent percentOfParentRow
    percentOfParentCol percentOfRunningTotal rankAscending rankDescending range seconds minutes
    hours days months quarters years none all origin button topEnd topRight formatting drill
    formula selection field row column equal lessThan lessThanOrEqual notEqual
    greaterThanOrEqual greaterThan unknown captionEqual captionNotEqual captionBeginsWith
    captionNotBeginsWith captionEndsWith captionNotEndsWith captionContains captionNotContains
    captionGreaterThan captionGreaterThanOrEqual captionLessThan captionLessThanOrEqual
    captionBetween captionNotBetween valueEqual valueNotEqual valueGreaterThan
    valueGreaterThanOrEqual valueLessThan valueLessThanOrEqual valueBetween valueNotBetween
    dateEqual dateNotEqual dateOlderThan dateOlderThanOrEqual dateNewerThan dateNewerThanOrEqual
    dateBetween dateNotBetween tomorrow today yesterday nextWeek thisWeek lastWeek nextMonth
    thisMonth lastMonth nextQuarter thisQuarter lastQuarter nextYear thisYear lastYear yearToDate
    Q1 Q2 Q3 Q4 M1 M2 M3 M4 M5 M6 M7 M8 M9 M10 M11 M12 aboveAverage belowAverage
""")
_SHAPE: Final = re.compile(
    r"-?\d{1,10}(?:\.\d{1,17})?(?:E-?\d{1,3})?|\{[0-9A-Fa-f-]{36}\}|rId\d{1,6}"
    r"|\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?|[0-9A-F]{8}"
    r"|(?:(?:xr|x|mc|x14ac|x14|x15)\d{0,2} ?)+"
)
_NAMESPACE: Final = re.compile(
    r"http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/"
    r"(?:spreadsheetml/(?:2006/)?main|officeDocument/(?:2006/)?relationships"
    r"|markup-compatibility/2006)"
    r"|http://schemas\.microsoft\.com/office/(?:spreadsheetml/20\d\d(?:/\d\d?|/11/1)?/"
    r"(?:main|ac|revision\d{0,2}|pivotdefaultlayout)|excel/2006/main"
    r"|spreadsheetml/20\d\d/pivotdefaultlayout|spreadsheetml/20\d\d/revision\d{0,2})"
)
MEASURED: Final = _set(
    "minValue maxValue minDate maxDate startNum endNum startDate endDate refreshedDate "
    "refreshedDateIso"
)
"""Attributes that hold a number or a date out of the data, or the day of its copy."""


def is_pivot(member: str) -> bool:
    """Whether a member is a pivot table, or a copy of the data of one."""
    return any(pattern.fullmatch(member) for pattern in (TABLE, DEFINITION, RECORDS))


def check(markup: Markup) -> None:
    """Refuse what is not on the lists.

    Raises:
        UnsupportedFormat: there is something else in a pivot table.
    """
    names = [local(name) for name in markup.elements]
    known = all(map(_is_known, set(markup.elements))) and all(
        parent >= 0 and names[parent] in _WITHIN[name]
        for name, parent in zip(names, markup.parents, strict=True)
        if name in _WITHIN
    )
    if not known or not all(map(_is_listed, markup.places)):
        raise UnsupportedFormat(
            "a pivot table holds something that cannot be examined: copy its values, and take it "
            "out"
        )


def is_text(place: Place) -> bool:
    """Whether a person may have written an attribute of a pivot table."""
    name = local(place.name)
    if name in ("val", "maxVal"):
        return True
    element = local(place.path[-1])
    return name in _TEXTS and (name != "c" or element in VALUES)


def _is_known(element: str) -> bool:
    namespace, _, name = element.rpartition(" ")
    return name in _ELEMENTS and _NAMESPACE.fullmatch(namespace) is not None


def _is_listed(place: Place) -> bool:
    if place.kind is not Kind.ATTRIBUTE:
        return not place.value.strip()
    if place.name == "xmlns" or place.name.startswith("xmlns:"):
        return _NAMESPACE.fullmatch(place.value) is not None
    name = local(place.name)
    if name in MEASURED:
        return local(place.path[-1]) in _BOUNDED
    if is_text(place) or (name == "v" and _is_value(place)):
        return True
    return name in _SHAPES and (place.value in _WORDS or _SHAPE.fullmatch(place.value) is not None)


def _is_value(place: Place) -> bool:
    return local(place.path[-1]) in VALUES
