from __future__ import annotations

from dataclasses import replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid import review
from deid.audit.records import ReviewerMeasured
from deid.datatypes import (
    Document,
    Dropped,
    DropReason,
    Finding,
    Redacted,
    Redaction,
    Resolution,
    Span,
)
from deid.labels import Label
from deid.policy import load_policy
from deid.redact.apply import apply
from deid.review import Caught, MarkState, Review

TEXT = "Ilse Testfall saw Dr. Mockridge on 11/03/2026 in Fictown, MRN 0048391, and Ilse left."
NAME = Finding(Span(0, 13), Label.PATIENT, 0.99, "model:0a1b2c3d")
INNER = Finding(Span(0, 4), Label.PERSON, 0.6, "known")
DOCTOR = Finding(Span(22, 31), Label.DOCTOR, 0.98, "rule:name/title@1")
DATE = Finding(Span(35, 45), Label.DATE, 1.0, "rule:date/us@1")
CITY = Finding(Span(49, 56), Label.CITY, 1.0, "model:0a1b2c3d")
MRN = Finding(Span(62, 69), Label.MRN, 0.96, "rule:us/mrn@2")
RESOLUTION = Resolution(
    (NAME, DOCTOR, DATE, CITY, MRN), (Dropped(INNER, DropReason.COVERED, NAME),)
)


def begun(*withheld: Finding) -> Review:
    document = Document(id="n", text=TEXT)
    return review.begin(document, RESOLUTION, reviewer="clerk", withheld=withheld)


def marked(state: Review, start: int, end: int) -> Review:
    return review.apply(state, review.add(state, Span(start, end), Label.PERSON))


def test_a_withheld_finding_is_no_mark_and_is_replaced_all_the_same() -> None:
    state = begun(NAME)
    assert NAME not in [mark.finding for mark in state.marks]
    assert state.resolution() == RESOLUTION
    assert review.caught(state) == Caught(withheld=1, caught=0)


def test_only_kept_findings_are_withheld() -> None:
    with pytest.raises(ValueError, match="only kept findings"):
        begun(INNER)


def test_a_mark_on_a_withheld_finding_catches_it() -> None:
    state = marked(begun(NAME, DATE), 0, 13)
    assert review.caught(state) == Caught(withheld=2, caught=1)
    resolution = state.resolution()
    own = Finding(NAME.span, Label.PERSON, 1.0, "reviewer:clerk")
    assert resolution.kept == (own, DOCTOR, DATE, CITY, MRN)
    assert set(resolution.dropped) == {
        Dropped(NAME, DropReason.COVERED, own),
        Dropped(INNER, DropReason.COVERED, own),
    }


def test_a_mark_that_is_taken_back_catches_nothing() -> None:
    state = begun(NAME)
    act = review.add(state, NAME.span, Label.PERSON)
    state = review.apply(review.apply(state, act), act, step=review.Step.UNDONE)
    assert review.caught(state).caught == 0
    assert state.resolution() == RESOLUTION


def test_a_rejected_mark_catches_nothing_and_leaves_nothing() -> None:
    state = marked(begun(NAME), 0, 13)
    state = review.apply(state, review.reject(state, state.marks[:1]))
    assert review.caught(state).caught == 0
    assert NAME in state.resolution().kept


@pytest.mark.parametrize(
    ("start", "end", "whole"),
    [(5, 13, Span(0, 13)), (2, 16, Span(0, 16)), (0, 40, Span(0, 45)), (30, 36, Span(22, 45))],
)
def test_what_is_replaced_is_disjoint_and_leaves_nothing_of_a_withheld_finding(
    start: int, end: int, whole: Span
) -> None:
    state = marked(begun(NAME, DATE), start, end)
    resolution = state.resolution()
    assert whole in [finding.span for finding in resolution.kept]
    assert all(one.span.end <= two.span.start for one, two in pairwise(resolution.kept))
    for finding in RESOLUTION.kept:
        assert any(one.span.covers(finding.span) for one in resolution.kept)
    kept = {*resolution.kept, *(one.finding for one in resolution.dropped)}
    assert kept >= {NAME, INNER, DOCTOR, DATE, CITY, MRN}
    grown = [one.winner for one in resolution.dropped if one.finding in {NAME, DATE}]
    assert set(grown) <= set(resolution.kept)


def test_two_marks_that_a_withheld_finding_joins_are_one() -> None:
    state = marked(marked(begun(DATE), 33, 36), 44, 47)
    resolution = state.resolution()
    assert resolution.kept[2] == Finding(Span(33, 47), Label.PERSON, 1.0, "reviewer:clerk")
    assert len(resolution.kept) == len(RESOLUTION.kept)


def test_the_result_that_is_shown_does_not_give_away_what_is_withheld() -> None:
    state = begun(NAME, CITY)
    output = "[P] saw Dr. [DOCTOR] on 2026 in Fictown-by-Sea, MRN 0048391, and Ilse left."
    made = (
        Redaction(NAME, "tag", Span(0, 3)),
        Redaction(DOCTOR, "tag", Span(12, 20)),
        Redaction(DATE, "generalise", Span(24, 28)),
        Redaction(CITY, "surrogate", Span(32, 46)),
    )
    at = output.index("0048391")
    left = Finding(Span(at, at + 7), Label.MRN, 1.0, "residual:copy")
    redacted = Redacted("n", output, made, residual=(left,))
    shown = review.as_shown(state, redacted)
    assert shown.text == (
        "Ilse Testfall saw Dr. [DOCTOR] on 2026 in Fictown, MRN 0048391, and Ilse left."
    )
    assert [one.finding for one in shown.redactions] == [DOCTOR, DATE]
    assert [one.output_span.of(shown.text) for one in shown.redactions] == ["[DOCTOR]", "2026"]
    assert [one.span.of(shown.text) for one in shown.residual] == ["0048391"]

    for start in range(len(shown.text)):
        for end in range(start + 1, len(shown.text) + 1):
            copied = review.as_written(shown, redacted, Span(start, end))
            assert not any(hidden in copied for hidden in ("Ilse T", "fall", "Fictown,"))
    assert review.as_written(shown, redacted, Span(0, len(shown.text))) == redacted.text
    assert review.as_written(shown, redacted, Span(5, 22)) == "[P] saw Dr. "
    assert review.as_written(shown, redacted, Span(14, 21)) == "saw Dr."


