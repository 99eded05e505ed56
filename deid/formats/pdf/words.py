"""Names and strings of a PDF that nobody chose: those of the standard and of programs (pure)."""

from __future__ import annotations

import re
from typing import Final

from pdfminer.glyphlist import glyphname2unicode


def _set(words: str) -> frozenset[str]:
    return frozenset(f"/{word}" for word in words.split())


def words_of(words: str) -> frozenset[str]:
    """The words of a text that blanks part."""
    return frozenset(words.split())


STRUCTURES: Final = _set(
    "Document DocumentFragment Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct "
    "Private Aside Title FENote Sub P H H1 H2 H3 H4 H5 H6 H7 H8 H9 L LI Lbl LBody Table TR TH TD "
    "THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu "
    "WT WP Em Strong Figure Formula Form Artifact"
)
"""Types of elements of structure (ISO 32000-1, 14.8.4; ISO 32000-2, 14.8.4)."""

NAMES: Final = STRUCTURES | _set(
    # Types and kinds of objects.
    "Catalog Pages Page Outlines Annot Font FontDescriptor Encoding CMap XObject Image Form "
    "Pattern ExtGState Mask Group OCG OCMD OCProperties Metadata Filespec F EmbeddedFile Action "
    "Border Sig SigRef StructTreeRoot StructElem MCR OBJR Halftone OutputIntent PageLabel Trans "
    "Bead Thread ViewerPreferences Viewport ObjStm XRef Layout FixedPrint CIDSet Template "
    # Fonts.
    "Type0 Type1 MMType1 Type3 TrueType CIDFontType0 CIDFontType2 Type1C CIDFontType0C OpenType "
    "MacRomanEncoding MacExpertEncoding WinAnsiEncoding StandardEncoding PDFDocEncoding "
    "SymbolEncoding ZapfDingbatsEncoding Identity "
    "UltraCondensed ExtraCondensed Condensed SemiCondensed Normal SemiExpanded Expanded "
    "ExtraExpanded UltraExpanded "
    # Filters and colours.
    "ASCIIHexDecode AHx ASCII85Decode A85 LZWDecode LZW FlateDecode Fl RunLengthDecode RL "
    "CCITTFaxDecode CCF JBIG2Decode DCTDecode DCT JPXDecode "
    "DeviceGray DeviceRGB DeviceCMYK CalGray CalRGB CalCMYK Lab ICCBased Indexed Separation "
    "DeviceN NChannel Pattern G RGB CMYK I All None Default DefaultGray DefaultRGB DefaultCMYK "
    "Cyan Magenta Yellow Black Red Green Blue Gray "
    "AbsoluteColorimetric RelativeColorimetric Saturation Perceptual "
    "Normal Compatible Multiply Screen Overlay Darken Lighten ColorDodge ColorBurn HardLight "
    "SoftLight Difference Exclusion Hue Saturation Color Luminosity Alpha Transparency ON OFF "
    # How a document is shown.
    "SinglePage OneColumn TwoColumnLeft TwoColumnRight TwoPageLeft TwoPageRight UseNone "
    "UseOutlines UseThumbs FullScreen UseOC UseAttachments L2R R2L MediaBox CropBox BleedBox "
    "TrimBox ArtBox AppDefault Simplex DuplexFlipShortEdge DuplexFlipLongEdge PrintScaling "
    "D R r A a S C W N True False Unknown "
    "Split Blinds Box Wipe Dissolve Glitter Fly Push Cover Uncover Fade H V M O P "
    "XYZ Fit FitH FitV FitR FitB FitBH FitBV "
    "PDF Text ImageB ImageC ImageI "
    "GTS_PDFX GTS_PDFA1 ISO_PDFE1 "
    # Layers.
    "View Design All Unchanged AllPages VisiblePages AllOn AnyOn AnyOff AllOff And Or Not Export "
    "Print Zoom User PageElement CreatorInfo Language Toggle Artwork Technical Ind Ttl Org HF FG "
    "BG L Trapping PrintersMarks Watermark Header Footer Background "
    # Annotations, fields and actions.
    "Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly StrikeOut "
    "Caret Stamp Ink Popup Widget FileAttachment Redact "
    "Btn Tx Ch GoTo URI Named SetOCGState NextPage PrevPage FirstPage LastPage "
    "Comment Key Note Help NewParagraph Paragraph Insert Graph PushPin Paperclip Tag Approved "
    "Experimental NotApproved AsIs Expired NotForPublicRelease Confidential Final Sold "
    "Departmental ForComment TopSecret Draft ForPublicRelease FreeTextCallout "
    "FreeTextTypeWriter FreeTextTypewriter LineArrow LineDimension PolygonCloud "
    "PolyLineDimension PolygonDimension StampImage StampSnapshot InkHighlight "
    "Reply Group Inline Top B U Diamond OpenArrow ClosedArrow Butt ROpenArrow "
    "RClosedArrow Slash I T "
    "Source Data Alternative Supplement EncryptedPayload FormData Schema Unspecified "
    # Structure and its attributes.
    "Layout List Table PrintField Artifact Block Inline Before Start End LrTb RlTb TbRl TbLr LrBt "
    "RlBt BtRl BtLr Hidden Dotted Dashed Solid Double Groove Ridge Inset Outset None Center "
    "Justify Auto Middle After Overline LineThrough Distribute Warichu Row Column Both Disc "
    "Decimal UpperRoman LowerRoman UpperAlpha LowerAlpha Unordered Ordered Description rb cb pb tv "
    "lb on off neutral Pagination Page Bottom Left Right Superscript Subscript"
)
"""Names that the standard gives as values."""

