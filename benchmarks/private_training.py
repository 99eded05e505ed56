"""What fine-tuning on a hospital's notes gains, plainly and under differential privacy by patient.

    python benchmarks/private_training.py DATA --out FOLDER [--teacher FILE] [--only NAME ...]
        [--seeds N] [--patients N] [--held N] [--tuning] [--show]

DATA is the folder that `python -m deid.training` takes. The base is the first stage of the recipe,
learnt from marked notes alone (`--teacher`, or trained in FOLDER): it has seen no note of the
project's corpus. The hospital's notes are the corpus' files of `HOSPITAL` in the frames of its
house, its patients invented on them (`benchmarks/hospital.py`); learning and held-out patients have
no carrier in common. With `--tuning` the styles are those of `TUNING` and the house is another: on
these the numbers of `VARIANTS` were chosen. With `--loose` there is no house, and a hospital is no
more than its styles. Features are whitened by the corpus' other files. Every run appends a line to
FOLDER/runs.jsonl and is not done again; `--show` only prints.

Prints Markdown: of characters, by the model alone, over the held-out patients: recall where 90 % of
what is found is right; recall and precision at one probability; the mean F2 over six of them. Then
by how many points the first is gained over the base, and how much of the gain of `REFERENCE` is
kept, each the mean over the seeds with a 95 % interval from a paired bootstrap over the patients;
and, under `general`, the mean F2 on public notes of the kind that the base knows. Noise and draws
come from the seed, so that a run can be repeated: for an experiment on public notes only.
"""

from __future__ import annotations

import argparse
import copy
import json
import resource
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from hospital import House, invented_patients, parted_carriers
from looked_up import Answers, LookedUp
from machine import machine
from numpy.typing import NDArray

from deid import resources
from deid.detect.tokens import load_tokenizer, marks_of
from deid.training.__main__ import installed_base
from deid.training.cohort.patients import Cohort
from deid.training.examples import hold_out, pools_of, read_marked
from deid.training.loop import train
from deid.training.measure import THRESHOLDS, counts, measure, tagger
from deid.training.network import ShapedTagger, build
from deid.training.private.accounting import Mechanism, epsilon, noise_for
from deid.training.private.noise import SeededNoise
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote
from deid.training.tune.base import Base
from deid.training.tune.forward import FrozenAnswers
from deid.training.tune.loop import fine_tune
from deid.training.tune.run_folder import RunFacts, RunFolder
from deid.training.tune.settings import PLAIN, Settings
from deid.training.wordlists import WordLists, read_word_lists

HOSPITAL = ("ehr-", "acute-")
TUNING = ("psychosocial-", "admin-")
GENERAL_NOTES = 16
GRID = tuple(sorted({*THRESHOLDS, *(step / 25 for step in range(1, 25)), 0.01, 0.02, 0.98, 0.99}))
"""Probabilities at which characters are counted."""
PRECISION = 0.9
DRAWS = 2000

