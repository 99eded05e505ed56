r"""Where in a text matches of many expressions may begin (pure).

Most of the time of a search goes into places where nothing can match. Here all expressions
together are held against the few characters before and behind a place (`deid.detect.automaton`),
and an expression is tried only where they allow it. That finds the same as a search:

- it is tried from the left at every place that is allowed, behind its last match, as a search is;
- every place where it can match is allowed, since the trees that stand for expressions match
  whatever these do, and more (`deid.detect.syntax`);
- places inside a run of letters or of digits are passed over: an expression that could begin
  there, or whose syntax is not followed, is not among them and has to be searched for.

Words are looked at as they are spelt, by expressions that begin with words of their own (MRN,
Dr.), and by their shape only (`Aaaa 00/00`) by all others: two small sets of states, where both
together would be as many as their products.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Final

from deid.detect import syntax
from deid.detect.automaton import Automaton, Filter
from deid.detect.syntax import (
    ANY,
    EMPTY,
    NEW_LINE,
    SHAPE_MASKS,
    WORD,
    Symbols,
    Tree,
    mask_of,
    shapes,
    symbols,
)

_SPELT: Final = 8
_SHAPED: Final = 12
_BEFORE: Final = 6
"""Characters that are looked at: more of them leave fewer places, and take longer to learn."""

# No expression is written for these; one that allows them does not go by the letters of words.
_NO_WORDS: Final = ("zq", "Zq", "ZQ")
_NO_WORDS_BACK: Final = (" zzzzz", " zzzzZ", " zZ ZZ", " ZZZZZ", "zzzzzz", "zzzzz,")
_RUN: Final = re.compile(r"[A-Za-z\x80]+|[0-9]+|[^A-Za-z\x800-9]")
_RUN_OR_INDENT: Final = re.compile(r"[A-Za-z\x80]+|[0-9]+|(?<![^\n]) |[^A-Za-z\x800-9 ]")
_LETTERS: Final = frozenset(string.ascii_letters + syntax.OTHER_LETTER)
_BLANK: Final = mask_of(" ")
_IN_RUN: Final = (mask_of(_LETTERS), mask_of(string.digits))


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must stand around the beginning of every match of an expression.

    Attributes:
        ahead: each of these begins at the place.
        before: each of these, read from its end, stands before the place.
    """

    ahead: tuple[Tree, ...]
    before: tuple[Tree, ...]


def conditions_of(tree: Tree) -> Conditions:
    """The conditions that a match of this tree sets to the place where it begins."""
    aheads: list[Tree] = []
    befores: list[Tree] = []
    at_edge = _leading(tree, aheads, befores)
    aheads = [tree, *aheads]
    if at_edge:
        first = reduce(and_, map(first_of, aheads))
        if not first & ~WORD:
            befores.append(Symbols(ANY & ~WORD))
        elif not first & WORD:
            befores.append(Symbols(WORD))
    return Conditions(tuple(aheads), tuple(map(_reversed, befores)))


def _leading(tree: Tree, aheads: list[Tree], befores: list[Tree]) -> bool:
    r"""Collect what the lookarounds before the first character say; whether `\b` is among them."""
    at_edge = False
    waiting = [tree]
    while waiting:
        match waiting.pop():
            case syntax.Sequence(items):
                waiting += reversed(items)
            case syntax.Ahead(item):
                aheads.append(item)
            case syntax.Behind(item):
                befores.append(item)
            case syntax.Edge():
                at_edge = True
            case _:
                break
    return at_edge


def _reversed(tree: Tree) -> Tree:
    """The tree of the same texts read backwards; lookarounds are left out."""
    match tree:
        case Symbols():
            return tree
        case syntax.Sequence(items):
            return syntax.Sequence(tuple(map(_reversed, reversed(items))))
        case syntax.Choice(branches):
            return syntax.Choice(tuple(map(_reversed, branches)))
        case syntax.Repeat(item, least, most):
            return syntax.Repeat(_reversed(item), least, most)
        case _:
            return EMPTY


def first_of(tree: Tree) -> int:
    """The symbols that may stand first; all of them where the tree matches the empty text."""
    automaton = Automaton([tree], depth=1)
    return reduce(or_, (mask for mask, _ in automaton.moves(automaton.roots[0])), 0)


