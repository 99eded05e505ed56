"""Which identity each mark of a note is of, kept up to date while marks come and go (pure)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from deid.labels import NAME_LABELS, Label
from deid.redact.identity import identities, name_words
from deid.review.marks import Mark
from deid.review.people import Name, People

Value = tuple[Label, str]
"""What a mark says: its label, `PERSON` for all people, and its words."""

# The marks of one value are of one length, so where they start is their order.
_start = attrgetter("finding.span.start")


@dataclass(slots=True)
class _Said:
    """Of which identity a value is, by which name, and the marks that say it, in order."""

    name: Name = ()
    key: str = ""
    marks: list[Mark] = field(default_factory=list)


class Identities:
    """The identities of a note, as `groups` tells them of all marks at once.

    Args:
        text: the note.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._said: dict[Value, _Said] = {}
        self._alike: dict[Name, set[Value]] = {}
        self._people = People()

    def change(self, gone: Iterable[Mark], come: Iterable[Mark]) -> list[tuple[Mark, str]]:
        """Take in that these marks went, and those came.

        Returns:
            The marks that stayed and are of another identity now, with the key that they had.

        Raises:
            ValueError: a mark that went was not there.
        """
        touched: dict[Value, None] = {}
        fresh: dict[Value, None] = {}
        came: set[int] = set()
        for mark in gone:
            touched[self._remove(mark)] = None
        for mark in come:
            value = self.value(mark)
            said = self._said.get(value)
            if said is None:
                said = self._said[value] = _Said()
                fresh[value] = None
            insort(said.marks, mark, key=_start)
            touched[value] = None
            came.add(id(mark))
        self._name(fresh)
        names = self._place(touched)
        return list(self._moved(names | self._people.settle(), came))

    def key(self, mark: Mark) -> str | None:
        """What all marks of the identity of this one share; None: it is not known."""
        said = self._said.get(self.value(mark))
        return None if said is None else said.key

    def value(self, mark: Mark) -> Value:
        """What a mark says."""
        label = mark.finding.label
        name = Label.PERSON if label in NAME_LABELS else label
        return name, mark.finding.span.of(self._text)

    def _remove(self, mark: Mark) -> Value:
        value = self.value(mark)
        marks = self._said[value].marks if value in self._said else []
        start = bisect_left(marks, _start(mark), key=_start)
        place = next((at for at in range(start, len(marks)) if marks[at] is mark), None)
        if place is None:
            raise ValueError("a mark that went was not there")
        del marks[place]
        return value

    def _name(self, values: Iterable[Value]) -> None:
        """Find the words of new names, and the keys of what is not compared with other values."""
        alone = []
        for value in values:
            name = name_words(value[1]) if value[0] is Label.PERSON else ()
            if name:
                self._said[value].name = name
                self._alike.setdefault(name, set()).add(value)
            else:
                alone.append(value)
        for value, key in zip(alone, identities(alone), strict=True):
            self._said[value].key = key

    def _place(self, touched: Iterable[Value]) -> set[Name]:
        """Let names stand where they are first said now, and forget what is not said any more."""
        names = {self._said[value].name for value in touched} - {()}
        for value in touched:
            said = self._said[value]
            if not said.marks:
                del self._said[value]
                self._alike.get(said.name, set()).discard(value)
        for name in names:
            places = [self._said[value].marks[0].finding.span for value in self._alike[name]]
            self._people.place(name, min(places, default=None))
            if not places:
                del self._alike[name]
        return names & self._alike.keys()

    def _moved(self, names: Iterable[Name], came: Container[int]) -> Iterator[tuple[Mark, str]]:
        for name in names:
            key = f"{Label.PERSON}:{' '.join(sorted(self._people.fullest(name)))}"
            for said in (self._said[value] for value in self._alike[name]):
                before, said.key = said.key, key
                if before != key:
                    yield from ((mark, before) for mark in said.marks if id(mark) not in came)