Rates = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to train.

    Attributes:
        what: for the table.
        settings: its numbers.
        patients: to learn from; None: as many as were asked for.
    """

    what: str
    settings: Settings
    patients: int | None = None


_PRIVATE = Settings(checkpoint_each=0, measure_each=0)
_PLAIN = replace(
    Settings(**PLAIN), sampling_rate=0.03, checkpoint_each=0, measure_each=0,  # type: ignore[arg-type]
)  # fmt: skip
VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        "plain": Variant("plain, two layers", _PLAIN),
        "plain-head": Variant("plain, classifier alone", replace(_PRIVATE, epsilon=None)),
        "dp-8": Variant("ε = 8, classifier alone", _PRIVATE),
        "dp-3": Variant("ε = 3, classifier alone", replace(_PRIVATE, epsilon=3.0)),
        "dp-1": Variant("ε = 1, classifier alone", replace(_PRIVATE, epsilon=1.0)),
        "dp-8-as-it-is": Variant("ε = 8, not whitened", replace(_PRIVATE, whitened=False)),
    }
)
REFERENCE = "plain"


@dataclass(slots=True)
class Experiment:
    """The base, the hospital's patients, and where results go.

    Attributes:
        base: never changed; each run works on a copy.
        carriers: of the hospital's style, to learn from.
        held: the patients to measure on.
        general: marked notes of the kind that the base knows, to see what is forgotten.
        lists: from which values are drawn.
        house: what all notes of the hospital share; None: nothing.
        answers: of frozen layers, which all runs share.
        looked_up: the same of the notes that are measured on.
    """

    base: Base
    carriers: Sequence[MarkedNote]
    held: Cohort
    general: Sequence[MarkedNote]
    lists: WordLists
    house: House | None = None
    answers: FrozenAnswers = field(default_factory=FrozenAnswers)
    looked_up: Answers = field(default_factory=dict)

    def run(self, variant: Variant, *, patients: int, seed: int) -> dict[str, object]:
        """Train once and measure; a line of the results."""
        learn = invented_patients(
            self.carriers, variant.patients or patients, self.lists, seed="learn",
            house=self.house,
        )  # fmt: skip
        settings = replace(variant.settings, seed=seed)
        delta = settings.delta_for(len(learn))
        sigma = 0.0
        if settings.epsilon is not None:
            sigma = noise_for(
                epsilon=settings.epsilon, delta=delta, sampling_rate=settings.sampling_rate,
                steps=settings.steps,
            )  # fmt: skip
        facts = RunFacts(settings, sigma, delta, len(learn), learn.digest, base="teacher")
        base = replace(self.base, network=copy.deepcopy(self.base.network))
        with tempfile.TemporaryDirectory() as home:
            tuned = fine_tune(
                learn, (), base=base, run=RunFolder.make(Path(home), facts),
                noise=SeededNoise(seed), answers=self.answers,
            )  # fmt: skip
        run = Mechanism(settings.sampling_rate, sigma, settings.steps)
        return {
            "settings": settings.as_row(),
            "patients": len(learn),
            "notes": len(learn.notes),
            "sigma": sigma,
            "delta": delta,
            "epsilon": epsilon([run], delta=delta) if settings.private else None,
            "seconds_a_step": tuned.seconds / settings.steps,
            "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            **self.measured(tuned.network, trained=settings.layers if settings.cached else None),
        }

    def measured(self, network: ShapedTagger, *, trained: int | None = None) -> dict[str, object]:
        """What a network finds, patient by patient, and in the general notes.

        Args:
            network: to be measured.
            trained: how many of its last layers differ from the base; None: any.
        """
        base = self.base
        if trained is not None:
            frozen = len(network.encoder.encoder.layer) - trained
            network = LookedUp(network, frozen, self.looked_up)
        tag = tagger(network, base.tokenizer, base.marks, base.plan)
        found = [sum(counts(note, tag, GRID) for note in one.notes) for one in self.held.patients]
        return {
            "counts": [np.asarray(one, dtype=int).tolist() for one in found],
            "general": measure(self.general, tag).as_row(),
        }


def main() -> None:
    """Run what is not done yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, help="checkpoint of the recipe's first stage")
    parser.add_argument("--only", nargs="*", choices=[*VARIANTS], default=[*VARIANTS])
    parser.add_argument(
        "--try", nargs="+", default=[], dest="tried", metavar="NAME:VARIANT[,SETTING=VALUE...]",
        help="one more variant, which differs from one of the others in these settings",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--patients", type=int, default=800, help="to learn from")
    parser.add_argument("--held", type=int, default=100, help="patients to measure on")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--loose", action="store_true", help="without what a house's notes share")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    path = arguments.out / ("tuning.jsonl" if arguments.tuning else "runs.jsonl")
    torch.set_num_threads(1)
    variants = {name: VARIANTS[name] for name in arguments.only}
    variants |= dict(map(tried, arguments.tried))
    if not arguments.show:
        _run_all(variants, arguments, path)
    print(table(_rows(path)))


def tried(argument: str) -> tuple[str, Variant]:
    """A variant of the form `name:other,setting=value,...` with its name."""
    name, _, rest = argument.partition(":")
    other, *changes = rest.split(",")
    row = VARIANTS[other].settings.as_row()
    patients = VARIANTS[other].patients
    for change in changes:
        setting, _, value = change.partition("=")
        if setting == "patients":
            patients = int(value)
        elif setting in row:
            row[setting] = _read(setting, value)
        else:
            raise SystemExit(f"no setting {setting!r}: {', '.join(row)}")
    return name, Variant(name, Settings.of_row(row), patients)


def _read(setting: str, value: str) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _run_all(variants: Mapping[str, Variant], arguments: argparse.Namespace, path: Path) -> None:
    done = {(row["variant"], row["seed"]) for row in _rows(path)}
    wanted = [(name, seed) for seed in range(arguments.seeds) for name in variants]
    if ("base", 0) in done and all(one in done for one in wanted):
        return
    experiment = _experiment(arguments)
    if ("base", 0) not in done:
        found = experiment.measured(experiment.base.network, trained=0)
        _add(path, {"variant": "base", "what": "the base", "seed": 0, **found})
    for name, seed in wanted:
        if (name, seed) in done:
            continue
        found = experiment.run(variants[name], patients=arguments.patients, seed=seed)
        row = {"variant": name, "what": variants[name].what, "seed": seed, "machine": machine()}
        _add(path, {**row, **found})
        print(summary(row, found), flush=True)


def _experiment(arguments: argparse.Namespace) -> Experiment:
    recipe = Recipe().teacher()
    folder = installed_base()
    known, general = hold_out(read_marked(arguments.data / "marked" / "train.jsonl"), recipe)
    general = general[:GENERAL_NOTES]
    lists = read_word_lists(arguments.data / "names", pools_of(known))
    teacher = arguments.teacher or _teacher(arguments.out, known, general, lists, folder, recipe)
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    network = build(folder, recipe, start=teacher).eval()
    styles = TUNING if arguments.tuning else HOSPITAL
    corpus = read_marked(resources.models() / "corpus")
    public = tuple(note.text for note in corpus if not note.id.startswith(HOSPITAL + TUNING))
    base = Base(network, tokenizer, marks_of(tokenizer), recipe.window, public)
    notes = [note for note in corpus if note.id.startswith(styles)]
    learn, held = parted_carriers(notes)
    house = None
    if not arguments.loose:
        house = House.read("tuning" if arguments.tuning else "hospital", lists)
    patients = invented_patients(held, arguments.held, lists, seed="held", house=house)
    return Experiment(base, learn, patients, general, lists, house)


def _teacher(
    out: Path, learn: Sequence[MarkedNote], held: Sequence[MarkedNote], lists: WordLists,
    folder: Path, recipe: Recipe,
) -> Path:  # fmt: skip
    """The recipe's first stage, trained unless it was before."""
    made = out / "teacher" / "average.pt"
    if not made.is_file():
        train(learn, held, lists=lists, base=folder, out=out / "teacher", recipe=recipe)
    return made


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.open(encoding="utf-8")] if path.exists() else []


