from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.detect.normalise import normalise
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.perturbations import FAMILIES, Edit, Scope, apply_edits, perturb
from deid.labels import Label

NOTE = """\
Patient: Ottoline Brackenridge   MRN: 55-20-318
Seen 03/14/2025 by Dr. Ignatius Fell of Saltmarsh Clinic.
Call (503) 555-0126 or "o.fell@example.org" - she's 62, flat affect.
"""


def marked(text: str, *values: tuple[str, Label]) -> GoldNote:
    spans = [
        LabelledSpan(Span(text.index(value), text.index(value) + len(value)), label)
        for value, label in values
    ]
    return GoldNote("n", text, tuple(sorted(spans)))


GOLD = marked(
    NOTE,
    ("Ottoline Brackenridge", Label.PATIENT),
    ("55-20-318", Label.MRN),
    ("03/14/2025", Label.DATE),
    ("Ignatius Fell", Label.DOCTOR),
    ("Saltmarsh Clinic", Label.HOSPITAL),
    ("(503) 555-0126", Label.PHONE),
    ("o.fell@example.org", Label.EMAIL),
    ("62", Label.AGE),
)


def values(note: GoldNote) -> dict[Label, str]:
    return {mark.label: mark.span.of(note.text) for mark in note.spans}


def outside(note: GoldNote) -> list[str]:
    """What stands between the marks."""
    parts, done = [], 0
    for mark in sorted(note.spans):
        parts.append(note.text[done : mark.span.start])
        done = max(done, mark.span.end)
    return [*parts, note.text[done:]]


def spoilt(name: str, note: GoldNote = GOLD, *, rate: float | None = None) -> GoldNote:
    return perturb(note, FAMILIES[name], seed=1, rate=rate)


@st.composite
def gold_notes(draw: st.DrawFn) -> GoldNote:
    """A note of odd characters with marks anywhere, also in, on and beside each other."""
    alphabet = "abIlOrnmfi015-/.,:;'\"&^ \n\tÄéß–字\u00a0"
    text = draw(st.text(alphabet, min_size=1, max_size=60))
    place = st.integers(0, len(text))
    marks = draw(st.lists(st.tuples(place, place, st.sampled_from(Label)), max_size=5))
    spans = {LabelledSpan(Span(a, b), label) for a, b, label in marks if a < b}
    visible = sorted(mark for mark in spans if mark.span.of(text).strip())
    return GoldNote("h", text, tuple(visible))


@st.composite
def disjoint(draw: st.DrawFn) -> GoldNote:
    note = draw(gold_notes())
    kept: list[LabelledSpan] = []
    for mark in note.spans:
        if not kept or kept[-1].span.end <= mark.span.start:
            kept.append(mark)
    return GoldNote(note.id, note.text, tuple(kept))


@st.composite
def edited(draw: st.DrawFn) -> tuple[GoldNote, list[Edit]]:
    """A note with edits of single characters, and of places between two characters of one mark."""
    note = draw(gold_notes())
    edits: list[Edit] = []
    for offset in draw(st.sets(st.integers(0, len(note.text) - 1))):
        text = draw(st.text("xyz ", min_size=1, max_size=3))
        edits.append(Edit(Span(offset, offset + draw(st.integers(0, 1))), text))
    return note, edits


@given(edited())
def test_every_mark_is_around_what_became_of_its_characters(
    case: tuple[GoldNote, list[Edit]],
) -> None:
    note, edits = case
    after = apply_edits(note, edits)
    by_start = {edit.span.start: edit for edit in edits}
    parts: list[tuple[str, str]] = []  # what is put in before each character, and its own text
    for offset, character in enumerate(note.text):
        edit = by_start.get(offset)
        replaced = edit is not None and len(edit.span) == 1
        parts.append(
            (
                edit.text if edit is not None and not replaced else "",
                edit.text if edit is not None and replaced else character,
            )
        )
    assert after.text == "".join(before + own for before, own in parts)
    for mark, moved in zip(note.spans, after.spans, strict=True):
        inside = parts[mark.span.start : mark.span.end]
        expected = "".join(before + own for before, own in inside)[len(inside[0][0]) :]
        assert moved.span.of(after.text) == expected
        assert moved.label is mark.label


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(Span(2, 6), "x")],
        [Edit(Span(6, 12), "x")],
        [Edit(Span(4, 8), "")],
        [Edit(Span(5, 7), "x"), Edit(Span(6, 8), "y")],
    ],
    ids=["across the beginning", "across the end", "nothing left", "overlap"],
)
def test_edits_that_tear_a_mark_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match=r"edit|nothing"):
        apply_edits(GoldNote("a", "the Anna bed", (LabelledSpan(Span(4, 8), Label.PERSON),)), edits)


def test_there_are_more_than_twenty_families_and_each_changes_this_note() -> None:
    assert len(FAMILIES) > 20
    for name, family in FAMILIES.items():
        assert family.name == name
        after = spoilt(name, rate=1.0)
        assert after.text != NOTE, name
        assert [mark.label for mark in after.spans] == [mark.label for mark in GOLD.spans]


