"""A tuned network becomes a package that detects and says where it comes from."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from deid.detect.packages import ModelPackage, load_package
from deid.detect.transformer import TransformerDetector
from deid.errors import ModelTampered, OutputError
from deid.training.tune.lineage import STATEMENT_FILE, Lineage
from deid.training.tune.run_folder import RunFacts
from deid.training.tune.settings import Settings

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

FACTS = RunFacts(Settings(), 1.25, 3e-3, 200, "c" * 64, "b" * 64)
LINEAGE = Lineage("20261121-180000-00c0ffee", FACTS, 60, 7.9994, "prv")


def write(folder: Path, base: ModelPackage, lineage: Lineage = LINEAGE) -> ModelPackage:
    from deid.training.tune.base import base_network
    from deid.training.tune.package import write_tuned

    network = base_network(base)
    torch.nn.init.constant_(network.classifier.bias.data, 0.25)
    return write_tuned(folder, network, base=base, lineage=lineage, statement="# Privacy\n")


def test_a_package_says_where_it_comes_from(tiny_package: ModelPackage, tmp_path: Path) -> None:
    package = write(tmp_path / "package", tiny_package)
    assert package.name == "tiny-site"
    assert package.version == tiny_package.version + 1
    assert package.scale == tiny_package.scale
    assert package.plan == tiny_package.plan
    assert STATEMENT_FILE in package.files
    manifest = json.loads((package.folder / "manifest.json").read_text())
    assert manifest["lineage"]["base"]["manifest_sha256"] == tiny_package.manifest_digest
    assert manifest["lineage"]["epsilon"] == 7.9994
    assert manifest["lineage"]["unit"] == "patient"
    assert manifest["lineage"]["noise_multiplier"] == 1.25
    assert manifest["figures"] == {}
    assert "c" * 64 not in json.dumps(manifest), "who was learnt from stays in the log"
    card = (package.folder / "MODEL_CARD.md").read_text()
    assert "ε = 8.00 at δ = 0.003 for" in card
    assert card.endswith("# tiny\n")


def test_nobody_is_told_of_the_quantiser_s_advice(
    tiny_package: ModelPackage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), list(root.filters))
    write(tmp_path / "package", tiny_package)
    assert not [record for record in caplog.records if record.name == "root"]
    assert (list(root.handlers), list(root.filters)) == before


def test_a_package_detects(tiny_package: ModelPackage, tmp_path: Path) -> None:
    package = write(tmp_path / "package", tiny_package)
    classifier = TransformerDetector(package).classifier
    before = TransformerDetector(tiny_package).classifier
    tokens = classifier.tokenize("Ada was seen by Dr. Lum")
    assert not np.allclose(classifier.answer(tokens), before.answer(tokens), atol=1e-3)


def test_a_model_without_privacy_claims_none(tiny_package: ModelPackage, tmp_path: Path) -> None:
    facts = RunFacts(Settings(epsilon=None), 0.0, 3e-3, 200, "c" * 64, "b" * 64)
    package = write(tmp_path / "package", tiny_package, Lineage("r", facts, 60, None, None))
    lineage = json.loads((package.folder / "manifest.json").read_text())["lineage"]
    claims = ("epsilon", "delta", "noise_multiplier", "clipping_norm", "relation", "accountant")
    assert all(lineage[claim] is None for claim in claims)
    assert "none: the model may tell" in (package.folder / "MODEL_CARD.md").read_text()


def test_a_package_of_a_package_keeps_its_name_and_lineage(
    tiny_package: ModelPackage, tmp_path: Path
) -> None:
    once = write(tmp_path / "once", tiny_package)
    twice = write(tmp_path / "twice", once)
    assert (twice.name, twice.version) == ("tiny-site", 5)
    base = json.loads((twice.folder / "manifest.json").read_text())["lineage"]["base"]
    assert base["lineage"]["run"] == LINEAGE.run, "what the base learnt from is not forgotten"


def test_a_base_that_was_changed_meanwhile_is_refused(
    tiny_package: ModelPackage, tmp_path: Path
) -> None:
    base = write(tmp_path / "base", tiny_package)
    (base.folder / "manifest.json").write_text("{}")
    with pytest.raises(ModelTampered, match="changed meanwhile"):
        write(tmp_path / "package", base)


def test_what_was_there_stays_where_the_package_cannot_be_written(
    tiny_package: ModelPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = write(tmp_path / "package", tiny_package)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("deid.training.tune.package.export_model", full)
    with pytest.raises(OutputError, match="No space left on device"):
        write(tmp_path / "package", tiny_package)
    assert load_package(tmp_path / "package").manifest_digest == first.manifest_digest
    assert [path.name for path in tmp_path.iterdir()] == ["package"]
