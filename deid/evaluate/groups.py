"""Notes in groups: by what their file says of them, or by where their ids say they come from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from deid.evaluate.gold import GoldNote
from deid.labels import NAME_LABELS

GROUPINGS: Final = ("style", "type", "specialty", "country")
SOURCE: Final = "source"
OTHERS: Final = "(others)"

_LEAST: Final = 5
_WORD: Final = re.compile(r"[^\W\d_]+")


def groupings(notes: Sequence[GoldNote]) -> Mapping[str, tuple[str, ...]]:
    """For each way to group the notes, the group of every note, in their order.

    The ways are the keys of `GROUPINGS` that the notes' metadata hold; without any of these the
    letters with which the ids begin. Since an id may name somebody, such a prefix is told only if
    several notes share it and it is no name that is marked in them; the other notes are `OTHERS`.
    """
    found = {
        key: tuple(note.metadata.get(key) or OTHERS for note in notes)
        for key in GROUPINGS
        if any(note.metadata.get(key) for note in notes)
    }
    return found or {SOURCE: _sources(notes)}


def _sources(notes: Sequence[GoldNote]) -> tuple[str, ...]:
    prefixes = [match[0] if (match := _WORD.match(note.id)) else "" for note in notes]
    shared = Counter(prefixes)
    names = {
        word.casefold()
        for note in notes
        for mark in note.spans
        if mark.label in NAME_LABELS
        for word in _WORD.findall(mark.span.of(note.text))
    }
    return tuple(
        prefix if prefix and shared[prefix] >= _LEAST and prefix.casefold() not in names else OTHERS
        for prefix in prefixes
    )
