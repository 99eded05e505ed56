"""What a list of records says of each kind."""

from __future__ import annotations

import pytest

from deid.audit.records import (
    Anchored,
    Archived,
    Decision,
    Event,
    Meaning,
    ReleaseDecided,
    ReleaseHeld,
    Role,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
    SessionOpened,
    SignedOff,
    VerdictGiven,
)
from deid.commands.gists import gist
from deid.labels import Label

DIGEST, MARK, PERSON = "2" * 64, f"hmac-sha256:{'0' * 16}:{'1' * 64}", "a" * 16
SAMPLE = "5" * 16


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (SessionOpened("eve\x1b", "ward-7", "1.0", None, DIGEST, DIGEST), "eve\\x1b at ward-7"),
        (RoleGranted(Role.OFFICER, "Olive", PERSON, "", "", ""), f"officer to Olive, {PERSON}"),
        (RoleWithdrawn(Role.OFFICER, PERSON, ""), f"officer of {PERSON}"),
        (
            SampleDrawn(
                SAMPLE, PERSON, SampleMethod.RANDOM, DIGEST, 0, 9, 412, 62, 0.05, 0.95,
                SampleDesign.FIXED,
            ),
            f"sample {SAMPLE}, 62 of 412 notes, by {PERSON}",
        ),
        (
            VerdictGiven(SAMPLE, PERSON, MARK, DIGEST, 2, {Label.CITY: 2}),
            f"sample {SAMPLE}, left: CITY 2, by {PERSON}",
        ),
        (
            VerdictGiven(SAMPLE, PERSON, MARK, DIGEST, 0),
            f"sample {SAMPLE}, left: nothing, by {PERSON}",
        ),
        (
            SampleClosed(SAMPLE, PERSON, 62, 1, 0, 0, None, 0.1),
            f"sample {SAMPLE}, 1 of 62 leak, by {PERSON}",
        ),
        (
            SignedOff(PERSON, "Olive", Meaning.APPROVED, 7, DIGEST, ""),
            "approved by Olive, for the first 7 records",
        ),
        (
            ReleaseHeld(MARK, DIGEST, MARK, DIGEST, "rkoch"),
            f"output {DIGEST[:16]}, redacted by rkoch",
        ),
        (
            ReleaseDecided(MARK, DIGEST, Decision.DECLINED, PERSON, ""),
            f"declined, output {DIGEST[:16]}, by {PERSON}",
        ),
        (Archived(0, 40, DIGEST, 900), "records 0 to 39"),
        (Anchored("folder", 7, DIGEST), "folder, for the first 7 records"),
    ],
)  # fmt: skip
def test_what_is_said_at_a_glance(event: Event, said: str) -> None:
    assert gist(event) == said
