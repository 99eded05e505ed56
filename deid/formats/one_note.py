"""What all files that are one note have alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from deid.datatypes import Document
from deid.errors import NoteTooLarge
from deid.formats import ReadOptions, Unreadable
from deid.formats.content import Content


class OneNote:
    """The part of `NoteFile` that is the same for every format whose files are one note.

    Attributes:
        document: the note.
        raw: the whole file.
    """

    __slots__ = ()

    holds_ids: ClassVar[bool] = False
    head: ClassVar[bytes] = b""
    document: Document
    raw: bytes

    def notes(self) -> Iterator[Document | Unreadable]:
        """The one note."""
        yield self.document

    def content(self, document: Document) -> bytes:
        """The bytes of the file."""
        return self.raw

    def line(self, document: Document) -> None:
        """None: the note is the whole file."""

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The whole output, which is one note."""
        yield output[:]


def check_length(document: Document, options: ReadOptions, *, what: str) -> None:
    """Refuse a note whose text is longer than one may be, however long its file is.

    Args:
        document: the note.
        options: how the file is read.
        what: what the file is in plain words, such as `e-mail`.

    Raises:
        NoteTooLarge: it is longer than `options.max_note_bytes`.
    """
    if len(document.text.encode("utf-8")) > options.max_note_bytes:
        raise NoteTooLarge(
            f"the text of the {what} is longer than {options.max_note_bytes} bytes: split it"
        )
