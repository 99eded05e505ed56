r"""Regular expressions as trees: as much of their syntax as the place of a match depends on (pure).

`parse` follows the syntax of the `regex` module, version 0, and raises `UnsureError` at whatever
it is not sure of. A tree may match more than its expression (lookarounds that are not understood
match everywhere, back references match anything), and never less.

Characters are told apart as `symbols`: ASCII ones as they are, and three for all others.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Final

import regex

OTHER_LETTER: Final = chr(128)
"""Stands for every letter beyond ASCII (`\\p{L}`)."""

OTHER_WORD: Final = chr(129)
"""Stands for every other character beyond ASCII that is part of a word (`\\w`)."""

OTHER: Final = chr(130)
"""Stands for every other character beyond ASCII."""

_ASCII: Final = "".join(map(chr, range(128)))
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """One character.

    Attributes:
        mask: bit `n` is set where the character may be symbol `n`.
        surely: bit `n` is set where it may be any character that symbol `n` stands for.
    """

    mask: int
    surely: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """One thing behind the other; none at all matches the empty text."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several."""

    branches: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """The same thing `least` to `most` times; None: without end."""

    item: Tree
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Ahead:
    """A place at which this stands."""

    item: Tree


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """A place before which this stands."""

    item: Tree


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    r"""A place at which a word begins or ends: `\b`."""


Tree = Symbols | Sequence | Choice | Repeat | Ahead | Behind | Edge

EMPTY: Final = Sequence(())


class UnsureError(Exception):
    """The expression holds something that is not followed here."""


def symbols(text: str) -> str:
    """The text with every character beyond ASCII replaced by the symbol it counts as."""
    return text if text.isascii() else _NOT_ASCII.sub(_symbol_of_match, text)


def _symbol_of_match(match: re.Match[str]) -> str:
    return _symbol(match.group())


@lru_cache(maxsize=1 << 12)
def _symbol(character: str) -> str:
    if character.isascii():
        return character
    if regex.match(r"\p{L}", character):
        return OTHER_LETTER
    return OTHER_WORD if regex.match(r"\w", character) else OTHER


def shapes(text: str) -> str:
    """The symbols of a text with all its capitals, small letters and digits alike: `Aa0-`."""
    return symbols(text).translate(_SHAPES)


def mask_of(characters: Iterable[str]) -> int:
    """The mask of these symbols."""
    return reduce(or_, (1 << ord(character) for character in characters), 0)


_SHAPE_GROUPS: Final = {
    "A": string.ascii_uppercase,
    "a": string.ascii_lowercase,
    "0": string.digits,
}
_SHAPES: Final = str.maketrans(
    {character: shape for shape, group in _SHAPE_GROUPS.items() for character in group}
)
MASKS: Final = tuple(1 << n for n in range(131))
"""The mask of each symbol."""

SHAPE_MASKS: Final = tuple(mask_of(_SHAPE_GROUPS.get(chr(n), chr(n))) for n in range(131))
"""The mask of all symbols that each shape stands for."""

_BEYOND_ASCII: Final = mask_of(OTHER_LETTER + OTHER_WORD + OTHER)
_BEYOND_ASCII_WORD: Final = mask_of(OTHER_LETTER + OTHER_WORD)
ANY: Final = mask_of(_ASCII) | _BEYOND_ASCII
WORD: Final = mask_of([*filter(str.isalnum, _ASCII), "_"]) | _BEYOND_ASCII_WORD
NEW_LINE: Final = mask_of("\n")
_ALL_ASCII: Final = mask_of(_ASCII)

