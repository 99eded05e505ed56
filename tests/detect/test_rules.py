"""The rule detector: offsets, labels, context, time-outs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.detect import View
from deid.detect.packs import Pack, Rule, load_packs, parse_pack
from deid.detect.rules import RuleDetector, apply_rule
from deid.errors import DetectionIncomplete
from deid.labels import Label

SHIPPED = RuleDetector(load_packs())


def plain(text: str) -> View:
    return View(text, text, range(len(text)), range(1, len(text) + 1))


def pack_of(regex: str, **keys: object) -> Pack:
    node = {
        "name": "R",
        "supported_entity": "MRN",
        "patterns": [{"name": "p", "regex": regex, "score": 0.5}],
        **keys,
    }
    return parse_pack({"recognizers": [node]}, "site")


def rule_of(regex: str, **keys: object) -> Rule:
    return pack_of(regex, **keys).rules[0]


def pieces(rule: Rule, text: str) -> list[tuple[str, Label]]:
    return [(span.of(text), label) for span, label, _ in apply_rule(rule, text)]


def test_findings_lie_in_the_original_text() -> None:
    view = View("M\u200bRN 1\u00ad2", "MRN 12", [0, 2, 3, 4, 5, 7], [1, 3, 4, 5, 6, 8])
    (finding,) = RuleDetector([pack_of(r"mrn (?P<phi>\d+)")]).detect(view)
    assert finding.span == Span(5, 8)
    assert finding.detector == "rule:site/r@1"
    assert finding.label is Label.MRN


def test_groups_have_their_own_labels() -> None:
    rule = rule_of(
        r"(?P<town>\w+), (?P<phi>\d+) (?P<end>\w+)", labels={"town": "CITY", "end": "STATE"}
    )
    assert set(pieces(rule, "Provo, 12 UT")) == {
        ("Provo", Label.CITY),
        ("12", Label.MRN),
        ("UT", Label.STATE),
    }


def test_a_group_may_hold_several_identifiers_and_touching_ones_are_one() -> None:
    assert pieces(rule_of(r"ids(?: (?P<phi>\d+))+"), "ids 1 22 333") == [
        ("1", Label.MRN),
        ("22", Label.MRN),
        ("333", Label.MRN),
    ]
    assert pieces(rule_of(r"(?<=(?P<phi>A+))(?P<phi>B+)"), "AAB") == [("AAB", Label.MRN)]


def test_a_failed_check_is_no_finding() -> None:
    rule = rule_of(r"\b\d{10}\b", check="npi")
    assert pieces(rule, "1234567893 1234567890") == [("1234567893", Label.MRN)]


def test_stopped_words_are_cut_off() -> None:
    rule = rule_of(r"Re: (?P<phi>[\w ]+)", stop=["clinical_terms"])
    assert pieces(rule, "Re: Patient Jane Doe Admission Note Ann") == [("Jane Doe", Label.MRN)]
    assert pieces(rule, "Re: Discharge Summary") == []
    assert pieces(rule, "Re: Jane A") == [("Jane A", Label.MRN)]


def test_the_first_word_may_be_kept() -> None:
    rule = rule_of(r"Dr (?P<phi>[\w ]+)", stop=["clinical_terms"], keep_first=True)
    assert pieces(rule, "Dr Brain Admission") == [("Brain", Label.MRN)]


def test_leading_words_are_cut_off_while_two_are_left() -> None:
    rule = rule_of(r"(?:\w+ )+Clinic", lead=["not_facilities"], flags=[])
    assert pieces(rule, "The Rivermead Clinic") == [("Rivermead Clinic", Label.MRN)]
    assert pieces(rule, "The Outpatient Clinic") == []


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("lic 4711", 0.4),
        ("LIC. no 4711", 0.4),
        ("duplicate 4711", 0.01),
        ("licensed 4711", 0.01),
        ("driver card 4711", 0.4),
        ("driver of a card 4711", 0.01),
        ("lic a b c d e 4711", 0.01),
        ("4711 lic", 0.01),
    ],
)
def test_context_counts_as_whole_words_and_phrases(text: str, score: float) -> None:
    rule = rule_of(
        r"\d{4}",
        context=["lic", "driver card"],
        patterns=[{"name": "p", "regex": r"\d{4}", "score": 0.01}],
    )
    assert [found for _, _, found in apply_rule(rule, text)] == [score]


def test_context_raises_by_a_third_and_may_stand_behind() -> None:
    rule = rule_of(r"\d{4}", context=["lic"], context_window=[0, 2])
    assert [score for *_, score in apply_rule(rule, "4711 a lic")] == [0.85]


def test_of_nested_findings_the_outer_one_is_given_unless_it_is_weaker() -> None:
    patterns = [
        {"name": "inner", "regex": r"\d+", "score": 0.6},
        {"name": "outer", "regex": r"\d+-\d+", "score": 0.6},
    ]
    rule = rule_of("", patterns=patterns)
    assert pieces(rule, "12-34") == [("12-34", Label.MRN)]
    patterns[1]["score"] = 0.2
    assert len(pieces(rule_of("", patterns=patterns), "12-34")) == 3


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("89-year-old", Label.AGE),
        ("90-year-old", Label.AGE90),
        ("ninety-two-year-old", Label.AGE90),
        ("96-month-old", Label.AGE),
    ],
)
def test_ages_of_ninety_and_above_are_one_class(text: str, label: Label) -> None:
    findings = SHIPPED.detect(plain(f"The patient is a {text} woman."))
    assert [finding.label for finding in findings] == [label]


def test_a_rule_that_runs_out_of_time_stops_the_note() -> None:
    detector = RuleDetector([pack_of(r"(?:a|aa)+$(?<=b)")], timeout=0.05)
    with pytest.raises(DetectionIncomplete, match="rule site/r, pattern p") as caught:
        detector.detect(plain("secret " + "a" * 5000 + "!"))
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_many_slow_words_run_out_of_time_together() -> None:
    pack = pack_of(r"\b(?i:a)(?:.{0,400}.{0,400})$(?<=!)", flags=[])
    with pytest.raises(DetectionIncomplete, match="rule site/r"):
        RuleDetector([pack], timeout=0.02).detect(plain("a b " * 20_000))


def test_a_rule_is_tried_only_where_it_is_needed() -> None:
    detector = RuleDetector([pack_of(r"\d+", needs=["@"])])
    assert not detector.detect(plain("47"))
    assert detector.detect(plain("47 @"))


def test_a_note_with_many_kinds_of_identifiers() -> None:
    note = (
        "DOE, JANE A  | 67 F | MRN 00482913 | DOB 03/14/1957\n"
        "Seen by Dr. Okonkwo at Rivermead General Hospital on March 4th, 2024.\n"
        "Lives at 12 Oak Lane, Provo, UT 84601. Phone (801) 555-0142, jane@mail.example.\n"
        "JW/mt  D: 03/14/2024\n"
    )
    labels = {(f.span.of(note), f.label) for f in SHIPPED.detect(plain(note)) if f.score >= 0.5}
    assert {
        ("DOE, JANE A", Label.PATIENT),
        ("67", Label.AGE),
        ("00482913", Label.MRN),
        ("03/14/1957", Label.DATE),
        ("Okonkwo", Label.DOCTOR),
        ("Rivermead General Hospital", Label.HOSPITAL),
        ("March 4th, 2024", Label.DATE),
        ("12 Oak Lane", Label.STREET),
        ("Provo", Label.CITY),
        ("UT", Label.STATE),
        ("84601", Label.ZIP),
        ("(801) 555-0142", Label.PHONE),
        ("jane@mail.example", Label.EMAIL),
        ("JW/mt", Label.USERNAME),
        ("03/14/2024", Label.DATE),
    } <= labels


@pytest.mark.parametrize(
    "text",
    [
        "Strength 4/5 in all groups, BP 120/80, pain 7/10, vision 20/40.",
        "Fusion of L4/5 and T12-L1 with a 3-year history of pain.",
        "Lasix 40 mg, Tylenol 650 mg, and a Foley catheter were placed.",
        "Parkinson disease, Bell's palsy; Gram stain was negative.",
        "She may march on; the sun was strong and O2 sat 95%.",
        "Sodium 138, potassium 4.2, WBC 12.4, hemoglobin 11.2, platelets 250.",
        "Take 2 tablets x 5 days, then 1/2 tablet daily.",
        "HEENT: normal. Heart: regular rate and rhythm. Lungs: clear.",
        "The risks, benefits and alternatives were explained in detail.",
    ],
)
def test_clinical_text_without_identifiers_stays(text: str) -> None:
    assert [f.detector for f in SHIPPED.detect(plain(text)) if f.score >= 0.5] == []


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_every_finding_is_a_range_of_the_note_and_order_is_fixed(text: str) -> None:
    findings = SHIPPED.detect(plain(text))
    assert findings == SHIPPED.detect(plain(text))
    assert list(findings) == sorted(findings, key=lambda f: (f.span, f.label, f.detector))
    for finding in findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)
        assert 0 <= finding.score <= 1


@pytest.mark.parametrize(
    ("hint", "beside_model", "counts"),
    [(True, True, False), (True, False, True), (False, True, True)],
)
def test_a_hint_does_not_count_alone_beside_a_model(
    hint: bool, beside_model: bool, counts: bool
) -> None:
    pack = pack_of(r"mrn (?P<phi>\d+)", hint=hint)
    (finding,) = RuleDetector([pack], beside_model=beside_model).detect(plain("mrn 12"))
    assert (finding.score >= 0.5) is counts
