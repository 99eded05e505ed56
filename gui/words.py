"""Marks words that are translated later, where they are used."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, words: str) -> str:  # noqa: N802 - lupdate looks for this name
    """The words as they are; by the name of this function `lupdate` finds them.

    Args:
        context: given again to `QCoreApplication.translate`.
        words: a literal.
    """
    return words
