"""What a guarantee of differential privacy speaks of, and what it leaves out. Without torch."""

from __future__ import annotations

from deid.training.cohort.patients import Unit


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
        "All runs that the log knows of: their costs are added up.",
    )


def not_covered(unit: Unit, *, tuned: bool) -> tuple[str, ...]:
    """What the guarantee does not speak of, a sentence or two each.

    Args:
        unit: of what the guarantee speaks.
        tuned: whether settings were chosen by looking at the notes outside the log.
    """
    return (
        (
            "**People named in several patients' notes**, such as doctors and relatives. Noise "
            "hides one patient; for somebody named in the notes of k patients ε is to be taken "
            "k times or more, and δ with it."
        ),
        _splitting(unit),
        (
            "**What is true of the site as a whole**: how its notes look, which wards it has, "
            "how its record numbers are written. The model is meant to learn that, and one "
            "patient more or less changes nothing about it."
        ),
        (
            "**Measurements on held-out patients**: recall, precision and whether a model was "
            "promoted are computed from their notes without noise. Show them to few."
        ),
        (
            "**Progress figures**: the loss and the recall shown while training runs are exact "
            "figures of private notes. They are for the person who runs it."
        ),
        _tuning(tuned=tuned),
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


def _splitting(unit: Unit) -> str:
    if unit is Unit.PATIENT:
        return (
            "**A patient under two keys.** Notes are put together by the key that the site gives; "
            "somebody with two keys counts as two patients, and their ε is twice as large."
        )
    return (
        "**A patient with several notes.** The unit is the note: of a patient with k notes the "
        "model may tell what an ε k times as large, and a larger δ, allow."
    )


def _tuning(*, tuned: bool) -> str:
    if tuned:
        return (
            "**Tuning: settings were chosen by looking at these notes, outside the log. What that "
            "told is not counted, and the ε above is too small by an unknown amount.**"
        )
    return (
        "**Tuning**: settings come from public notes. Whoever tries several settings on these "
        "notes spends anew each time; runs that the log does not know of are not counted."
    )
