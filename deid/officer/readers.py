"""How well the readers of a sample read, by what they caught in reviews."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from operator import attrgetter

from deid.audit.records import DocumentRead, Record, ReviewerMeasured
from deid.audit.store import AuditLog, Filter
from deid.errors import InputError
from deid.officer.bound import Measured
from deid.review.rates import Rate, rates

__all__ = ["Rate", "known_rates", "measured_as"]


def known_rates(log: AuditLog, *, before: int | None = None) -> Mapping[str, Rate]:
    """What each reviewer caught, by their names.

    Args:
        log: the log; only the records of notes that somebody was measured with are read.
        before: only records before this place count; None: all.
    """
    measured = list(log.select(Filter(kinds=(ReviewerMeasured,))))
    documents = {
        record.event.document for record in measured if isinstance(record.event, ReviewerMeasured)
    }
    records: list[Record] = measured
    for document in sorted(documents):
        records += log.select(Filter(kinds=(DocumentRead,), document=document))
    earlier = (record for record in records if before is None or record.seq < before)
    found = rates(sorted(earlier, key=attrgetter("seq")))
    return {rate.reviewer: rate for rate in found if rate.withheld}


def measured_as(
    names: Iterable[str], known: Mapping[str, Rate], *, must: bool = False
) -> tuple[Measured, ...]:
    """What these people caught, by the rates that are known of reviewers (pure).

    A reviewer goes by the name of the user at the machine, and is the reader of that name; where
    somebody was never measured, nothing was withheld and nothing caught.

    Raises:
        InputError: somebody was never measured and `must` have been.
    """
    found = [known.get(_reviewer(name), Rate(name)) for name in names]
    if must and not all(rate.withheld for rate in found):
        raise InputError(
            "a reviewer of that name was not measured before: see `deid audit reviewers`"
        )
    return tuple(
        Measured(rate.withheld, rate.caught, rate.reviewer if rate.withheld else None)
        for rate in found
    )


def _reviewer(name: str) -> str:
    """The name under which the reviews of a person are measured."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:64]
