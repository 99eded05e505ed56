"""Noise has the right distribution, and nobody can foresee it."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
import torch
from scipy import stats

from deid.training.private.noise import Noise, SecureNoise, SeededNoise


def test_noise_is_gaussian_with_the_deviation_asked_for() -> None:
    drawn = SeededNoise(1).normal((400, 500), std=3.0).numpy().ravel()
    assert stats.kstest(drawn / 3.0, "norm").pvalue > 0.001
    assert drawn.std() == pytest.approx(3.0, rel=0.01)
    # The fourth moment tells a Gaussian from a narrow middle with a wide foot.
    assert stats.kurtosis(drawn) == pytest.approx(0.0, abs=0.05)


def test_values_of_one_call_do_not_hang_together() -> None:
    drawn = SeededNoise(2).normal((200_000,), std=1.0).numpy()
    for apart in (1, 2, 3, 100_000):
        assert abs(np.corrcoef(drawn[:-apart], drawn[apart:])[0, 1]) < 0.02
    halves = np.split(drawn, 2)
    squares = np.corrcoef(halves[0] ** 2, halves[1] ** 2)[0, 1]
    assert abs(squares) < 0.02


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3), (0, 4), (7, 1, 5)])
def test_noise_has_the_shape_asked_for(shape: tuple[int, ...]) -> None:
    drawn = SecureNoise().normal(shape, std=1.0)
    assert tuple(drawn.shape) == shape
    assert drawn.dtype is torch.float64
    assert bool(drawn.isfinite().all())


def test_noise_is_made_in_chunks_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deid.training.private.noise._CHUNK", 64)
    drawn = SeededNoise(3).normal((64 * 2 * 40 + 17,), std=1.0).numpy()
    assert len(np.unique(drawn)) == len(drawn)
    assert stats.kstest(drawn, "norm").pvalue > 0.001


def test_no_noise_is_no_noise() -> None:
    assert SecureNoise().normal((2, 2), std=0.0).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("std", [-1.0, math.nan, math.inf])
def test_a_deviation_that_cannot_be_is_refused(std: float) -> None:
    with pytest.raises(ValueError, match="standard deviation"):
        SecureNoise().normal((1,), std=std)


def test_uniform_numbers_are_uniform() -> None:
    drawn = SeededNoise(4).uniform(100_000)
    assert stats.kstest(drawn, "uniform").pvalue > 0.001
    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0


def test_secure_noise_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(5)
    np.random.seed(5)
    one = SecureNoise().normal((8,), std=1.0)
    torch.manual_seed(5)
    np.random.seed(5)
    two = SecureNoise().normal((8,), std=1.0)
    assert not bool((one == two).any())


def test_each_call_takes_a_key_of_the_systems_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def watched(count: int, real: object = os.urandom) -> bytes:
        asked.append(count)
        return real(count)  # type: ignore[operator,no-any-return]

    monkeypatch.setattr("deid.training.private.noise.os.urandom", watched)
    noise = SecureNoise()
    noise.normal((4,), std=1.0)
    noise.normal((4,), std=1.0)
    noise.uniform(4)
    assert asked == [32, 32, 32]
    assert not vars(noise)


def test_the_bits_are_those_of_aes_256_in_counter_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    """NIST's known answer for an all-zero key (FIPS 197: AES-256 of a zero block)."""
    monkeypatch.setattr("deid.training.private.noise.os.urandom", bytes)
    first = int.from_bytes(bytes.fromhex("dc95c078a2408989"), "little")
    assert SecureNoise().uniform(1)[0] == (first >> 11) * 2.0**-53


def test_seeded_noise_comes_back_and_says_that_it_is_not_secure() -> None:
    one, two = SeededNoise(7), SeededNoise(7)
    assert one.normal((5,), std=1.0).tolist() == two.normal((5,), std=1.0).tolist()
    assert one.normal((5,), std=1.0).tolist() != SeededNoise(7).normal((5,), std=1.0).tolist()
    assert one.uniform(3).tolist() == two.uniform(3).tolist() or not SeededNoise.secure
    assert SecureNoise.secure
    assert not SeededNoise.secure


@pytest.mark.parametrize("noise", [SeededNoise(8)])
def test_far_values_are_there(noise: Noise) -> None:
    """A sampler whose tail stops early would add too little noise where it counts."""
    drawn = noise.normal((2_000_000,), std=1.0).abs()
    for bound in (3.0, 4.0):
        expected = 2_000_000 * math.erfc(bound / math.sqrt(2))
        found = int((drawn > bound).sum())
        assert abs(found - expected) < 5 * math.sqrt(expected)
