"""What this program itself has put into a text, so that a second run leaves it alone."""

from __future__ import annotations

import re
from typing import Final

from deid.datatypes import Span
from deid.labels import Label
from deid.redact.ages import NINETY_OR_OLDER

_LABELS: Final = "|".join(sorted(Label, key=len, reverse=True))

# A number of up to three digits, or hexadecimal with a letter in it: a form template may well
# write a real number as [MRN-0041882], and that must be found.
_OWN = re.compile(
    rf"\[(?:{_LABELS})(?:-(?:[1-9][0-9]{{0,2}}|(?=[0-9]*[a-f])[0-9a-f]{{8,64}}))?\]"
    rf"|\b{re.escape(NINETY_OR_OLDER)}\b"
    r"|(?<![\w*])[0-9]{3}\*\*(?![\w*])"
    r"|(?<!\*)\*{3,}(?!\*)"
)


def placeholders(text: str) -> tuple[Span, ...]:
    """Where a text holds this program's own tags, hashes, masks and collapsed values, in order.

    Recognised are `[LABEL]`, `[LABEL-12]`, `[LABEL-3f9a12bc04d1]`, `90 or older`, `021**` and runs
    of three asterisks or more. Masks of another character, years, stand-ins and shifted dates look
    like other text and are not.
    """
    return tuple(Span(*match.span()) for match in _OWN.finditer(text))
