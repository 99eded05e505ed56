"""The rule detector: every rule of the loaded packs over the normalised text of a note."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from itertools import repeat

import regex

from deid.datatypes import Finding, Span
from deid.detect import View
from deid.detect.checks import age_in_years
from deid.detect.lists import fold
from deid.detect.packs import Pack, Pattern, Rule
from deid.detect.starts import Starts
from deid.errors import DetectionIncomplete
from deid.labels import NAME_LABELS, Label
from deid.stopping import stop_if_asked

DEFAULT_TIMEOUT = 5.0
"""Seconds that one rule may take for each 100,000 characters of a note that it begins."""

HINT_SCORE = 0.45
"""The highest score of a hint beside a model; alone it is below every shipped threshold."""

_TIMEOUT_UNIT = 100_000
# As Presidio's LemmaContextAwareEnhancer raises them.
_CONTEXT_RAISE = 0.35
_CONTEXT_MINIMUM = 0.4
_CONTEXT_REACH = 200
_WORD = regex.compile(r"\w+")
# A full stop belongs to an initial, not to the end of a word.
_NAME_WORD = regex.compile(r"[\p{L}\p{M}\p{N}'’\-]+(?:(?<=\b\p{Lu})\.)?")
_OLD_AGE = 90
_FEWEST_WORDS = 2


class RuleDetector:
    """Runs rule packs over notes. Safe to use from several threads."""

    name = "rules"

    def __init__(
        self,
        packs: Sequence[Pack],
        *,
        timeout: float = DEFAULT_TIMEOUT,
        beside_model: bool = False,
    ) -> None:
        """A detector for these packs.

        Args:
            packs: as `load_packs` gives them.
            timeout: seconds for one rule for each 100,000 characters that a note begins.
            beside_model: whether a model works on the same notes; what hints find then has a score
                that counts only where the model agrees, if only a little.
        """
        self._beside_model = beside_model
        self._rules = tuple(rule for pack in packs for rule in pack.rules)
        self._timeout = timeout
        self._starts = Starts([p.conditions for rule in self._rules for p in rule.patterns])
        self._numbers = tuple(_numbers(self._rules))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in the order of their packs."""
        return self._rules

    def detect(self, view: View) -> Sequence[Finding]:
        """Findings of all rules, in the order of the text; those of different rules may overlap.

        Raises:
            DetectionIncomplete: a rule ran out of time.
        """
        lowered, places = view.text.lower(), self._starts.places(view.text)
        findings: list[Finding] = []
        for rule, numbers in zip(self._rules, self._numbers, strict=True):
            stop_if_asked()
            begins = [places[number] for number in numbers]
            if begins.count([]) == len(begins):
                continue
            if rule.needs and not any(literal in lowered for literal in rule.needs):
                continue
            findings += (
                Finding(
                    view.span(span.start, span.end),
                    label,
                    self._weighed(rule, score),
                    rule.detector,
                )
                for span, label, score in apply_rule(
                    rule, view.text, timeout=self._timeout, begins=begins
                )
            )
        return sorted(findings, key=lambda f: (f.span, f.label, f.detector))

    def _weighed(self, rule: Rule, score: float) -> float:
        return min(score, HINT_SCORE) if rule.hint and self._beside_model else score


def _numbers(rules: Sequence[Rule]) -> Iterator[range]:
    """The numbers of each rule's patterns, counted through."""
    first = 0
    for rule in rules:
        yield range(first, first + len(rule.patterns))
        first += len(rule.patterns)


def apply_rule(
    rule: Rule,
    text: str,
    *,
    timeout: float = DEFAULT_TIMEOUT,
    begins: Sequence[Sequence[int] | None] | None = None,
) -> list[tuple[Span, Label, float]]:
    """What one rule finds: spans of `text` with label and score.

    Of two that share a label, one inside the other, only the outer one is given.

    Args:
        rule: the rule.
        text: normalised text.
        timeout: seconds for each pattern of the rule for each 100,000 characters begun.
        begins: for each pattern the places where matches may begin, where they are known.

    Raises:
        DetectionIncomplete: the rule ran out of time. The message names the rule.
    """
    limit = timeout * max(1, math.ceil(len(text) / _TIMEOUT_UNIT))
    found: dict[tuple[Span, Label], float] = {}
    for pattern, places in zip(rule.patterns, begins or repeat(None), strict=False):
        if places == []:
            continue
        try:
            matches = list(matches_of(pattern, text, places, timeout=limit))
        except TimeoutError:
            raise DetectionIncomplete(
                f"rule {rule.id}, pattern {pattern.name}: took more than {limit:g} s; "
                "mend the rule (`deid rules test` shows slow ones) or allow more time"
            ) from None
        for match in matches:
            for span, label in _identifiers(rule, pattern, match, text):
                score = _with_context(rule, pattern.score, text, match)
                found[span, label] = max(score, found.get((span, label), 0.0))
    return _outermost(found) if found else []


