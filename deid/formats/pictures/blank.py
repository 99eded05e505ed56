"""Pictures with nothing on them, one for each kind, to stand where a picture was (pure)."""

from __future__ import annotations

import base64
import struct
from types import MappingProxyType
from typing import Final


def _metafile() -> bytes:
    """An enhanced metafile that draws nothing: its header and its end (MS-EMF 2.3.4.2, 2.3.4.1)."""
    bounds = struct.pack("<8i", 0, 0, 1, 1, 0, 0, 1, 1)
    sizes = struct.pack("<4sIIIHHIII", b" EMF", 0x10000, 108, 2, 1, 0, 0, 0, 0)
    device = struct.pack("<4i", 1, 1, 1, 1)
    header = struct.pack("<II", 1, 88) + bounds + sizes + device
    return header + struct.pack("<5I", 14, 20, 0, 16, 20)


def _windows_metafile() -> bytes:
    """A placeable Windows metafile that draws nothing (MS-WMF 2.3.2.3, 2.3.2.2, 2.3.2.1)."""
    words = (0xCDD7, 0x9AC6, 0, 0, 0, 1, 1, 1440, 0, 0)
    checksum = 0
    for word in words:
        checksum ^= word
    placeable = struct.pack("<11H", *words, checksum)
    return placeable + struct.pack("<HHHIHIH", 1, 9, 0x300, 12, 0, 3, 0) + struct.pack("<IH", 3, 0)


_PNG: Final = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
_GIF: Final = "R0lGODdhAQABAIAAAAAAAAAAACwAAAAAAQABAAAIBAABBAQAOw=="
_JPEG: Final = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP//////////////////////////////////////////////////////////"
    "////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAA"
    "AAAAAAAAAAD/2gAIAQEAAD8AR//Z"
)
_TIFF: Final = (
    "SUkqAAgAAAAJAAABBAABAAAAAQAAAAEBBAABAAAAAQAAAAIBAwABAAAACAAAAAMBAwABAAAAAQAAAAYBAwABAAAAAQAA"
    "ABEBBAABAAAAegAAABYBBAABAAAAAQAAABcBBAABAAAAAQAAABwBAwABAAAAAQAAAAAAAAD/"
)

_BITMAP: Final = (
    "Qk1CAAAAAAAAAD4AAAAoAAAAAQAAAAEAAAABAAEAAAAAAAQAAADEDgAAxA4AAAIAAAACAAAAAAAAAP///wCAAAAA"
)

BLANK: Final = MappingProxyType(
    {
        "png": base64.b64decode(_PNG),
        "gif": base64.b64decode(_GIF),
        "jpg": base64.b64decode(_JPEG),
        "jpeg": base64.b64decode(_JPEG),
        "tif": base64.b64decode(_TIFF),
        "tiff": base64.b64decode(_TIFF),
        "bmp": base64.b64decode(_BITMAP),
        "emf": _metafile(),
        "wmf": _windows_metafile(),
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    }
)
"""An empty picture for each ending, in lower case without its dot."""
