from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.words import common_words
from deid.search import Found, find

NAME = "Ada Okonkwo"
LETTERS = string.ascii_lowercase


def texts(text: str, query: str, *, near: bool = False) -> list[str]:
    return [one.span.of(text) for one in find(text, query, near=near)]


@pytest.mark.parametrize(
    "written",
    [
        "okonkwo",
        "OKONKWO",
        "Òkonkwó",
        "O\u0300konkwo",
        "Оkоnkwо",  # Cyrillic О
        "Okon\u00adkwo",
        "Ｏkonkwo",
    ],
)
def test_case_accents_and_look_alikes_do_not_count(written: str) -> None:
    text = f"Seen: {written}, stable."
    assert texts(text, "Okonkwo") == [written]
    assert texts(text, written) == [written]


@pytest.mark.parametrize("blank", [" ", "   ", "\t", "\n", "\r\n   ", "\u00a0", "\u2009\u2009"])
def test_any_run_of_blanks_is_one(blank: str) -> None:
    text = f"for Ada{blank}Okonkwo today"
    assert texts(text, " ada okonkwo ") == [f"Ada{blank}Okonkwo"]


def test_typographic_signs_are_read_as_plain_ones() -> None:
    assert texts("Mr O’Brien–Ito", "o'brien-ito") == ["O’Brien–Ito"]
    assert texts("Mr O'Brien-Ito", "o’brien–ito") == ["O'Brien-Ito"]


def test_a_mark_over_the_last_letter_is_found_with_it() -> None:
    assert texts("Jose\u0301 came", "jose") == ["Jose\u0301"]


@pytest.mark.parametrize("query", ["", " \n ", "\u0301", "\u200b"])
def test_nothing_is_found_for_nothing(query: str) -> None:
    assert find("Ada Okonkwo e\u0301 \u200b", query, near=True) == ()


def test_signs_mean_themselves() -> None:
    assert texts("a.b axb (a.b", "a.b") == ["a.b", "a.b"]
    assert texts("dose (2)", "(2)", near=True) == ["(2)"]


def test_what_is_found_has_no_text_in_its_repr() -> None:
    assert "Okonkwo" not in repr(find("Ada Okonkwo", "Okonkwo"))


@given(st.text(max_size=60), st.data())
def test_what_stands_in_the_text_is_found_where_it_stands(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    query = text[start:end]
    if not any(map(str.isalnum, query)):
        return
    found = find(text, query)
    assert any(one.span.start < end and start < one.span.end for one in found)


@given(
    st.text(alphabet="AadaOkonw \n-.,é\u0301'", max_size=80),
    st.text(alphabet="AadaOkonw ", max_size=14),
)
def test_places_are_disjoint_in_order_and_of_the_text(text: str, query: str) -> None:
    plain, near = find(text, query), find(text, query, near=True)
    assert [one for one in near if one.exact] == list(plain)
    ends = 0
    for one in near:
        assert ends <= one.span.start < one.span.end <= len(text)
        ends = one.span.end


@pytest.mark.parametrize(
    "written",
    [
        "Okonkwo, Ada",
        "OKONKWO,ADA",
        "A. Okonkwo",
        "Okonkwo A",
        "AdaOkonkwo",
        "okonkwo_ada",
        "AOkonkwo",
        "Ada\n-Okonkwo",
        "Ada B. Okonkwo",
        "Okon-\n   kwo",
        "Oko-\r\nnkwo",
        "Okon kwo",
        "O k o n k w o",
        "A d a  O k o n k w o",
        "Okonkwo",
        "Okonwko",
        "Okonko",
        "Okonkkwo",
        "Okonkvo",
        "0konkvvo",
        "MrsOkonkwo",
        "Ada Okonkvo",
        "Okonkvo, Ada",
        "A.O.",
    ],
)
def test_near_misses_of_a_name(written: str) -> None:
    text = f"Seen today: {written}; stable on the ward."
    assert texts(text, NAME, near=True) == [written]
    assert texts(text, NAME) == []


@pytest.mark.parametrize("other", ["Okafor", "Okankwa", "Adams", "Oko", "Ado Nkwo", "koala"])
def test_other_names_are_no_near_misses(other: str) -> None:
    assert texts(f"Seen today: {other}; stable.", NAME, near=True) == []


def test_a_longer_name_may_have_two_errors() -> None:
    assert texts("Mr Wittingtam came", "Whittingtam", near=True) == ["Wittingtam"]
    assert texts("Mr Wittingham came", "Whittingtam", near=True) == ["Wittingham"]
    assert texts("Mr Wittinghem came", "Whittingtam", near=True) == []


def test_common_words_are_no_misspellings() -> None:
    assert {"hand", "land"} <= common_words()
    assert texts("the hand of Hanb on the land", "Hant", near=True) == ["Hanb"]


def test_the_same_part_twice_is_two_places() -> None:
    assert texts("Okonkwo, Okonkvo", NAME, near=True) == ["Okonkwo", "Okonkvo"]


def test_a_number_is_found_with_other_signs_between_its_digits() -> None:
    text = "MRN 4471-2034, 4471 2034, 44712043, 44712034"
    assert texts(text, "44712034", near=True) == text.removeprefix("MRN ").split(", ")
    assert texts("in 2024 and 2025", "2024", near=True) == ["2024"]


def test_exact_places_are_told_from_near_ones() -> None:
    text = "Okonkwo and Okonwko"
    first, second = find(text, "Okonkwo", near=True)
    assert (first.exact, second.exact) == (True, False)
    assert isinstance(first, Found)


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, str]:
    """A name of five to twelve letters, and the same with one slip."""
    name = draw(st.text(alphabet=LETTERS, min_size=5, max_size=12))
    at = draw(st.integers(0, len(name) - 2))
    letter = draw(st.sampled_from(LETTERS))
    spoilt = draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
                name[: at + 1] + "-\n" + name[at + 1 :],
            ]
        )
    )
    return name, spoilt


@given(slips())
def test_one_slip_is_always_found(slip: tuple[str, str]) -> None:
    name, spoilt = slip
    if spoilt in common_words():
        return
    assert any(spoilt in one or name in one for one in texts(f"1; {spoilt}; 2", name, near=True))
