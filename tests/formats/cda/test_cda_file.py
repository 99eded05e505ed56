from __future__ import annotations

import base64
import re
from functools import cache
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Redaction, Span
from deid.detect.roster import COLUMNS
from deid.errors import DeidError, EmptyNote, InputError, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions, xml
from deid.formats.cda import CdaFile, read
from deid.labels import Label
from deid.parts import fitted
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.cda.documents import (
    AUTHOR,
    FULL,
    NAMESPACES,
    PATIENT,
    SEEN,
    document,
    observation,
    section,
)

SEED = bytes(range(32))
V3 = "{urn:hl7-org:v3}"
UID = re.compile(r"[0-2](\.(0|[1-9]\d*))+|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
TIME = re.compile(r"[0-9]{1,8}|([0-9]{9,14}|[0-9]{14}\.[0-9]+)([+\-][0-9]{1,4})?")
UUID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def opened(content: bytes, **options: int) -> CdaFile:
    return read(content, name="file.xml", options=ReadOptions(**options))


def noted(content: bytes) -> Document:
    return opened(content).document


@cache
def deidentifier(policy: str) -> Deidentifier:
    return Deidentifier.open(policy=load_policy(policy), detectors=DetectorChoice.RULES)


def redacted_with(content: bytes, policy: str) -> bytes:
    file = opened(content)
    redacted = deidentifier(policy).deidentify(file.document, seed=SEED)
    return file.render(file.document, redacted, id="", patient="")


def replaced(document: Document, old: str, new: str) -> Redacted:
    redactions: list[Redaction] = []
    for number, found in enumerate(re.finditer(re.escape(old), document.text)):
        start = found.start() + number * (len(new) - len(old))
        finding = Finding(Span(*found.span()), Label.OTHER, 1.0, "known")
        redactions.append(Redaction(finding, "tag", Span(start, start + len(new))))
    assert redactions
    return Redacted("", document.text.replace(old, new), tuple(redactions))


def rewritten(content: bytes, old: str, new: str) -> bytes:
    file = opened(content)
    redacted = fitted(file.document, replaced(file.document, old, new))
    return file.render(file.document, redacted, id="", patient="")


def labels(content: bytes) -> dict[str, Label | None]:
    note = noted(content)
    return {part.span.of(note.text): part.label for part in note.parts}


def test_values_are_known_by_their_data_types() -> None:
    found = labels(FULL)
    assert found["QZ48213377"] is Label.MRN
    assert found["123-45-6789"] is Label.SSN
    assert found["1234567893"] is Label.LICENSE
    assert found["Marisol"] is Label.PATIENT
    assert found["Odalys"] is Label.PERSON
    assert found["Ansgar"] is Label.DOCTOR
    assert found["Ulverholm Infirmary"] is Label.HOSPITAL
    assert found["12 Brackenthwaite Row"] is Label.STREET
    assert found["84101"] is Label.ZIP
    assert found["+1(801)555-0147"] is Label.PHONE
    assert found["marisol@example.org"] is Label.EMAIL
    assert found["1961-03-14"] is found["2025-11-03"] is Label.DATE
    assert found["History"] is None


def test_the_header_says_whose_it_is() -> None:
    note = noted(FULL)
    known = dict(note.known)
    assert note.patient == "QZ48213377"
    assert known["name"] == "Quenbridge, Marisol"
    assert known["birth_date"] == "1961-03-14"
    assert known["provider"] == "Thrupwell, Ansgar"
    assert set(known) <= set(COLUMNS)


def test_a_document_of_two_patients_is_nobodys() -> None:
    assert noted(document(PATIENT, PATIENT, section(SEEN))).patient == ""


@pytest.mark.parametrize("policy", ["safe-harbor", "research"])
def test_the_output_is_of_valid_form(policy: str) -> None:
    content = document(
        PATIENT,
        AUTHOR,
        f'<setId root="{UUID}"/>',
        section(SEEN, observation('<effectiveTime><low value="202511031015"/></effectiveTime>')),
    )
    output = redacted_with(content, policy)
    root = ElementTree.fromstring(output)
    assert [one.tag for one in root.iter()] == [
        one.tag for one in ElementTree.fromstring(content).iter()
    ]
    for one in root.iter():
        if "root" in one.attrib:
            assert UID.fullmatch(one.attrib["root"])
        if one.tag in {f"{V3}time", f"{V3}birthTime", f"{V3}low"}:
            value = one.get("value")
            assert (value and TIME.fullmatch(value)) or one.get("nullFlavor") == "MSK"
    assert b"Marisol" not in output


def test_a_time_that_cannot_be_written_is_masked() -> None:
    assert b'<birthTime nullFlavor="MSK"/>' in rewritten(FULL, "1961-03-14", "[DATE]")


def test_a_whole_date_keeps_the_time_of_day_and_a_year_does_not() -> None:
    assert b'<time value="20251201101500-0700"/>' in rewritten(FULL, "2025-11-03", "2025-12-01")
    assert b'<time value="2025"/>' in rewritten(FULL, "2025-11-03", "2025")


def test_what_says_already_that_it_is_null_says_it_once() -> None:
    content = FULL.replace(b'value="19610314"', b'nullFlavor="UNK" value="19610314"')
    assert b'<birthTime nullFlavor="UNK"/>' in rewritten(content, "1961-03-14", "[DATE]")


def test_an_identifier_without_extension_is_the_same_wherever_it_stands() -> None:
    content = document(f'<id root="{UUID}"/>', section("x", observation(f'<id root="{UUID}"/>')))
    roots = re.findall(rb'<id root="([^"]*)"', redacted_with(content, "safe-harbor"))
    assert len(roots) == 2
    assert roots[0] == roots[1] != UUID.encode()
    assert UID.fullmatch(roots[0].decode())


def test_names_of_places_lead_where_they_led() -> None:
    content = document(
        section(
            '<paragraph ID="quenbridge1">x</paragraph>',
            observation('<text><reference value="#quenbridge1"/></text>'),
        )
    )
    output = rewritten(content, "quenbridge1", "[NAME]")
    made = re.findall(rb'(?:ID="|value="#)([^"]*)"', output)
    assert len(made) == 2
    assert made[0] == made[1] != b"quenbridge1"
    assert re.fullmatch(rb"[A-Za-z][\w-]*", made[0])


@pytest.mark.parametrize(
    "inside",
    [
        '<code code="73211009" codeSystem="2.16.840.1.113883.6.96"/>',
        '<statusCode code="completed"/>',
        '<value value="128" unit="mm[Hg]"/>',
        '<id nullFlavor="UNK"/>',
        '<text><reference value="#problem1"/></text>',
        '<templateId root="2.16.840.1.113883.10.20.22.4.2" extension="2015-08-01"/>',
    ],
)
def test_closed_values_are_no_text(inside: str) -> None:
    assert len(noted(document(section("x", observation(inside)))).parts) == 2


def test_words_over_inline_markup_are_read_as_one() -> None:
    text = noted(document(section("<paragraph>Quen<content>bridge</content></paragraph>"))).text
    assert "Quenbridge" in text
    apart = "<table><tbody><tr><td>Quen</td><td>bridge</td></tr></tbody></table>"
    assert "Quenbridge" not in noted(document(section(apart))).text


def test_what_does_not_change_comes_back_to_the_byte() -> None:
    content = FULL.replace(b"\n", b"\r\n")
    file = opened(content)
    redacted = Redacted("", file.document.text)
    assert file.render(file.document, redacted, id="", patient="") == content


def test_only_what_was_replaced_changes() -> None:
    output = rewritten(FULL, "lisinopril", "a < b & c")
    assert output == FULL.replace(b"lisinopril", b"a &lt; b &amp; c")


def test_a_file_in_the_document_is_written_back() -> None:
    data = base64.b64encode(b"seen by Odalys today").decode()
    content = document(
        '<component><nonXMLBody><text mediaType="text/plain" representation="B64">'
        f"{data}</text></nonXMLBody></component>"
    )
    output = rewritten(content, "Odalys", "X")
    assert base64.b64encode(b"seen by X today") in output


def test_base64_where_a_narrative_should_stand_is_read() -> None:
    data = base64.b64encode(b"Odalys").decode()
    content = document(section(data).replace("<text>", '<text representation="B64">'))
    assert "Odalys" in noted(content).text


def nonxml(kind: str, data: bytes, more: str = "") -> bytes:
    written = base64.b64encode(data).decode()
    return document(
        f'<component><nonXMLBody><text mediaType="{kind}" representation="B64" {more}>{written}'
        "</text></nonXMLBody></component>"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<a/>", "XML that is neither a clinical document"),
        (nonxml("image/png", b"\x89PNG Quenbridge"), "kind that cannot be examined"),
        (nonxml("text/plain", b"Quenbr").replace(b"UXVl", b"UXVl<!-- x -->"), "several pieces"),
        (nonxml("text/plain", b"Quenbridge", 'compression="GZ"'), "compressed"),
        (document(section("<Quenbridge>x</Quenbridge>")), "element"),
        (document(section('<paragraph Quenbridge="x">x</paragraph>')), "attribute"),
        (FULL.replace(b"xmlns:xsi", b"xmlns:Quenbridge"), "namespace"),
        (FULL.replace(b"urn:hl7-org:sdtc", b"urn:Quenbridge"), "namespace"),
        (document(section("x"), before="<?Quenbridge?>"), "instruction"),
        (FULL.replace(b'"1.0"', b'"1.0.Quenbridge"'), ""),
        (document(section(f"<paragraph>{'QUJD' * 60}</paragraph>")), "encoded"),
        (document(section('<linkHtml href="data:text/plain,Quen">x</linkHtml>')), "encoded"),
        (document(section("x"), before="<!DOCTYPE a [<!ENTITY b 'Quenbridge'>]>"), "DOCTYPE"),
        (f"<ClinicalDocument {NAMESPACES}/>".encode(), "no text"),
        (document(nonxml("text/plain", b"x").decode()), ""),
    ],
)
def test_what_cannot_be_examined_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(InputError) as caught:
        xml.read(content, name="file.xml", options=ReadOptions())
    assert words in str(caught.value)
    assert "Quen" not in str(caught.value)


