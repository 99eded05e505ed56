"""What a row of the list of findings says about its marks: one, or all of an identity."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from deid import Label, Mark, Standard
from gui.tables.listing import Column
from gui.tables.words import (
    detector_words,
    found_by_words,
    label_words,
    say,
    sign,
    state_name,
    state_words,
)
from gui.words import QT_TRANSLATE_NOOP

_SEVERAL: Final = QT_TRANSLATE_NOOP("Findings", "several")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a row says.

    Attributes:
        lead: the mark that most wants a look: an uncertain one, of these the least sure.
        label: the most frequent one.
        faded: whether nothing of it is replaced.
        cells: what each column shows.
        states: how many marks there are of each state, in words, as `2 uncertain, 5 certain`.
        told: the row read out.
    """

    lead: Mark
    label: Label
    faded: bool
    cells: tuple[str, ...]
    states: str
    told: str

    def said(self, column: Column) -> str:
        """What is read out of a cell, and shown when a pointer rests on it."""
        match column:
            case Column.STATE:
                return self.states
            case Column.TEXT:
                return self.told
            case _:
                return self.cells[column]


def summarise(title: str, marks: tuple[Mark, ...], standard: Standard) -> Summary:
    """What stands about some marks together.

    Args:
        title: how they are called.
        marks: at least one, in the order of the text.
        standard: tells which of them are replaced, and which want a look.
    """
    lead = min(marks, key=lambda mark: (not standard.is_uncertain(mark), mark.finding.certainty))
    labels = Counter(mark.finding.label for mark in marks)
    states = _states(marks, standard)
    detectors = {mark.finding.detector for mark in marks}
    names = {detector_words(one, short=True) for one in detectors}
    found_by = {found_by_words(one) for one in detectors}
    told = [title, say(QT_TRANSLATE_NOOP("Findings", " and ")).join(map(label_words, labels))]
    if len(marks) > 1:
        told.append(say(QT_TRANSLATE_NOOP("Findings", "{} times")).format(len(marks)))
        told.append(states)
    else:
        told.append(state_name(lead, standard))
    certainty = _certainty(marks)
    told.append(certainty)
    told.append(
        found_by.pop()
        if len(found_by) == 1
        else say(QT_TRANSLATE_NOOP("Findings", "found by several detectors"))
    )
    label = max(labels, key=lambda one: labels[one])
    return Summary(
        lead=lead,
        label=label,
        faded=not any(standard.replaces(mark) for mark in marks),
        cells=(
            _sign(lead, marks, standard),
            title,
            label.value,
            certainty,
            names.pop() if len(names) == 1 else say(_SEVERAL),
        ),
        states=states,
        told=", ".join(told),
    )


def _sign(lead: Mark, marks: tuple[Mark, ...], standard: Standard) -> str:
    signs = {sign(mark, standard) for mark in marks}
    return sign(lead, standard) if len(signs) == 1 or standard.is_uncertain(lead) else "…"


def _states(marks: tuple[Mark, ...], standard: Standard) -> str:
    if len(marks) == 1:
        return state_words(marks[0], standard)
    counted = Counter(state_name(mark, standard) for mark in marks)
    return ", ".join(f"{number} {name}" for name, number in counted.most_common())


def _certainty(marks: tuple[Mark, ...]) -> str:
    lowest = min(mark.finding.certainty for mark in marks)
    highest = max(mark.finding.certainty for mark in marks)
    told = f"{lowest:.2f}"
    return told if told == f"{highest:.2f}" else f"≥ {told}"
