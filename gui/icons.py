"""Icons, drawn as strokes on a grid of 24 in the colour that is asked for."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

_SCALES = (1, 2, 3)

ICON_SIZE = 18
"""The usual size of an icon in logical pixels."""


class Symbol(StrEnum):
    """The icons there are; the value is the inside of an SVG."""

    OPEN = (
        '<path d="M3 18V6a1.5 1.5 0 0 1 1.5-1.5H9l2.5 3h8A1.5 1.5 0 0 1 21 9v9a1.5 1.5 0 0 '
        '1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18z"/>'
    )
    PASTE = (
        '<rect x="5" y="4.5" width="14" height="16.5" rx="2"/>'
        '<path d="M9 3h6v3.5H9z"/>'
        '<path d="M9 12h6M9 16h4"/>'
    )
    NEW = (
        '<path d="M13.5 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8.5z"/>'
        '<path d="M13.5 3v5.5H19M12 12v6M9 15h6"/>'
    )
    EXAMINE = (
        '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21M7.5 10.5h6M10.5 7.5v6"/>'
    )
    EDIT = '<path d="M4 20l1-4.5L16.5 4a2.1 2.1 0 0 1 3 3L8 18.5z"/><path d="M14.5 6l3.5 3.5"/>'
    UNDO = '<path d="M8 5 3.5 9.5 8 14"/><path d="M4 9.5h10a6 6 0 0 1 0 12H9"/>'
    REDO = '<path d="M16 5l4.5 4.5L16 14"/><path d="M20 9.5H10a6 6 0 0 0 0 12h5"/>'
    SAVE = (
        '<path d="M12 3.5V15M7 10.5l5 5 5-5"/>'
        '<path d="M4 16.5V19a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-2.5"/>'
    )
    ACCEPT = '<path d="M4.5 12.5l5 5L20 7"/>'
    REJECT = '<path d="M6 6l12 12M18 6 6 18"/>'
    LABEL = '<path d="M3.5 11.5v-7a1 1 0 0 1 1-1h7L21 13l-8 8z"/><circle cx="8" cy="8" r="1.4"/>'
    ADD = '<path d="M12 5v14M5 12h14"/>'
    NEXT = '<path d="M6 9.5l6 6 6-6"/>'
    PREVIOUS = '<path d="M6 14.5l6-6 6 6"/>'
    VERIFY = (
        '<path d="M12 3l7.5 2.8V11c0 5-3.2 8.3-7.5 10C7.7 19.3 4.5 16 4.5 11V5.8z"/>'
        '<path d="M8.5 11.8l2.6 2.6 4.5-4.7"/>'
    )
    RELOAD = '<path d="M20 11.5A8 8 0 1 0 18 17.3"/><path d="M20.5 5.5v6h-6"/>'
    NOTE = (
        '<path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8z"/>'
        '<path d="M14 3v5h5M8.5 12.5h7M8.5 16.5h5"/>'
    )
    PAGES = (
        '<rect x="3.5" y="5" width="7.5" height="14" rx="1"/>'
        '<rect x="13" y="5" width="7.5" height="14" rx="1"/><path d="M6 9h2.5M15.5 9H18M6 12h2.5"/>'
    )
    ALERT = '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5M12 17.3v.2"/>'
    INFO = '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.7v.2"/>'
    FOLDER = (
        '<path d="M3 17V6a1.5 1.5 0 0 1 1.5-1.5H9l2.5 3h8A1.5 1.5 0 0 1 21 9v8"/>'
        '<path d="M3 20.5h18M12 11v5M9.5 13.5h5"/>'
    )
    COPY = (
        '<rect x="8.5" y="8.5" width="12" height="12" rx="2"/>'
        '<path d="M15.5 8.5v-3a2 2 0 0 0-2-2h-8a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h3"/>'
    )
    FINISH = '<path d="M2.5 12.5l4.5 5L15 7M11.5 15.5l2 2L21.5 7"/>'
    FIND = '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>'
    PAUSE = '<path d="M8.5 5v14M15.5 5v14"/>'
    QUEUE = '<path d="M9 6h12M9 12h12M9 18h12M4 6h.2M4 12h.2M4 18h.2"/>'
    LOCK = (
        '<rect x="5" y="10.5" width="14" height="10" rx="2"/>'
        '<path d="M8 10.5V7.5a4 4 0 0 1 8 0v3"/>'
    )
    CLOSE = '<path d="M7 7l10 10M17 7 7 17"/>'


def icon(
    symbol: Symbol, colour: str, *, disabled: str | None = None, size: int = ICON_SIZE
) -> QIcon:
    """The icon in this colour, sharp at one to three times the usual resolution.

    Args:
        symbol: which.
        colour: `#rrggbb`.
        disabled: the colour while the action cannot be taken; the same if not given.
        size: in logical pixels.
    """
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(pixmap(symbol, colour, size, ratio=scale), QIcon.Mode.Normal)
        faint = pixmap(symbol, disabled or colour, size, ratio=scale)
        made.addPixmap(faint, QIcon.Mode.Disabled)
    return made


def pixmap(symbol: Symbol, colour: str, size: int, *, ratio: float = 1.0) -> QPixmap:
    """The symbol in this colour as a square of `size` logical pixels."""
    drawn = QPixmap()
    key = f"symbol {symbol.name} {colour} {size} {ratio}"
    if not QPixmapCache.find(key, drawn):
        drawn = _drawn(symbol, colour, size, ratio)
        QPixmapCache.insert(key, drawn)
    return drawn


def _drawn(symbol: Symbol, colour: str, size: int, ratio: float) -> QPixmap:
    made = QPixmap(QSize(size, size) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" '
        f'stroke="{colour}" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round">'
        f"{symbol.value}</svg>"
    )
    painter = QPainter(made)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