def matches_of(
    pattern: Pattern, text: str, places: Sequence[int] | None, *, timeout: float
) -> Iterator[regex.Match[str]]:
    """The matches of a pattern, none overlapping another, as a search from the left finds them.

    Args:
        pattern: what to search for.
        text: normalised text.
        places: ascending, all places where a match may begin; None: anywhere.
        timeout: seconds.

    Raises:
        TimeoutError: the search took longer than `timeout` seconds.
    """
    if places is None:
        yield from pattern.expression.compiled.finditer(text, timeout=timeout)
        return
    expression = pattern.expression.compiled
    end, deadline = 0, time.monotonic() + timeout
    for place in places:
        if time.monotonic() > deadline:
            raise TimeoutError
        if place >= end:
            match = expression.match(text, place, timeout=timeout)
            if match is not None:
                yield match
                end = max(match.end(), place + 1)


def _identifiers(
    rule: Rule, pattern: Pattern, match: regex.Match[str], text: str
) -> Iterator[tuple[Span, Label]]:
    groups = pattern.groups
    if not groups:
        candidates = [(match.span(), rule.label)]
    else:
        candidates = [
            (place, label) for name, label in groups for place in _joined(match.spans(name))
        ]
    for (start, end), label in candidates:
        if label is rule.label:
            start, end = _trimmed(rule, text, start, end)
        if label in NAME_LABELS and text[start:end].endswith("'s"):
            end -= 2
        piece = text[start:end]
        if not piece.strip():
            continue
        if pattern.check is not None and label is rule.label and not pattern.check(piece):
            continue
        yield Span(start, end), _age_label(label, piece)


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The captures of a group, those that touch as one: a lookbehind holds the first part."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _trimmed(rule: Rule, text: str, start: int, end: int) -> tuple[int, int]:
    """The range without the words that the rule stops at; empty when nothing is left."""
    if rule.stop:
        start, end = _without_stopped(rule, text, start, end)
    if rule.lead:
        words = [(m.start(), fold(m.group())) for m in _NAME_WORD.finditer(text, start, end)]
        kept = next((i for i, (_, word) in enumerate(words) if word not in rule.lead), len(words))
        if kept and len(words) - kept < _FEWEST_WORDS:
            return start, start
        start = words[kept][0] if kept else start
    return start, end


def _without_stopped(rule: Rule, text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a range that holds no stopped word: behind leading ones, before the next one."""
    if fold(text[start:end]) in rule.stop and not rule.keep_first:
        return start, start
    words = [(m.start(), m.end()) for m in _NAME_WORD.finditer(text, start, end)]
    # A single letter is an initial, though `a` and `I` are words.
    stopped = [b - a > 1 and fold(text[a:b]) in rule.stop for a, b in words]
    if rule.keep_first and stopped:
        stopped[0] = False
    if not any(stopped):
        return start, end
    if all(stopped):
        return start, start
    first = stopped.index(False)
    rest = stopped[first:]
    last = first + (rest.index(True) if True in rest else len(rest)) - 1
    new_start = words[first][0] if first else start
    new_end = words[last][1] if True in rest else end
    return new_start, new_end


def _age_label(label: Label, piece: str) -> Label:
    """Ages of 90 and above are one class (45 CFR 164.514(b)(2)(i)(C))."""
    if label is Label.AGE and (age_in_years(piece) or 0) >= _OLD_AGE:
        return Label.AGE90
    return label


def _with_context(rule: Rule, score: float, text: str, match: regex.Match[str]) -> float:
    if not rule.context:
        return score
    before, behind = rule.window
    left = _WORD.findall(text[max(0, match.start() - _CONTEXT_REACH) : match.start()].casefold())
    right = _WORD.findall(text[match.end() : match.end() + _CONTEXT_REACH].casefold())
    sides = (left[-before:] if before else [], right[:behind])
    if any(_holds(words, phrase) for words in sides for phrase in rule.context):
        return min(1.0, max(_CONTEXT_MINIMUM, score + _CONTEXT_RAISE))
    return score


def _holds(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[i : i + size]) == phrase for i in range(len(words) - size + 1))


def _outermost(found: dict[tuple[Span, Label], float]) -> list[tuple[Span, Label, float]]:
    """Without those that lie in one of the same label and at least the same score."""
    kept: list[tuple[Span, Label, float]] = []
    near: dict[Label, list[tuple[Span, float]]] = {}
    for (span, label), score in sorted(found.items(), key=lambda f: (f[0][0].start, -f[0][0].end)):
        open_spans = [n for n in near.get(label, ()) if n[0].end > span.start]
        if not any(outer.covers(span) and above >= score for outer, above in open_spans):
            kept.append((span, label, score))
            open_spans.append((span, score))
        near[label] = open_spans
    return kept
