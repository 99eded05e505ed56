"""Names of people that are known already, and reading single words as pieces of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from itertools import pairwise
from typing import Final

from deid.detect.spelling import Spellings
from deid.detect.words import PARTICLES, common_words, fold_word
from deid.labels import Label

_PIECE: Final = re.compile(r"[^\W\d_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BEFORE: Final = "mr mrs ms miss mx dr doctor prof professor sir madam rev father sister nurse"
_BEHIND: Final = (
    "jr sr ii iii iv md do rn np pa ma phd dds dpm lpn crna facs facp esq mba mph msw lcsw cnp fnp "
    "aprn pharmd bsn msn"
)
_TITLES: Final = frozenset(_BEFORE.split())
_DEGREES: Final = frozenset(_BEHIND.split())
_MIN_GLUED: Final = 5


@dataclass(frozen=True, slots=True)
class Person:
    """The name of one person, in folded words.

    Attributes:
        label: what the person is to the note.
        given: first, middle and other names but the family names.
        family: family names, with their particles; empty where only a part of the name is known.
        score: how sure it is that this is a name.
    """

    label: Label
    given: tuple[str, ...] = field(repr=False)
    family: tuple[str, ...] = field(repr=False)
    score: float = 1.0

    @property
    def pieces(self) -> tuple[str, ...]:
        """All words of the name."""
        return self.given + self.family

    @property
    def initials(self) -> frozenset[str]:
        """First letters of all words but particles, folded."""
        return frozenset(piece[0] for piece in self.pieces if piece not in PARTICLES)


def parse_name(name: str, label: Label, *, score: float = 1.0) -> Person | None:
    """The person that a name as written stands for: `Jane Q. Okonkwo` or `OKONKWO, JANE Q`.

    Titles, degrees and suffixes do not count. None where no word is left.
    """
    front, _, behind = name.partition(",")
    first, second = _words(front), _words(behind)
    second = _bare(second, least=0)
    first = _bare(first, least=0 if second else 1)
    if first and second:
        return Person(label, _flat(second), _flat(first), score)
    words = first or second
    if not words:
        return None
    split = len(words) - 1
    while split > 0 and words[split - 1][-1] in PARTICLES:
        split -= 1
    return Person(label, _flat(words[:split]), _flat(words[split:]), score)


def _words(text: str) -> list[tuple[str, ...]]:
    """Folded words between blanks, each in its pieces: `O'Brien-Smith` has three."""
    bare = re.sub(r"['’]s\b", "", text, flags=re.IGNORECASE)
    words = (tuple(map(fold_word, _PIECE.findall(word))) for word in bare.split())
    return [word for word in words if word]


def _bare(words: list[tuple[str, ...]], *, least: int) -> list[tuple[str, ...]]:
    """Without titles in front and degrees behind, down to the least number of words."""
    while len(words) > least and "".join(words[0]) in _TITLES:
        words = words[1:]
    while len(words) > least and "".join(words[-1]) in _DEGREES:
        words = words[:-1]
    return words


def _flat(words: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(piece for word in words for piece in word)


class Strength(IntEnum):
    """How much a single word says about a name."""

    GLUE = 0
    WEAK = 1
    STRONG = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What one folded word may be: a piece of the names of some persons."""

    word: str = field(repr=False)
    persons: frozenset[int]
    strength: Strength


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word that was read as an entry. Offsets are within the word, half-open."""

    start: int
    end: int
    entry: Entry
    exact: bool


class NameIndex:
    """Which words are pieces of the given people's names.

    Args:
        people: whose names.
        misspelt: whether words one letter off count too.
        protected: folded words that are no misspellings of names.
    """

    def __init__(
        self,
        people: Sequence[Person],
        *,
        misspelt: bool = False,
        protected: frozenset[str] = frozenset(),
    ) -> None:
        self.people = tuple(people)
        self.protected = protected
        self._misspelt = misspelt
        owners: dict[str, set[int]] = {}
        for number, person in enumerate(self.people):
            for piece in person.pieces:
                if len(piece) > 1 or piece in PARTICLES:
                    owners.setdefault(piece, set()).add(number)
        self.entries = {w: Entry(w, frozenset(n), _strength(w)) for w, n in owners.items()}
        for glued, number in self._glued():
            self.entries.setdefault(glued, Entry(glued, frozenset({number}), Strength.STRONG))

    def _glued(self) -> Iterable[tuple[str, int]]:
        for number, person in enumerate(self.people):
            family = "".join(person.family)
            forms = [family, *(part for given in person.given for part in (given, given[0]))]
            pairs = [family + form for form in forms[1:]] + [form + family for form in forms[1:]]
            joined = [a + b for a, b in pairwise(person.family) if a in PARTICLES]
            for form in (*forms[:1], *joined, *pairs):
                if family and len(form) >= _MIN_GLUED and form not in common_words():
                    yield form, number

    @cached_property
    def strong(self) -> frozenset[str]:
        """Words that are names wherever they stand."""
        return frozenset(w for w, e in self.entries.items() if e.strength is Strength.STRONG)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """First letters, two or more, that a name split in two may begin with."""
        long = (word for word in self.strong if len(word) >= _MIN_GLUED - 1)
        return frozenset(word[:n] for word in long for n in range(2, len(word) - 1))

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.strong if self._misspelt else ())

    def read(self, word: str) -> tuple[Piece, ...]:
        """The pieces of names in one word of a note; none if it is just a word."""
        folded = fold_word(word)
        entry = self.entries.get(folded)
        if entry is not None:
            return (Piece(0, len(word), entry, exact=True),)
        camel = self._read_camel(word)
        if camel or folded in common_words() or folded in self.protected:
            return camel
        meant = self._spellings.of(folded)
        return (Piece(0, len(word), self.entries[meant[0]], exact=False),) if meant else ()

    def _read_camel(self, word: str) -> tuple[Piece, ...]:
        cuts = [0, *(match.start() for match in _CAMEL.finditer(word)), len(word)]
        if len(cuts) == 2:
            return ()
        parts = pairwise(cuts)
        found = ((s, e, self.entries.get(fold_word(word[s:e]))) for s, e in parts)
        return tuple(
            Piece(s, e, entry, exact=True)
            for s, e, entry in found
            if entry is not None and entry.strength is not Strength.GLUE
        )


def _strength(word: str) -> Strength:
    if word in PARTICLES or len(word) < 2:
        return Strength.GLUE
    return Strength.WEAK if len(word) < 3 or word in common_words() else Strength.STRONG
