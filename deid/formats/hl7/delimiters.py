"""The signs that part an HL7 message, which each message names itself (v2.8, chapter 2.5.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from deid.errors import MalformedRecord

HEADER: Final = re.compile(
    r"(?:MSH|FHS|BHS)(?P<field>[^\w\s])(?P<rest>(?:(?!(?P=field))[^\w\s]){0,5})(?=(?P=field)|[\r\n]|$)"
)
"""How a header segment begins: its name, the field separator, the encoding characters."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The delimiters of a message; those that it does not name are empty.

    Attributes:
        field: between fields (MSH-1).
        component: between components (first of MSH-2).
        repetition: between repetitions.
        escape: before and behind an escape sequence.
        subcomponent: between sub-components.
        truncation: at the end of a value that was cut short (v2.7).
    """

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"
    truncation: str = ""

    @property
    def escapes(self) -> dict[str, str]:
        """Each delimiter with the letter of its escape sequence (chapter 2.7.1)."""
        rows = (
            (self.field, "F"),
            (self.component, "S"),
            (self.subcomponent, "T"),
            (self.repetition, "R"),
            (self.escape, "E"),
            (self.truncation, "P"),
        )
        return {sign: letter for sign, letter in rows if sign}


def delimiters_of(header: str, *, place: str) -> Delimiters:
    """The delimiters that a header segment names.

    Args:
        header: the segment from its name on.
        place: where it stands, for errors.

    Raises:
        MalformedRecord: it names none, or one twice.
    """
    match = HEADER.match(header)
    if match is None:
        raise MalformedRecord(f"{place}: the header names no delimiters: it is no HL7 v2 message")
    signs = match["field"] + match["rest"]
    if len(set(signs)) < len(signs):
        raise MalformedRecord(f"{place}: the header names one delimiter twice: write it anew")
    return Delimiters(*signs, *[""] * (6 - len(signs)))
