"""Files of notes: the seam between containers and documents, and the table of suffixes.

A reader takes the bytes of a file apart into notes, and writes each note back in the same form.
What a file is made of beside its notes (byte order mark, encoding, line ends) is kept to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self

from deid import managed
from deid.datatypes import Document, Redacted
from deid.errors import InputError, UnsupportedFormat
from deid.formats.content import Content
from deid.policy import Unexamined

if TYPE_CHECKING:
    from deid.formats.fhir.register import RunPeople

MAX_NOTE_BYTES: Final = 10_000_000
"""The longest note that is examined unless the caller says otherwise."""

MAX_FILE_BYTES: Final = 1 << 36
"""The longest file of many notes; it stays on the disk while it is worked on."""

MAX_CARRIER_BYTES: Final = 200_000_000
"""The longest file of which fonts, pictures and other files may be most; its text is one note."""

MAX_DEPTH: Final = 5
"""How deep files may lie in files."""


_CARRIERS: Final = frozenset(
    {
        *(".docx", ".eml", ".pdf", ".pptx", ".rtf", ".xlsx"),
        *(".htm", ".html", ".md", ".xhtml"),
        *(".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff"),
    }
)
_ELSEWHERE: Final = {
    suffix: remedy
    for suffixes, remedy in (
        (
            ".msg .mbox .mbx .pst .ost .oft .emlx",
            "open it in a program for e-mails and save each e-mail as .eml",
        ),
        (".doc .docm .dot .dotx .dotm .odt .ott .fodt .wpd .wps .pages", "save it as .docx"),
        (".xls .xlsm .xlsb .xlt .xltx .xltm .ods .numbers", "save it as .xlsx"),
        (".ppt .pptm .pps .ppsx .pot .potx .odp .key", "save it as .pptx"),
        (".xps .oxps .ps .eps .djvu", "print it to a PDF"),
        (".heic .heif .webp .jfif .jp2 .tga .svg .emf .wmf", "save it as .png"),
        (".mht .mhtml", "save it as .html"),
        (".7z .rar .tar .gz .tgz .bz2 .xz", "unpack it, and redact its files"),
    )
    for suffix in suffixes.split()
}
"""What is to be done with files of kinds that are not read."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read.

    Attributes:
        encoding: name of the encoding of text files; None: found out, or refused.
        max_note_bytes: a longer note is refused.
        blank_pictures: whether the pictures in documents are emptied instead of read.
        unexamined: what becomes of a part of a file that cannot be examined.
        drop_keys: whether keys of a line that are no part of a note are dropped; else a line that
            has any is refused, for they may identify.
        depth: how many files the file lies in, see `deid.formats.nested`.
        run: the people of all files of the run; None: the file is read by itself.
        fixed_boxes: whether boxes on pages are all of one width, which says nothing of what was
            there.
    """

    encoding: str | None = None
    max_note_bytes: int = MAX_NOTE_BYTES
    drop_keys: bool = False
    blank_pictures: bool = False
    unexamined: Unexamined = Unexamined.REFUSE
    depth: int = 0
    run: RunPeople | None = field(default=None, repr=False, compare=False)
    fixed_boxes: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A note within a file of many that cannot be examined; the others of the file can.

    Attributes:
        line: number of the line it stands on, from 1.
        error: why.
    """

    line: int
    error: InputError


class NoteFile(Protocol):
    """A file that was read.

    Its output is `head`, then what `render` gives for each note, then what `tails.tail_of` gives.
    """

    @property
    def format(self) -> str:
        """Name of the format, for the log."""

    @property
    def encoding(self) -> str:
        """Name of the encoding, for the log."""

    @property
    def holds_ids(self) -> bool:
        """Whether the ids of notes stand in the file, and so in its output."""

    @property
    def head(self) -> bytes:
        """The bytes before the first note that belong to none."""

    def notes(self) -> Iterator[Document | Unreadable]:
        """The notes in the order of the file."""

    def content(self, document: Document) -> bytes:
        """The bytes that a note was decoded from."""

    def line(self, document: Document) -> int | None:
        """The line that a note begins on, from 1; None where the file is one note."""

    def pieces(self, output: Content) -> Iterator[bytes]:
        """What `render` gave for each note, from an output file of this form."""

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The bytes of one note in the output file, of the form it had in the input.

        Args:
            document: the note as `notes` gave it.
            redacted: what became of it.
            id: its new id, where the format holds ids.
            patient: its new patient key; empty: the output has none.

        Raises:
            OutputError: the encoding of the file cannot hold the new text.
        """


class Writer(Protocol):
    """Where the bytes of an output go. Nothing of it is seen before `publish`.

    It is used in a `with` block; what is not published when the block ends leaves no trace.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def write(self, piece: bytes) -> None:
        """Append bytes.

        Raises:
            OutputError: they cannot be written.
        """

    def finish(self) -> None:
        """Bring everything to the disk.

        Raises:
            OutputError: it cannot be written.
        """

    def publish(self) -> None:
        """Let the output appear.

        Raises:
            OutputExists: another output took its place meanwhile.
            OutputError: it cannot be put into its place.
        """


