"""With which letters a match of an expression must begin (pure).

Most rules begin with one of some cue words. Trying such an expression only where a word of the
text begins like a cue finds the same as a search and takes a small part of the time.
`starts_of` reads the source of an expression, and gives up (`None`) on whatever it is not sure of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import regex

LONGEST_START = 4
"""Letters of a word's beginning that are looked at."""

FOLDED = "~"
"""Stands before a start that is compared without regard to case."""

_MOST_STARTS = 4000
_WORD = regex.compile(r"\p{L}+")
_SKIPPED = ("(?=", "(?!", "(?<=", "(?<!")
_LETTER_EDGE = regex.compile(
    r"\(\?<!(?:[^|)\[]*\|)?\[[^\]\^][^\]]*?(?:\\p\{L\}|\\w)|\(\?<!\[(?:\\p\{L\}|\\w)"
)
_QUANTIFIER = regex.compile(r"[?*+]\+?|\{(\d*)(?:,\d*)?\}[?+]?")
_GROUP = regex.compile(r"\((\?:|\?i:|\?P<\w+>|(?!\?))")
_LISTED = regex.compile(r"\\L<(\w+)>")


def word_starts(text: str, among: Collection[str] | None = None) -> Mapping[str, list[int]]:
    """Where the words of a text begin, by each beginning of theirs, as written and folded.

    Args:
        text: the text.
        among: only these beginnings; all where it is not given.
    """
    table: defaultdict[str, list[int]] = defaultdict(list)
    known: dict[str, tuple[str, ...]] = {}
    for word in _WORD.finditer(text):
        letters = word.group()[:LONGEST_START]
        beginnings = known.get(letters)
        if beginnings is None:
            spelt = _beginnings(letters)
            beginnings = spelt if among is None else tuple(b for b in spelt if b in among)
            known[letters] = beginnings
        for beginning in beginnings:
            table[beginning].append(word.start())
    return table


def _beginnings(letters: str) -> tuple[str, ...]:
    sizes = range(1, len(letters) + 1)
    return (*(letters[:n] for n in sizes), *(FOLDED + letters[:n].lower() for n in sizes))


def starts_of(
    source: str, lists: Mapping[str, Iterable[str]], *, ignore_case: bool = False
) -> frozenset[str] | None:
    r"""Beginnings of words, one of which starts every match; `None` where that is not certain.

    Args:
        source: an expression of the `regex` module.
        lists: entries of each `\L<...>` that it names.
        ignore_case: whether the expression is compiled so.
    """
    try:
        starts, nullable, _ = _Reader(source, lists).alternatives(0, ignore_case, edge=False)
    except _UnsureError:
        return None
    return None if nullable or len(starts) > _MOST_STARTS else frozenset(starts)


class _UnsureError(Exception):
    """The reader meets something that it does not follow."""


class _Reader:
    """Reads the beginning of an expression. Positions are offsets of its source."""

    def __init__(self, source: str, lists: Mapping[str, Iterable[str]]) -> None:
        self._source = source
        self._lists = lists

    def alternatives(self, at: int, fold: bool, *, edge: bool) -> tuple[set[str], bool, int]:
        """Starts of `a|b|c` up to its end, whether it may be empty, and where it ends."""
        starts: set[str] = set()
        nullable = False
        while True:
            found, empty, at = self._sequence(at, fold, edge)
            starts |= found
            nullable |= empty
            if at >= len(self._source) or self._source[at] == ")":
                return starts, nullable, at
            at += 1

    def _sequence(self, at: int, fold: bool, edge: bool) -> tuple[set[str], bool, int]:
        starts: set[str] = set()
        while at < len(self._source) and self._source[at] not in "|)":
            if self._source.startswith(r"\b", at) or self._source[at] == "^":
                edge, at = True, at + (1 if self._source[at] == "^" else 2)
            elif self._source.startswith(_SKIPPED, at):
                end = self._closing(at)
                edge |= _LETTER_EDGE.match(self._source, at) is not None
                at = end + 1
            else:
                found, nullable, at = self._item(at, fold, edge)
                starts |= found
                if not nullable:
                    return starts, False, self._skip_sequence(at)
        return starts, True, at

    def _item(self, at: int, fold: bool, edge: bool) -> tuple[set[str], bool, int]:
        group = _GROUP.match(self._source, at)
        listed = _LISTED.match(self._source, at)
        if group is not None:
            inner = fold or group.group(1) == "?i:"
            starts, nullable, end = self.alternatives(group.end(), inner, edge=edge)
            end += 1
        elif listed is not None and edge:
            entries = self._lists[listed.group(1)]
            starts, nullable, end = {_key(_letters(e), fold) for e in entries}, False, listed.end()
        elif edge:
            starts, nullable, end = self._letters(at, fold)
        else:
            raise _UnsureError
        quantifier = _QUANTIFIER.match(self._source, end)
        if quantifier is None:
            return starts, nullable, end
        optional = quantifier.group()[0] in "?*" or quantifier.group(1) in {"", "0"}
        return starts, nullable or optional, quantifier.end()

    def _letters(self, at: int, fold: bool) -> tuple[set[str], bool, int]:
        """Starts that a run of letters and small classes of letters spells."""
        spelt = {""}
        first = at
        while at < len(self._source) and len(next(iter(spelt))) < LONGEST_START:
            choice, end = self._choice(at)
            if not choice or (at > first and _QUANTIFIER.match(self._source, end)):
                break
            spelt = {start + letter for start in spelt for letter in choice}
            at = end
            if _QUANTIFIER.match(self._source, at):
                break
        if at == first:
            raise _UnsureError
        return {_key(start, fold) for start in spelt}, False, at

    def _choice(self, at: int) -> tuple[str, int]:
        """The letters that may stand here; none where it is no letter or too many."""
        character = self._source[at]
        if character.isalpha():
            return character, at + 1
        if character == "[":
            end = self._source.index("]", at)
            letters = self._source[at + 1 : end]
            if letters.isalpha() and len(letters) <= 6:
                return letters, end + 1
        return "", at

    def _closing(self, at: int) -> int:
        """Where the group that opens here closes."""
        depth, inside = 0, False
        while at < len(self._source):
            character = self._source[at]
            if character == "\\":
                at += 1
            elif inside:
                inside = character != "]"
            elif character == "[":
                inside = True
                at += self._source.startswith(("[]", "[^]"), at)
            elif character == "(":
                depth += 1
            elif character == ")":
                depth -= 1
                if depth == 0:
                    return at
            at += 1
        raise _UnsureError

    def _skip_sequence(self, at: int) -> int:
        """Where the sequence that goes on here ends: at `|`, at `)` or at the end."""
        inside = False
        while at < len(self._source):
            character = self._source[at]
            if character == "\\":
                at += 1
            elif inside:
                inside = character != "]"
            elif character == "[":
                inside = True
            elif character == "(":
                at = self._closing(at)
            elif character in "|)":
                return at
            at += 1
        return at


def _letters(entry: str) -> str:
    found = regex.match(r"\p{L}+", entry)
    if found is None:
        raise _UnsureError
    return found.group()[:LONGEST_START]


def _key(start: str, fold: bool) -> str:
    return FOLDED + start.lower() if fold else start


def positions(starts: frozenset[str], table: Mapping[str, Sequence[int]]) -> list[int]:
    """Where in the text of the table (`word_starts`) a match may begin, in order."""
    shared = starts & table.keys()
    return sorted({place for key in shared for place in table[key]})
