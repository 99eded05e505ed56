"""Plain text: bytes to code points and back, exactly reversible."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import BinaryInput, EmptyNote, EncodingError, NoteTooLarge, OutputError
from deid.formats import MAX_NOTE_BYTES, ReadOptions
from deid.formats.one_note import OneNote

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Codecs of these names write a byte order mark of their own; without one they mean little-endian.
_MARKING: Final = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}

CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
"""Control characters that no text has."""

CONTROL_BYTES: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
"""The same in bytes of an encoding that is not known yet."""

UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]"
    rb"|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
"""Sequences of more than one byte that are valid UTF-8 (RFC 3629, section 4)."""

REMEDY: Final = "pass its name with --encoding, or save the file as UTF-8"
"""What to do about an encoding that is wrong or not certain."""


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text is written in bytes: `mark`, then the text in `encoding`."""

    encoding: str
    mark: bytes = b""


@dataclass(frozen=True, slots=True)
class TextFile(OneNote):
    """A plain-text file, which is one note."""

    document: Document
    form: TextForm
    raw: bytes = field(repr=False)
    format: ClassVar[str] = "text"

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self.form.encoding

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The bytes of the output file."""
        return encode(redacted.text, self.form)


def read(content: bytes, *, name: str, options: ReadOptions) -> TextFile:
    """The note in a plain-text file.

    Raises:
        EncodingError: the encoding is neither told nor certain.
        BinaryInput: the bytes are no text.
        EmptyNote: there is nothing but blanks.
        NoteTooLarge: there is more than `options.max_note_bytes`.
    """
    text, form = decode(content, encoding=options.encoding, max_bytes=options.max_note_bytes)
    return TextFile(Document(id=name, text=text), form, content)


def decode(
    content: bytes, *, encoding: str | None = None, max_bytes: int = MAX_NOTE_BYTES
) -> tuple[str, TextForm]:
    """The text that these bytes hold, line ends as they are, and the form to write it back in.

    Without `encoding`: by the byte order mark if there is one, else UTF-8, else Windows-1252 if
    nothing in the bytes speaks against it. `encode` of the result gives the same bytes again.

    Raises:
        EncodingError: the bytes are not of that encoding, or of none that may be assumed.
        BinaryInput: there are NUL or other control characters.
        EmptyNote: there is nothing but blanks.
        NoteTooLarge: there are more than `max_bytes`.
    """
    if len(content) > max_bytes:
        raise NoteTooLarge(f"the note is longer than {max_bytes} bytes: split it")
    form = _form(content, encoding)
    body = content[len(form.mark) :]
    if encoding is None and not form.mark and CONTROL_BYTES.search(body):
        raise binary()
    try:
        text = body.decode(form.encoding)
        reversible = text.encode(form.encoding) == body
    except UnicodeError as error:
        at = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise EncodingError(f"the bytes are not {form.encoding}{at}: {REMEDY}") from None
    except LookupError:
        raise EncodingError("no such text encoding: pass another name with --encoding") from None
    if not reversible:
        raise EncodingError(
            f"{form.encoding} could not be written back to the byte: save the file as UTF-8"
        )
    check_characters(text)
    return text, form


def encode(text: str, form: TextForm) -> bytes:
    """The bytes of a text in this form, the inverse of `decode`.

    Raises:
        OutputError: the encoding has no code for a character of the text.
    """
    try:
        return form.mark + text.encode(form.encoding)
    except UnicodeError:
        raise OutputError(
            f"a replacement holds a character that {form.encoding} cannot hold: "
            "save the input as UTF-8, or use a policy with tags"
        ) from None


def check_characters(text: str) -> None:
    """Refuse a text that is binary or has nothing to read in it.

    Raises:
        BinaryInput: there are control characters other than blanks and line ends.
        EmptyNote: no character can be seen.
    """
    if CONTROLS.search(text):
        raise binary()
    if not holds_text(text):
        raise no_text()


def holds_text(text: str) -> bool:
    """Whether any character can be seen."""
    return any(character.isprintable() and not character.isspace() for character in text)


def form_told(start: bytes, encoding: str | None) -> TextForm | None:
    """The form that is told, or that the byte order mark says; None: neither does.

    Args:
        start: how the bytes begin, at least four of them where there are as many.
        encoding: name of the encoding; None: it is not told.

    Raises:
        EncodingError: there is no such encoding.
    """
    mark, marked = next((row for row in _MARKS if start.startswith(row[0])), (b"", ""))
    if encoding is not None:
        name = _canonical(encoding)
        plain = _MARKING.get(name, name)
        if marked and (plain == marked or (name in _MARKING and marked.startswith(name))):
            return TextForm(marked, mark)
        return TextForm(plain)
    return TextForm(marked, mark) if marked else None


def _form(content: bytes, encoding: str | None) -> TextForm:
    told = form_told(content, encoding)
    if told is not None:
        return told
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if CONTROL_BYTES.search(content):
            raise binary() from None
        if UTF8_SEQUENCE.search(content):
            raise mixed(error.start) from None
        return TextForm("cp1252")
    return TextForm("utf-8")


def _canonical(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise EncodingError("no such text encoding: pass another name with --encoding") from None


def mixed(offset: int) -> EncodingError:
    """The error for bytes of which some are UTF-8, but not that at an offset."""
    return EncodingError(f"two encodings are mixed, byte {offset} is not UTF-8: {REMEDY}")


def no_text() -> EmptyNote:
    """The error for a text in which nothing can be seen."""
    return EmptyNote("there is no text in the note: leave the file out")


def binary() -> BinaryInput:
    """The error for bytes that are no text."""
    return BinaryInput(
        "the file holds NUL or other control bytes, so it is no plain text: exclude it "
        "(if it is UTF-16 without a byte order mark, pass --encoding utf-16-le)"
    )