class LongReader(Protocol):
    """Takes a file of many notes apart, which may stay on the disk."""

    def __call__(self, content: Content, *, name: str, options: ReadOptions) -> NoteFile:
        """The file of this content; as for `Reader`."""


class Reader(Protocol):
    """Takes the bytes of a file apart."""

    def __call__(self, content: bytes, *, name: str, options: ReadOptions) -> NoteFile:
        """The file of these bytes; `name` becomes the id where the format holds none.

        Raises:
            InputError: the file as a whole cannot be used.
        """


def suffixes() -> tuple[str, ...]:
    """The file name endings that may be read, in lower case with their dot."""
    return tuple(suffix for suffix in _table() if _is_allowed(suffix))


def reader_for(name: str) -> Reader:
    """What reads a file of this name, by its ending in any case.

    Raises:
        UnsupportedFormat: no reader is known for it, or IT does not let such files be read.
    """
    suffix = PurePath(name).suffix.lower()
    reader = _table().get(suffix)
    if reader is None and suffix in _ELSEWHERE:
        raise UnsupportedFormat(f"{suffix} files are not read: {_ELSEWHERE[suffix]}")
    if reader is None:
        raise UnsupportedFormat(f"no reader for this kind of file: use {', '.join(suffixes())}")
    if not _is_allowed(suffix):
        key = managed.Name.ALLOWED_FORMATS
        raise UnsupportedFormat(f"{suffix} files may not be read here: {managed.locked_words(key)}")
    return reader


def long_reader_for(name: str) -> LongReader | None:
    """What reads a file of this name from the disk; None where its files are one note.

    Raises:
        UnsupportedFormat: as for `reader_for`.
    """
    reader_for(name)
    return _many().get(PurePath(name).suffix.lower())


def max_file_bytes(name: str, options: ReadOptions) -> int:
    """How long a file of this name may be at most."""
    suffix = PurePath(name).suffix.lower()
    return MAX_FILE_BYTES if suffix in _many() else max_nested_bytes(suffix, options)


def max_nested_bytes(suffix: str, options: ReadOptions) -> int:
    """How long a file of this ending may be at most where all its notes become one."""
    if suffix in _CARRIERS:
        return max(MAX_CARRIER_BYTES, options.max_note_bytes)
    return options.max_note_bytes


def _is_allowed(suffix: str) -> bool:
    allowed = managed.current().formats
    return not allowed or suffix[1:] in allowed


def _many() -> dict[str, LongReader]:
    from deid.formats import delimited, fhir, hl7, jsonl, zipped

    return {
        ".jsonl": jsonl.read,
        ".csv": delimited.read,
        ".tsv": delimited.read,
        ".hl7": hl7.read,
        ".ndjson": fhir.read_lines,
        ".zip": zipped.read,
    }


def _table() -> dict[str, Reader]:
    from deid.formats import (
        delimited,
        eml,
        fhir,
        hl7,
        html,
        jsonl,
        markdown,
        pictures,
        rtf,
        text,
        xml,
        zipped,
    )
    from deid.formats.ooxml import excel, slides, word
    from deid.formats.pdf import file as pdf

    return {
        ".txt": text.read,
        ".md": markdown.read,
        ".html": html.read,
        ".htm": html.read,
        ".xhtml": html.read,
        ".jsonl": jsonl.read,
        ".csv": delimited.read,
        ".tsv": delimited.read,
        ".hl7": hl7.read,
        ".docx": word.read,
        ".xlsx": excel.read,
        ".pdf": pdf.read,
        ".pptx": slides.read,
        ".rtf": rtf.read,
        ".eml": eml.read,
        ".json": fhir.read,
        ".ndjson": fhir.read_lines,
        ".xml": xml.read,
        ".png": pictures.read,
        ".jpg": pictures.read,
        ".jpeg": pictures.read,
        ".tif": pictures.read,
        ".tiff": pictures.read,
        ".bmp": pictures.read,
        ".gif": pictures.read,
        ".zip": zipped.read,
    }
