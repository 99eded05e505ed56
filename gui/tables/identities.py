"""Which mentions of a note are of one identity, kept up to date while marks come and go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from deid import Label, Mark, review

_Value = tuple[Label, str]
_PEOPLE = frozenset({Label.PATIENT, Label.DOCTOR, Label.PERSON})
"""Labels whose mentions are compared with each other; of others, each value is by itself."""


class Identities:
    """What identity each mark is of.

    Only different values are compared: a name that stands a thousand times is looked at once.

    Args:
        marks: in any order.
        text: of the note.
    """

    def __init__(self, marks: Iterable[Mark] = (), text: str = "") -> None:
        self._text = text
        self._keys: dict[_Value, str] = {}
        self._numbers: Counter[_Value] = Counter()
        self._people: dict[_Value, Mark] = {}
        self.change((), marks)

    def change(self, gone: Iterable[Mark], come: Iterable[Mark]) -> bool:
        """Take in that these marks went, and those came.

        Returns:
            Whether marks that stayed may be of another identity now.
        """
        names = set(self._people)
        others: dict[_Value, Mark] = {}
        for mark in come:
            value = self._value(mark)
            self._numbers[value] += 1
            if value[0] is Label.PERSON:
                self._people.setdefault(value, mark)
            elif value not in self._keys:
                others[value] = mark
        self._learn(others)
        for mark in gone:
            value = self._value(mark)
            self._numbers[value] -= 1
            if not self._numbers[value]:
                del self._numbers[value]
                self._people.pop(value, None)
        if names == set(self._people):
            return False
        before = {value: self._keys[value] for value in names}
        self._learn(self._people)
        return any(self._keys[value] != key for value, key in before.items())

    def key(self, mark: Mark) -> str | None:
        """What all mentions of the identity of this mark share; None: it is not known."""
        return self._keys.get(self._value(mark))

    def _learn(self, marks: dict[_Value, Mark]) -> None:
        ordered = sorted(marks.values(), key=lambda mark: mark.finding.span)
        for group in review.groups(ordered, self._text):
            for mark in group.marks:
                self._keys[self._value(mark)] = group.key

    def _value(self, mark: Mark) -> _Value:
        label = mark.finding.label
        name = Label.PERSON if label in _PEOPLE else label
        return name, mark.finding.span.of(self._text)
