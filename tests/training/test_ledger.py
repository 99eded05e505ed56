"""The ledger counts each run by what the log says, and never less than may have been spent."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.records import (
    BudgetSet,
    Event,
    GateOutcome,
    LeakageMeasured,
    ModelDecided,
    ModelDecision,
    ModelEvaluated,
    PrivacyUnit,
    Record,
    TrainingEnded,
    TrainingOutcome,
    TrainingStarted,
)
from deid.audit.training_records import exact, rounded_up
from deid.errors import ConfigurationError, VerificationFailed
from deid.training import ledger as ledgers
from deid.training.ledger import Composition, Ledger, read_ledger
from deid.training.private import accounting
from deid.training.private.accounting import Mechanism

TIME, OFFICER, DIGEST = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC), "0f" * 8, "0f" * 32
COHORT = f"hmac-sha256:{'0' * 16}:{DIGEST}"
BUDGET = BudgetSet(OFFICER, PrivacyUnit.PATIENT, "8", "0.00001", "")


def name(number: int) -> str:
    return f"20261121-040506-{number:08x}"


def started(number: int, **changes: Any) -> TrainingStarted:
    """A private run of this number."""
    run = TrainingStarted(
        run=name(number), person=OFFICER, unit=PrivacyUnit.PATIENT, patients=200, notes=900,
        held_out=40, held_out_share=0.2, cohort=COHORT, base_digest=DIGEST, method="lora",
        sampling_rate="0.25", windows=4, noise_multiplier="2", clipping_norm="1", steps=40,
        delta="0.001", relation="add-or-remove-one", accountant="prv", epsilon="3", statement="",
    )  # fmt: skip
    return replace(run, **changes)


def plain(number: int) -> TrainingStarted:
    """One without privacy."""
    return started(
        number, noise_multiplier=None, clipping_norm=None, delta=None, relation=None,
        accountant=None, epsilon=None,
    )  # fmt: skip


def attacked(number: int, measured: str, *, of: str) -> LeakageMeasured:
    return LeakageMeasured(name(number), OFFICER, 1000, measured, "0.00001", of, "")


def ended(number: int, steps: int, spent: str | None = "1", **changes: Any) -> TrainingEnded:
    event = TrainingEnded(name(number), OFFICER, TrainingOutcome.STOPPED, steps, spent, None, "")
    return replace(event, **changes)


def ledger(*events: Event) -> Ledger:
    return read_ledger(Record(seq, TIME, "0" * 16, event) for seq, event in enumerate(events))


def cost(mechanisms: Sequence[Mechanism], *, delta: float) -> float:
    """An ε that is quick to compute, and grows with steps and with 1/δ like a real one."""
    rho = sum(one.steps * (one.sampling_rate / one.noise_multiplier) ** 2 for one in mechanisms)
    return rho + 2 * math.sqrt(rho * math.log(1 / delta))


@pytest.fixture(autouse=True)
def quick_accountant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "epsilon", cost)
    monkeypatch.setattr(ledgers, "find_spec", lambda name: name)


@pytest.fixture
def without_accountant(quick_accountant: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "find_spec", lambda _name: None)


def test_a_run_that_has_not_ended_counts_with_the_steps_that_were_planned() -> None:
    (run,) = ledger(started(1)).runs
    assert (run.steps, run.epsilon) == (40, 3)
    assert run.mechanism == Mechanism(0.25, 2.0, 40)


def test_a_run_that_ended_counts_with_the_steps_that_it_took() -> None:
    (run,) = ledger(started(1), ended(1, 7, "0.5")).runs
    assert (run.steps, run.epsilon) == (7, 0.5)
    assert run.mechanism == Mechanism(0.25, 2.0, 7)


def test_of_several_ends_the_one_of_most_steps_counts() -> None:
    for ends in ([ended(1, 7), ended(1, 3)], [ended(1, 3), ended(1, 7)]):
        (run,) = ledger(started(1), *ends).runs
        assert run.steps == 7


def test_all_runs_are_composed_as_if_everybody_had_been_in_each() -> None:
    found = ledger(started(1), started(2, cohort=COHORT.replace("0f", "1f")), ended(2, 9)).total()
    assert (found.runs, found.composition) == (2, Composition.ACCOUNTANT)
    assert found.delta == 0.001
    both = [Mechanism(0.25, 2, 40), Mechanism(0.25, 2, 9)]
    assert found.epsilon == cost(both, delta=0.001)
    assert found.epsilon < sum(cost([one], delta=0.001) for one in both)


def test_the_total_is_that_of_the_accountant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledgers, "epsilon", accounting.epsilon)
    found = ledger(started(1), started(2), ended(2, 9)).total()
    both = [Mechanism(0.25, 2, 40), Mechanism(0.25, 2, 9)]
    assert found.epsilon == accounting.epsilon(both, delta=0.001)


def test_without_an_accountant_what_was_recorded_is_added_up(without_accountant: None) -> None:
    found = ledger(started(1), started(2), ended(2, 9, "1.25")).total(delta=0.00001)
    assert found.composition is Composition.BASIC
    assert (found.epsilon, found.delta) == (4.25, 0.002)


def test_nothing_was_spent_where_nothing_ran() -> None:
    found = ledger().total()
    assert (found.runs, found.epsilon, found.plain) == (0, 0, 0)


def test_runs_without_privacy_are_told_beside_the_total() -> None:
    found = ledger(plain(1), started(2)).total()
    assert (found.runs, found.plain) == (1, 1)
    (first, _second) = ledger(plain(1), started(2)).runs
    assert first.mechanism is None
    assert math.isinf(first.epsilon)


@pytest.mark.parametrize("lacking", ["noise_multiplier", "clipping_norm", "delta", "epsilon"])
def test_a_run_that_lacks_one_of_its_numbers_is_not_private(lacking: str) -> None:
    (run,) = ledger(started(1, **{lacking: None})).runs
    assert run.mechanism is None


def test_runs_of_another_unit_are_told_beside_the_total() -> None:
    found = ledger(started(1), started(2, unit=PrivacyUnit.NOTE)).total()
    assert (found.unit, found.runs, found.of_another_unit) == (PrivacyUnit.PATIENT, 1, 1)
    by_note = BudgetSet(OFFICER, PrivacyUnit.NOTE, "8", "0.001", "")
    assert ledger(by_note, started(1)).total().unit is PrivacyUnit.NOTE


def test_what_was_told_and_decided_of_a_run_stands_by_it() -> None:
    passed = GateOutcome.PASSED
    told = ModelEvaluated(name(1), OFFICER, DIGEST, DIGEST, 40, 0.9, 0.95, None, passed, "")
    attack = attacked(1, "0.25", of="1")
    decided = ModelDecided(OFFICER, ModelDecision.PROMOTED, DIGEST, "1f" * 32, name(1), "")
    back = replace(decided, decision=ModelDecision.ROLLED_BACK, run=None)
    (run,) = ledger(started(1), told, attack, decided, back).runs
    assert (run.evaluations, run.decisions) == ((told,), (decided,))
    assert run.attacks == (attack,)


@pytest.mark.parametrize(
    ("attacks", "measured", "refuted"),
    [
        ([], None, False),
        ([("0.25", "1"), ("0.75", "1"), ("0.5", "1")], 0.75, False),
        ([("1", "1")], 1.0, False),
        ([("1.000001", "1"), ("0.5", "1")], 1.000001, True),
        # Before it was ended early, more steps counted, of which more could be told.
        ([("1.5", "2"), ("0.5", "1")], 0.5, False),
        ([("1.5", "2")], None, False),
        ([("2.5", "2")], 2.5, True),
    ],
)
def test_the_most_that_attacks_reached_stands_beside_the_proof(
    attacks: Sequence[tuple[str, str]], measured: float | None, refuted: bool
) -> None:
    told = [attacked(1, reached, of=proven) for reached, proven in attacks]
    (run,) = ledger(started(1, epsilon="2"), *told, ended(1, 20, "1")).runs
    assert (run.measured, run.refuted) == (measured, refuted)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([started(1), started(1)], "record 1: .*begun before"),
        ([ended(1, 3)], "record 0: .*never begun"),
        ([started(1), ended(2, 3)], "record 1: .*never begun"),
        ([started(1), attacked(2, "1", of="2")], "record 1: .*never begun"),
    ],
)
def test_records_that_do_not_fit_together_are_refused(events: Sequence[Event], said: str) -> None:
    with pytest.raises(VerificationFailed, match=said):
        ledger(*events)


def test_without_a_budget_every_run_may_begin() -> None:
    ledger(started(1)).check(plain(2))
    ledger(started(1)).check(started(2, steps=10**6))


def test_the_last_budget_holds() -> None:
    other = replace(BUDGET, epsilon="9")
    assert ledger(BUDGET, other).budget == other


def test_a_run_begins_up_to_the_budget_and_not_beyond() -> None:
    first, second = Mechanism(0.25, 2, 40), Mechanism(0.25, 2, 20)
    both = cost([first, second], delta=0.00001)
    enough = replace(BUDGET, epsilon=rounded_up(both))
    ledger(started(1), enough).check(started(2, steps=20))
    short = replace(BUDGET, epsilon=exact(both * 0.999))
    with pytest.raises(ConfigurationError, match="budget"):
        ledger(started(1), short).check(started(2, steps=20))


def test_what_a_run_reserved_is_free_again_once_it_ended_early() -> None:
    both = cost([Mechanism(0.25, 2, 5), Mechanism(0.25, 2, 40)], delta=0.00001)
    budget = replace(BUDGET, epsilon=rounded_up(both))
    with pytest.raises(ConfigurationError, match="budget"):
        ledger(started(1), budget).check(started(2))
    ledger(started(1), ended(1, 5), budget).check(started(2))


def test_under_a_budget_no_run_begins_without_privacy_or_of_another_unit() -> None:
    with pytest.raises(ConfigurationError, match="without privacy"):
        ledger(BUDGET).check(plain(1))
    with pytest.raises(ConfigurationError, match="budget speaks of patients"):
        ledger(BUDGET).check(started(1, unit=PrivacyUnit.NOTE))


def test_who_paid_by_one_unit_does_not_get_a_second_purse_by_the_other() -> None:
    by_note = started(2, unit=PrivacyUnit.NOTE)
    for spent in (ledger(started(1)), ledger(started(1), replace(BUDGET, unit=PrivacyUnit.NOTE))):
        with pytest.raises(ConfigurationError, match=r"speak of patients.*--unit patient"):
            spent.check(by_note)
        with pytest.raises(ConfigurationError, match="speak of patients"):
            spent.check_unit(PrivacyUnit.NOTE)
    ledger(plain(1)).check_unit(PrivacyUnit.NOTE)
    ledger(started(1), ended(1, 0, "0")).check(by_note)


@pytest.mark.parametrize("first", [started(1), plain(1)])
def test_nobody_changes_sides_between_learning_and_being_held_out(first: TrainingStarted) -> None:
    before = ledger(first)
    before.check(plain(2))
    for share in (0.1, 0.3):
        with pytest.raises(ConfigurationError, match=r"--held-out 0\.2"):
            before.check(replace(plain(2), held_out_share=share))
    with pytest.raises(ConfigurationError, match="might learn from what was held out"):
        before.check(replace(plain(2), unit=PrivacyUnit.NOTE))
    stopped = ledger(first, ended(1, 0, None))
    stopped.check(replace(plain(2), held_out_share=0.3, unit=PrivacyUnit.NOTE))


def test_a_delta_that_gives_somebody_away_is_refused() -> None:
    for delta in ("0.005", "0.5"):
        with pytest.raises(ConfigurationError, match="too large for 200 patients"):
            ledger().check(started(1, delta=delta))
    ledger().check(started(1, delta="0.0049"))


def test_a_refusal_does_not_understate_what_a_run_would_cost() -> None:
    budget = replace(BUDGET, epsilon="1", delta="0.0012345")
    after = cost([Mechanism(0.25, 2, 40)], delta=0.0012345)
    with pytest.raises(ConfigurationError) as refused:
        ledger(budget).check(started(1))
    said = re.search(r"to ε ([\d.]+) at δ ([\d.]+),", str(refused.value))
    assert said is not None
    assert after <= float(said[1]) < after + 0.01
    assert said[2] == "0.00124"


def test_without_an_accountant_the_budget_holds_for_sums(without_accountant: None) -> None:
    budget = replace(BUDGET, epsilon="6", delta="0.002")
    ledger(budget, started(1)).check(started(2))
    for tight in (replace(budget, epsilon="5.9"), replace(budget, delta="0.0019")):
        with pytest.raises(ConfigurationError, match="budget"):
            ledger(tight, started(1)).check(started(2))


def test_a_run_is_found_by_the_beginning_or_the_end_of_its_id() -> None:
    both = ledger(started(1), started(2))
    assert both.run(name(1)).id == both.run("00000001").id == name(1)
    for unclear in ("2026", "", "ff"):
        with pytest.raises(ConfigurationError, match="this id"):
            both.run(unclear)


mechanisms = st.lists(
    st.tuples(st.sampled_from(["1", "1.5", "4"]), st.integers(1, 60), st.integers(0, 60)),
    min_size=1,
    max_size=4,
)


@given(mechanisms)
def test_more_runs_never_cost_less(runs: list[tuple[str, int, int]]) -> None:
    events: list[Event] = []
    before = 0.0
    for number, (sigma, planned, taken) in enumerate(runs):
        events.append(started(number, noise_multiplier=sigma, steps=planned))
        reserved = ledger(*events).total().epsilon
        events.append(ended(number, min(planned, taken)))
        after = ledger(*events).total().epsilon
        assert before <= after <= reserved
        before = after
