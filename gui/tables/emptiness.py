"""What is said where no finding is listed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from gui.tables.findings import Shown
from gui.tables.words import say
from gui.words import QT_TRANSLATE_NOOP


def why_empty(counts: Mapping[Shown, int], shown: Shown, *, examined: bool, filtered: bool) -> str:
    """Why a list is empty, and what to do.

    Args:
        counts: how many findings of each kind there are.
        shown: the kind that is listed.
        examined: whether the note was examined.
        filtered: whether only findings that hold certain words are listed.
    """
    if not examined and not counts[Shown.ALL]:
        return say(
            QT_TRANSLATE_NOOP("Findings", "The findings appear here once the note is examined.")
        )
    if not counts[Shown.ALL]:
        return say(
            QT_TRANSLATE_NOOP(
                "Findings", "Nothing was found in this note.\nRead it once before you release it."
            )
        )
    if filtered:
        return say(QT_TRANSLATE_NOOP("Findings", "No finding of this kind holds these words."))
    match shown:
        case Shown.REPLACED:
            return _nothing_replaced(counts[Shown.LEFT])
        case Shown.UNCERTAIN:
            return say(QT_TRANSLATE_NOOP("Findings", "No finding is uncertain."))
        case Shown.REJECTED:
            return say(QT_TRANSLATE_NOOP("Findings", "Nothing was rejected."))
        case _:
            return say(QT_TRANSLATE_NOOP("Findings", "Every finding was sure enough."))


def _nothing_replaced(left: int) -> str:
    told = say(
        QT_TRANSLATE_NOOP(
            "Findings",
            "Nothing of this note will be replaced.\nRead it once before you release it.",
        )
    )
    if not left:
        return told
    unsure = QCoreApplication.translate(
        "Findings",
        "Findings that were not sure enough: %n. Choose them above to see them.",
        "",
        left,
    )
    return f"{told}\n\n{unsure}"
