"""Probabilities per token to findings over the text. Pure.

Words, not word pieces, are what is marked: one piece that looks like an identifier marks the
word that it belongs to. Where words join into one span, the sum of their probabilities decides
on the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Span
from deid.detect.scores import ScoreScale
from deid.detect.shapes import word_groups
from deid.labels import Label

_NUMBER = re.compile(r"\d[\d ]*")
_UNDER_A_YEAR_UNIT = re.compile(r"month|week|day|\bmo\b|\bwk|hour", re.IGNORECASE)
_NINETY = re.compile(r"ninety|hundred|centenarian|nonagenarian", re.IGNORECASE)
_WIDEST_GAP = 2
_REACH = 2
"""How many words away from a likely one a word may still part or bridge a span."""
_MOST_RIVALS = 3
_LEAST_SHARE = 0.005
"""A label with a smaller share is no rival."""
_NEVER_FIRST = ")]},.;:"
_NEVER_LAST = "([{,;:<"


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A span of the text that was decoded.

    Attributes:
        span: where.
        label: the likeliest one.
        score: how sure it is that this is an identifier, 0 to 1.
        rivals: the next likely labels and their shares, as a `Finding` has them.
    """

    span: Span
    label: Label
    score: float
    rivals: tuple[tuple[Label, float], ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Which columns of a model's answer belong to which label.

    Attributes:
        labels: the labels that the model knows.
        begins: `[classes, labels]`, 1 where a class begins a span of a label.
        insides: the same for classes that continue one.
        outside: 1 for each class that is no identifier.
    """

    labels: tuple[Label, ...]
    begins: NDArray[np.float32]
    insides: NDArray[np.float32]
    outside: NDArray[np.float32]

    @property
    def sides(self) -> NDArray[np.float32]:
        """`[classes, labels]`, 1 where a class belongs to a label."""
        return self.begins + self.insides

    @classmethod
    def of(cls, classes: Sequence[str]) -> ClassMap:
        """The map of classes named `O`, `B-LABEL` and `I-LABEL`."""
        labels = tuple(dict.fromkeys(Label(name[2:]) for name in classes if name != "O"))
        shape = (len(classes), len(labels))
        begins = np.zeros(shape, dtype=np.float32)
        insides = np.zeros(shape, dtype=np.float32)
        for row, name in enumerate(classes):
            if name != "O":
                side = begins if name.startswith("B-") else insides
                side[row, labels.index(Label(name[2:]))] = 1
        outside = np.array([name == "O" for name in classes], dtype=np.float32)
        return cls(labels, begins, insides, outside)


@dataclass(frozen=True, slots=True)
class _Word:
    span: Span
    probability: float
    begins: float
    continues: float
    labels: NDArray[np.float32]
    label: Label
    solid: bool


def decode(
    text: str,
    tokens: Sequence[Span],
    rows: NDArray[np.float32],
    *,
    classes: ClassMap,
    scale: ScoreScale,
) -> list[ScoredSpan]:
    """Spans of `text`, in order; those with a score below 0.5 are of words left out of others.

    Args:
        text: what the tokens lie in.
        tokens: where each token lies, ascending.
        rows: `[tokens, classes]`, probabilities.
        classes: what the columns mean.
        scale: from probabilities to scores, and the floor.
    """
    words = list(_words(text, tokens, rows, classes, scale.floor))
    strong = [word.probability >= scale.point(word.label) for word in words]
    bridges = _bridges(words, strong, scale.floor)
    weak = [
        not sure and not bridge and word.solid and word.probability >= scale.floor
        for word, sure, bridge in zip(words, strong, bridges, strict=True)
    ]
    none = [False] * len(words)
    runs = [*_runs(text, words, strong, bridges), *_runs(text, words, weak, none)]
    found = [_scored(text, run, classes, scale) for run in runs]
    return sorted((item for item in found if item is not None), key=lambda item: item.span)


def _words(
    text: str,
    tokens: Sequence[Span],
    rows: NDArray[np.float32],
    classes: ClassMap,
    floor: float,
) -> Iterator[_Word]:
    """The words that reach the floor, in order, and those up to two words away from them.

    Of the latter there is no more than where they are: they part spans or bridge them.
    """
    if not len(tokens):
        return
    groups = list(word_groups(text, tokens))
    inside_any = 1 - rows @ classes.outside
    highest = np.maximum.reduceat(inside_any, [group.start for group in groups])
    likely = highest >= floor
    near = np.convolve(likely, np.ones(2 * _REACH + 1))[_REACH:-_REACH] > 0
    nothing = np.zeros(len(classes.labels), dtype=np.float32)
    for index in np.flatnonzero(near):
        group = groups[index]
        if likely[index]:
            yield _likely_word(text, tokens, rows, group, inside_any, classes, floor)
        else:
            span = Span(tokens[group.start].start, tokens[group.stop - 1].end)
            solid = any(map(str.isalnum, span.of(text)))
            yield _Word(span, float(highest[index]), 0.0, 0.0, nothing, classes.labels[0], solid)


def _likely_word(
    text: str, tokens: Sequence[Span], rows: NDArray[np.float32], group: range,
    inside_any: NDArray[np.float32], classes: ClassMap, floor: float,
) -> _Word:  # fmt: skip
    kept = _unglued(text, tokens, group, inside_any >= floor)
    part = rows[kept.start : kept.stop]
    span = Span(tokens[kept.start].start, tokens[kept.stop - 1].end)
    labels = part.sum(axis=0) @ classes.sides
    return _Word(
        span=span,
        probability=float(inside_any[kept.start : kept.stop].max()),
        begins=float((part[0] @ classes.begins).sum()),
        continues=float((part[0] @ classes.insides).sum()),
        labels=labels,
        label=classes.labels[int(np.argmax(labels))],
        solid=any(map(str.isalnum, span.of(text))),
    )


def _unglued(text: str, tokens: Sequence[Span], group: range, likely: NDArray[np.bool_]) -> range:
    """The group without letters glued to a number, or digits to a word, that are surely none.

    As in `adm07/01` or `77M`. Nothing is taken off where letters meet letters.
    """
    inside = [index for index in group if likely[index]]
    if not inside:
        return group
    start, stop = group.start, group.stop
    if _kind_changes(text, tokens[inside[0]].start):
        start = inside[0]
    if _kind_changes(text, tokens[inside[-1]].end):
        stop = inside[-1] + 1
    return range(start, stop)


def _kind_changes(text: str, place: int) -> bool:
    """Whether a letter meets a digit at this place."""
    if not 0 < place < len(text):
        return False
    left, right = text[place - 1], text[place]
    return (left.isalpha() and right.isdigit()) or (left.isdigit() and right.isalpha())


def _bridges(words: Sequence[_Word], strong: Sequence[bool], floor: float) -> list[bool]:
    """Which doubtful words lie between two sure ones and touch the first, and a span goes on."""
    bridges = [False] * len(words)
    for index in range(1, len(words) - 1):
        before, word, after = words[index - 1 : index + 2]
        doubtful = not strong[index] and (word.probability >= floor or not word.solid)
        if doubtful and strong[index - 1] and strong[index + 1]:
            touching = before.span.end == word.span.start
            bridges[index] = touching and after.continues > after.begins
    return bridges


def _runs(
    text: str, words: Sequence[_Word], taken: Sequence[bool], bridges: Sequence[bool]
) -> Iterator[list[_Word]]:
    """Words side by side that are taken and make up one span each, with the bridges in them."""
    run: list[_Word] = []
    for word, is_taken, is_bridge in zip(words, taken, bridges, strict=True):
        goes_on = run and (is_bridge or (is_taken and _joins(text, run, word)))
        if run and not goes_on:
            yield run
            run = []
        if is_taken or is_bridge:
            run.append(word)
    if run:
        yield run


def _joins(text: str, run: Sequence[_Word], word: _Word) -> bool:
    """Whether a word continues the span of the words before it."""
    between = text[run[-1].span.end : word.span.start]
    if word.continues <= word.begins or len(between) > _WIDEST_GAP or between.strip():
        return False
    last = next((item for item in reversed(run) if item.solid), run[-1])
    return not word.solid or last.label.names.category == word.label.names.category


def _scored(
    text: str, run: Sequence[_Word], classes: ClassMap, scale: ScoreScale
) -> ScoredSpan | None:
    solid = [word for word in run if word.solid]
    if not solid:
        return None
    span = trimmed(text, Span(run[0].span.start, run[-1].span.end))
    belief = np.sum([word.labels for word in run], axis=0)
    label = classes.labels[int(np.argmax(belief))]
    rivals = _rivals(belief, classes)
    if label is Label.AGE and says_ninety(span.of(text)):
        label = Label.AGE90
    scores = [scale.score(word.probability, word.label) for word in solid]
    sure = [score for score in scores if score >= 0.5]
    return ScoredSpan(span, label, float(np.mean(sure or scores)), rivals)


def _rivals(belief: NDArray[np.float32], classes: ClassMap) -> tuple[tuple[Label, float], ...]:
    """The labels that come after the likeliest, and their shares."""
    shares = belief / belief.sum()
    after = np.argsort(-shares, kind="stable")[1 : _MOST_RIVALS + 1]
    return tuple(
        (classes.labels[at], round(float(shares[at]), 4))
        for at in after
        if shares[at] >= _LEAST_SHARE
    )


def trimmed(text: str, span: Span) -> Span:
    """The span without punctuation at its ends that cannot belong to an identifier.

    Args:
        text: what the span lies in.
        span: one that holds at least one letter or digit.
    """
    start, end = span.start, span.end
    while text[start] in _NEVER_FIRST or text[start].isspace():
        start += 1
    while text[end - 1] in _NEVER_LAST or text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def says_ninety(age: str) -> bool:
    """Whether an age is 90 years or more (45 CFR 164.514(b)(2)(i)(C))."""
    if _UNDER_A_YEAR_UNIT.search(age):
        return False
    number = _NUMBER.search(age)
    if number is None:
        return _NINETY.search(age) is not None
    digits = re.sub(r"\D", "", number[0]).lstrip("0")
    return len(digits) > 2 or int(digits or "0") >= 90
