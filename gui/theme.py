"""Colours, underline styles and letters: how each kind of identifier looks, in light and dark.

A kind is never told by hue alone: each has an underline style and a letter of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QPalette

from deid import Label
from gui.words import QT_TRANSLATE_NOOP


class Kind(StrEnum):
    """The i2b2 2014 categories of identifiers."""

    NAME = "NAME"
    LOCATION = "LOCATION"
    DATE = "DATE"
    AGE = "AGE"
    CONTACT = "CONTACT"
    ID = "ID"
    PROFESSION = "PROFESSION"
    OTHER = "OTHER"

    @classmethod
    @cache
    def of(cls, label: Label) -> Kind:
        """The category that a label belongs to."""
        return cls(label.names.category)

    @property
    def letter(self) -> str:
        """What stands for it on a badge."""
        return "#" if self is Kind.ID else self.value[0]

    @property
    def underline(self) -> Qt.PenStyle:
        """The style of the line below it."""
        return _UNDERLINES[self]

    def title(self) -> str:
        """Its name for people."""
        return QCoreApplication.translate("Kind", _TITLES[self])


_UNDERLINES = {
    Kind.NAME: Qt.PenStyle.SolidLine,
    Kind.LOCATION: Qt.PenStyle.DashLine,
    Kind.DATE: Qt.PenStyle.DotLine,
    Kind.AGE: Qt.PenStyle.DashDotDotLine,
    Kind.CONTACT: Qt.PenStyle.DashDotLine,
    Kind.ID: Qt.PenStyle.SolidLine,
    Kind.PROFESSION: Qt.PenStyle.DashLine,
    Kind.OTHER: Qt.PenStyle.DotLine,
}
_TITLES = {
    Kind.NAME: QT_TRANSLATE_NOOP("Kind", "Names"),
    Kind.LOCATION: QT_TRANSLATE_NOOP("Kind", "Places"),
    Kind.DATE: QT_TRANSLATE_NOOP("Kind", "Dates"),
    Kind.AGE: QT_TRANSLATE_NOOP("Kind", "Ages"),
    Kind.CONTACT: QT_TRANSLATE_NOOP("Kind", "Contacts"),
    Kind.ID: QT_TRANSLATE_NOOP("Kind", "Numbers"),
    Kind.PROFESSION: QT_TRANSLATE_NOOP("Kind", "Professions"),
    Kind.OTHER: QT_TRANSLATE_NOOP("Kind", "Other"),
}


@dataclass(frozen=True, slots=True)
class Ink:
    """A strong colour for lines and letters, and the tint that it stands on."""

    line: str
    tint: str


@dataclass(frozen=True, slots=True)
class Theme:
    """All colours of one appearance, as `#rrggbb`, and how large everything is.

    Attributes:
        scale: 1 is the usual size.
    """

    dark: bool
    window: str
    surface: str
    raised: str
    border: str
    hairline: str
    hover: str
    text: str
    muted: str
    faint: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    good: Ink
    caution: Ink
    bad: Ink
    neutral: Ink
    kinds: Mapping[Kind, Ink]
    scale: float = 1.0

    def px(self, pixels: float) -> int:
        """A length that measures so many pixels at the usual size."""
        return round(pixels * self.scale)

    def ink(self, label: Label) -> Ink:
        """The colours of a label."""
        return self.kinds[Kind.of(label)]

    def palette(self) -> QPalette:
        """The same colours for what Qt paints by itself."""
        palette = QPalette()
        role = QPalette.ColorRole
        for target, colour in (
            (role.Window, self.window),
            (role.WindowText, self.text),
            (role.Base, self.surface),
            (role.AlternateBase, self.raised),
            (role.Text, self.text),
            (role.Button, self.surface),
            (role.ButtonText, self.text),
            (role.ToolTipBase, self.raised),
            (role.ToolTipText, self.text),
            (role.PlaceholderText, self.muted),
            (role.Highlight, self.selection),
            (role.HighlightedText, self.text),
            (role.Link, self.accent),
            (role.Mid, self.border),
            (role.BrightText, self.on_accent),
        ):
            palette.setColor(target, QColor(colour))
        for target in (role.Text, role.ButtonText, role.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(self.faint))
        return palette


LIGHT = Theme(
    dark=False,
    window="#f4f6f8",
    surface="#ffffff",
    raised="#f9fafb",
    border="#d5dbe1",
    hairline="#edf0f3",
    hover="#eaeff2",
    text="#1b2530",
    muted="#566473",
    faint="#94a0ab",
    accent="#0f5f73",
    accent_hover="#0b4d5e",
    on_accent="#ffffff",
    selection="#bfe0e8",
    good=Ink("#136b43", "#dcf2e6"),
    caution=Ink("#8a5200", "#fdeecf"),
    bad=Ink("#a8201a", "#fbe1df"),
    neutral=Ink("#4c5a68", "#e7ebef"),
    kinds=MappingProxyType(
        {
            Kind.NAME: Ink("#1c58b0", "#dde9fb"),
            Kind.LOCATION: Ink("#0a6b52", "#d3f0e5"),
            Kind.DATE: Ink("#8f5200", "#fcebc8"),
            Kind.AGE: Ink("#754326", "#f2e2d6"),
            Kind.CONTACT: Ink("#7a359a", "#f0e1f8"),
            Kind.ID: Ink("#a81f63", "#fbdfec"),
            Kind.PROFESSION: Ink("#475f00", "#e6efc9"),
            Kind.OTHER: Ink("#4c5a68", "#e2e7ec"),
        }
    ),
)

DARK = Theme(
    dark=True,
    window="#14191f",
    surface="#1b2129",
    raised="#222a33",
    border="#37424e",
    hairline="#262f38",
    hover="#2a333d",
    text="#e6ebf0",
    muted="#9aa8b6",
    faint="#687583",
    accent="#5cc3da",
    accent_hover="#83d5e7",
    on_accent="#06222a",
    selection="#264d58",
    good=Ink("#6fd3a0", "#163a2a"),
    caution=Ink("#f0bb5b", "#40300f"),
    bad=Ink("#ff9a92", "#4a1f1d"),
    neutral=Ink("#aab7c4", "#2a333d"),
    kinds=MappingProxyType(
        {
            Kind.NAME: Ink("#8fbcff", "#1e3557"),
            Kind.LOCATION: Ink("#62d0ae", "#143d33"),
            Kind.DATE: Ink("#f2b65c", "#45320f"),
            Kind.AGE: Ink("#dfa584", "#432d20"),
            Kind.CONTACT: Ink("#d3a3ee", "#3d2750"),
            Kind.ID: Ink("#ff94c2", "#501f38"),
            Kind.PROFESSION: Ink("#b9d257", "#333f10"),
            Kind.OTHER: Ink("#aab7c4", "#2d3742"),
        }
    ),
)


HIGH_CONTRAST = Theme(
    dark=True,
    window="#000000",
    surface="#000000",
    raised="#000000",
    border="#ffffff",
    hairline="#7a7a7a",
    hover="#333333",
    text="#ffffff",
    muted="#ffffff",
    faint="#a8a8a8",
    accent="#ffff00",
    accent_hover="#ffff99",
    on_accent="#000000",
    selection="#004a66",
    good=Ink("#5cff9d", "#002b12"),
    caution=Ink("#ffd75e", "#2e2200"),
    bad=Ink("#ffb3ad", "#3a0503"),
    neutral=Ink("#ffffff", "#1f1f1f"),
    kinds=MappingProxyType(
        {
            Kind.NAME: Ink("#9ecbff", "#00193d"),
            Kind.LOCATION: Ink("#5cffcf", "#002b20"),
            Kind.DATE: Ink("#ffd15c", "#2e2000"),
            Kind.AGE: Ink("#ffb894", "#331400"),
            Kind.CONTACT: Ink("#e5b8ff", "#26003d"),
            Kind.ID: Ink("#ff7ab8", "#3a001d"),
            Kind.PROFESSION: Ink("#dcff5c", "#1f2900"),
            Kind.OTHER: Ink("#ffffff", "#262626"),
        }
    ),
)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
