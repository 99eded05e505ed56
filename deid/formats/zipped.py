"""Archives of files: `.zip` (APPNOTE.TXT 6.3.10). Each file in one is a note of its own.

Files are read by their own formats, also those in archives in the archive. Their names are ids of
notes, and new names keep their endings. The archive is packed anew, so that times, remarks, extra
fields, empty folders and whatever lies between its files never come back.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import MalformedRecord, NoteTooLarge
from deid.formats import ReadOptions, Unreadable, suffixes
from deid.formats.content import Content, digest
from deid.formats.entries import Directory, entries, entry
from deid.formats.nested import NestedFile, RemovedFile, open_nested, suffix_of
from deid.formats.packed import MAX_UNPACKED, Member, unpack
from deid.formats.tails import Tail
from deid.parts import Assembly

if TYPE_CHECKING:
    from deid.formats.fhir.register import RunPeople

_ODD: Final = re.compile(r"[\x00-\x1f\x7f:]")
# What programs for files leave behind in folders; it says nothing of the files.
_LEFT_BEHIND: Final = re.compile(
    r"(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini)|__MACOSX/.*", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of an archive.

    The id of its note is its name without the ending, so that the ending is not taken for a word.

    Attributes:
        number: which of its files it is, from 1.
        name: with its folders.
        data: its bytes.
        suffix: how a file of its kind is called.
        nested: as its own format read it.
        document: the note that it is.
    """

    number: int
    name: str = field(repr=False)
    data: bytes = field(repr=False)
    suffix: str
    nested: NestedFile = field(repr=False)
    document: Document

    def named(self, id: str) -> str:  # noqa: A002
        """Its name in the output, under that id of its note."""
        if id == self.document.id:
            return self.name
        suffix = PurePosixPath(self.name).suffix.lower()
        return id + (suffix if suffix in suffixes() else self.suffix)


@dataclass(frozen=True, slots=True)
class ZipFile:
    """An archive of files, each of which is a note."""

    files: Mapping[str, _File] = field(repr=False)
    format: ClassVar[str] = "zip"
    encoding: ClassVar[str] = "utf-8"
    holds_ids: ClassVar[bool] = True
    head: ClassVar[bytes] = b""

    def notes(self) -> Iterator[Document | Unreadable]:
        """The files in the order of the archive."""
        for file in self.files.values():
            yield file.document

    def content(self, document: Document) -> bytes:
        """The file and its name, as they would be written if nothing in them were replaced."""
        file = self.files[document.id]
        return entry(file.name, file.data)

    def line(self, document: Document) -> int:
        """Which of the files it is, from 1."""
        return self.files[document.id].number

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The files of an output with their names; what is no output of ours is one piece."""
        return entries(output)

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The file with its new texts and its name.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a place in it cannot hold its new text.
        """
        file = self.files[document.id]
        return entry(file.named(id), file.nested.render(document, redacted, first=0))

    def tail(self) -> Tail:
        """The list of the files."""
        return Directory()


def read(content: Content, *, name: str, options: ReadOptions) -> ZipFile:
    """The files in an archive.

    Raises:
        InputError: it is damaged, encrypted or too large, or a file in it cannot be examined; the
            message names the file by its number.
    """
    if len(content) > MAX_UNPACKED:
        raise NoteTooLarge(
            f"the archive is longer than {MAX_UNPACKED} bytes: unpack it, and redact its files"
        )
    members = unpack(content[: len(content)], what="archive")
    options = replace(options, run=_people(members, content, options))
    dropped: list[str] = []
    files: dict[str, _File] = {}
    for number, (member, data) in enumerate(members.items(), 1):
        if _ODD.search(member):
            raise MalformedRecord(
                f"file {number} of the archive has an unusual name: unpack it, and redact its files"
            )
        if _LEFT_BEHIND.fullmatch(member):
            dropped.append(f"file {number}, left behind by a program for files")
        elif not data.data:
            dropped.append(f"file {number}, which is empty")
        else:
            nested, suffix = _nested(number, member, data, options)
            if isinstance(nested.file, RemovedFile):
                dropped.append(f"file {number}, which could not be examined")
                continue
            id = _id(member, number, files)  # noqa: A001
            document = _document(id, number, nested)
            files[id] = _File(number, member, data.data, suffix, nested, document)
    if not files:
        raise MalformedRecord("there is no file in the archive that can be examined")
    first = next(iter(files))
    removed = (*dropped, *files[first].document.removed)
    files[first] = replace(files[first], document=replace(files[first].document, removed=removed))
    return ZipFile(files)


def _people(
    members: Mapping[str, Member], content: Content, options: ReadOptions
) -> RunPeople | None:
    """The people of all its files: a resource may refer to a patient in another file."""
    from deid.formats.fhir.run import people_of_archive

    files = {name: member.data for name, member in members.items()}
    return people_of_archive(files, options=options, key=lambda: digest(content))


def _id(name: str, number: int, taken: Container[str]) -> str:
    """The id of the note that a file is, which no other has: its name without a known ending."""
    path = PurePosixPath(name)
    found = str(path.with_suffix("")) if path.suffix.lower() in suffixes() else name
    while found in taken:
        found = f"{found} {number}"
    return found


def _nested(number: int, name: str, member: Member, options: ReadOptions) -> tuple[NestedFile, str]:
    """A file as its own format reads it, and how a file of that kind is called."""
    place = f"file {number}"
    declared = PurePosixPath(name).suffix.lower()
    suffix = suffix_of(member.data, declared=declared if declared in suffixes() else "")
    try:
        return open_nested(member.data, suffix=suffix, place=place, options=options), suffix
    except NoteTooLarge as error:
        raise NoteTooLarge(f"{error}: unpack the archive, and redact its files") from None


def _document(id: str, number: int, nested: NestedFile) -> Document:  # noqa: A002
    assembly = Assembly(between="")
    nested.add_to(assembly, f"file {number}")
    patients = {note.patient for note in nested.notes if note.patient}
    patient = next(iter(patients)) if len(patients) == 1 else ""
    return assembly.document(id, patient=patient, known=dict.fromkeys(nested.known))
