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

from deid.detect.names import Entry, NameIndex, Piece, Strength
from deid.detect.words import fold_word
from deid.labels import Label

_WORD: Final = re.compile(r"[^\W\d_]+")
# What may stand between two pieces of one name: blanks, a line end, a comma, HL7's ^, quotation
# marks or brackets around a nickname, a middle initial.
_GAP: Final = re.compile(
    r"[ \t]*\n?[ \t]*|['_+^.|-]|,[ \t]*\n?[ \t]*|[ \t]+[\"'(]|[\"')],?[ \t]+|-[ \t]*\n[ \t]*"
    r"|,?[ \t]+[A-Z]\.?,?[ \t]+"
)
_LONGEST_GAP: Final = 12
_SPLIT: Final = re.compile(r"[ \t]+|-[ \t]*(?:\n[ \t]*)?|[ \t]*\n[ \t]*")
_TITLE: Final = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|mister|sir|madam|master|baby|dr|drs|doctor|prof|professor|nurse|rn|"
    r"dear|hi|hello|morning|afternoon)\.?[ \t]*\n?[ \t]*$",
    re.IGNORECASE,
)
_DOCTOR: Final = re.compile(r"\b(?:dr|drs|doctor|prof|professor|nurse)\.?\s*$", re.IGNORECASE)
_FIELD: Final = re.compile(
    r"\b(?:name|patient|pt|mother|father|son|daughter|wife|husband|brother|sister|spouse|partner|"
    r"by|cc|attending|physician|provider|surgeon|resident|contact|guardian)[ \t]*[:#=][ \t]*$",
    re.IGNORECASE,
)
_DEGREE: Final = re.compile(
    r",?[ \t]+(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|L\.?P\.?N|DDS|DPM|CRNA|FNP|MA)\b"
)
_VERB: Final = re.compile(
    r"[ \t]+(?:denies|denied|reports|reported|states|stated|says|said|presents|presented|underwent|"
    r"complains|complained|lives|works|agrees|agreed|is an? [0-9])"
)
_EPONYM_HEAD: Final = re.compile(
    r"(?:'s?)?[ \t]+(?:disease|syndrome|palsy|sign|lymphoma|ligaments?)\b|-type\b|"
    r"[ \t]+(?:clamps?|retractors?|forceps|speculum|cannula|catheter|elevator|needle|sutures?)\b",
    re.IGNORECASE,
)
_INITIALS_BEFORE: Final = re.compile(r"(?<![^\W_])((?:[A-Z]\.[ ]?|[A-Z][ ]){1,3})$")
_INITIALS_BEHIND: Final = re.compile(r"(?:,[ ]?|[ ])((?:[A-Z]\.?[ ]?){1,3})(?![^\W_])")
_CALENDAR: Final = (
    "january march april may june july august september october november december "
    "spring summer autumn winter monday tuesday wednesday thursday friday saturday sunday"
)
_MONTHS: Final = frozenset(_CALENDAR.split())
_WINDOW: Final = 24
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
        strong = any(hit.entry.strength is Strength.STRONG for hit in named)
        whole = len(named) > 1 or initialled
        if self._accepted(named, whole=whole, strong=strong):
            label, base = self._meant(chain[-1].persons, start, end)
            exact = all(hit.exact for hit in named)
            yield Mention(start, end, label, base, exact, whole, strong)

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
        before = _INITIALS_BEFORE.search(self.text[max(0, start - 10) : start])
        if before and _are_initials(before[1], known):
            start -= len(before[1])
        behind = _INITIALS_BEHIND.match(self.text, end, end + 12)
        if behind and _are_initials(behind[1], known):
            end = behind.start(1) + len(behind[1].rstrip(" ."))
        return start, end

    def _accepted(self, named: Sequence[_Hit], *, whole: bool, strong: bool) -> bool:
        hit = named[0]
        capital = all(self.text[h.start].isupper() for h in named)
        if len(named) > 1:
            return strong or capital
        if self._is_term(hit) and not (whole or self._stands_as_name(hit)):
            return False
        if strong:
            sure = hit.exact or len(hit.entry.word) >= _LONG
            return capital or sure or self._is_lower_case
        return capital and (whole or self._stands_as_name(hit) or self._reads_as_name(hit))

    def _is_term(self, hit: _Hit) -> bool:
        """Whether the word belongs to a medical term, as in `Parkinson's disease`."""
        protected = self.index.protected
        if hit.entry.word in protected or _EPONYM_HEAD.match(self.text, hit.end):
            return True
        following = re.match(r"('s)?\s+(\w+)", self.text[hit.end : hit.end + 32])
        if following is None:
            return False
        stem, tail = hit.entry.word, fold_word(following[2])
        return f"{stem} {tail}" in protected or f"{stem}'s {tail}" in protected

    def _stands_as_name(self, hit: _Hit) -> bool:
        """Whether a title or field label stands before, or a degree behind."""
        before = self.text[max(0, hit.start - _WINDOW) : hit.start]
        return bool(
            _TITLE.search(before) or _FIELD.search(before) or _DEGREE.match(self.text, hit.end)
        )

    def _reads_as_name(self, hit: _Hit) -> bool:
        """Whether a capitalised common word stands where only a name would be capitalised."""
        if hit.entry.word in _MONTHS:
            return False
        before = self.text[max(0, hit.start - _WINDOW) : hit.start].rstrip(" \t(\"'")
        previous = re.search(r"[^\W\d_]+[,;]?$", before)
        behind = re.match(r"(?:'s)?[ \t,]*([^\W\d_]*)", self.text[hit.end : hit.end + _WINDOW])
        following = behind[1] if behind else ""
        if hit.end - hit.start > 1 and self.text[hit.start : hit.end].isupper():
            neighbours = (previous.group() if previous else "", following)
            return any(neighbours) and not any(word.isupper() for word in neighbours)
        if previous is None:
            return _VERB.match(self.text, hit.end) is not None
        return not (previous.group()[0].isupper() and following[:1].isupper())

    def _meant(self, persons: frozenset[int], start: int, end: int) -> tuple[Label, float]:
        people = [self.index.people[number] for number in sorted(persons)]
        before = self.text[max(0, start - _WINDOW) : start]
        as_doctor = bool(_DOCTOR.search(before) or _DEGREE.match(self.text, end))
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
