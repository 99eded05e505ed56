"""Exactly the weights of a method are trained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deid.detect.packages import ModelPackage
from deid.errors import ConfigurationError
from deid.training.tune.settings import Method, Settings

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

CLASSIFIER = {"classifier.weight", "classifier.bias"}


def trained_by(package: ModelPackage, settings: Settings) -> set[str]:
    from deid.training.tune.base import base_of
    from deid.training.tune.method import prepare, trained

    base = base_of(package)
    prepare(base, settings)
    return set(trained(base.network))


def test_word_embeddings_are_never_trained(tiny_package: ModelPackage) -> None:
    for method in Method:
        names = trained_by(tiny_package, Settings(method=method, layers=1))
        assert names > CLASSIFIER or names == CLASSIFIER
        assert not any("word_embeddings" in name for name in names)


@pytest.mark.parametrize("method", [Method.LAST_LAYERS, Method.LORA, Method.BIASES])
def test_the_last_layers_and_none_of_the_others(tiny_package: ModelPackage, method: Method) -> None:
    names = trained_by(tiny_package, Settings(method=method, layers=1)) - CLASSIFIER
    assert names
    assert all(name.startswith("encoder.encoder.layer.1.") for name in names)


def test_without_a_layer_the_classifier_alone(tiny_package: ModelPackage) -> None:
    whitened = trained_by(tiny_package, Settings(layers=0))
    assert whitened == {"classifier.change", "classifier.bias"}
    assert trained_by(tiny_package, Settings(layers=0, whitened=False)) == CLASSIFIER


def test_more_layers_than_there_are_cannot_be_trained(tiny_package: ModelPackage) -> None:
    with pytest.raises(ConfigurationError, match="has 2 layers"):
        trained_by(tiny_package, Settings(layers=3))


def test_biases_and_norms_and_no_matrix_but_the_classifier(tiny_package: ModelPackage) -> None:
    names = trained_by(tiny_package, Settings(method=Method.BIASES, layers=2)) - CLASSIFIER
    assert names
    assert all(name.endswith(".bias") or ".LayerNorm." in name for name in names)


def test_low_rank_changes_begin_as_nothing_and_are_merged(tiny_package: ModelPackage) -> None:
    from deid.training.tune.base import base_network, base_of, for_export
    from deid.training.tune.method import merged, prepare, trained

    base = base_of(tiny_package)
    plain, network = base_network(tiny_package), base.network
    prepare(base, Settings(method=Method.LORA, layers=2, rank=2))
    ids, shapes = torch.tensor([[2, 9, 10, 3]]), torch.tensor([[0, 1, 1, 0]])
    with torch.inference_mode():
        before = plain(ids, shapes)
        assert torch.allclose(network(ids, shapes), before, atol=1e-5)
    with torch.no_grad():
        for weight in trained(network).values():
            weight.add_(0.1)
        changed = network(ids, shapes)
        assert not torch.allclose(changed, before, atol=1e-3)
        alone = merged(network)
        assert alone.state_dict().keys() == plain.state_dict().keys()
        assert torch.allclose(alone(ids, shapes), changed, atol=1e-4)
        assert torch.allclose(for_export(alone)(ids, shapes), changed, atol=1e-4)


def test_low_rank_changes_begin_alike_with_the_same_seed(tiny_package: ModelPackage) -> None:
    from deid.training.tune.base import base_of
    from deid.training.tune.method import prepare, trained

    settings = Settings(method=Method.LORA, layers=2, rank=2)
    found = []
    for seed in (1, 1, 2):
        base = base_of(tiny_package)
        prepare(base, replace(settings, seed=seed))
        weights = trained(base.network).values()
        found.append(torch.cat([one.detach().flatten() for one in weights]))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])
