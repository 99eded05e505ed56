"""Letters by which one jumps to a place, as few keys as can be (pure)."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Final

LETTERS: Final = "FDSAJKLGHEWRUIOCNMVPTBXQZY"
"""The ones under the fingers first."""


def hints(count: int, letters: Sequence[str] = LETTERS) -> tuple[str, ...]:
    """So many hints, the shortest first; none of them begins as another one is.

    Args:
        count: how many.
        letters: what they are made of; at least two.
    """
    made = deque(letters)
    while len(made) < count:
        # One of the shortest gives way to those that begin with it.
        first = made.popleft()
        made.extend(first + letter for letter in letters)
    return tuple(islice(made, count))
