"""What a message becomes as a note, and what of it is replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Redaction, Resolution, Span
from deid.errors import DefectError, UnsupportedFormat
from deid.formats.hl7.delimiters import Delimiters
from deid.formats.hl7.syntax import take_apart
from deid.labels import Label
from deid.parts import within_parts
from deid.policy import load_policy
from deid.redact.apply import apply
from tests.formats.hl7.samples import HEADER, REPORT, SEED, fields, joined, opened, redacted

TIMESTAMP = re.compile(
    r"\d{4}(?:(?:0[1-9]|1[0-2])(?:[0-3]\d(?:[0-2]\d(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,4})?)?)?)?)?)?"
    r"(?:[+-]\d{4})?"
)


def note(*segments: str) -> Document:
    (document,) = opened(joined((HEADER, *segments)))[1]
    return document


def labels(document: Document) -> dict[str, Label | None]:
    """What stands in each place, by what it reads."""
    return {part.span.of(document.text): part.label for part in document.parts}


def test_fields_are_read_behind_their_names_and_a_report_in_one() -> None:
    (document,) = opened(joined(REPORT))[1]
    assert "\nPatient name: QUENBRIDGE, THESSALY A\nDate of birth: 19620304\n" in document.text
    assert "\nHemoglobin: 13.5\n" in document.text
    assert "sent by\nDr. Vandermeer.\nMRN B7788120 & a stable knee\n" in document.text
    places = {part.place for part in document.parts}
    assert {"PID-5.1 (segment 2)", "PID-3.1, repetition 2 (segment 2)"} <= places


def test_a_report_goes_on_over_blank_lines() -> None:
    lines = ("saw Thessaly", "", '""', "Quenbridge")
    document = note(*(f"OBX|{n}|TX|X||{line}||||||F" for n, line in enumerate(lines, 1)))
    assert document.text.endswith("\nsaw Thessaly\nQuenbridge")


def test_what_the_standard_says_of_a_field_is_its_label() -> None:
    (document,) = opened(joined(REPORT))[1]
    found = labels(document)
    expected = {
        "THESSALY": Label.PATIENT,
        "MARLOW": Label.PERSON,
        "VANDERMEER": Label.DOCTOR,
        "1234567893": Label.LICENSE,
        "B7788120": Label.MRN,
        "912-55-0144": Label.SSN,
        "ACC998877": Label.ACCOUNT,
        "12 Larkspur Lane": Label.STREET,
        "Averton": Label.CITY,
        "62704": Label.ZIP,
        "tq@example.com": Label.EMAIL,
        "5550143": Label.PHONE,
        "19620304": Label.DATE,
        "312": Label.ROOM,
        "MERIDIAN HOSPITAL": Label.HOSPITAL,
        "LABSYS": Label.ORGANIZATION,
        "MSG00012345": Label.IDNUM,
    }
    assert {value: found[value] for value in expected} == expected


def test_values_of_closed_vocabularies_are_no_text_and_strangers_in_their_place_are() -> None:
    closed = note("PID|1|||||||F", "OBX|1|NM|718-7^Hemoglobin^LN||1|g/dL|12-16|N|||F", "NTE|1|L|x")
    assert set(labels(closed)) == {"Hemoglobin", "1", "x"}
    strange = note(
        "PID|JANE|||||||Doe||2106-3^Jane",
        "OBX|1|Jane|718-8^^LN||1|Jane|12-Jane|Doe|||Doe",
        "NTE|1|Doe",
    )
    assert {"JANE", "Doe", "Jane", "718-8", "12-Jane"} <= set(labels(strange))


def test_a_closed_value_that_is_an_identifier_elsewhere_is_text() -> None:
    document = note("PID|1||7188-4", "OBX|1|NM|7188-4^Count^LN||1")
    assert [part.place for part in document.parts if part.span.of(document.text) == "7188-4"] == [
        "PID-3 (segment 2)",
        "OBX-3.1 (segment 3)",
    ]


@pytest.mark.parametrize(
    ("segment", "number", "written", "value", "label"),
    [
        ("NK1", 2, "DOE^JO", "DOE", Label.PERSON),
        ("PV1", 7, "77^DOE^JO", "77", Label.IDNUM),
        ("PV1", 9, "77^DOE&VAN^JO", "VAN", Label.DOCTOR),
        ("OBR", 32, "77&DOE&JO", "DOE", Label.DOCTOR),
        ("IN1", 36, "POL7", "POL7", Label.HEALTHPLAN),
        ("GT1", 3, "DOE^JO", "DOE", Label.PERSON),
        ("TXA", 9, "77^DOE^JO", "DOE", Label.DOCTOR),
        ("MRG", 1, "OLD77", "OLD77", Label.MRN),
        ("STF", 3, "DOE^JO", "DOE", Label.DOCTOR),
        ("SCH", 1, "APP77", "APP77", Label.IDNUM),
        ("PID", 3, "DL77^^^^DL", "DL77", Label.LICENSE),
        ("PID", 11, "^^^^^^^^Kent", "Kent", Label.COUNTY),
        ("PID", 13, "^^FX^^^217^5551234", "5551234", Label.FAX),
        ("OBX", 5, "XPN|DOE^JO", "DOE", Label.PERSON),
        ("OBX", 5, "CX|77123", "77123", Label.IDNUM),
        ("OBX", 5, "RP|//share/doe.pdf^^Application^PDF", "//share/doe.pdf", Label.URL),
        ("OBX", 5, "TX|20240304101530.12-0500", "20240304101530.12-0500", Label.DATE),
        ("QRD", 8, "77^DOE^JO", "DOE", Label.PATIENT),
        ("QPD", 3, "@PID.5.1^DOE~@PID.7^19620304", "DOE", Label.PATIENT),
        ("QPD", 3, "77123^^^A", "77123", Label.MRN),
        ("ZPI", 4, "20240304", "20240304", Label.DATE),
        ("ZPI", 4, "free", "free", None),
    ],
)
def test_labels_of_single_places(
    segment: str, number: int, written: str, value: str, label: Label | None
) -> None:
    kind, _, rest = written.rpartition("|")
    line = f"{segment}||{kind}|||{rest}" if kind else segment + "|" * number + rest
    assert labels(note(line))[value] is label


def test_what_is_known_of_the_patient_is_looked_for_everywhere() -> None:
    (document,) = opened(joined(REPORT))[1]
    assert set(document.known) >= {
        ("name", "QUENBRIDGE, THESSALY A"),
        ("relative", "QUENBRIDGE, MARLOW"),
        ("provider", "VANDERMEER, OTTOLINE J"),
        ("mrn", "B7788120"),
        ("ssn", "912-55-0144"),
        ("birth_date", "19620304"),
        ("street", "12 Larkspur Lane"),
        ("account", "ACC998877"),
        ("email", "tq@example.com"),
    }
    segments = (*REPORT, "ZZZ|quenbridge thessaly|b-778-8120|March 4, 1962|912550144|Marlow Q.")
    last = redacted(joined(segments)).decode().split("\r")[-2]
    assert not re.search(r"(?i)quenb|thess|8120|march|0144|marlow", last)


def test_formatting_within_a_name_hides_nothing() -> None:
    lines = (*REPORT, r"NTE|1|L|saw \H\Thess\N\aly Quen\.fi\bridge, B77\X3838\120")
    assert redacted(joined(lines)).decode().split("\r")[-2] == (
        r"NTE|1|L|saw \H\[PATIENT-1]\N\\.fi\, [MRN-1]"
    )


def test_both_patients_of_a_merge_are_replaced() -> None:
    output = redacted(
        joined(
            (
                HEADER,
                "PID|1||77120934||QUENBRIDGE^THESSALY",
                "MRG|66120934||||||FELLOWES^ARABELLA",
                "PID|2||55120934||VANDERMEER^OTTOLINE",
                "NTE|1|L|quenbridge was fellowes and vandermeer; 55120934, 66120934",
            )
        )
    )
    assert not re.search(rb"(?i)quenb|thess|fello|arab|vander|otto|120934", output)


@pytest.mark.parametrize("policy", ["research", "gdpr-pseudonymise", "safe-harbor"])
def test_dates_stay_time_stamps_of_the_standard(policy: str) -> None:
    stamps = (
        "2021",
        "202103",
        "20210304",
        "2021030410",
        "202103041015",
        "20210304101530",
        "20210304101530.1234",
        "20210304101530.12+0100",
        "202103041015-0500",
    )
    segments = [HEADER, *(f"EVN||{stamp}" for stamp in stamps)]
    after = [row[2] for row in fields(redacted(joined(segments), policy=policy), "EVN")]
    assert all(TIMESTAMP.fullmatch(stamp) for stamp in after)
    if policy == "research":
        assert [len(stamp) for stamp in after] == [len(stamp) for stamp in stamps]
        assert not set(after[2:]) & set(stamps)
    else:
        assert set(after) == {"2021"}


def test_no_part_that_stays_changes_and_names_agree_over_a_message() -> None:
    output = redacted(joined(REPORT), policy="research")
    ((_, _, _, _, _, name, *_),) = fields(output, "PID")
    family, given = name.split("^")[:2]
    assert family.upper() not in ("QUENBRIDGE", "")
    assert (
        fields(output, "NTE")[0][3] == f"Discussed with {given.title()} {family.title()} by phone"
    )
    assert rf"\T\ a \H\stable\N\ knee||||||F" in output.decode()  # noqa: F541


def test_what_looks_encoded_outside_its_type_is_refused() -> None:
    for value in ("QUJD" * 60, r"\.br\ ".strip().join(["QUJD" * 19] * 4)):
        with pytest.raises(UnsupportedFormat, match=r"^OBX-5 \(segment 2\): holds what looks like"):
            note(f"OBX|1|ST|X||{value}")


leaves = st.text(st.characters(codec="utf-8", categories=["L", "Nd", "P", "Zs"]), max_size=6)


@settings(max_examples=40)
@given(st.lists(st.lists(leaves, min_size=1, max_size=5), min_size=1, max_size=4), st.data())
def test_only_what_is_replaced_differs(rows: list[list[str]], data: st.DataObject) -> None:
    """The structural comparison: every place but those of the redactions reads as before."""
    table = str.maketrans(dict.fromkeys("|^~&", "-"))
    segments = ["ZZZ|" + "|".join(value.translate(table) for value in row) for row in rows]
    content = joined((HEADER, *segments))
    file, (document,) = opened(content)
    edges = sorted(data.draw(st.sets(st.integers(0, len(document.text)), max_size=6)))
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    kept = tuple(Finding(span, Label.PERSON, 0.9, "model:0") for span in spans)
    resolution = within_parts(document, Resolution(kept))
    policy = load_policy("safe-harbor")
    result = apply(document, resolution, policy, seed=SEED)
    output = file.render(document, result, id="", patient="").decode()
    before, after = content.decode(), output
    replaced = {
        part.place
        for part in document.parts
        if any(part.span.covers(one.finding.span) for one in result.redactions)
    }
    old = take_apart(before, place="x", delimiters=Delimiters()).leaves
    new = take_apart(after, place="x", delimiters=Delimiters()).leaves
    assert [leaf.place for leaf in old] == [leaf.place for leaf in new]
    for one, other in zip(old, new, strict=True):
        if one.place not in replaced:
            assert before[one.start : one.end] == after[other.start : other.end]


def test_an_output_that_would_read_otherwise_is_never_written() -> None:
    file, (document,) = opened(joined((HEADER, "NTE|1|L|Jane")))
    start = document.text.index("Jane")
    finding = Finding(Span(start, start + 4), Label.PERSON, 1.0, "known")
    for new in ('""', ""):
        text = document.text.replace("Jane", new)
        redaction = Redaction(finding, "tag", Span(start, start + len(new)))
        with pytest.raises(DefectError, match="does not read as it was written"):
            file.render(document, Redacted("", text, (redaction,)), id="", patient="")


def test_fields_of_other_libraries_agree() -> None:
    """An independent reader finds the same fields, and only labelled ones changed."""
    hl7 = pytest.importorskip("hl7", reason="python-hl7 is not installed")
    output = redacted(joined(REPORT))
    before, after = hl7.parse(joined(REPORT).decode()), hl7.parse(output.decode())
    assert [str(segment[0]) for segment in before] == [str(segment[0]) for segment in after]
    assert [len(segment) for segment in before] == [len(segment) for segment in after]
    assert str(after.segment("PID")[5][0][1]) == "[PATIENT-1]"
    assert _counts(before) == _counts(after)


def _counts(message: Sequence[Sequence[Sequence[object]]]) -> list[list[int]]:
    return [[len(str(value).split("^")) for value in segment] for segment in message]
