"""Resources of FHIR in XML: the same meaning as in JSON, what stays, and what is refused."""

from __future__ import annotations

import json

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Document
from deid.errors import InputError, MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions, fhir, reader_for
from deid.formats.fhir import FhirXmlFile
from deid.formats.fhir.tree import plain, read_tree
from deid.formats.fhir.xml_tree import read_xml_tree
from deid.formats.fhir.xml_writing import shape
from deid.formats.markup import read_markup
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.fhir.samples import (
    REPORT,
    Json,
    base64_of,
    bundle,
    document_reference,
    encounter,
    everything,
    observation,
    patient,
    written,
)
from tests.formats.fhir.xml_samples import FHIR, as_json, as_xml

POLICIES = ("safe-harbor", "research", "everything")
SEED = bytes(32)
_RULES = Deidentifier.open(policy=load_policy(POLICIES[0]), detectors=DetectorChoice.RULES)
_DEIDENTIFIERS = {name: _RULES.with_policy(load_policy(name)) for name in POLICIES}
_WORDS = (b"Quenbridge", b"QX4821377", b"a1b2c3", b"1961-03-14", b"Larkspur", b"555-0147")


def opened(content: bytes) -> tuple[FhirXmlFile, Document]:
    """A file of XML and its note."""
    file = reader_for("a.xml")(content, name="a", options=ReadOptions())
    assert isinstance(file, FhirXmlFile)
    return file, file.document


def output(content: bytes, *, policy: str = "safe-harbor") -> bytes:
    """What becomes of a file of XML."""
    file, note = opened(content)
    redacted = _DEIDENTIFIERS[policy].deidentify(note, seed=SEED)
    return file.render(note, redacted, id=note.id, patient="")


def output_of_json(content: bytes, *, policy: str) -> bytes:
    """What becomes of a file of JSON."""
    file = fhir.read(content, name="a", options=ReadOptions())
    note = file.resource.note.document
    redacted = _DEIDENTIFIERS[policy].deidentify(note, seed=SEED)
    return file.head + file.render(note, redacted, id=note.id, patient="")


def shape_of_xml(content: bytes) -> object:
    """What a file of XML says in any syntax."""
    return shape(plain(read_xml_tree(read_markup(content)).root))


def basic(inner: str, *, before: str = "", attributes: str = "") -> bytes:
    """A small resource with something in it."""
    return f'{before}<Basic xmlns="{FHIR}"{attributes}>{inner}</Basic>'.encode()


def note_of(inner: str) -> bytes:
    """A small resource with a comment of somebody, and something beside it."""
    return basic(f'<note><text value="stable"/></note>{inner}')


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("resource", everything(), ids=lambda one: one["resourceType"])
def test_both_syntaxes_say_the_same_before_and_after(resource: Json, policy: str) -> None:
    in_json, in_xml = written(resource), as_xml(resource)
    _, note = opened(in_xml)
    same = fhir.read(in_json, name="a", options=ReadOptions()).resource.note.document
    assert (note.text, note.patient, note.known) == (same.text, same.patient, same.known)
    labels = [[(part.span, part.label) for part in one.parts] for one in (note, same)]
    assert labels[0] == labels[1]
    after = output_of_json(in_json, policy=policy).decode()
    assert shape_of_xml(output(in_xml, policy=policy)) == shape(plain(read_tree(after, place="")))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("resource", everything(), ids=lambda one: one["resourceType"])
def test_what_is_written_is_valid_and_names_nobody(resource: Json, policy: str) -> None:
    content = output(as_xml(resource), policy=policy)
    kind = str(resource["resourceType"])
    get_fhir_model_class(kind).model_validate_json(json.dumps(as_json(content)))
    assert [word for word in _WORDS if word in content] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_ids_still_lead_where_they_led(policy: str) -> None:
    content = output(as_xml(bundle(patient(), observation(), encounter())), policy=policy)
    entries = as_json(content)["entry"]
    assert isinstance(entries, list)
    one, two, three = (entry["resource"] for entry in entries)
    assert two["subject"]["reference"] == three["subject"]["reference"] == f"Patient/{one['id']}"
    assert two["encounter"]["reference"] == f"Encounter/{three['id']}"


@pytest.mark.parametrize(
    "content",
    [
        basic(
            "<!-- checked -->\r\n\t<language  value = 'en' />"
            '<note><text value="a&#10;b &amp; c"/></note >'
        ),
        b"\xef\xbb\xbf" + note_of(""),
        note_of("").decode().encode("utf-16"),
        basic(
            '<note><text value="stable"/></note>',
            before='<?xml version="1.0" encoding="ISO-8859-1"?>\n',
            attributes=' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation='
            '"http://hl7.org/fhir ../../schema/fhir-single.xsd"',
        ),
        f'<f:Basic xmlns:f="{FHIR}"><f:note><f:text value="well"/></f:note></f:Basic>'.encode(),
    ],
)
def test_a_file_in_which_nothing_changes_is_the_same_to_the_byte(content: bytes) -> None:
    assert output(content, policy="research") == content


def test_only_what_was_replaced_differs() -> None:
    content = as_xml(observation())
    new = output(content)
    lines = zip(content.splitlines(), new.splitlines(), strict=True)
    changed = [line for line, other in lines if line != other]
    assert all(
        any(word in line for word in (b"Quenbridge", b"Vandermeer", b'value="', b"2025"))
        for line in changed
    )
    assert b'<value value="13.5"/>' in new
    assert b'<code value="718-7"/>' in new


