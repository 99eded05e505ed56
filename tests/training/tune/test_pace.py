"""The pace of this computer is measured without changing the base."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deid.detect.packages import ModelPackage
from deid.training.tune.settings import Method, Settings

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("private", [True, False])
def test_a_pace_is_measured(
    tiny_package: ModelPackage, tiny_settings: Settings, private: bool
) -> None:
    from deid.training.tune.base import base_network, base_of
    from deid.training.tune.pace import pace_of

    base = base_of(tiny_package)
    settings = replace(tiny_settings, method=Method.LORA, epsilon=8.0 if private else None)
    pace = pace_of(base, settings, held_windows=10)
    assert pace.window > 0
    assert pace.step > 0
    assert pace.measurement > 0
    before, after = base_network(tiny_package).state_dict(), base.network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
