"""What attacks get out of a fine-tuning with and without differential privacy, beside the proof.

    python benchmarks/leakage.py [--epsilon E ...] [--patients N] [--steps N] [--json FILE]
        [--html FILE]
    python benchmarks/leakage.py --package FOLDER --gold GOLD [--no-members] ...

Without a package a small network of random weights is trained, on invented patients whose notes
nothing but their words tells apart: the most that a training can be made to learn by heart. With
one, its last layer is trained, and the patients are the notes of GOLD. Each kind of training, plain
and at each ε, is attacked in four ways: planted gradients, with every step seen and the numbers of
that training; planted words; and membership, by the loss and by shadow models. Coins, words and
noise come from the seed. Prints Markdown.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import re
import string
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig

from deid.detect.packages import load_package
from deid.detect.tokens import marks_of
from deid.detect.windows import WindowPlan
from deid.evaluate.report.markdown import markdown
from deid.evaluate.report.page import html_page
from deid.training.attacks.bounds import Scored, bound_of_one_run, bound_of_scores
from deid.training.attacks.canaries import ENDS, SENTENCES, SYLLABLES, patients_of_words
from deid.training.attacks.gradients import Claim, attack_gradients, private_training
from deid.training.attacks.membership import figures
from deid.training.attacks.summary import Outcome, leakage_page
from deid.training.attacks.trials import Attack, attack_canaries, attack_members
from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.examples import read_marked
from deid.training.private.accounting import Mechanism, epsilon, noise_for
from deid.training.private.noise import SeededNoise
from deid.training.tune.base import Base, base_of, empty_network
from deid.training.tune.loop import fine_tune
from deid.training.tune.run_folder import RunFacts, RunFolder
from deid.training.tune.settings import Method, Settings

REPEATS = (0, 1, 2, 4, 8)
DELTA = 1e-5
"""Far under one over the number of coins, or bounds from one training would be of no use."""
_NO_NOISE = 1e-3
"""In place of a plain training's noise, for a likelihood must be of something."""

