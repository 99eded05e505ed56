"""The files of sampled notes: found by what they hold, never by a name.

The log knows no file names. An officer names folders where originals and outputs lie, and a note
in them is the one that the log tells of if its bytes have the SHA-256 that was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final

from deid.audit.records import (
    DocumentRead,
    Purpose,
    RedactionMade,
    RevealSource,
    ValueRevealed,
)
from deid.audit.roles import Permission
from deid.audit.store import AuditLog, Filter
from deid.datatypes import Span
from deid.errors import InputError
from deid.formats import ReadOptions, Unreadable
from deid.formats.inputs import find_inputs, read_input
from deid.labels import Label
from deid.officer.desk import Desk
from deid.officer.sampling import Released
from deid.policy import Unexamined

_LARGEST: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Replaced:
    """Where something was replaced.

    Attributes:
        span: in the output, or in the original.
        label: of what was replaced.
    """

    span: Span
    label: Label


@dataclass(frozen=True, slots=True)
class NoteText:
    """An output or an original, with the places of what was replaced.

    Attributes:
        text: never in a `repr`.
        replaced: in the order of the text.
    """

    text: str = field(repr=False)
    replaced: tuple[Replaced, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in the folders that an officer named.

    Attributes:
        texts: of the notes wanted that were found, by the SHA-256 of their bytes.
        looked_at: how many files were read.
        unreadable: how many files or notes could not be; one of them may have been wanted.
    """

    texts: Mapping[str, str] = field(repr=False)
    looked_at: int
    unreadable: int


def find_texts(
    paths: Sequence[Path], wanted: AbstractSet[str], *, encoding: str | None = None
) -> Found:
    """Look through files and folders for notes of these digests.

    Args:
        paths: files, or folders with all that lies below them.
        wanted: SHA-256 of the bytes of notes, in hex.
        encoding: of text files; None: found out.

    Raises:
        InputError: one of the paths is not there.
    """
    for path in paths:
        if not path.exists():
            raise InputError(f"{path.name}: there is no such file or folder")
    inputs = find_inputs(paths)
    options = ReadOptions(
        encoding=encoding, max_note_bytes=_LARGEST, drop_keys=True, unexamined=Unexamined.REMOVE
    )
    texts: dict[str, str] = {}
    unreadable = len(inputs.refused)
    for file in inputs.files:
        for found in _notes(file.path, options):
            if found is None:
                unreadable += 1
            elif found[0] in wanted:
                texts[found[0]] = found[1]
    return Found(texts, len(inputs.files), unreadable)


def output_text(desk: Desk, note: Released, found: Found) -> NoteText:
    """The output of a sampled note as it was released, with the places of the replacements.

    Raises:
        NotPermitted: no officer's key is unlocked.
        InputError: it was not found as it was released, or is read otherwise than it was written.
    """
    desk.require(Permission.SAMPLE)
    text = found.texts.get(note.commit.output_sha256)
    if text is None:
        raise InputError(
            "the output was not found as it was released, so the note counts as one that leaks: "
            "name the folder where the outputs lie"
        )
    _check_length(text, note.commit.output_length)
    made = redactions(desk.log, note)
    return NoteText(text, tuple(Replaced(one.output_span, one.label) for one in made))


def reveal_original(desk: Desk, note: Released, found: Found) -> NoteText:
    """The original of a sampled note, once it is recorded who sees it.

    Raises:
        NotPermitted: no key is unlocked whose person may see values.
        InputError: it was not found as it was read, or is read otherwise than it was then.
        LogUnavailable: the log cannot be written; nothing is shown.
    """
    person = desk.require(Permission.READ_VALUES)
    text = found.texts.get(note.commit.input_sha256)
    if text is None:
        raise InputError(
            "the original was not found as it was read: name the folder where the originals lie"
        )
    _check_length(text, note.commit.input_length)
    made = redactions(desk.log, note)
    revealed = ValueRevealed(
        person=person.id,
        document=note.commit.document,
        source=RevealSource.FILE,
        values=len(made),
        purpose=Purpose.SAMPLE,
    )
    desk.record(desk.sign(revealed))
    return NoteText(text, tuple(Replaced(one.span, one.label) for one in made))


def redactions(log: AuditLog, note: Released) -> tuple[RedactionMade, ...]:
    """What was replaced in a note, in the order of its text."""
    made: list[RedactionMade] = []
    for record in log.select(Filter(document=note.commit.document)):
        if record.seq >= note.seq:
            break
        if record.session == note.session:
            if isinstance(record.event, DocumentRead):
                made = []
            elif isinstance(record.event, RedactionMade):
                made.append(record.event)
    return tuple(made)


def _notes(path: Path, options: ReadOptions) -> Iterator[tuple[str, str] | None]:
    """Digest and text of each note in a file; None for one that cannot be read."""
    try:
        file = read_input(path, name=path.name, options=options)
    except InputError:
        yield None
        return
    for note in file.notes():
        if isinstance(note, Unreadable):
            yield None
        else:
            yield sha256(file.content(note)).hexdigest(), note.text


def _check_length(text: str, length: int) -> None:
    if len(text) != length:
        raise InputError(
            "the note's text is not as long as the log says: name its encoding with --encoding"
        )
