"""A fine-tuning learns, counts what it spends, and goes on after whatever stops it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from deid.detect.packages import ModelPackage
from deid.errors import ConfigurationError, ExaminationStopped, OutputError
from deid.labels import Label
from deid.stopping import stoppable
from deid.training.cohort.patients import Cohort
from deid.training.tune.progress import Progress
from deid.training.tune.run_folder import RunFolder
from deid.training.tune.settings import Method, Optimiser, Settings
from deid.training.wordlists import WordLists
from tests.training.tune.conftest import patients

torch = pytest.importorskip("torch")
pytest.importorskip("opacus")

MakeRun = Callable[[Cohort, Settings], RunFolder]

LISTS = WordLists(
    first_names=[["Ada"], ["Bea"]], last_names=[["Lum"], ["Moe"]], cities=["Oldtown"],
    counties=["Weld"], states=[("Ohio", "OH")], countries=["Peru"], hospitals=["Marsh End Clinic"],
    streets=["12 Mill Lane"], jobs=["engineer"], pools={label: ["Ab 12-34"] for label in Label},
)  # fmt: skip
PLAIN: dict[str, Any] = {
    "epsilon": None,
    "sampling_rate": 1.0,
    "steps": 12,
    "windows": 1,
    "learning_rate": 0.03,
    "checkpoint_each": 0,
    "measure_each": 0,
}


def start(
    package: ModelPackage, run: RunFolder, cohort: Cohort, seen: list[Progress] | None = None,
    public: tuple[str, ...] | None = None,
) -> dict[str, torch.Tensor]:  # fmt: skip
    """Fine-tune, with noise that comes back; the weights that come out."""
    from deid.training.private.noise import SeededNoise
    from deid.training.tune.base import base_of
    from deid.training.tune.loop import fine_tune

    base = base_of(package)
    base = base if public is None else replace(base, public=public)
    tuned = fine_tune(
        cohort, cohort.notes, base=base, run=run, noise=SeededNoise(3),
        on_progress=(lambda _: None) if seen is None else seen.append,
    )  # fmt: skip
    return tuned.network.state_dict()


@pytest.mark.parametrize(
    "changes",
    [
        {"method": Method.FULL},
        {"method": Method.LAST_LAYERS},
        {"method": Method.LAST_LAYERS, "cached": True},
        {"method": Method.LORA},
        {"method": Method.BIASES, "optimiser": Optimiser.SGD, "learning_rate": 0.1},
    ],
)
def test_every_method_learns_and_leaves_words_alone(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings,
    changes: dict[str, Any],
) -> None:  # fmt: skip
    from deid.training.tune.base import base_network

    settings = replace(tiny_settings, **{**PLAIN, **changes})
    cohort = patients(4)
    seen: list[Progress] = []
    after = start(tiny_package, make_run(cohort, settings), cohort, seen)
    losses = [one.private.loss for one in seen if one.private.loss is not None]
    assert losses[-1] < 0.7 * losses[0]
    before = base_network(tiny_package).state_dict()
    assert after.keys() == before.keys()
    words = "encoder.embeddings.word_embeddings.weight"
    assert torch.equal(after[words], before[words])
    assert not torch.equal(after["classifier.weight"], before["classifier.weight"])


def test_a_run_spends_its_steps_and_tells_of_them(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings
) -> None:
    from deid.training.private.accounting import Mechanism, epsilon

    cohort = patients(6)
    run = make_run(cohort, tiny_settings)
    seen: list[Progress] = []
    start(tiny_package, run, cohort, seen)
    assert run.spent() == tiny_settings.steps
    assert [one.step for one in seen] == [1, 2, 3, 4]
    assert seen[-1].epsilon == epsilon([Mechanism(0.5, 1.0, 4)], delta=run.facts.delta)
    assert seen[-1].seconds_left == 0
    assert [one.private.recall is not None for one in seen] == [False, True, False, True]


def test_a_step_is_counted_before_the_weights_change(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from deid.training.private.mechanism import PatientOptimizer

    cohort = patients(4)
    run = make_run(cohort, tiny_settings)
    counted: list[int] = []
    real = PatientOptimizer.step

    def step(self: PatientOptimizer) -> None:
        counted.append(run.spent())
        real(self)

    monkeypatch.setattr(PatientOptimizer, "step", step)
    start(tiny_package, run, cohort)
    assert counted == [1, 2, 3, 4]


def test_after_a_crash_lost_steps_stay_spent_and_are_not_taken_again(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from deid.training.private.mechanism import PatientOptimizer

    cohort = patients(4)
    run = make_run(cohort, tiny_settings)
    real, taken = PatientOptimizer.step, []

    def step(self: PatientOptimizer) -> None:
        if len(taken) == 3:
            raise KeyboardInterrupt
        taken.append(1)
        real(self)

    monkeypatch.setattr(PatientOptimizer, "step", step)
    # The checkpoint is that of two steps; a third was taken, a fourth counted.
    with pytest.raises(KeyboardInterrupt):
        start(tiny_package, run, cohort)
    assert run.spent() == 4
    taken.clear()
    at_two = run.checkpoint()
    start(tiny_package, run, cohort)
    assert taken == []
    assert run.spent() == 4
    assert run.checkpoint() == at_two


def test_a_run_that_was_stopped_goes_on_where_it_was(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings
) -> None:
    cohort = patients(4)
    settings = replace(tiny_settings, checkpoint_each=100, epsilon=None)
    run = make_run(cohort, settings)
    seen: list[Progress] = []
    with pytest.raises(ExaminationStopped), stoppable(lambda: len(seen) == 3):
        start(tiny_package, run, cohort, seen)
    assert run.spent() == 3
    assert run.checkpoint() is not None
    start(tiny_package, run, cohort, seen)
    assert run.spent() == 4
    assert [one.step for one in seen] == [1, 2, 3, 4]


@pytest.mark.parametrize("optimiser", list(Optimiser))
def test_after_a_pause_between_steps_comes_what_would_have_come_without(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings, optimiser: Optimiser
) -> None:
    cohort = patients(4)
    settings = replace(
        tiny_settings, method=Method.FULL, optimiser=optimiser, epsilon=None, sampling_rate=1.0,
        steps=6, averaging=0.8, dropout=0.2, checkpoint_each=100, measure_each=0,
    )  # fmt: skip
    unbroken = start(tiny_package, make_run(cohort, settings), cohort)
    run, seen = make_run(cohort, settings), list[Progress]()
    with pytest.raises(ExaminationStopped), stoppable(lambda: len(seen) == 3):
        start(tiny_package, run, cohort, seen)
    after = start(tiny_package, run, cohort, seen)
    assert [one.step for one in seen] == [1, 2, 3, 4, 5, 6]
    torch.testing.assert_close(after, unbroken)


def test_a_run_goes_on_in_its_coordinates_though_the_public_texts_are_others_by_then(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings
) -> None:
    cohort = patients(4)
    settings = replace(
        tiny_settings, layers=0, method=Method.LAST_LAYERS, whitened=True, epsilon=None,
        sampling_rate=1.0, steps=6, checkpoint_each=100, measure_each=0,
    )  # fmt: skip
    own, others = ("a fever, no cough.",), ("room 12 is free", "ward 7/8")
    unbroken = start(tiny_package, make_run(cohort, settings), cohort, public=own)
    run, seen = make_run(cohort, settings), list[Progress]()
    with pytest.raises(ExaminationStopped), stoppable(lambda: len(seen) == 3):
        start(tiny_package, run, cohort, seen, public=own)
    torch.testing.assert_close(start(tiny_package, run, cohort, public=others), unbroken)
    elsewhere = start(tiny_package, make_run(cohort, settings), cohort, public=others)
    changed = (elsewhere["classifier.weight"] - unbroken["classifier.weight"]).abs().max()
    assert float(changed) > 1e-3, "with these texts from the beginning it had come out otherwise"


def test_a_step_that_is_given_up_stays_spent_and_a_pause_takes_no_other(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from deid.training.private.mechanism import PatientOptimizer
    from deid.training.private.sampling import PoissonSampler

    cohort = patients(4)
    run = make_run(cohort, replace(tiny_settings, sampling_rate=1.0, measure_each=0))
    draws, taken = list[int](), list[int]()
    draw, take = PoissonSampler.draw, PatientOptimizer.take

    def drawn(self: PoissonSampler, patients: int) -> Any:
        draws.append(run.spent())
        return draw(self, patients)

    def took(self: PatientOptimizer, loss: torch.Tensor) -> None:
        taken.append(run.spent())
        take(self, loss)

    monkeypatch.setattr(PoissonSampler, "draw", drawn)
    monkeypatch.setattr(PatientOptimizer, "take", took)
    # In the second step, after two of its four patients.
    with pytest.raises(ExaminationStopped), stoppable(lambda: len(taken) == 6):
        start(tiny_package, run, cohort)
    assert run.spent() == 2
    for _ in range(3):
        with pytest.raises(ExaminationStopped), stoppable(lambda: True):
            start(tiny_package, run, cohort)
    assert run.spent() == 2
    start(tiny_package, run, cohort)
    assert draws == [1, 2, 3, 4]
    assert taken == [1] * 4 + [2] * 2 + [3] * 4 + [4] * 4


def test_noise_and_draws_of_a_real_run_are_secure(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from deid.training.private.noise import Noise, SecureNoise
    from deid.training.tune.base import base_of
    from deid.training.tune.loop import fine_tune

    used: list[tuple[str, type[Noise]]] = []
    normal, uniform = Noise.normal, Noise.uniform

    def told_normal(self: Noise, shape: Sequence[int], *, std: float) -> torch.Tensor:
        used.append(("normal", type(self)))
        return normal(self, shape, std=std)

    def told_uniform(self: Noise, count: int) -> Any:
        used.append(("uniform", type(self)))
        return uniform(self, count)

    monkeypatch.setattr(Noise, "normal", told_normal)
    monkeypatch.setattr(Noise, "uniform", told_uniform)
    cohort = patients(4)
    run = make_run(cohort, replace(tiny_settings, measure_each=0))
    fine_tune(cohort, cohort.notes, base=base_of(tiny_package), run=run)
    assert set(used) == {("normal", SecureNoise), ("uniform", SecureNoise)}


def test_a_full_disk_stops_a_run_before_the_step_is_used(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    cohort = patients(4)
    run = make_run(cohort, tiny_settings)

    def full(step: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("deid.training.tune.run_folder.os.fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        start(tiny_package, run, cohort)
    monkeypatch.undo()
    # The line may have reached the disk, so it counts, although its step was not taken.
    assert run.spent() == 1
    start(tiny_package, run, cohort)
    assert run.spent() == tiny_settings.steps


def test_other_patients_are_not_slipped_into_a_run(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings
) -> None:
    run = make_run(patients(4), tiny_settings)
    with pytest.raises(ConfigurationError, match="not the patients"):
        start(tiny_package, run, patients(5))


def test_a_damaged_checkpoint_is_told_and_its_steps_stay(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings
) -> None:
    cohort = patients(4)
    run = make_run(cohort, tiny_settings)
    run.spend(0)
    run.put_by(b"no checkpoint")
    with pytest.raises(ConfigurationError, match="begin a new run"):
        start(tiny_package, run, cohort)
    assert run.spent() == 1


def test_the_gradient_of_a_patient_does_not_depend_on_the_others(
    tiny_package: ModelPackage, tiny_settings: Settings
) -> None:
    from deid.training.tune.base import base_of
    from deid.training.tune.windows import WindowSource

    base = base_of(tiny_package)
    few, many = patients(2, notes=5), patients(6, notes=5)
    for step in range(3):
        one = WindowSource(base, tiny_settings).draw(few.patients[1], step)
        source = WindowSource(base, tiny_settings)
        for patient in many.patients:
            source.draw(patient, step)
        assert source.draw(many.patients[1], step) == one
        assert len(one) == tiny_settings.windows


class Watched:
    """Steps that keep each patient's gradient and never change the weights."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._weights = [one for group in optimizer.param_groups for one in group["params"]]
        self.gradients: list[torch.Tensor] = []

    def zero(self) -> None:
        for one in self._weights:
            one.grad = None

    def take(self, loss: torch.Tensor) -> None:
        self.zero()
        torch.autograd.backward(loss)
        found = [one.grad for one in self._weights if one.grad is not None]
        self.gradients.append(torch.cat([one.flatten() for one in found]))

    def step(self) -> None:
        pass


