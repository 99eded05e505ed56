"""The invented notes of the self-test, one or more for each format that can be read.

Nobody in them lives: the names are made up, the telephone number is one of those that are kept for
stories. Who adds a format adds a note in it here; a format without one fails the test.
"""

from __future__ import annotations

import base64
import codecs
import csv
import html
import io
import json
from dataclasses import dataclass, field
from typing import Final

from deid.formats.packed import Member, pack

NOTE: Final = """\
Patient Name: Marisol Quenbridge     MRN: 00482913
DOB: 03/14/1961     Phone: (801) 555-0147

HISTORY: Mrs. Quenbridge was seen on November 3, 2025 for follow-up of hypertension.
Blood pressure 128/76. Continue lisinopril 10 mg daily. Call her at 801-555-0147.
"""
GOES: Final = ("Marisol", "Quenbridge", "00482913", "03/14", "555-0147", "November 3")
"""What identifies in the note."""
STAYS: Final = ("follow-up of hypertension", "128/76", "lisinopril 10 mg daily")
"""What the note is about."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The note in one format.

    Attributes:
        what: the format, in words.
        name: of the file.
        content: its bytes.
    """

    what: str
    name: str
    content: bytes = field(repr=False)


def _rtf() -> bytes:
    lines = "".join(f"{line}\\par\n" for line in NOTE.splitlines())
    fonts = r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}"
    return (r"{\rtf1\ansi\ansicpg1252\deff0" + fonts + "\n" + lines + "}\n").encode()


def _mail() -> bytes:
    body = base64.encodebytes(NOTE.encode()).decode()
    fields = ("From: clinic@site.invalid", "Subject: Follow-up", "MIME-Version: 1.0")
    coding = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64")
    return ("\n".join((*fields, *coding)) + "\n\n" + body).encode()


def _lines() -> bytes:
    notes = ({"id": f"sample-{number}", "text": NOTE} for number in (1, 2))
    return "".join(json.dumps(note) + "\n" for note in notes).encode()


def _message() -> bytes:
    lines = NOTE.replace("&", "\\T\\").splitlines()
    report = (f"OBX|{number}|TX|NOTE|{number}|{line}" for number, line in enumerate(lines, 1))
    segments = ("MSH|^~\\&|||||||ORU^R01|1|P|2.5", "PID|1||00482913||Quenbridge^Marisol", *report)
    return "".join(f"{segment}\r" for segment in segments).encode()


_KINDS: Final = """\
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/word/document.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS: Final = """\
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" Target="word/document.xml" Type=\
"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>\
</Relationships>"""
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _document() -> bytes:
    """A document with a paragraph for each line of the note."""
    lines = (f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in NOTE.splitlines())
    body = f'<w:document xmlns:w="{_WORD}"><w:body>{"".join(lines)}</w:body></w:document>'
    members = {
        "[Content_Types].xml": _KINDS,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": body,
    }
    return pack({name: Member(text.encode(), is_packed=True) for name, text in members.items()})


_BOOK_KINDS: Final = """\
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/xl/workbook.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>\
<Override PartName="/xl/worksheets/sheet1.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
_SHEETS: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _workbook() -> bytes:
    """A workbook with a row for each line of the note, and the record number as a number."""
    rows = (
        f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{line}</t></is></c></row>'
        for number, line in enumerate(NOTE.splitlines(), 1)
    )
    number = '<row r="9"><c r="A9" t="str"><v>MRN</v></c><c r="B9"><v>00482913</v></c></row>'
    members = {
        "[Content_Types].xml": _BOOK_KINDS,
        "_rels/.rels": _RELATIONS.replace("word/document", "xl/workbook"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _RELATIONS.replace(
            "word/document", "worksheets/sheet1"
        ).replace('officeDocument"/>', 'worksheet"/>'),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_SHEETS}"><sheetData>{"".join(rows)}{number}</sheetData>'
            "</worksheet>"
        ),
    }
    return pack({name: Member(text.encode(), is_packed=True) for name, text in members.items()})


_SHOW_KINDS: Final = """\
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Override PartName="/ppt/presentation.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/>\
<Override PartName="/ppt/slides/slide1.xml" ContentType=\
"application/vnd.openxmlformats-officedocument.presentationml.slide+xml"/></Types>"""
_SLIDES: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
_DRAWN: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"


