"""In which places two sequences of the same objects differ, told by which objects they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count
from operator import is_not
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Changed(NamedTuple, Generic[T]):
    """What is not at its place in one of two sequences, in the order of each.

    Attributes:
        gone: what stood there before.
        come: what stands there now.
    """

    gone: Sequence[T]
    come: Sequence[T]


def changed_items(before: Sequence[T], after: Sequence[T]) -> Changed[T]:
    """What differs between two sequences.

    Where they are equally long, just what is another object at its place; else all from the first
    difference to the last.
    """
    if len(before) == len(after):
        differs = list(map(is_not, before, after))
        return Changed(tuple(compress(before, differs)), tuple(compress(after, differs)))
    least = min(len(before), len(after))
    start = next(compress(count(), map(is_not, before, after)), least)
    same = next(compress(count(), map(is_not, reversed(before), reversed(after))), least)
    same = min(same, least - start)
    return Changed(before[start : len(before) - same], after[start : len(after) - same])