def _add(path: Path, row: Mapping[str, object]) -> None:
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row) + "\n")


def summary(row: Mapping[str, object], found: Mapping[str, Any]) -> str:
    """One run in a line."""
    summed = np.array(found["counts"], dtype=float).sum(axis=0, keepdims=True)
    figures = ", ".join(f"{name} {float(rate(summed)[0]):.4f}" for name, rate in RATES.items())
    return (
        f"{row['variant']} {row['seed']}: {figures}, sigma {found['sigma']:.3f}, "
        f"general {found['general']['quality']:.4f}, {found['seconds_a_step']:.1f} s a step"
    )


def _recall(summed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Recall at the probability at which so much of what is found is right.

    Between two probabilities of the grid, linearly.
    """
    hits, said, wanted = np.moveaxis(summed, 2, 0)
    precision, recall = hits / np.maximum(said, 1), hits / wanted
    enough = precision >= PRECISION
    enough[:, -1] = True
    at = np.maximum(enough.argmax(axis=1), 1)
    draws = np.arange(len(summed))
    low, high = precision[draws, at - 1], precision[draws, at]
    share = np.clip((PRECISION - low) / np.maximum(high - low, 1e-9), 0, 1)
    return np.asarray(
        recall[draws, at - 1] + share * (recall[draws, at] - recall[draws, at - 1]),
        dtype=np.float64,
    )


def _recall_at(probability: float) -> Rates:
    at = GRID.index(probability)
    return lambda summed: summed[:, at, 0] / summed[:, at, 2]


def _precision_at(probability: float) -> Rates:
    at = GRID.index(probability)
    return lambda summed: summed[:, at, 0] / np.maximum(summed[:, at, 1], 1)


def _quality(summed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean F2 over the thresholds, as `deid.training.measure.Curve.quality`."""
    hits, said, wanted = np.moveaxis(summed[:, [GRID.index(one) for one in THRESHOLDS]], 2, 0)
    return np.asarray((5 * hits / (4 * wanted + said)).mean(axis=1), dtype=np.float64)


RATES: Mapping[str, Rates] = MappingProxyType(
    {
        f"recall at precision {PRECISION}": _recall,
        "recall at 0.3": _recall_at(0.3),
        "precision at 0.3": _precision_at(0.3),
        "mean F2": _quality,
    }
)
"""Each from counts `[draws, grid, 3]`, summed over patients, to a number a draw."""
COMPARED = f"recall at precision {PRECISION}"
"""In which gains are told."""


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """What every variant reaches, gains and keeps, as Markdown."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["variant"], []).append(row)
    if "base" not in found:
        return "nothing has been run"
    drawn = _draws(len(found["base"][0]["counts"]))
    rates = {
        name: {key: _mean(runs, rate, drawn) for key, rate in RATES.items()}
        for name, runs in found.items()
    }
    heads = ["training", "seeds", *RATES, "gained", "of the plain gain", "σ", "s a step", "general"]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}"]
    for name, runs in found.items():
        gains = [_gained(rates, name), _kept(rates, name)]
        values = [f"{rates[name][key][0]:.4f}" for key in RATES]
        cells = [runs[0]["what"], str(len(runs)), *values, *gains, *_costs(runs)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _draws(patients: int) -> NDArray[np.float64]:
    """How often each patient is taken: as they are, and then in each draw of the bootstrap."""
    rng = np.random.default_rng(20)
    drawn = rng.multinomial(patients, np.full(patients, 1 / patients), size=DRAWS)
    return np.vstack([np.ones((1, patients)), drawn])


def _mean(
    runs: Sequence[Mapping[str, Any]], rate: Rates, drawn: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A rate for each draw, the mean over the seeds."""
    each = []
    for run in runs:
        counted = np.array(run["counts"], dtype=float)
        summed = drawn @ counted.reshape(len(counted), -1)
        each.append(rate(summed.reshape(len(drawn), *counted.shape[1:])))
    return np.asarray(np.mean(each, axis=0), dtype=np.float64)


def _gained(rates: Mapping[str, Mapping[str, NDArray[np.float64]]], name: str) -> str:
    gain = 100 * (rates[name][COMPARED] - rates["base"][COMPARED])
    return "" if name == "base" else _spread(gain, ".1f")


def _kept(rates: Mapping[str, Mapping[str, NDArray[np.float64]]], name: str) -> str:
    if name in {"base", REFERENCE} or REFERENCE not in rates:
        return ""
    base = rates["base"][COMPARED]
    gains = [rates[one][COMPARED] - base for one in (name, REFERENCE)]
    return _spread(100 * gains[0] / gains[1], ".0f", " %")


def _spread(values: NDArray[np.float64], form: str, unit: str = "") -> str:
    low, high = np.percentile(values[1:], (2.5, 97.5))
    return f"{values[0]:{form}}{unit} ({low:{form}} to {high:{form}})"


def _costs(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    general = f"{np.mean([run['general']['quality'] for run in runs]):.4f}"
    if "sigma" not in runs[0]:
        return ["", "", general]
    seconds = np.mean([run["seconds_a_step"] for run in runs])
    return [f"{runs[0]['sigma']:.2f}", f"{seconds:.1f}", general]


if __name__ == "__main__":
    main()