def _presentation() -> bytes:
    """A presentation of one slide with a paragraph for each line of the note."""
    lines = (f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in NOTE.splitlines())
    names = f'xmlns:p="{_SLIDES}" xmlns:a="{_DRAWN}" xmlns:r="{_OFFICE}"'
    members = {
        "[Content_Types].xml": _SHOW_KINDS,
        "_rels/.rels": _RELATIONS.replace("word/document", "ppt/presentation"),
        "ppt/presentation.xml": (
            f'<p:presentation {names}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
            '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
        ),
        "ppt/_rels/presentation.xml.rels": _RELATIONS.replace(
            "word/document", "slides/slide1"
        ).replace('officeDocument"/>', 'slide"/>'),
        "ppt/slides/slide1.xml": (
            f"<p:sld {names}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id='1' name=''/>"
            "<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/><p:sp><p:nvSpPr>"
            "<p:cNvPr id='2' name=''/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody>"
            f"<a:bodyPr/>{''.join(lines)}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        ),
    }
    return pack({name: Member(text.encode(), is_packed=True) for name, text in members.items()})


def _archive() -> bytes:
    return pack({"plain.txt": Member(NOTE.encode(), is_packed=True)})


def _resource() -> dict[str, object]:
    patient = {"resourceType": "Patient", "id": "pt-00482913", "name": [{"text": "Marisol"}]}
    return {
        "resourceType": "Observation",
        "contained": [patient],
        "status": "final",
        "subject": {"reference": "#pt-00482913", "display": "Marisol Quenbridge"},
        "note": [{"text": NOTE}],
    }


def _resource_in_xml() -> bytes:
    text = html.escape(NOTE).replace("\n", "&#10;")
    return (
        '<Observation xmlns="http://hl7.org/fhir"><contained><Patient><id value="pt-00482913"/>'
        '<name><text value="Marisol"/></name></Patient></contained><status value="final"/>'
        '<subject><reference value="#pt-00482913"/><display value="Marisol Quenbridge"/></subject>'
        f'<note><text value="{text}"/></note></Observation>'
    ).encode()


def _page() -> bytes:
    """A page with the note as it stands."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Note</title></head>'
        f"<body><pre>\n{html.escape(NOTE)}</pre></body></html>\n"
    ).encode()


def _clinical_document() -> bytes:
    """A clinical document with a paragraph for each line of the note."""
    lines = "".join(f"<paragraph>{line}</paragraph>" for line in NOTE.splitlines())
    return (
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole>'
        '<id root="2.16.840.1.113883.19.5" extension="00482913"/><patient><name>'
        "<given>Marisol</given><family>Quenbridge</family></name></patient></patientRole>"
        "</recordTarget><component><structuredBody><component><section>"
        f"<text>{lines}</text></section></component></structuredBody></component>"
        "</ClinicalDocument>"
    ).encode()


def _printed() -> bytes:
    """A PDF of one page, a line of it for each line of the note."""
    shown = (
        line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        for line in NOTE.splitlines()
    )
    text = "BT /F1 9 Tf 12 TL 36 720 Td " + " T* ".join(f"({line}) Tj" for line in shown) + " ET"
    objects = (
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [3 0 R] /Count 1>>",
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R>>",
        f"<</Length {len(text)}>>\nstream\n{text}\nendstream",
        "<</Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding>>",
        "<</Font <</F1 5 0 R>>>>",
    )
    written, places = "%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{one}\nendobj\n"
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        f"{written}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
        f"trailer\n<</Size {len(objects) + 1} /Root 1 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
    ).encode("ascii")


def _table(delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerow(("00482913", NOTE))
    return stream.getvalue().encode()


def _picture(form: str) -> bytes:
    """A picture of the note, black on white."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (1060, 250), 255)
    font = ImageFont.load_default(25)
    ImageDraw.Draw(picture).multiline_text((20, 15), NOTE, font=font, fill=0, spacing=8)
    stream = io.BytesIO()
    picture.save(stream, format=form)
    return stream.getvalue()


SAMPLES: Final = (
    Sample("text", "plain.txt", NOTE.encode()),
    Sample("text with the line ends of Windows", "crlf.txt", NOTE.replace("\n", "\r\n").encode()),
    Sample("text in UTF-16", "utf-16.txt", codecs.BOM_UTF16_LE + NOTE.encode("utf-16-le")),
    Sample("Markdown", "note.md", f"# Note\n\n```\n{NOTE}```\n".encode()),
    Sample("page of HTML", "page.html", _page()),
    Sample("page of HTML, by its short ending", "page.htm", _page()),
    Sample("page of XHTML", "page.xhtml", _page()),
    Sample("JSON lines", "lines.jsonl", _lines()),
    Sample("table parted by commas", "table.csv", _table(",")),
    Sample("table parted by tabs", "table.tsv", _table("\t")),
    Sample("HL7 v2 message", "message.hl7", _message()),
    Sample("FHIR resource", "resource.json", json.dumps(_resource(), indent=2).encode()),
    Sample("FHIR resource in XML", "resource.xml", _resource_in_xml()),
    Sample("FHIR resources in NDJSON", "resources.ndjson", json.dumps(_resource()).encode()),
    Sample("clinical document (CDA)", "clinical.xml", _clinical_document()),
    Sample("Word document", "document.docx", _document()),
    Sample("e-mail", "mail.eml", _mail()),
    Sample("document in Rich Text Format", "document.rtf", _rtf()),
    Sample("Excel workbook", "workbook.xlsx", _workbook()),
    Sample("PDF", "printed.pdf", _printed()),
    Sample("picture (PNG)", "picture.png", _picture("PNG")),
    Sample("picture (JPEG)", "picture.jpg", _picture("JPEG")),
    Sample("picture (JPEG), by its long ending", "picture.jpeg", _picture("JPEG")),
    Sample("scan (TIFF), by its short ending", "scan.tif", _picture("TIFF")),
    Sample("scan (TIFF)", "scan.tiff", _picture("TIFF")),
    Sample("picture (BMP)", "picture.bmp", _picture("BMP")),
    Sample("picture (GIF)", "picture.gif", _picture("GIF")),
    Sample("presentation", "presentation.pptx", _presentation()),
    Sample("archive of a text", "archive.zip", _archive()),
)
