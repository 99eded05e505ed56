"""The notes of files, as the window reads them: one by one, also of a file that holds several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final

from deid import Document, NoteFile, ReadOptions, Unreadable, UnsupportedFormat, read_input
from deid.errors import EmptyNote, InputError
from deid.policy import Unexamined
from gui.desk import Note

MOST_NOTES: Final = 500
"""A file of more notes is for the command line: nobody reviews that many one by one."""


class ManyNotes(InputError):
    """A file holds a list of notes, each of which is reviewed by itself.

    Attributes:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        super().__init__(f"the file holds a list of {count} notes")
        self.count = count


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with all its notes, in their order."""

    file: NoteFile
    notes: Sequence[Document | Unreadable] = field(repr=False)

    @property
    def is_list(self) -> bool:
        """Whether it is of a form that holds a list, be it of one note."""
        notes = self.notes
        if len(notes) != 1 or isinstance(notes[0], Unreadable):
            return True
        return self.file.line(notes[0]) is not None


class NoteFiles:
    """Reads files; the list that was read last is kept until another one is, or it changes.

    Any thread may ask.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[object, Opened] | None = None

    def note(
        self,
        path: Path,
        *,
        part: int | None = None,
        unexamined: Unexamined = Unexamined.REFUSE,
    ) -> Note:
        """A note of a file.

        Args:
            path: of the file.
            part: number of the note in it, from 0; None: the file must be one note.
            unexamined: what becomes of parts that cannot be examined.

        Raises:
            ManyNotes: no part was asked for, and the file holds a list.
            InputError: the file or the note cannot be read, or is not there any more.
        """
        opened = self.open(path, unexamined=unexamined)
        if part is None:
            if opened.is_list:
                raise ManyNotes(len(opened.notes))
            part = 0
        elif part >= len(opened.notes):
            raise InputError("the file holds fewer notes than before: take it out and add it anew")
        found = opened.notes[part]
        if isinstance(found, Unreadable):
            raise type(found.error)(f"line {found.line}: {found.error}")
        of = (part, len(opened.notes)) if opened.is_list else None
        return note_of(opened.file, found, path, of=of)

    def open(self, path: Path, *, unexamined: Unexamined = Unexamined.REFUSE) -> Opened:
        """A file with its notes.

        Args:
            path: of the file.
            unexamined: what becomes of parts that cannot be examined.

        Raises:
            UnsupportedFormat: it holds more notes than are reviewed one by one.
            InputError: it cannot be read.
        """
        state = _state(path), unexamined
        with self._lock:
            if self._last is not None and self._last[0] == state:
                return self._last[1]
        file = read_input(path, name=path.name, options=ReadOptions(unexamined=unexamined))
        notes = tuple(islice(file.notes(), MOST_NOTES + 1))
        if len(notes) > MOST_NOTES:
            raise UnsupportedFormat(
                f"the file holds more than {MOST_NOTES} notes: redact it on the command line, "
                "`deid redact FILE --out FOLDER`"
            )
        if not notes:
            raise EmptyNote("the file holds no note")
        opened = Opened(file, notes)
        with self._lock:
            self._last = (state, opened) if opened.is_list else None
        return opened


def note_of(
    file: NoteFile, document: Document, path: Path | None, *, of: tuple[int, int] | None = None
) -> Note:
    """A note for the desk.

    Args:
        file: it is of.
        document: its text.
        path: of the file; None: it was typed.
        of: its number in a list, from 0, and of how many; None: it is the whole file.
    """
    return Note(document, file, path, sha256(file.content(document)).hexdigest(), of=of)


def _state(path: Path) -> object:
    """What is another value once the file is another one."""
    try:
        found = path.stat()
    except OSError:
        return object()
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino
