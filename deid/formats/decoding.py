"""Text of a file that is decoded piece by piece, exactly as `deid.formats.text` decodes a whole."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from deid.errors import EncodingError
from deid.formats.content import Content, steps
from deid.formats.text import (
    CONTROL_BYTES,
    CONTROLS,
    REMEDY,
    UTF8_SEQUENCE,
    TextForm,
    binary,
    form_told,
    holds_text,
    mixed,
    no_text,
)

_LONGEST_SEQUENCE = 4


def form_of(content: Content, *, encoding: str | None = None) -> TextForm:
    """The form of a text, and that the whole of it can be read and written back.

    Raises:
        EncodingError: the bytes are not of that encoding, or of none that may be assumed.
        BinaryInput: there are NUL or other control characters.
        EmptyNote: there is nothing but blanks.
    """
    form = form_told(content[:_LONGEST_SEQUENCE], encoding)
    if form is None:
        form = _guessed(content)
    _check(content, form)
    return form


def decoded(content: Content, start: int, encoding: str) -> Iterator[str]:
    """The text from an offset on, in pieces; none is empty, but for a wrong encoding.

    Raises:
        UnicodeError: the bytes are not of that encoding; `start` of it counts from the offset.
        LookupError: it is no encoding of text.
    """
    with suppress(UnicodeError):
        b"\0".decode(encoding)  # which looks whether it is an encoding of text
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for step in steps(content, start):
        waiting = len(decoder.getstate()[0])
        try:
            piece = decoder.decode(step.given, final=step.stop == len(content))
        except UnicodeDecodeError as error:
            error.start += step.start - start - waiting
            raise
        if piece:
            yield piece


def _guessed(content: Content) -> TextForm:
    """UTF-8, or Windows-1252 where nothing speaks against it."""
    wrong = _first_wrong(content)
    around = _LONGEST_SEQUENCE - 1
    found = False
    for step in steps(content, before=around, after=around):
        if CONTROL_BYTES.search(step.given):
            raise binary()
        found = found or (wrong is not None and UTF8_SEQUENCE.search(step.given) is not None)
    if wrong is None:
        return TextForm("utf-8")
    if found:
        raise mixed(wrong)
    return TextForm("cp1252")


def _first_wrong(content: Content) -> int | None:
    """Offset of the first byte that is not UTF-8."""
    try:
        for _ in decoded(content, 0, "utf-8"):
            pass
    except UnicodeDecodeError as error:
        return error.start
    return None


def _check(content: Content, form: TextForm) -> None:
    start = len(form.mark)
    reversible, holds_controls, holds_any = True, False, False
    try:
        at = start
        for piece in _whole_lines(decoded(content, start, form.encoding)):
            written = piece.encode(form.encoding)
            reversible = reversible and content[at : at + len(written)] == written
            at += len(written)
            holds_controls = holds_controls or CONTROLS.search(piece) is not None
            holds_any = holds_any or holds_text(piece)
    except UnicodeError as error:
        where = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise EncodingError(f"the bytes are not {form.encoding}{where}: {REMEDY}") from None
    except LookupError:
        raise EncodingError("no such text encoding: pass another name with --encoding") from None
    if not reversible or at != len(content):
        raise EncodingError(
            f"{form.encoding} could not be written back to the byte: save the file as UTF-8"
        )
    if holds_controls:
        raise binary()
    if not holds_any:
        raise no_text()


def _whole_lines(pieces: Iterator[str]) -> Iterator[str]:
    """The same text, in pieces that end where lines do: encodings with states begin anew there."""
    rest = ""
    for piece in pieces:
        end = piece.rfind("\n") + 1 or len(piece)
        yield rest + piece[:end]
        rest = piece[end:]
    if rest:
        yield rest


def first_letters(content: Content, start: int, encoding: str, count: int) -> str:
    """The first so many letters from an offset on."""
    letters = (letter for piece in decoded(content, start, encoding) for letter in piece)
    return "".join(islice(letters, count))
