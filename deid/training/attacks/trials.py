"""Attacks on models that a training made: planted words, and who was learnt from (black box).

The training is given as a function, so that the same attacks are made on it with and without
noise. Coins decide what is planted and who is learnt from, for on them the bounds rest.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from deid.training.attacks.bounds import Scored
from deid.training.attacks.canaries import (
    exposures,
    invent_words,
    make_canaries,
    mean_by_repeats,
    plant,
    scored_canaries,
)
from deid.training.attacks.losses import losses_of_marks, losses_of_patients
from deid.training.attacks.membership import (
    Bits,
    Floats,
    confidences,
    likelihood_ratios,
    scored,
)
from deid.training.cohort.patients import Cohort
from deid.training.tune.base import Base

Tune = Callable[[Cohort], Base]
"""A model that was trained on a cohort, always from the same base."""


class Attack(StrEnum):
    """What is attacked, and how."""

    GRADIENTS = "planted gradients, every step seen"
    LAST_WEIGHTS = "planted gradients, the last weights seen"
    NOTES = "planted notes, every step seen"
    CANARIES = "planted words, by the fall of their loss"
    LOSS = "membership, by the loss"
    LIRA = "membership, by shadow models (LiRA)"


@dataclass(frozen=True, slots=True)
class Planted:
    """What became of planted words.

    Attributes:
        exposure: by how many patients had the word, the mean exposure in bits and its standard
            error.
        scored: words of one patient each, planted or not by a coin.
    """

    exposure: Mapping[int, tuple[float, float]]
    scored: Scored


def attack_canaries(
    tune: Tune, before: Base, cohort: Cohort, *, repeats: Sequence[int], each: int, tossed: int,
    others: int, seed: int,
) -> Planted:  # fmt: skip
    """Train once with planted words, and look for them.

    Args:
        tune: the training.
        before: the model that it begins from.
        cohort: other patients to learn from.
        repeats: how many patients shall have a word, for the exposures.
        each: words for each of these.
        tossed: more words, which one patient has or none, by a coin.
        others: words that no patient has, to rank them among.
        seed: of words, labels and coins.
    """
    words = make_canaries([*repeats], each=each, seed=seed)
    coins = random.Random(f"coins/{seed}")  # noqa: S311 - an experiment, no secret
    planted = {one.word for one in words}
    by_coin = tuple(
        replace(one, repeats=coins.randrange(2))
        for one in make_canaries([0], each=tossed, seed=~seed)
        if one.word not in planted
    )
    taken = planted | {one.word for one in by_coin}
    free = [word for word in invent_words(others + len(taken), seed) if word not in taken]
    after = tune(plant(cohort, (*words, *by_coin)))
    losses = {"before": losses_of_marks(before), "after": losses_of_marks(after)}
    return Planted(
        mean_by_repeats(words, exposures(words, free[:others], **losses)),
        scored_canaries(by_coin, **losses),
    )


def attack_members(
    tune: Tune, pool: Cohort, *, shadows: int, targets: int, seed: int
) -> Mapping[Attack, Scored]:
    """Train many times, each time on those of the pool whom a coin chose, and tell who they were.

    The attacker knows the coins of the shadow models, which are trained like the targets, and
    guesses those of the targets. As each target has coins of its own, all targets together are one
    training as far as `bound_of_one_run` is concerned.
    """
    coins = np.random.default_rng(seed)
    learnt: Bits = coins.random((shadows + targets, len(pool))) < 0.5
    losses = np.stack([losses_of_patients(tune(_chosen(pool, row)), pool) for row in learnt])
    known, asked = confidences(losses[:shadows]), confidences(losses[shadows:])
    ratios = likelihood_ratios(known, learnt[:shadows], asked)
    return {
        Attack.LOSS: _flat(asked, learnt[shadows:]),
        Attack.LIRA: _flat(ratios, learnt[shadows:]),
    }


def _chosen(pool: Cohort, row: Bits) -> Cohort:
    chosen = tuple(one for one, inside in zip(pool.patients, row, strict=True) if inside)
    return Cohort(chosen, pool.unit)


def _flat(scores: Floats, learnt: Bits) -> Scored:
    return scored(scores.ravel(), learnt.ravel())
