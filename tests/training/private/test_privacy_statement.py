"""The statement says all that NIST SP 800-226 asks for, in words that are true of its numbers."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.training.cohort.patients import Unit
from deid.training.private.accounting import Accountant, Mechanism
from deid.training.private.omissions import SettingsChoice
from deid.training.private.printed import figure_up, up
from deid.training.private.statement import (
    PrivacyFacts,
    most_recognised,
    privacy_statement,
    surest_guess,
)

FACTS = PrivacyFacts(
    model="site-2026-11",
    base="noteveil-2026-09",
    run="a1b2c3",
    unit=Unit.PATIENT,
    learnt_from=200,
    held_out=50,
    method="last-layers",
    private=True,
    mechanism=Mechanism(0.25, 2.5, 60),
    clip=1.0,
    windows=4,
    delta=200**-1.1,
    epsilon=3.0001,
    total=4.2,
    earlier_runs=1,
    accountant=Accountant.PRV,
    budget=8.0,
)


def test_all_that_an_expert_asks_for_is_there() -> None:
    said = privacy_statement(FACTS)
    for part in (
        "(3.01, 0.00295)-differential privacy of this run",
        "(4.20, 0.00295), with 1 private runs for this unit",
        "| Site budget | 8 |",
        "| Unit of privacy | patient with all notes |",
        "add or remove one patient",
        "| Units learnt from, N | 200 |",
        "| Sampling rate, q | 0.25,",
        "| Noise multiplier, σ | 2.5,",
        "| Steps accounted for | 60 |",
        "at most 4 windows",
        "Gopi et al. 2021",
        "AES-256-CTR",
        "central",
    ):
        assert part in said


@pytest.mark.parametrize(
    "left_out",
    [
        "named in several patients' notes",
        "held-out patients",
        "Progress figures",
        "Tuning",
        "Side channels",
        "base model",
        "rounding",
        "under two keys",
        "site as a whole",
        "How many patients",
        "Other contents",
        "When a run was ended",
    ],
)
def test_what_is_not_covered_is_said(left_out: str) -> None:
    _before, _, after = privacy_statement(FACTS).partition("## What it does not cover")
    assert left_out in after.partition("## For an expert")[0]


def test_plain_words_come_first_and_speak_of_the_total() -> None:
    plain = privacy_statement(FACTS).partition("## What the statement covers")[0]
    assert "here it is 4.20" in plain
    assert "at most 99 of 100" in plain
    assert 0.98 < surest_guess(4.2, FACTS.delta) < 0.99
    assert "wrongly names 1 of 100" in plain
    assert "at most 67 of 100" in plain
    assert "σ" not in plain


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"private": False}, "neither clipped nor blurred"),
        ({"secure_noise": False}, "came from a seed"),
        ({"total": math.inf}, "without noise"),
        ({"measured": 4.3}, "more than its proof allows"),
    ],
)
def test_where_nothing_is_guaranteed_no_number_is_given(
    change: dict[str, object], because: str
) -> None:
    said = privacy_statement(replace(FACTS, **change))  # type: ignore[arg-type]
    assert "no guarantee" in said
    assert because in said
    assert "## For an expert" not in said
    assert "like the notes themselves" in said


def test_a_note_as_the_unit_is_labelled_as_such() -> None:
    said = privacy_statement(replace(FACTS, unit=Unit.NOTE))
    assert "**The unit is the note, not the patient.**" in said
    assert "add or remove one note" in said
    assert "under two keys" not in said
    assert "not the patient" not in privacy_statement(FACTS)


def test_tuning_on_the_notes_is_owned_up_to() -> None:
    tuned = replace(FACTS, choice=SettingsChoice.FROM_NOTES)
    assert "is not counted" in privacy_statement(tuned)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (SettingsChoice.DEFAULTS, "settings are the program's defaults"),
        (SettingsChoice.UNKNOWN, "the others it does not keep"),
        (SettingsChoice.OFFICER, "the officer chose them"),
    ],
)
def test_who_chose_the_settings_is_said(choice: SettingsChoice, words: str) -> None:
    said = privacy_statement(replace(FACTS, choice=choice))
    assert words in said
    assert ("public notes" in said) == (choice is not SettingsChoice.OFFICER)


def test_an_exchange_is_told_apart_from_adding_and_removing() -> None:
    said = privacy_statement(FACTS)
    plain = said.partition("## What the statement covers")[0]
    assert "with other content, one taken out and another put in, the ε is 2 times" in plain
    assert "so for one exchanged for another, k = 2: 2ε and δ·(e^ε + 1)" in said


def test_plain_words_say_what_delta_means() -> None:
    plain = privacy_statement(FACTS).partition("## What the statement covers")[0]
    assert "a δ, here 0.00295" in plain
    assert "far below one in 200, the number of patients" in plain


def test_only_runs_of_this_unit_that_began_before_are_said_to_be_counted() -> None:
    said = privacy_statement(FACTS)
    assert "All runs that the log knows of" not in said
    assert "All private runs for this unit, the patient, that this site's log knows" in said


def test_held_out_notes_are_not_called_patients() -> None:
    said = privacy_statement(replace(FACTS, unit=Unit.NOTE))
    assert "Measurements on held-out notes" in said
    assert "other notes of the same patients" in said
    assert "held-out patients" not in said


@given(st.floats(0, 1e6), st.floats(1e-12, 1))
def test_no_figure_shrinks_in_print(epsilon: float, delta: float) -> None:
    assert epsilon <= float(up(epsilon)) <= epsilon + 0.01 + 1e-9
    assert delta <= float(figure_up(delta)) <= delta * 1.0101


def test_what_was_measured_stands_beside_the_bound() -> None:
    assert "reached an ε of 0.80" in privacy_statement(replace(FACTS, measured=0.803))


@pytest.mark.parametrize(
    ("total", "words"), [(1.0, "little."), (2.5, "some room"), (8.0, "Do not publish")]
)
def test_a_weak_guarantee_is_not_called_a_strong_one(total: float, words: str) -> None:
    assert words in privacy_statement(replace(FACTS, total=total))


def test_a_bound_is_never_rounded_to_certainty() -> None:
    said = privacy_statement(replace(FACTS, total=8.0))
    assert "at most 99.97 of 100" in said


def test_forbidden_words_do_not_occur() -> None:
    said = privacy_statement(FACTS).lower()
    assert not re.search(r"anonymous|anonymised|hipaa compliant", said)


@given(st.floats(0, 12), st.floats(0, 0.1), st.floats(0, 1))
def test_what_an_attack_can_reach_lies_in_the_region_of_the_guarantee(
    epsilon: float, delta: float, wrongly: float
) -> None:
    rightly = most_recognised(epsilon, delta, wrongly=wrongly)
    assert 0 <= rightly <= 1
    assert rightly >= min(1.0, wrongly)
    assert rightly <= math.exp(epsilon) * wrongly + delta + 1e-9
    assert 1 - wrongly <= math.exp(epsilon) * (1 - rightly) + delta + 1e-9
    # Who guesses after a coin is right in the mean of both shares.
    assert (rightly + 1 - wrongly) / 2 <= surest_guess(epsilon, delta) + 1e-9


def test_without_any_cost_nobody_does_better_than_the_coin() -> None:
    assert surest_guess(0.0, 0.0) == 0.5
    assert most_recognised(0.0, 0.0, wrongly=0.05) == pytest.approx(0.05)
    assert most_recognised(3000.0, 0.0, wrongly=0.05) == 1.0


def test_statement_and_mechanisms_want_no_torch() -> None:
    probe = "import sys, deid.training.private.statement; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], check=True, capture_output=True, text=True)
    assert not {"torch", "opacus", "scipy"} & set(done.stdout.split())
