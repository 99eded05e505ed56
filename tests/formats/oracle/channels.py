"""The places of every format in which an identifier can hide, gathered from a module a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from deid.datatypes import Document
from deid.formats import NoteFile, ReadOptions, Unreadable, reader_for


@dataclass(frozen=True, slots=True)
class Words:
    """What is planted: a person's name, a record number, and where the two stand in a sentence."""

    given: str
    family: str
    number: str

    @property
    def name(self) -> str:
        """Given name, then family name."""
        return f"{self.given} {self.family}"

    @property
    def all(self) -> tuple[str, ...]:
        """The three words."""
        return self.given, self.family, self.number


TOKENS = Words("Thessavine", "Quenbrixley", "QX48021377")
"""Words that stand nowhere else, and that the roster of the oracle knows."""

NOTHING = Words("the", "knee", "better")
"""Words that identify nobody, in the same places."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A place in files of one format.

    Attributes:
        suffix: of the file, with its dot.
        place: what the place is, for the table.
        build: a file with words planted in this place alone, beside text that identifies nobody.
        is_field: whether the place holds nothing but identifiers, so that any words in it go.
        is_composed: whether the file is made anew, so that no more than its text comes back.
    """

    suffix: str
    place: str
    build: Callable[[Words], bytes]
    is_field: bool = False
    is_removed: bool = False
    is_composed: bool = False

    @property
    def id(self) -> str:
        """Suffix and place."""
        return f"{self.suffix[1:]}: {self.place}"


def _gathered() -> Iterator[Channel]:
    for path in sorted(Path(__file__).parent.glob("*_channels.py")):
        yield from import_module(f"tests.formats.oracle.{path.stem}").CHANNELS


def opened(content: bytes, suffix: str) -> tuple[NoteFile, list[Document]]:
    """A file of a channel, and its notes, which all are readable."""
    name = f"file{suffix}"
    file = reader_for(name)(content, name=name, options=ReadOptions())
    notes = list(file.notes())
    documents = [note for note in notes if not isinstance(note, Unreadable)]
    if len(documents) < len(notes):
        raise ValueError("a note of this file cannot be read")
    return file, documents


CHANNELS = tuple(_gathered())
