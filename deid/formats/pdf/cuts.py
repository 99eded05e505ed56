"""Lines and curves cut out of the contents of a page (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

import pikepdf

from deid.formats.pdf.glyphs import Path

Cuts: TypeAlias = Mapping[int, Mapping[int, Sequence[Any]]]
"""What takes the place of operators: by the identity of their content, and by their numbers."""

_OF_PATHS: Final = frozenset(
    {*("m", "l", "c", "v", "y", "h", "re", "W", "W*", "n", "S", "s"), *("f", "F", "f*")}
    | {"B", "B*", "b", "b*"}
)


def cuts_of(paths: Iterable[Path]) -> Cuts:
    """What is left of paths that are taken out: rectangles, where they cut what follows."""
    cuts: dict[int, dict[int, Sequence[Any]]] = defaultdict(dict)
    for path in paths:
        own = cuts[id(path.content)]
        for number in range(path.first, path.last + 1):
            if str(path.content.instructions[number].operator) in _OF_PATHS:
                own[number] = ()
        if path.room is not None:
            left, low, right, high = path.room
            own[path.last] = [
                _instruction("re", *map(_rounded, (left, low, right - left, high - low))),
                _instruction("W"),
                _instruction("n"),
            ]
    return cuts


def _rounded(value: float) -> Decimal:
    return round(Decimal(value), 4)


def _instruction(name: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(name))