@settings(max_examples=400)
@given(name=st.sampled_from(sorted(FAMILIES)), note=gold_notes(), rate=st.sampled_from([0.3, 1.0]))
def test_any_note_can_be_spoilt_and_no_mark_is_lost(name: str, note: GoldNote, rate: float) -> None:
    after = perturb(note, FAMILIES[name], seed=7, rate=rate)
    assert len(after.spans) == len(note.spans)
    for mark in after.spans:
        assert mark.span.of(after.text).strip()
    assert perturb(note, FAMILIES[name], seed=7, rate=rate) == after
    assert perturb(note, FAMILIES[name], seed=7, rate=0.0) == note


@settings(max_examples=300)
@given(
    name=st.sampled_from([n for n, f in FAMILIES.items() if f.scope is Scope.VALUES]),
    note=disjoint(),
)
def test_families_of_values_leave_all_else(name: str, note: GoldNote) -> None:
    assert outside(perturb(note, FAMILIES[name], seed=3, rate=1.0)) == outside(note)


def test_another_seed_draws_otherwise() -> None:
    family = FAMILIES["typos-in-values"]
    assert perturb(GOLD, family, seed=1) != perturb(GOLD, family, seed=2)


@pytest.mark.parametrize(
    ("name", "label", "value"),
    [
        ("upper-case", Label.PATIENT, "OTTOLINE BRACKENRIDGE"),
        ("lower-case", Label.HOSPITAL, "saltmarsh clinic"),
        ("swapped-case-names", Label.DOCTOR, "iGNATIUS fELL"),
        ("full-width", Label.MRN, "５５－２０－３１８"),
        ("percent-codes", Label.DATE, "03%2F14%2F2025"),
        ("underscores", Label.PATIENT, "Ottoline_Brackenridge"),
        ("spaced-ids", Label.MRN, "552 031 8"),
        ("joined-ids", Label.MRN, "5520318"),
        ("turned-names", Label.DOCTOR, "Fell, Ignatius"),
        ("field-names", Label.PATIENT, "BRACKENRIDGE^OTTOLINE"),
        ("initialled-names", Label.PATIENT, "O. Brackenridge"),
        ("run-on", Label.DOCTOR, "Ignatius Fell"),
        ("markdown", Label.PATIENT, "Ottoline Brackenridge"),
    ],
)
def test_what_becomes_of_a_value(name: str, label: Label, value: str) -> None:
    assert values(spoilt(name, rate=1.0))[label] == value


@pytest.mark.parametrize(
    ("name", "there", "gone"),
    [
        ("missing-titles", "by Ignatius Fell", "Dr."),
        ("missing-cues", "   55-20-318", "MRN"),
        ("missing-punctuation", "(503) 555-0126 or", "flat affect."),
        ("comma-lines", "55-20-318,Seen", "\n"),
        ("joined-lines", "55-20-318 Seen", "\n"),
        ("run-on", "Seen03/14/2025by Dr.Ignatius FellofSaltmarsh", " 03/14/2025 "),
        ("ligatures", "ﬂat aﬀect", "flat affect"),
        ("escaped", r"55-20-318\nSeen", "\n"),
        ("html-entities", "&quot;o.fell@example.org&quot;", '"'),
        ("mojibake", "she\u00e2\u20ac\u2122s", "she's"),
        ("quoted-reply", "\n> Call", "\nCall"),
        ("letter-spaced", "MRN: 5 5 - 2 0 - 3 1 8", "55-20"),
    ],
)
def test_what_becomes_of_the_note(name: str, there: str, gone: str) -> None:
    after = spoilt(name, rate=1.0).text
    assert there in after
    assert gone not in after


@pytest.mark.parametrize(
    "name", ["full-width", "zero-width", "soft-hyphens", "look-alikes", "ligatures"]
)
def test_a_reader_sees_the_same_and_so_does_the_normalised_reading(name: str) -> None:
    read = normalise(spoilt(name).text).text
    assert unicodedata.normalize("NFKC", read) == unicodedata.normalize("NFKC", NOTE)


def test_broken_lines_break_behind_forty_columns_and_change_nothing_else() -> None:
    after = spoilt("broken-lines")
    assert after.text.replace("\n", " ") == NOTE.replace("\n", " ")
    assert after.text.count("\n") > NOTE.count("\n")


def test_a_value_of_punctuation_alone_is_left() -> None:
    note = marked("Room . there.", (".", Label.ROOM))
    after = spoilt("missing-punctuation", note)
    assert after.text == "Room . there"
    assert values(after) == {Label.ROOM: "."}


def test_catalogue_says_what_is_done() -> None:
    rows = {name: [f.severity, f.scope, f.rate, f.what] for name, f in FAMILIES.items()}
    assert json.loads(json.dumps(rows)).keys() == FAMILIES.keys()
    assert all(0 < family.rate <= 1 and family.what for family in FAMILIES.values())


def test_marks_of_real_notes_survive_every_family(shared_data: Path) -> None:
    lines = (shared_data / "marked" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines[::24]:
        row = json.loads(line)
        spans = [LabelledSpan(Span(s["start"], s["end"]), Label(s["label"])) for s in row["spans"]]
        note = GoldNote(row["id"], row["text"], tuple(sorted(spans)))
        for family in FAMILIES.values():
            assert len(perturb(note, family, seed=1).spans) == len(spans)
