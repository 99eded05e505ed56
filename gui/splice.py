"""Where two sequences of the same objects differ, told by which objects they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress, count
from operator import is_not
from typing import TypeVar

T = TypeVar("T")


def changed_slice(before: Sequence[object], after: Sequence[object]) -> tuple[int, int, int]:
    """The slice in which two sequences differ.

    Returns:
        Where it begins in both, where it ends in `before`, and where it ends in `after`.
    """
    least = min(len(before), len(after))
    start = next(compress(count(), map(is_not, before, after)), least)
    same = next(compress(count(), map(is_not, reversed(before), reversed(after))), least)
    same = min(same, least - start)
    return start, len(before) - same, len(after) - same


def changed_items(before: Sequence[T], after: Sequence[T]) -> list[T]:
    """What is in one of two sequences and in the other not, or at another place."""
    start, old_end, end = changed_slice(before, after)
    old, new = before[start:old_end], after[start:end]
    if len(old) != len(new):
        return [*old, *new]
    differs = list(map(is_not, old, new))
    return [*compress(old, differs), *compress(new, differs)]
