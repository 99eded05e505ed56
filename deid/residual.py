"""The leak check: what in an output should not be there.

Two things are looked for outside the replacements: what the detectors find in the output now that
the words around it have changed, and further copies of a value that was replaced elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from deid.datatypes import Finding, Redacted, Redaction, Span
from deid.labels import NAME_LABELS
from deid.policy import OperatorName

_WORD = re.compile(r"[^\W_]+")
_MIN_CODE_LENGTH = 5
_MIN_NAME_LENGTH = 4
COPY_DETECTOR = "residual:copy"


def examine(
    original: str,
    redacted: Redacted,
    found: Iterable[Finding],
    *,
    is_ordinary: Callable[[str], bool],
    excused: Sequence[Span] = (),
) -> tuple[Finding, ...]:
    """What is left in the output of a note.

    Args:
        original: the text of the note.
        redacted: what became of it.
        found: what detectors find in `redacted.text`, in its offsets.
        is_ordinary: whether a word, in lower case, is an ordinary word as well as a name; copies
            of such a word are left to the detectors.
        excused: spans of the original that a reviewer chose to leave.

    Returns:
        Findings in offsets of the *output*, disjoint from every replacement, in its order.
    """
    output = OutputMap(redacted.redactions)
    candidates = [*found, *_copies(original, redacted, is_ordinary)]
    left = set()
    for finding in candidates:
        for span in output.outside(finding.span, redacted.text):
            source = output.to_original(span)
            if not any(excuse.covers(source) for excuse in excused):
                left.add(replace(finding, span=span))
    return tuple(sorted(left, key=lambda f: (f.span, f.label, f.detector)))


class OutputMap:
    """Maps stretches of an output that were not replaced back to the original.

    Args:
        redactions: in the order of the text, as `Redacted` holds them.
    """

    def __init__(self, redactions: Sequence[Redaction]) -> None:
        self._redactions = redactions
        self._starts = [redaction.output_span.start for redaction in redactions]

    def to_original(self, span: Span) -> Span:
        """The span of the original that an unreplaced span of the output stands for."""
        index = bisect_right(self._starts, span.start) - 1
        if index < 0:
            return span
        last = self._redactions[index]
        shift = last.finding.span.end - last.output_span.end
        return Span(span.start + shift, span.end + shift)

    def outside(self, span: Span, text: str) -> Iterator[Span]:
        """The parts of an output span that lie outside replacements and hold a letter or digit."""
        first = max(0, bisect_right(self._starts, span.start) - 1)
        start = span.start
        for redaction in self._redactions[first:]:
            taken = redaction.output_span
            if taken.start >= span.end:
                break
            if taken.end > start:
                yield from _with_word(start, min(taken.start, span.end), text)
                start = taken.end
        yield from _with_word(start, span.end, text)


def _with_word(start: int, end: int, text: str) -> Iterator[Span]:
    words = list(_WORD.finditer(text, start, max(start, end)))
    if words:
        yield Span(words[0].start(), words[-1].end())


def _copies(
    original: str, redacted: Redacted, is_ordinary: Callable[[str], bool]
) -> Iterator[Finding]:
    """Further copies of replaced values, compared word by word without regard to case."""
    values = dict(_distinctive_values(original, redacted, is_ordinary))
    if not values:
        return
    words = [(m.group().casefold(), m.start(), m.end()) for m in _WORD.finditer(redacted.text)]
    places: dict[str, list[int]] = defaultdict(list)
    for index, (word, _, _) in enumerate(words):
        places[word].append(index)
    for value, finding in values.items():
        for index in places.get(value[0], ()):
            matched = words[index : index + len(value)]
            if tuple(word for word, _, _ in matched) == value:
                yield replace(
                    finding, span=Span(matched[0][1], matched[-1][2]), detector=COPY_DETECTOR
                )


def _distinctive_values(
    original: str, redacted: Redacted, is_ordinary: Callable[[str], bool]
) -> Iterator[tuple[tuple[str, ...], Finding]]:
    for redaction in redacted.redactions:
        value = redaction.finding.span.of(original)
        written = redaction.output_span.of(redacted.text)
        if redaction.operator == OperatorName.KEEP or written == value:
            continue
        words = tuple(word.casefold() for word in _WORD.findall(value))
        if _is_distinctive(words, redaction.finding, is_ordinary):
            yield words, redaction.finding


def _is_distinctive(
    words: tuple[str, ...], finding: Finding, is_ordinary: Callable[[str], bool]
) -> bool:
    """Whether another copy of these words can hardly be anything but the same identifier."""
    joined = "".join(words)
    if any(character.isdigit() for character in joined):
        return len(joined) >= _MIN_CODE_LENGTH
    if finding.label not in NAME_LABELS:
        return False
    return len(joined) >= _MIN_NAME_LENGTH and not all(is_ordinary(word) for word in words)
