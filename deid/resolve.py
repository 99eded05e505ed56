"""One merge of what all detectors found: disjoint kept findings, and a reason for every other.

Recall comes first: a character that any sufficiently sure finding covers is covered by a kept one
(what a clinical use speaks against aside; blanks, punctuation and words such as "the" in what is
left over aside; and what a finding adds to a value that a rule settles by its grammar, such as an
e-mail address). Detectors that agree raise each other: weak hints of two kinds of detector on the
same words count together.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from deid.datatypes import ClinicalUse, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import ID_LABELS, Label
from deid.policy import OperatorName, Policy

_KIN: tuple[frozenset[Label], ...] = (
    frozenset({Label.PATIENT, Label.DOCTOR, Label.PERSON}),
    frozenset({Label.HOSPITAL, Label.ORGANIZATION, Label.DEPARTMENT}),
    frozenset({Label.PHONE, Label.FAX}),
    frozenset({Label.AGE, Label.AGE90}),
    ID_LABELS,
)
_SHAPED = ID_LABELS | {
    *(Label.EMAIL, Label.URL, Label.IP, Label.PHONE, Label.FAX),
    *(Label.DATE, Label.AGE, Label.AGE90, Label.ZIP),
}
"""Labels that the shape of a value and the word before it decide better than a model does."""

_EXACT = frozenset({Label.EMAIL, Label.URL, Label.IP, Label.SSN})
"""Labels whose grammar leaves no doubt where a value ends: what a model adds there is no part."""

_LINKS = frozenset({"a", "after", "and", "at", "before", "by", "for", "from", "in", "of", "on"}) | {
    *("or", "the", "to", "until", "with"),
}
"""Words that identify nobody when they are all that is left of a finding."""

_SURE_RULE = 0.8
"""A rule of a shaped label that is this sure is placed before any model's finding."""

_SURE = 0.9
"""A finding that reaches this, alone or with others, stands against a clinical use."""

_KEEP_MARGIN = 0.3
"""How much surer a finding must be for "may stay" to win over "must go" on the same words."""


def resolve(
    text: str,
    findings: Iterable[Finding],
    policy: Policy,
    *,
    protected: Sequence[Span] = (),
    rejected: Sequence[Span] = (),
    clinical: Sequence[ClinicalUse] = (),
    mutual: bool = True,
) -> Resolution:
    """Merge findings into disjoint kept ones.

    Args:
        text: the document's text, to which all offsets refer.
        findings: from all detectors, in any order, overlapping as they like.
        policy: gives the threshold of each label, and which labels may stay.
        protected: disjoint spans that are no identifiers, such as this program's own tags.
        rejected: spans that a reviewer looked at and refused.
        clinical: uses that speak against findings which lie wholly inside.
        mutual: whether detectors that agree raise each other; if not, each score stands alone.

    Returns:
        Kept findings, ordered and disjoint: input findings, some narrowed to what was still free
        or widened to take in one of the same kind that overlapped; and every input finding that
        was not kept, with the reason and the kept one in its place.
    """
    dropped: list[Dropped] = []
    eligible: list[Finding] = []
    unlikely = _unlikely(clinical)
    for finding, support in supports(findings, mutual=mutual).items():
        if _is_rejected(finding, rejected):
            dropped.append(Dropped(finding, DropReason.REJECTED))
        elif unlikely(finding, support):
            dropped.append(Dropped(finding, DropReason.PROTECTED))
        elif support < policy.thresholds[finding.label]:
            dropped.append(Dropped(finding, DropReason.BELOW_THRESHOLD))
        else:
            eligible.append(finding)
    placed = _Placed(text, protected)
    for finding in sorted(eligible, key=lambda f: _rank(f, text, policy)):
        placed.add(finding)
    return placed.resolution(dropped)


def extend(
    text: str, resolution: Resolution, findings: Iterable[Finding], policy: Policy
) -> Resolution:
    """A resolution with more findings, of any score, where nothing is kept yet.

    What is kept stays as it is, or grows over a finding of the same kind that overlaps it.
    """
    placed = _Placed(text, ())
    for finding in resolution.kept:
        placed.add(finding)
    for finding in sorted(set(findings), key=lambda f: _rank(f, text, policy)):
        placed.add(finding)
    return placed.resolution(list(resolution.dropped))