_TOKEN: Final = re.compile(
    r"""
      (?P<literal>[^\\\[\](){}|?*+.^$\x80-\U0010ffff])
    | (?P<other>[\x80-\U0010ffff])
    | (?P<set>\[\^?\]?(?:[^\]\\]|\\.)*\])
    | (?P<listed>\\L<\w+>)
    | (?P<word>\\b)
    | (?P<nothing>\\B|\$|\\Z|\\A)
    | (?P<class>\\[dDwWsS]|\\[pP]\{\w+\}|\.)
    | (?P<again>\\[1-9])
    | (?P<line>\^)
    | (?P<escaped>\\[^A-Za-z0-9]|\\[nt])
    | (?P<ahead>\(\?=) | (?P<not_ahead>\(\?!)
    | (?P<behind>\(\?<=) | (?P<not_behind>\(\?<!)
    | (?P<fold>\(\?i:)
    | (?P<group>\(\?:|\(\?P<\w+>|\(\?>|\((?!\?))
    | (?P<end>[)|])
    | (?P<brace>\{(?!\d*,?\d*\}|[A-Za-z]))
    """,
    re.VERBOSE,
)
_COUNT: Final = re.compile(r"(?:([?*+])|\{(\d*)(,?)(\d*)\})[?+]?")
_NAMED_SET: Final = re.compile(r"\[\^?[^\]]*\[:")
_SET_ITEM: Final = re.compile(r"\\[pP]\{\w+\}|\\.|.", re.DOTALL)
_LETTERS_ONLY: Final = frozenset({r"\p{L}", r"\p{Lu}", r"\p{Ll}"})
_NEVER_LETTERS: Final = frozenset({r"\d", r"\p{M}"})
_ESCAPES: Final = {r"\n": "\n", r"\t": "\t"}


ListTree = Callable[[str, bool], Tree]
"""From the name of a list, and whether case does not count, to the tree of its entries."""


def parse(source: str, list_tree: ListTree, *, ignore_case: bool = False) -> Tree:
    r"""The tree of an expression.

    Args:
        source: an expression of the `regex` module.
        list_tree: gives the tree of what a `\L<...>` names.
        ignore_case: whether the expression is compiled so.

    Raises:
        UnsureError: it holds something that is not followed here.
    """
    tree, end = _Parser(source, list_tree).choice(0, ignore_case)
    if end < len(source):
        raise UnsureError
    return tree


class _Parser:
    """Reads an expression from left to right. Positions are offsets of its source."""

    def __init__(self, source: str, list_tree: ListTree) -> None:
        self._source = source
        self._list_tree = list_tree

    def choice(self, at: int, fold: bool) -> tuple[Tree, int]:
        """`a|b|c` up to what ends it."""
        branches: list[Tree] = []
        while True:
            branch, at = self._sequence(at, fold)
            branches.append(branch)
            if not self._source.startswith("|", at):
                return _either(branches), at
            at += 1

    def _sequence(self, at: int, fold: bool) -> tuple[Tree, int]:
        items: list[Tree] = []
        while at < len(self._source):
            token = _TOKEN.match(self._source, at)
            if token is None:
                raise UnsureError
            if token.lastgroup == "end":
                break
            item, at = self._item(token, fold)
            count = _COUNT.match(self._source, at)
            if count is not None:
                item, at = _repeated(item, count), count.end()
            items.append(item)
        return items[0] if len(items) == 1 else Sequence(tuple(items)), at

    def _item(self, token: re.Match[str], fold: bool) -> tuple[Tree, int]:
        text, end = token.group(), token.end()
        match token.lastgroup:
            case "literal" | "other" | "set" | "class":
                return _symbols(text, fold), end
            case "escaped":
                return _symbols(_ESCAPES.get(text, f"[{text}]"), fold), end
            case "brace":
                return Symbols(mask_of("{")), end
            case "word":
                return Edge(), end
            case "line":
                return Behind(Symbols(NEW_LINE)), end
            case "nothing":
                return EMPTY, end
            case "again":
                return Repeat(Symbols(ANY), 0, None), end
            case "listed":
                return self._list_tree(text[3:-1], fold), end
        inner, end = self.choice(end, fold or token.lastgroup == "fold")
        if not self._source.startswith(")", end):
            raise UnsureError
        return _group(token.lastgroup, inner), end + 1


def _group(kind: str | None, inner: Tree) -> Tree:
    match kind:
        case "ahead":
            return Ahead(inner)
        case "behind":
            return Behind(inner)
        case "not_behind":
            return _none_before(inner)
        case "not_ahead":
            return EMPTY
        case _:
            return inner


