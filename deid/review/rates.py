"""What reviewers caught of what was withheld from them, over all notes of a log (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from deid.audit.records import DocumentRead, Event, Record, ReviewerMeasured
from deid.evaluate.exact import exact_interval

KINDS: Final[tuple[type[Event], ...]] = (DocumentRead, ReviewerMeasured)
"""The kinds of events that `rates` looks at."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What one reviewer caught.

    Attributes:
        reviewer: id of the person.
        notes: in how many notes something was withheld.
        withheld: how many findings in all.
        caught: how many of them the reviewer marked.
    """

    reviewer: str
    notes: int = 0
    withheld: int = 0
    caught: int = 0

    @property
    def rate(self) -> float | None:
        """The part that was caught; None where nothing was withheld."""
        return self.caught / self.withheld if self.withheld else None

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95 % interval of the rate, as if each finding were caught or not by itself."""
        return exact_interval(self.caught, self.withheld)


def rates(records: Iterable[Record]) -> tuple[Rate, ...]:
    """What each reviewer caught, by the reviewers' ids.

    A note counts once for each reviewer, as it was first saved: who saves it again has been told
    what was withheld.

    Args:
        records: of a log, in its order; others than of `KINDS` make no difference.
    """
    found: dict[str, Rate] = {}
    read: dict[tuple[str, str], str] = {}
    counted: set[tuple[str, str]] = set()
    for record in records:
        event = record.event
        if isinstance(event, DocumentRead):
            read[record.session, event.document] = event.sha256
        elif isinstance(event, ReviewerMeasured):
            content = read.get((record.session, event.document), event.document)
            if (event.reviewer, content) not in counted:
                counted.add((event.reviewer, content))
                known = found.get(event.reviewer, Rate(event.reviewer))
                found[event.reviewer] = replace(
                    known,
                    notes=known.notes + 1,
                    withheld=known.withheld + event.withheld,
                    caught=known.caught + event.caught,
                )
    return tuple(found[reviewer] for reviewer in sorted(found))
