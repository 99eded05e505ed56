from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from deid.datatypes import Span
from deid.detect.tokens import Marks, framed, load_tokenizer, marks_of, parse_tokenizer, tokenize

_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "jo", "##hn", "john", "smith", "a", "##a", ",", "5"]


def small_tokenizer() -> Tokenizer:
    vocabulary = {word: number for number, word in enumerate(_WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


TOKENIZER = small_tokenizer()


def test_spans_are_offsets_of_the_text_as_it_was() -> None:
    text = "Ünnöthig, JOHN"
    tokens = tokenize(text, TOKENIZER)
    assert [span.of(text) for span in tokens.spans] == ["Ünnöthig", ",", "JOHN"]
    assert tokens.ids == [1, 10, 6]


def test_truncation_and_padding_of_the_file_are_switched_off(tmp_path) -> None:
    tokenizer = small_tokenizer()
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    assert len(tokenize("a " * 500, load_tokenizer(tmp_path / "tokenizer.json"))) == 500


@given(st.text(max_size=200))
def test_spans_ascend_and_hold_every_letter_and_digit(text: str) -> None:
    tokens = tokenize(text, TOKENIZER)
    assert len(tokens.ids) == len(tokens.shapes) == len(tokens.spans)
    for before, after in pairwise(tokens.spans):
        assert before.end <= after.start or before == after
    covered = {place for span in tokens.spans for place in range(span.start, span.end)}
    kept = {place for place, char in enumerate(text) if char.isascii() and char.isalnum()}
    assert kept <= covered


@pytest.mark.parametrize("length", [100, 101, 5_000])
def test_a_word_too_long_for_word_piece_is_read_in_parts(length: int) -> None:
    tokens = tokenize("john " + "a" * length + " smith", TOKENIZER)
    inside = [span for span in tokens.spans if 5 <= span.start < 5 + length]
    assert inside[0].start == 5
    assert inside[-1].end == 5 + length
    assert all(before.end == after.start for before, after in pairwise(inside))
    assert max(len(span) for span in inside) <= 100
    assert tokens.spans[-1] == Span(6 + length, 11 + length)


def test_a_lone_surrogate_does_not_stop_the_tokenizer() -> None:
    assert [span.start for span in tokenize("john \ud800 smith", TOKENIZER).spans] == [0, 7]


def test_a_window_stands_between_the_marks() -> None:
    marks = marks_of(TOKENIZER)
    assert marks == Marks(begin=2, end=3, pad=0, unknown=1)
    tokens = tokenize("john smith john", TOKENIZER)
    ids, shapes = framed(tokens, range(1, 3), marks)
    assert ids == [2, 7, 6, 3]
    assert shapes == [0, *tokens.shapes[1:3], 0]


def test_a_vocabulary_without_marks_is_refused() -> None:
    bare = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    with pytest.raises(ValueError, match=r"\[CLS\]"):
        marks_of(parse_tokenizer(bare.to_str()))
