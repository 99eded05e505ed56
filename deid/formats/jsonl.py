"""JSON lines: one note a line, `{"id", "text", "patient"?}`, in UTF-8 (RFC 8259, section 8.1)."""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import (
    DuplicateId,
    EncodingError,
    InputError,
    MalformedRecord,
    NoteTooLarge,
    OutputError,
)
from deid.formats import ReadOptions, Unreadable
from deid.formats.content import Content, line_end, lines
from deid.formats.places import Names, Places
from deid.formats.text import check_characters

_REQUIRED: Final = ("id", "text")
_KNOWN: Final = (*_REQUIRED, "patient")
# A key may be named in a message only if it is too plain to be part of a note.
_PLAIN_KEY: Final = re.compile(r"[a-z_]{1,20}")
# A letter of a note may take six bytes of its line.
_LONGEST_LINE: Final = 8
_LEAST_LONGEST: Final = 1 << 20
_SEPARATORS: Final = ((", ", ": "), (",", ":"))


class _RepeatedKey(ValueError):
    """An object names a key twice, so that two readers may see two different notes."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds a note.

    Attributes:
        number: counted from 1.
        fields: keys in the order of the line.
        raw: the line as it is written, without its end.
        end: its line end; empty where the file ends without one.
        has_more: whether it has keys that are no part of a note, which are dropped.
    """

    number: int
    fields: dict[str, str] = field(repr=False)
    raw: str = field(repr=False)
    end: bytes
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class JsonLinesFile:
    """A file of many notes that was found to be well-formed.

    Attributes:
        head: its byte order mark, if there is one.
        raw: the whole file.
        options: how it is read.
        places: of its notes.
        ids: their numbers in `places` by their ids.
    """

    head: bytes
    raw: Content = field(repr=False)
    options: ReadOptions
    places: Places = field(repr=False)
    ids: Names = field(repr=False)
    format: ClassVar[str] = "jsonl"
    holds_ids: ClassVar[bool] = True
    encoding: ClassVar[str] = "utf-8"

    def notes(self) -> Iterator[Document | Unreadable]:
        """The notes in the order of the file; those too long, empty or binary as `Unreadable`."""
        for number, start in self.places:
            line = self._line(number, start)
            error = self._objection(line)
            if error is not None:
                yield Unreadable(line.number, error)
                continue
            yield Document(
                id=line.fields["id"],
                text=line.fields["text"],
                patient=line.fields.get("patient", ""),
                removed=("other keys of the line",) if line.has_more else (),
            )

    def _objection(self, line: _Line) -> InputError | None:
        try:
            _check_note(line.fields["text"], self.options)
        except InputError as error:
            return error
        return None

    def content(self, document: Document) -> bytes:
        """The bytes of the line, with its end."""
        _, start = self._place(document)
        return self.raw[start : line_end(self.raw, start)]

    def line(self, document: Document) -> int:
        """The line that a note stands on, from 1."""
        return self._place(document)[0]

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The lines of an output, with their ends."""
        start = len(self.head) if output[: len(self.head)] == self.head else 0
        for begin, stop in lines(output, start):
            yield output[begin:stop]

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The note as a line with the keys, blanks, escapes and line end of the input line."""
        line = self._line(*self._place(document))
        values = {"id": id, "text": redacted.text, "patient": patient}
        fields = {key: values[key] for key in line.fields if key != "patient" or patient}
        try:
            return _dump(fields, like=line).encode("utf-8") + line.end
        except UnicodeEncodeError:
            raise OutputError("a replacement is no valid Unicode text") from None

    def _place(self, document: Document) -> tuple[int, int]:
        """Line and offset of a note."""
        found = [self.places.at(number) for number in self.ids.of(document.id)]
        if len(found) == 1:
            return found[0]
        return next(one for one in found if self._line(*one).fields["id"] == document.id)

    def _line(self, number: int, start: int) -> _Line:
        return _parse(self.raw[start : line_end(self.raw, start)], number, self.options)