_SMALL = Settings(
    method=Method.FULL, steps=150, sampling_rate=0.2, windows=4, learning_rate=5e-3,
    largest_gradient=1.0, averaging=0.0, label_smoothing=0.0, checkpoint_each=0, measure_each=0,
    epsilon=None,
)  # fmt: skip
_LAST = replace(
    _SMALL, method=Method.LAST_LAYERS, layers=1, cached=True, windows=2, learning_rate=1e-3
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained and attacked, at which size.

    Attributes:
        base: to begin with; copied for each training.
        patients: to learn from.
        settings: of a plain training.
        seed: of coins, words and noise.
    """

    base: Base
    patients: Cohort
    settings: Settings
    seed: int


class Training:
    """One kind of training; each call trains anew, with noise of its own."""

    def __init__(self, plan: Plan, target: float | None) -> None:
        self._plan = plan
        self._calls = 0
        self.settings = replace(plan.settings, epsilon=target, delta=DELTA)
        steps, rate = self.settings.steps, self.settings.sampling_rate
        noise = (
            0.0
            if target is None
            else noise_for(epsilon=target, delta=DELTA, sampling_rate=rate, steps=steps)
        )
        self.name = "plain" if target is None else f"ε = {target:g}"
        self.mechanism = Mechanism(rate, noise, steps)
        self.proven = None if target is None else epsilon([self.mechanism], delta=DELTA)

    def __call__(self, cohort: Cohort) -> Base:
        """The model after training on these patients."""
        self._calls += 1
        base = replace(self._plan.base, network=copy.deepcopy(self._plan.base.network))
        facts = RunFacts(
            self.settings, self.mechanism.noise_multiplier, DELTA, len(cohort),
            cohort.digest, "0" * 64,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            run = RunFolder.make(Path(folder), facts)
            noise = SeededNoise(1000 * self._plan.seed + self._calls)
            tuned = fine_tune(cohort, [], base=base, run=run, noise=noise, threads=1)
        return replace(base, network=tuned.network)


def main() -> None:
    """Print the tables; with --html and --json write the page and the rows too."""
    arguments = _arguments()
    plan = _plan(arguments)
    outcomes: list[Outcome] = []
    exposed: dict[str, Mapping[int, tuple[float, float]]] = {}
    for target in (None, *arguments.epsilon):
        training = Training(plan, target)
        outcomes.append(_by_gradients(plan, training, arguments.canaries))
        planted = attack_canaries(
            training, plan.base, plan.patients, repeats=REPEATS, each=arguments.words,
            tossed=4 * arguments.words, others=arguments.others, seed=plan.seed,
        )  # fmt: skip
        exposed[training.name] = planted.exposure
        outcomes.append(_outcome(plan, training, Attack.CANARIES, planted.scored))
        if arguments.members:
            outcomes += _by_membership(plan, training, arguments.shadows, arguments.targets)
    page = leakage_page(outcomes, exposed, delta=DELTA)
    print(markdown(page))
    if arguments.html:
        arguments.html.write_text(html_page(page), encoding="utf-8")
    if arguments.json:
        rows = {"delta": DELTA, "outcomes": [asdict(one) for one in outcomes]}
        arguments.json.write_text(json.dumps({**rows, "exposure": exposed}), encoding="utf-8")


def _by_gradients(plan: Plan, training: Training, canaries: int) -> Outcome:
    mechanism = training.mechanism
    if training.proven is None:
        mechanism = replace(mechanism, noise_multiplier=_NO_NOISE)
    claim = Claim(mechanism, training.settings.largest_gradient)
    train = private_training(SeededNoise(plan.seed))
    scored = attack_gradients(train, claim, canaries=canaries, seed=plan.seed)
    reached = bound_of_scores(scored, delta=DELTA)
    return Outcome(
        training.name, Attack.GRADIENTS, len(scored), reached, training.proven, figures(scored)
    )


def _by_membership(plan: Plan, training: Training, shadows: int, targets: int) -> Iterator[Outcome]:
    found = attack_members(
        training, plan.patients, shadows=shadows, targets=targets, seed=plan.seed
    )
    for attack, scored in found.items():
        yield _outcome(plan, training, attack, scored)


def _outcome(plan: Plan, training: Training, attack: Attack, scored: Scored) -> Outcome:
    reached = bound_of_one_run(scored, delta=DELTA)
    return Outcome(training.name, attack, len(scored), reached, training.proven, figures(scored))


def _plan(arguments: argparse.Namespace) -> Plan:
    if arguments.package is None:
        settings = replace(_SMALL, steps=arguments.steps)
        patients = patients_of_words(arguments.patients, sentences=8, seed=arguments.seed)
        return Plan(_small_base(arguments.seed), patients, settings, arguments.seed)
    notes = read_marked(arguments.gold)[: arguments.patients]
    patients = cohort_of({note.id: [note] for note in notes})
    settings = replace(_LAST, steps=arguments.steps)
    return Plan(base_of(load_package(arguments.package)), patients, settings, arguments.seed)


def _small_base(seed: int) -> Base:
    """A network of two layers, 64 wide, that reads syllables of invented words."""
    around = {word for sentence in SENTENCES for word in re.findall(r"[a-z]+", sentence.lower())}
    inside = [*SYLLABLES, *string.ascii_lowercase, *filter(None, ENDS)]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", ".", ",", *sorted(around), *inside]
    pieces += [f"##{piece}" for piece in inside]
    vocabulary = {piece: at for at, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=128, max_position_embeddings=256,
    )  # fmt: skip
    torch.manual_seed(seed)
    network = empty_network(config)
    for weight in network.parameters():
        if weight.ndim > 1:
            torch.nn.init.normal_(weight.data, std=1 / math.sqrt(weight.shape[1]))
    return Base(network.eval(), tokenizer, marks_of(tokenizer), WindowPlan(120, 16))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--package", type=Path, metavar="FOLDER", help="of a model")
    parser.add_argument("--gold", type=Path, help="marked notes, with --package")
    parser.add_argument("--epsilon", type=float, nargs="*", default=[1.0, 3.0, 8.0], metavar="E")
    parser.add_argument("--patients", type=int, default=80, metavar="N", help="to learn from")
    parser.add_argument("--steps", type=int, default=_SMALL.steps, metavar="N")
    parser.add_argument("--canaries", type=int, default=2000, metavar="N", help="gradients")
    parser.add_argument("--words", type=int, default=16, metavar="N", help="for each repeat")
    parser.add_argument("--others", type=int, default=255, metavar="N", help="to rank among")
    parser.add_argument("--shadows", type=int, default=8, metavar="N", help="models")
    parser.add_argument("--targets", type=int, default=4, metavar="N", help="models")
    parser.add_argument("--members", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the page to FILE")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE")
    arguments = parser.parse_args()
    if (arguments.package is None) != (arguments.gold is None):
        parser.error("--package and --gold go together")
    return arguments


if __name__ == "__main__":
    main()
