"""The first look at the files of a run: where it is said who the patients are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from deid.errors import InputError
from deid.formats import ReadOptions
from deid.formats.content import FileContent
from deid.formats.fhir.file import people_lines, resource_of
from deid.formats.fhir.register import OF_PEOPLE, Register, RunPeople
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


def people_of_run(
    files: Iterable[tuple[Path, str]], *, options: ReadOptions, key: Callable[[], bytes]
) -> RunPeople | None:
    """The people of all files of FHIR; None where there are not two of them.

    What cannot be read says nothing of people here, and is refused when its turn comes.

    Args:
        files: paths, and the names by which their notes go.
        options: how they are read.
        key: makes what stand-ins for ids are made with.
    """
    of_fhir = [(path, name) for path, name in files if path.suffix.lower() in _LOOKS]
    if len(of_fhir) < 2:
        return None
    register = Register()
    for path, name in of_fhir:
        with suppress(InputError, OSError):
            _LOOKS[path.suffix.lower()](register, path, str(PurePosixPath(name).parent), options)
    return RunPeople(register, key())


def _look_at_lines(register: Register, path: Path, folder: str, options: ReadOptions) -> None:
    content, file = FileContent(path), _File(path, folder, resource_of)
    try:
        for start, stop in people_lines(content, options):
            with suppress(InputError):
                register.add(file, start, stop)
    finally:
        content.close()


def _look_at_json(register: Register, path: Path, folder: str, options: ReadOptions) -> None:
    size = path.stat().st_size
    if size <= options.max_note_bytes and OF_PEOPLE.search(path.read_bytes()):
        register.add(_File(path, folder, resource_of), 0, size)


def _look_at_xml(register: Register, path: Path, folder: str, options: ReadOptions) -> None:
    size = path.stat().st_size
    if size > options.max_note_bytes:
        return
    content = path.read_bytes()
    if content.startswith(_WIDE) or _OF_PEOPLE_IN_XML.search(content):
        register.add(_File(path, folder, _tree_of_xml), 0, size)


def _tree_of_xml(content: bytes) -> Members:
    return read_xml_tree(read_markup(content)).root


_LOOKS: Final = {".ndjson": _look_at_lines, ".json": _look_at_json, ".xml": _look_at_xml}
