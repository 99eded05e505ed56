"""Checkpoints read back from paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.checkpoint import Checkpoint, parse, sign
from deid.audit.note import SignerKey
from deid.errors import VerificationFailed
from deid.officer.typed import read_typed

KEY = SignerKey("noteveil/log/3f0c9a51d2b7e864", b"1" * 32)
NOTE = sign(Checkpoint(KEY.name, 1024, bytes(range(32))), KEY)


@given(
    st.lists(st.sampled_from([" ", "\n", "\r\n", "\t", "\n\n"]), min_size=12, max_size=12),
    st.sampled_from(["—", "–", "-", "--", "−"]),
    st.integers(1, 43),
)
def test_blanks_breaks_and_dashes_do_not_matter(blanks: list[str], dash: str, cut: int) -> None:
    origin, size, root, _empty, signature = NOTE.split("\n")[:5]
    _dash, name, signed = signature.split(" ")
    pieces = [origin, size, root[:cut], root[cut:], dash, name, signed[:cut], signed[cut:]]
    typed = blanks[0].join(["", *(a + b for a, b in zip(pieces, blanks[1:], strict=False))])
    assert read_typed(typed) == NOTE
    assert parse(read_typed("\ufeff" + typed), KEY.verifier).size == 1024


@pytest.mark.parametrize("text", ["", "nothing of the kind", NOTE.replace("—", "x"), NOTE + NOTE])
def test_what_is_no_checkpoint_stays_as_it_is(text: str) -> None:
    assert read_typed(text) == text


def test_a_letter_that_was_mistyped_is_seen() -> None:
    with pytest.raises(VerificationFailed):
        parse(read_typed(NOTE.replace("1024", "1025")), KEY.verifier)
