"""Where a value of a PDF stands: in a dictionary or an array, from where it can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from deid.datatypes import Form
from deid.labels import Label


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that holds a value.

    Attributes:
        holder: the dictionary, stream or array.
        key: its name or index there.
    """

    holder: Any = field(repr=False)
    key: str | int = field(repr=False)

    @property
    def value(self) -> Any:
        """What stands there; None, where nothing does any more."""
        return self.holder.get(self.key) if isinstance(self.key, str) else self.holder[self.key]

    @property
    def name(self) -> str:
        """The name; empty in an array."""
        return self.key if isinstance(self.key, str) else ""

    def set(self, value: Any) -> None:
        """Put something else there."""
        self.holder[self.key] = value

    def clear(self) -> None:
        """Take it out; in an array, where indices count, there is nothing instead."""
        if isinstance(self.key, str):
            if self.key in self.holder:
                del self.holder[self.key]
        else:
            self.holder[self.key] = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text outside of the pages.

    Attributes:
        text: it.
        place: where it stands, in plain words.
        write: puts another text there.
        label: what the place is known to hold, if it holds nothing but an identifier.
        lead: words before it that stand nowhere.
        form: what a new text must be like.
    """

    text: str = field(repr=False)
    place: str
    write: Callable[[str], None] = field(repr=False)
    label: Label | None = None
    lead: str = field(default="", repr=False)
    form: Form | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """How an annotation or a field looks: a content of its own.

    Attributes:
        stream: the content.
        place: in plain words.
        slots: where it is named.
        tell: tells that it does not come back.
    """

    stream: Any = field(repr=False)
    place: str
    slots: list[Slot] = field(repr=False)
    tell: Callable[[], None] = field(repr=False)

    def drop(self) -> None:
        """Take it out, so that viewers draw it anew."""
        for slot in self.slots:
            slot.clear()
        self.tell()


def is_dictionary(value: Any) -> bool:
    """Whether a value is a dictionary, that of a stream included."""
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Stream))


def identity(value: Any) -> tuple[int, int] | None:
    """Number and generation of an object that may be shared; None: it stands in one place."""
    objgen: tuple[int, int] = value.objgen
    return objgen if objgen[0] else None