WORDS = [f"{letter}{rest}" for rest in ("elbin", "orvath") for letter in "AGIKMPRSTVWZ"]


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=20),
    st.sets(st.integers(0, 19), max_size=4),
    st.sets(st.integers(0, 19), max_size=3),
)
def test_the_result_is_shown_as_if_nothing_had_been_found_where_something_is_withheld(
    words: list[str], hidden: set[int], left: set[int]
) -> None:
    ends = list(accumulate(len(word) + 1 for word in words))
    labels = (Label.DOCTOR, Label.PATIENT)
    kept = tuple(
        Finding(Span(end - len(word) - 1, end - 1), labels[len(word) % 2], 0.99, "model:0a1b2c3d")
        for word, end in zip(words, ends, strict=True)
    )
    document = Document(id="n", text=" ".join(words))
    found = [one for index, one in enumerate(kept) if index not in left - hidden]
    withheld = [one for one in found if kept.index(one) in hidden]
    state = review.begin(document, Resolution(tuple(found)), reviewer="clerk", withheld=withheld)
    policy = load_policy("everything")
    redacted = apply(document, state.resolution(), policy, seed=bytes(32))
    shown = review.as_shown(state, redacted)
    without = replace(state, withheld=())
    assert shown.text == apply(document, without.resolution(), policy, seed=bytes(32)).text
    assert review.as_written(shown, redacted, Span(0, len(shown.text))) == redacted.text
    written = {one.finding: one.output_span.of(redacted.text) for one in redacted.redactions}
    for one in shown.redactions:
        assert review.as_written(shown, redacted, one.output_span) == written[one.finding]


def test_what_was_dropped_where_a_finding_is_withheld_is_no_mark_either() -> None:
    weak = Dropped(INNER, DropReason.BELOW_THRESHOLD)
    other = Dropped(Finding(Span(74, 78), Label.PERSON, 0.2, "model"), DropReason.BELOW_THRESHOLD)
    found = Resolution(RESOLUTION.kept, (weak, other))
    document = Document(id="n", text=TEXT)
    state = review.begin(document, found, reviewer="clerk", withheld=(NAME,))
    dropped = [mark.finding for mark in state.marks if mark.state is MarkState.DROPPED]
    assert dropped == [other.finding]
    assert set(state.resolution().dropped) == {weak, other}
    assert review.from_json(document, review.to_json(state)) == state


def test_what_was_caught_is_shown_as_it_will_be_written() -> None:
    redacted = Redacted("n", TEXT)
    assert review.as_shown(begun(), redacted) is redacted
    assert review.as_shown(marked(begun(NAME), 0, 13), redacted) is redacted


def test_the_log_is_told_how_much_was_caught_where_something_was_withheld() -> None:
    fingerprint = f"hmac-sha256:{'0' * 16}:{'0' * 64}"
    told = list(review.log_events(marked(begun(NAME, DATE), 0, 13), document=fingerprint))
    assert told[-1] == ReviewerMeasured(fingerprint, "clerk", withheld=2, caught=1)
    plain = review.log_events(marked(begun(), 0, 13), document=fingerprint)
    assert not any(isinstance(event, ReviewerMeasured) for event in plain)


KEYS = [bytes([number]) * 32 for number in range(64)]


def test_what_is_withheld_is_sure_and_a_name_a_date_or_a_number() -> None:
    chosen = {one for key in KEYS for one in choose(key)}
    assert chosen == {NAME, DOCTOR, DATE}


def test_what_the_policy_lets_stay_is_not_withheld() -> None:
    policy = load_policy("limited-data-set")
    chosen = {
        one
        for key in KEYS
        for one in review.choose_withheld(RESOLUTION, key=key, share=1.0, policy=policy)
    }
    assert chosen == {NAME, DOCTOR}


def choose(key: bytes, share: float = 1.0) -> tuple[Finding, ...]:
    return review.choose_withheld(RESOLUTION, key=key, share=share)


def test_at_most_two_are_withheld_in_the_order_of_the_text() -> None:
    for key in KEYS:
        chosen = choose(key)
        assert len(chosen) == 2
        assert chosen[0].span < chosen[1].span
        assert begun(*chosen).withheld == chosen


def test_the_key_alone_says_which() -> None:
    assert choose(KEYS[1]) == choose(KEYS[1])
    assert len({choose(key) for key in KEYS}) == 3


def test_the_share_says_how_many() -> None:
    assert all(choose(key, 0.0) == () for key in KEYS)
    drawn = sum(len(choose(key, 0.25)) for key in KEYS)
    assert 0.15 < drawn / (3 * len(KEYS)) < 0.35


def test_a_state_is_no_less_open_for_what_is_withheld() -> None:
    assert {mark.state for mark in begun(NAME).marks} == {MarkState.OPEN}