def supports(findings: Iterable[Finding], *, mutual: bool = True) -> dict[Finding, float]:
    """The score that each finding and overlapping kin of other detectors reach together.

    Args:
        findings: of all detectors, in any order.
        mutual: whether they raise each other; if not, each has its own score.
    """
    ordered = sorted(set(findings), key=lambda f: (f.span, f.label, f.detector, f.score))
    scores = _supports(ordered) if mutual else [finding.score for finding in ordered]
    return dict(zip(ordered, scores, strict=True))


def family(detector: str) -> str:
    """The kind of a detector: the part of its id before the colon."""
    return detector.partition(":")[0]


def _is_rejected(finding: Finding, rejected: Sequence[Span]) -> bool:
    if family(finding.detector) == "reviewer":
        return False
    return any(span.covers(finding.span) for span in rejected)


def _unlikely(clinical: Sequence[ClinicalUse]) -> Callable[[Finding, float], bool]:
    """Whether a clinical use speaks against a finding wholly inside it that has this support."""
    uses = sorted(clinical, key=lambda use: use.span)
    starts = [use.span.start for use in uses]
    longest = max((len(use.span) for use in uses), default=0)

    def unlikely(finding: Finding, support: float) -> bool:
        if family(finding.detector) in ("known", "field", "reviewer"):
            return False
        first = bisect_left(starts, finding.span.end - longest)
        last = bisect_right(starts, finding.span.start)
        return any(
            use.span.covers(finding.span)
            and finding.label in use.against
            and (use.certain or support < _SURE)
            for use in uses[first:last]
        )

    return unlikely


def _rank(finding: Finding, text: str, policy: Policy) -> tuple[int, float, int, Span, str]:
    """Sort key, first placed first: more reliable, then surer, then longer findings."""
    stays = policy.treatments[finding.label].operator is OperatorName.KEEP
    score = finding.score - (_KEEP_MARGIN if stays else 0.0)
    return (
        _reliability(finding, text, stays=stays),
        -score,
        -len(finding.span),
        finding.span,
        finding.label,
    )


def _reliability(finding: Finding, text: str, *, stays: bool) -> int:
    """0 a person, 1 the patient's own data, 2 a sure rule for a shaped label, 3 anything else.

    What may stay is never placed first for its shape: it would shield what must go. A month or a
    weekday alone has no shape: June and Sunday are given names.
    """
    word_only = finding.label is Label.DATE and finding.span.of(text).isalpha()
    match family(finding.detector):
        case "reviewer":
            return 0
        case "known" | "field":
            return 1
        case "rule" if finding.label in _SHAPED and not stays and not word_only:
            return 2 if finding.score >= _SURE_RULE else 3
        case _:
            return 3


def _supports(ordered: Sequence[Finding]) -> list[float]:
    """For each finding the score that it and overlapping kin of other families reach together.

    Independent detectors combine as a noisy-or: 1 - Π(1 - best score of each family).
    """
    best: list[dict[str, float]] = [{family(f.detector): f.score} for f in ordered]
    active: list[int] = []
    for index, finding in enumerate(ordered):
        active = [other for other in active if ordered[other].span.end > finding.span.start]
        for other in active:
            if _kin(ordered[other].label, finding.label):
                _support(best[index], ordered[other])
                _support(best[other], finding)
        active.append(index)
    return [1.0 - math.prod(1.0 - score for score in scores.values()) for scores in best]


def _support(scores: dict[str, float], by: Finding) -> None:
    kind = family(by.detector)
    if next(iter(scores)) != kind:
        scores[kind] = max(by.score, scores.get(kind, 0.0))


def _kin(one: Label, other: Label) -> bool:
    return one is other or any(one in group and other in group for group in _KIN)


