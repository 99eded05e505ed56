"""Names and words that programs themselves write into documents, which identify nobody (pure).

Each is left out of the note where it stands in its own place only: elsewhere the same word may be
one of a person's. The lists are those of ISO/IEC 29500-1, 17.7.4.8 (latent styles) and 18.8.7
(styles of cells), of the layouts of presentations, and of what LibreOffice and libraries add.
"""

from __future__ import annotations

import re
from typing import Final

from deid.formats.markup import Kind, Place
from deid.formats.ooxml.container import is_member_name

_WORD: Final = (
    r"normal(?: \(web\)| indent| table)?|heading [1-9]|title|subtitle|(?:toc|index) [1-9]"
    r"|(?:toc|index|note|endnote|toa) heading|(?:footnote|endnote|annotation) (?:text|reference)"
    r"|annotation subject|header|footer|caption|table of (?:figures|authorities)"
    r"|envelope (?:address|return)|(?:line|page) number|macro(?: text)?"
    r"|list(?: (?:bullet|number|continue))?(?: [2-5])?|list paragraph|no list|no spacing"
    r"|closing|signature|default paragraph font|message header|salutation|date|block text"
    r"|body text(?: (?:first )?indent)?(?: [23])?|hyperlink|followedhyperlink|strong|emphasis"
    r"|document map|plain text|e-mail signature|balloon text|placeholder text|revision"
    r"|html (?:top of form|bottom of form|acronym|address|cite|code|definition|keyboard"
    r"|preformatted|sample|typewriter|variable)|outline list [1-3]|intense quote|quote"
    r"|(?:subtle|intense) (?:emphasis|reference)|book title|bibliography|mention|hashtag"
    r"|unresolved mention|smart (?:hyperlink|link)|table (?:grid(?: [1-8])?|theme|normal)"
    r"|table (?:simple|colorful|elegant|professional|contemporary|subtle|classic|columns|list"
    r"|web|3d effects)(?: [1-8])?|article / section|1 / a / i|1 / 1\.1 / 1\.1\.1"
    r"|(?:light (?:shading|list|grid)|(?:medium (?:shading|list)|medium grid) [1-3]|dark list"
    r"|colorful (?:shading|list|grid))(?: accent [1-6])?|grid table light|table grid light"
    r"|plain table [1-5]"
    r"|(?:grid|list) table (?:1 light|2|3|4|5 dark|6 colorful|7 colorful)(?: accent [1-6])?"
)
_LINKED: Final = rf"(?:{_WORD})(?: char\d?| carattere)?"
_CELLS: Final = (
    r"normal(?: [2-9])?|comma|currency|(?:comma|currency) \[0\]|percent|good|bad|neutral"
    r"|calculation|check cell|explanatory text|input|linked cell|note|output|warning text|total"
    r"|accent[1-6]|(?:20|40|60)% - accent[1-6]|(?:row|col)level_[1-7]|followed hyperlink"
    r"|(?:table|pivot)style(?:light|medium|dark)\d{1,2}|(?:slicer|timeslicer)style(?:light|dark)[1-6]"
    r"|accent(?: [1-3])?|status|text|result2?|heading1?|error|warning|footnote"
)
_LAYOUTS: Final = (
    r"title slide|title and content|section header|two content|comparison|title only|blank"
    r"|content with caption|picture with caption|title and vertical text|vertical title and text"
    r"|title and caption|quote with caption|name card|quote name card|true or false"
    r"|title, (?:text|content|(?:2|4|6) content)(?: (?:and|over) (?:2 )?(?:content|text))?"
    r"|title, (?:content over content|content and 2 content|2 content and content"
    r"|2 content over content)|(?:blank|default|title) slide|centered text|office theme"
    r"|(?:no|themed|light|medium|dark) style(?: [1-4])?(?:,? (?:no|table) grid)?"
    r"(?: - accent [1-6](?:/accent [1-6])?)?"
)
_LIBRE: Final = (
    r"standard|default(?: drawing)? style|text body(?: indent)?|table (?:contents|heading)|index"
    r"|frame contents|preformatted text|horizontal line|numbering symbols|bullets(?: symbols)?"
    r"|(?:visited )?internet link|source text|teletype|drop caps|quotations"
    r"|list (?:contents|heading)|(?:footnote|endnote) (?:characters|anchor)|header and footer"
    r"|(?:header|footer) (?:left|right)|object with(?:out)? (?:fill|arrow)(?: and no line)?"
    r"|outline [1-9]|heading 10|contents 10?"
    r"|(?:contents|index) (?:[1-9]|heading)|(?:contents|index) heading|table index heading"
    r"|figure(?: index (?:heading|1))?|illustration|drawing|user entry|definition|example|variable"
    r"|main index entry|rubies|vertical numbering symbols|placeholder|sender|addressee|marginalia"
    r"|hanging indent|first line indent|complimentary close|filled(?: (?:blue|green|red|yellow))?"
    r"|outlined(?: (?:blue|green|red|yellow))?|lines|arrow line|dashed line|shapes|graphic|text"
    r"|a[04]|title a[04]|heading a[04]|text a[04]|default-title|default-subtitle|default"
)
_STYLE: Final = re.compile(rf"{_LINKED}|{_CELLS}|{_LAYOUTS}|{_LIBRE}", re.IGNORECASE)
_NAMING: Final = frozenset(
    {
        ("style", "name", "val"),
        ("cellStyles", "cellStyle", "name"),
        ("tableStyles", "tableStyle", "name"),
        ("tblStyleLst", "tblStyle", "styleName"),
        ("sldLayout", "cSld", "name"),
        ("sldMaster", "cSld", "name"),
    }
)
_SHADES: Final = frozenset({"themeTint", "themeShade", "themeFillTint", "themeFillShade"})
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}")
_PANOSE: Final = re.compile(r"(?:0[0-9A-Fa-f]){10}")
_SHOWN_AS: Final = (
    r"On-screen Show \(\d{1,2}:\d{1,2}\)|Widescreen|Custom|Letter Paper \(8\.5x11 in\)"
    r"|A4 Paper \(210x297 mm\)|35mm Slides|Overhead|Banner"
)
_IN_PLACE: Final = {
    key: re.compile(pattern)
    for key, pattern in {
        ("panose1", "val"): _PANOSE.pattern,
        ("mathFont", "val"): r"(?:Cambria|STIX Two|XITS|Latin Modern|Asana|DejaVu) Math",
        ("extCalcPr", "stringRefSyntax"): r"(?:Calc|Excel)A1|ExcelR1C1|Unspecified",
        ("fileVersion", "appName"): r"xl|Calc",
        ("sheet", "name"): r"Sheet",
        ("property", "name"): r"PresentationFormat",
        ("property", "pid"): r"\d{1,3}",
        ("lpwstr", ""): _SHOWN_AS,
        ("lpstr", ""): r"Sheet",
        ("language", ""): r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?",
        ("Template", ""): r"Normal(?:\.dotm?|\.wpt)?|Default(?: Theme)?|Office Theme",
        ("description", ""): r"generated (?:by python-docx|using python-pptx)",
        ("Application", ""): r"Microsoft Excel Compatible / Openpyxl \d\.\d{1,2}\.\d{1,2}",
    }.items()
}
_RELATIONS: Final = re.compile(
    r"/(?:(?:_rels|word|xl|ppt|docProps|customXml)/)*(?:\w{1,20}\.xml)?\.rels"
)
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
# XML of a site's own is examined whole, but for that of Word's own sources of quotations.
_SOURCES: Final = (
    r"[\\/](?:(?:APASixthEdition|HarvardAnglia2008|IEEE2006|MLASeventhEdition)OfficeOnline"
    r"|APA|CHICAGO|GB|GostName|GostTitle|ISO690|ISO690Nmerical|MLA|SIST02|TURABIAN)\.xsl"
)
_SOURCES_NAME: Final = (
    r"APA|Chicago|GB7714|GOST - (?:Name|Title) Sort|Harvard - Anglia|IEEE"
    r"|ISO 690 - (?:First Element and Date|Numerical Reference)|MLA|SIST02|Turabian"
)
_GUID: Final = r"\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}"
_OWN: Final = {
    (f"{_OFFICE}/{element}", name): re.compile(pattern, re.IGNORECASE)
    for element, name, pattern in (
        ("bibliography Sources", "SelectedStyle", _SOURCES),
        ("bibliography Sources", "StyleName", _SOURCES_NAME),
        ("bibliography Sources", "Version", r"\d{1,4}"),
        ("customXml datastoreItem", f"{_OFFICE}/customXml itemID", _GUID),
        (
            "customXml schemaRef",
            f"{_OFFICE}/customXml uri",
            re.escape(_OFFICE) + "/(?:bibliography|customXml|math)",
        ),
    )
}


