"""A token classifier run over a whole note: segments, tokens, windows, merge, findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Finding, Span
from deid.detect import View
from deid.detect.decode import ClassMap, decode
from deid.detect.scores import ScoreScale
from deid.detect.tokens import Tokens
from deid.detect.windows import Segment, WindowPlan, merge, segments, windows
from deid.errors import DetectionIncomplete, ExaminationStopped
from deid.stopping import stop_if_asked

SEGMENT = 40_000
"""How much of a note is examined at once, in code points."""

MARGIN = 1_000
"""How much more is read on both sides of a segment."""


@dataclass(frozen=True, slots=True)
class TokenClassifier:
    """A model as the rest of the program sees it, whatever runs it.

    Attributes:
        name: detector id of its findings.
        classes: what the columns of an answer mean.
        plan: how long its windows are.
        scale: from probabilities to scores.
        tokenize: text to tokens, nothing cut off.
        answer: the tokens of one window to probabilities `[tokens, classes]`.
    """

    name: str
    classes: ClassMap
    plan: WindowPlan
    scale: ScoreScale
    tokenize: Callable[[str], Tokens]
    answer: Callable[[Tokens], NDArray[np.float32]]

    def findings(self, view: View) -> list[Finding]:
        """Findings in the whole note. Memory does not grow with the length of the note.

        Raises:
            DetectionIncomplete: the model failed on some part.
        """
        try:
            return list(self._findings(view))
        except ExaminationStopped:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails, the note was not examined
            kind = type(error).__name__
        raise DetectionIncomplete(f"{self.name} failed ({kind}): the note was not wholly examined")

    def lowered(self, floor: float) -> TokenClassifier:
        """The same model, reporting words from this probability on if its own floor is higher."""
        return replace(self, scale=replace(self.scale, floor=min(floor, self.scale.floor)))

    def _findings(self, view: View) -> Iterator[Finding]:
        before: set[Finding] = set()
        for segment in segments(view.text, size=SEGMENT, margin=MARGIN):
            found = set(self._in_segment(view, segment))
            yield from sorted(found - before, key=lambda item: item.span)
            before = found

    def _in_segment(self, view: View, segment: Segment) -> Iterator[Finding]:
        """Findings that touch the core; one over a border comes from both sides, alike or not."""
        text = segment.padded.of(view.text)
        tokens = self.tokenize(text)
        rows = self.probabilities(tokens)
        for item in decode(text, tokens.spans, rows, classes=self.classes, scale=self.scale):
            start = item.span.start + segment.padded.start
            end = item.span.end + segment.padded.start
            if Span(start, end).overlaps(segment.core):
                yield Finding(view.span(start, end), item.label, item.score, self.name, item.rivals)

    def probabilities(self, tokens: Tokens) -> NDArray[np.float32]:
        """Probabilities `[tokens, classes]` from overlapping windows."""
        parts = windows(len(tokens), self.plan)
        rows = list(merge((part, self._checked(tokens, part)) for part in parts))
        width = len(self.classes.outside)
        return np.concatenate(rows) if rows else np.zeros((0, width), dtype=np.float32)

    def _checked(self, tokens: Tokens, window: range) -> NDArray[np.float32]:
        stop_if_asked()
        rows = self.answer(tokens.part(window))
        if rows.shape != (len(window), len(self.classes.outside)) or not np.isfinite(rows).all():
            raise ValueError("the model's answer has another shape, or is not a number")
        return rows


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities along the last axis."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)
