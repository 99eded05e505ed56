"""What the new texts of places must be like, in several formats (pure)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from deid.labels import Label

_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class Matching:
    """A text of a pattern; what is none becomes another one.

    Attributes:
        pattern: of the whole text.
        otherwise: what stands in its place; empty: the place is left out.
    """

    pattern: re.Pattern[str]
    otherwise: str = ""

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new text, or the other one."""
        return new if self.pattern.fullmatch(new) else self.otherwise


LEFT_OUT: Final = Matching(re.compile(r"(?!)"))
"""A place that no text but its own may stand in: it is left out when that changes."""

NOT_EMPTY: Final = Matching(re.compile(r".*\S.*", re.DOTALL))
"""Any text but blanks alone."""


@dataclass(frozen=True, slots=True)
class Charset:
    """The letters of a font that new texts are drawn in.

    Attributes:
        codec: that tells them apart from all others, such as `ascii`.
    """

    codec: str

    def written(self, text: str, label: Label) -> str:
        """The text, its letters without marks where need be; else the label in brackets."""
        if not text:
            return text
        plain = "".join(map(self._plain, text))
        return plain if plain and all(map(self._has, plain)) else f"[{label}]"

    def _plain(self, letter: str) -> str:
        if self._has(letter):
            return letter
        if unicodedata.category(letter) == "Pd":
            return "-"
        apart = unicodedata.normalize("NFKD", letter)
        return "".join(one for one in apart if not unicodedata.combining(one))

    def _has(self, letter: str) -> bool:
        try:
            letter.encode(self.codec)
        except UnicodeEncodeError:
            return letter.isspace()
        return letter.isprintable() or letter.isspace()


@dataclass(frozen=True, slots=True)
class Quoted:
    """A part of an address on the network, in which some characters are written as numbers.

    Attributes:
        safe: those that are written as they are, beside letters and digits.
    """

    safe: str

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new text, quoted (RFC 3986, 2.1); what is quoted already stays."""
        return quote(_PERCENT.sub("%25", new), safe=self.safe + "%")
