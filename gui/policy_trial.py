"""Trying a policy on a note, before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from deid import Policy, Redacted, Span
from gui.jobs import Jobs
from gui.policy_changes import INVENTED_NOTE, Sample
from gui.session import Session

_LONGEST: Final = 20_000
"""A longer note takes too long to be examined at each change; an invented one stands for it."""


class Redactor(Protocol):
    """Who redacts a text under a policy."""

    def try_policy(self, text: str, policy: Policy) -> Redacted:
        """What a policy makes of a text."""


class PolicyTrial:
    """Redacts the note on the desk, or an invented one, under any policy.

    Args:
        session: the note on the desk.
        redactor: redacts in `jobs`.
        jobs: the queue of the note on the desk.
    """

    def __init__(self, session: Session, redactor: Redactor, jobs: Jobs) -> None:
        self._session = session
        self._redactor = redactor
        self._jobs = jobs

    def __call__(self, policy: Policy, then: Callable[[Sample | None], None]) -> None:
        """Hand on what the policy makes of the note; None where it could not be examined.

        What is withheld from the reviewer is left out.
        """
        text, review = self._session.text, self._session.review
        hidden = [one.span for one in review.withheld] if review is not None else []
        if not text.strip() or len(text) > _LONGEST:
            text, hidden = INVENTED_NOTE, []
        self._jobs.start(
            lambda: Sample(text, _without(hidden, self._redactor.try_policy(text, policy))),
            then,
            lambda _: then(None),
        )


def _without(hidden: list[Span], redacted: Redacted) -> Redacted:
    """A result that tells nothing of what lies at these places of the note."""
    told = [
        redaction
        for redaction in redacted.redactions
        if not any(redaction.finding.span.overlaps(place) for place in hidden)
    ]
    return replace(redacted, redactions=tuple(told))
