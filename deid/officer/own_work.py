"""Whether somebody is who worked on a note: nobody decides on, or grades, what they did themselves.

The log has names of accounts and of reviewers, and people sign under the name that they were
enrolled with. Who goes by another name is not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from deid.audit.records import ReviewActed, ReviewFinished, SessionOpened
from deid.audit.store import AuditLog, Filter
from deid.officer.sampling import Released

_REVIEW = (ReviewActed, ReviewFinished)


def who_worked_on(log: AuditLog, note: Released) -> frozenset[str]:
    """Under which names a note was redacted and reviewed, as it was then released.

    Raises:
        LogUnavailable: the log cannot be read.
        LogDamaged: a record cannot be read.
    """
    found = {
        record.event.user
        for record in log.select(Filter(kinds=(SessionOpened,)))
        if record.session == note.session and isinstance(record.event, SessionOpened)
    }
    for record in log.select(Filter(kinds=_REVIEW, document=note.commit.document)):
        if record.session == note.session and isinstance(
            record.event, ReviewActed | ReviewFinished
        ):
            found.add(record.event.reviewer)
    return frozenset(found)


def is_among(name: str, others: Iterable[str]) -> bool:
    """Whether a person is one of these; case, blanks and signs in a name make no difference."""
    return any(_forms(name) & _forms(other) for other in others)


def _forms(name: str) -> frozenset[str]:
    """How a name may be written, as a user of the machine and as a reviewer."""
    folded = name.casefold()
    # Reviewers go by names in which all but ASCII letters and digits became hyphens.
    found = (" ".join(re.findall(letters, folded)) for letters in (r"[^\W_]+", r"[a-z0-9]+"))
    return frozenset(form for form in found if form)
