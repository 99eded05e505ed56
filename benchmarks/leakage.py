"""What attacks get out of a fine-tuning with and without differential privacy, beside the proof.

    python benchmarks/leakage.py [--json FILE] [--epsilon E ...] [--gold GOLD] [--small] ...

The model that comes with the program is fine-tuned again and again: with the settings of a private
run at each ε, with the same ones without clipping and noise, and as `deid train --no-privacy` does.
The patients are invented, with notes that nothing but their words tells apart and marks drawn by
chance, so that whatever a model knows of one it has by heart; with --gold each note of GOLD is a
patient instead. Attacks: planted gradients and planted notes, with every step seen, and the former
with the last weights alone; planted words, by how many patients have them; and membership, by the
loss and by shadow models. Coins, words and noise come from the seed. With --small the network is a
tiny one of random weights. Prints Markdown; `leakage_plot.py` draws what --json wrote.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import re
import string
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from looked_up import Answers, LookedUp
from machine import machine
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig

from deid.detect.packages import load_package
from deid.detect.tokens import marks_of
from deid.detect.windows import WindowPlan
from deid.evaluate.report.markdown import markdown
from deid.training.attacks.bounds import Scored, bound_of_one_run, bound_of_scores
from deid.training.attacks.canaries import ENDS, SENTENCES, SYLLABLES, patients_of_words
from deid.training.attacks.gradients import (
    Claim,
    Training,
    attack_gradients,
    by_the_end,
    private_training,
)
from deid.training.attacks.membership import figures
from deid.training.attacks.steps import attack_steps
from deid.training.attacks.summary import Outcome, leakage_page
from deid.training.attacks.trials import Attack, Planted, attack_canaries, attack_members
from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.examples import read_marked
from deid.training.private.accounting import Mechanism, epsilon, noise_for
from deid.training.private.noise import SeededNoise
from deid.training.tune.base import Base, base_of, empty_network
from deid.training.tune.forward import FrozenAnswers
from deid.training.tune.loop import OnProgress, fine_tune
from deid.training.tune.run_folder import RunFacts, RunFolder
from deid.training.tune.settings import PLAIN, Optimiser, Settings

REPEATS = (0, 1, 2, 4, 8, 16)
DELTA = 1e-5
"""Far under one over the number of coins, or bounds from one training would be of no use."""
_NO_NOISE = 1e-3
"""In place of a plain training's noise, for a likelihood must be of something."""
_SENTENCES = 6

