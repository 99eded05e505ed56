"""Stands where spaCy would in the frozen programs, which load no language model.

Presidio imports these names when it is imported itself. What NoteVeil takes of it, recognizers that
work by patterns and by `phonenumbers`, uses none of them; whoever does is told so, and stops.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

_T = TypeVar("_T")


class Absent:
    """A class of spaCy: it can be named and inherited from, not used."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        blank()

    @classmethod
    def factory(cls, *_arguments: object, **_options: object) -> Callable[[_T], _T]:
        """What decorates a maker of components: nothing is registered."""
        return lambda made: made

    @classmethod
    def tokenizers(cls, _name: str) -> Callable[[_T], _T]:
        """What decorates a maker of tokenizers: nothing is registered."""
        return lambda made: made


def blank(*_arguments: object, **_options: object) -> NoReturn:
    """Nothing can be made.

    Raises:
        ImportError: always.
    """
    raise ImportError("language models of spaCy are not part of the installed program")


Language = Absent
