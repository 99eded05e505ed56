from __future__ import annotations

import pytest

from gui.keys import Scope, Unfit, canonical, clashes, scope, unfit


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("ctrl+shift+a", "Ctrl+Shift+A"),
        ("Shift+Ctrl+A", "Ctrl+Shift+A"),
        ("Ctrl++", "Ctrl++"),
        ("Ctrl+PgDown", "Ctrl+PgDown"),
        ("a", "A"),
        ("?", "?"),
        ("nonsense", ""),
        ("Ctrl+nonsense", ""),
        ("Ctrl+K, Ctrl+S", ""),
        ("", ""),
    ],
)
def test_a_key_is_written_in_one_way(key: str, written: str) -> None:
    assert canonical(key) == written


@pytest.mark.parametrize(
    ("key", "where"),
    [
        ("A", Scope.REVIEW),
        ("Shift+A", Scope.REVIEW),
        ("7", Scope.REVIEW),
        ("Ä", Scope.REVIEW),
        ("Del", Scope.REVIEW),
        ("F8", Scope.WINDOW),
        ("Shift+F8", Scope.WINDOW),
        ("?", Scope.WINDOW),
        ("Ctrl+A", Scope.WINDOW),
        ("Alt+Right", Scope.WINDOW),
    ],
)
def test_what_is_typed_works_only_in_the_review(key: str, where: Scope) -> None:
    assert scope(key) is where


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("Tab", Unfit.MOVES),
        ("Return", Unfit.MOVES),
        ("Space", Unfit.MOVES),
        ("Shift+Right", Unfit.MOVES),
        ("Ctrl+C", Unfit.OF_TEXT),
        ("ctrl+a", Unfit.OF_TEXT),
        ("Alt+N", Unfit.OPENS_MENU),
        ("nonsense", Unfit.NOT_ONE_KEY),
        ("Ctrl+K, Ctrl+S", Unfit.NOT_ONE_KEY),
        ("Ctrl+Return", None),
        ("Alt+Right", None),
        ("Alt+1", None),
        ("X", None),
        ("F12", None),
    ],
)
def test_a_key_that_something_else_needs_is_not_given_away(key: str, reason: Unfit | None) -> None:
    assert unfit(key) is reason
    assert reason is None or reason.told()


def test_a_key_that_two_have_is_told() -> None:
    keys = {"one": ("Ctrl+L", "A"), "two": ("ctrl+l",), "three": ("B", "B"), "four": ()}
    assert clashes(keys) == {"Ctrl+L": ("one", "two"), "B": ("three", "three")}