class _Placed:
    """Findings placed so far, by start; spans in `_taken` are disjoint."""

    def __init__(self, text: str, protected: Sequence[Span]) -> None:
        self._text = text
        self._taken: list[tuple[Span, Finding | None]] = []
        for span in protected:
            insort(self._taken, (span, None), key=_start)
        self._lost: list[tuple[Finding, Span | None]] = []

    def add(self, finding: Finding) -> None:
        """Keep what of this finding is still free, or note that nothing is."""
        rivals = self._overlapping(finding.span)
        pieces = self._free_pieces(finding.span, rivals)
        if not pieces or _is_told_exactly(finding, rivals):
            self._lost.append((finding, _largest_overlap(finding.span, rivals)))
        elif not rivals:
            self._insert(finding)
        elif not self._widen(finding, rivals):
            telling = [piece for piece in pieces if self._says_something(piece)]
            for piece in telling:
                self._insert(replace(finding, span=piece))
            if not telling:
                self._lost.append((finding, _largest_overlap(finding.span, rivals)))

    def resolution(self, dropped: list[Dropped]) -> Resolution:
        """Everything placed, with the losers' final winners."""
        for finding, place in self._lost:
            winner = self._at(place) if place is not None else None
            reason = DropReason.COVERED if winner is not None else DropReason.PROTECTED
            dropped.append(Dropped(finding, reason, winner))
        dropped.sort(key=lambda d: (d.finding.span, d.finding.label, d.finding.detector))
        kept = tuple(finding for _, finding in self._taken if finding is not None)
        return Resolution(kept, tuple(dropped))

    def _insert(self, finding: Finding) -> None:
        insort(self._taken, (finding.span, finding), key=_start)

    def _overlapping(self, span: Span) -> list[tuple[Span, Finding | None]]:
        first = bisect_left(self._taken, span.start, key=_start)
        if first > 0 and self._taken[first - 1][0].end > span.start:
            first -= 1
        last = bisect_left(self._taken, span.end, lo=first, key=_start)
        return self._taken[first:last]

    def _at(self, place: Span) -> Finding | None:
        return self._overlapping(Span(place.start, place.start + 1))[0][1]

    def _free_pieces(self, span: Span, rivals: Sequence[tuple[Span, Finding | None]]) -> list[Span]:
        """The parts of a span that no rival covers and that hold a letter or digit, trimmed."""
        pieces: list[Span] = []
        start = span.start
        for rival, _ in rivals:
            pieces += self._trimmed(start, rival.start)
            start = rival.end
        pieces += self._trimmed(start, span.end)
        return pieces

    def _says_something(self, piece: Span) -> bool:
        around = self._text[max(0, piece.start - 1) : piece.end + 1]
        cut_out_of_a_word = around[:1].isalnum() or around[-1:].isalnum()
        return cut_out_of_a_word or not _LINKS.issuperset(piece.of(self._text).split())

    def _trimmed(self, start: int, end: int) -> list[Span]:
        while start < end and not self._text[start].isalnum():
            start += 1
        while start < end and not self._text[end - 1].isalnum():
            end -= 1
        return [Span(start, end)] if start < end else []

    def _widen(self, finding: Finding, rivals: Sequence[tuple[Span, Finding | None]]) -> bool:
        """Let a single placed finding of the same kind grow over this one."""
        span, rival = rivals[0]
        if len(rivals) > 1 or rival is None or not _kin(rival.label, finding.label):
            return False
        union = Span(min(span.start, finding.span.start), max(span.end, finding.span.end))
        self._taken.remove((span, rival))
        self._insert(replace(rival, span=union))
        self._lost.append((finding, finding.span))
        return True


def _is_told_exactly(finding: Finding, rivals: Sequence[tuple[Span, Finding | None]]) -> bool:
    """Whether a rule has settled the very value that this finding takes with more around it."""
    return any(
        rival is not None
        and rival.label is finding.label
        and rival.label in _EXACT
        and family(rival.detector) == "rule"
        for _, rival in rivals
    )


def _start(entry: tuple[Span, Finding | None]) -> int:
    return entry[0].start


def _largest_overlap(span: Span, rivals: Sequence[tuple[Span, Finding | None]]) -> Span | None:
    """The part of `span` that its largest rival takes; None where there are only placeholders."""
    shares = [
        Span(max(span.start, rival.start), min(span.end, rival.end))
        for rival, finding in rivals
        if finding is not None
    ]
    return max(shares, key=len, default=None)
