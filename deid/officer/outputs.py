"""Outputs as an officer looks at them: read from a folder, and lines of them shown to him alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deid.audit.roles import Permission
from deid.datatypes import Document, Span
from deid.errors import DeidError, InputError
from deid.formats import ReadOptions, Unreadable
from deid.formats.inputs import InputFile, find_inputs, read_input
from deid.officer.desk import Desk
from deid.policy import Unexamined
from deid.stopping import stop_if_asked

_REACH: Final = 60
_READING: Final = ReadOptions(drop_keys=True, unexamined=Unexamined.REMOVE)


@dataclass(frozen=True, slots=True)
class OutputNote:
    """A note of a folder.

    Attributes:
        place: the file's path below the folder, and the line where it has several notes.
        document: the note.
    """

    place: str = field(repr=False)
    document: Document


@dataclass(frozen=True, slots=True)
class Outputs:
    """What was read.

    Attributes:
        notes: in the order of the files.
        refused: the places that could not be read, each with the reason.
    """

    notes: tuple[OutputNote, ...]
    refused: tuple[tuple[str, DeidError], ...]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The notes alone."""
        return tuple(note.document for note in self.notes)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """Words of an output with what stands around them on their line."""

    before: str = field(repr=False)
    words: str = field(repr=False)
    behind: str = field(repr=False)


def read_outputs(
    path: Path,
    *,
    options: ReadOptions = _READING,
    told: Callable[[int], None] = lambda _: None,
) -> Outputs:
    """The notes of a folder or file.

    Args:
        path: of the folder or file.
        options: how files are read.
        told: called with the number of files that were read so far.

    Raises:
        InputError: the path is not there, or there is no note to read.
        ExaminationStopped: somebody asked to stop.
    """
    if not os.path.lexists(path):
        raise InputError("there is no folder or file of that name: check how it is written")
    found = find_inputs([path])
    notes: list[OutputNote] = []
    refused = [(one.path.name, one.error) for one in found.refused]
    for number, file in enumerate(found.files, start=1):
        stop_if_asked()
        for place, note in _notes_of(file, options):
            if isinstance(note, Document):
                notes.append(OutputNote(place, note))
            else:
                refused.append((place, note))
        told(number)
    if not notes:
        raise InputError("there is no note to read: name a folder that `deid redact` wrote")
    return Outputs(tuple(notes), tuple(refused))


def shown_lines(desk: Desk, places: Sequence[tuple[Document, Span]]) -> tuple[ShownLine, ...]:
    """The words at these places with their lines: outputs may leak, so only an officer reads them.

    Raises:
        NotPermitted: no officer is unlocked.
    """
    desk.require(Permission.READ_VALUES)
    return tuple(_line(document.text, span) for document, span in places)


def _notes_of(file: InputFile, options: ReadOptions) -> Iterator[tuple[str, Document | DeidError]]:
    name = file.relative.as_posix()
    try:
        read = read_input(file.path, name=file.path.name, options=options)
        for note in read.notes():
            if isinstance(note, Unreadable):
                yield f"{name}:{note.line}", note.error
            else:
                line = read.line(note)
                yield name if line is None else f"{name}:{line}", note
    except InputError as error:
        yield name, error


def _line(text: str, span: Span) -> ShownLine:
    start = max(text.rfind("\n", 0, span.start) + 1, span.start - _REACH)
    stop = text.find("\n", span.end)
    end = min(stop if stop >= 0 else len(text), span.end + _REACH)
    return ShownLine(text[start : span.start], span.of(text), text[span.end : end])