def test_refusals_name_the_place() -> None:
    content = nonxml("image/png", b"\x89PNG")
    with pytest.raises(UnsupportedFormat, match=r"^component\.nonXMLBody\.text: "):
        opened(content)


def test_documents_that_are_too_long_or_empty_are_refused() -> None:
    with pytest.raises(NoteTooLarge):
        opened(FULL, max_note_bytes=100)
    with pytest.raises(NoteTooLarge):
        xml.read(FULL, name="file.xml", options=ReadOptions(max_note_bytes=100))
    with pytest.raises(EmptyNote):
        opened(f"<ClinicalDocument {NAMESPACES}/>".encode())


def test_documents_lie_in_documents_down_to_a_depth() -> None:
    content = document(section("<paragraph>Odalys</paragraph>"))
    for _ in range(3):
        content = nonxml("text/xml", content)
    assert "Odalys" in noted(content).text
    for _ in range(3):
        content = nonxml("text/xml", content)
    with pytest.raises(UnsupportedFormat):
        opened(content)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FULL) - 1), st.integers(1, 40), st.binary(max_size=12))
def test_a_damaged_document_is_refused_or_read_and_comes_back(
    start: int, length: int, put: bytes
) -> None:
    content = FULL[:start] + put + FULL[start + length :]
    try:
        file = opened(content)
    except DeidError as error:
        said = str(error)
        file = None
    if file is None:
        assert "Quenbridge" not in said
        return
    redacted = Redacted("", file.document.text)
    assert file.render(file.document, redacted, id="", patient="") == content


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20), st.sampled_from(["Marisol", "History", "1961-03-14", "84101"]))
def test_any_replacement_reads_as_it_was_written_or_nothing_is(text: str, old: str) -> None:
    try:
        output = rewritten(FULL, old, text)
    except DeidError:
        return
    assert old not in noted(output).text