def is_given(place: Place, *, is_own: bool) -> bool:
    """Whether a program gave what stands in a place, which therefore says nothing of anybody.

    Args:
        place: the place.
        is_own: whether it lies in XML of a site's own.
    """
    if place.kind not in (Kind.ATTRIBUTE, Kind.TEXT) or not place.path:
        return False
    if is_own:
        pattern = _OWN.get((place.path[-1], place.name))
        return pattern is not None and pattern.fullmatch(place.value) is not None
    element = _local(place.path[-1])
    name = _local(place.name) if place.kind is Kind.ATTRIBUTE else ""
    if name in _SHADES:
        return _HEX.fullmatch(place.value) is not None
    if name == "panose":
        return _PANOSE.fullmatch(place.value) is not None
    if name == "PartName":
        return is_member_name(place.value[1:]) or _RELATIONS.fullmatch(place.value) is not None
    around = _local(place.path[-2]) if len(place.path) > 1 else ""
    if (around, element, name) in _NAMING:
        return is_style(place.value)
    pattern = _IN_PLACE.get((element, name))
    return pattern is not None and pattern.fullmatch(place.value) is not None


def is_style(name: str) -> bool:
    """Whether a name is that of a style, or of a layout, which programs have from the start."""
    return _STYLE.fullmatch(name) is not None


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
