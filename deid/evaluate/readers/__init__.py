"""Gold notes from files and folders, in the formats in which people mark them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Final

from deid.errors import DuplicateId, InputError, MalformedRecord, UnsupportedFormat
from deid.evaluate.gold import GoldNote
from deid.evaluate.readers import brat, i2b2, inline, jsonl
from deid.evaluate.readers.files import GoldFile, load

_Notes = Iterator[tuple[str, GoldNote]]


class GoldFormat(StrEnum):
    """How identifiers are marked in a file."""

    JSONL = "jsonl"
    I2B2_2014 = "i2b2-2014"
    I2B2_2006 = "i2b2-2006"
    BRAT = "brat"
    INLINE = "inline"
    CORPUS = "corpus"


_READERS: Final = MappingProxyType[GoldFormat, Callable[[GoldFile], _Notes]](
    {
        GoldFormat.JSONL: jsonl.read,
        GoldFormat.I2B2_2014: i2b2.read_2014,
        GoldFormat.I2B2_2006: i2b2.read_2006,
        GoldFormat.INLINE: inline.read,
        GoldFormat.CORPUS: inline.read_corpus,
    }
)
_SUFFIXES: Final = frozenset({".jsonl", ".xml", ".txt", ".ann"})


def read_gold(path: Path, *, form: GoldFormat | None = None) -> tuple[GoldNote, ...]:
    """The notes of a gold file, or of all gold files below a folder, in the order of their names.

    Of a folder, files that end in .jsonl, .xml, .txt or .ann are read and others are left alone.
    Where a file is one note its id is its path within the folder without the ending.

    Args:
        path: a file or a folder.
        form: the format of every file; None: of each file what its ending and content show.

    Raises:
        InputError: a file cannot be opened.
        EncodingError: one is not UTF-8.
        UnsupportedFormat: a file's ending is none of these, and no format was given.
        MalformedRecord: something in a file is not of its format, or there is no note. The message
            carries the line number.
        DuplicateId: two notes carry the same id.
        UnknownLabel: a mark has a label that the program does not know.
    """
    notes: dict[str, GoldNote] = {}
    for _file, where, note in _all_notes(path, form):
        if note.id in notes:
            raise DuplicateId(f"{where}: an earlier note carries the same id")
        notes[note.id] = note
    if not notes:
        raise _no_note(path)
    return tuple(notes.values())


def read_gold_by_file(
    path: Path, *, form: GoldFormat | None = None
) -> Mapping[PurePath, tuple[GoldNote, ...]]:
    """The same notes by the files in which they stand, whose paths are those within the folder.

    Two notes may carry the same id, if they stand in two files.

    Raises:
        As `read_gold`.
    """
    files: dict[PurePath, dict[str, GoldNote]] = {}
    for file, where, note in _all_notes(path, form):
        notes = files.setdefault(file, {})
        if note.id in notes:
            raise DuplicateId(f"{where}: an earlier note carries the same id")
        notes[note.id] = note
    if not files:
        raise _no_note(path)
    return {file: tuple(notes.values()) for file, notes in files.items()}


def _no_note(path: Path) -> MalformedRecord:
    return MalformedRecord(f"there is no note in the gold {'folder' if path.is_dir() else 'file'}")


def _all_notes(path: Path, form: GoldFormat | None) -> Iterator[tuple[PurePath, str, GoldNote]]:
    """Each note with the file in which it stands and its place there, for a message."""
    if not path.is_dir():
        for where, note in _notes(path, form, identity=path.stem, name=""):
            yield PurePath(path.name), where, note
        return
    for one in sorted(path.rglob("*")):
        if one.suffix.lower() not in _SUFFIXES or not one.is_file():
            continue
        if one.suffix.lower() == ".txt" and _annotations(one).is_file():
            continue  # read with its annotations
        within = one.relative_to(path)
        identity = within.with_suffix("").as_posix()
        for where, note in _notes(one, form, identity=identity, name=within.as_posix()):
            yield within, where, note


def _notes(path: Path, form: GoldFormat | None, *, identity: str, name: str) -> _Notes:
    suffix = path.suffix.lower()
    if form is GoldFormat.BRAT or (form is None and _is_brat(path)):
        text, annotations = path.with_suffix(".txt"), _annotations(path)
        if suffix not in {".txt", ".ann"} or not (text.is_file() and annotations.is_file()):
            raise InputError(
                f"{name + ': ' if name else ''}brat's format is a .txt with an .ann beside it; one "
                "of the two is missing (an empty .ann says that nothing is marked)"
            )
        return brat.read(
            load(text, identity=identity, name=str(Path(name).with_suffix(".txt")) if name else ""),
            load(annotations, identity=identity, name=name),
        )
    file = load(path, identity=identity, name=name)
    return _READERS[form or _form_of(file, suffix)](file)


def _is_brat(path: Path) -> bool:
    suffix = path.suffix.lower()
    return suffix == ".ann" or (suffix == ".txt" and _annotations(path).is_file())


def _annotations(path: Path) -> Path:
    return path.with_suffix(".ann")


def _form_of(file: GoldFile, suffix: str) -> GoldFormat:
    """The format that a file's ending and content show; brat shows by the file beside it."""
    match suffix:
        case ".jsonl":
            return GoldFormat.JSONL
        case ".xml":
            is_2014 = "<TAGS" in file.text
            return GoldFormat.I2B2_2014 if is_2014 else GoldFormat.I2B2_2006
        case ".txt" if inline.CORPUS_START.match(file.text.lstrip()):
            return GoldFormat.CORPUS
        case ".txt" if i2b2.PHI_TAG.search(file.text):
            return GoldFormat.I2B2_2006
        case ".txt":
            return GoldFormat.INLINE
    where = f"{file.name}: " if file.name else ""
    raise UnsupportedFormat(
        f"{where}a gold file ends in .jsonl, .xml, .txt or .ann: rename it or say its format"
    )
