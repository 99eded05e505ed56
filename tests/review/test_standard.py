from __future__ import annotations

from dataclasses import replace

import pytest

from deid.datatypes import Finding, Span
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Mark, MarkState, Standard, Tally

STANDARD = Standard(load_policy("limited-data-set"), 0.85)


def mark(label: Label, score: float, state: MarkState = MarkState.OPEN) -> Mark:
    return Mark(Finding(Span(0, 4), label, score, "known"), state)


@pytest.mark.parametrize(
    ("one", "replaced", "uncertain"),
    [
        (mark(Label.PATIENT, 0.84), True, True),
        (mark(Label.PATIENT, 0.85), True, False),
        (mark(Label.PATIENT, 0.2, MarkState.ACCEPTED), True, False),
        (mark(Label.PATIENT, 0.2, MarkState.DROPPED), False, False),
        (mark(Label.PATIENT, 0.2, MarkState.REJECTED), False, False),
        (mark(Label.DATE, 0.2), False, False),
    ],
)
def test_what_is_replaced_and_what_wants_a_look(one: Mark, replaced: bool, uncertain: bool) -> None:
    assert STANDARD.replaces(one) is replaced
    assert STANDARD.is_uncertain(one) is uncertain
    rejected = one.state is MarkState.REJECTED
    assert STANDARD.tally([one]) == Tally(replaced, uncertain, rejected)


def test_a_doubtful_label_wants_a_look_though_it_surely_is_an_identifier() -> None:
    rivals = ((Label.DOCTOR, 0.12), (Label.PERSON, 0.06))
    finding = Finding(Span(0, 4), Label.PATIENT, 0.99, "model:0a1b2c3d", rivals)
    assert finding.certainty == pytest.approx(1 - 2 * 0.18)
    one = Mark(finding, MarkState.OPEN)
    assert STANDARD.is_uncertain(one)
    assert STANDARD.tally([one]) == Tally(1, 1, 0)
    assert not Standard(STANDARD.policy, 0.6).is_uncertain(one)
    assert replace(finding, rivals=((Label.DOCTOR, 0.6),)).certainty == 0
    assert replace(finding, score=0.5).certainty == 0.5
    assert replace(finding, rivals=()).certainty == 0.99
    assert not STANDARD.is_uncertain(Mark(finding, MarkState.ACCEPTED))


def test_what_stays_by_the_policy_stays() -> None:
    assert STANDARD.stays(mark(Label.DATE, 1.0))
    assert not STANDARD.stays(mark(Label.PATIENT, 1.0))


def test_a_tally_follows_an_act_by_what_it_changed() -> None:
    open_one, other = mark(Label.PATIENT, 0.5), mark(Label.PATIENT, 0.9)
    rejected = mark(Label.PATIENT, 0.5, MarkState.REJECTED)
    before = STANDARD.tally([open_one, other])
    after = before - STANDARD.tally([open_one]) + STANDARD.tally([rejected])
    assert after == STANDARD.tally([rejected, other]) == Tally(1, 0, 1)
