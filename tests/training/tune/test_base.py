"""A package turned back into a network gives the package's answers, and makes the package anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deid.detect.packages import ModelPackage, load_package
from deid.detect.transformer import TransformerDetector
from deid.errors import ConfigurationError

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")

NOTES = (
    """\
Pt Marisol Ebanks, 63 y/o, seen 5/12/2024 by Dr. Phineas Obi at Alamance Crossing. MRN 2207-4418,
phone 336-555-0160. Denies fever; lungs clear. Plan: loratadine 10 mg daily.
""",
    """\
Nursing: Mr Holm settled overnight, obs stable, ward 4B bed 12. Daughter Ada rang on Monday from
Lund. NHS 943 476 5919. Bloods: Na 138, K 4.1, CRP 12. Review by the team at 10:00.
""",
    """\
HISTORY: The patient was referred by Oldtown Clinic, 12 Mill Lane, Springfield, OH 45501.
""",
)


def test_every_weight_comes_back_but_for_rounding(tiny_package: ModelPackage) -> None:
    from deid.training.tune.base import base_network

    exact = torch.load(tiny_package.folder.parent / "exact.pt", weights_only=True)
    found = base_network(tiny_package).state_dict()
    assert found.keys() == exact.keys()
    for name, weight in exact.items():
        # Seven bits over the range of the table, or of a column.
        allowed = float(weight.abs().max()) / 63 + 1e-6
        assert torch.allclose(found[name], weight, atol=allowed), name


def test_a_package_made_anew_has_the_same_weights(
    tiny_package: ModelPackage, tmp_path: Path
) -> None:
    from deid.training.export import export_model
    from deid.training.tune.base import base_network, for_export

    first = base_network(tiny_package)
    path = tmp_path / "again.onnx"
    export_model(for_export(first), path)
    second = base_network(replace(tiny_package, model=path.read_bytes()))
    again = second.state_dict()
    for name, weight in first.state_dict().items():
        assert torch.allclose(again[name], weight, atol=float(weight.abs().max()) / 1000), name


def test_the_shipped_package_and_its_network_class_nearly_all_tokens_alike() -> None:
    from deid.training.measure import tagger
    from deid.training.tune.base import base_of

    package = load_package()
    classifier = TransformerDetector(package).classifier
    base = base_of(package)
    tag = tagger(base.network, base.tokenizer, base.marks, base.plan)
    same = []
    for text in NOTES:
        ours = tag(text)[1]
        theirs = classifier.probabilities(classifier.tokenize(text))
        assert float(np.abs(ours - theirs).mean()) < 0.01
        same.append(ours.argmax(axis=1) == theirs.argmax(axis=1))
    assert np.concatenate(same).mean() >= 0.98


def test_a_package_of_another_kind_is_refused(tiny_package: ModelPackage) -> None:
    from deid.training.tune.base import base_network

    with pytest.raises(ConfigurationError, match="cannot be trained further"):
        base_network(replace(tiny_package, model=b"no network"))
    with pytest.raises(ConfigurationError, match="cannot be trained further"):
        base_network(replace(tiny_package, classes=("O", "B-PATIENT", "I-PATIENT")))
