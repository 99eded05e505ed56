"""Reading the text in pictures, on this computer.

An engine tells the words of a picture that lies upright; `deid.ocr.reading` brings pictures into
the size and the direction in which an engine reads best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image


class Box(NamedTuple):
    """A rectangle in a picture, in pixels from its upper left corner, half-open."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was read.

    Attributes:
        text: without blanks.
        box: where it stands.
        confidence: how sure the engine is of it, 0 to 1.
    """

    text: str = field(repr=False)
    box: Box
    confidence: float


Line = tuple[Word, ...]
"""Words from left to right; at least one."""


class Engine(Protocol):
    """Reads the words in a picture that lies upright."""

    def lines(self, picture: Image, *, scattered: bool = False) -> Sequence[Line]:
        """The lines of text in a picture in shades of grey (mode `L`), in reading order.

        Args:
            picture: dark letters on a light ground are read best.
            scattered: whether the words stand here and there, as on a form, and not in paragraphs.
        """


@cache
def engine() -> Engine:
    """The engine of this program, loaded when it is first asked for.

    Raises:
        UnsupportedFormat: it, or what it has learnt, is not installed.
    """
    from deid.ocr.tesseract import Tesseract

    return Tesseract()
