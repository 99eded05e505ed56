"""The icon in the form of Windows: a directory of pictures, each a PNG as it is (since Vista)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

PICTURES: Final = Path(__file__).resolve().parent.parent / "linux" / "data"
SIZES: Final = (16, 32, 48, 64, 128, 256)
_HEADER: Final = struct.Struct("<HHH")
_ENTRY: Final = struct.Struct("<BBBBHHII")
_KIND: Final = 1
_BITS: Final = 32


def icon() -> bytes:
    """The icon in all its sizes, smallest first ("Icons", Windows Dev Center)."""
    pictures = [(PICTURES / f"icon-{size}.png").read_bytes() for size in SIZES]
    made = _HEADER.pack(0, _KIND, len(pictures))
    start = _HEADER.size + _ENTRY.size * len(pictures)
    for size, picture in zip(SIZES, pictures, strict=True):
        side = size % 256  # 0 stands for 256
        made += _ENTRY.pack(side, side, 0, 0, 1, _BITS, len(picture), start)
        start += len(picture)
    return made + b"".join(pictures)
