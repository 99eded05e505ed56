"""Notes put together from places of their own in a file: nothing reaches from one into another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import review
from deid.datatypes import Document, Finding, Redacted, Redaction, Resolution, Span
from deid.errors import DefectError
from deid.labels import Label
from deid.parts import Assembly, cut, declared, moved, part_texts, pieces, renewed, within_parts
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from deid.redact.apply import apply

SEED = bytes(32)


def assembled(*texts: str) -> Document:
    assembly = Assembly()
    for number, text in enumerate(texts, 1):
        assembly.add(text, f"cell {number}")
    return assembly.document("a note")


def found(document: Document, start: int, end: int, label: Label = Label.PERSON) -> Finding:
    return Finding(Span(start, end), label, 0.9, "model:0")


texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=1, max_size=6)


@given(texts)
def test_parts_hold_the_texts_that_were_added(added: list[str]) -> None:
    document = assembled(*added)
    assert [part.span.of(document.text) for part in document.parts] == added
    assert document.text == "\n".join(added)
    assert part_texts(document, Redacted(document.id, document.text)) == tuple(added)


@given(texts, st.data())
def test_what_is_replaced_within_parts_changes_those_parts_alone(
    added: list[str], data: st.DataObject
) -> None:
    document = assembled(*added)
    size = len(document.text)
    edges = sorted(data.draw(st.sets(st.integers(0, size), max_size=6)))
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    kept = [found(document, span.start, span.end) for span in spans]
    resolution = within_parts(document, Resolution(tuple(kept)))
    redacted = apply(document, resolution, load_policy("safe-harbor"), seed=SEED)
    after = part_texts(document, redacted)
    assert redacted.text == "\n".join(after)
    for part, text in zip(document.parts, after, strict=True):
        if not any(part.span.overlaps(finding.span) for finding in resolution.kept):
            assert text == part.span.of(document.text)


def test_a_finding_over_two_parts_becomes_one_in_each() -> None:
    document = assembled("Doe", " Jane ", "--", "well")
    spans = [one.span.of(document.text) for one in cut(document, [found(document, 0, 16)])]
    assert spans == ["Doe", "Jane", "we"]


def test_a_note_without_parts_is_one() -> None:
    whole = found(Document("a", "Jane Doe"), 0, 8)
    assert list(cut(Document("a", "Jane Doe"), [whole])) == [whole]
    assert list(pieces((), whole.span)) == [whole.span]


def run(*texts: str) -> Document:
    """A note of one line whose letters change their look, and a line behind it."""
    assembly = Assembly()
    for number, text in enumerate(texts, 1):
        assembly.add(text, f"run {number}", goes_on=number > 1)
    assembly.add("well", "line 2")
    return assembly.document("a note")


def test_a_name_over_runs_is_replaced_in_the_first_and_gone_from_the_others() -> None:
    document = run("Ms. Ja", "", "ne D", "oe was", " here")
    assert document.text == "Ms. Jane Doe was here\nwell"
    (kept,) = cut(document, [found(document, 4, 12)])
    assert kept.span == Span(4, 12)
    wrong = list(cut(document, [found(document, 17, 26)]))
    assert [one.span.of(document.text) for one in wrong] == ["here", "well"]
    policy = load_policy("safe-harbor")
    redacted = apply(document, Resolution((kept,)), policy, seed=SEED)
    written = redacted.redactions[0].output_span.of(redacted.text)
    assert part_texts(document, redacted) == (f"Ms. {written}", "", "", " was", " here", "well")


@given(texts, st.data())
def test_runs_read_together_as_the_output(added: list[str], data: st.DataObject) -> None:
    document = run(*added)
    size = len("".join(added))
    edges = sorted(data.draw(st.sets(st.integers(0, size), max_size=6)))
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    kept = tuple(found(document, span.start, span.end) for span in spans)
    assert list(cut(document, kept)) == list(kept)
    redacted = apply(document, Resolution(kept), load_policy("safe-harbor"), seed=SEED)
    after = part_texts(document, redacted)
    assert "".join(after[:-1]) + "\nwell" == redacted.text
    assert after[-1] == "well"


def test_a_mark_moves_over_runs_and_no_further() -> None:
    document = run("Ms. Ja", "ne Doe")
    state = review.begin(document, Resolution(), reviewer="clerk")
    state = review.apply(state, review.add(state, Span(4, 6), Label.PATIENT))
    state = review.apply(state, review.move(state, state.marks[0], Span(4, 15)))
    assert [mark.finding.span.of(document.text) for mark in state.marks] == ["Jane Doe"]


def test_what_a_place_is_known_to_hold_is_found_whole() -> None:
    assembly = Assembly()
    assembly.add(" Doe ", "PID-5", label=Label.PATIENT)
    assembly.add("  ", "PID-6", label=Label.PATIENT)
    assembly.add("Doe is well", "OBX-5")
    document = assembly.document("a note")
    (finding,) = declared(document)
    assert (finding.span.of(document.text), finding.label) == ("Doe", Label.PATIENT)
    assert finding.detector == "field"


@pytest.mark.parametrize("span", [Span(1, 6), Span(3, 4)])
def test_a_replacement_that_reaches_out_of_its_part_is_a_defect(span: Span) -> None:
    document = assembled("Doe", "Jane", "well")
    wrong = Redaction(found(document, span.start, span.end), "tag", Span(span.start, span.start))
    text = document.text[: span.start] + document.text[span.end :]
    with pytest.raises(DefectError, match="nothing was written"):
        renewed(document, Redacted(document.id, text, (wrong,)))


def test_fields_are_replaced_and_their_values_found_in_the_text_beside_them() -> None:
    assembly = Assembly()
    assembly.add("QUENBRIDGE", "PID-5.1", label=Label.PATIENT)
    assembly.add("THESSALY", "PID-5.2", label=Label.PATIENT)
    assembly.add("thessaly quenbridge was seen by her quenbridge cousins", "OBX-5")
    known = [("family", "QUENBRIDGE"), ("given", "THESSALY"), ("birth_date", "unknown")]
    document = assembly.document("a note", known=known)
    policy = load_policy("safe-harbor")
    deidentifier = Deidentifier.open(policy=policy, detectors=DetectorChoice.RULES)
    redacted = deidentifier.deidentify(document, seed=SEED)
    assert "quenbridge" not in redacted.text.lower()
    assert "thessaly" not in redacted.text.lower()
    assert part_texts(document, redacted)[2].endswith("cousins")
    assert {one.finding.detector for one in redacted.redactions} >= {"field", "known"}


def test_marking_over_several_parts_marks_each() -> None:
    document = assembled("Doe", "Jane", "well")
    state = review.begin(document, Resolution(), reviewer="clerk")
    state = review.apply(state, review.add(state, Span(0, 8), Label.PATIENT))
    assert [mark.finding.span.of(document.text) for mark in state.marks] == ["Doe", "Jane"]


def test_a_mark_does_not_move_out_of_its_part() -> None:
    document = assembled("Doe", "Jane", "well")
    state = review.begin(document, Resolution(), reviewer="clerk")
    state = review.apply(state, review.add(state, Span(0, 2), Label.PATIENT))
    state = review.apply(state, review.move(state, state.marks[0], Span(0, 6)))
    assert [mark.finding.span for mark in state.marks] == [Span(0, 3)]
    with pytest.raises(ValueError, match="outside the part"):
        review.move(state, state.marks[0], Span(9, 11))


@given(texts, st.data())
def test_a_few_parts_lie_where_they_lie_among_all(added: list[str], data: st.DataObject) -> None:
    document = assembled(*added)
    size = len(document.text)
    start, end = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))
    kept = (found(document, start, end),) if start < end else ()
    resolution = within_parts(document, Resolution(kept))
    redacted = apply(document, resolution, load_policy("safe-harbor"), seed=SEED)
    first = data.draw(st.integers(0, len(added)))
    few = moved(document.parts[first:], redacted.redactions)
    assert few == renewed(document, redacted)[first:]
