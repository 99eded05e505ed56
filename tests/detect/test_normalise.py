from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.detect import View
from deid.detect.normalise import normalise

_PLAIN = st.text(st.characters(max_codepoint=127, exclude_characters="&%\r"))
_ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\u200b\u202e\u00ad\ufeff\u0301\u0336\ufb01\uff21\u0430&%;#4025ampCE2\r\n"),
        st.characters(categories=["Cs"]),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ｓｍｉｔｈ", "Smith"),
        ("𝓢𝓶𝓲𝓽𝓱 𝟓𝟓𝟓", "Smith 555"),
        ("Ѕmіth", "Smith"),
        ("О'Brien", "O'Brien"),
        ("Анна", "Анна"),
        ("μg β-blocker", "μg β-blocker"),
        ("Sm\u200bi\u2060th", "Smith"),
        ("\u202eSmith\u202c", "Smith"),
        ("Smi\u00adth", "Smith"),
        ("Jane\u00a0Doe\u2009x\u3000y", "Jane Doe x y"),
        ("ﬁnch", "finch"),
        ("Jose\u0301", "José"),
        ("S\u0336m\u0336i\u0336", "Smi"),
        ("&#74;ane &#x4A;ane &amp;#74;", "Jane Jane J"),
        ("Jane&nbsp;Doe&shy;s", "Jane Does"),
        ("jane%40example.org %4aos%C3%A9 %2540", "jane@example.org José @"),
        ("5–6 — O’Neil “x”", '5-6 - O\'Neil "x"'),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("٠٥٥", "055"),
        ("ᴶᵃⁿᵉ", "Jane"),
        ("ᴊᴀɴᴇ 🄹🅐", "jane JA"),
        ("\ud800x", "\ud800x"),
    ],
)
def test_reads_what_is_meant(written: str, read: str) -> None:
    assert normalise(written).text == read


@pytest.mark.parametrize(
    "text",
    [
        "A&P: R&D; EF 45% &unknown; caf%e9 &#xD800;",
        "98%20 min",
        "1½ m² 10³ Tylenol™ 98º",
        "&amp &#0;",
    ],
)
def test_leaves_what_is_no_encoding(text: str) -> None:
    assert normalise(text).text == text


@given(_PLAIN)
def test_plain_text_is_the_same_object_with_range_maps(text: str) -> None:
    view = normalise(text)
    assert view.text is text
    assert view.starts == range(len(text))
    assert view.ends == range(1, len(text) + 1)


@given(_ODD)
def test_spans_rise_lie_within_the_text_and_are_not_empty(text: str) -> None:
    view = normalise(text)
    assert view.original is text
    assert len(view.text) == len(view.starts) == len(view.ends)
    assert list(view.starts) == sorted(view.starts)
    assert list(view.ends) == sorted(view.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(view.starts, view.ends, strict=True))
    # Distinct spans do not overlap; equal ones come from one character that spells several.
    for i in range(1, len(view.text)):
        same = view.starts[i] == view.starts[i - 1]
        assert same or view.starts[i] >= view.ends[i - 1]


@given(_ODD)
def test_offsets_come_out_as_plain_integers(text: str) -> None:
    view = normalise(text)
    assert all(type(offset) is int for offset in (*view.starts, *view.ends))


def _full_width(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in word)


def _scattered(word: str) -> str:
    return "\u200b".join(word)


def _soft(word: str) -> str:
    return "\u00ad\u200d".join(word)


def _entities(word: str) -> str:
    return "".join(f"&#{ord(c)};" for c in word)


def _percent(word: str) -> str:
    return "".join(f"%{ord(c):02X}" for c in word)


def _bold(word: str) -> str:
    return "".join(chr(0x1D400 + ord(c) - 65 + (0 if c.isupper() else -6)) for c in word)


_DISGUISES = [_full_width, _scattered, _soft, _entities, _percent, _bold]


@given(
    before=st.text("abc, .\n", max_size=20),
    word=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12),
    disguise=st.sampled_from(_DISGUISES),
    after=st.text("abc, .\n\u00e9", max_size=20),
)
def test_a_disguised_word_maps_back_to_its_own_slice(
    before: str, word: str, disguise: Callable[[str], str], after: str
) -> None:
    hidden = disguise(word)
    view = normalise(f"{before} {hidden} {after}")
    start = len(before) + 1
    assert view.text[start : start + len(word)] == word
    assert view.span(start, start + len(word)).of(view.original) == hidden


def test_a_span_takes_along_the_invisible_characters_within_it() -> None:
    view = normalise("x \u200bO\u200bk\u00ado\u200b y")
    assert view.text == "x Oko y"
    assert view.span(2, 5).of(view.original) == "O\u200bk\u00ado"


def _spelled(view: View) -> str:
    return "".join(
        view.original[s:e] for s, e in sorted(set(zip(view.starts, view.ends, strict=True)))
    )


@given(st.text(st.characters(categories=["L", "N", "P", "Z"], exclude_characters="\r")))
def test_nothing_that_is_visible_is_left_out_of_the_map(text: str) -> None:
    view = normalise(text)
    visible = "".join(c for c in text if normalise(f"a{c}").text != "a")
    assert _spelled(view) == visible


def test_long_hostile_runs_are_read_in_full() -> None:
    for piece in ("&amp;", "%25", "e\u0336", "&", "%C3", "а1"):
        view = normalise(piece * 20_000)
        assert view.span(0, len(view.text)).of(view.original) == piece * 20_000


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("seen by M a r t a today", "seen by Marta today"),
        ("on 0 3 / 1 4 / 2 0 2 4.", "on 03/14/2024."),
        ("on 0 3 / 1 4 / 2 0 2 4 by", "on 03/14/2024 by"),
        ("on O c t o b e r   1 2 ,   2 0 0 3 is", "on October 12, 2003 is"),
        ("2 1   M a r   2 0 0 6", "21 Mar 2006"),
        ("2 2 - M a y - 2 0 2 4", "22-May-2024"),
        ("9   M a y", "9 May"),
        ("in 1 9 6 8.", "in 1968."),
        ("pain 2 0 1 3 4", "pain 2 0 1 3 4"),
        ("pain 4 2 0 1 3", "pain 4 2 0 1 3"),
        ("score 1 2 3 4 5 6", "score 1 2 3 4 5 6"),
        ("vitamins A B C D", "vitamins A B C D"),
        ("02%2F09%2F2023", "02/09/2023"),
        ("10%2014", "10 14"),
        ("sats 98%20 min", "sats 98%20 min"),
    ],
)
def test_characters_that_stand_apart_or_are_escaped_are_read_together(text: str, read: str) -> None:
    assert normalise(text).text == read


def test_a_closed_up_word_covers_all_its_characters() -> None:
    text = "by  M a r t a  now"
    view = normalise(text)
    start = view.text.index("Marta")
    assert view.span(start, start + 5).of(text) == "M a r t a"
