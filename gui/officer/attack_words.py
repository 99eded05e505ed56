"""Words for attacks, their outcomes, and what they say."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import officer
from gui.officer.attack_session import SHARE, Attacked, Compared
from gui.views.header import Tone, counted

Attack = officer.attack.Attack
Kind = officer.attack.Kind

_REASONS: Final = {
    Attack.POOL: "not in the lists",
    Attack.ODD_ONE_OUT: "differs from others",
    Attack.PARROT: "missed by a parrot",
}
_ATTACKS: Final = {
    Attack.PARROT: "Parrot: a detector trained on the output",
    Attack.ODD_ONE_OUT: "Odd one out: differs from the other names",
    Attack.POOL: "Pool: in none of the program's lists",
    Attack.ANY: "Any of these",
}


def reason_words(suspect: officer.attack.Suspect) -> str:
    """Why a name stands out."""
    return ", ".join(_say(_REASONS[reason]) for reason in suspect.reasons)


def attack_words(attack: officer.attack.Attack) -> str:
    """The name of an attack."""
    return _say(_ATTACKS[attack])


def rate_words(part: int, whole: int, interval: tuple[float, float]) -> str:
    """A count of a whole, with the exact interval of its rate."""
    if not whole:
        return _say("none")
    low, high = interval
    return _say("{} of {} · {:.0%} to {:.0%}").format(part, whole, low, high)


def standing(attacked: Attacked | None) -> tuple[str, Tone, str]:
    """How it stands with a folder, in a word, its tone, and in sentences."""
    if attacked is None:
        return (
            _say("NOT TESTED"),
            Tone.NEUTRAL,
            _say(
                "Choose a folder of outputs with stand-ins. It is attacked as somebody would who "
                "has nothing else, and the names that stand out are listed: read these first."
            ),
        )
    found = attacked.examined
    parts = [
        _say("{} with {}.").format(
            counted(found.notes, _say("note"), _say("notes")),
            counted(len(found.names), _say("name"), _say("names")),
        )
    ]
    if attacked.outputs.refused:
        count = len(attacked.outputs.refused)
        what = counted(count, _say("file or note"), _say("files or notes"))
        parts.append(_say("{} could not be read.").format(what))
    parts += _advice(attacked)
    if not found.suspects:
        return _say("NOTHING STANDS OUT"), Tone.NEUTRAL, " ".join(parts)
    count = len(found.suspects)
    verdict = _say("{:,} STANDS OUT") if count == 1 else _say("{:,} STAND OUT")
    return verdict.format(count), Tone.CAUTION, " ".join(parts)


def _advice(attacked: Attacked) -> list[str]:
    found = attacked.examined
    parts = []
    foreign = sum(Attack.POOL in suspect.reasons for suspect in found.suspects)
    if found.names and not found.are_stand_ins:
        parts.append(
            _say("Most names are none that this program draws: they were left, or another did it.")
        )
    elif foreign:
        told = counted(foreign, _say("name is"), _say("names are"))
        parts.append(_say("{} in none of the lists that stand-ins come from.").format(told))
    if found.notes < officer.attack.FEWEST_NOTES:
        parts.append(_say("The notes are too few to train a parrot."))
    elif found.notes < officer.attack.ENOUGH_NOTES:
        parts.append(_say("With so few notes a parrot takes many stand-ins for leaks."))
    parts.append(_say("A better attack may find more."))
    return parts


def comparison_words(compared: Compared | None) -> str:
    """What was compared."""
    if compared is None:
        return _say(
            "Compare: choose a folder of notes before redaction. One name in {} is left in them on "
            "purpose, in memory, and it is counted how many of these an attack finds among "
            "stand-ins of either kind. Nothing is written."
        ).format(round(1 / SHARE))
    one = compared.table[Kind.CONSISTENT][Attack.ANY]
    words = _say(
        "{notes}, {names}, {leaks} left on purpose: who picks blindly is right {chance:.1%} of the "
        "time. Behind each count the exact 95 % interval."
    )
    return words.format(
        notes=counted(compared.notes, _say("note"), _say("notes")),
        names=counted(one.names, _say("name"), _say("names")),
        leaks=one.leaks,
        chance=one.chance,
    )


def _say(words: str) -> str:
    return QCoreApplication.translate("Attack", words)