_OF_A_RUN = Settings(checkpoint_each=0, measure_each=0, delta=DELTA)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained and attacked, at which size.

    Attributes:
        base: to begin with; copied for each training.
        patients: to learn from.
        arguments: how many of what.
        looked_up: what frozen layers answer to notes that are measured on.
    """

    base: Base
    patients: Cohort
    arguments: argparse.Namespace
    looked_up: Answers = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """Of coins, words and noise."""
        return int(self.arguments.seed)

    def read(self, base: Base, settings: Settings | None) -> Base:
        """The same model for measuring; None: that of the base, whose layers all are frozen."""
        layers = len(base.network.encoder.encoder.layer)
        trained = 0 if settings is None else settings.layers
        network = LookedUp(base.network, layers - trained, self.looked_up)
        return replace(base, network=network.eval())


class Kind:
    """One kind of training; each call trains anew, with noise of its own.

    Args:
        name: of it, in words.
        settings: of it.
        plan: whose base it begins with.
    """

    def __init__(self, name: str, settings: Settings, plan: Plan) -> None:
        self.name, self.settings, self._plan, self._calls = name, settings, plan, 0
        steps, rate, target = settings.steps, settings.sampling_rate, settings.epsilon
        noise = (
            noise_for(epsilon=target, delta=DELTA, sampling_rate=rate, steps=steps)
            if target is not None
            else 0.0
        )
        self.mechanism = Mechanism(rate, noise, steps)
        self.proven = None if target is None else epsilon([self.mechanism], delta=DELTA)

    def tune(self, answers: FrozenAnswers, cohort: Cohort) -> Base:
        """The model after training on these patients, for measuring."""
        base = self._fresh()
        self.watched(answers, base, cohort, lambda _: None)
        return self._plan.read(base, self.settings)

    def watched(
        self, answers: FrozenAnswers, base: Base, cohort: Cohort, look: OnProgress
    ) -> RunFacts:
        """Train this base on these patients, and say what is claimed of it."""
        self._calls += 1
        facts = RunFacts(
            self.settings, self.mechanism.noise_multiplier, DELTA, len(cohort),
            cohort.digest, "0" * 64,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            run = RunFolder.make(Path(folder), facts)
            noise = SeededNoise(1000 * self._plan.seed + self._calls)
            fine_tune(
                cohort, [], base=base, run=run, noise=noise, threads=1, answers=answers,
                on_progress=look,
            )  # fmt: skip
        return facts

    def _fresh(self) -> Base:
        return replace(self._plan.base, network=copy.deepcopy(self._plan.base.network))

    def by_gradients(self) -> Iterator[Outcome]:
        """Planted gradients, by every step and by the last weights."""
        mechanism = self.mechanism
        if self.proven is None:
            mechanism = replace(mechanism, noise_multiplier=_NO_NOISE)
        claim = Claim(mechanism, self.settings.largest_gradient)
        train = _once(private_training(SeededNoise(self._plan.seed)))
        for attack, score in ((Attack.GRADIENTS, None), (Attack.LAST_WEIGHTS, by_the_end)):
            found = attack_gradients(
                train, claim, canaries=self._plan.arguments.canaries, seed=self._plan.seed,
                score=score,
            )  # fmt: skip
            yield self._outcome(attack, found, bound_of_scores(found, delta=DELTA))

    def by_steps(self, answers: FrozenAnswers) -> Outcome:
        """Planted notes, in several trainings, by every step."""
        found = Scored((), ())
        for number in range(self._plan.arguments.rounds):
            one = attack_steps(
                lambda base, cohort, look: self.watched(answers, base, cohort, look),
                self._fresh(), self._plan.patients, self.settings,
                seed=100 * self._plan.seed + number, answers=answers,
            )  # fmt: skip
            found = Scored(found.inside + one.inside, found.outside + one.outside)
        return self._of_one_run(Attack.NOTES, found)

    def by_words(self, answers: FrozenAnswers) -> tuple[Outcome, Planted]:
        """Planted words."""
        plan, words = self._plan, self._plan.arguments.words
        planted = attack_canaries(
            lambda cohort: self.tune(answers, cohort), plan.read(plan.base, None), plan.patients,
            repeats=REPEATS, each=words, tossed=12 * words, others=plan.arguments.others,
            seed=plan.seed,
        )  # fmt: skip
        return self._of_one_run(Attack.CANARIES, planted.scored), planted

    def by_membership(self, answers: FrozenAnswers) -> Iterator[Outcome]:
        """Membership, by the loss and by shadow models."""
        plan = self._plan
        found = attack_members(
            lambda cohort: self.tune(answers, cohort), plan.patients,
            shadows=plan.arguments.shadows, targets=plan.arguments.targets, seed=plan.seed,
        )  # fmt: skip
        for attack, one in found.items():
            yield self._of_one_run(attack, one)

    def _of_one_run(self, attack: Attack, found: Scored) -> Outcome:
        return self._outcome(attack, found, bound_of_one_run(found, delta=DELTA))

    def _outcome(self, attack: Attack, found: Scored, reached: float) -> Outcome:
        return Outcome(self.name, attack, len(found), reached, self.proven, figures(found))


def main() -> None:
    """Print the tables; with --json write the rows too."""
    arguments = _arguments()
    torch.set_num_threads(1)
    plan, begun = _plan(arguments), time.process_time()
    of_patients, of_words = FrozenAnswers(), FrozenAnswers()
    outcomes: list[Outcome] = []
    exposed = {}
    for kind in _kinds(plan):
        found, planted = kind.by_words(of_words)
        outcomes.append(found)
        exposed[kind.name] = planted.exposure
        if kind.settings.optimiser is Optimiser.SGD:
            # Trained more layers, a model takes far longer, and no steps can be had back of AdamW.
            outcomes += [*kind.by_membership(of_patients), kind.by_steps(of_patients)]
            outcomes += kind.by_gradients()
        print(f"{kind.name}: {time.process_time() - begun:.0f} s", file=sys.stderr, flush=True)
        if arguments.json:
            rows = {"delta": DELTA, "outcomes": [asdict(one) for one in outcomes]}
            arguments.json.write_text(json.dumps({**rows, "exposure": exposed}), encoding="utf-8")
    print(markdown(leakage_page(outcomes, exposed, delta=DELTA)))
    seconds = time.process_time() - begun
    print(f"{machine()}; {seconds:.0f} s of the processor")


def _kinds(plan: Plan) -> Iterator[Kind]:
    steps = {"steps": plan.arguments.steps} if plan.arguments.steps else {}
    most = len(plan.base.network.encoder.encoder.layer)
    plain = {**PLAIN, **steps, "layers": min(most, int(str(PLAIN["layers"])))}
    yield Kind("plain, two layers", replace(_OF_A_RUN, **plain), plan)
    yield Kind("plain, classifier", replace(_OF_A_RUN, epsilon=None, **steps), plan)
    for target in sorted(plan.arguments.epsilon, reverse=True):
        yield Kind(f"ε = {target:g}", replace(_OF_A_RUN, epsilon=target, **steps), plan)


def _once(train: Training) -> Training:
    """The same training, whose releases are those of the first call."""
    found = []

    def trained(*what: object) -> object:
        if not found:
            found.append(train(*what))
        return found[0]

    return trained


def _plan(arguments: argparse.Namespace) -> Plan:
    if arguments.gold:
        notes = read_marked(arguments.gold)[: arguments.patients]
        patients = cohort_of({note.id: [note] for note in notes})
    else:
        patients = patients_of_words(arguments.patients, sentences=_SENTENCES, seed=arguments.seed)
    base = _small_base(arguments.seed) if arguments.small else base_of(load_package())
    return Plan(base, patients, arguments)


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
    parser.add_argument("--epsilon", type=float, nargs="*", default=[1.0, 3.0, 8.0], metavar="E")
    parser.add_argument("--gold", type=Path, help="marked notes, each of which is a patient")
    parser.add_argument("--small", action="store_true", help="a tiny network of random weights")
    parser.add_argument("--patients", type=int, default=100, metavar="N", help="to learn from")
    parser.add_argument("--steps", type=int, metavar="N", help="instead of the settings' own")
    parser.add_argument("--canaries", type=int, default=1600, metavar="N", help="gradients")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="of planted notes")
    parser.add_argument("--words", type=int, default=8, metavar="N", help="for each repeat")
    parser.add_argument("--others", type=int, default=255, metavar="N", help="to rank among")
    parser.add_argument("--shadows", type=int, default=24, metavar="N", help="models")
    parser.add_argument("--targets", type=int, default=4, metavar="N", help="models")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
