from __future__ import annotations

import pytest

from deid.detect.lookalikes import scanned_form


@pytest.mark.parametrize(
    ("read", "meant"),
    [("0k0nkvvo", "okonkwo"), ("rnarta", "marta"), ("he|ga", "helga"), ("c1aude", "claude")],
)
def test_misread_words_have_the_form_of_what_was_meant(read: str, meant: str) -> None:
    assert scanned_form(read) == scanned_form(meant)


def test_other_words_have_another_form() -> None:
    assert scanned_form("marta") != scanned_form("martha")
