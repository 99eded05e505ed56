"""Matrices of a PDF, six numbers each (ISO 32000-2, 8.3.4; pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Box: TypeAlias = tuple[float, float, float, float]

IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(first: Matrix, second: Matrix) -> Matrix:
    """One matrix, then another."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where a point comes to lie."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def read_matrix(numbers: Iterable[Any]) -> Matrix:
    """Six numbers of a document.

    Raises:
        ValueError: they are not six, or no numbers.
    """
    try:
        a, b, c, d, e, f = map(float, numbers)
    except TypeError:
        raise ValueError("no matrix") from None
    if not all(map(math.isfinite, (a, b, c, d, e, f))):
        raise ValueError("no matrix")
    return a, b, c, d, e, f


def read_box(numbers: Iterable[Any]) -> Box:
    """The left, lower, right and upper edge of a rectangle of a document.

    Raises:
        ValueError: they are no four numbers.
    """
    try:
        a, b, c, d = map(float, numbers)
    except TypeError:
        raise ValueError("no rectangle") from None
    return min(a, c), min(b, d), max(a, c), max(b, d)
