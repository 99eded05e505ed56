"""Markdown: `.md` (CommonMark 0.31).

The source is the note. The marks of emphasis and the tags and comments of HTML inside a line are
no part of its words, so that a name over `Ja**ne**` is read as one; what such a tag or comment
says follows as a part of its own. Pictures in `data:` addresses are read as what they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, NoteTooLarge
from deid.formats import ReadOptions, max_nested_bytes
from deid.formats.data_addresses import MARK, DataFiles, add_files, lifted, restored
from deid.formats.encoded import refuse_encoded
from deid.formats.one_note import OneNote
from deid.formats.text import TextForm, decode, encode
from deid.parts import Assembly, part_texts

_INLINE: Final = (
    "a|abbr|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|mark|q|s|samp|small|span|strike"
    "|strong|sub|sup|time|tt|u|var|wbr"
)
# What a link shows, where it leads to (CommonMark 0.31, 6.3), and a word that goes on behind it.
_LINKED: Final = r"[*_~`]*[^\W_][^\[\]\n]{0,999}\](?=[(\[])"
_TARGET: Final = r"(?:\([^()\n]{0,999}\)|\[[^\[\]\n]{0,999}\])"
_WORD_ON: Final = r"[*_~`]*\[?[*_~`]*[^\W_]"
_MARK: Final = re.compile(
    rf"(?P<mark>{MARK.pattern}"
    r"|\\(?=[!-/:-@\[-`{-~])|(?<!\\)(?:\*+|~~+|`+|(?<![^\W_])_+(?=[^\W_])"
    r"|(?<=[^\W_])_+(?![^\W_]))"
    rf"|</?(?:{_INLINE})\s*/?>"
    rf"|(?<=[^\W_]|[)\]*`~])\[(?={_LINKED})|(?<![\\!])\[(?={_LINKED}{_TARGET}{_WORD_ON}))"
    rf"|(?<=[^\W_]|[*`~])\](?P<link>{_TARGET})(?={_WORD_ON})"
    rf"|(?P<says><(?:{_INLINE}|img)\s[^<>]*>|<\?[^<>]*>|<!--(?:(?!-->).)*-->)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class MarkdownFile(OneNote):
    """A file of Markdown, which is one note."""

    document: Document
    files: DataFiles
    form: TextForm
    text: str = field(repr=False)
    raw: bytes = field(repr=False)
    ranges: tuple[tuple[int, int], ...] = field(repr=False)
    format: ClassVar[str] = "markdown"

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self.form.encoding

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The source with its new texts.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the encoding cannot hold the new text.
        """
        after = part_texts(document, redacted)
        pieces: list[str] = []
        at = 0
        own = after[: len(self.ranges)]
        for (start, end), new in sorted(zip(self.ranges, own, strict=True)):
            pieces += (self.text[at:start], new)
            at = end
        addresses = self.files.written(document, redacted)
        written = restored("".join([*pieces, self.text[at:]]), addresses)
        output = encode(written, self.form)
        if output.removeprefix(self.form.mark).decode(self.form.encoding) != written:
            raise DefectError("the text does not read as it was written: nothing was written")
        return output


def read(content: bytes, *, name: str, options: ReadOptions) -> MarkdownFile:
    """The note in a file of Markdown.

    Raises:
        InputError: it is no text, or holds a picture or a file in code.
    """
    most = max_nested_bytes(".md", options)
    whole, form = decode(content, encoding=options.encoding, max_bytes=most)
    lean = lifted(whole)
    if len(content) - lean.size > options.max_note_bytes:
        raise NoteTooLarge(f"the note is longer than {options.max_note_bytes} bytes: split it")
    text = lean.text
    refuse_encoded(text, place="the note")
    words, says = _ranges(text)
    lines = [found.start() for found in re.finditer("\n", text)]
    assembly = Assembly(between="")
    for number, (start, end) in enumerate(words):
        assembly.add(text[start:end], _place(lines, start), goes_on=number > 0)
    for start, end in says:
        assembly.add(text[start:end], _place(lines, start), lead="\n")
    files = add_files(lean.addresses, assembly, options)
    return MarkdownFile(assembly.document(name), files, form, text, content, (*words, *says))


def _ranges(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """What is read in a line, and the tags and comments inside that say something themselves."""
    words: list[tuple[int, int]] = []
    says: list[tuple[int, int]] = []
    at = 0
    for found in _MARK.finditer(text):
        if at < found.start():
            words.append((at, found.start()))
        if found["link"] is not None:
            says.append(found.span("link"))
        if found["says"] is not None:
            says.append(found.span())
        at = found.end()
    if at < len(text) or not words:
        words.append((at, len(text)))
    return words, says


def _place(lines: list[int], at: int) -> str:
    return f"line {bisect_left(lines, at) + 1}"
