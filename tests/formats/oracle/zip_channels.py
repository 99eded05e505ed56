"""Where identifiers hide in archives of files."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable

from tests.formats.archives import zipped
from tests.formats.cda.documents import document, section
from tests.formats.fhir.xml_samples import FHIR
from tests.formats.ooxml.documents import docx, run
from tests.formats.ooxml.presentations import paragraph, pptx, shape
from tests.formats.ooxml.presentations import run as slide_run
from tests.formats.ooxml.workbooks import text, xlsx
from tests.formats.oracle.channels import Channel, Words

Build = Callable[[Words], bytes]
_PLAIN = b"The knee is stable and the swelling has gone.\n"


def _said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}.\n"


def _member(name: str, write: Callable[[Words], bytes]) -> Build:
    return lambda words: zipped({"plain.txt": _PLAIN, name: write(words)})


def _path(words: Words, name: str) -> bytes:
    return zipped({"plain.txt": _PLAIN, name.format(words): _PLAIN})


def _written(write: Callable[[zipfile.ZipFile], None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        write(packed)
    return stream.getvalue()


def _remark(words: Words) -> bytes:
    def write(packed: zipfile.ZipFile) -> None:
        packed.writestr("plain.txt", _PLAIN)
        packed.comment = _said(words).encode()

    return _written(write)


def _remark_of_file(words: Words) -> bytes:
    def write(packed: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("plain.txt")
        info.comment = _said(words).encode()
        packed.writestr(info, _PLAIN)

    return _written(write)


def _extra(words: Words) -> bytes:
    def write(packed: zipfile.ZipFile) -> None:
        info = zipfile.ZipInfo("plain.txt")
        said = _said(words).encode()
        info.extra = struct.pack("<2H", 0x7075, len(said)) + said
        packed.writestr(info, _PLAIN)

    return _written(write)


def _before(words: Words) -> bytes:
    stream = io.BytesIO(_said(words).encode())
    stream.seek(0, io.SEEK_END)
    with zipfile.ZipFile(stream, "a") as packed:
        packed.writestr("plain.txt", _PLAIN)
    return stream.getvalue()


def _folder(words: Words) -> bytes:
    def write(packed: zipfile.ZipFile) -> None:
        packed.writestr("plain.txt", _PLAIN)
        packed.writestr(f"{words.name} {words.number}/", b"")

    return _written(write)


def _left_behind(words: Words) -> bytes:
    return zipped({"plain.txt": _PLAIN, "__MACOSX/._plain.txt": _said(words).encode()})


def _table(words: Words) -> bytes:
    return f"MRN,Note\n{words.number},{words.name} is well\n1,stable\n".encode()


def _resource(words: Words) -> bytes:
    return json.dumps({"resourceType": "Basic", "note": [{"text": _said(words).strip()}]}).encode()


def _lines(words: Words) -> bytes:
    lines = ({"id": one, "text": "stable", "patient": one} for one in words.all)
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


CHANNELS = (
    Channel(
        ".zip",
        "name of a file",
        lambda w: _path(w, "{0.given} {0.family} {0.number}.txt"),
    ),
    Channel(
        ".zip",
        "name of a folder",
        lambda w: _path(w, "{0.given}/{0.family}/{0.number}/letter.txt"),
    ),
    Channel(".zip", "empty folder", _folder, is_field=True),
    Channel(".zip", "remark of the archive", _remark, is_field=True),
    Channel(".zip", "remark of a file", _remark_of_file, is_field=True),
    Channel(".zip", "extra field", _extra, is_field=True),
    Channel(".zip", "bytes before the files", _before, is_field=True),
    Channel(".zip", "what programs for files leave behind", _left_behind, is_field=True),
    Channel(".zip", "text", _member("visit.txt", lambda w: _said(w).encode())),
    Channel(".zip", "table", _member("visit.csv", _table), is_field=True),
    Channel(
        ".zip",
        "ids and patients of notes in a file of several",
        _member("notes.jsonl", _lines),
        is_field=True,
    ),
    Channel(
        ".zip",
        "Word document",
        _member("letter.docx", lambda w: docx(f"<w:p>{run(_said(w).strip())}</w:p>")),
    ),
    Channel(
        ".zip",
        "workbook",
        _member("list.xlsx", lambda w: xlsx(f'<row r="2">{text("A2", _said(w).strip())}</row>')),
    ),
    Channel(
        ".zip",
        "presentation",
        _member("talk.pptx", lambda w: pptx(shape(paragraph(slide_run(_said(w).strip()))))),
    ),
    Channel(
        ".zip",
        "page of HTML",
        _member("page.html", lambda w: f"<!DOCTYPE html><p>{_said(w)}</p>".encode()),
    ),
    Channel(
        ".zip",
        "HL7 v2 message",
        _member(
            "result.hl7",
            lambda w: f"MSH|^~\\&|||||||ORU^R01||P|2.5\rNTE|1|L|{_said(w)[:-1]}\r".encode(),
        ),
    ),
    Channel(".zip", "resource of FHIR (JSON)", _member("note.json", _resource)),
    Channel(
        ".zip",
        "resource of FHIR (XML)",
        _member(
            "note.xml",
            lambda w: (
                f'<Basic xmlns="{FHIR}"><note><text value="{_said(w)[:-1]}"/></note></Basic>'
            ).encode(),
        ),
    ),
    Channel(
        ".zip",
        "clinical document",
        _member("summary.xml", lambda w: document(section(f"<paragraph>{_said(w)}</paragraph>"))),
    ),
    Channel(
        ".zip",
        "archive in an archive",
        _member("visit.zip", lambda w: zipped({"page1.txt": _said(w).encode()})),
    ),
    Channel(
        ".zip",
        "names in an archive in an archive",
        _member("visit.zip", lambda w: zipped({f"{w.name}/{w.number}.txt": _PLAIN})),
        is_field=True,
    ),
)
