"""Holds many expressions at once against the few characters on one side of a place.

The automaton is built as it is used, so that only what notes hold is ever worked out (lazy
construction; R. Cox, "Regular Expression Matching in the Wild", 2010).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Sequence_
from threading import Lock
from typing import Final

from deid.detect.syntax import ANY, MASKS, Choice, Repeat, Sequence, Symbols, Tree

_MOST_KEYS: Final = 1 << 15
_FEW: Final = 4
_MOST_SETS: Final = 1 << 15


class Automaton:
    """Holds many trees at once against the beginnings of texts.

    States are pairs of what is to be matched next and the state behind it; sets of them are the
    states that one is in together. Both are made when they are first met.

    Args:
        trees: what to match, each under its number.
        depth: how many characters are looked at.
    """

    def __init__(self, trees: Sequence_[Tree], *, depth: int) -> None:
        self._trees = trees
        self._depth = depth
        self._interned: dict[tuple[int, int, int], int] = {}
        self._parts: list[tuple[Tree | None, int, int]] = []
        self._moves: list[tuple[tuple[int, int], ...] | None] = []
        self._owners: list[int] = []
        self._shorter: dict[tuple[int, int, int | None], Tree] = {}
        self.roots = [self._root(number, tree) for number, tree in enumerate(trees)]

    def _root(self, number: int, tree: Tree) -> int:
        end = len(self._parts)
        self._parts.append((None, 0, end))
        self._moves.append(((ANY, end),))
        self._owners.append(number)
        return self._state(tree, 0, end)

    def _state(self, tree: Tree, index: int, then: int) -> int:
        key = (id(tree), index, then)
        known = self._interned.get(key)
        if known is None:
            known = self._interned[key] = len(self._parts)
            self._parts.append((tree, index, then))
            self._moves.append(None)
            self._owners.append(self._owners[then])
        return known

    def moves(self, state: int) -> tuple[tuple[int, int], ...]:
        """Masks of symbols, each with the state to which they lead."""
        known = self._moves[state]
        if known is None:
            known = self._moves[state] = tuple(self._found_moves(state))
        return known

    def _found_moves(self, state: int) -> Iterator[tuple[int, int]]:
        waiting, looped = [self._parts[state]], set[tuple[int, int]]()
        while waiting:
            tree, index, then = waiting.pop()
            match tree:
                case Symbols(mask):
                    yield mask, then
                case Sequence(items) if index < len(items) - 1:
                    waiting.append((items[index], 0, self._state(tree, index + 1, then)))
                case Sequence(items) if items:
                    waiting.append((items[-1], 0, then))
                case Choice(branches):
                    waiting += [(branch, 0, then) for branch in branches]
                case Repeat(item, least, most) if most != 0:
                    if (id(tree), then) not in looped:
                        looped.add((id(tree), then))
                        again = self._state(self._once_less(tree), 0, then)
                        waiting.append((item, 0, again))
                        if least == 0:
                            waiting.append(self._parts[then])
                case None:
                    yield ANY, then
                case _:
                    waiting.append(self._parts[then])

    def _once_less(self, tree: Repeat) -> Tree:
        # No more than `depth` characters are read, so larger counts need not be told apart.
        least = max(0, min(tree.least, self._depth) - 1)
        most = None if tree.most is None or tree.most > self._depth else tree.most - 1
        if (least, most) == (tree.least, tree.most):
            return tree
        key = (id(tree.item), least, most)
        return self._shorter.setdefault(key, Repeat(tree.item, least, most))

    def owners(self, states: Iterable[int]) -> frozenset[int]:
        """The numbers of the trees that these states belong to."""
        return frozenset(self._owners[state] for state in states)


class Filter:
    """Which expressions the characters on one side of a place allow, as bits of a number.

    Several threads may use one.

    Args:
        conditions: those of each expression; all of an expression's must hold.
        depth: how many characters are looked at.
        masks: for each symbol of a key the symbols that it stands for.
    """

    def __init__(
        self, conditions: Sequence_[Sequence_[Tree]], *, depth: int, masks: Sequence_[int] = MASKS
    ) -> None:
        self._conditions = conditions
        self._trees = [tree for own in conditions for tree in own]
        self._expression_of = [number for number, own in enumerate(conditions) for _ in own]
        self._free = sum(1 << number for number, own in enumerate(conditions) if not own)
        self._masks = masks
        self._depth = depth
        self._lock = Lock()
        self._allowed: dict[str, int] = {}
        self._refused: set[str] = set()
        self._forget()

    def _forget(self) -> None:
        self._automaton = Automaton(self._trees, depth=self._depth)
        start = frozenset(self._automaton.roots)
        self._sets = [start]
        self._numbers = {start: 0}
        self._steps: dict[tuple[int, str], int] = {}
        self._bits: dict[int, int] = {}

    def allowed(self, key: str) -> int:
        """The expressions that these symbols allow; fewer than `depth` of them allow more."""
        # Most keys are refused by their first characters, whatever comes behind.
        if key[:_FEW] in self._refused:
            return self._free
        known = self._allowed.get(key)
        return self._learn(key) if known is None else known

    def _learn(self, key: str) -> int:
        with self._lock:
            if len(self._allowed) + len(self._refused) > _MOST_KEYS:
                self._allowed, self._refused = {}, set()
            if len(self._sets) > _MOST_SETS:
                self._forget()
            bits = self._judge(key) | self._free
            if self._judge(key[:_FEW]):
                self._allowed[key] = bits
            else:
                self._refused.add(key[:_FEW])
        return bits

    def _judge(self, key: str) -> int:
        here = 0
        for symbol in key:
            here = self._step(here, symbol)
            if not self._sets[here]:
                return 0
        bits = self._bits.get(here)
        if bits is None:
            held = Counter(self._expression_of[n] for n in self._automaton.owners(self._sets[here]))
            bits = sum(1 << n for n, count in held.items() if count == len(self._conditions[n]))
            self._bits[here] = bits
        return bits

    def _step(self, here: int, symbol: str) -> int:
        known = self._steps.get((here, symbol))
        if known is None:
            one, moves = self._masks[ord(symbol)], self._automaton.moves
            reached = frozenset(
                to for state in self._sets[here] for mask, to in moves(state) if mask & one
            )
            known = self._numbers.get(reached)
            if known is None:
                known = self._numbers[reached] = len(self._sets)
                self._sets.append(reached)
            self._steps[here, symbol] = known
        return known
