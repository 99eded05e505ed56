"""Escape sequences are read as the standard says, and what is not replaced stays as written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.errors import MalformedRecord, OutputError, UnsupportedFormat
from deid.formats.hl7.delimiters import Delimiters, delimiters_of
from deid.formats.hl7.escapes import Edit, Escapes

STANDARD = Escapes(Delimiters(), "utf-8")
CUT = Escapes(Delimiters(truncation="#"), "utf-8")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"one\.br\two\.sp2\three\.ce\four", "one\ntwo\nthree\nfour"),
        (r"\H\stable\N\ knee\.in+4\\.fi\.", "stable knee."),
        (r"Qu\X65\nbridge", "Quenbridge"),
        (r"M\XC3A9\ M\XC3\\XA9\ x\x0D0A\y", "Mé Mé x\r\ny"),
        (r"back to \C2842\ASCII", "back to ASCII"),
        *[
            (stray, stray)
            for stray in (r"C:\Zoe\x", r"\foo\ ", r"\.br", r"\X4\ ", r"\XZZ\ ", r"\P\ ")
        ],
    ],
)
def test_sequences_read_as_the_standard_says(raw: str, text: str) -> None:
    assert STANDARD.text(raw, place="OBX-5") == text


def test_the_sign_of_truncation_has_a_sequence_only_where_it_is_named() -> None:
    assert CUT.text(r"cut\P\ here", place="OBX-5") == "cut# here"
    assert CUT.escaped("room #12") == r"room \P\12"


@pytest.mark.parametrize("raw", [r"\C2843\x", r"\M2442\x", r"\M244200\x"])
def test_other_character_sets_are_refused(raw: str) -> None:
    with pytest.raises(UnsupportedFormat, match=r"OBX-5.*character set"):
        STANDARD.text(raw, place="OBX-5")


@pytest.mark.parametrize("raw", [r"\XFF\ ", r"\XC3\ ", r"\X00\ ", r"\X1B2442\ "])
def test_hexadecimal_data_that_is_no_text_is_refused(raw: str) -> None:
    with pytest.raises(MalformedRecord, match=r"^OBX-5: hexadecimal"):
        STANDARD.text(raw, place="OBX-5")


@pytest.mark.parametrize("raw", [r"\X4A616E65", r"\X4A616E6\ x", r"\X4A616E65/20\ ", r"\x4a616e X"])
def test_hexadecimal_data_without_an_end_is_refused(raw: str) -> None:
    with pytest.raises(MalformedRecord, match=r"^OBX-5: hexadecimal data there has no end"):
        STANDARD.text(raw, place="OBX-5")


def test_a_path_is_no_hexadecimal_data() -> None:
    assert STANDARD.text(r"C:\Xfiles\Xface", place="OBX-5") == r"C:\Xfiles\Xface"


def test_what_is_not_replaced_stays_as_it_is_written() -> None:
    raw = r"\H\Jane\N\ D\X6F\e \T\ \.br\C:\dir sees Jane\F\Doe"
    text = STANDARD.text(raw, place="x")
    edits = [
        Edit(text.index("Jane"), text.index("Doe") + 3, "[A|B]"),
        Edit(text.rindex("Jane"), len(text), "^"),
    ]
    assert STANDARD.rewritten(raw, edits, place="x") == (
        r"\H\[A\F\B]\N\ \T\ \.br\C:\dir sees \S" + "\\"
    )


def test_a_run_of_several_characters_that_is_cut_is_written_anew() -> None:
    raw = r"see \X4A616E6520697C\ now"
    assert STANDARD.rewritten(raw, [Edit(4, 8, "[X]")], place="x") == r"see [X] i\F\ now"


def test_a_stray_escape_character_makes_no_sequence_with_what_follows() -> None:
    new = STANDARD.rewritten("a\\Jane\\ b", [Edit(2, 6, "F")], place="x")
    assert STANDARD.text(new, place="x") == "a\\F\\ b"


def test_without_an_escape_character_only_plain_text_can_be_written() -> None:
    bare = Escapes(Delimiters(escape="", subcomponent=""), "utf-8")
    assert bare.text(r"a\F\b", place="x") == r"a\F\b"
    assert bare.escaped(r"[X] \ & ") == r"[X] \ & "
    with pytest.raises(OutputError, match="escape character"):
        bare.escaped("a|b")


pieces = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5),
        st.sampled_from(["F", "E", ".br", "H", "X4142", "XC3A9"]).map(lambda body: f"\\{body}\\"),
        st.just("\\"),
    ),
    max_size=6,
)


@settings(max_examples=40)
@given(pieces, st.data())
def test_values_read_as_they_were_rewritten(raws: list[str], data: st.DataObject) -> None:
    raw = "".join(raws)
    text = STANDARD.text(raw, place="x")
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    news = data.draw(st.lists(st.text("ab|^&~\\\n", max_size=4), min_size=2, max_size=2))
    edits = [Edit(start, end, new) for (start, end), new in zip(spans, news, strict=False)]
    wanted, at = "", 0
    for edit in edits:
        wanted, at = wanted + text[at : edit.start] + edit.new, edit.end
    new = STANDARD.rewritten(raw, edits, place="x")
    assert STANDARD.text(new, place="x") == wanted + text[at:]
    if not edits:
        assert new == raw


def test_a_header_names_its_delimiters() -> None:
    assert delimiters_of("MSH|^~\\&|A", place="x") == Delimiters()
    assert delimiters_of("MSH$%*/!@$A", place="x") == Delimiters("$", "%", "*", "/", "!", "@")
    assert delimiters_of("MSH|^~\\&||||", place="x") == Delimiters()
    assert delimiters_of("MSH|^~|A", place="x") == Delimiters(escape="", subcomponent="")


@pytest.mark.parametrize("header", ["MSH", "MSHA", "MSH ^~", "MSH|^^\\&|", "MSH|^~\\&#@!|"])
def test_a_header_without_delimiters_of_its_own_is_refused(header: str) -> None:
    with pytest.raises(MalformedRecord, match="x: the header names"):
        delimiters_of(header, place="x")
