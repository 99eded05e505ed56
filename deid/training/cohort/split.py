"""Which patients are learnt from, and which are held out to measure on (pure)."""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

from deid.training.cohort.patients import Cohort, Patient

HELD_OUT_SHARE: Final = 0.2
SHARE_DIGITS: Final = 4
"""To which the log keeps the share, so that no share has more."""
_CONTEXT: Final = b"noteveil/held-out/v1\0"


def learn_and_held(
    cohort: Cohort, *, secret: bytes, share: float = HELD_OUT_SHARE
) -> tuple[Cohort, Cohort]:
    """The patients to learn from, and those to measure on.

    A patient's side depends on the key and the secret alone, not on who else is there: somebody
    who was held out once is never learnt from later, and a patient more or less moves no other,
    as the guarantee of a differentially private training wants. A larger share holds out the same
    patients and more.

    Args:
        cohort: all patients.
        secret: of the site, so that nobody else can tell who is on which side.
        share: of the patients to hold out, 0 to 1, about.
    """
    held = tuple(one for one in cohort.patients if _draw(one, secret) < share)
    learn = tuple(one for one in cohort.patients if _draw(one, secret) >= share)
    return Cohort(learn, cohort.unit), Cohort(held, cohort.unit)


def _draw(patient: Patient, secret: bytes) -> float:
    """A number from 0 to below 1 that stays the same for a patient of a site."""
    message = _CONTEXT + patient.key.encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, message, sha256)[:6]) / 2**48
