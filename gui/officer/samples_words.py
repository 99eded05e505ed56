"""Words for samples: how they were drawn, and what they show."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import Label, officer
from gui.views.header import Tone
from gui.words import QT_TRANSLATE_NOOP

Verdict = officer.bound.Verdict
Shown = officer.verdicts.Shown

_METHODS: Final = {
    officer.SampleMethod.RANDOM: QT_TRANSLATE_NOOP("Samples", "At random"),
    officer.SampleMethod.RISK_WEIGHTED: QT_TRANSLATE_NOOP("Samples", "By risk"),
}
_DESIGNS: Final = {
    officer.SampleDesign.FIXED: QT_TRANSLATE_NOOP("Samples", "All that are drawn are read"),
    officer.SampleDesign.SEQUENTIAL: QT_TRANSLATE_NOOP("Samples", "Reading may stop at any note"),
}
_SHORT_DESIGNS: Final = {
    officer.SampleDesign.FIXED: QT_TRANSLATE_NOOP("Samples", "all read"),
    officer.SampleDesign.SEQUENTIAL: QT_TRANSLATE_NOOP("Samples", "may stop"),
}
_VERDICTS: Final = {
    Verdict.UNREAD: QT_TRANSLATE_NOOP("Samples", "not read"),
    Verdict.SOUND: QT_TRANSLATE_NOOP("Samples", "nothing left"),
    Verdict.LEAKING: QT_TRANSLATE_NOOP("Samples", "leaks"),
}


def say(words: str) -> str:
    """The words in the language of the user."""
    return QCoreApplication.translate("Samples", words)


def method_words(method: officer.SampleMethod) -> str:
    """How notes were drawn."""
    return say(_METHODS[method])


def design_words(design: officer.SampleDesign) -> str:
    """When the reading ends."""
    return say(_DESIGNS[design])


def drawn_words(sample: officer.samples.Sample) -> str:
    """How a sample was drawn and is read, in few words."""
    drawn = sample.drawn
    return f"{method_words(drawn.method)}, {say(_SHORT_DESIGNS[drawn.design])}"


def verdict_words(verdict: Verdict) -> str:
    """What is known of a note."""
    return say(_VERDICTS[verdict])


def share_words(share: float) -> str:
    """A share as a percentage; shares have no more digits than are shown."""
    return f"{share:.2%}".replace("%", " %")


def counts_words(counts: dict[Label, int]) -> str:
    """How many identifiers of each label."""
    return ", ".join(f"{label.value} {number}" for label, number in sorted(counts.items()))


def readers_words(readers: officer.bound.Sensitivity) -> str:
    """For which readers a bound holds."""
    if readers.weakest is None:
        return say(
            QT_TRANSLATE_NOOP(
                "Samples", "It holds only for readers who miss nothing: no reader was measured."
            )
        )
    words = say(
        QT_TRANSLATE_NOOP(
            "Samples",
            "It allows for what readers miss: they caught {caught} of {withheld} withheld "
            "identifiers.",
        )
    )
    told = words.format(caught=readers.weakest.caught, withheld=readers.weakest.withheld)
    if readers.unmeasured:
        others = say(
            QT_TRANSLATE_NOOP(
                "Samples", "A reader who was never measured is taken to miss nothing."
            )
        )
        told = f"{told} {others}"
    return told


def shown_words(shown: Shown) -> str:
    """What a sample shows so far, or showed when it was closed."""
    drawn = shown.sample.drawn
    if shown.bound is None or shown.share is None:
        return say(
            QT_TRANSLATE_NOOP(
                "Samples", "Drawn by risk: it finds leaks, and says nothing of how many there are."
            )
        )
    if not shown.read:
        return say(QT_TRANSLATE_NOOP("Samples", "Nothing was read yet."))
    words = say(
        QT_TRANSLATE_NOOP(
            "Samples",
            "At most {share} of the {notes} released notes leak, at {confidence} confidence.",
        )
    )
    told = words.format(
        share=share_words(shown.share),
        notes=f"{drawn.frame:,}",
        confidence=f"{drawn.confidence:.0%}".replace("%", " %"),
    )
    if drawn.label is not None:
        which = say(QT_TRANSLATE_NOOP("Samples", "They are those in which {} was found."))
        told = f"{told} {which.format(drawn.label)}"
    if shown.bound.unread and shown.sample.closed is None:
        unread = say(
            QT_TRANSLATE_NOOP("Samples", "{} unread notes count as if they leaked.")
        ).format(shown.bound.unread)
        told = f"{told} {unread}"
    return f"{told} {readers_words(shown.bound.sensitivity)}"


def tone_of(shown: Shown) -> Tone:
    """How good that is."""
    if shown.share is None or not shown.read:
        return Tone.NEUTRAL
    return Tone.GOOD if shown.share <= shown.sample.drawn.target else Tone.CAUTION


def progress_words(shown: Shown) -> str:
    """What a sample that is read shows so far, and what it may come to show."""
    unread = shown.bound.unread if shown.bound is not None else 0
    if shown.sample.closed is not None or not unread or shown.outlook is None:
        return shown_words(shown)
    words = say(
        QT_TRANSLATE_NOOP(
            "Samples",
            "{unread} still to read: if nothing is left in them, at most {share} of the {notes} "
            "released notes leak.",
        )
    )
    return words.format(
        unread=f"{unread:,}",
        share=share_words(shown.outlook),
        notes=f"{shown.sample.drawn.frame:,}",
    )
