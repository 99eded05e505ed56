"""Settings say what they are, survive a file, and refuse what cannot be."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from deid.errors import ConfigurationError
from deid.training.cohort.patients import Unit
from deid.training.tune.settings import PLAIN, Method, Settings


def test_settings_come_back_from_a_file() -> None:
    settings = Settings(method=Method.LORA, layers=2, unit=Unit.NOTE, epsilon=None, delta=1e-5)
    assert Settings.of_row(json.loads(json.dumps(settings.as_row()))) == settings


@pytest.mark.parametrize(
    "changes",
    [
        {"sampling_rate": 0.0},
        {"sampling_rate": 1.5},
        {"steps": 0},
        {"windows": 0},
        {"epsilon": 0.0},
        {"epsilon": math.nan},
        {"epsilon": math.inf},
        {"epsilon": 1e-6},
        {"epsilon": 1e6},
        {"delta": 1.0},
        {"delta": 1e-40},
        {"sampling_rate": 1e-40},
        {"largest_gradient": 1e17},
        {"largest_gradient": 1e-40},
        {"largest_gradient": math.inf},
        {"averaging": 1.0},
        {"learning_rate": math.nan},
        {"method": Method.LORA, "layers": 0},
        {"method": Method.BIASES, "layers": 0},
        {"layers": -1},
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(reversed(changes))):
        Settings(**changes)


def test_a_range_that_is_not_plain_is_said() -> None:
    with pytest.raises(ConfigurationError, match=r"epsilon lies between 0\.01 and 100"):
        Settings(epsilon=1e-6)
    assert Settings(epsilon=0.01, delta=1e-12, largest_gradient=1e6).private


def test_what_an_officer_chose_is_not_called_a_default() -> None:
    assert Settings(epsilon=1.0, delta=1e-5, unit=Unit.NOTE, measure_each=0, seed=1).by_default
    assert not Settings(learning_rate=0.5).by_default
    assert not Settings(method=Method.FULL).by_default
    assert not Settings(steps=41).by_default


@pytest.mark.parametrize(
    "change", [{"method": "guess"}, {"steps": "many"}, {"more": 1}, {"sampling_rate": None}]
)
def test_a_file_that_was_changed_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="training settings"):
        Settings.of_row({**Settings().as_row(), **change})


def test_answers_are_kept_where_layers_are_frozen_and_nothing_is_dropped() -> None:
    assert Settings().keeps_answers
    assert not Settings(cached=False).keeps_answers
    assert not Settings(method=Method.FULL).keeps_answers
    assert not Settings(dropout=0.1).keeps_answers


def test_without_privacy_more_is_trained() -> None:
    plain = Settings(**PLAIN)  # type: ignore[arg-type]
    assert not plain.private
    assert plain.layers > Settings().layers


def test_delta_is_less_than_one_patient_s_share_unless_it_is_set() -> None:
    assert Settings().delta_for(200) == 200**-1.1
    assert Settings(delta=1e-6).delta_for(200) == 1e-6
