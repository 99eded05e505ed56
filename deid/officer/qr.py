"""QR codes (ISO/IEC 18004): as a picture, for the terminal, and as squares to paint."""

from __future__ import annotations

import io
from typing import Any, Final

_BORDER: Final = 4
"""Blank squares around, which readers want (ISO/IEC 18004, quiet zone)."""

_PIXELS: Final = 8


def qr_squares(text: str) -> tuple[tuple[bool, ...], ...]:
    """The rows of the code with its blank border; True is dark."""
    return tuple(
        tuple(bool(square) for square in row) for row in _code(text).matrix_iter(border=_BORDER)
    )


def qr_png(text: str) -> bytes:
    """The code as a PNG without any text in it."""
    return _saved(text, "png", scale=_PIXELS)


def qr_svg(text: str) -> bytes:
    """The code as an SVG."""
    return _saved(text, "svg", scale=_PIXELS, light="white")


def qr_terminal(text: str) -> str:
    """The code in half blocks, dark on the light background that it is printed with."""
    rows = [list(row) for row in qr_squares(text)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    # Light squares are drawn, because most terminals are dark.
    blocks = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
    lines = (
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(rows[::2], rows[1::2], strict=True)
    )
    return "".join(f"{line}\n" for line in lines)


def _code(text: str) -> Any:
    import segno

    return segno.make(text, micro=False, error="m", encoding="utf-8")


def _saved(text: str, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    _code(text).save(out, kind=kind, border=_BORDER, **options)
    return out.getvalue()
