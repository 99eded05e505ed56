"""Settings of the recipe from the command line, and its losses."""

from __future__ import annotations

import pytest

from deid.errors import ConfigurationError
from deid.training.recipe import Loss, Recipe


def test_settings_change_the_recipe() -> None:
    recipe = Recipe().changed(["epochs=2", "layers=0,2,5", "loss=focal", "shapes=no"])
    assert (recipe.epochs, recipe.layers) == (2, (0, 2, 5))
    assert recipe.loss is Loss.FOCAL
    assert not recipe.shapes


@pytest.mark.parametrize("setting", ["epochs=many", "loss=none", "shapes=maybe", "epochs"])
def test_a_value_of_another_kind_is_refused(setting: str) -> None:
    with pytest.raises(ConfigurationError, match="no value for"):
        Recipe().changed([setting])


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="choose from batch_windows"):
        Recipe().changed(["window=3"])


def test_the_teacher_is_the_whole_encoder() -> None:
    recipe = Recipe(layers=(0, 1), teacher_epochs=3, epochs=7)
    assert recipe.teacher().layers == (0, 1, 2, 3, 4, 5)
    assert recipe.teacher().epochs == 3


def test_losses_weigh_tokens_as_they_say() -> None:
    torch = pytest.importorskip("torch")
    from deid.training.examples import IGNORED
    from deid.training.losses import criterion_of

    logits = torch.tensor([[4.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    classes = torch.tensor([0, 1, IGNORED])
    plain, focal, recall = (
        float(criterion_of(Recipe(loss=loss, label_smoothing=0.0))(logits, classes))
        for loss in (Loss.CROSS_ENTROPY, Loss.FOCAL, Loss.RECALL_WEIGHTED)
    )
    hard = float(torch.nn.functional.cross_entropy(logits[1:2], classes[1:2]))
    easy = float(torch.nn.functional.cross_entropy(logits[:1], classes[:1]))
    assert plain == pytest.approx((hard + easy) / 2)
    assert recall == pytest.approx((3 * hard + easy) / 4)
    assert plain < recall < hard
    assert focal == pytest.approx(hard, rel=0.1)
