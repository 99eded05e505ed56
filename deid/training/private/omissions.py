"""What a guarantee of differential privacy speaks of, and what it leaves out. Without torch."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from deid.training.cohort.patients import Unit


class SettingsChoice(StrEnum):
    """Who chose the settings of a run."""

    DEFAULTS = "defaults"
    """Nobody at the site: they are the program's."""
    UNKNOWN = "unknown"
    """Those that the log keeps are the program's; of the others it says nothing."""
    OFFICER = "officer"
    """An officer set some, not by looking at these notes as far as is known."""
    FROM_NOTES = "from-notes"
    """They were chosen by looking at these notes, outside the log."""


_CHOSEN: Final = {
    SettingsChoice.DEFAULTS: "settings are the program's defaults, chosen on public notes.",
    SettingsChoice.UNKNOWN: (
        "the settings that the log keeps are the program's defaults, chosen on public notes; the "
        "others it does not keep."
    ),
    SettingsChoice.OFFICER: (
        "settings are not the program's defaults; the officer chose them. If these "
        "notes were looked at for that, the ε above is too small by an unknown amount."
    ),
}
_ANEW: Final = (
    "Whoever tries several settings on these notes spends anew each time; runs that the log does "
    "not know of are not counted."
)


def covered(unit: Unit) -> tuple[str, ...]:
    """What no attack can do better than the statement says, a sentence each."""
    one = "patient" if unit is Unit.PATIENT else "note"
    return (
        (
            f"Every attack on the model itself: telling whether a {one} was learnt from, getting"
            " text back, guessing what stands in a note. Against attacks of today and of "
            "tomorrow, and whatever else the attacker knows."
        ),
        (
            "All weights on the way, and everything computed from them: averages, the exported "
            "package, its answers, checkpoints of the run."
        ),
        (
            f"All private runs for this unit, the {one}, that this site's log knows and that began"
            " before: their costs are added to this one's. Runs that began later, without "
            "privacy, or for another unit are not in the figures."
        ),
    )


def not_covered(unit: Unit, *, choice: SettingsChoice) -> tuple[str, ...]:
    """What the guarantee does not speak of, a sentence or two each.

    Args:
        unit: of what the guarantee speaks.
        choice: who chose the settings.
    """
    one = unit.value
    return (
        (
            "**People named in several patients' notes**, such as doctors and relatives. Noise "
            "hides one patient; for somebody named in the notes of k patients ε is to be taken "
            "at least k times, and δ grows even faster than that."
        ),
        _splitting(unit),
        (
            "**What is true of the site as a whole**: how its notes look, which wards it has, "
            "how its record numbers are written. The model is meant to learn that, and one "
            "patient more or less changes nothing about it."
        ),
        (
            f"**Other contents**: adding or removing one {one} is what is spoken of. That the same "
            f"{one} was there with other content is an exchange, one removed and one added: "
            f"for it ε is 2 times as large for each {one}, and δ grows even more."
        ),
        (
            "**When a run was ended**: whoever watches exact figures and then ends a run early "
            "lets these decide how many steps count, and frees what the others would have cost "
            "for later runs. The sum over runs that were ended so has no proof here."
        ),
        _measured(unit),
        (
            "**Progress figures**: the loss and the recall shown while training runs are exact "
            "figures of private notes. They are for the person who runs it."
        ),
        _tuning(choice),
        (
            "**How many patients there are, and who was chosen**: the number is used to fix the"
            " sampling rate and δ and stands in this statement; which notes had been reviewed "
            "decides who takes part."
        ),
        (
            "**The notes behind the base model**: it was made without noise, from its own "
            "notes; see its card. And notes that the model is later used on."
        ),
        (
            "**Side channels**: how long a step takes and how much memory it needs depend on "
            "who was drawn. Nobody who may not read the notes should watch the computer while "
            "it trains."
        ),
        (
            "**The rounding of sums**: noise is drawn and added so that the known attacks on "
            "floating-point numbers (Mironov 2012; Jin et al. 2022) do not work, but the proof "
            "is about real numbers, and rounding can exceed the clipping norm by about one part"
            " in a million."
        ),
        (
            "**Everything else on that computer**: the notes lie there in the clear, the log "
            "and the run's folder with them. Who may read those needs no attack."
        ),
    )


def _measured(unit: Unit) -> str:
    if unit is Unit.PATIENT:
        return (
            "**Measurements on held-out patients**: recall, precision and whether a model was "
            "promoted are computed from their notes without noise. Show them to few."
        )
    return (
        "**Measurements on held-out notes**: recall, precision and whether a model was promoted "
        "are computed from them without noise: show them to few. The model may have learnt from "
        "other notes of the same patients, so these figures may be too good for new patients."
    )


def _splitting(unit: Unit) -> str:
    if unit is Unit.PATIENT:
        return (
            "**A patient under two keys.** Notes are put together by the key that the site gives; "
            "somebody with two keys counts as two patients, and their ε is twice as large, "
            "and δ more than twice."
        )
    return (
        "**A patient with several notes.** The unit is the note: of a patient with k notes the "
        "model may tell what an ε k times as large, and a larger δ, allow."
    )


def _tuning(choice: SettingsChoice) -> str:
    if choice is SettingsChoice.FROM_NOTES:
        return (
            "**Tuning: settings were chosen by looking at these notes, outside the log. What that "
            "told is not counted, and the ε above is too small by an unknown amount.**"
        )
    return f"**Tuning**: {_CHOSEN[choice]} {_ANEW}"
