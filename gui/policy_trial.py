"""Trying a policy on a note, before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from deid import Policy, Redacted
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
        """Hand on what the policy makes of the note; None where it could not be examined."""
        text = self._session.text
        if not text.strip() or len(text) > _LONGEST:
            text = INVENTED_NOTE
        self._jobs.start(
            lambda: Sample(text, self._redactor.try_policy(text, policy)),
            then,
            lambda _: then(None),
        )
