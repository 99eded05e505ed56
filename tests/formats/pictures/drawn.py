"""Pictures of texts, drawn in code."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont


def drawn(
    text: str, *, size: int = 30, mode: str = "L", ink: Any = 0, ground: Any = 255, edge: int = 20
) -> Image.Image:
    """A text, dark on light, with a margin all around."""
    font = ImageFont.load_default(size)
    probe = ImageDraw.Draw(Image.new("L", (1, 1)))
    _, _, right, bottom = probe.multiline_textbbox((0, 0), text, font=font, spacing=size // 2)
    extent = (int(right) + 2 * edge, int(bottom) + 2 * edge)
    picture = Image.new(mode, extent, ground)
    pen = ImageDraw.Draw(picture)
    pen.multiline_text((edge, edge), text, font=font, fill=ink, spacing=size // 2)
    return picture


def saved(picture: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture in a format."""
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def loaded(content: bytes) -> Image.Image:
    """The picture of these bytes."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture
