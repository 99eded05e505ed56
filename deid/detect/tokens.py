"""Text to tokens, by the very same code in training and in use.

The uncased word-piece tokenizer of the base encoder, told not to truncate and not to pad: the
file as published cuts at 128 tokens in silence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from deid.datatypes import Span
from deid.detect.shapes import NO_SHAPE, shape_ids

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_WORD = 100
"""Word-piece gives up on longer words: they come out as one unknown token."""
_PIECE = 50


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder reads it; three sequences of one length.

    Attributes:
        ids: vocabulary ids.
        shapes: shape ids (see `deid.detect.shapes`).
        spans: where each token lies, in code points of the text; ascending, none empty.
    """

    ids: list[int]
    shapes: list[int]
    spans: list[Span] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def part(self, window: range) -> Tokens:
        """The tokens of one window."""
        cut = slice(window.start, window.stop)
        return Tokens(self.ids[cut], self.shapes[cut], self.spans[cut])


@dataclass(frozen=True, slots=True)
class Marks:
    """Ids of the encoder's own tokens at both ends of a window."""

    begin: int
    end: int
    pad: int
    unknown: int


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a `tokenizer.json`, with truncation and padding off."""
    return parse_tokenizer(path.read_text(encoding="utf-8"))


def parse_tokenizer(content: str) -> Tokenizer:
    """The tokenizer of this content of a `tokenizer.json`, truncation and padding off."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(content)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def marks_of(tokenizer: Tokenizer) -> Marks:
    """Ids of `[CLS]`, `[SEP]`, `[PAD]` and `[UNK]`.

    Raises:
        ValueError: the vocabulary has no such token.
    """
    names = ("[CLS]", "[SEP]", "[PAD]", "[UNK]")
    ids = [number for name in names if (number := tokenizer.token_to_id(name)) is not None]
    if len(ids) < len(names):
        raise ValueError("the tokenizer has no [CLS], [SEP], [PAD] or [UNK]")
    return Marks(*ids)


def tokenize(text: str, tokenizer: Tokenizer) -> Tokens:
    """All tokens of `text`, without the encoder's own marks."""
    clean = _SURROGATE.sub("\ufffd", text)
    unknown = tokenizer.token_to_id("[UNK]")
    ids: list[int] = []
    spans: list[Span] = []
    encoding = tokenizer.encode(clean, add_special_tokens=False)
    for number, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        if start == end:
            continue
        if number == unknown and end - start > _LONGEST_WORD:
            _add_in_pieces(clean, Span(start, end), tokenizer, ids, spans)
        else:
            ids.append(number)
            spans.append(Span(start, end))
    return Tokens(ids, shape_ids(text, spans), spans)


def _add_in_pieces(
    text: str, word: Span, tokenizer: Tokenizer, ids: list[int], spans: list[Span]
) -> None:
    """Read a word that is too long for word-piece part by part, so that none of it is skipped."""
    for start in range(word.start, word.end, _PIECE):
        piece = text[start : min(start + _PIECE, word.end)]
        encoding = tokenizer.encode(piece, add_special_tokens=False)
        for number, (low, high) in zip(encoding.ids, encoding.offsets, strict=True):
            if low < high:
                ids.append(number)
                spans.append(Span(start + low, start + high))


def framed(tokens: Tokens, window: range, marks: Marks) -> tuple[list[int], list[int]]:
    """Vocabulary ids and shape ids of one window between the encoder's begin and end marks."""
    part = slice(window.start, window.stop)
    ids = [marks.begin, *tokens.ids[part], marks.end]
    shapes = [NO_SHAPE, *tokens.shapes[part], NO_SHAPE]
    return ids, shapes
