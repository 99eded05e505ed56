"""Character recall and precision of a tagger at several thresholds, for choosing a checkpoint.

The figures that are told to people come from `deid.evaluate`; these look at tokens' raw
probabilities, before any threshold is chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deid.detect.tokens import Marks, Tokens, framed, tokenize
from deid.detect.windows import WindowPlan, merge, windows
from deid.training.redraw import MarkedNote

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from deid.detect.tagging import TokenClassifier
    from deid.training.network import ShapedTagger

Tagger = Callable[[str], tuple[Tokens, NDArray[np.float32]]]
"""From a text to its tokens and an array `[tokens, classes]` of probabilities."""

THRESHOLDS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True)
class Curve:
    """Character recall and precision at each of `THRESHOLDS` for "not O".

    Attributes:
        recall: one number a threshold, 0 to 1.
        precision: the same.
    """

    recall: tuple[float, ...]
    precision: tuple[float, ...]

    @property
    def quality(self) -> float:
        """Mean F2 over the thresholds: recall counts more, and no lucky threshold decides."""
        scores = [
            5 * r * p / (4 * p + r) if r and p else 0.0
            for r, p in zip(self.recall, self.precision, strict=True)
        ]
        return sum(scores) / len(scores)

    def as_row(self) -> dict[str, object]:
        """For a line of JSON."""
        return {
            "quality": round(self.quality, 5),
            "recall": [round(value, 4) for value in self.recall],
            "precision": [round(value, 4) for value in self.precision],
        }


def measure(notes: Sequence[MarkedNote], tag: Tagger) -> Curve:
    """How well the tagger tells identifiers from all else, blanks and marks' edges aside."""
    return curve_of(sum((counts(note, tag) for note in notes), np.zeros((len(THRESHOLDS), 3))))


def counts(
    note: MarkedNote, tag: Tagger, thresholds: Sequence[float] = THRESHOLDS
) -> NDArray[np.float64]:
    """Of one note, a row for each threshold: characters found and marked, found, marked."""
    tokens, probabilities = tag(note.text)
    gold = np.zeros(len(note.text), dtype=bool)
    for span, _label in note.marks:
        gold[span.start : span.end] = True
    solid = np.array([not char.isspace() for char in note.text], dtype=bool)
    sure = np.zeros(len(note.text), dtype=np.float32)
    for span, row in zip(tokens.spans, probabilities, strict=True):
        sure[span.start : span.end] = 1 - row[0]
    rows = np.zeros((len(thresholds), 3))
    for index, threshold in enumerate(thresholds):
        said = (sure >= threshold) & solid
        rows[index] = (said & gold).sum(), said.sum(), (gold & solid).sum()
    return rows


def curve_of(summed: NDArray[np.float64]) -> Curve:
    """The curve of counts at `THRESHOLDS` that were added up over notes."""
    hits, said, wanted = summed.T
    return Curve(
        tuple(float(x) for x in hits / np.maximum(wanted, 1)),
        tuple(float(x) for x in hits / np.maximum(said, 1)),
    )


def tagger(network: ShapedTagger, tokenizer: Tokenizer, marks: Marks, plan: WindowPlan) -> Tagger:
    """A tagger that runs the network as it stands, windows merged as in use."""
    import torch

    def rows(tokens: Tokens, window: range) -> NDArray[np.float32]:
        ids, shapes = (torch.tensor([row]) for row in framed(tokens, window, marks))
        logits = network(ids, shapes)[0, 1:-1]
        return np.asarray(logits.softmax(-1).numpy(), dtype=np.float32)

    def tag(text: str) -> tuple[Tokens, NDArray[np.float32]]:
        network.eval()
        tokens = tokenize(text, tokenizer)
        with torch.inference_mode():
            merged = list(merge((part, rows(tokens, part)) for part in windows(len(tokens), plan)))
        return tokens, np.concatenate(merged) if merged else np.zeros((0, 1), dtype=np.float32)

    return tag


def tagger_of(classifier: TokenClassifier) -> Tagger:
    """What a loaded model package answers, in the form in which training measures."""

    def tag(text: str) -> tuple[Tokens, NDArray[np.float32]]:
        tokens = classifier.tokenize(text)
        return tokens, classifier.probabilities(tokens)

    return tag
