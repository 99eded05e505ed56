from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Redaction, Resolution, Span
from deid.labels import Label
from deid.parts import Assembly, fitted, part_texts
from deid.policy import load_policy
from deid.redact.apply import apply
from deid.twins import alike

SEED = bytes(32)


def note() -> Document:
    """`Ja Doe` as it is seen, `ne` hidden in it, and both together."""
    assembly = Assembly(between="")
    assembly.add("Ja", "shown")
    assembly.add(" Doe", "shown", goes_on=True)
    assembly.add("ne", "hidden", lead="\n")
    assembly.add("Ja", "whole", lead="\n", same_as=0)
    assembly.add("ne", "whole", goes_on=True, same_as=2)
    assembly.add(" Doe", "whole", goes_on=True, same_as=1)
    return assembly.document("n")


def became(document: Document, *spans: tuple[int, int]) -> Redacted:
    found = [Finding(Span(*span), Label.PATIENT, 1.0, "known") for span in spans]
    kept = Resolution(tuple(found))
    return fitted(document, apply(document, kept, load_policy("safe-harbor"), seed=SEED))


def test_a_name_that_is_whole_in_one_reading_goes_in_the_other() -> None:
    document = note()
    assert document.text == "Ja Doe\nne\nJane Doe"
    redacted = became(document, (10, 18))
    assert part_texts(document, redacted) == ("[PATIENT-1]", "", "", "[PATIENT-1]", "", "")
    assert [one.output_span.of(redacted.text) for one in redacted.redactions] == [
        *("[PATIENT-1]", "", "", "[PATIENT-1]", "", "")
    ]


def test_what_is_replaced_alike_in_both_stays_one_replacement() -> None:
    document = note()
    redacted = became(document, (3, 6), (15, 18))
    assert part_texts(document, redacted) == (
        *("Ja", " [PATIENT-1]"),
        "ne",
        "Ja",
        "ne",
        " [PATIENT-1]",
    )
    assert len(redacted.redactions) == 2


def test_what_is_kept_in_one_reading_goes_where_the_other_replaces_it() -> None:
    document = note()
    whole, half = Span(10, 18), Span(0, 2)
    findings = [Finding(span, Label.PATIENT, 1.0, "known") for span in (half, whole)]
    text = "[P] Doe\nne\nJane Doe"
    made = (
        Redaction(findings[0], "tag", Span(0, 3)),
        Redaction(findings[1], "keep", Span(11, 19)),
    )
    read = part_texts(document, alike(document, Redacted("n", text, made)))
    assert "Ja" not in (read[0], read[3])


SPANS = st.lists(st.tuples(st.integers(0, 18), st.integers(1, 8)), max_size=4)


@given(SPANS)
def test_parts_of_one_place_read_the_same_and_nothing_replaced_is_left(
    rows: list[tuple[int, int]],
) -> None:
    document = note()
    blocks = ((0, 6), (7, 9), (10, 18))
    spans: list[tuple[int, int]] = []
    for start, length in sorted(rows):
        block = next((one for one in blocks if one[0] <= start < one[1]), None)
        if block and (not spans or start >= spans[-1][1]):
            spans.append((start, min(start + length, block[1])))
    redacted = became(document, *spans)
    texts = part_texts(document, redacted)
    for number, part in enumerate(document.parts):
        if part.same_as >= 0:
            assert texts[number] == texts[part.same_as]
        gone = {at for start, end in spans for at in range(start, end)}
        left = [at for at in range(part.span.start, part.span.end) if at not in gone]
        if len(left) < len(range(part.span.start, part.span.end)):
            assert texts[number] != part.span.of(document.text)
    ends = [(one.output_span.start, one.output_span.end) for one in redacted.redactions]
    assert ends == sorted(ends)


def test_a_note_of_which_nothing_is_read_twice_stays_as_it_is() -> None:
    assembly = Assembly()
    assembly.add("Jane", "cell 1")
    document = assembly.document("n")
    redacted = Redacted("n", "Jane")
    assert alike(document, redacted) is redacted
