"""Where a note mentions people whose names are known, whole or in parts.

One pass over the words. Pieces of one person's name that stand together make one mention; a
mention that is a single word must be one that nobody writes unless he means the name, or stand
where a name stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from deid.detect.cues import is_term, names_doctor, reads_as_name, stands_as_name
from deid.detect.names import Entry, NameIndex, Piece, Strength
from deid.detect.words import fold_word
from deid.labels import Label

_WORD: Final = re.compile(r"[^\W\d_]+")
# What may stand between two pieces of one name: blanks, a line end, a comma, HL7's ^, quotation
# marks or brackets around a nickname, a middle initial.
_GAP: Final = re.compile(
    r"[ \t]*\n?[ \t]*|['_+^.|-]|,[ \t]*\n?[ \t]*|[ \t]+[\"'(]|[\"')],?[ \t]+|-[ \t]*\n[ \t]*"
    r"|,?[ \t]+[A-Z]\.?,?[ \t]+[\"'(]?"
)
_LONGEST_GAP: Final = 12
_SPLIT: Final = re.compile(r"[ \t]+|-[ \t]*(?:\n[ \t]*)?|[ \t]*\n[ \t]*")
_INITIALS_BEFORE: Final = re.compile(
    r"(?<![^\W_])((?:[A-Za-z]\.[ ]{0,3}|[A-Z][ ]{1,3}|[b-hj-z][ ]){1,3})$"
)
_INITIAL_BEHIND: Final = re.compile(r"(?:[ ]{1,4}|,[ ]{0,3}|\^|(?<=\.))([A-Za-z])(?:\.|(?![^\W_]))")
_SUFFIX: Final = re.compile(r",?[ ](?:Jr|Sr|II|III|IV|JR|SR)\b")
_LONG: Final = 6
"""Letters from which on a misspelt name counts in lower case too."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a note.

    Attributes:
        start: first code point, in the text searched.
        end: behind the last one.
        label: of the person meant.
        base: score of the person meant.
        exact: every word is spelt as the name is.
        whole: two pieces or more, or a piece with an initial.
        strong: nothing but the name can be meant.
    """

    start: int
    end: int
    label: Label
    base: float
    exact: bool
    whole: bool
    strong: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    entry: Entry
    exact: bool
    persons: frozenset[int]


def find_mentions(text: str, index: NameIndex, *, split: bool = False) -> Iterator[Mention]:
    """Mentions of the people of an index, in the order of the text, disjoint.

    Args:
        text: the note, normalised.
        index: whose names.
        split: whether a name split by a blank or a line end is put together.
    """
    note = _Note(text, index)
    for chain in _chains(text, _hits(text, index, split=split)):
        yield from note.judge(chain)


def _hits(text: str, index: NameIndex, *, split: bool) -> Iterator[_Hit]:
    readings: dict[str, tuple[Piece, ...]] = {}
    before: tuple[int, int, str] | None = None
    for match in _WORD.finditer(text):
        word = match.group()
        pieces = readings.get(word)
        if pieces is None:
            pieces = readings[word] = index.read(word)
        start = match.start()
        if pieces:
            for piece in pieces:
                entry = piece.entry
                yield _Hit(
                    start + piece.start, start + piece.end, entry, piece.exact, entry.persons
                )
            before = None
        elif split:
            joined = _joined(text, index, before, match)
            if joined is not None:
                yield joined
            first = fold_word(word)
            is_beginning = joined is None and first in index.beginnings
            before = (start, match.end(), first) if is_beginning else None


def _joined(
    text: str, index: NameIndex, before: tuple[int, int, str] | None, match: re.Match[str]
) -> _Hit | None:
    if before is None or match.start() - before[1] > _LONGEST_GAP:
        return None
    entry = index.entries.get(before[2] + fold_word(match.group()))
    if entry is None or not _SPLIT.fullmatch(text, before[1], match.start()):
        return None
    return _Hit(before[0], match.end(), entry, exact=True, persons=entry.persons)


def _chains(text: str, hits: Iterator[_Hit]) -> Iterator[list[_Hit]]:
    """Runs of hits that may be one name: of one person, close together, no piece twice."""
    chain: list[_Hit] = []
    for hit in hits:
        if chain and not _continues(text, chain, hit):
            yield chain
            chain = []
        if chain:
            hit = replace(hit, persons=hit.persons & chain[-1].persons)
        chain.append(hit)
    if chain:
        yield chain


def _continues(text: str, chain: list[_Hit], hit: _Hit) -> bool:
    last = chain[-1]
    return (
        hit.start - last.end <= _LONGEST_GAP
        and bool(hit.persons & last.persons)
        and all(hit.entry.word != known.entry.word for known in chain)
        and _GAP.fullmatch(text, last.end, hit.start) is not None
    )


@dataclass
class _Note:
    text: str = field(repr=False)
    index: NameIndex

    def judge(self, chain: list[_Hit]) -> Iterator[Mention]:
        """The mention that a chain makes, if it makes one."""
        chain = self._trimmed(chain)
        named = [hit for hit in chain if hit.entry.strength is not Strength.GLUE]
        if not named:
            return
        start, end = self._with_initials(chain)
        initialled = (start, end) != (chain[0].start, chain[-1].end)
        strong = any(self._is_unmistakable(hit, alone=len(named) == 1) for hit in named)
        whole = len(named) > 1 or initialled
        if self._accepted(named, whole=whole, strong=strong):
            label, base = self._meant(chain[-1].persons, start, end)
            exact = all(hit.exact for hit in named)
            yield Mention(start, end, label, base, exact, whole, strong)

    def _is_unmistakable(self, hit: _Hit, *, alone: bool) -> bool:
        term = alone and hit.entry.word in self.index.protected
        return hit.entry.strength is Strength.STRONG and not term

    def _trimmed(self, chain: list[_Hit]) -> list[_Hit]:
        """Without particles behind, and without common words in lower case at either end."""
        capital = any(self.text[hit.start].isupper() for hit in chain)

        def idle(hit: _Hit) -> bool:
            weak = hit.entry.strength is not Strength.STRONG
            return weak and capital and not self.text[hit.start].isupper()

        while chain and (chain[-1].entry.strength is Strength.GLUE or idle(chain[-1])):
            chain = chain[:-1]
        while chain and chain[0].entry.strength is Strength.WEAK and idle(chain[0]):
            chain = chain[1:]
        return chain

    def _with_initials(self, chain: Sequence[_Hit]) -> tuple[int, int]:
        start, end = chain[0].start, chain[-1].end
        known = frozenset(
            letter for n in chain[-1].persons for letter in self.index.people[n].initials
        )
        before = _INITIALS_BEFORE.search(self.text[max(0, start - 14) : start])
        if before and (_are_initials(before[1], known) or self._is_unlisted(before[1], start)):
            start -= len(before[1])
        listed = "," in self.text[chain[0].end : chain[-1].start]
        position = end
        while behind := _INITIAL_BEHIND.match(self.text, position):
            if not (_are_initials(behind[1], known) or (listed and behind[1].isupper())):
                break
            end, position, listed = behind.end(1), behind.end(), False
        suffix = _SUFFIX.match(self.text, position)
        end = suffix.end() if suffix else end
        return start, end

    def _is_unlisted(self, letters: str, start: int) -> bool:
        """Whether `A. ` before a name is its initial although it is not known, no list's letter."""
        line = self.text.rfind("\n", 0, start) + 1
        return bool(re.fullmatch(r"[A-Z]\. ?", letters)) and line < start - len(letters)

    def _accepted(self, named: Sequence[_Hit], *, whole: bool, strong: bool) -> bool:
        hit = named[0]
        capital = all(self.text[h.start].isupper() for h in named)
        if len(named) > 1:
            return strong or capital
        if whole or stands_as_name(self.text, hit.start, hit.end):
            return strong or capital
        if is_term(self.text, hit.end, hit.entry.word, self.index.protected):
            return False
        if strong:
            sure = hit.exact or len(hit.entry.word) >= _LONG
            return capital or sure or self._is_lower_case
        return capital and reads_as_name(self.text, hit.start, hit.end)

    def _meant(self, persons: frozenset[int], start: int, end: int) -> tuple[Label, float]:
        people = [self.index.people[number] for number in sorted(persons)]
        as_doctor = names_doctor(self.text, start, end)
        order = {Label.DOCTOR: not as_doctor, Label.PATIENT: as_doctor}
        best = min(people, key=lambda person: (order.get(person.label, 0.5), -person.score))
        return best.label, best.score

    @cached_property
    def _is_lower_case(self) -> bool:
        return _is_lower_case(self.text)


def _are_initials(letters: str, known: frozenset[str]) -> bool:
    return all(fold_word(letter) in known for letter in letters if letter.isalpha())


def _is_lower_case(text: str) -> bool:
    """Whether a note is written without capitals, for the most part."""
    words = len(re.findall(r"(?<![^\W\d_])[^\W\d_]{2}", text))
    capitals = len(re.findall(r"(?<![^\W\d_])[A-Z]", text))
    return capitals * 25 < words
