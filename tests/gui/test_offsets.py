from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextDocument

from gui.offsets import OffsetMap

# Everything that a note may hold: no lone surrogates, and no control characters but line ends.
TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab \n\r\t\u00a0\u2028\u0301😀𝔸🏥\ufeff"),
        st.characters(exclude_categories=("Cs", "Cc")),
    )
)


@given(TEXTS)
def test_offsets_round_trip(text: str) -> None:
    offsets = OffsetMap(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n" or offset == 0:
            assert offsets.offset(offsets.position(offset)) == offset


@given(TEXTS)
def test_positions_are_those_of_the_document_that_shows_the_text(text: str) -> None:
    document = QTextDocument()
    document.setPlainText(text)
    offsets = OffsetMap(text)
    # A QTextDocument counts the end of its last block as well.
    assert offsets.position(len(text)) == document.characterCount() - 1
    for offset, character in enumerate(text):
        if character.isalnum():
            shown = document.toRawText().encode("utf-16-le")[2 * offsets.position(offset) :]
            assert shown.startswith(character.encode("utf-16-le"))


def test_astral_characters_take_two_positions() -> None:
    offsets = OffsetMap("a😀b")
    assert [offsets.position(offset) for offset in range(4)] == [0, 1, 3, 4]
    assert [offsets.offset(position) for position in range(5)] == [0, 1, 1, 2, 3]


def test_a_line_end_of_two_characters_takes_one_position() -> None:
    offsets = OffsetMap("a\r\nb")
    assert offsets.position(3) == 2
    assert offsets.offset(1) == 1
    assert offsets.offset(2) == 3
