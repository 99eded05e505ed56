"""Which attributes and declarations of a page a person may have written (pure).

What is left out is left out by its value: measures, words of the format, plain rules of style.
"""

from __future__ import annotations

import re
from typing import Final

from deid.formats.data_addresses import MARK
from deid.labels import Label


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Attributes that hold words of a person, so that they are examined whatever they look like.
_SAYING: Final = re.compile(
    r"title|alt|content|value|placeholder|label|summary|abbr|standby|datetime|cite|data|download"
    r"|o:title|prompt|year|month|day|hour|minute|productid|w:insauthor|url|namespaceuri|aria-.*|data-.*|on.*|href|src|action|xlink:href|xlink:title"
)
# Words of programs in names of classes, ids and fields: no names of people among them.
_WORDS: Final = _set(
    "mso normal list paragraph heading header footer body text table grid section word content "
    "contents main nav footnote endnote comment reference hyperlink followed toc index title "
    "subtitle caption chp default pap page container row col column cell item label value field "
    "form input button btn link active disabled hidden visible left right center middle top "
    "bottom inner outer wrapper wrap box panel card tab tabs icon image img logo menu bar sub sup "
    "bold italic underline small large medium normal even odd first last data info note notes "
    "report result results lab labs med meds name date time number id type status code unit "
    "description mrn dob patient provider encounter visit allergy allergies medication medications "
    "problem problems vital vitals history plan assessment viewport generator author keywords "
    "description robots prog progid originator charset language utf ascii windows iso us en "
    "http equiv https www org html xhtml xml text plain css javascript script style stylesheet "
    "file rel noopener noreferrer nofollow shortcut alternate next prev self blank parent "
    "auto none true false yes no on off inherit initial ltr rtl row rowgroup col colgroup all "
    "submit reset checkbox radio password email tel url search file get post multipart "
    "application form urlencoded polite presentation group region banner navigation "
    "complementary contentinfo dialog alert img figure cellspacing "
    "gmail quote attr container outlook emailstyle picture x0020 personal compose reply "
    "x a b p q s t v w o m h li ul ol dl dd dt td th tr div span pre "
)
_STYLE: Final = _WORDS | _set(
    "color background border margin padding font family size weight style width height line "
    "letter spacing indent align vertical horizontal decoration transform white space wrap break "
    "display block inline flex grid position absolute relative fixed static float clear overflow "
    "scroll z opacity cursor pointer list type position inside outside disc circle square decimal "
    "lower upper roman alpha solid dotted dashed double groove ridge inset outset collapse "
    "separate spacing empty cells layout min max box sizing shadow radius outline content before "
    "after hover visited active focus nth child of not import important media print screen and "
    "only page font face src local panose mso bidi ansi fareast east asian theme ascii hansi major "
    "minor latin style name parent next qformat priority unhide pagination widow orphan level "
    "tab stop number format element element bullet symbol ligatures kerning language hyphenate "
    "proof state footer header paper source style row band column tstyle para rowband colband "
    "border alt insideh insidev outside frame hspace vspace anchor lrule trule around default "
    "props export only signature generic pitch variable charset roman swiss modern decorative "
    "script any rgb rgba hsl url calc px pt em rem cm mm in pc ex vh vw deg ms s pct "
    "windowtext currentcolor transparent black white red green blue gray grey silver maroon navy "
    "olive purple teal aqua fuchsia lime yellow orange lightgrey lightgray whitesmoke "
    "times new roman arial calibri cambria math courier helvetica verdana tahoma segoe ui "
    "wingdings sans serif monospace consolas garamond aptos cursive system apple "
    "baseline super sub justify nowrap pre break word bolder lighter oblique small caps "
    "underline overline through capitalize uppercase lowercase visible hidden collapse "
    "transition ease linear gradient repeat no cover contain fixed attachment image origin clip "
    "table caption side keep with together avoid always lines start end between evenly stretch "
    "direction unicode embed word char wide layout grid mode exactly at least single "
    "footnote separator continuation para margin link locked ui rels field code hide show "
    "above below auto first outlevel level1 level2 lfo text raise effect shading pattern "
    "definitions l personal compose reply emailstyle behavior vml shape div "
    "clear yes no style type export outline id ids template hybrid layoutgrid figure d e f g "
)
_PIECES: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_]+")
_LONG_NUMBER: Final = re.compile(r"\d{5}|\d+[/.-]\d+[/.-]\d+|\d{3}[ .-]\d{4}")
_COLOR: Final = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}(?![0-9A-Za-z])")
_PICTOGRAM: Final = re.compile(r"\\[Ff]0[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")  # for private use
_PLAIN_CHARACTERS: Final = re.compile(r"[A-Za-z0-9\s#.,:;%()\"'!@{}*/>+=_|~&\[\]<-]*")
_PATH: Final = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9eE.,\s()-]*")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?", re.IGNORECASE)
_STANDARD: Final = re.compile(
    r"https?://(?:www\.w3\.org|schemas\.microsoft\.com|schemas\.openxmlformats\.org|purl\.org"
    r"|ogp\.me|schema\.org)/[A-Za-z0-9./#_-]*|urn:schemas-microsoft-com:[a-z:.-]+"
)
_GIVEN: Final = re.compile(
    r"about:blank|cid:part\d{1,4}@masked\.invalid"
    r"|#?(?:_(?:Toc|Ref|Hlk|Hlt)\d{1,12}|_GoBack|(?:WordSection|Section)\d+)"
)
_DOCTYPE: Final = re.compile(
    r"DOCTYPE\s+html(?:\s+PUBLIC\s+[\"']-//(?:W3C|IETF|WAPFORUM)//DTD X?HTML(?: [0-9.]+)?"
    r"(?: (?:plus|Strict|Transitional|Frameset|Basic|Final|Mobile|MathML|SVG|Level|\d\.?\d?))*"
    r"(?://EN)?[\"'](?:\s+[\"']http://www\.w3\.org/[A-Za-z0-9./-]*[\"'])?)?"
    r"(?:\s+SYSTEM\s+[\"']about:legacy-compat[\"'])?\s*",
    re.IGNORECASE,
)
_XML: Final = re.compile(
    r"xml\s+version=[\"']1\.[01][\"'](?:\s+encoding=[\"'][A-Za-z0-9_-]{1,20}[\"'])?"
    r"(?:\s+standalone=[\"'](?:yes|no)[\"'])?\s*\?"
)
_CONDITION: Final = re.compile(
    r"\[(?:endif|if(?:[\s()!&|]|\d+(?:\.\d+)?|mso|IE|vml|gte?|lte?|true|false|supportLists"
    r"|supportEmptyParas|supportMisalignedColumns|supportFootnotes|supportLineBreakNewLine"
    r"|supportAnnotations|supportTextWrap|supportNestedAnchors|supportMisalignedRows)+)\]",
    re.IGNORECASE,
)
# What pages are made with and written in, as programs say it.
_MADE_WITH: Final = re.compile(
    r"text/html;\s*charset=(?:utf-?(?:8|16)|us-ascii|iso-8859-\d{1,2}|windows-\d{3,4}|koi8-[ru]"
    r"|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:kr|jp)|macintosh)"
    r"|Microsoft (?:Word|Exchange Server|Excel) [\d.]{1,12}(?: \(filtered(?: medium)?\))?",
    re.IGNORECASE,
)
_DRAWN: Final = _set("d points path adj coordsize viewbox eqn transform formulas")
_AUTHORS: Final = _set("author creator dc.creator dcterms.creator originator owner reply-to")
_OFFICE: Final = {
    "o:author": Label.PERSON,
    "o:lastauthor": Label.PERSON,
    "o:manager": Label.PERSON,
    "o:company": Label.ORGANIZATION,
    "st1:personname": Label.PERSON,
}

