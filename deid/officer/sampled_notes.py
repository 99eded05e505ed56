"""The files of sampled notes: found by what they hold, never by a name.

The log knows no file names. An officer names folders where originals and outputs lie, and a note
in them is the one that the log tells of if its bytes have the SHA-256 that was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final, NamedTuple

from deid.audit.records import (
    DocumentCommitted,
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
_FEW: Final = 0.25
"""Of the places; some may be pieces of words."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """Where something was replaced.

    Attributes:
        span: in the output, or in the original.
        label: of what was replaced.
    """

    span: Span
    label: Label


class Remark(StrEnum):
    """What must be told beside a text that is shown; the value is what a command prints."""

    DIFFERS = (
        "the file is as it was, but reads otherwise now than when it was redacted: nothing is "
        "marked in it; look at the file itself, too"
    )
    PICTURE = (
        "these are the words that are read in the picture now, and a person may see others: look "
        "at the file itself, too"
    )


@dataclass(frozen=True, slots=True)
class NoteText:
    """An output or an original, with the places of what was replaced.

    Attributes:
        text: never in a `repr`.
        replaced: in the order of the text.
        remarks: what must be told beside it.
    """

    text: str = field(repr=False)
    replaced: tuple[Replaced, ...]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in the folders that an officer named.

    Attributes:
        texts: of the notes wanted that were found, by the SHA-256 of their bytes.
        looked_at: how many files were read.
        unreadable: how many files or notes could not be; one of them may have been wanted.
        files: in which they were found, by the same.
        read: those of `texts` with words that were read in pictures.
    """

    texts: Mapping[str, str] = field(repr=False)
    looked_at: int
    unreadable: int
    files: Mapping[str, Path] = field(default_factory=dict, repr=False)
    read: AbstractSet[str] = frozenset()


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
    options = options_again(encoding)
    texts: dict[str, str] = {}
    files: dict[str, Path] = {}
    read: set[str] = set()
    unreadable = len(inputs.refused)
    for file in inputs.files:
        for found in _notes(file.path, options):
            if found is None:
                unreadable += 1
                whole = _digest(file.path)
                if whole in wanted:
                    files.setdefault(whole, file.path)
            elif found.digest in wanted:
                texts[found.digest], files[found.digest] = found.text, file.path
                read.update([found.digest] if found.is_read else [])
    return Found(texts, len(inputs.files), unreadable, files, read)


def options_again(encoding: str | None, *, blank_pictures: bool = False) -> ReadOptions:
    """How a file is read that the program has read or written before: nothing is refused for long.

    Args:
        encoding: of text files; None: found out.
        blank_pictures: whether the pictures in documents are passed over.
    """
    return ReadOptions(
        encoding=encoding,
        max_note_bytes=_LARGEST,
        drop_keys=True,
        blank_pictures=blank_pictures,
        unexamined=Unexamined.REMOVE,
    )


def remarks_on(*, is_read: bool, differs: bool) -> tuple[Remark, ...]:
    """What must be told of a text.

    Args:
        is_read: whether words of it were read in pictures.
        differs: whether it reads otherwise than when it was redacted.
    """
    told = ((Remark.DIFFERS, differs), (Remark.PICTURE, is_read))
    return tuple(remark for remark, holds in told if holds)


def reads_otherwise(text: str, length: int, marked: Sequence[Replaced], *, is_read: bool) -> bool:
    """Whether a text is plainly another one than that in which something was replaced.

    Args:
        text: as it reads now.
        length: of the text as it was, in code points.
        marked: where something was replaced.
        is_read: whether words of it were read in pictures; another reading may be as long, but
            then more than a few of the places begin or end within a word.
    """
    if len(text) != length:
        return True
    off = sum(_cuts(text, one.span.start) or _cuts(text, one.span.end) for one in marked)
    return is_read and off > _FEW * len(marked)


def _cuts(text: str, at: int) -> bool:
    """Whether letters or digits stand on both sides of a place."""
    return text[at - 1 : at].isalnum() and text[at : at + 1].isalnum()


def output_text(desk: Desk, note: Released, found: Found) -> NoteText:
    """The output of a sampled note as it was released, with the places of the replacements.

    Raises:
        NotPermitted: no officer's key is unlocked.
        InputError: it was not found as it was released, or cannot be read.
    """
    desk.require(Permission.SAMPLE)
    commit = note.commit
    if commit.output_sha256 not in found.texts.keys() | found.files.keys():
        raise InputError(
            "the output was not found as it was released, so the note counts as one that leaks: "
            "name the folder where the outputs lie"
        )
    told = _told(desk.log, note)
    marked = tuple(Replaced(one.output_span, one.label) for one in told.made)
    return _shown(found, commit.output_sha256, commit.output_length, marked, told.encoding)