ACTIONS: Final = _set("GoTo URI Named SetOCGState")
"""Actions that may come back; others run something, send something or name other files."""

ANNOTATIONS: Final = _set(
    "Text Link FreeText Line Square Circle Polygon PolyLine Highlight Underline Squiggly "
    "StrikeOut Caret Stamp Ink Popup Widget FileAttachment Watermark Redact"
)
"""Annotations that may come back; others play, show or print something else."""

_CHOSEN: Final = re.compile(
    r"/(?:[A-Za-z]{1,4}[_.-]?\d{1,4}|(?:Image|Img|Form|Meta|Pattern|Shading|Font|Prop|gRLs)\d{1,5}"
    r"|[A-Za-z]\d?[_-]\d{1,3}(?:[_-]\d{1,5})?"
    r"|Helv|HeBo|HeBO|HeOb|ZaDb|Cour|CoBo|CoBO|CoOb|TiRo|TiBo|TiBI|TiIt"
    r"|Symb|FRM|NoteVeil(?:Form|Font|Helvetica|Image|Picture|Layer)?\d{0,5}"
    r"|CSp|CSpg|PCSp|GSa|pgfprgb|pgfcmyk|pgfgray|Off|Yes|No|On|On2|true|false|[A-Za-z]|\d{1,4})"
)
_SUBSET: Final = re.compile(r"/(?:[A-Z]{6}\+)?")
_PIECE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\w\s,+-]")
_FONT_WORDS: Final = words_of(
    "arial helvetica times courier calibri cambria candara consolas constantia corbel verdana "
    "tahoma georgia garamond trebuchet symbol zapf dingbats wingdings webdings segoe aptos "
    "liberation deja vu bitstream vera carlito caladea noto roboto open sans lato source "
    "montserrat ubuntu nimbus "
    "free urw palatino antiqua century franklin gothic lucida comic impact myriad minion frutiger "
    "univers futura optima gill menlo monaco sf ms mincho sim sun hei nirmala latin modern gentium "
    "linux libertine inter ibm plex pt droid cm sfrm lm r lmroman adobe mm regular bold italic "
    "oblique roman medium light black thin heavy semi demi extra ultra condensed narrow wide book "
    "mt ps new serif mono display text ui pro std neue next unicode code math linotype lt no l "
    "console typewriter schoolbook identity h v ital regu bol cjk sc tc jp kr variable wgl emoji "
    "nar "
    "cond obli one bt itc neo ex sansmono psmt ansi embedded font subset type old style bi bd it "
    "rm tt sl cmr cmbx cmti cmsy cmmi cmss cmtt cmex msam msbm"
)
_GLYPH_WORD: Final = re.compile(
    r"(?:uni[0-9A-F]{4,24}|u[0-9A-F]{4,6}|[A-Za-z]{1,2}\d{1,5}|(?:cid|glyph|index|char|gid|glyf)"
    r"\d{1,5}|[A-Za-z]|[gGcC][0-9A-Fa-f]{2})"
)
_GLYPH_ENDING: Final = re.compile(
    r"(?:alt|sc|case|fina|medi|init|isol|liga|oldstyle|superior|inferior|dup|ss\d\d|smcp|lf|tf"
    r"|lnum|tnum|onum|pnum|sups|subs|numr|dnom|null|notdef|zero|\d{1,3})\d{0,2}"
)
_PREDEFINED_CMAP: Final = re.compile(
    r"/(?:Identity|(?:UniGB|UniCNS|UniJIS|UniJISX0213|UniJISX02132004|UniJIS2004|UniKS)-(?:UCS2"
    r"|UTF16|UTF8|UTF32|UCS2-HW)|GB-EUC|GBpc-EUC|GBK-EUC|GBKp-EUC|GBK2K|B5pc|HKscs-B5|ETen-B5"
    r"|ETenms-B5|CNS-EUC|83pv-RKSJ|90ms-RKSJ|90msp-RKSJ|90pv-RKSJ|Add-RKSJ|EUC|Ext-RKSJ|KSC-EUC"
    r"|KSCms-UHC|KSCms-UHC-HW|KSCpc-EUC)(?:-[HV])|/[HV]"
)
_REGISTRY: Final = re.compile(
    r"Adobe|Identity|Japan1|GB1|CNS1|Korea1|KR|UCS|UCS2|Japan2|Manga1|OneByteIdentityH|"
)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Za-z]{2}|\d{3}))?|")
_REVIEW: Final = re.compile(r"Marked|Unmarked|Accepted|Rejected|Cancelled|Completed|None|Review|")
_CONDITION: Final = re.compile(
    r"sRGB(?: IEC61966-2[.-]1)?|CGATS TR ?00[0-9]|FOGRA\d\d|Custom|https?://www\.color\.org/?|"
    r"|Adobe RGB \(1998\)|Generic (?:RGB|Gray|CMYK)(?: Profile)?",
)
_VERSION: Final = re.compile(r"[vm]?\d[\d.]{0,15}[a-z]?|\d{1,3}\.\d[\d.]{0,12}(?:\+dfsg)?")
_PROGRAM_WORDS: Final = words_of(
    "microsoft adobe acrobat word excel powerpoint office 365 pdf distiller library libreoffice "
    "openoffice.org writer calc impress draw pdfmaker for on mac os x macos quartz pdfcontext "
    "version build windows linux ghostscript gpl skia/pdf chromium chrome mozilla firefox itext "
    "itext® reportlab www.reportlab.com - pdftex latex tex with hyperref xetex luatex cairo "
    "pikepdf "
    "qpdf pypdf pypdf2 pdf-lib apache fop pdfbox wkhtmltopdf qt print to aspose.words aspose.pdf "
    "tcpdf fpdf mpdf indesign illustrator photoshop cc by and opensource (opensource) (windows) "
    "(macintosh) (linux) anonymous (anonymous) unspecified (unspecified) untitled"
)


