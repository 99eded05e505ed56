"""Words for roles, meanings of signatures, and times."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import officer

GRANTED: Final = (officer.Role.OFFICER, officer.Role.ADMINISTRATOR, officer.Role.REDACTOR)
"""Roles in the order in which they are offered."""

_ROLES: Final = {
    officer.Role.REDACTOR: "Redactor",
    officer.Role.OFFICER: "Privacy officer",
    officer.Role.ADMINISTRATOR: "Administrator",
}
_DUTIES: Final = {
    officer.Role.REDACTOR: "Redacts notes, and does nothing at this desk.",
    officer.Role.OFFICER: (
        "Samples, reads values, signs off, exports and decides on held notes. Enrols nobody."
    ),
    officer.Role.ADMINISTRATOR: (
        "Enrols people, archives, and destroys keys. Does not sign off or read values."
    ),
}
_NO_DUTY: Final = "Makes the key only; an administrator can grant a role later."
_MEANINGS: Final = {
    officer.Meaning.REVIEWED: "Reviewed",
    officer.Meaning.APPROVED: "Approved",
    officer.Meaning.RELEASED: "Released",
    officer.Meaning.REJECTED: "Rejected",
    officer.Meaning.RESPONSIBLE: "Responsible",
}


def role_words(role: officer.Role | None) -> str:
    """The name of a role."""
    return _say(_ROLES[role] if role is not None else "No role")


def duty_words(role: officer.Role | None) -> str:
    """What somebody in a role does, and what not."""
    return _say(_DUTIES[role] if role is not None else _NO_DUTY)


def meaning_words(meaning: officer.Meaning) -> str:
    """What a signature means."""
    return _say(_MEANINGS[meaning])


def unlike_words(pin: str, again: str) -> str:
    """Why these two cannot be a new PIN; empty if they can."""
    if len(pin) < officer.SHORTEST_PIN:
        return _say("The PIN needs at least {} characters.").format(officer.SHORTEST_PIN)
    return "" if pin == again else _say("The two new PINs are not the same.")


def time_words(time: datetime) -> str:
    """A time by the clock of this computer, to the minute."""
    return time.astimezone().strftime("%Y-%m-%d %H:%M")


def _say(words: str) -> str:
    return QCoreApplication.translate("People", words)
