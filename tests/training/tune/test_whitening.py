"""What goes into the classifier is spread evenly, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deid.detect.packages import ModelPackage
from deid.errors import ConfigurationError

torch = pytest.importorskip("torch")


def spread(eigenvalues: list[float]) -> object:
    """A second moment with these eigenvalues, along no axis."""
    turned, _ = torch.linalg.qr(torch.randn(4, 4, generator=torch.Generator().manual_seed(3)))
    return turned @ torch.diag(torch.tensor(eigenvalues)) @ turned.T


def test_directions_that_differ_are_spread_alike() -> None:
    from deid.training.tune.whitening import inverse_root

    moment = spread([400.0, 40.0, 20.0, 10.0])
    root = inverse_root(moment)
    before = torch.linalg.eigvalsh(moment)
    after = torch.linalg.eigvalsh(root @ moment @ root)
    assert float(before[-1] / before[0]) > 39
    assert float(after[-1] / after[0]) < 1.35
    assert float(after.sum()) == pytest.approx(float(before.sum()), rel=1e-4)


def test_a_direction_that_never_occurs_is_not_blown_up() -> None:
    from deid.training.tune.whitening import inverse_root

    scales = torch.linalg.eigvalsh(inverse_root(spread([10.0, 10.0, 10.0, 0.0])))
    assert torch.isfinite(scales).all()
    assert float(scales[-1] / scales[0]) < 4


def test_the_second_moment_is_that_of_the_public_texts(tiny_package: ModelPackage) -> None:
    from deid.detect.tokens import framed, tokenize
    from deid.training.tune.base import base_of
    from deid.training.tune.whitening import second_moment

    base = replace(base_of(tiny_package), public=("a b c d", "e f g"))
    hidden = []
    for text in base.public:
        tokens = tokenize(text, base.tokenizer)
        ids, shapes = framed(tokens, range(len(tokens.ids)), base.marks)
        with torch.no_grad():
            hidden.append(base.network.hidden(torch.tensor([ids]), torch.tensor([shapes]))[0])
    rows = torch.cat(hidden)
    assert torch.allclose(second_moment(base), rows.T @ rows / len(rows), atol=1e-4)


def test_whitening_changes_no_answer_and_merges_what_was_learnt(
    tiny_package: ModelPackage,
) -> None:
    from deid.training.tune.base import base_network, base_of, for_export
    from deid.training.tune.method import merged
    from deid.training.tune.whitening import WhitenedClassifier, whiten

    base = base_of(tiny_package)
    plain, network = base_network(tiny_package), base.network
    whiten(base)
    added = network.classifier
    whiten(base)
    assert network.classifier is added
    assert isinstance(added, WhitenedClassifier)
    ids, shapes = torch.tensor([[2, 9, 10, 3]]), torch.tensor([[0, 1, 1, 0]])
    with torch.inference_mode():
        assert torch.equal(network(ids, shapes), plain(ids, shapes))
    with torch.no_grad():
        added.change.add_(0.1)
        changed = network(ids, shapes)
        assert not torch.allclose(changed, plain(ids, shapes), atol=1e-2)
        alone = merged(network)
        assert alone.state_dict().keys() == plain.state_dict().keys()
        assert torch.allclose(for_export(alone)(ids, shapes), changed, rtol=1e-3, atol=1e-3)


def test_without_public_texts_nothing_is_whitened(tiny_package: ModelPackage) -> None:
    from deid.training.tune.base import base_of
    from deid.training.tune.whitening import whiten

    with pytest.raises(ConfigurationError, match="whitened=false"):
        whiten(replace(base_of(tiny_package), public=()))
