"""What all files that are one note have alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from deid.datatypes import Document
from deid.formats import Unreadable
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
