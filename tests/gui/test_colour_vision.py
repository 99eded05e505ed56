"""Marks for eyes of every kind: contrast, and kinds that stay apart without red, green or blue.

The simulation is that of Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", IEEE TVCG 15(6), 2009, with the matrices of severity 1.0,
applied to linear RGB. Colour differences are CIEDE2000 (ISO/CIE 11664-6:2014), checked against
the data of Sharma, Wu and Dalal, Color Research and Application 30(1), 2005.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum
from types import MappingProxyType

import pytest
from pytestqt.qtbot import QtBot

from deid import Finding, Label, Mark, MarkState, Span, Standard, load_policy
from gui.tables.findings import Shown
from gui.theme import DARK, HIGH_CONTRAST, LIGHT, Ink, Kind, Theme, contrast
from gui.views.mark_painter import Look
from gui.views.note_view import NoteView

THEMES = {"light": LIGHT, "dark": DARK, "high contrast": HIGH_CONTRAST}
APART = 10.0
"""The least CIEDE2000 between the lines of two kinds whose underline has the same style."""


class Vision(Enum):
    """The matrix of each kind of colour vision, in rows."""

    USUAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    PROTAN = (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    )
    DEUTAN = (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    )
    TRITAN = (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    )


Lab = tuple[float, float, float]


def seen(colour: str, vision: Vision) -> Lab:
    """A colour `#rrggbb` in CIELAB under D65, as eyes of this kind see it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    rgb = [min(max(_dot(row, linear), 0.0), 1.0) for row in vision.value]
    to_xyz = (
        (0.4124564, 0.3575761, 0.1804375),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339, 0.1191920, 0.9503041),
    )
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (_root(_dot(row, rgb) / w) for row, w in zip(to_xyz, white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _dot(row: Sequence[float], column: Sequence[float]) -> float:
    return sum(one * other for one, other in zip(row, column, strict=True))


def _root(part: float) -> float:
    edge = 6 / 29
    return part ** (1 / 3) if part > edge**3 else part / (3 * edge**2) + 4 / 29


def difference(one: Lab, other: Lab) -> float:
    """CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * math.sqrt(mean**7 / (mean**7 + 25**7))
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    grey = c1 * c2 == 0
    turn = 0.0 if grey else (h2 - h1 + 180) % 360 - 180
    hue = h1 + h2 if grey else h1 + turn / 2
    chroma, light = (c1 + c2) / 2, (l1 + l2) / 2
    weight = (
        1
        - 0.17 * _cos(hue - 30)
        + 0.24 * _cos(2 * hue)
        + 0.32 * _cos(3 * hue + 6)
        - 0.20 * _cos(4 * hue - 63)
    )
    lightness = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    colourful = (c2 - c1) / (1 + 0.045 * chroma)
    hued = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * chroma * weight)
    rotation = 60 * math.exp(-((((hue % 360) - 275) / 25) ** 2))
    turned = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(rotation))
    return math.sqrt(lightness**2 + colourful**2 + hued**2 + turned * colourful * hued)


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_differences_are_those_that_are_published(
    one: Lab, other: Lab, known: float
) -> None:
    assert difference(one, other) == pytest.approx(known, abs=1e-4)
    assert difference(other, one) == pytest.approx(known, abs=1e-4)


@pytest.mark.parametrize("vision", list(Vision))
def test_every_kind_of_eye_sees_grey_as_grey(vision: Vision) -> None:
    for row in vision.value:
        assert sum(row) == pytest.approx(1, abs=1e-5)
    assert difference(seen("#808080", vision), seen("#808080", Vision.USUAL)) < 0.01


def test_the_simulation_takes_colours_away() -> None:
    red, green = "#c03030", "#507020"
    usual = difference(seen(red, Vision.USUAL), seen(green, Vision.USUAL))
    for vision in (Vision.PROTAN, Vision.DEUTAN):
        assert difference(seen(red, vision), seen(green, vision)) < usual / 2


def distances(theme: Theme, vision: Vision) -> dict[tuple[Kind, Kind], float]:
    """How far apart the lines of each pair of kinds are."""
    return {
        (one, other): difference(
            seen(theme.kinds[one].line, vision), seen(theme.kinds[other].line, vision)
        )
        for one, other in itertools.combinations(Kind, 2)
    }


def confused(theme: Theme, vision: Vision) -> list[tuple[Kind, Kind]]:
    """Pairs of kinds that these eyes tell apart neither by colour nor by the line."""
    return [
        (one, other)
        for (one, other), apart in distances(theme, vision).items()
        if apart < APART and one.underline is other.underline
    ]


def matrix(theme: Theme, vision: Vision) -> str:
    """The distances as a table; `=` stands behind those of the same underline."""
    far = distances(theme, vision)
    lines = [" " * 11 + "".join(f"{kind.value[:8]:>9}" for kind in Kind)]
    for one in Kind:
        cells = ""
        for other in Kind:
            apart = far.get((one, other), far.get((other, one)))
            same = "=" if one.underline is other.underline else " "
            cells += " " * 9 if apart is None else f"{apart:8.1f}{same}"
        lines.append(f"{one.value:<11}{cells}")
    return "\n".join(lines)


@pytest.mark.parametrize("vision", list(Vision), ids=lambda vision: vision.name.lower())
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_kinds_stay_apart_for_every_kind_of_eye(theme: Theme, vision: Vision) -> None:
    assert len(distances(theme, vision)) == 28
    pairs = confused(theme, vision)
    assert not pairs, f"{pairs} under {vision.name}\n{matrix(theme, vision)}"
    # What is told apart by the line alone has another letter on its badge as well.
    assert len({kind.letter for kind in Kind}) == len(Kind)


def test_two_kinds_of_one_look_are_noticed() -> None:
    kinds = dict(LIGHT.kinds)
    kinds[Kind.ID] = kinds[Kind.NAME]
    spoilt = replace(LIGHT, kinds=MappingProxyType(kinds))
    for vision in Vision:
        assert confused(spoilt, vision) == [(Kind.NAME, Kind.ID)]
        assert "0.0=" in matrix(spoilt, vision)
    # Red and green of one lightness are apart for most eyes, and one for some.
    kinds = {**LIGHT.kinds, Kind.NAME: Ink("#a05000", "#ffffff"), Kind.ID: Ink("#6b6600", "#fff")}
    spoilt = replace(LIGHT, kinds=MappingProxyType(kinds))
    assert confused(spoilt, Vision.USUAL) == []
    assert confused(spoilt, Vision.DEUTAN) == [(Kind.NAME, Kind.ID)]


def looks(theme: Theme, qtbot: QtBot) -> Iterator[tuple[Label, MarkState, Look]]:
    """How the note shows a mark of each label and state, sure and unsure."""
    standard = Standard(load_policy("everything"), certain_from=0.85)
    view = NoteView(theme, standard, ())
    qtbot.addWidget(view)
    cases = list(itertools.product(Label, MarkState, (0.2, 0.99)))
    text = "word " * len(cases)
    view.show_text(text)
    marks = [
        Mark(Finding(Span(5 * at, 5 * at + 4), label, score, "model:0a1b2c3d"), state)
        for at, (label, state, score) in enumerate(cases)
    ]
    view.show_marks(marks, standard, marks[0], Shown.ALL)
    for at, (label, state, _) in enumerate(cases):
        look = view._look(at)
        assert look is not None
        yield label, state, look


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_mark_in_every_state_stands_out(theme: Theme, qtbot: QtBot) -> None:
    weak: list[str] = []
    count = 0
    for label, state, look in looks(theme, qtbot):
        count += 1
        ground = look.tint or theme.surface
        for what, found, least in (
            ("line on surface", contrast(look.line, theme.surface), 3),
            ("line on tint", contrast(look.line, ground), 3),
            ("text on tint", contrast(theme.text, ground), 7 if theme is HIGH_CONTRAST else 4.5),
            ("letter on badge", contrast(theme.surface, look.line), 4.5),
            ("frame on tint", contrast(theme.accent, ground), 3),
            ("frame on surface", contrast(theme.accent, theme.surface), 3),
        ):
            if found < least:
                weak.append(f"{label.value:<18}{state.value:<10}{what:<18}{found:5.2f} < {least}")
    assert count == 2 * len(Label) * len(MarkState)
    assert not weak, "\n".join(weak)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_state_is_told_by_more_than_colour(theme: Theme, qtbot: QtBot) -> None:
    signs: dict[str, set[str]] = {}
    for _, state, look in looks(theme, qtbot):
        signs.setdefault(state.value, set()).add(look.badge[1:])
    assert set(signs) == {state.value for state in MarkState}
    # A mark that nobody looked at has a question mark or no sign; every other state its own.
    assert signs[MarkState.OPEN.value] == {"", "?"}
    others = [signs[state.value] for state in MarkState if state is not MarkState.OPEN]
    for one, other in itertools.combinations(others, 2):
        assert one.isdisjoint(other)
