"""A model package of a few thousand weights, and patients to learn from; all invented."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from deid.datatypes import Span
from deid.detect.packages import ModelPackage, load_package
from deid.detect.scores import ScoreScale
from deid.detect.windows import WindowPlan
from deid.labels import Label
from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote
from deid.training.tune.run_folder import RunFacts, RunFolder
from deid.training.tune.settings import Optimiser, Settings

NAMES = ("Vega", "Holm", "Lund", "Ames", "Bose", "Cole", "Dunn", "Egan")


def note(number: int, place: int = 0) -> MarkedNote:
    """A note of two windows or so; the name in it is that of its patient."""
    name = NAMES[number % len(NAMES)]
    text = f"{name} is {40 + number}, here on day {place}. No fever, no cough. {name} went home."
    marks = []
    start = text.find(name)
    while start >= 0:
        marks.append((Span(start, start + len(name)), Label.PATIENT))
        start = text.find(name, start + 1)
    return MarkedNote(f"{number}-{place}", text, tuple(marks))


def patients(count: int, *, notes: int = 2) -> Cohort:
    """So many patients with so many notes each."""
    return cohort_of(
        {f"p{number:02d}": [note(number, at) for at in range(notes)] for number in range(count)}
    )


@pytest.fixture(scope="session")
def tiny_package(tmp_path_factory: pytest.TempPathFactory) -> ModelPackage:
    """Two layers, 16 wide, letters and a few marks for a vocabulary; exported like a real one.

    To export takes seconds, so it is made once for all modules and processes of a run; who wants
    to change it copies it.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    shared = folder / "tiny-package"
    if not shared.exists():
        made = tmp_path_factory.mktemp("package")
        _export_tiny(made)
        with suppress(OSError):  # the other process was quicker
            made.rename(shared)
    return load_package(shared / "tiny")


def _export_tiny(folder: Path) -> None:
    """Puts the package into a folder, and beside it the weights as they are before the export."""
    torch = pytest.importorskip("torch")
    for name in ("transformers", "onnx", "peft", "opacus"):
        pytest.importorskip(name)
    from transformers import BertConfig

    from deid.training.export import Provenance, export_model, write_package
    from deid.training.tune.base import empty_network, for_export

    letters = "abcdefghijklmnopqrstuvwxyz0123456789.,/-"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{char}" for char in letters)]
    tokenizer = Tokenizer(
        models.WordPiece({word: at for at, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=24, max_position_embeddings=64,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = empty_network(config)
        for weight in network.parameters():
            torch.nn.init.normal_(weight.data, std=0.4)
    export_model(for_export(network), folder / "model.onnx")
    torch.save(network.state_dict(), folder / "exact.pt")
    write_package(
        folder / "tiny", model=folder / "model.onnx", tokenizer=folder / "tokenizer.json",
        recipe=Recipe(window=WindowPlan(20, 4)),
        scale=ScoreScale(0.1, 0.05, {Label.PATIENT: 0.15}),
        provenance=Provenance(
            name="tiny", version=3, base={"name": "none"}, data=({"name": "letters"},),
            command="make tiny", figures={"dev": 0.5}, card="# tiny\n",
        ),
    )  # fmt: skip


@pytest.fixture
def tiny_settings() -> Settings:
    return Settings(
        layers=1, optimiser=Optimiser.ADAMW, learning_rate=3e-3, largest_gradient=1.0, cached=False,
        steps=4, sampling_rate=0.5, windows=2, epsilon=8.0,
        checkpoint_each=2, measure_each=2, measured_notes=2, averaging=0.5,
    )  # fmt: skip


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[[Cohort, Settings], RunFolder]:
    """Makes the folder of a run over a cohort; the noise is that of no budget."""

    def make(cohort: Cohort, settings: Settings) -> RunFolder:
        noise = 1.0 if settings.private else 0.0
        facts = RunFacts(
            replace(settings), noise, settings.delta_for(len(cohort)), len(cohort), cohort.digest,
            "0" * 64,
        )  # fmt: skip
        return RunFolder.make(tmp_path / "home", facts)

    return make
