"""Trees of expressions: they match whatever the expressions do."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.automaton import Filter
from deid.detect.packs import load_packs
from deid.detect.syntax import (
    MASKS,
    SHAPE_MASKS,
    Symbols,
    Tree,
    UnsureError,
    parse,
    shapes,
    symbols,
    word_tree,
)

SOURCES = sorted(
    {p.expression.source for pack in load_packs() for rule in pack.rules for p in rule.patterns}
)
CLASSES = sorted(
    {found for source in SOURCES for found in regex.findall(r"\[\^?(?:[^\]\\]|\\.)+\]", source)}
    | {r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"\p{L}", r"\p{P}", r"\P{Lu}", ".", "k", r"\."}
)
CHARACTERS = "".join(map(chr, [*range(0x600), *range(0x1F00, 0x2200), 0x3042, 0x4E00, 0x1F4DE]))


def unlisted(name: str, ignore_case: bool) -> Tree:
    return word_tree([name], ignore_case=ignore_case)


def may_begin(source: str, text: str, *, ignore_case: bool = False) -> bool:
    tree = parse(source, unlisted, ignore_case=ignore_case)
    return bool(Filter([[tree]], depth=8).allowed(symbols(text)[:8]))


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("source", CLASSES)
def test_a_class_covers_its_characters(source: str, ignore_case: bool) -> None:
    tree = parse(source, unlisted, ignore_case=ignore_case)
    assert isinstance(tree, Symbols)
    expression = regex.compile(source, regex.IGNORECASE if ignore_case else 0)
    members = set(expression.findall(CHARACTERS))
    for character, symbol in zip(CHARACTERS, symbols(CHARACTERS), strict=True):
        if character in members:
            assert tree.mask & MASKS[ord(symbol)], ascii(character)
        else:
            assert not tree.surely & MASKS[ord(symbol)], ascii(character)


@pytest.mark.parametrize(
    ("source", "yes", "no"),
    [
        (r"ab?c", "ac", "ad"),
        (r"(?:a|bc)+d", "abcad", "abb"),
        (r"\d{2,3}-", "12-", "1-"),
        (r"\d{2}(?!x)-", "12-", "123"),
        (r"(?P<phi>[A-C])\1", "Ax", "Dx"),
        (r"(?i:Mr)n", "mRn", "mRN"),
        (r"a{2}", "aa", "ab"),
        (r"\{a", "{a", "a"),
        (r"a(?=b)c", "ac", "bc"),
        (r"[\-.\]]x", "]x", "[x"),
        (r"a\tb", "a\tb", "atb"),
        (r"(?>ab|a)c", "abc", "b"),
        (r"a*+b", "aab", "c"),
    ],
)
def test_trees_tell_what_may_begin(source: str, yes: str, no: str) -> None:
    assert may_begin(source, yes)
    assert not may_begin(source, no)


@given(st.sampled_from(SOURCES), st.data())
def test_no_beginning_of_a_match_is_refused(source: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex("[A-Za-z0-9 ./:,#'-]{1,12}", fullmatch=True))
    lists = {name: [name] for name in regex.findall(r"\\L<(\w+)>", source)}
    if regex.compile(source, regex.MULTILINE, **lists).match(text) is not None:
        assert may_begin(source, text)


def test_every_shipped_expression_is_followed_and_sound() -> None:
    patterns = [p for pack in load_packs() for rule in pack.rules for p in rule.patterns]
    assert all(pattern.conditions is not None for pattern in patterns)
    for pattern in patterns:
        expression = pattern.expression
        assert expression.group_names == expression.compiled.groupindex.keys()


@pytest.mark.parametrize(
    "source",
    [r"(?i)a", r"(?(1)a|b)", r"(?|a|b)", r"\X", r"\x41", r"[[:alpha:]]", r"a{e<=1}", r"(?R)", "a)"],
)
def test_what_is_not_followed_is_told(source: str) -> None:
    with pytest.raises(UnsureError):
        parse(source, unlisted)


def test_shapes_stand_for_all_characters_of_their_kind() -> None:
    text = "Ab9-é½"
    for shape, symbol in zip(shapes(text), symbols(text), strict=True):
        assert SHAPE_MASKS[ord(shape)] & MASKS[ord(symbol)]
    assert shapes("Ab9-") == "Aa0-"


def test_words_of_a_list_share_their_beginnings() -> None:
    tree = word_tree(["Ann", "Anna", "Bo"], ignore_case=False)
    spelt = Filter([[tree]], depth=8)
    assert [bool(spelt.allowed(word)) for word in ("Anna", "Ann", "An", "Bo ", "Bob", "Al")] == [
        *(True, True, True, True, True),
        False,
    ]
