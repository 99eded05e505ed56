"""JSON with the place of every value in the text (RFC 8259), so that what stays, stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.errors import DefectError, EncodingError, MalformedRecord

MAX_DEPTH: Final = 100
"""How deep values may lie in each other."""

_TOKEN: Final = re.compile(r'[ \t\r\n]*("(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+)', re.DOTALL)
_SIMPLE: Final = frozenset({"true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, a number, or one of `true`, `false` and `null`.

    Attributes:
        start: offset of its first character in the text, which of a string is its quotation mark.
        end: offset behind its last one.
        value: what it reads.
        is_text: whether it is a string.
    """

    start: int
    end: int
    value: str = field(repr=False)
    is_text: bool

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return not self.is_text and self.value not in _SIMPLE

    @property
    def is_null(self) -> bool:
        """Whether it is `null`."""
        return not self.is_text and self.value == "null"


@dataclass(frozen=True, slots=True)
class Items:
    """An array."""

    start: int
    end: int
    items: tuple[Node, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A name and its value in an object; `start` and `end` are those of both together."""

    start: int
    key: str = field(repr=False)
    node: Node = field(repr=False)

    @property
    def end(self) -> int:
        """Offset behind the value."""
        return self.node.end


@dataclass(frozen=True, slots=True)
class Members:
    """An object, its members in the order of the text."""

    start: int
    end: int
    members: tuple[Member, ...] = field(repr=False)

    def get(self, key: str) -> Node | None:
        """The value of that name."""
        return next((one.node for one in self.members if one.key == key), None)

    def text(self, key: str) -> str:
        """The string of that name; empty where there is none."""
        node = self.get(key)
        return node.value if isinstance(node, Leaf) and node.is_text else ""


Node = Leaf | Items | Members

Plain = str | tuple[str] | list["Plain"] | dict[str, "Plain"]
"""A value by itself: a string, `(word,)` for what is written without quotation marks, and so on."""


class _RepeatedKeyError(ValueError):
    """An object names a key twice, so that two readers may see two different values."""


def read_tree(text: str, *, place: str) -> Node:
    """The value that a text holds, with the place of every value in it.

    Args:
        text: JSON.
        place: which text it is, for errors; empty: the whole file.

    Raises:
        MalformedRecord: it is no valid JSON, names a key twice, or is too deep.
        EncodingError: it holds half of a surrogate pair.
    """
    where = f"{place}: " if place else ""
    tree = _loaded(text, where)
    try:
        node = _Scan(text).value(0)
    except _TooDeepError:
        raise MalformedRecord(
            f"{where}values lie more than {MAX_DEPTH} deep in each other"
        ) from None
    if plain(node) != tree:
        raise DefectError(f"{where}two readings of the JSON differ: nothing was read")
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    """All leaves, in the order of the text."""
    match node:
        case Leaf():
            yield node
        case Items():
            for item in node.items:
                yield from leaves(item)
        case Members():
            for member in node.members:
                yield from leaves(member.node)


def plain(node: Node) -> Plain:
    """The value without its places."""
    match node:
        case Leaf():
            return node.value if node.is_text else (node.value,)
        case Items():
            return [plain(item) for item in node.items]
        case Members():
            return {member.key: plain(member.node) for member in node.members}


def _loaded(text: str, where: str) -> Plain:
    try:
        tree = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_bare,
            parse_float=_bare,
            parse_constant=_refuse_constant,
        )
    except _RepeatedKeyError:
        raise MalformedRecord(f"{where}a key stands twice in an object") from None
    except (ValueError, RecursionError) as error:
        at = ""
        if isinstance(error, json.JSONDecodeError):
            at = f" at line {error.lineno}, column {error.colno}"
        raise MalformedRecord(f"{where}not valid JSON{at}") from None
    try:
        json.dumps(tree, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise EncodingError(f"{where}a string holds half of a surrogate pair") from None
    try:
        return _without_words(tree)
    except RecursionError:
        raise MalformedRecord(f"{where}values lie too deep in each other") from None


def _bare(word: str) -> tuple[str]:
    return (word,)


def _refuse_constant(_: str) -> None:
    raise ValueError("no JSON: NaN or Infinity")


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise _RepeatedKeyError
    return tree


def _without_words(tree: object) -> Plain:
    """The tree with the words `true`, `false` and `null` as they are written."""
    match tree:
        case dict():
            return {key: _without_words(value) for key, value in tree.items()}
        case list():
            return [_without_words(value) for value in tree]
        case str():
            return tree
        case (str() as word,):
            return (word,)
        case True:
            return ("true",)
        case False:
            return ("false",)
        case _:
            return ("null",)


class _TooDeepError(Exception):
    """Values lie too deep in each other."""


class _Scan:
    """Reads a text that is known to be valid."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._next()

    def _next(self) -> None:
        """Go on to the next word; behind the last there is an empty one."""
        found = _TOKEN.match(self._text, self._at)
        self._start, self._at = found.span(1) if found else (len(self._text), len(self._text))
        self._word = found.group(1) if found else ""

    def value(self, depth: int) -> Node:
        """The value that begins with the present word; the word behind it is the next one."""
        if depth > MAX_DEPTH:
            raise _TooDeepError
        start, word = self._start, self._word
        end = self._at
        self._next()
        if word == "{":
            return self._object(start, depth)
        if word == "[":
            return self._array(start, depth)
        if word.startswith('"'):
            return Leaf(start, end, _read(word), True)
        return Leaf(start, end, word, False)

    def _object(self, start: int, depth: int) -> Members:
        members: list[Member] = []
        while self._word not in ("}", ""):
            if self._word == ",":
                self._next()
            at, key = self._start, _read(self._word)
            self._next()
            self._next()
            members.append(Member(at, key, self.value(depth + 1)))
        end = self._at
        self._next()
        return Members(start, end, tuple(members))

    def _array(self, start: int, depth: int) -> Items:
        items: list[Node] = []
        while self._word not in ("]", ""):
            if self._word == ",":
                self._next()
            items.append(self.value(depth + 1))
        end = self._at
        self._next()
        return Items(start, end, tuple(items))


def _read(literal: str) -> str:
    return literal[1:-1] if "\\" not in literal else str(json.loads(literal))