def read(content: Content, *, name: str, options: ReadOptions) -> JsonLinesFile:
    """The notes in a file of JSON lines. Every line is looked at before the first is used.

    Blank lines are no notes and do not come back.

    Raises:
        MalformedRecord: a line is not an object with just the keys of a note, all strings.
        DuplicateId: two lines carry the same id.
        EncodingError: a line is not UTF-8, or holds half of a surrogate pair.
        NoteTooLarge: a line is many times longer than a note may be.
    """
    head = content[: len(codecs.BOM_UTF8)]
    head = head if head == codecs.BOM_UTF8 else b""
    file = JsonLinesFile(head, content, options, Places(), Names())
    longest = _LONGEST_LINE * options.max_note_bytes + _LEAST_LONGEST
    for number, (start, stop) in enumerate(lines(content, len(head)), start=1):
        if stop - start > longest:
            raise NoteTooLarge(f"line {number} is longer than {longest} bytes: split it")
        line = content[start:stop]
        if line.strip():
            _enter(file, _parse(line, number, options), start)
    if not file.places:
        raise MalformedRecord("there is no note in the file")
    return file


def _enter(file: JsonLinesFile, line: _Line, start: int) -> None:
    """Add a line to the places of a file."""
    key = line.fields["id"]
    for other in file.ids.of(key):
        first = file._line(*file.places.at(other))
        if first.fields["id"] == key:
            raise DuplicateId(f"lines {first.number} and {line.number} carry the same id")
    file.ids.add(key, len(file.places))
    file.places.add(line.number, start)


def _parse(line: bytes, number: int, options: ReadOptions) -> _Line:
    bare = line.rstrip(b"\r\n")
    try:
        raw = bare.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"line {number} is not UTF-8 (byte {error.start} of the line): save the file as UTF-8"
        ) from None
    try:
        tree = json.loads(raw, object_pairs_hook=_object)
    except _RepeatedKey:
        raise MalformedRecord(f"line {number}: a key stands twice") from None
    except (ValueError, RecursionError) as error:
        at = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedRecord(f"line {number} is not valid JSON{at}") from None
    fields = _fields(tree, number, options)
    return _Line(number, fields, raw, line[len(bare) :], len(tree) > len(fields))


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise _RepeatedKey
    return tree


def _fields(tree: object, number: int, options: ReadOptions) -> dict[str, str]:
    if not isinstance(tree, dict):
        raise MalformedRecord(f'line {number} is not an object {{"id", "text"}}')
    for key in _REQUIRED:
        if key not in tree:
            raise MalformedRecord(f"line {number}: the key `{key}` is missing")
    fields: dict[str, str] = {}
    for key, value in tree.items():
        if key not in _KNOWN:
            if options.drop_keys:
                continue
            raise MalformedRecord(
                f"line {number}: {_named(key)} is not one of {', '.join(_KNOWN)}: take it out, "
                "for it may identify, or pass --drop-keys"
            )
        if not isinstance(value, str):
            raise MalformedRecord(f"line {number}: the value of `{key}` is not a string")
        if not _is_unicode(value):
            raise EncodingError(f"line {number}: `{key}` holds half of a surrogate pair")
        fields[key] = value
    if not fields["id"].strip():
        raise MalformedRecord(f"line {number}: `id` is empty")
    return fields


def _named(key: str) -> str:
    return f"the key `{key}`" if _PLAIN_KEY.fullmatch(key) else "a key"


def _is_unicode(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _check_note(text: str, options: ReadOptions) -> None:
    if len(text.encode("utf-8")) > options.max_note_bytes:
        raise NoteTooLarge(f"the note is longer than {options.max_note_bytes} bytes: split it")
    check_characters(text)


def _dump(fields: dict[str, str], *, like: _Line) -> str:
    """Write an object the way that line is written, as far as a common writer made it."""
    for escapes, separators in itertools.product((True, False), _SEPARATORS):
        if json.dumps(like.fields, ensure_ascii=escapes, separators=separators) == like.raw:
            return json.dumps(fields, ensure_ascii=escapes, separators=separators)
    return json.dumps(fields, ensure_ascii=like.raw.isascii())
