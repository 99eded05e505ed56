"""From a checkpoint to a measured model package."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from deid.detect.packages import MODEL_FILE, load_package
from deid.detect.scores import ScoreScale
from deid.detect.tokens import load_tokenizer, marks_of
from deid.detect.transformer import TransformerDetector
from deid.training.calibrate import FLOOR, evidence, fitted_scale
from deid.training.card import BASE, DATA, model_card
from deid.training.carriers import mark, read_carriers
from deid.training.examples import MODEL_LABELS
from deid.training.export import Provenance, export_model, load_checkpoint, write_package
from deid.training.measure import THRESHOLDS, Curve, Tagger, measure, tagger, tagger_of
from deid.training.network import BASE_SHA256, ShapedTagger
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote

log = logging.getLogger(__name__)

VERSION = 2
LEAST_PRECISION = 0.935
"""Of the model alone, at its operating points: what stands behind it in the hybrid adds to it."""
COMMAND = (
    "OMP_NUM_THREADS=1 python -m deid.training DATA --out WORK --package models/noteveil-en-small"
)


def make_package(
    folder: Path, *, checkpoint: Path, base: Path, recipe: Recipe, learnt: int,
    held: Sequence[MarkedNote], dev: Sequence[MarkedNote], tuning: Sequence[MarkedNote],
) -> None:  # fmt: skip
    """Export, measure on the held-out and the development notes, and write the package.

    The operating points are chosen on `tuning`.
    """
    network = load_checkpoint(checkpoint, base)
    tokenizer = base / "tokenizer.json"
    with tempfile.TemporaryDirectory() as work:
        model = Path(work) / MODEL_FILE
        export_model(network, model)
        megabytes = model.stat().st_size / 1e6

        def write(target: Path, figures: dict[str, object], card: str, scale: ScoreScale) -> None:
            provenance = Provenance(
                name=folder.name, version=VERSION, base={**BASE, "sha256": BASE_SHA256}, data=DATA,
                command=COMMAND, figures=figures, card=card,
            )  # fmt: skip
            write_package(
                target, model=model, tokenizer=tokenizer, recipe=recipe, scale=scale,
                provenance=provenance,
            )  # fmt: skip

        trial = Path(work) / "trial"
        write(trial, {}, "", ScoreScale(operating_point=0.5, floor=FLOOR))
        classifier = TransformerDetector(load_package(trial)).classifier
        tag = tagger_of(classifier)
        curves = {"held_out": measure(held, tag), "dev": measure(dev, tag)}
        agreement = _agreement(network, tokenizer, recipe, tag, dev)
        figures = _figures(curves, agreement)
        log.info("%s", figures)
        card = model_card(
            name=folder.name, size=megabytes, layers=len(recipe.layers),
            labels=len(MODEL_LABELS), window=recipe.window.size, overlap=recipe.window.overlap,
            learnt=learnt, held=len(held), epochs=recipe.epochs, command=COMMAND,
            seed=recipe.seed, dev=len(dev),
            figures=_card_rows(curves["dev"], agreement),
        )  # fmt: skip
        scale = fitted_scale(evidence(tuning, tag), least_precision=LEAST_PRECISION)
        write(folder, figures, card, scale)


def measure_checkpoint(
    checkpoint: Path, notes: Sequence[MarkedNote], *, base: Path, recipe: Recipe
) -> Curve:
    """How well the network of this checkpoint does on these notes, before it is made int8."""
    tokenizer = load_tokenizer(base / "tokenizer.json")
    network = load_checkpoint(checkpoint, base)
    curve = measure(notes, tagger(network, tokenizer, marks_of(tokenizer), recipe.window))
    log.info("%s: %s", checkpoint, curve.as_row())
    return curve


def marked_carriers(path: Path, *, checkpoint: Path, base: Path) -> list[MarkedNote]:
    """The carriers, marked by the network of this checkpoint."""
    network = load_checkpoint(checkpoint, base)
    tokenizer = load_tokenizer(base / "tokenizer.json")
    teacher = tagger(network, tokenizer, marks_of(tokenizer), Recipe().window)
    return [mark(identity, text, teacher) for identity, text in read_carriers(path)]


def _agreement(
    network: ShapedTagger, tokenizer: Path, recipe: Recipe, tag: Tagger,
    notes: Sequence[MarkedNote],
) -> float:  # fmt: skip
    """Share of tokens to which the int8 model gives the same class as the network does."""
    loaded = load_tokenizer(tokenizer)
    exact = tagger(network, loaded, marks_of(loaded), recipe.window)
    same = [
        exact(note.text)[1].argmax(axis=1) == tag(note.text)[1].argmax(axis=1) for note in notes
    ]
    return float(np.concatenate(same).mean())


def _figures(curves: dict[str, Curve], agreement: float) -> dict[str, object]:
    return {
        "int8_agrees_with_fp32": round(agreement, 5),
        "thresholds": list(THRESHOLDS),
        **{
            f"{name}_character_{kind}": [round(value, 4) for value in getattr(curve, kind)]
            for name, curve in curves.items()
            for kind in ("recall", "precision")
        },
    }


def _card_rows(curve: Curve, agreement: float) -> list[tuple[str, str]]:
    rows = [
        (
            f"model alone, character recall / precision at probability {threshold}",
            f"{recall:.3f} / {precision:.3f}",
        )
        for threshold, recall, precision in zip(
            THRESHOLDS, curve.recall, curve.precision, strict=True
        )
    ]
    return [*rows, ("tokens classed alike by int8 and fp32", f"{agreement:.4f}")]
