"""The comparison of recipes: its variants differ, and its table shows the best pass of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deid.errors import DeidError

pytest.importorskip("torch")

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"
RECALL = [0.99, 0.98, 0.97, 0.96, 0.93, 0.90]
PRECISION = [0.61, 0.72, 0.81, 0.86, 0.92, 0.95]


def history(folder: Path, *qualities: float) -> None:
    folder.mkdir(parents=True)
    rows = [
        {"epoch": epoch, "quality": quality, "recall": RECALL, "precision": PRECISION}
        for epoch, quality in enumerate(qualities)
    ]
    rows[-1]["epoch"] = "average"
    (folder / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_what_is_trained_already_is_only_shown(
    run_here: Callable[..., str], tmp_path: Path
) -> None:
    history(tmp_path / "base", 0.9, 0.92, 0.91)
    history(tmp_path / "focal", 0.88)
    told = run_here(
        "recipes.py", tmp_path / "nothing", "--out", tmp_path, "--only", "focal", "base"
    )
    heads, _rule, *rows = told.splitlines()
    assert heads.split(" | ")[1:4] == ["quality", "recall at 0.1", "precision at 0.1"]
    assert [row.split(" | ")[1:] for row in rows] == [
        ["0.8800", "0.980", "0.720", "0.960", "0.860 |"],
        ["0.9200", "0.980", "0.720", "0.960", "0.860 |"],
    ]


def test_what_was_cut_off_is_trained_again(run_here: Callable[..., str], tmp_path: Path) -> None:
    history(tmp_path / "base", 0.9, 0.92)
    path = tmp_path / "base" / "history.jsonl"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    # The notes are asked for, which are not there.
    with pytest.raises(DeidError, match="cannot be read"):
        run_here("recipes.py", tmp_path / "nothing", "--out", tmp_path, "--only", "base")


def test_every_variant_is_a_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from recipes import VARIANTS

    from deid.training.recipe import Recipe

    short = Recipe(layers=(0, 2, 5))
    made = [
        (short.changed(variant.settings), variant.corpus, variant.carriers)
        for variant in VARIANTS.values()
    ]
    assert len(made) == len({repr(one) for one in made})
