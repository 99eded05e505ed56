"""Gold files: UTF-8 text, and how a place in one is named in a message."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deid.errors import EncodingError, InputError, UnknownLabel
from deid.labels import Label

_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class GoldFile:
    """A file that was read.

    Attributes:
        id: id of the note, where the file is one note.
        text: everything in the file, with its own line ends.
        name: how messages name the file; empty where only one was asked for.
    """

    id: str = field(repr=False)
    text: str = field(repr=False)
    name: str = ""

    def at(self, line: int) -> str:
        """The place of a line, counted from 1, for a message."""
        return f"{self.name}, line {line}" if self.name else f"line {line}"

    def at_offset(self, offset: int) -> str:
        """The place of a code point of the text, for a message."""
        return self.at(self.text.count("\n", 0, offset) + 1)


def load(path: Path, *, identity: str, name: str) -> GoldFile:
    """The file at `path`.

    Raises:
        InputError: it cannot be opened.
        EncodingError: it is not UTF-8.
    """
    where = f"{name}: " if name else ""
    try:
        return GoldFile(identity, path.read_bytes().decode("utf-8-sig"), name)
    except UnicodeDecodeError:
        raise EncodingError(f"{where}the gold file is not UTF-8: save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{where}the gold file cannot be read ({error.strerror})") from None


def repeats(repeated: str, marked: str) -> bool:
    """Whether two texts are the same, however each writes line ends and other blanks."""
    return _BLANKS.sub(" ", repeated) == _BLANKS.sub(" ", marked)


def label_of(name: str, where: str) -> Label:
    """The label of this name.

    Raises:
        UnknownLabel: there is none; the message has the name and the place.
    """
    try:
        return Label.parse(name)
    except UnknownLabel:
        raise UnknownLabel(name, where=where) from None