def test_a_value_that_no_other_can_stand_for_is_left_out_with_the_reason() -> None:
    reason = '<extension url="http://hl7.org/fhir/StructureDefinition/data-absent-reason">'
    inner = (
        '<f:extension url="u"><f:valueInteger value="48021377"></f:valueInteger></f:extension>'
        "<f:created value='2025-11-03'>\n</f:created>"
    )
    content = f'<f:Basic xmlns:f="{FHIR}">{inner}</f:Basic>'.encode()
    said = '<f:valueCode value="masked"/></f:extension>'
    reason = reason.replace("<", "<f:")
    assert output(content, policy="everything").decode() == (
        f'<f:Basic xmlns:f="{FHIR}"><f:extension url="u">{reason}{said}</f:extension>'
        f"<f:created>{reason}{said}\n</f:created></f:Basic>"
    )


def test_a_file_in_an_attachment_is_redacted_and_its_size_put_right() -> None:
    content = as_json(output(as_xml(document_reference())))
    attachment = content["content"][0]["attachment"]  # type: ignore[index]
    assert attachment["data"] != base64_of(REPORT)
    assert int(attachment["size"]) != len(REPORT)


def test_a_resource_in_a_resource_may_be_in_the_other_syntax() -> None:
    inner = as_xml(observation()).decode()
    resource = document_reference(
        content=[{"attachment": {"contentType": "application/fhir+xml", "data": base64_of(inner)}}]
    )
    new = output_of_json(written(resource), policy="safe-harbor")
    data = json.loads(new)["content"][0]["attachment"]["data"]
    assert data != base64_of(inner)
    assert "Quenbridge" in inner


def test_comments_are_examined_wherever_they_stand() -> None:
    said = "<!-- Seen on 2025-11-03, call (801) 555-0147. -->"
    content = said.encode() + note_of(said) + said.encode()
    new = output(content)
    assert new.count(b"<!-- Seen on 2025, call [PHONE") == 3


def test_policies_that_remove_leave_an_empty_comment() -> None:
    assert opened(note_of("<!--2025-11-03-->"))[1].text.endswith("2025-11-03")
    assert b"2025-11-03" not in output(note_of("<!--2025-11-03-->"), policy="everything")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (basic("<quenbridge/>"), UnsupportedFormat),
        (basic("stable"), UnsupportedFormat),
        (basic("<![CDATA[stable]]>"), UnsupportedFormat),
        (basic('<note quenbridge="x"/>'), UnsupportedFormat),
        (basic('<note xmlns="http://quenbridge.example"/>'), UnsupportedFormat),
        (basic("", attributes=' xmlns:quenbridge="http://hl7.org/fhir"'), UnsupportedFormat),
        (basic("<?quenbridge x?>"), UnsupportedFormat),
        (basic("", before="<!DOCTYPE Basic>"), MalformedRecord),
        (basic("", before="<?xml version='1.0' quenbridge='x'?>"), MalformedRecord),
        (basic("<contained><Basic/><Basic/></contained>"), MalformedRecord),
        (basic('<contained id="a"><Basic/></contained>'), MalformedRecord),
        (basic('<note id="a"><id value="b"/></note>'), MalformedRecord),
        (basic("", attributes=' id="a"'), UnsupportedFormat),
        (basic("<resourceType value='Patient'/>"), UnsupportedFormat),
        (basic("<text><div>stable</div></text>"), UnsupportedFormat),
        (
            basic(
                '<text><h:div xmlns:h="http://www.w3.org/1999/xhtml">x</h:div></text>',
            ),
            UnsupportedFormat,
        ),
        (f'<note xmlns="{FHIR}"/>'.encode(), UnsupportedFormat),
        (basic('<photo><data value="iVBORw0KGgoAAAANSUhEUgAA"/></photo>'), InputError),
        (basic(""), InputError),
    ],
)
def test_what_cannot_be_examined_is_refused(content: bytes, error: type[InputError]) -> None:
    with pytest.raises(error) as caught:
        opened(content)
    assert "quenbridge" not in str(caught.value).lower()


def test_files_that_are_too_long_are_refused() -> None:
    with pytest.raises(NoteTooLarge, match="longer than 10 bytes"):
        reader_for("a.xml")(note_of(""), name="a", options=ReadOptions(max_note_bytes=10))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12)


@settings(max_examples=40, deadline=None)
@given(
    text=_TEXT,
    comment=st.from_regex(r"[A-Za-z0-9 .,]*", fullmatch=True),
    number=st.integers(0, 10**12),
)
def test_whatever_stands_in_it_means_the_same_in_both(text: str, comment: str, number: int) -> None:
    resource: Json = {
        "resourceType": "Observation",
        "note": [{"text": f"stable {text}".rstrip("\ufffe\uffff")}],
        "identifier": [{"value": str(number)}],
        "valueQuantity": {"value": number, "unit": "mg"},
    }
    before, _, after = as_xml(resource).partition(b"<note>")
    content = before + f"<note><!--{comment}-->".encode() + after
    file, note = opened(content)
    in_json = fhir.read(written(resource), name="a", options=ReadOptions()).resource.note.document
    assert note.text.startswith(in_json.text)
    new = shape_of_xml(output(content, policy="everything"))
    old = json.loads(output_of_json(written(resource), policy="everything"))
    assert isinstance(new, dict)
    assert new["identifier"]["value"] == old["identifier"][0]["value"]
    assert file.raw == content
