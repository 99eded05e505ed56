"""Which files of the paths that a person named are notes, and where their outputs go."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from deid.errors import DeidError, InputError, NoteTooLarge, OutputError, UnsupportedFormat
from deid.formats import (
    NoteFile,
    ReadOptions,
    long_reader_for,
    max_file_bytes,
    reader_for,
)
from deid.formats.content import FileContent


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to work on.

    Attributes:
        path: where it lies.
        relative: its path below the folder that was named, or just its name.
    """

    path: Path
    relative: PurePath


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A path that is not worked on, and why."""

    path: Path
    error: DeidError


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was found below the paths that a person named.

    Attributes:
        files: in the order of the paths, each folder in the order of its sorted names.
        refused: what cannot be worked on.
        hidden: how many files and folders were left alone because their names begin with a dot.
    """

    files: tuple[InputFile, ...]
    refused: tuple[RefusedFile, ...]
    hidden: int


def find_inputs(paths: Sequence[Path], *, out: Path | None = None) -> Inputs:
    """The files that these paths name; folders are searched with all their folders.

    Links inside folders are not followed, and whatever is not a regular file of a known kind is
    refused by name: nothing but hidden files is passed over.

    Raises:
        OutputError: `out` is a file, or lies in a folder that is searched, or is one: a second run
            would take the outputs for inputs.
    """
    if out is not None and out.exists() and not out.is_dir():
        raise OutputError("--out names a file: name a folder")
    files: list[InputFile] = []
    refused: list[RefusedFile] = []
    hidden = 0
    for path in paths:
        if out is not None and path.is_dir() and _lies_in(out, path):
            raise OutputError("the output folder lies in an input folder: choose another --out")
        for found in _found(path):
            match found:
                case InputFile():
                    files.append(found)
                case RefusedFile():
                    refused.append(found)
                case None:
                    hidden += 1
    return Inputs(tuple(files), tuple(refused), hidden)


def read_input(path: Path, *, name: str, options: ReadOptions) -> NoteFile:
    """The notes in a file. One of many notes stays on the disk while it is worked on.

    Raises:
        InputError: the file cannot be opened, or not be used as it is.
    """
    limit = max_file_bytes(name, options)
    long_reader = long_reader_for(name)
    if long_reader is not None:
        kept = FileContent(path)
        if len(kept) > limit:
            raise _too_large(limit)
        return long_reader(kept, name=name, options=options)
    reader = reader_for(name)
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})") from None
    if len(content) > limit:
        raise _too_large(limit)
    return reader(content, name=name, options=options)


def _too_large(limit: int) -> NoteTooLarge:
    return NoteTooLarge(f"the file is longer than {limit} bytes: split it")


def _found(path: Path) -> Iterable[InputFile | RefusedFile | None]:
    return _below(path, PurePath()) if path.is_dir() else _single(path, PurePath(path.name))


def _below(folder: Path, under: PurePath) -> Iterator[InputFile | RefusedFile | None]:
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        yield RefusedFile(folder, InputError(f"the folder cannot be read ({error.strerror})"))
        return
    for path in paths:
        if path.name.startswith("."):
            yield None
        elif path.is_symlink():
            yield RefusedFile(path, UnsupportedFormat("a link: name its target instead"))
        elif path.is_dir():
            yield from _below(path, under / path.name)
        else:
            yield from _single(path, under / path.name)


def _single(path: Path, relative: PurePath) -> Iterable[InputFile | RefusedFile]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return [RefusedFile(path, UnsupportedFormat("not a regular file"))]
        reader_for(path.name)
    except OSError as error:
        return [RefusedFile(path, InputError(f"the file cannot be read ({error.strerror})"))]
    except UnsupportedFormat as error:
        return [RefusedFile(path, error)]
    return [InputFile(path, relative)]


def _lies_in(inner: Path, outer: Path) -> bool:
    inner, outer = inner.resolve(), outer.resolve()
    return inner == outer or outer in inner.parents
