from __future__ import annotations

import secrets

import pytest
from hypothesis import given, strategies

from deid.errors import WorklistUnusable
from deid.worklist.seal import Seal

KEY = bytes(range(32))
texts = strategies.text(strategies.characters(exclude_categories=()))


@given(texts, texts)
def test_what_was_sealed_is_opened_in_its_place_alone(text: str, place: str) -> None:
    place = place.encode("utf-8", "replace").decode()
    sealed = Seal(KEY).close(text, place=place)
    assert Seal(KEY).open(sealed, place=place) == text
    with pytest.raises(WorklistUnusable, match="damaged"):
        Seal(KEY).open(sealed, place=f"{place}0")
    with pytest.raises(WorklistUnusable, match="damaged"):
        Seal(secrets.token_bytes(32)).open(sealed, place=place)


@given(texts, strategies.data())
def test_no_changed_byte_goes_unseen(text: str, data: strategies.DataObject) -> None:
    sealed = bytearray(Seal(KEY).close(text, place="here"))
    at = data.draw(strategies.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(strategies.integers(1, 255))
    with pytest.raises(WorklistUnusable):
        Seal(KEY).open(bytes(sealed), place="here")


def test_cut_and_empty_ones_are_refused() -> None:
    sealed = Seal(KEY).close("Quenbridge", place="here")
    for cut in (b"", sealed[:5], sealed[:12], sealed[:-1]):
        with pytest.raises(WorklistUnusable):
            Seal(KEY).open(cut, place="here")


def test_equal_texts_look_different() -> None:
    seal = Seal(KEY)
    assert seal.close("Quenbridge", place="here") != seal.close("Quenbridge", place="here")
