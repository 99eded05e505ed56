"""By what a patient is known in files of every kind (pure)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BETWEEN: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u2010-\u2015\u2212-]+")


def patient_key(number: str) -> str:
    """The record number of a patient as it is compared: `mr 00-482 913` is `MR00482913`.

    Blanks, hyphens and case are a matter of the program that wrote it. Zeros at its beginning are
    not: two patients may differ in them. Who gave the number does not count either, since each
    format says it in another way: one site gives a number to one patient only.
    """
    key = _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()
    return key or number
