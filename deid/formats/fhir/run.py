"""The first look at the files of a run or an archive: where it is said who the patients are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from deid.errors import InputError
from deid.formats import ReadOptions
from deid.formats.content import Content, FileContent
from deid.formats.fhir.file import people_lines, resource_of
from deid.formats.fhir.register import OF_PEOPLE, Register, RunPeople, Source
from deid.formats.fhir.tree import Members
from deid.formats.fhir.xml_tree import read_xml_tree
from deid.formats.markup import read_markup

_OF_PEOPLE_IN_XML: Final = re.compile(rb"<(?:\w+:)?(?:Patient|RelatedPerson|Person|Practitioner)\b")
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the run."""

    path: Path = field(repr=False)
    folder: str = field(repr=False)
    read: Callable[[bytes], Members] = field(repr=False)

    def resource(self, start: int, stop: int) -> Members:
        """The resource in these bytes of it.

        Raises:
            InputError: it cannot be read any more.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                return self.read(file.read(stop - start))
        except OSError as error:
            raise InputError(f"the file of a person cannot be read ({error.strerror})") from None


@dataclass(frozen=True, slots=True)
class _Member:
    """A file of an archive."""

    data: bytes = field(repr=False)
    folder: str = field(repr=False)
    read: Callable[[bytes], Members] = field(repr=False)

    def resource(self, start: int, stop: int) -> Members:
        """The resource in these bytes of it."""
        return self.read(self.data[start:stop])


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of files of resources.

    Attributes:
        read: the resource in some bytes.
        people: where in a file resources begin and end that say anything of people.
    """

    read: Callable[[bytes], Members]
    people: Callable[[Content, ReadOptions], Iterator[tuple[int, int]]]


def people_of_run(
    files: Iterable[tuple[Path, str]], *, options: ReadOptions, key: Callable[[], bytes]
) -> RunPeople | None:
    """The people of all files of FHIR; None where no two files can have anything to do with it.

    What cannot be read says nothing of people here, and is refused when its turn comes.

    Args:
        files: paths, and the names by which their notes go.
        options: how they are read.
        key: makes what stand-ins for ids are made with.
    """
    kinds = {**_KINDS, ".zip": None}
    of_fhir = [(path, name) for path, name in files if path.suffix.lower() in kinds]
    if len(of_fhir) < 2:
        return None
    register = Register()
    for path, name in of_fhir:
        kind = kinds[path.suffix.lower()]
        if kind is not None:
            source = _File(path, str(PurePosixPath(name).parent), kind.read)
            with suppress(InputError, OSError), closing(FileContent(path)) as content:
                _add(register, source, kind.people(content, options))
    return RunPeople(register, key())


def people_of_archive(
    files: Mapping[str, bytes], *, options: ReadOptions, key: Callable[[], bytes]
) -> RunPeople | None:
    """The people of all files of FHIR in an archive, and behind them those of the run.

    Args:
        files: their bytes, by their names.
        options: how they are read.
        key: makes what stand-ins for ids are made with, where the run has nothing for it.
    """
    kinds = {name: _KINDS.get(PurePosixPath(name).suffix.lower()) for name in files}
    of_fhir = {name: kind for name, kind in kinds.items() if kind is not None}
    if len(of_fhir) < 2:
        return options.run
    register = Register()
    for name, kind in of_fhir.items():
        _add(register, _Member(files[name], "", kind.read), kind.people(files[name], options))
    return RunPeople(register, options.run.key if options.run else key(), options.run)


def _add(register: Register, source: Source, places: Iterator[tuple[int, int]]) -> None:
    for start, stop in places:
        with suppress(InputError):
            register.add(source, start, stop)


def _in_json(content: Content, options: ReadOptions) -> Iterator[tuple[int, int]]:
    size = len(content)
    if size <= options.max_note_bytes and OF_PEOPLE.search(content[:size]):
        yield 0, size


def _in_xml(content: Content, options: ReadOptions) -> Iterator[tuple[int, int]]:
    size = len(content)
    if size <= options.max_note_bytes:
        data = content[:size]
        if data.startswith(_WIDE) or _OF_PEOPLE_IN_XML.search(data):
            yield 0, size


def _tree_of_xml(content: bytes) -> Members:
    return read_xml_tree(read_markup(content)).root


_KINDS: Final = {
    ".ndjson": _Kind(resource_of, people_lines),
    ".json": _Kind(resource_of, _in_json),
    ".xml": _Kind(_tree_of_xml, _in_xml),
}
