"""By what a review is measured: what a policy replaces, and from which score on it is certain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from deid.labels import Label
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
        kept: the labels whose text the policy lets stay.
    """

    policy: Policy
    certain_from: float
    kept: frozenset[Label] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        treatments = self.policy.treatments.items()
        kept = (label for label, one in treatments if one.operator is OperatorName.KEEP)
        object.__setattr__(self, "kept", frozenset(kept))

    def stays(self, mark: Mark) -> bool:
        """Whether the policy lets a mark's text stay, though it is an identifier."""
        return mark.finding.label in self.kept

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
        # Looked up once: there may be thousands of marks.
        kept, certain_from = self.kept, self.certain_from
        was_open, was_dropped = MarkState.OPEN, MarkState.DROPPED
        was_rejected = MarkState.REJECTED
        for mark in marks:
            state = mark.state
            if state is was_rejected:
                rejected += 1
            elif state is not was_dropped and mark.finding.label not in kept:
                replaced += 1
                if state is was_open and mark.finding.certainty < certain_from:
                    uncertain += 1
        return Tally(replaced, uncertain, rejected)