LOOK: Final = re.compile(
    r"\s*(?:(?:/[!-~]{1,60}|[+-]?\d*\.?\d+\.?)\s+|(?:Tf|g|rg|k|Tm|TL|Tc|Tw|Tz|Ts|Tr|G|RG|K)(?:\s+|$))*"
)
"""How a text of a form looks, without any text (ISO 32000-2, 12.7.4.3)."""


def is_plain(name: str) -> bool:
    """Whether a name that a file chooses is one that programs give, such as /F1 or /Image7."""
    return name in NAMES or _CHOSEN.fullmatch(name) is not None


def is_font(name: str) -> bool:
    """Whether a name is that of a font that is widely used."""
    words = _PIECE.findall(_SUBSET.sub("", name, count=1))
    known = all(word.lower() in _FONT_WORDS or (word.isdigit() and len(word) < 3) for word in words)
    return known or _CHOSEN.fullmatch(name) is not None


def is_glyph(name: str) -> bool:
    """Whether a name is one that fonts give to letters (Adobe Glyph List)."""
    if name in ("/.notdef", "/.null"):
        return True
    base, *endings = name[1:].split(".")
    return all(
        word in glyphname2unicode or _GLYPH_WORD.fullmatch(word) for word in base.split("_")
    ) and all(_GLYPH_ENDING.fullmatch(ending) for ending in endings)


def is_predefined_cmap(name: str) -> bool:
    """Whether a name is that of a CMap of the standard (ISO 32000-2, table 116)."""
    return _PREDEFINED_CMAP.fullmatch(name) is not None


def is_registry(text: str) -> bool:
    """Whether a string names a collection of characters of Adobe's."""
    return _REGISTRY.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Whether a string names a language, with its script and country at most (BCP 47)."""
    return _LANGUAGE.fullmatch(text) is not None


def is_review(text: str) -> bool:
    """Whether a string is a state of a review (ISO 32000-2, table 174)."""
    return _REVIEW.fullmatch(text) is not None


def is_condition(text: str) -> bool:
    """Whether a string names colours for printing that are widely used."""
    return _CONDITION.fullmatch(text) is not None


def is_program(text: str) -> bool:
    """Whether a string is the name and version of a program that makes documents."""
    words = (word.strip(",;:®™").lower() for word in text.split())
    return all(word in _PROGRAM_WORDS or _VERSION.fullmatch(word) for word in words)
