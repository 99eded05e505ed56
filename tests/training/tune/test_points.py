"""Operating points of a tuned model are chosen on public notes, and the package says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deid.detect.packages import ModelPackage
from deid.detect.scores import ScoreScale
from deid.errors import ModelTampered
from deid.training.calibrate import AtPoints, Evidence
from deid.training.redraw import MarkedNote
from tests.training.tune.conftest import note

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

PUBLIC = tuple(note(number) for number in range(8))


@pytest.fixture
def moved(tiny_package: ModelPackage, tmp_path: Path) -> ModelPackage:
    """A package that finds what the base finds, at other probabilities."""
    from deid.training.tune.base import base_network
    from deid.training.tune.package import write_tuned
    from tests.training.tune.test_package import LINEAGE

    network = base_network(tiny_package)
    with torch.no_grad():
        dict(network.named_parameters())["classifier.bias"][0] += 2
    return write_tuned(tmp_path / "package", network, base=tiny_package, lineage=LINEAGE)


def chosen(
    moved: ModelPackage, base: ModelPackage, public: tuple[MarkedNote, ...] = PUBLIC
) -> ModelPackage:
    from deid.training.tune.package import set_points
    from tests.training.tune.test_package import LINEAGE

    return set_points(moved, base=base, lineage=LINEAGE, public=public)


def evidence_of(*probabilities: float, label: int = 0) -> Evidence:
    """Of ten words, of which the first five are identifiers."""
    count = len(probabilities)
    marked = np.array([4.0] * 5 + [0.0] * (count - 5))
    return Evidence(np.array(probabilities), np.full(count, label), marked, 4 - marked)


def test_a_model_whose_probabilities_moved_finds_at_its_own_points_what_it_lost(
    tiny_package: ModelPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deid.training.tune import points

    base, tuned = tiny_package, replace(tiny_package, name="tuned")
    answers = {
        "tiny": evidence_of(0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0.02, 0.02, 0.02, 0.02),
        "tuned": evidence_of(0.55, 0.5, 0.4, 0.12, 0.12, 0.06, 0.02, 0.02, 0.02, 0.02),
    }
    monkeypatch.setattr(points, "_evidence", lambda package, _notes: answers[package.name])
    base = replace(base, scale=ScoreScale(0.3, 0.05))
    found = points.choose_points(tuned, base, PUBLIC)
    assert found is not None
    scale, told = found
    assert told.base == AtPoints(1.0, 1.0)
    assert told.moved == AtPoints(0.6, 1.0)
    assert told.chosen == AtPoints(1.0, 1.0)
    assert 0.06 < scale.operating_point <= 0.12
    assert told.notes == len(PUBLIC)


def test_the_package_says_what_its_points_were_chosen_by(
    moved: ModelPackage, tiny_package: ModelPackage
) -> None:
    from deid.training.tune.points import choose_points

    found = choose_points(moved, tiny_package, PUBLIC)
    assert found is not None
    scale, points = found
    package = chosen(moved, tiny_package)
    assert package.scale == scale
    manifest = json.loads((package.folder / "manifest.json").read_text(encoding="utf-8"))
    told = manifest["lineage"]["operating_points"]
    assert told == points.as_json()
    assert told["notes"] == 8
    card = (package.folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "chosen anew on 8 notes that come with the program" in card
    assert package.model == moved.model


@pytest.mark.parametrize("public", [(), (MarkedNote("a", "No fever.", ()),)])
def test_notes_without_a_mark_leave_the_points_of_the_base(
    moved: ModelPackage, tiny_package: ModelPackage, public: tuple[MarkedNote, ...]
) -> None:
    assert chosen(moved, tiny_package, public) == moved
    assert moved.scale == tiny_package.scale


def test_until_then_they_are_those_of_the_base(
    moved: ModelPackage, tiny_package: ModelPackage
) -> None:
    assert moved.scale == tiny_package.scale
    manifest = json.loads((moved.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["lineage"]["operating_points"] is None
    card = (moved.folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "**Operating points**: those of the base." in card


def test_points_are_not_written_for_a_base_that_was_changed_meanwhile(
    moved: ModelPackage, tiny_package: ModelPackage
) -> None:
    (moved.folder / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelTampered, match="changed meanwhile"):
        chosen(tiny_package, moved)
