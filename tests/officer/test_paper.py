"""Pages to print: text that can be read, and nothing of the machine in them."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from pypdf import PdfReader

from deid.audit.checkpoint import Checkpoint, sign
from deid.audit.note import SignerKey
from deid.officer.anchoring import checkpoint_page
from deid.officer.paper import Heading, Paragraph, Table, legible, pdf
from deid.officer.typed import read_typed

NOW = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
KEY = SignerKey("noteveil/log/3f0c9a51d2b7e864", b"1" * 32)


def read(content: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(content))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def test_a_checkpoint_fits_on_one_page_and_can_be_copied_from_it() -> None:
    checkpoint = Checkpoint(KEY.name, 2**53 - 1, bytes(range(32)))
    note = sign(checkpoint, KEY)
    reader, text = read(checkpoint_page(note, checkpoint, KEY, now=NOW))
    assert len(reader.pages) == 1
    start = text.index(KEY.name, text.index("as it was signed"))
    assert read_typed(text[start : text.index("To check:")]) == note
    for word in ("Printed by", "Signature", "--checkpoint -", "page 1 of 1", "00010203"):
        assert word in text


def test_pages_have_title_language_and_numbers() -> None:
    rows = [(f"{number}", "x" * 64) for number in range(200)]
    parts = [Heading("A list"), Table(("No", "Digest"), rows, (0.2, 0.8), frozenset({1}))]
    reader, text = read(pdf("A <title> & more", parts, subject="of lists", time=NOW))
    assert len(reader.pages) > 2
    assert text.count("Digest") == len(reader.pages)
    assert f"page {len(reader.pages)} of {len(reader.pages)}" in text
    assert reader.metadata is not None
    assert reader.metadata.title == "A <title> & more"
    assert reader.metadata.creation_date == NOW
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_same_parts_give_the_same_bytes() -> None:
    def made(hour: int) -> bytes:
        return pdf("A", [Paragraph("some text")], subject="", time=NOW.replace(hour=hour))

    assert made(4) == made(4)
    assert made(4) != made(5)


def test_letters_that_the_font_lacks_are_told_in_others() -> None:
    assert legible("Zoë – Müller") == "Zoë – Müller"
    assert legible("Nguyễn") == "Nguyen"
    assert legible("李") == "[U+674E]"
    _reader, text = read(pdf("T", [Paragraph("李 & <b>Zoë</b>")], subject="", time=NOW))
    assert "[U+674E] & <b>Zoë</b>" in text
