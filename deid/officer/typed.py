"""A checkpoint as somebody typed or scanned it from paper, put back into its one form (pure).

Blanks and line breaks are where the paper had them, and the long dash of the signature line comes
out as whatever the keyboard has. Nothing is guessed: what is put back must still be signed.
"""

from __future__ import annotations

import re
from typing import Final

from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.note import VerifierKey

_TYPED: Final = re.compile(
    r"\s*(\S+)\s+([0-9]+)\s+([A-Za-z0-9+/=\s]+?)\s+(?:—|–|―|−|-{1,3})\s*"
    r"(\S+)\s+([A-Za-z0-9+/=\s]+?)\s*"
)


def read_typed(text: str) -> str:
    """The signed note that was typed; what does not look like one checkpoint is given back."""
    found = _TYPED.fullmatch(text.lstrip("\ufeff"))
    if found is None:
        return text
    origin, size, root, name, signature = found.groups()
    root, signature = ("".join(part.split()) for part in (root, signature))
    return f"{origin}\n{size}\n{root}\n\n— {name} {signature}\n"


def read_checkpoint(text: str, key: VerifierKey) -> tuple[str, Checkpoint]:
    """The signed note that was typed, and what it says.

    Raises:
        VerificationFailed: it is no checkpoint that this key has signed.
    """
    note = read_typed(text)
    return note, parse(note, key)
