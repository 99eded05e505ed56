"""The tests that rules carry: examples, near-misses and a search for slow expressions.

An example marks what must be found: `MRN: [[00482913]]`, or with a label of its own where a rule
has several: `[[CITY|Provo]], [[STATE|UT]]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex

from deid.datatypes import Span
from deid.detect.packs import Pack, Rule
from deid.detect.rules import apply_rule
from deid.errors import DetectionIncomplete, RulePackError
from deid.labels import Label

_MARK = regex.compile(r"\[\[(?:([A-Z0-9]+)\|)?(.*?)\]\]", regex.DOTALL)
_PROBE_SECONDS = 1.0
_PROBE_LENGTH = 6_000
_PROBE_UNITS = (
    *("1", "12-", "1/", "1.", " ", "\n", "\t", "-", ".", ",", ":", "(", "a", "A", "a ", "A "),
    *("Aa", "Aa ", "Aa-", "A. ", "Aa, ", "a.", "a@", "http://a/", "1 ", "a1", "A1-", "Aa'", "Dr. "),
    *("Aaa Bbb ", "Aaa\n", "1 Aaa ", "AAA ", "AAA, ", "é", "É ", "Jan ", "Jan 1 ", "MRN ", "x: "),
)


class FailureKind(StrEnum):
    """How a rule failed its own tests."""

    MISSED = "example-missed"
    FALSE_ALARM = "near-miss-found"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class RuleTestFailure:
    """One test of a rule that failed.

    Attributes:
        rule_id: which rule.
        kind: how it failed.
        case: the example or near-miss, or the unit whose repetition took too long.
    """

    rule_id: str
    kind: FailureKind
    case: str


def test_packs(packs: Sequence[Pack]) -> tuple[RuleTestFailure, ...]:
    """Every failure of every rule's examples, near-misses and speed; empty when all is well.

    Raises:
        RulePackError: an example is not marked properly.
    """
    return tuple(failure for pack in packs for rule in pack.rules for failure in test_rule(rule))


def test_rule(rule: Rule) -> Iterator[RuleTestFailure]:
    """The failures of one rule.

    Raises:
        RulePackError: an example is not marked properly.
    """
    for example in rule.examples:
        if not is_found(rule, example):
            yield RuleTestFailure(rule.id, FailureKind.MISSED, example)
    for text in rule.near_misses:
        if is_false_alarm(rule, text):
            yield RuleTestFailure(rule.id, FailureKind.FALSE_ALARM, text)
    for unit in slow_units(rule):
        yield RuleTestFailure(rule.id, FailureKind.SLOW, unit)


def is_found(rule: Rule, example: str) -> bool:
    """Whether the rule finds exactly what the example marks, with the labels it marks.

    Raises:
        RulePackError: nothing is marked, or a label is unknown.
    """
    text, marks = _unmark(rule, example)
    if not marks:
        raise RulePackError(f"rule {rule.id}: an example marks nothing; use [[double brackets]]")
    return _found(rule, text) == marks


def is_false_alarm(rule: Rule, text: str) -> bool:
    """Whether the rule finds anything in the text."""
    return bool(_found(rule, text))


def slow_units(
    rule: Rule, *, seconds: float = _PROBE_SECONDS, units: Iterable[str] = _PROBE_UNITS
) -> Iterator[str]:
    """Pieces of text whose long repetition makes the rule run out of time."""
    for unit in units:
        text = (unit * (_PROBE_LENGTH // len(unit)))[:_PROBE_LENGTH] + "\x00"
        try:
            apply_rule(rule, text, timeout=seconds)
        except DetectionIncomplete:
            yield unit


def _found(rule: Rule, text: str) -> set[tuple[Span, Label]]:
    lowered = text.lower()
    if rule.needs and not any(literal in lowered for literal in rule.needs):
        return set()
    return {(span, label) for span, label, _ in apply_rule(rule, text)}


def _unmark(rule: Rule, example: str) -> tuple[str, set[tuple[Span, Label]]]:
    pieces: list[str] = []
    marks: set[tuple[Span, Label]] = set()
    length = end = 0
    for mark in _MARK.finditer(example):
        before, value = example[end : mark.start()], mark.group(2)
        label = Label.parse(mark.group(1)) if mark.group(1) else rule.label
        start = length + len(before)
        marks.add((Span(start, start + len(value)), label))
        pieces += [before, value]
        length, end = start + len(value), mark.end()
    return "".join([*pieces, example[end:]]), marks
