"""ZIP codes keep three digits, except where few people live."""

from __future__ import annotations

import pytest

from deid.redact.zips import RESTRICTED, RESTRICTED_BY_VINTAGE, generalise_zip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02139", "021**"),
        ("02139-4307", "021**"),
        ("021394307", "021**"),
        ("03601", "000**"),
        ("20501", "000**"),
        ("05901-0001", "000**"),
        ("OL14 5QF", None),
        ("K1A 0B1", None),
        ("0213", None),
        ("021", None),
        ("", None),
        ("０２１３９", None),
    ],
)
def test_generalise_zip(text: str, expected: str | None) -> None:
    assert generalise_zip(text) == expected


def test_the_default_is_the_union_of_all_vintages() -> None:
    assert all(vintage <= RESTRICTED for vintage in RESTRICTED_BY_VINTAGE.values())
    assert len(RESTRICTED) == 19
    assert {len(vintage) for vintage in RESTRICTED_BY_VINTAGE.values()} == {17, 14}


@pytest.mark.parametrize("prefix", sorted(RESTRICTED))
def test_every_restricted_prefix_is_hidden(prefix: str) -> None:
    assert generalise_zip(f"{prefix}45") == "000**"


def test_another_vintage_can_be_asked_for() -> None:
    old = RESTRICTED_BY_VINTAGE["census-2000"]
    assert generalise_zip("20501", restricted=old) == "205**"
