"""Specks of dust and of bad copies, taken out of a picture so that its letters are read better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PIL import Image

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Dots = NDArray[np.bool_]

_CONTRAST: Final = 60
_OF_HEIGHT: Final = 10
_MOST: Final = 4
_BAND: Final = 1000
"""Rows that are looked at together, for sums take four bytes a dot."""


def without_specks(picture: Image.Image, height: float) -> tuple[Image.Image, int]:
    """A picture without what is smaller than the dot of a letter, and how many such specks it had.

    Args:
        picture: in shades of grey (mode `L`).
        height: of most words, in dots.
    """
    import numpy as np

    most = max(1, min(_MOST, int(height) // _OF_HEIGHT))
    dark, ground = dark_dots(picture)
    dots, total = np.array(picture), 0
    for top in range(0, len(dots), _BAND):
        first, last = max(0, top - most - 1), min(len(dots), top + _BAND + most + 1)
        specks, count = _specks(dark[first:last], most)
        own = specks[top - first : top - first + _BAND]
        dots[top : top + _BAND][own] = ground
        total += count
    return Image.fromarray(dots), total


def dark_dots(picture: Image.Image) -> tuple[Dots, int]:
    """Which dots of a picture of mode `L` stand out from its ground, and the shade of that."""
    import numpy as np

    ground = max(range(256), key=picture.histogram().__getitem__)
    stands_out = [int(abs(shade - ground) > _CONTRAST) for shade in range(256)]
    return np.asarray(picture.point(stands_out)).view(bool), ground


def _specks(dark: Dots, most: int) -> tuple[Dots, int]:
    """Dark dots that lie in a square of so many dots with none around it, and how many squares.

    Of sums over all squares, by a table of sums (F. C. Crow, 1984), those of a square and of the
    one around it that reaches a dot further are the same just there.
    """
    import numpy as np

    edge = most + 1
    padded = np.pad(dark, edge)
    sums = padded.cumsum(0, dtype=np.int32).cumsum(1, dtype=np.int32)
    sums = np.pad(sums, ((1, 0), (1, 0)))
    gone, count = np.zeros(padded.shape, dtype=bool), 0
    for side in range(1, most + 1):
        around = _over_squares(sums, side + 2)
        height, width = around.shape
        within = _over_squares(sums, side)[1 : height + 1, 1 : width + 1]
        alone = (within > 0) & (within == around)
        count += int(alone.sum())
        for down in range(1, side + 1):
            for across in range(1, side + 1):
                gone[down : down + height, across : across + width] |= alone
    return gone[edge:-edge, edge:-edge] & dark, count


def _over_squares(sums: Any, side: int) -> Any:
    return sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
