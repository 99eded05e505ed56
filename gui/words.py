"""Marks words that are translated later, where they are used; typed, as Qt's own is not."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, words: str) -> str:  # noqa: N802 - Qt's name
    """The words as they are; `packaging/translations.py` finds them by the name of this function.

    Args:
        context: given again to `QCoreApplication.translate`.
        words: a literal.
    """
    return words
