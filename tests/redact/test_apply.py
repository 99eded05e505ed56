"""Exactly the kept findings are replaced, under every policy, and nothing else changes."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.errors import DefectError
from deid.labels import Label
from deid.policy import Policy, load_policy, parse_policy, shipped_policies
from deid.redact import apply
from deid.redact.apply import read_mentions, treatment_of
from deid.redact.dates import parse_date
from deid.redact.operators import operate

Marked = Callable[[str], tuple[Document, Resolution]]
SEED = bytes(range(32))
OTHER_SEED = bytes(range(1, 33))
TODAY = datetime.date(2024, 6, 1)
POLICIES = {name: load_policy(name) for name in shipped_policies()}
NOTE = (
    "Pt {PATIENT:Maria de la Cruz}, DOB {DATE:3/5/31} ({AGE:93}), MRN {MRN:00-4471}.\n"
    "Ms. {PATIENT:de la Cruz} / {PATIENT:CRUZ, MARIA} was seen {DATE:04/02/2024} by "
    "{DOCTOR:J. Smith} ({DOCTOR:John Smith}), {DOCTOR:SMITH}'s clinic, {PERSON:Anna} present.\n"
    "{ZIP:02139} {ZIP:03601} {ZIP:OL14 5QF} {DATE:Friday} {DATE:Easter} {DATE:spring of 2016} "
    "{STATE:TX} {AGE:55-year-old} {PHONE:505-555-0127 x214} {MRN:00 4471} {OTHER:the mayor}"
)


def _site(**labels: dict[str, object]) -> Policy:
    return parse_policy(
        {
            "name": "site",
            "version": 1,
            "basis": "expert-determination",
            "default": {"operator": "tag"},
            "labels": labels,
        }
    )


@st.composite
def notes(draw: st.DrawFn) -> tuple[Document, Resolution]:
    """Any text with any disjoint findings in it."""
    value = st.one_of(
        st.text(min_size=1, max_size=12),
        st.sampled_from(["Maria Cruz", "4/5/2024", "Friday", "02139", "95", "J. Smith", "a@b.c"]),
    )
    text, kept = "", []
    for _ in range(draw(st.integers(0, 6))):
        text += draw(st.text(max_size=8))
        found = draw(value)
        span = Span(len(text), len(text) + len(found))
        kept.append(Finding(span, draw(st.sampled_from(list(Label))), 1.0, "known"))
        text += found
    return Document("note", text + draw(st.text(max_size=8))), Resolution(tuple(kept))


def _outside(text: str, spans: list[Span]) -> list[str]:
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _check_promises(document: Document, resolution: Resolution, redacted: Redacted) -> None:
    assert [r.finding for r in redacted.redactions] == list(resolution.kept)
    before = _outside(document.text, [r.finding.span for r in redacted.redactions])
    after = _outside(redacted.text, [r.output_span for r in redacted.redactions])
    assert before == after
    for redaction in redacted.redactions:
        if redaction.operator == "keep":
            kept = redaction.finding.span.of(document.text)
            assert redaction.output_span.of(redacted.text) == kept


@pytest.mark.parametrize("name", sorted(POLICIES))
@settings(max_examples=40, deadline=None)
@given(note=notes())
def test_text_outside_is_unchanged_and_every_finding_is_listed(
    name: str, note: tuple[Document, Resolution]
) -> None:
    redacted = apply(*note, POLICIES[name], seed=SEED, today=TODAY)
    _check_promises(*note, redacted)
    assert redacted == apply(*note, POLICIES[name], seed=SEED, today=TODAY)


def long_note(draw: random.Random, count: int) -> tuple[Document, Resolution]:
    """A note with so many findings, whose words come again and again."""
    people = ["".join(draw.choices("abcdeilmnorst", k=7)).title() for _ in range(count // 5)]
    text, kept = "", []
    for _ in range(count):
        text += draw.choice([" ", "\n", " was seen by ", ", born ", "\r\nDOB: ", "é😀 ", ""])
        said, label = draw.choice(
            [
                (" ".join(draw.choices(people, k=draw.randint(1, 2))), Label.PATIENT),
                (draw.choice(people), draw.choice([Label.DOCTOR, Label.PERSON, Label.CITY])),
                (f"{draw.randint(1, 12)}/{draw.randint(1, 28)}/2024", Label.DATE),
                (str(draw.randint(1, 99)), draw.choice([Label.AGE, Label.MRN])),
            ]
        )
        span = Span(len(text), len(text) + len(said))
        kept.append(Finding(span, label, 1.0, "known"))
        text += said
    return Document("long", text + ".\n"), Resolution(tuple(kept))


@pytest.mark.parametrize("name", sorted(POLICIES))
@settings(max_examples=4, deadline=None)
@given(number=st.integers(0, 10_000), count=st.integers(500, 900))
def test_a_long_note_becomes_what_replacing_one_finding_after_another_gives(
    name: str, number: int, count: int
) -> None:
    document, resolution = long_note(random.Random(number), count)
    policy = POLICIES[name]
    redacted = apply(document, resolution, policy, seed=SEED, today=TODAY)
    note, mentions = read_mentions(document.text, resolution.kept, today=TODAY)
    text = document.text
    for finding, mention in reversed(list(zip(resolution.kept, mentions, strict=True))):
        new, operator = operate(mention, treatment_of(mention, policy), seed=SEED, note=note)
        text = text[: finding.span.start] + new + text[finding.span.end :]
        made = redacted.redactions[mention.index]
        assert (made.operator, made.output_span.of(redacted.text)) == (operator.value, new)
    assert redacted.text == text
    _check_promises(document, resolution, redacted)


@pytest.mark.parametrize("kind", ["consistent", "markov"])
@settings(max_examples=60, deadline=None)
@given(note=notes(), label=st.sampled_from(list(Label)))
def test_a_stand_in_is_never_a_kept_original(
    kind: str, note: tuple[Document, Resolution], label: Label
) -> None:
    document, resolution = note
    policy = _site(**{name: {"operator": "surrogate", "kind": kind} for name in Label})
    redacted = apply(document, resolution, policy, seed=SEED, today=TODAY)
    _check_promises(document, resolution, redacted)
    originals = {f.span.of(document.text) for f in resolution.kept}
    moved = {Label.AGE, Label.AGE90, Label.DATE}
    for redaction in redacted.redactions:
        if redaction.operator == "surrogate" and redaction.finding.label not in moved:
            assert redaction.output_span.of(redacted.text) not in originals


def test_safe_harbor_reads_as_expected(marked: Marked) -> None:
    redacted = apply(*marked(NOTE), POLICIES["safe-harbor"], seed=SEED, today=TODAY)
    assert redacted.text == (
        "Pt [PATIENT-1], DOB [DATE] (90 or older), MRN [MRN-1].\n"
        "Ms. [PATIENT-1] / [PATIENT-1] was seen 2024 by "
        "[DOCTOR-1] ([DOCTOR-1]), [DOCTOR-1]'s clinic, [PERSON-1] present.\n"
        "021** 000** [ZIP] [DATE] [DATE] 2016 "
        "TX 55-year-old [PHONE-1] [MRN-1] [OTHER]"
    )


def test_the_log_names_the_operator_that_was_used(marked: Marked) -> None:
    note = marked("{DATE:1/2/2024} {DATE:Easter} {STATE:TX}")
    redacted = apply(*note, POLICIES["safe-harbor"], seed=SEED, today=TODAY)
    assert [r.operator for r in redacted.redactions] == ["generalise", "tag", "keep"]


def test_research_keeps_names_together_and_another_seed_draws_others(marked: Marked) -> None:
    note = marked(NOTE)
    one = apply(*note, POLICIES["research"], seed=SEED, today=TODAY)
    other = apply(*note, POLICIES["research"], seed=OTHER_SEED, today=TODAY)
    assert one.text != other.text
    shown = [r.output_span.of(one.text) for r in one.redactions]
    given_name, _, _, family = shown[0].split()
    assert shown[4] == f"de la {family}"
    assert shown[5] == f"{family.upper()}, {given_name.upper()}"
    doctor = shown[8].split()
    assert shown[7] == f"{doctor[0][0]}. {doctor[1]}"
    assert shown[9] == doctor[1].upper()


def test_stand_ins_agree_over_the_notes_of_a_patient(marked: Marked) -> None:
    names = []
    for source in ("{PATIENT:Maria Cruz} was well.", "{PATIENT:MARIA} saw {DOCTOR:Smith} today."):
        redacted = apply(*marked(source), POLICIES["research"], seed=SEED, today=TODAY)
        names.append(redacted.redactions[0].output_span.of(redacted.text))
    assert names[1] == names[0].split()[0].upper()


days = st.dates(datetime.date(1950, 1, 1), datetime.date(2024, 1, 1))


@settings(max_examples=60, deadline=None)
@given(one=days, other=days, seed=st.binary(min_size=32, max_size=32), weekday=st.booleans())
def test_shifted_dates_keep_their_interval(
    one: datetime.date, other: datetime.date, seed: bytes, weekday: bool
) -> None:
    text = f"{one:%m/%d/%Y} to {other:%d-%b-%Y}"
    findings = (Span(0, 10), Span(14, 25))
    resolution = Resolution(tuple(Finding(s, Label.DATE, 1.0, "known") for s in findings))
    policy = _site(DATE={"operator": "shift-date", "keep_weekday": weekday})
    redacted = apply(Document("n", text), resolution, policy, seed=seed, today=TODAY)
    moved = []
    for redaction in redacted.redactions:
        parsed = parse_date(redaction.output_span.of(redacted.text), today=TODAY)
        assert parsed is not None
        found = parsed.fields
        assert found.year
        assert found.month
        assert found.day
        moved.append(datetime.date(found.year, found.month, found.day))
    shift = (moved[0] - one).days
    assert moved[1] - moved[0] == other - one
    assert 0 < abs(shift) <= 365
    assert not weekday or shift % 7 == 0


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("DOB {DATE:01/02/1930}, seen {DATE:3/4/2024}", "DOB [DATE], seen 2024"),
        ("DOB {DATE:01/02/1940}, seen {DATE:3/4/2024}", "DOB 1940, seen 2024"),
        ("DOB {DATE:01/02/1930}, seen {DATE:3/4/1994}", "DOB 1930, seen 1994"),
        ("DOB {DATE:01/02/1930}, operated {DATE:1950}", "DOB [DATE], operated 1950"),
        ("DOB {DATE:01/02/1930}, due {DATE:3/4/2099}", "DOB [DATE], due 2099"),
        ("DOB: {DATE:1/2/24}, seen {DATE:3/4/24}", "DOB: [DATE], seen 2024"),
        ("born in {DATE:1930}", "born in [DATE]"),
        ("in the {DATE:1930's} and {DATE:1990's}", "in the [DATE] and 1990s"),
        ("{DATE:7/5} and {DATE:May} and {DATE:Mondays}", "[DATE] and [DATE] and [DATE]"),
        ("{DATE:2009} and {DATE:Labor Day 2009}", "2009 and 2009"),
        ("school year {DATE:2018-2019}", "school year [DATE]"),
    ],
)
def test_years_that_show_an_age_of_ninety_do_not_stay(
    marked: Marked, note: str, expected: str
) -> None:
    redacted = apply(*marked(note), POLICIES["safe-harbor"], seed=SEED, today=TODAY)
    assert redacted.text == expected


@pytest.mark.parametrize("name", ["safe-harbor", "research", "gdpr-pseudonymise"])
def test_an_age_of_ninety_that_was_found_as_a_plain_age_is_collapsed(
    marked: Marked, name: str
) -> None:
    redacted = apply(*marked("a {AGE:92-year-old} and {AGE:89}"), POLICIES[name], seed=SEED)
    assert redacted.text == "a 90 or older and 89"


def test_day_first_notes_are_shifted_day_first(marked: Marked) -> None:
    policy = _site(DATE={"operator": "shift-date", "max_days": 1})
    note = marked("{DATE:23/01/2024}, {DATE:10/02/2024}")
    assert apply(*note, policy, seed=SEED, today=TODAY).text in {
        "24/01/2024, 11/02/2024",
        "22/01/2024, 09/02/2024",
    }


def test_the_markov_kind_draws_some_mentions_anew(marked: Marked) -> None:
    policy = _site(PATIENT={"operator": "surrogate", "kind": "markov", "redraw_percent": 50})
    note = marked(" ".join(["{PATIENT:Grabowski}"] * 40))
    names = apply(*note, policy, seed=SEED).text.split()
    common = max(set(names), key=names.count)
    assert 8 <= names.count(common) <= 32
    assert len(set(names)) > 5


@pytest.mark.parametrize(("percent", "distinct"), [(0, 1), (100, 12)])
def test_redraw_percent_rules_the_markov_kind(marked: Marked, percent: int, distinct: int) -> None:
    options = {"operator": "surrogate", "kind": "markov", "redraw_percent": percent}
    note = marked(" ".join(["{MRN:0099182773}"] * 12))
    assert len(set(apply(*note, _site(MRN=options), seed=SEED).text.split())) == distinct


@pytest.mark.parametrize(
    "spans",
    [
        [(0, 3), (2, 4)],
        [(4, 6), (0, 2)],
        [(2, 2)],
        [(5, 9)],
        [(0, 2), (0, 2)],
    ],
    ids=["overlapping", "out of order", "empty", "outside", "twice"],
)
def test_findings_that_are_not_disjoint_are_a_defect(spans: list[tuple[int, int]]) -> None:
    kept = tuple(Finding(Span(*span), Label.MRN, 1.0, "known") for span in spans)
    with pytest.raises(DefectError) as caught:
        apply(Document("n", "secret"), Resolution(kept), POLICIES["safe-harbor"], seed=SEED)
    assert "secret" not in str(caught.value)


def test_a_seed_of_another_length_is_a_defect() -> None:
    with pytest.raises(DefectError, match="16 bytes"):
        apply(Document("n", "text"), Resolution(), POLICIES["safe-harbor"], seed=bytes(16))


def test_dropped_findings_and_the_id_are_handed_on() -> None:
    redacted = apply(Document("n", ""), Resolution(), POLICIES["safe-harbor"], seed=SEED)
    assert redacted == Redacted("n", "")
