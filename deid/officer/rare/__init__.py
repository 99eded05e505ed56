"""Notes that may tell who it is with every identifier gone: rare events, offices, diagnoses.

What is listed is where to look first. Nobody can tell from a note alone what people in a place
know about each other, so that a note that is not listed is not thereby safe.
"""

from deid.officer.rare.details import RareDetail, RareKind, RareNote
from deid.officer.rare.rank import RareFinder, rank_rare

__all__ = ["RareDetail", "RareFinder", "RareKind", "RareNote", "rank_rare"]
