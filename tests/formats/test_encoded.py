"""What hides another text in a text of its own, and what only looks like it."""

from __future__ import annotations

import base64

import pytest

from deid.formats.encoded import is_encoded

NAME = "Thessavine Quenbrixley"


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(NAME.encode()).decode(),
        base64.urlsafe_b64encode("Zoë Quenbrixley, born 1961".encode()).decode(),
        base64.b64encode(NAME.encode("utf-16-le")).decode(),
        base64.b64encode(NAME.encode("utf-16-be")).decode(),
        base64.b64encode("Frau Müller, geboren 14.3.1961 in Köln".encode("cp1252")).decode(),
        "Base6" + base64.b64encode(NAME.encode()).decode(),
        f"see '{base64.b64encode(NAME.encode()).decode()}' there",
        NAME.encode().hex() * 2,
        "f" + NAME.encode().hex() * 2,
    ],
)
def test_a_text_in_code_is_seen(text: str) -> None:
    assert is_encoded(text)


@pytest.mark.parametrize(
    "text",
    [
        "electroencephalographically",
        "hydroxychloroquine-azithromycin-combination",
        "-" * 400,
        "=" * 400,
        "_" * 40,
        "A" * 40,
        "0123456789012345678901234567890",
        "2.16.840.1.113883.10.20.22.4.2",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "7a1d2c3e-4b5f-4c6d-8e7f-9a0b1c2d3e4f",
        "http/example/path/of/a/very/long/address/there",
        "CURRENT_MEDICATIONS_AND_ALLERGIES_RECONCILED",
        "",
    ],
)
def test_words_numbers_and_rules_are_no_code(text: str) -> None:
    assert not is_encoded(text)


def test_a_long_run_takes_no_time_that_grows_with_its_square() -> None:
    assert not is_encoded("A" * 1_000_000)
    assert is_encoded(
        "\n".join(["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"] * 3) + "\n"
    )
