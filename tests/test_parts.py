"""Notes put together from places of their own in a file: nothing reaches from one into another."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import review
from deid.datatypes import Document, Finding, Form, Redacted, Redaction, Resolution, Span
from deid.errors import DefectError
from deid.formats.fhir.references import StandIn
from deid.formats.forms import Charset, Matching
from deid.labels import Label
from deid.parts import (
    Assembly,
    cut,
    declared,
    fitted,
    moved,
    part_texts,
    pieces,
    renewed,
    within_parts,
)
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


DAY = Matching(re.compile(r"\d{4}-\d\d-\d\d"), "1970-01-01")


def formed(*rows: tuple[str, Form | None]) -> Document:
    assembly = Assembly()
    for number, (text, form) in enumerate(rows, 1):
        assembly.add(text, f"cell {number}", form=form)
    return assembly.document("a note")


def replaced(document: Document, *rows: tuple[str, str]) -> Redacted:
    """What becomes of a note in which the first of each text is replaced, in their order."""
    text, redactions, moved_by = document.text, [], 0
    for old, new in rows:
        start = document.text.index(old)
        finding = found(document, start, start + len(old))
        start += moved_by
        text = text[:start] + new + text[start + len(old) :]
        redactions.append(Redaction(finding, "tag", Span(start, start + len(new))))
        moved_by += len(new) - len(old)
    return Redacted(document.id, text, tuple(redactions))


def test_what_a_place_cannot_hold_becomes_one_replacement_of_all_of_it() -> None:
    document = formed(("Ada", None), ("on 2025-11-03 by Ben", DAY), ("Cy", None))
    redacted = replaced(document, ("Ada", "[P]"), ("2025", "[D]"), ("Ben", "[P]"), ("Cy", "[P]"))
    with pytest.raises(DefectError, match="form"):
        part_texts(document, redacted)
    fit = fitted(document, redacted)
    assert part_texts(document, fit) == ("[P]", "1970-01-01", "[P]")
    assert [one.finding.span.of(document.text) for one in fit.redactions] == [
        "Ada", "on 2025-11-03 by Ben", "Cy",
    ]  # fmt: skip
    assert [one.output_span.of(fit.text) for one in fit.redactions] == ["[P]", "1970-01-01", "[P]"]
    assert fitted(document, fit) == fit


def test_what_a_place_can_hold_stays() -> None:
    document = formed(("2025-11-03", DAY), ("2025-11-03", None), ("soon", DAY))
    redacted = replaced(document, ("2025-11-03", "2025-12-01"))
    assert fitted(document, redacted) is redacted


def test_the_replacement_of_a_whole_place_is_called_as_the_surest_that_changed() -> None:
    document = formed(("Ada and Ben", DAY))
    keeps = Redaction(Finding(Span(0, 3), Label.AGE, 1.0, "rule:a@1"), "keep", Span(0, 3))
    changes = Redaction(Finding(Span(8, 11), Label.PERSON, 0.5, "model:0"), "tag", Span(8, 11))
    fit = fitted(document, Redacted("a note", "Ada and [P]", (keeps, changes)))
    (one,) = fit.redactions
    assert (one.operator, one.finding.label, one.finding.span) == ("fit", Label.PERSON, Span(0, 11))


def test_no_two_ids_become_the_same() -> None:
    ids = StandIn(b"key", keeps=True)
    document = formed(("pat-1", ids), ("pat-2", ids), ("pat-1", ids))
    findings = tuple(Finding(part.span, Label.IDNUM, 1.0, "field") for part in document.parts)
    redactions = tuple(Redaction(one, "surrogate", one.span) for one in findings)
    fit = fitted(document, Redacted("a note", "\n".join(["kqx-7"] * 3), redactions))
    first, second, third = part_texts(document, fit)
    assert first == third == "kqx-7"
    assert second not in ("kqx-7", "pat-2")


def test_the_log_tells_the_text_that_the_place_holds() -> None:
    policy = load_policy("safe-harbor")
    deidentifier = Deidentifier.open(policy=policy, detectors=DetectorChoice.RULES)
    assembly = Assembly()
    assembly.add("2025-11-03", "date", label=Label.DATE, form=DAY)
    document = assembly.document("a note")
    redacted = deidentifier.deidentify(document, seed=SEED)
    assert redacted.text == "1970-01-01"
    assert [one.output_span for one in redacted.redactions] == [Span(0, 10)]
    state = review.begin(document, deidentifier.analyze(document), reviewer="ada")
    rejected = review.apply(state, review.reject(state, state.marks))
    left = deidentifier.redact(
        document, rejected.resolution(), seed=SEED, rejected=rejected.rejected()
    )
    assert left.text == document.text


def test_nothing_is_left_of_a_part_that_falls_with_another() -> None:
    assembly = Assembly(between="")
    assembly.add("Ada", "cell 1")
    assembly.add("so", "sound", falls_with=(0,))
    assembly.add("und", "sound", falls_with=(0,), goes_on=True)
    assembly.add("Ben", "cell 2", lead=" ")
    assembly.add("formula", "cell 2", falls_with=(3,))
    document = assembly.document("a note")
    assert document.text == "Adasound Benformula"
    fit = fitted(document, replaced(document, ("Ada", "[P]"), ("ou", "OU")))
    assert part_texts(document, fit) == ("[P]", "", "", "Ben", "formula")
    assert [one.finding.span for one in fit.redactions] == [Span(0, 3), Span(3, 8)]
    fit = fitted(document, replaced(document, ("Ben", "[P]")))
    assert part_texts(document, fit) == ("Ada", "so", "und", "[P]", "")
    assert [(one.operator, one.finding.label) for one in fit.redactions] == [
        ("tag", Label.PERSON), ("fit", Label.OTHER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "new", "drawn"),
    [
        ("cp1252", "José Núñez – 2", "José Núñez – 2"),
        ("cp1252", "Zoë Dvořák", "Zoë Dvorák"),
        ("cp1252", "Иван", "[PERSON]"),
        ("cp1252", "Łukasz", "[PERSON]"),
        ("cp1252", "\u0301", "[PERSON]"),
        ("cp1252", "", ""),
        ("ascii", "José Núñez–Ruiz", "Jose Nunez-Ruiz"),
        ("ascii", "Weiß", "[PERSON]"),
    ],
)
def test_a_replacement_has_letters_that_can_be_drawn(codec: str, new: str, drawn: str) -> None:
    assembly = Assembly()
    assembly.add("Seen by Jörg Жuk ", "line 1", letters=Charset(codec))
    assembly.add("Ada and Ben.", "line 2", goes_on=True, letters=Charset(codec))
    document = assembly.document("a note")
    fit = fitted(document, replaced(document, ("Жuk Ada", new), ("Ben", "[P]")))
    assert "".join(part_texts(document, fit)) == f"Seen by Jörg {drawn} and [P]."
    assert fit.redactions[0].operator == ("tag" if drawn == new else "fit")
    assert [one.output_span.of(fit.text) for one in fit.redactions] == [drawn, "[P]"]
    assert fitted(document, fit) == fit


def test_letters_are_those_of_the_place_alone() -> None:
    assembly = Assembly()
    assembly.add("Ada", "line 1", letters=Charset("cp1252"))
    assembly.add("Ben", "comment 1")
    document = assembly.document("a note")
    fit = fitted(document, replaced(document, ("Ada", "Иван"), ("Ben", "Иван")))
    assert part_texts(document, fit) == ("[PERSON]", "Иван")


def test_parts_with_forms_stand_alone() -> None:
    assembly = Assembly()
    assembly.add("Ada", "cell 1", form=DAY)
    for form in (None, DAY):
        with pytest.raises(DefectError):
            assembly.add("Ben", "cell 2", goes_on=True, form=form)
    assembly.add("Cy", "cell 3", falls_with=(0,))
    with pytest.raises(DefectError):
        assembly.add("Dan", "cell 3", goes_on=True)


def test_a_part_travels_with_its_form() -> None:
    document = formed(("Ada", StandIn(b"key")), ("2025-11-03", DAY))
    assert pickle.loads(pickle.dumps(document)) == document
