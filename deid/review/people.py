"""Which names of a note are one person's, kept up to date while names come and go (pure)."""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush

from deid.datatypes import Span
from deid.redact.identity import same_person

Name = tuple[str, ...]
"""The words of a name, as `name_words` gives them; at least one."""

_Rank = tuple[int, int, int]


class People:
    """The people of a note, each called by the fullest of its names.

    Tells the same as `deid.redact.identity.identities` does of all names at once: from the longest
    to the shortest, and as the note first names them, each name is that of the first person whom
    it may name, or else of a new one. So what becomes of a name depends only on those before it
    that it agrees with, and a change goes no further than from one such name to the next.
    """

    def __init__(self) -> None:
        self._ranks: dict[Name, _Rank] = {}
        self._fullest: dict[Name, Name] = {}
        self._by_word: dict[str, set[Name]] = defaultdict(set)
        self._by_letter: dict[str, set[Name]] = defaultdict(set)
        self._unsettled: set[Name] = set()

    def place(self, name: Name, first: Span | None) -> None:
        """Take in where a name stands first in the note now; None: nowhere."""
        rank = None if first is None else (-sum(map(len, name)), first.start, first.end)
        if rank == self._ranks.get(name):
            return
        if name in self._ranks:
            self._take_out(name)
        if rank is not None:
            self._put_in(name, rank)

    def settle(self) -> set[Name]:
        """The names that are of another person than before, or new, after some were placed."""
        changed = set()
        unsettled = [(self._ranks[name], name) for name in self._unsettled if name in self._ranks]
        heapify(unsettled)
        while unsettled:
            _, name = heappop(unsettled)
            self._unsettled.discard(name)
            before, now = self._fullest.get(name), self._find(name)
            if before == now:
                continue
            self._fullest[name] = now
            changed.add(name)
            if name in {before, now}:
                later = self._behind(name) - self._unsettled
                self._unsettled |= later
                for other in later:
                    heappush(unsettled, (self._ranks[other], other))
        self._unsettled.clear()
        return changed

    def fullest(self, name: Name) -> Name:
        """The fullest name of the person who has this name, which was placed and settled."""
        return self._fullest[name]

    def _take_out(self, name: Name) -> None:
        if self._fullest.pop(name, None) == name:
            self._unsettled |= self._behind(name)
        del self._ranks[name]
        for word in name:
            self._by_word[word].discard(name)
            self._by_letter[word[0]].discard(name)

    def _put_in(self, name: Name, rank: _Rank) -> None:
        self._ranks[name] = rank
        for word in name:
            self._by_word[word].add(name)
            self._by_letter[word[0]].add(name)
        self._unsettled.add(name)

    def _find(self, name: Name) -> Name:
        """The first of the people before a name whom it may name; if there is none, itself."""
        rank, found = self._ranks[name], name
        for other in self._sharing(name):
            is_person = self._fullest.get(other) == other
            if is_person and self._ranks[other] < rank and same_person(name, other):
                rank, found = self._ranks[other], other
        return found

    def _behind(self, name: Name) -> set[Name]:
        """The names behind this one that may be of the person whom it names."""
        rank = self._ranks[name]
        sharing = (other for other in self._sharing(name) if self._ranks[other] > rank)
        return {other for other in sharing if same_person(name, other)}

    def _sharing(self, name: Name) -> set[Name]:
        """All names that have a word of this one, or an initial for it; this one too."""
        sharing: set[Name] = set()
        for word in name:
            sharing.update(self._by_word.get(word, ()), self._by_word.get(word[0], ()))
            if len(word) == 1:
                sharing.update(self._by_letter.get(word, ()))
        return sharing
