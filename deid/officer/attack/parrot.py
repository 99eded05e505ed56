"""The parrot attack: a detector trained on the output itself repeats what the first one missed.

D. S. Carrell et al., The machine giveth and the machine taketh away: a parrot attack on clinical
text deidentified with hiding in plain sight, JAMIA 26 (2019). The attacker has the output alone,
marks every name in a part of it (stand-ins and leaked names, which look alike), and trains a
detector on those marks. Where it does not find a name that a reader sees, the first detector may
not have found one either: the name is a suspect.

Here the detector is a logistic regression over hashed features, small enough for a desk computer,
and the part is all notes but one fold, in turn: no note is judged by a parrot that learnt from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Document
from deid.officer.attack.names import SeenName
from deid.officer.attack.tokens import BUCKETS, features_of, tokens_of
from deid.stopping import stop_if_asked

FOLDS: Final = 5
_PASSES: Final = 10
_BATCH: Final = 512
_PLAIN_KEPT: Final = 4
_RATE: Final = 0.2
_DECAY: Final = 1e-6
_MOST: Final = 30.0  # surer than any float tells from 0 or 1

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]


def parrot_scores(
    documents: Sequence[Document],
    names: Sequence[SeenName],
    *,
    folds: int = FOLDS,
    seed: int = 1,
) -> tuple[float, ...]:
    """For each name how sure a parrot is of it that did not learn from its note, 0 to 1.

    The score of a name is that of the surest of its words.

    Args:
        documents: outputs, at least two, so that there is something to learn from.
        names: what a reader sees in them, by the numbers of the notes.
        folds: into how many parts the notes are divided; at most as many as notes are used.
        seed: of the division, and of the order in which is learnt.

    Raises:
        ValueError: there are fewer than two notes.
        ExaminationStopped: somebody asked to stop.
    """
    if len(documents) < 2:
        raise ValueError("a parrot needs two notes at least: one to learn from, one to judge")
    notes = [_tagged(document) for document in documents]
    _mark(notes, names)
    rng = np.random.default_rng(seed)
    fold_of = rng.permutation(len(notes)) % min(folds, len(notes))
    scores = [np.zeros(0)] * len(notes)
    for fold in range(int(fold_of.max()) + 1):
        parrot = _train([n for n, f in zip(notes, fold_of, strict=True) if f != fold], rng)
        for number in np.flatnonzero(fold_of == fold):
            scores[number] = _probabilities(parrot, notes[number].features)
    return tuple(_of_name(notes[name.note], scores[name.note], name) for name in names)


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A note as it is learnt.

    Attributes:
        starts: where each token begins.
        ends: and ends.
        features: of each token, `[tokens, FEATURES]`.
        is_plain: whether it has no capital letter; most such tokens teach nothing new.
        is_name: 1 where a reader sees a name, else 0.
    """

    starts: _Ints
    ends: _Ints
    features: _Ints
    is_plain: NDArray[np.bool_]
    is_name: _Floats


def _tagged(document: Document) -> _Tagged:
    stop_if_asked()
    tokens = tokens_of(document.text)
    return _Tagged(
        np.array([token.start for token in tokens], dtype=np.int64),
        np.array([token.end for token in tokens], dtype=np.int64),
        features_of(document.text, tokens),
        np.array([not any(map(str.isupper, token.of(document.text))) for token in tokens], bool),
        np.zeros(len(tokens)),
    )


def _mark(notes: Sequence[_Tagged], names: Sequence[SeenName]) -> None:
    for name in names:
        notes[name.note].is_name[_within(notes[name.note], name)] = 1.0


def _within(note: _Tagged, name: SeenName) -> NDArray[np.bool_]:
    return (note.starts < name.span.end) & (note.ends > name.span.start)


def _of_name(note: _Tagged, scores: _Floats, name: SeenName) -> float:
    inside = scores[_within(note, name)]
    return float(inside.max()) if len(inside) else 0.0


def _train(notes: Sequence[_Tagged], rng: np.random.Generator) -> _Floats:
    """The weights of a logistic regression, by Adagrad (Duchi et al., JMLR 12, 2011)."""
    kept = [_worth_learning(note) for note in notes]
    features = np.concatenate([n.features[rows] for n, rows in zip(notes, kept, strict=True)])
    truth = np.concatenate([n.is_name[rows] for n, rows in zip(notes, kept, strict=True)])
    weights, squares = np.zeros(BUCKETS), np.full(BUCKETS, 1e-8)
    for _ in range(_PASSES):
        stop_if_asked()
        order = rng.permutation(len(truth))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            used, at = np.unique(features[rows], return_inverse=True)
            wrong = _probabilities(weights, features[rows]) - truth[rows]
            pull = np.repeat(wrong, features.shape[1])
            slope = np.bincount(at.ravel(), weights=pull, minlength=len(used))
            slope += _DECAY * len(rows) * weights[used]
            squares[used] += slope * slope
            weights[used] -= _RATE * slope / np.sqrt(squares[used])
    return weights


def _worth_learning(note: _Tagged) -> _Ints:
    """Names, words with a capital, and every fourth of the others."""
    every = np.arange(len(note.starts)) % _PLAIN_KEPT == 0
    return np.flatnonzero((note.is_name > 0) | ~note.is_plain | every)


def _probabilities(weights: _Floats, features: _Ints) -> _Floats:
    sums = np.clip(weights[features].sum(axis=1), -_MOST, _MOST)
    return np.asarray(1 / (1 + np.exp(-sums)), dtype=np.float64)
