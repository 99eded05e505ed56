"""What attacks get out of a fine-tuning with and without differential privacy, beside the proof.

    python benchmarks/leakage.py --out FILE [--only NAME ...] [--gold GOLD] [--small] ...

The model that comes with the program is fine-tuned again and again: with the settings of a private
run at each ε, with the same ones without clipping and noise, and as `deid train --no-privacy` does.
The patients are invented, with notes that nothing but their words tells apart and marks drawn by
chance, so that whatever a model knows of one it has by heart; with --gold each note of GOLD is a
patient instead. Attacks: planted gradients and planted notes, with every step seen, and the former
with the last weights alone; planted words, by how many patients have them; and membership, by the
loss and by shadow models. Coins, words and noise come from the seed. With --small the network is a
tiny one of random weights. Every kind of training appends a line to FILE and is not attacked again.
Prints Markdown; `leakage_plot.py` draws what is in FILE.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import re
import string
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

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
    Patient,
    Releases,
    Training,
    attack_gradients,
    by_the_end,
    private_training,
)
from deid.training.attacks.membership import Figures, figures
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
from deid.training.tune.whitening import whiten

REPEATS = (0, 1, 2, 4, 8, 16)
DELTA = 1e-5
"""Far under one over the number of coins, or bounds from one training would be of no use."""
_NO_NOISE = 1e-3
"""In place of a plain training's noise, for a likelihood must be of something."""
_SENTENCES = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """What is trained and attacked, at which size.

    Attributes:
        base: to begin with; copied for each training.
        whitened: the same, prepared for training in whitened coordinates.
        patients: to learn from.
        arguments: how many of what.
        looked_up: what frozen layers answer to notes that are measured on.
    """

    base: Base
    whitened: Base
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
        base = self._plan.whitened if self.settings.whitens else self._plan.base
        return _copied(base)

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
    """Attack what was not attacked yet, and print the tables."""
    arguments = _arguments()
    torch.set_num_threads(1)
    settings = _settings(arguments)
    done = _rows(arguments.out)
    missing = [one for one in arguments.only or settings if one not in done]
    if missing:
        plan = _plan(arguments)
        answers = (FrozenAnswers(), FrozenAnswers())
        for name in missing:
            row = _attacked(Kind(name, settings[name], plan), *answers)
            with arguments.out.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(row) + "\n")
        done = _rows(arguments.out)
    rows = [done[name] for name in settings if name in done]
    outcomes = [_outcome(one) for row in rows for one in row["outcomes"]]
    exposed = {
        row["kind"]: {int(count): found for count, found in row["exposure"].items()} for row in rows
    }
    print(markdown(leakage_page(outcomes, exposed, delta=DELTA)))
    seconds = sum(row["seconds"] for row in rows)
    print(f"{rows[0]['machine']}; {seconds:.0f} s of the processor")


def _attacked(kind: Kind, of_patients: FrozenAnswers, of_words: FrozenAnswers) -> dict[str, Any]:
    """All attacks on one kind of training, as a line of the results."""
    begun = time.process_time()
    found, planted = kind.by_words(of_words)
    outcomes = [found]
    if kind.settings.optimiser is Optimiser.SGD:
        # Trained more layers, a model takes far longer, and no steps can be had back of AdamW.
        outcomes += [*kind.by_membership(of_patients), kind.by_steps(of_patients)]
        outcomes += kind.by_gradients()
    return {
        "kind": kind.name,
        "machine": machine(),
        "seconds": time.process_time() - begun,
        "outcomes": [asdict(one) for one in outcomes],
        "exposure": planted.exposure,
    }


def _rows(path: Path) -> dict[str, dict[str, Any]]:
    """The lines of the results, by the kind of training."""
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["kind"]: row for row in rows}


def _outcome(row: dict[str, Any]) -> Outcome:
    told = row["figures"]
    shares = tuple((wrongly, rightly) for wrongly, rightly in told["rightly"])
    return Outcome(**{**row, "figures": Figures(told["area"], shares)})


def _settings(arguments: argparse.Namespace) -> dict[str, Settings]:
    """Of each kind of training, by its name."""
    base = replace(Settings(), checkpoint_each=0, measure_each=0, delta=DELTA)
    if arguments.steps:
        base = replace(base, steps=arguments.steps)
    plain: dict[str, Any] = {**PLAIN, "steps": arguments.steps or PLAIN["steps"]}
    found = {"plain, two layers": replace(base, **plain)}
    found["plain, classifier"] = replace(base, epsilon=None)
    for target in sorted(arguments.epsilon, reverse=True):
        found[f"ε = {target:g}"] = replace(base, epsilon=target)
    return found


def _once(train: Training) -> Training:
    """The same training, whose releases are those of the first call."""
    found: list[Releases] = []

    def trained(patients: Sequence[Patient], width: int, claim: Claim) -> Releases:
        if not found:
            found.append(train(patients, width, claim))
        return found[0]

    return trained


def _plan(arguments: argparse.Namespace) -> Plan:
    if arguments.gold:
        notes = read_marked(arguments.gold)[: arguments.patients]
        patients = cohort_of({note.id: [note] for note in notes})
    else:
        patients = patients_of_words(arguments.patients, sentences=_SENTENCES, seed=arguments.seed)
    base = _small_base(arguments.seed) if arguments.small else base_of(load_package())
    whitened = _copied(base)
    whiten(whitened)
    return Plan(base, whitened, patients, arguments)


def _copied(base: Base) -> Base:
    return replace(base, network=copy.deepcopy(base.network))


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
    public = patients_of_words(20, sentences=_SENTENCES, seed=~seed).notes
    texts = tuple(note.text for note in public)
    return Base(network.eval(), tokenizer, marks_of(tokenizer), WindowPlan(120, 16), texts)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="kinds of training")
    parser.add_argument("--epsilon", type=float, nargs="*", default=[1.0, 3.0, 8.0], metavar="E")
    parser.add_argument("--gold", type=Path, help="marked notes, each of which is a patient")
    parser.add_argument("--small", action="store_true", help="a tiny network of random weights")
    parser.add_argument("--patients", type=int, default=80, metavar="N", help="to learn from")
    parser.add_argument("--steps", type=int, metavar="N", help="instead of the settings' own")
    parser.add_argument("--canaries", type=int, default=1600, metavar="N", help="gradients")
    parser.add_argument("--rounds", type=int, default=2, metavar="N", help="of planted notes")
    parser.add_argument("--words", type=int, default=8, metavar="N", help="for each repeat")
    parser.add_argument("--others", type=int, default=255, metavar="N", help="to rank among")
    parser.add_argument("--shadows", type=int, default=20, metavar="N", help="models")
    parser.add_argument("--targets", type=int, default=4, metavar="N", help="models")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
