"""What a detector found once is found everywhere in the same note."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from deid.datatypes import Finding, Span
from deid.detect import View
from deid.detect.mentions import Mention, find_mentions
from deid.detect.names import NameIndex, Person, parse_name
from deid.detect.phrases import Match, NumberIndex, PhraseIndex
from deid.detect.words import common_words, fold_word
from deid.labels import ID_LABELS, NAME_LABELS, Label

DETECTOR: Final = "propagated"

_MIN_SCORE: Final = 0.5
_MAX_SCORE: Final = 0.9
_PART_FACTOR: Final = 0.8
_MIN_CODE: Final = 5
_MIN_PLACE: Final = 4
_INITIALS: Final = re.compile(r"[A-Z](?:\.[ -]?[A-Z])*\.?")
_TITLE: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? $")
_PHRASES: Final = frozenset({Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.CITY})
_CODES: Final = ID_LABELS | {Label.EMAIL, Label.URL, Label.IP}
_NUMBERS: Final = frozenset({Label.PHONE, Label.FAX})


def propagate(
    view: View, findings: Sequence[Finding], protected: frozenset[str]
) -> tuple[Finding, ...]:
    """Further mentions of what is among the findings, in the order of the text.

    Names (from a score of 0.5) are found whole, in parts, with initials, possessive and in other
    case; places of several words, codes with a digit, e-mail addresses and phone numbers exactly.
    A name that is a common word counts only where it stands as a name. Nothing is returned that a
    finding of the same category and at least the same score covers already.

    Args:
        view: the note that the findings are of.
        findings: of any detectors, in offsets of the original.
        protected: folded terms that are no names by themselves, see `lists.protected_terms`.
    """
    sure = [finding for finding in findings if finding.score >= _MIN_SCORE]
    covered = _Cover(sure)
    matches = [
        *_names(view, sure, protected),
        *_initials(view, sure),
        *_others(view, sure, protected),
    ]
    found = (
        Finding(view.span(match.start, match.end), match.label, match.score, DETECTOR)
        for match in sorted(matches, key=lambda match: (match.start, match.end))
    )
    return tuple(finding for finding in found if not covered.covers(finding))


def _names(view: View, sure: Iterable[Finding], protected: frozenset[str]) -> Iterator[Match]:
    people: dict[tuple[Label, tuple[str, ...], tuple[str, ...]], Person] = {}
    for finding in sure:
        if finding.label in NAME_LABELS:
            person = parse_name(_text(view, finding.span), finding.label, score=finding.score)
            if person is not None:
                key = (person.label, person.given, person.family)
                known = people.get(key)
                people[key] = person if known is None or known.score < person.score else known
    if people:
        index = NameIndex(tuple(people.values()), protected=protected)
        for mention in find_mentions(view.text, index):
            yield Match(mention.start, mention.end, mention.label, _score(mention))


def _initials(view: View, sure: Iterable[Finding]) -> Iterator[Match]:
    """People of whom the note gives no more than initials: as they are, one letter by a title."""
    known: dict[str, Finding] = {}
    for finding in sure:
        piece = _text(view, finding.span)
        if finding.label in NAME_LABELS and _INITIALS.fullmatch(piece):
            known.setdefault(piece.rstrip("."), finding)
    if known:
        either = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        for match in re.finditer(rf"(?<![\w.])(?:{either})(?!\w)\.?", view.text):
            finding = known[match.group().rstrip(".")]
            titled = _TITLE.search(view.text[max(0, match.start() - 8) : match.start()])
            if titled or match.group().count(".") > 1:
                score = min(finding.score, _MAX_SCORE)
                yield Match(match.start(), match.end(), finding.label, score)


def _score(mention: Mention) -> float:
    base = min(mention.base, _MAX_SCORE)
    if mention.whole:
        return base
    return max(_MIN_SCORE, base * _PART_FACTOR) if mention.strong else _MIN_SCORE


def _others(view: View, sure: Iterable[Finding], protected: frozenset[str]) -> Iterator[Match]:
    phrases, numbers = PhraseIndex(), NumberIndex()
    for finding in sure:
        piece, score = _text(view, finding.span), min(finding.score, _MAX_SCORE)
        if finding.label in _NUMBERS:
            numbers.add(piece, finding.label, score)
        elif finding.label in _PHRASES:
            if _is_distinct(piece, finding.label, protected):
                phrases.add(piece, finding.label, score)
        elif finding.label in _CODES and _is_code(piece):
            phrases.add(piece, finding.label, score)
    yield from numbers.find(view.text)
    for match in phrases.find(view.text):
        if match.label not in _PHRASES or not view.text[match.start].islower():
            yield match


def _is_distinct(piece: str, label: Label, protected: frozenset[str]) -> bool:
    words = [fold_word(word) for word in piece.split()]
    if len(words) > 1:
        return " ".join(words) not in protected
    word = words[0] if words else ""
    known = word in protected or word in common_words()
    return label is Label.CITY and len(word) >= _MIN_PLACE and not known


def _is_code(piece: str) -> bool:
    bare = [c for c in piece if c.isalnum()]
    return len(bare) >= _MIN_CODE and (any(map(str.isdigit, bare)) or "@" in piece)


def _text(view: View, span: Span) -> str:
    """What the view reads at a span of the original."""
    if isinstance(view.starts, range):
        return view.text[span.start : span.end]
    start = bisect_right(view.ends, span.start)
    return view.text[start : bisect_left(view.starts, span.end)]


class _Cover:
    """Which ranges are covered, by category and least score in tenths."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._starts: dict[tuple[str, int], list[int]] = {}
        self._reach: dict[tuple[str, int], list[int]] = {}
        for finding in sorted(findings, key=lambda finding: finding.span):
            for tenth in range(_tenths(_MIN_SCORE), _tenths(finding.score) + 1):
                key = (finding.label.names.category, tenth)
                reach = self._reach.setdefault(key, [])
                self._starts.setdefault(key, []).append(finding.span.start)
                reach.append(max(finding.span.end, reach[-1] if reach else 0))

    def covers(self, finding: Finding) -> bool:
        """Whether a finding of its category that is about as sure covers it."""
        key = (finding.label.names.category, _tenths(finding.score))
        before = bisect_right(self._starts.get(key, ()), finding.span.start)
        return before > 0 and self._reach[key][before - 1] >= finding.span.end


def _tenths(score: float) -> int:
    return int(score * 10 + 1e-9)
