"""One patient changes a step by no more than the clipping norm, and the noise is what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from torch import nn

from deid.training.private.mechanism import PatientOptimizer, PlainOptimizer
from deid.training.private.noise import SecureNoise, SeededNoise

CLIP = 0.7
PATIENT = st.lists(
    st.lists(st.floats(-1e4, 1e4, width=32), min_size=3, max_size=3), min_size=1, max_size=6
)
"""Windows of a patient, each of three numbers."""


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))


def loss_of(net: nn.Module, windows: list[list[float]]) -> torch.Tensor:
    logits = net(torch.tensor(windows))
    return nn.functional.cross_entropy(logits, torch.ones(len(windows), dtype=torch.long))


def change(patients: list[list[list[float]]], *, multiplier: float = 0.0) -> torch.Tensor:
    """What one step with learning rate 1 takes off the weights, times the expected size."""
    net = network()
    before = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
    steps = PatientOptimizer(
        torch.optim.SGD(net.parameters(), lr=1.0),
        clip=CLIP,
        noise_multiplier=multiplier,
        expected=1.0,
        noise=SeededNoise(3),
    )
    steps.zero()
    for windows in patients:
        steps.take(loss_of(net, windows))
    steps.step()
    return before - nn.utils.parameters_to_vector(net.parameters()).detach()


def gradient(windows: list[list[float]]) -> torch.Tensor:
    net = network()
    return torch.cat(
        [
            part.flatten()
            for part in torch.autograd.grad(loss_of(net, windows), list(net.parameters()))
        ]
    )


@settings(max_examples=30)
@given(st.lists(PATIENT, max_size=4), PATIENT)
def test_one_patient_more_changes_the_sum_by_at_most_the_clip(
    others: list[list[list[float]]], patient: list[list[float]]
) -> None:
    difference = (change([*others, patient]) - change(others)).norm()
    assert float(difference) <= CLIP * (1 + 1e-5)


@settings(max_examples=20)
@given(PATIENT, st.integers(2, 5))
def test_a_patient_with_many_times_the_notes_counts_no_more(
    patient: list[list[float]], times: int
) -> None:
    once, often = change([patient]), change([patient * times])
    assert float(often.norm()) <= CLIP * (1 + 1e-5)
    assert torch.allclose(once, often, atol=1e-4)


def test_a_large_gradient_is_bounded_as_a_whole_and_keeps_its_direction() -> None:
    windows = [[3000.0, -2000.0, 9000.0]]
    exact = gradient(windows)
    assert float(exact.norm()) > CLIP
    assert torch.allclose(change([windows]), exact * (CLIP / exact.norm()), atol=1e-5)


def test_the_step_is_the_sum_of_clipped_gradients_by_hand() -> None:
    patients = [[[1.0, 2.0, 3.0], [0.5, 0.1, -1.0]], [[40.0, -30.0, 2.0]], [[0.0, 0.0, 0.1]]]
    exact = [gradient(windows) for windows in patients]
    by_hand = sum(one * min(1.0, CLIP / float(one.norm())) for one in exact)
    assert isinstance(by_hand, torch.Tensor)
    assert torch.allclose(change(patients), by_hand, atol=1e-5)


def test_a_gradient_that_is_no_number_counts_as_zero() -> None:
    good = [[1.0, 2.0, 3.0]]
    assert torch.equal(change([good, [[math.nan, 0.0, 0.0]]]), change([good]))
    assert torch.equal(change([[[math.inf, 0.0, 0.0]], good]), change([good]))


def test_what_was_backed_up_outside_a_step_does_not_come_into_it() -> None:
    net = network()
    before = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
    steps = PatientOptimizer(
        torch.optim.SGD(net.parameters(), lr=1.0),
        clip=CLIP, noise_multiplier=0.0, expected=1.0, noise=SecureNoise(),
    )  # fmt: skip
    loss_of(net, [[5.0, 5.0, 5.0]]).backward()  # type: ignore[no-untyped-call]
    steps.take(loss_of(net, [[1.0, 2.0, 3.0]]))
    steps.step()
    after = nn.utils.parameters_to_vector(net.parameters()).detach()
    assert torch.allclose(before - after, change([[[1.0, 2.0, 3.0]]]))


def test_what_was_taken_before_a_cancelled_step_is_forgotten() -> None:
    net = network()
    before = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
    steps = PatientOptimizer(
        torch.optim.SGD(net.parameters(), lr=1.0),
        clip=CLIP, noise_multiplier=0.0, expected=1.0, noise=SecureNoise(),
    )  # fmt: skip
    steps.take(loss_of(net, [[5.0, 5.0, 5.0]]))
    steps.zero()
    steps.step()
    assert torch.equal(before, nn.utils.parameters_to_vector(net.parameters()).detach())


@pytest.mark.parametrize("patients", [0, 1, 5])
def test_the_noise_is_the_multiplier_times_the_clip_whoever_was_drawn(patients: int) -> None:
    wide = nn.Linear(300, 200, bias=False)
    nn.init.zeros_(wide.weight)
    steps = PatientOptimizer(
        torch.optim.SGD(wide.parameters(), lr=1.0),
        clip=0.5, noise_multiplier=3.0, expected=10.0, noise=SeededNoise(5),
    )  # fmt: skip
    for number in range(patients):
        steps.take(wide(torch.ones(300))[number])
    steps.step()
    # Of 60,000 weights five times 300 moved by at most 0.5 / sqrt(300) / 10: nothing beside it.
    moved = wide.weight.detach().numpy().ravel()
    assert stats.kstest(moved / (3.0 * 0.5 / 10.0), "norm").pvalue > 0.001


def test_a_step_in_which_nobody_was_drawn_moves_the_weights_like_any_other() -> None:
    assert float(change([], multiplier=1.0).norm()) > 0
    assert float(change([], multiplier=0.0).norm()) == 0


def test_noise_is_drawn_anew_for_every_step_and_weight() -> None:
    net = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    for layer in net:
        nn.init.zeros_(layer.weight)
    steps = PatientOptimizer(
        torch.optim.SGD(net.parameters(), lr=1.0),
        clip=1.0, noise_multiplier=1.0, expected=1.0, noise=SecureNoise(),
    )  # fmt: skip
    seen: list[float] = []
    for _ in range(3):
        before = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
        steps.step()
        seen += (nn.utils.parameters_to_vector(net.parameters()).detach() - before).tolist()
    assert len(set(np.round(seen, 6))) == len(seen)


def test_what_is_divided_by_does_not_depend_on_who_was_drawn() -> None:
    net = network()
    before = nn.utils.parameters_to_vector(net.parameters()).detach().clone()
    steps = PatientOptimizer(
        torch.optim.SGD(net.parameters(), lr=1.0),
        clip=CLIP, noise_multiplier=0.0, expected=8.0, noise=SecureNoise(),
    )  # fmt: skip
    steps.take(loss_of(net, [[9.0, -9.0, 3.0]]))
    steps.step()
    moved = before - nn.utils.parameters_to_vector(net.parameters()).detach()
    assert torch.allclose(moved, change([[[9.0, -9.0, 3.0]]]) / 8, atol=1e-6)


def test_weights_that_are_not_trained_do_not_move() -> None:
    net = network()
    net[0].weight.requires_grad_(False)
    frozen = net[0].weight.detach().clone()
    steps = PatientOptimizer(
        torch.optim.AdamW(net.parameters(), lr=0.1),
        clip=1.0, noise_multiplier=1.0, expected=1.0, noise=SecureNoise(),
    )  # fmt: skip
    steps.take(loss_of(net, [[1.0, 2.0, 3.0]]))
    steps.step()
    assert torch.equal(net[0].weight, frozen)


def test_the_plain_twin_does_the_same_where_nothing_is_clipped_or_added() -> None:
    patients = [[[1.0, 2.0, 3.0]], [[-1.0, 0.5, 0.1], [2.0, 0.0, 1.0]]]
    moved = []
    for private in (True, False):
        net = network()
        inner = torch.optim.AdamW(net.parameters(), lr=0.01)
        steps: PatientOptimizer | PlainOptimizer = (
            PatientOptimizer(
                inner, clip=1e6, noise_multiplier=0.0, expected=2.5, noise=SecureNoise()
            )
            if private
            else PlainOptimizer(inner, expected=2.5)
        )
        for drawn in (patients, [], patients[:1]):
            steps.zero()
            for windows in drawn:
                steps.take(loss_of(net, windows))
            steps.step()
        moved.append(nn.utils.parameters_to_vector(net.parameters()).detach())
    assert torch.allclose(moved[0], moved[1], atol=1e-6)


@pytest.mark.parametrize(
    ("clip", "multiplier", "expected"),
    [(0.0, 1.0, 1.0), (1.0, -1.0, 1.0), (1.0, 1.0, 0.0), (math.nan, 1.0, 1.0), (1.0, math.inf, 1)],
)
def test_numbers_that_cannot_be_are_refused(
    clip: float, multiplier: float, expected: float
) -> None:
    optimizer = torch.optim.SGD(network().parameters(), lr=1.0)
    with pytest.raises(ValueError, match="noise multiplier"):
        PatientOptimizer(
            optimizer, clip=clip, noise_multiplier=multiplier, expected=expected,
            noise=SecureNoise(),
        )  # fmt: skip
    with pytest.raises(ValueError, match="expected"):
        PlainOptimizer(optimizer, expected=0.0)
