"""Which words around a finding made the model sure: each is hidden in turn, and it is asked again.

Occlusion, as of Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks" (2014),
section 4.2, over words instead of parts of pictures. One window a call, as in detection, so that
the answers are the same on every run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import numpy as np

from deid.datatypes import Span
from deid.detect import View
from deid.detect.shapes import NO_SHAPE, word_groups
from deid.detect.tagging import MARGIN, SEGMENT, TokenClassifier
from deid.detect.tokens import Tokens
from deid.detect.windows import segments, windows

_MASKS: Final = ("[MASK]", "<mask>")
_LEAST: Final = 1e-6


@runtime_checkable
class HasClassifier(Protocol):
    """A detector whose token classifier can be asked."""

    @property
    def classifier(self) -> TokenClassifier:
        """The model beneath."""


@dataclass(frozen=True, slots=True)
class WordWeight:
    """A word near a finding, and what the model says without it.

    Attributes:
        span: where it stands, in code points of the document's text.
        probability: that the finding is an identifier, with this word hidden.
        weight: by how much the log-odds (natural logarithm) fall when it is hidden; negative where
            the word speaks against the finding.
    """

    span: Span
    probability: float
    weight: float


@dataclass(frozen=True, slots=True)
class Occlusion:
    """What a model's finding rests on.

    Attributes:
        probability: that the finding is an identifier: mean over its words, in the window in which
            it has most context.
        context_alone: the same where the finding's own words are hidden.
        words: the words near it, those that weigh most first.
    """

    probability: float
    context_alone: float
    words: tuple[WordWeight, ...]


def occlude(classifier: TokenClassifier, view: View, span: Span, *, most: int) -> Occlusion | None:
    """Hide the words nearest to a span one by one.

    Args:
        classifier: the model that is asked.
        view: the note.
        span: the finding, in code points of the document's text.
        most: how many words are hidden; the model is asked that often, and twice more.

    Returns:
        None where the model knows no token for a hidden word, or reads nothing in this span.
    """
    mask = _mask(classifier)
    window = _window(classifier, view, span)
    if mask is None or window is None:
        return None
    return _Occluder(classifier, window, mask).words(most)


@dataclass(frozen=True, slots=True)
class _Window:
    """A window of a note.

    Attributes:
        tokens: of the window.
        own: indices of the tokens of the finding.
        groups: words with letters or digits that are not the finding's, as ranges of tokens.
        places: where each token stands in the document.
    """

    tokens: Tokens
    own: Sequence[int]
    groups: Sequence[range]
    places: Sequence[Span]


@dataclass(frozen=True, slots=True)
class _Occluder:
    classifier: TokenClassifier
    window: _Window
    mask: int

    def words(self, most: int) -> Occlusion:
        seen = self._probability(())
        weights = [
            WordWeight(self._place(group), hidden, _log_odds(seen) - _log_odds(hidden))
            for group in sorted(self._nearest(most), key=lambda group: group.start)
            for hidden in (self._probability(group),)
        ]
        weights.sort(key=lambda word: (-word.weight, word.span))
        return Occlusion(seen, self._probability(self.window.own), tuple(weights))

    def _nearest(self, most: int) -> list[range]:
        first, last = self.window.own[0], self.window.own[-1]

        def distance(group: range) -> tuple[int, int]:
            away = first - group.stop if group.stop <= first else group.start - last - 1
            return away, group.start

        return sorted(self.window.groups, key=distance)[:most]

    def _place(self, group: range) -> Span:
        return Span(self.window.places[group[0]].start, self.window.places[group[-1]].end)

    def _probability(self, hidden: Sequence[int]) -> float:
        """That the finding's tokens are of an identifier, those at `hidden` being masked."""
        tokens = self.window.tokens
        ids, shapes = list(tokens.ids), list(tokens.shapes)
        for index in hidden:
            ids[index], shapes[index] = self.mask, NO_SHAPE
        rows = self.classifier.answer(Tokens(ids, shapes, tokens.spans))
        outside = rows[list(self.window.own)] @ self.classifier.classes.outside
        return float(1.0 - np.mean(outside))


def _mask(classifier: TokenClassifier) -> int | None:
    """The id of the token that stands for a hidden word."""
    for name in _MASKS:
        tokens = classifier.tokenize(name)
        if len(tokens) == 1:
            return tokens.ids[0]
    return None


def _window(classifier: TokenClassifier, view: View, span: Span) -> _Window | None:
    """The window in which the finding has most context on its poorer side."""
    for text, start in _stretches(view, span):
        tokens = classifier.tokenize(text)
        places = [view.span(start + one.start, start + one.end) for one in tokens.spans]
        own = [index for index, place in enumerate(places) if place.overlaps(span)]
        if not own:
            continue

        def room(window: range, first: int = own[0], last: int = own[-1]) -> tuple[int, int]:
            return min(first - window.start, window.stop - 1 - last), -window.start

        chosen = max(windows(len(tokens), classifier.plan), key=room)
        inside = [index - chosen.start for index in own if index in chosen]
        part = tokens.part(chosen)
        groups = [
            group
            for group in word_groups(text, part.spans)
            if not set(group) & set(inside) and _has_letters(text, part.spans, group)
        ]
        return _Window(part, inside, groups, places[chosen.start : chosen.stop])
    return None


def _stretches(view: View, span: Span) -> Iterator[tuple[str, int]]:
    """Stretches of the normalised text that detection reads at once and that the span touches."""
    for segment in segments(view.text, size=SEGMENT, margin=MARGIN):
        core, padded = segment.core, segment.padded
        if view.span(core.start, core.end).overlaps(span):
            yield padded.of(view.text), padded.start


def _has_letters(text: str, spans: Sequence[Span], group: range) -> bool:
    return any(map(str.isalnum, text[spans[group[0]].start : spans[group[-1]].end]))


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(bounded / (1 - bounded))