def reveal_original(desk: Desk, note: Released, found: Found) -> NoteText:
    """The original of a sampled note, once it is recorded who sees it.

    Raises:
        NotPermitted: no key is unlocked whose person may see values.
        InputError: it was not found as it was read, or cannot be read.
        LogUnavailable: the log cannot be written; nothing is shown.
    """
    person = desk.require(Permission.READ_VALUES)
    commit = note.commit
    if commit.input_sha256 not in found.texts.keys() | found.files.keys():
        raise InputError(
            "the original was not found as it was read: name the folder where the originals lie"
        )
    told = _told(desk.log, note)
    marked = tuple(Replaced(one.span, one.label) for one in told.made)
    shown = _shown(found, commit.input_sha256, commit.input_length, marked, told.encoding)
    revealed = ValueRevealed(
        person=person.id,
        document=note.commit.document,
        source=RevealSource.FILE,
        values=len(told.made),
        purpose=Purpose.SAMPLE,
    )
    desk.record(desk.sign(revealed))
    return shown


def redactions(log: AuditLog, note: Released) -> tuple[RedactionMade, ...]:
    """What was replaced in a note, in the order of its text."""
    return _told(log, note).made


def output_length(log: AuditLog, document: str, output: str, otherwise: int) -> int:
    """How long the text of an output was when it was written, in code points.

    Args:
        log: of the site.
        document: fingerprint of the note's id.
        output: SHA-256 of the output, in hex.
        otherwise: what is returned where the log does not tell it any more.
    """
    commits = log.select(Filter(document=document, kinds=(DocumentCommitted,)))
    events = [record.event for record in commits]
    lengths = [
        one.output_length
        for one in events
        if isinstance(one, DocumentCommitted) and one.output_sha256 == output
    ]
    return lengths[-1] if lengths else otherwise


class _Told(NamedTuple):
    """What the log tells of how a note was read, and of what was replaced in it."""

    encoding: str | None
    made: tuple[RedactionMade, ...]


def _told(log: AuditLog, note: Released) -> _Told:
    encoding: str | None = None
    made: list[RedactionMade] = []
    for record in log.select(Filter(document=note.commit.document)):
        if record.seq >= note.seq:
            break
        if record.session == note.session:
            if isinstance(record.event, DocumentRead):
                encoding, made = record.event.encoding, []
            elif isinstance(record.event, RedactionMade):
                made.append(record.event)
    return _Told(encoding, tuple(made))


def _shown(
    found: Found, digest: str, length: int, marked: tuple[Replaced, ...], encoding: str | None
) -> NoteText:
    """A note as its file reads; it is the file that was meant, whatever it reads like now."""
    text = text_again(found, digest, length, encoding)
    if text is None:
        raise InputError(
            "the file was found as it was, but cannot be read here: look at the file itself, and "
            "at what `deid redact` says of it"
        )
    is_read = digest in found.read
    differs = reads_otherwise(text, length, marked, is_read=is_read)
    remarks = remarks_on(is_read=is_read, differs=differs)
    return NoteText(text, () if differs else marked, remarks)


def text_again(found: Found, digest: str, length: int, encoding: str | None) -> str | None:
    """The text of a note as it was read when it was redacted, in any of the ways that there are.

    Args:
        found: where it is looked for.
        digest: SHA-256 of its bytes, in hex.
        length: how long its text was, in code points.
        encoding: of the text; None: found out.

    Returns:
        The text of this length; another one where it reads otherwise now; None: it cannot be read.
    """
    text, path = found.texts.get(digest), found.files.get(digest)
    if path is not None and (text is None or len(text) != length):
        text = next((one for one in _readings(path, digest, encoding) if len(one) == length), text)
    return text


def _readings(path: Path, digest: str, encoding: str | None) -> Iterator[str]:
    """How a note reads in the ways in which it may have been read when it was redacted."""
    for blank_pictures in (False, True):
        for found in _notes(path, options_again(encoding, blank_pictures=blank_pictures)):
            if found is not None and found.digest == digest:
                yield found.text


class _Note(NamedTuple):
    """A note of a file: the digest of its bytes, and whether words were read in pictures."""

    digest: str
    text: str
    is_read: bool


def _notes(path: Path, options: ReadOptions) -> Iterator[_Note | None]:
    """Each note in a file; None for one that cannot be read."""
    try:
        file = read_input(path, name=path.name, options=options)
    except InputError:
        yield None
        return
    for note in file.notes():
        if isinstance(note, Unreadable):
            yield None
        else:
            is_read = any(part.is_read for part in note.parts)
            yield _Note(sha256(file.content(note)).hexdigest(), note.text, is_read)


def _digest(path: Path) -> str:
    """SHA-256 of a whole file, in hex; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
