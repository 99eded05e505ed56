"""Errors in the words of the window, where those of `deid` speak of the command line."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from deid import BinaryInput, DeidError, EncodingError, OutputExists

_WORDS: tuple[tuple[type[DeidError], str], ...] = (
    (
        BinaryInput,
        "The file is no plain text: it holds NUL or other control bytes. It was not opened.",
    ),
    (
        EncodingError,
        "The encoding of the file is not certain, so it was not opened. Save it as UTF-8 first.",
    ),
    (
        OutputExists,
        "There is a file of that name already. It was not changed and nothing was saved.",
    ),
)


def told(error: DeidError) -> str:
    """What an error means to the person at the window, in whole sentences."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return QCoreApplication.translate("Messages", words)
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def breakable(words: str) -> str:
    """The same words, which a narrow line may break within a path, behind a separator."""
    return re.sub(r"(?<=\S)([/\\])(?=\S)", "\\1\u200b", words)
