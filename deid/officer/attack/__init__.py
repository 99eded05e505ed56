"""Attacks on outputs, as somebody makes them who has nothing else: which leaked names stand out.

They are a lower bound of the risk. Whoever knows more than the output, or has more time, may find
more.
"""

from deid.officer.attack.measure import Attack, Outcome, side_by_side
from deid.officer.attack.names import NameReader, SeenName
from deid.officer.attack.plant import Kind, Leaving, Marked, draw_leaks, marked, missed_by
from deid.officer.attack.suspects import (
    ENOUGH_NOTES,
    FEWEST_NOTES,
    Examined,
    Suspect,
    examine_outputs,
)

__all__ = [
    "ENOUGH_NOTES",
    "FEWEST_NOTES",
    "Attack",
    "Examined",
    "Kind",
    "Leaving",
    "Marked",
    "NameReader",
    "Outcome",
    "SeenName",
    "Suspect",
    "draw_leaks",
    "examine_outputs",
    "marked",
    "missed_by",
    "side_by_side",
]
