"""What the new texts of headers must be like, so that programs can read them (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from deid.formats.forms import Matching

NO_DATE: Final = "Thu, 01 Jan 1970 00:00:00 +0000"
"""What stands where a date must stand, and the new value is none."""

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_OTHER: Final = re.compile(r"[^A-Za-z0-9]+")
_NO_NAME: Final = re.compile(r"[\r\n\t/\\\\]+")
ENDING: Final = re.compile(
    r"\.(?:txt|md|html?|xhtml|rtf|docx|xlsx|pptx|pdf|csv|tsv|jsonl?|ndjson|xml|hl7|eml|zip|dcm|png"
    r"|jpe?g|tiff?|gif|bmp|ics|vcf)\Z",
    re.IGNORECASE,
)
"""The ending of the name of a file, of a kind that is known."""

_DOMAIN: Final = "masked.invalid"
GIVEN_ID: Final = re.compile(
    r"(?:image|part|img|ii)_?[0-9]{1,4}(?:\.(?:png|jpe?g|gif|bmp))?(?:@masked\.invalid)?"
)
"""The name of a part that says nothing."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address, or the number of a message, which looks like one (RFC 5322, 3.4.1 and 3.6.4).

    Attributes:
        is_own: whether no two that differ may become the same.
    """

    is_own: bool = False

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new address, or one on no host that holds the letters of what is none."""
        if _ADDRESS.fullmatch(new):
            return new
        letters = _OTHER.sub("-", new).strip("-") or "masked"
        made = f"{letters}@{_DOMAIN}"
        number = 1
        while self.is_own and taken.get(made, old) != old:
            number += 1
            made = f"{letters}-{number}@{_DOMAIN}"
        return made


@dataclass(frozen=True, slots=True)
class MailDate:
    """A date of a header (RFC 5322, 3.3)."""

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new date with its day of the week; `NO_DATE` where it is none."""
        try:
            date = parsedate_to_datetime(new)
        except (TypeError, ValueError, IndexError):
            try:
                date = datetime.fromisoformat(new)
            except ValueError:
                return NO_DATE
        return format_datetime(date) if date.year > 999 else NO_DATE


@dataclass(frozen=True, slots=True)
class Boundary:
    """What parts the parts of a message (RFC 2046, 5.1.1).

    Attributes:
        number: of the message's part, so that no two are alike.
    """

    number: str

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """Another boundary, which says nothing."""
        return f"=_part_{self.number.replace('.', '_') or '0'}_="


@dataclass(frozen=True, slots=True)
class FileName:
    """The name of a file, without its ending.

    Attributes:
        otherwise: what stands in the place of an empty one; empty: the name is left out.
    """

    otherwise: str = "file"

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new name without breaks and slashes."""
        return _NO_NAME.sub(" ", new) or self.otherwise


_NEVER: Final = re.compile(r"(?!)")
ANY_KIND: Final = Matching(_NEVER, "application/octet-stream")
"""A type of content; what is none that is known becomes the one that says nothing."""

ATTACHED: Final = Matching(_NEVER, "attachment")
"""How a part is shown; what is none that is known becomes an attachment."""