def _none_before(tree: Tree) -> Tree:
    """What may stand where none of the single characters in a negative lookbehind may."""
    return Behind(Symbols(ANY & ~_alone(tree)))


def _alone(tree: Tree) -> int:
    """Symbols of which every character is a match by itself."""
    match tree:
        case Symbols():
            return tree.surely
        case Choice(branches):
            return reduce(or_, map(_alone, branches), 0)
        case Sequence((first, *rest)) if all(map(_may_be_empty, rest)):
            return _alone(first)
        case _:
            return 0


def _may_be_empty(tree: Tree) -> bool:
    match tree:
        case Sequence(items):
            return all(map(_may_be_empty, items))
        case Choice(branches):
            return any(map(_may_be_empty, branches))
        case Repeat(_, least, _):
            return least == 0
        case _:
            return False


def _repeated(item: Tree, count: re.Match[str]) -> Tree:
    sign, least, comma, most = count.groups()
    if isinstance(item, Ahead | Behind | Edge):
        return EMPTY
    if sign is not None:
        return Repeat(item, int(sign == "+"), 1 if sign == "?" else None)
    if not (least or comma):
        raise UnsureError
    low = int(least or 0)
    return Repeat(item, low, (int(most) if most else None) if comma else low)


@lru_cache(maxsize=1 << 12)
def _symbols(source: str, fold: bool) -> Symbols:
    mask = _mask(source, fold)
    items = _SET_ITEM.findall(source)
    surely = mask & _ALL_ASCII
    if source[:2] != "[^" and not fold:
        surely |= mask_of(OTHER_LETTER) if r"\p{L}" in items else 0
        surely |= _BEYOND_ASCII_WORD if r"\w" in items else 0
    return Symbols(mask, surely)


def _mask(source: str, fold: bool) -> int:
    """The symbols that one character or class of an expression may be."""
    if len(source) == 1 and source.isascii() and source != ".":
        spellings = {source, source.lower(), source.upper()} if fold else {source}
        return mask_of(spellings) | _beyond_ascii(source, fold)
    if source[0] == "[" and _NAMED_SET.match(source):
        raise UnsureError
    escaped = source if len(source) > 1 or source == "." else regex.escape(source)
    expression = regex.compile(escaped, regex.IGNORECASE if fold else 0)
    mask = mask_of(expression.findall(_ASCII))
    if source == "." or source[0:2] == "[^":
        return mask | _BEYOND_ASCII
    items = _SET_ITEM.findall(source[1:-1] if source[0] == "[" else source)
    return mask | reduce(or_, (_beyond_ascii(item, fold) for item in items), 0)


def _beyond_ascii(item: str, fold: bool) -> int:
    """The symbols beyond ASCII that a part of a class may be; a range has two ends and a hyphen."""
    if item in _LETTERS_ONLY and not fold:
        return mask_of(OTHER_LETTER)
    if item in _NEVER_LETTERS:
        return mask_of(OTHER_WORD)
    if item == r"\w":
        return _BEYOND_ASCII_WORD
    if (len(item) > 1 and item[1].isalnum()) or not item.isascii():
        return _BEYOND_ASCII
    # Without regard to case, some ASCII letters are letters beyond ASCII as well: k and Kelvin.
    return mask_of(OTHER_LETTER) if fold and item[-1].isalpha() else 0


def _either(branches: Sequence_[Tree]) -> Tree:
    """A choice that looks at each beginning once, however many branches share it."""
    if len(branches) == 1:
        return branches[0]
    by_first: dict[Tree, list[Tree]] = {}
    for branch in branches:
        items = branch.items if isinstance(branch, Sequence) else (branch,)
        if items:
            by_first.setdefault(items[0], []).append(Sequence(items[1:]))
        else:
            by_first[EMPTY] = [EMPTY]
    return Choice(tuple(Sequence((first, _either(rest))) for first, rest in by_first.items()))


def word_tree(entries: Iterable[str], *, ignore_case: bool) -> Tree:
    """The tree of a choice between words."""
    return _either([Sequence(tuple(_symbols(c, ignore_case) for c in entry)) for entry in entries])