class Starts:
    """Finds for many expressions the places of a text where their matches may begin.

    Args:
        conditions: of each expression; None: not known.
    """

    def __init__(self, conditions: Sequence[Conditions | None]) -> None:
        known = [(n, own) for n, own in enumerate(conditions) if own and _is_followed(own)]
        self._numbers = [number for number, _ in known]
        self._count = len(conditions)
        ahead = [own.ahead for _, own in known]
        before = [own.before for _, own in known]
        inside_lines = any(_begins_with_blank(own) for _, own in known)
        self._run = _RUN if inside_lines else _RUN_OR_INDENT
        self._elsewhere = sum(1 << n for n, own in enumerate(ahead) if not _begins_with_letter(own))
        self._spelt = Filter([_spelt(own, _NO_WORDS) for own in ahead], depth=_SPELT)
        self._shaped = Filter(list(map(_shaped, ahead)), depth=_SHAPED, masks=SHAPE_MASKS)
        self._spelt_before = Filter([_spelt(own, _NO_WORDS_BACK) for own in before], depth=_BEFORE)
        self._shaped_before = Filter(before, depth=_BEFORE, masks=SHAPE_MASKS)

    def places(self, text: str) -> Sequence[Sequence[int] | None]:
        """For each expression where matches may begin, in ascending order; None: anywhere."""
        written, shape = symbols(text), shapes(text)
        # Backwards, what stands before a place is read like what stands behind it.
        written_back, shape_back = written[::-1], shape[::-1]
        spelt, shaped = self._spelt.allowed, self._shaped.allowed
        spelt_before, shaped_before = self._spelt_before.allowed, self._shaped_before.allowed
        followed: list[list[int]] = [[] for _ in self._numbers]
        for run in self._run.finditer(written):
            place = run.start()
            bits = shaped(shape[place : place + _SHAPED])
            if written[place] in _LETTERS:
                bits = bits and bits & spelt(written[place : place + _SPELT])
            else:
                bits &= self._elsewhere
            if bits:
                back = len(written) - place
                bits &= shaped_before(shape_back[back : back + _BEFORE])
                bits = bits and bits & spelt_before(written_back[back : back + _BEFORE])
            while bits:
                lowest = bits & -bits
                bits ^= lowest
                followed[lowest.bit_length() - 1].append(place)
        found: list[list[int] | None] = [None] * self._count
        for number, places in zip(self._numbers, followed, strict=True):
            found[number] = places
        return found


def _is_followed(own: Conditions) -> bool:
    """Whether it pays, and is right, to look at the places between runs only.

    It does not pay where nearly every word can begin a match.
    """
    first, last = _around(own)
    begins_inside = any(first & run and last & run for run in _IN_RUN)
    return not begins_inside and bool(_spelt(own.ahead, _NO_WORDS[:1]))


def _around(own: Conditions) -> tuple[int, int]:
    """The symbols that may stand first in a match, and those just before it."""
    first = reduce(and_, map(first_of, own.ahead), ANY)
    return first, reduce(and_, map(first_of, own.before), ANY)


def _begins_with_blank(own: Conditions) -> bool:
    """Whether a match may begin with a blank that is not the first character of its line."""
    first, last = _around(own)
    return bool(first & _BLANK and last & ~NEW_LINE)


def _begins_with_letter(own: Sequence[Tree]) -> bool:
    return any(not first_of(tree) & ~_IN_RUN[0] for tree in own)


def _spelt(own: Sequence[Tree], unlikely: Sequence[str]) -> list[Tree]:
    """Those that the letters of a word can refuse."""
    return [tree for tree in own if not _allows(tree, unlikely)]


def _shaped(own: Sequence[Tree]) -> list[Tree]:
    """Those that the letters of a word do not refuse, or that may begin with something else."""
    return [t for t in own if _allows(t, _NO_WORDS) or first_of(t) & ~_IN_RUN[0]]


def _allows(tree: Tree, keys: Iterable[str]) -> bool:
    alone = Filter([[tree]], depth=_SPELT)
    return any(map(alone.allowed, keys))