_HOLDING: Final = {
    "year": Label.DATE,
    "month": Label.DATE,
    "day": Label.DATE,
    "w:insauthor": Label.PERSON,
}


def is_open_attribute(name: str, value: str) -> bool:
    """Whether a person may have written the value of an attribute, beside addresses of files."""
    value = MARK.sub("", value)
    if not value.strip():
        return False
    if name.startswith("xmlns"):
        return _STANDARD.fullmatch(value) is None
    if _GIVEN.fullmatch(value) or _MADE_WITH.fullmatch(value):
        return False
    if _SAYING.fullmatch(name):
        return True
    if name in ("lang", "xml:lang", "language", "hreflang") and _LANGUAGE.fullmatch(value):
        return False
    if name in _DRAWN and _PATH.fullmatch(value):
        return False
    if name in ("class", "id", "name", "for", "headers", "itemprop", "property"):
        return "[" in value or not _is_made_of(_WORDS, value)
    return not is_plain_style(value)


def is_known_declaration(value: str) -> bool:
    """Whether a declaration or an instruction is one of those that programs write."""
    return any(one.fullmatch(value) for one in (_DOCTYPE, _CONDITION, _XML))


def is_plain_style(value: str) -> bool:
    """Whether rules of style, or a measure, are made of the words of style alone."""
    value = MARK.sub("", value)
    return _is_made_of(_STYLE, _PICTOGRAM.sub(" ", _COLOR.sub(" ", value)))


def label_of_text(element: str) -> Label | None:
    """What the text of an element of Word's is known to hold."""
    return _OFFICE.get(element)


def label_of_attribute(name: str) -> Label | None:
    """What an attribute is known to hold: the parts of dates in Word's pages, and authors."""
    return _HOLDING.get(name)


def label_of_meta(name: str) -> Label | None:
    """What the content of a `meta` of this name is known to hold."""
    return Label.PERSON if name.strip().lower() in _AUTHORS else None


def _is_made_of(words: frozenset[str], value: str) -> bool:
    return (
        _PLAIN_CHARACTERS.fullmatch(value) is not None
        and _LONG_NUMBER.search(value) is None
        and all(piece.lower() in words for piece in _PIECES.findall(value))
    )
