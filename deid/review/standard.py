"""By what a review is measured: what a policy replaces, and from which score on it is certain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deid.policy import OperatorName, Policy
from deid.review.marks import Mark, MarkState


@dataclass(frozen=True, slots=True)
class Tally:
    """How many marks there are. What an act changed may be subtracted and added.

    Attributes:
        replaced: will be replaced.
        uncertain: of these, the ones that want a look.
        rejected: a person chose to leave.
    """

    replaced: int = 0
    uncertain: int = 0
    rejected: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.replaced + other.replaced,
            self.uncertain + other.uncertain,
            self.rejected + other.rejected,
        )

    def __sub__(self, other: Tally) -> Tally:
        return Tally(
            self.replaced - other.replaced,
            self.uncertain - other.uncertain,
            self.rejected - other.rejected,
        )


@dataclass(frozen=True, slots=True)
class Standard:
    """What decides how a mark counts.

    Attributes:
        policy: says which labels are replaced.
        certain_from: a finding of this certainty or a higher one needs no look, 0 to 1.
    """

    policy: Policy
    certain_from: float

    def stays(self, mark: Mark) -> bool:
        """Whether the policy lets a mark's text stay, though it is an identifier."""
        return self.policy.treatments[mark.finding.label].operator is OperatorName.KEEP

    def replaces(self, mark: Mark) -> bool:
        """Whether a mark's text will not be in the result."""
        return mark.state.replaced and not self.stays(mark)

    def is_uncertain(self, mark: Mark) -> bool:
        """Whether a mark wants a look: nobody had one, and the detector is not sure of it.

        Not sure that it is an identifier, or not sure which kind.
        """
        unsure = mark.state is MarkState.OPEN and mark.finding.certainty < self.certain_from
        return unsure and not self.stays(mark)

    def tally(self, marks: Iterable[Mark]) -> Tally:
        """How many marks of each kind there are."""
        replaced = uncertain = rejected = 0
        kept = {
            label
            for label, one in self.policy.treatments.items()
            if one.operator is OperatorName.KEEP
        }
        for mark in marks:
            if mark.state is MarkState.REJECTED:
                rejected += 1
            elif mark.state is not MarkState.DROPPED and mark.finding.label not in kept:
                replaced += 1
                if mark.state is MarkState.OPEN and mark.finding.certainty < self.certain_from:
                    uncertain += 1
        return Tally(replaced, uncertain, rejected)
