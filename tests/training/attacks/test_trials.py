"""Whole attacks on tiny trainings: one that learns by heart, and one that learns nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

pytest.importorskip("torch")

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig

from deid.detect.tokens import marks_of
from deid.detect.windows import WindowPlan
from deid.evaluate.report.markdown import markdown
from deid.evaluate.report.page import html_page
from deid.training.attacks.bounds import bound_of_one_run
from deid.training.attacks.canaries import ENDS, SENTENCES, SYLLABLES, patients_of_words
from deid.training.attacks.losses import losses_of_marks, losses_of_patients
from deid.training.attacks.membership import figures
from deid.training.attacks.summary import Outcome, leakage_page
from deid.training.attacks.trials import Attack, attack_canaries, attack_members
from deid.training.cohort.patients import Cohort
from deid.training.examples import CLASSES, examples
from deid.training.redraw import MarkedNote
from deid.training.tune.base import Base, empty_network


@pytest.fixture(scope="module")
def base() -> Base:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "."]
    pieces += {word.strip(".,") for line in SENTENCES for word in line.lower().split()} - {"{}", ""}
    pieces += [*SYLLABLES, *(f"##{one}" for one in (*SYLLABLES, *ENDS) if one)]
    vocabulary = {piece: at for at, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=64,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(3)
        network = empty_network(config)
        for weight in network.parameters():
            torch.nn.init.normal_(weight.data, std=0.2)
    return Base(network.eval(), tokenizer, marks_of(tokenizer), WindowPlan(40, 4))


def by_heart(base: Base) -> Callable[[Cohort], Base]:
    """A "training" that remembers every note: its network answers with the marks it has seen."""

    class Memory(torch.nn.Module):
        def __init__(self, cohort: Cohort) -> None:
            super().__init__()
            self.network = copy.deepcopy(base.network)
            self.seen: dict[tuple[int, ...], list[int]] = {}
            for note in cohort.notes:
                for row in examples(note, base.tokenizer, base.marks, base.plan, 0):
                    self.seen[tuple(row.ids)] = row.classes

        def forward(
            self, ids: torch.Tensor, shapes: torch.Tensor, mask: torch.Tensor
        ) -> torch.Tensor:
            logits: torch.Tensor = self.network(ids, shapes, mask)
            for row, (own, seen) in enumerate(
                zip(ids.tolist(), mask.sum(dim=1).tolist(), strict=True)
            ):
                for at, kind in enumerate(self.seen.get(tuple(own[:seen]), ())):
                    if kind >= 0:
                        logits[row, at, kind] += 9.0
            return logits

    return lambda cohort: replace(base, network=Memory(cohort))  # type: ignore[arg-type]


def test_losses_are_of_the_marked_words_or_of_all_tokens(base: Base) -> None:
    cohort = patients_of_words(3, sentences=2, seed=1)
    marked = losses_of_marks(base)(list(cohort.notes))
    everything = losses_of_patients(base, cohort)
    assert len(marked) == len(everything) == 3
    assert all(loss > 0 for loss in marked)
    assert losses_of_marks(base)([MarkedNote("n", "Nothing new.", ())]) == [0.0]
    # Alone or among longer ones, a note loses the same.
    alone = losses_of_marks(base)([cohort.notes[1]])
    assert alone[0] == pytest.approx(marked[1], rel=1e-4)


def test_losses_are_cross_entropies(base: Base) -> None:
    network = copy.deepcopy(base.network)
    for weight in network.classifier.parameters():
        torch.nn.init.zeros_(weight.data)
    cohort = patients_of_words(2, sentences=2, seed=1)
    even = torch.log(torch.tensor(float(len(CLASSES)))).item()
    assert losses_of_patients(replace(base, network=network), cohort) == pytest.approx([even] * 2)


def test_a_training_that_learns_by_heart_is_caught_by_planted_words(base: Base) -> None:
    cohort = patients_of_words(5, sentences=2, seed=1)
    options = {"repeats": (0, 2), "each": 6, "tossed": 60, "others": 31, "seed": 2}
    found = attack_canaries(by_heart(base), base, cohort, **options)  # type: ignore[arg-type]
    assert found.exposure[2][0] == pytest.approx(5.0)
    assert found.exposure[0][0] < 3.5
    assert bound_of_one_run(found.scored, delta=1e-6) > 1.5
    assert figures(found.scored).area > 0.99
    nothing = attack_canaries(lambda _: base, base, cohort, **options)  # type: ignore[arg-type]
    assert bound_of_one_run(nothing.scored, delta=1e-6) == 0.0


def test_a_training_that_learns_by_heart_is_caught_by_membership(base: Base) -> None:
    pool = patients_of_words(30, sentences=2, seed=4)
    found = attack_members(by_heart(base), pool, shadows=6, targets=3, seed=5)
    for scored in found.values():
        assert figures(scored).area > 0.99
        assert bound_of_one_run(scored, delta=1e-6) > 1.5
    nothing = attack_members(lambda _: base, pool, shadows=6, targets=3, seed=5)
    for scored in nothing.values():
        assert len(scored) == 90
        assert bound_of_one_run(scored, delta=1e-6) < 0.5


def test_the_page_has_both_bounds_in_a_table_and_a_drawing(base: Base) -> None:
    pool = patients_of_words(10, sentences=1, seed=4)
    scored = attack_members(lambda _: base, pool, shadows=4, targets=1, seed=5)[Attack.LOSS]
    outcomes = [
        Outcome("plain", Attack.LOSS, 10, 3.456, None, figures(scored)),
        Outcome("ε = 1", Attack.LOSS, 10, 0.2, 0.999, figures(scored)),
    ]
    page = leakage_page(outcomes, {"plain": {0: (1.4, 0.2), 8: (5.0, 0.1)}}, delta=1e-5)
    text = markdown(page)
    assert "| plain | membership, by the loss | 10 | 3.46 | – |" in text
    assert "| ε = 1 | membership, by the loss | 10 | 0.20 | 1.00 |" in text
    assert "| plain | 1.40 ± 0.20 | 5.00 ± 0.10 |" in text
    drawing = html_page(page).partition("<svg")[2].partition("</svg>")[0]
    ElementTree.fromstring(f"<svg{drawing}</svg>")
    assert drawing.count('class="bar"') == 2
    assert drawing.count('class="line s2"') == 1
    assert not outcomes[1].refuted
    assert replace(outcomes[1], reached=1.2).refuted
