"""Whether a score of 0.9 means right nine times of ten. Pure.

A finding is right if at least half of its characters that are not blank are marked, under whatever
label. The expected calibration error is the mean distance between score and share of right
findings, over bins of equal width, weighted by the findings in them (Naeini et al., AAAI 2015).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deid.datatypes import Finding
from deid.errors import MalformedRecord
from deid.evaluate.characters import visible
from deid.evaluate.gold import GoldNote


@dataclass(frozen=True, slots=True)
class Bin:
    """Findings whose scores lie in `[low, high)`, or up to 1 in the last bin.

    Attributes:
        low: the least score.
        high: the score that belongs to the next bin.
        findings: how many.
        mean_score: their mean score.
        right: share of them that is right.
    """

    low: float
    high: float
    findings: int
    mean_score: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How scores and right findings go together.

    Attributes:
        bins: those that are not empty, by score.
        findings: all of them.
        error: the expected calibration error, 0 to 1; None without findings.
    """

    bins: tuple[Bin, ...]
    findings: int
    error: float | None

    def as_json(self) -> dict[str, object]:
        """Everything, as a tree for `json.dumps`."""
        names = ("low", "high", "findings", "mean_score", "right")
        return {
            "findings": self.findings,
            "expected_calibration_error": self.error,
            "bins": [{name: getattr(one, name) for name in names} for one in self.bins],
        }


def reliability(
    gold: Iterable[GoldNote], findings: Mapping[str, Sequence[Finding]], *, bins: int = 10
) -> Reliability:
    """How well the scores of findings tell which ones are right.

    Args:
        gold: the marked notes.
        findings: of each note by its id.
        bins: into how many the scores from 0 to 1 are parted.

    Raises:
        MalformedRecord: a note has no entry in `findings`.
    """
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for note in gold:
        if note.id not in findings:
            raise MalformedRecord("a note of the gold has no findings, not even none")
        marked = {at for mark in note.spans for at in visible(note.text, mark.span)}
        for finding in findings[note.id]:
            own = set(visible(note.text, finding.span))
            right = 2 * len(own & marked) >= max(len(own), 1)
            filled[min(int(finding.score * bins), bins - 1)].append((finding.score, right))
    made = tuple(_bin(rows, index, bins) for index, rows in enumerate(filled) if rows)
    count = sum(one.findings for one in made)
    gap = sum(one.findings * abs(one.mean_score - one.right) for one in made)
    return Reliability(made, count, gap / count if count else None)


def _bin(rows: Sequence[tuple[float, bool]], index: int, bins: int) -> Bin:
    return Bin(
        low=index / bins,
        high=(index + 1) / bins,
        findings=len(rows),
        mean_score=sum(score for score, _ in rows) / len(rows),
        right=sum(right for _, right in rows) / len(rows),
    )
