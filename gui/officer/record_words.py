"""Words for what records can be told apart by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid.officer.index.query import Dimension, Week
from deid.officer.machines import OWN
from gui.tables.records import kind_words
from gui.tables.words import detector_words
from gui.words import QT_TRANSLATE_NOOP

_CONTEXT: Final = "Records"
_TITLES: Final = {
    Dimension.EVENT: QT_TRANSLATE_NOOP("Records", "Event"),
    Dimension.LABEL: QT_TRANSLATE_NOOP("Records", "Label"),
    Dimension.DETECTOR: QT_TRANSLATE_NOOP("Records", "Detector"),
    Dimension.POLICY: QT_TRANSLATE_NOOP("Records", "Policy"),
    Dimension.OUTCOME: QT_TRANSLATE_NOOP("Records", "Outcome"),
    Dimension.USER: QT_TRANSLATE_NOOP("Records", "User"),
    Dimension.MACHINE: QT_TRANSLATE_NOOP("Records", "Machine"),
}
_ANY: Final = {
    Dimension.EVENT: QT_TRANSLATE_NOOP("Records", "Any event"),
    Dimension.LABEL: QT_TRANSLATE_NOOP("Records", "Any label"),
    Dimension.DETECTOR: QT_TRANSLATE_NOOP("Records", "Any detector"),
    Dimension.POLICY: QT_TRANSLATE_NOOP("Records", "Any policy"),
    Dimension.OUTCOME: QT_TRANSLATE_NOOP("Records", "Any outcome"),
    Dimension.USER: QT_TRANSLATE_NOOP("Records", "Any user"),
    Dimension.MACHINE: QT_TRANSLATE_NOOP("Records", "Any machine"),
}
_OUTCOMES: Final = {
    "replaced": QT_TRANSLATE_NOOP("Records", "Replaced"),
    "left-by-policy": QT_TRANSLATE_NOOP("Records", "Left: the policy says so"),
    "below-threshold": QT_TRANSLATE_NOOP("Records", "Left: score too low"),
    "covered": QT_TRANSLATE_NOOP("Records", "Left: covered by another"),
    "protected": QT_TRANSLATE_NOOP("Records", "Left: clinical use"),
    "left-rejected": QT_TRANSLATE_NOOP("Records", "Left: rejected by a reviewer"),
    "accepted": QT_TRANSLATE_NOOP("Records", "Accepted by a reviewer"),
    "rejected": QT_TRANSLATE_NOOP("Records", "Rejected by a reviewer"),
    "relabelled": QT_TRANSLATE_NOOP("Records", "Label changed by a reviewer"),
    "moved": QT_TRANSLATE_NOOP("Records", "Moved by a reviewer"),
    "added": QT_TRANSLATE_NOOP("Records", "Added by a reviewer"),
    "accepted-undone": QT_TRANSLATE_NOOP("Records", "Accepting taken back"),
    "rejected-undone": QT_TRANSLATE_NOOP("Records", "Rejection taken back"),
    "relabelled-undone": QT_TRANSLATE_NOOP("Records", "Change of label taken back"),
    "moved-undone": QT_TRANSLATE_NOOP("Records", "Move taken back"),
    "added-undone": QT_TRANSLATE_NOOP("Records", "Added mark taken back"),
    "committed": QT_TRANSLATE_NOOP("Records", "Note saved"),
    "approved": QT_TRANSLATE_NOOP("Records", "Approved"),
    "declined": QT_TRANSLATE_NOOP("Records", "Declined"),
    "promoted": QT_TRANSLATE_NOOP("Records", "Model promoted"),
    "rolled-back": QT_TRANSLATE_NOOP("Records", "Model rolled back"),
    "kept-aside": QT_TRANSLATE_NOOP("Records", "Model kept aside"),
    "removed": QT_TRANSLATE_NOOP("Records", "Model removed"),
    "reviewed": QT_TRANSLATE_NOOP("Records", "Signed as reviewed"),
    "released": QT_TRANSLATE_NOOP("Records", "Signed as released"),
    "responsible": QT_TRANSLATE_NOOP("Records", "Signed as responsible"),
    "made": QT_TRANSLATE_NOOP("Records", "Key made"),
    "destroyed": QT_TRANSLATE_NOOP("Records", "Key destroyed"),
    "used": QT_TRANSLATE_NOOP("Records", "Key used"),
    "refused": QT_TRANSLATE_NOOP("Records", "PIN refused"),
}
_REFUSED: Final = "refused-"
_DIGITS: Final = 8


def title(dimension: Dimension) -> str:
    """What a dimension is called."""
    return _say(_TITLES[dimension])


def any_of(dimension: Dimension) -> str:
    """What leads to all values of a dimension."""
    return _say(_ANY[dimension])


def value_words(dimension: Dimension, value: str, policies: Mapping[str, str]) -> str:
    """What a value of a dimension is called.

    Args:
        dimension: that it is a value of.
        value: as the index has it.
        policies: names of policies by digest.
    """
    match dimension:
        case Dimension.EVENT:
            return kind_words(value)
        case Dimension.OUTCOME:
            return outcome_words(value)
        case Dimension.DETECTOR:
            return found_by(value)
        case Dimension.POLICY:
            unknown = _say(QT_TRANSLATE_NOOP("Records", "unknown policy {}"))
            return policies.get(value) or unknown.format(value[:_DIGITS])
        case Dimension.MACHINE:
            return machine_words(value)
        case _:
            return value


def machine_words(name: str) -> str:
    """What a machine is called."""
    return _say(QT_TRANSLATE_NOOP("Records", "This machine")) if name == OWN else name


def outcome_words(outcome: str) -> str:
    """What came of it."""
    if outcome.startswith(_REFUSED):
        refused = _say(QT_TRANSLATE_NOOP("Records", "Note refused: {}"))
        return refused.format(outcome.removeprefix(_REFUSED))
    return _say(_OUTCOMES.get(outcome, outcome))


def found_by(detector: str) -> str:
    """A detector's name; other than to a reviewer, a reviewer is not `You`."""
    family, _, rest = detector.partition(":")
    if family == "reviewer":
        return _say(QT_TRANSLATE_NOOP("Records", "Reviewer {}")).format(rest)
    return detector_words(detector)


def week_words(week: Week) -> str:
    """A week by its number and its first day."""
    words = _say(QT_TRANSLATE_NOOP("Records", "week {} of {}, from {}"))
    year, number, _day = week.monday.isocalendar()
    return words.format(number, year, week.monday.isoformat())


def _say(words: str) -> str:
    return QCoreApplication.translate(_CONTEXT, words)