@pytest.mark.parametrize("method", [Method.FULL, Method.LORA])
def test_a_patient_more_changes_no_other_patients_gradient_with_dropout(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings, method: Method,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    everybody = patients(3)
    fewer = Cohort(everybody.patients[1:])

    def gradients(cohort: Cohort, dropout: float) -> torch.Tensor:
        """By step and patient."""
        made: list[Watched] = []

        def watched(optimizer: torch.optim.Optimizer, *_rest: Any) -> Watched:
            made.append(Watched(optimizer))
            return made[-1]

        monkeypatch.setattr("deid.training.tune.loop.steps_of", watched)
        settings = replace(
            tiny_settings, **{**PLAIN, "method": method, "dropout": dropout, "steps": 3}
        )
        start(tiny_package, make_run(cohort, settings), cohort)
        return torch.stack(made[0].gradients).view(3, len(cohort), -1)

    of_all, of_fewer = gradients(everybody, 0.3), gradients(fewer, 0.3)
    torch.testing.assert_close(of_all[:, 1:], of_fewer)
    assert not torch.allclose(of_fewer, gradients(fewer, 0.0))


def test_what_is_dropped_is_another_for_each_seed_step_and_patient() -> None:
    from deid.training.tune.optimisers import seed_dropout, torch_for

    def dropped(seed: int, step: int, patient: str) -> list[float]:
        seed_dropout(seed, step, patient)
        kept: list[float] = torch.nn.functional.dropout(torch.ones(64), 0.5).tolist()
        return kept

    with torch_for(None, 0):
        assert dropped(1, 2, "a") == dropped(1, 2, "a")
        others = [dropped(1, 2, "b"), dropped(1, 3, "a"), dropped(2, 2, "a")]
        assert dropped(1, 2, "a") not in others


def test_windows_are_those_of_the_notes_and_change_from_step_to_step(
    tiny_package: ModelPackage, tiny_settings: Settings
) -> None:
    from deid.detect.tokens import tokenize
    from deid.training.tune.base import base_of
    from deid.training.tune.windows import WindowSource

    base = base_of(tiny_package)
    (patient,) = patients(1).patients
    source = WindowSource(base, tiny_settings)
    drawn = [source.draw(patient, step) for step in range(4)]
    assert len({str([place for place, _ in one]) for one in drawn}) > 1
    ids = [tokenize(note.text, base.tokenizer).ids for note in patient.notes]
    for place, row in (window for one in drawn for window in one):
        assert row.ids[1:-1] == ids[place.note][place.tokens.start : place.tokens.stop]
        assert len(row.ids) == len(row.shapes) == len(row.classes)


def test_what_frozen_layers_answer_is_kept_and_changes_next_to_nothing(
    tiny_package: ModelPackage, tiny_settings: Settings
) -> None:
    from deid.training.tune.base import base_of
    from deid.training.tune.forward import PatientLoss
    from deid.training.tune.method import prepare
    from deid.training.tune.windows import WindowSource

    base = base_of(tiny_package)
    for layers in (0, 1, 2):
        settings = replace(tiny_settings, layers=layers, cached=True, windows=3)
        prepare(base, settings)
        (patient,) = patients(1).patients
        drawn = WindowSource(base, settings).draw(patient, 0)
        kept = PatientLoss(base.network, settings, base.marks)
        first, second = kept.of(patient, drawn), kept.of(patient, drawn)
        exact = PatientLoss(base.network, replace(settings, cached=False), base.marks)
        assert float(first.detach()) == float(second.detach())
        assert abs(float(first.detach()) - float(exact.of(patient, drawn).detach())) < 0.01


def test_notes_that_are_drawn_anew_are_new_at_each_step_and_their_answers_not_kept(
    tiny_package: ModelPackage, tiny_settings: Settings
) -> None:
    from deid.training.tune.base import base_of
    from deid.training.tune.windows import WindowSource

    base, (patient,) = base_of(tiny_package), patients(1).patients
    source = WindowSource(base, replace(tiny_settings, windows=50), lists=LISTS)
    drawn = [[row.ids for _, row in source.draw(patient, step)] for step in (0, 0, 1)]
    assert drawn[0] == drawn[1] != drawn[2]
    with pytest.raises(ConfigurationError, match="`cached` off"):
        WindowSource(base, replace(tiny_settings, cached=True), lists=LISTS)


def test_a_run_is_given_up_while_it_looks_at_held_out_notes(
    tiny_package: ModelPackage, make_run: MakeRun, tiny_settings: Settings
) -> None:
    cohort = patients(4)
    run = make_run(cohort, replace(tiny_settings, epsilon=None, measure_each=1))
    with pytest.raises(ExaminationStopped), stoppable(lambda: run.spent() == 1):
        start(tiny_package, run, cohort)
    assert run.spent() == 1
    assert run.checkpoint() is not None
    start(tiny_package, run, cohort)
    assert run.spent() == 4


def test_a_loss_is_a_mean_of_windows_whatever_their_length(
    tiny_package: ModelPackage, tiny_settings: Settings
) -> None:
    from deid.training.tune.base import base_of
    from deid.training.tune.forward import PatientLoss
    from deid.training.tune.windows import WindowSource

    base = base_of(tiny_package)
    (patient,) = patients(1).patients
    drawn = WindowSource(base, replace(tiny_settings, windows=9)).draw(patient, 0)
    assert len({len(row.ids) for _, row in drawn}) > 1
    loss = PatientLoss(base.network, tiny_settings, base.marks)
    alone = [float(loss.of(patient, [one]).detach()) for one in drawn]
    together = float(loss.of(patient, drawn).detach())
    assert together == pytest.approx(sum(alone) / len(alone), abs=1e-4)
