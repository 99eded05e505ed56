"""Documents in fields of type ED are read by their own formats, or refused by their place."""

from __future__ import annotations

import base64

import pytest

from deid.errors import InputError, MalformedRecord, UnsupportedFormat
from deid.formats import MAX_DEPTH, suffixes
from tests.formats.hl7.samples import HEADER, fields, joined, opened, redacted

PATIENT = "PID|1||77120934||QUENBRIDGE^THESSALY"
TEXT = "Seen: Thessaly Quenbridge (77120934).\r\nThe knee is stable.\r\n"


def document(kind: str, subtype: str, coding: str, data: str) -> bytes:
    return joined((HEADER, PATIENT, f"OBX|1|ED|X||^{kind}^{subtype}^{coding}^{data}||||||F"))


def packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def data_of(output: bytes) -> str:
    return fields(output, "OBX")[0][5].split("^")[4]


@pytest.mark.parametrize(("kind", "subtype"), [("TEXT", ""), ("text", "plain"), ("TX", "TXT")])
def test_text_in_base64_or_hex_is_redacted_within(kind: str, subtype: str) -> None:
    for coding in ("Base64", "Hex"):
        written = packed(TEXT.encode()) if coding == "Base64" else TEXT.encode().hex()
        data = data_of(redacted(document(kind, subtype, coding, written)))
        read = base64.b64decode(data) if coding == "Base64" else bytes.fromhex(data)
        assert read.decode() == "Seen: [PATIENT-1] ([MRN-1]).\r\nThe knee is stable.\r\n"


def test_text_as_it_is_is_text_of_the_message() -> None:
    data = data_of(redacted(document("TX", "", "A", r"Thessaly\.br\ Quenbridge \T\ knee")))
    assert data.startswith("[PATIENT-1]")
    assert data.endswith(r" \T\ knee")


def test_a_document_that_names_nobody_comes_back_to_the_byte() -> None:
    lines = packed(b"The knee is stable and the wound is dry after a long walk.")
    broken = lines[:40] + r"\.br" + "\\" + lines[40:]
    content = joined((HEADER, f"OBX|1|ED|X||^TEXT^^Base64^{broken}||||||F"))
    assert redacted(content) == content


def test_a_message_inside_is_read_as_one() -> None:
    inner = packed(b"MSH|^~\\&|\rNTE|1|L|Quenbridge\r")
    level = redacted(document("Application", "", "Base64", inner))
    assert base64.b64decode(data_of(level)) == b"MSH|^~\\&|\rNTE|1|L|[PATIENT-1]\r"


@pytest.mark.parametrize(
    ("kind", "subtype", "coding", "data", "error", "told"),
    [
        ("Image", "JPEG", "Base64", packed(b"\xff\xd8 Quenbridge"), UnsupportedFormat, "kind"),
        ("Application", "Octet-stream", "Base64", packed(b"PK\x03\x04"), UnsupportedFormat, "kind"),
        ("TEXT", "", "Base64", "%%%Quenbridge", MalformedRecord, "not in the encoding"),
        ("TEXT", "", "Hex", "5", MalformedRecord, "not in the encoding"),
        ("TEXT", "", "Quenbridge", "x", UnsupportedFormat, "known encoding"),
        ("TEXT", "", "Base64", packed(b"Quenbridge \x00\x01"), InputError, "OBX-5.5"),
    ],
)
def test_what_cannot_be_examined_is_refused_by_its_place(
    kind: str, subtype: str, coding: str, data: str, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told) as caught:
        opened(document(kind, subtype, coding, data))
    assert str(caught.value).startswith("OBX-5.5 (segment 3)")
    assert "Quenbridge" not in str(caught.value)


def test_messages_lie_in_messages_down_to_a_depth() -> None:
    content = joined((HEADER, "NTE|1|L|quenbridge walks"))
    for _ in range(MAX_DEPTH):
        content = document("Application", "", "Base64", packed(content))
    output = redacted(content)
    for _ in range(MAX_DEPTH):
        output = base64.b64decode(data_of(output))
    assert output == joined((HEADER, "NTE|1|L|[PATIENT-1] walks"))
    with pytest.raises(UnsupportedFormat, match="more than 5 deep"):
        opened(document("Application", "", "Base64", packed(content)))


def test_what_the_inner_message_says_of_its_patient_is_known_outside() -> None:
    inner = packed(joined((HEADER, PATIENT)))
    segments = (HEADER, f"OBX|1|ED|X||^Application^^Base64^{inner}", "NTE|1|L|quenbridge walks")
    assert fields(redacted(joined(segments)), "NTE")[0][3] == "[PATIENT-1] walks"


@pytest.mark.parametrize(
    "text", ["<?xml version='1.0'?><a>Quenbridge</a>", r"{\E\rtf1 Qu\E\'65nbridge}"]
)
def test_marked_text_is_read_by_its_own_format_or_refused(text: str) -> None:
    content = joined((HEADER, PATIENT, f"OBX|1|FT|X||{text}||||||F"))
    if text.startswith("{") and ".rtf" in suffixes():
        assert b"bridge" not in redacted(content)
        return
    refused = r"^OBX-5 \(segment 3\): (?:no reader for this kind|XML that is neither)"
    with pytest.raises(UnsupportedFormat, match=refused):
        opened(content)
