"""Sealing opens with the right key at the right place only; what is kept comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.errors import VaultUnusable
from deid.labels import Label
from deid.vault.keeping import binding
from deid.vault.sealing import new_private_key, open_sealed, public_key_of, seal
from deid.vault.values import (
    KeptValue,
    Place,
    from_bytes,
    places_from_text,
    places_to_text,
    to_bytes,
)

KEY = new_private_key()
PUBLIC = public_key_of(KEY)

SPANS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**3)).map(
    lambda pair: Span(pair[0], pair[0] + pair[1])
)
PLACES = st.builds(Place, SPANS, st.sampled_from(Label))
TEXTS = st.text(st.characters(codec=None), max_size=40)  # lone surrogates too
VALUES = st.lists(st.builds(KeptValue, PLACES, SPANS, TEXTS, TEXTS), max_size=8).map(tuple)


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_what_is_sealed_opens_with_the_private_half(plain: bytes, info: bytes) -> None:
    assert open_sealed(seal(plain, PUBLIC, info=info), KEY, info=info) == plain


@given(st.binary(max_size=60), st.integers(0), st.integers(1, 255))
def test_a_changed_byte_opens_nothing(plain: bytes, at: int, flip: int) -> None:
    sealed = bytearray(seal(plain, PUBLIC, info=b"here"))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(VaultUnusable):
        open_sealed(bytes(sealed), KEY, info=b"here")


def test_another_key_or_place_opens_nothing() -> None:
    sealed = seal(b"value", PUBLIC, info=b"here")
    for wrong in (sealed[:-1], sealed[:31], b""):
        with pytest.raises(VaultUnusable):
            open_sealed(wrong, KEY, info=b"here")
    with pytest.raises(VaultUnusable):
        open_sealed(sealed, new_private_key(), info=b"here")
    with pytest.raises(VaultUnusable):
        open_sealed(sealed, KEY, info=b"there")


def test_the_same_value_is_never_sealed_alike() -> None:
    assert seal(b"value", PUBLIC, info=b"") != seal(b"value", PUBLIC, info=b"")


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(32)])
def test_nothing_is_sealed_to_what_is_no_key(public: bytes) -> None:
    with pytest.raises(VaultUnusable):
        seal(b"value", public, info=b"")


def test_a_note_and_its_output_are_told_apart() -> None:
    assert binding("ab", "c") != binding("a", "bc")


@given(VALUES)
def test_values_come_back_as_they_were_and_their_length_tells_little(
    values: tuple[KeptValue, ...],
) -> None:
    written = to_bytes(values)
    assert from_bytes(written) == values
    assert len(written) % 256 == 0
    places = tuple(value.place for value in values)
    assert places_from_text(places_to_text(places)) == places


@pytest.mark.parametrize(
    "plain", [b"", b"{}x", b"[1]", b"[[1]]", b'[["NAME",[0,1],[0,1],"",""]]', b"\xff"]
)
def test_what_are_no_values_is_refused(plain: bytes) -> None:
    with pytest.raises(VaultUnusable):
        from_bytes(plain)
    with pytest.raises(VaultUnusable):
        places_from_text(plain.decode("latin-1"))
