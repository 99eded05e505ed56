from __future__ import annotations

import itertools

import pytest

from deid.labels import Label
from gui.icons import Symbol, pixmap
from gui.style import style_sheet
from gui.theme import DARK, LIGHT, Kind, Theme, contrast

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_can_be_read(theme: Theme, kind: Kind) -> None:
    ink = theme.kinds[kind]
    assert contrast(theme.text, ink.tint) >= 7
    assert contrast(ink.line, ink.tint) >= 4.5
    assert contrast(ink.line, theme.surface) >= 4.5


@THEMES
def test_text_can_be_read_on_every_ground(theme: Theme) -> None:
    for ground in (theme.window, theme.surface, theme.raised, theme.selection, theme.hover):
        assert contrast(theme.text, ground) >= 7
    for ground in (theme.window, theme.surface, theme.raised):
        assert contrast(theme.muted, ground) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    for ink in (theme.good, theme.caution, theme.bad, theme.neutral):
        assert contrast(ink.line, ink.tint) >= 4.5
        assert contrast(theme.text, ink.tint) >= 7


def test_no_two_kinds_share_letter_and_line() -> None:
    signs = {(kind.letter, kind.underline) for kind in Kind}
    assert len(signs) == len(Kind)
    assert len({kind.letter for kind in Kind}) == len(Kind)


@THEMES
def test_no_two_kinds_share_colours(theme: Theme) -> None:
    for one, other in itertools.combinations(theme.kinds.values(), 2):
        assert one != other


@pytest.mark.parametrize("label", list(Label))
def test_every_label_has_a_look(label: Label) -> None:
    assert LIGHT.ink(label)
    assert Kind.of(label).title()


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_the_style_sheet_names_no_colour_that_the_theme_lacks(theme: Theme) -> None:
    assert "$" not in style_sheet(theme)


@pytest.mark.parametrize("symbol", list(Symbol))
def test_every_icon_draws_something(symbol: Symbol, qapp: object) -> None:
    image = pixmap(symbol, "#ff0000", 24, ratio=2).toImage()
    assert image.width() == 48
    drawn = sum(image.pixelColor(x, y).alpha() > 0 for x in range(48) for y in range(48))
    assert drawn > 40
