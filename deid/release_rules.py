"""Whether IT lets notes be released as somebody wants: asked before the work, and before each one.

What is asked before the work spares it; what holds is what is asked before each release.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deid import managed
from deid.audit.records import ReviewFinished
from deid.managed import Name
from deid.policy import Policy, check_allowed
from deid.release import Release


def check_releases(releases: Sequence[Release], *, folder: Path | None) -> None:
    """Go on, unless IT does not let these notes be released so.

    Args:
        releases: about to be released or held.
        folder: into which they go; None: to a stream.

    Raises:
        SettingLocked: it does not; the message names the key that says so.
    """
    here = managed.current()
    here.check_output(folder)
    for release in releases:
        check_allowed(release.policy)
        if here.needs_person and not _is_reviewed(release):
            raise managed.locked(
                Name.REVIEW_REQUIRED,
                "a person must decide on every uncertain finding before the note is released",
            )


def check_unattended(policy: Policy, *, folder: Path | None) -> None:
    """Go on, unless IT does not let notes be released so without a review.

    Args:
        policy: they are to be redacted under.
        folder: into which they are to go; None: to a stream.

    Raises:
        SettingLocked: it does not; the message names the key that says so.
    """
    here = managed.current()
    check_allowed(policy)
    here.check_output(folder)
    if here.needs_person:
        raise managed.locked(
            Name.REVIEW_REQUIRED,
            "notes are released after a review in the window only",
        )


def _is_reviewed(release: Release) -> bool:
    ends = [event for event in release.review if isinstance(event, ReviewFinished)]
    return bool(ends) and not ends[-1].uncertain_left
