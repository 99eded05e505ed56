"""Draws the icon of the application, into `data/noteveil.icns`.

    QT_QPA_PLATFORM=offscreen python packaging/macos/icons.py

The picture is the one of the packages for Linux. It is committed, for what Qt draws may differ by a
shade from version to version.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from linux.icons import draw  # noqa: E402
from PySide6.QtCore import QBuffer, QIODevice  # noqa: E402
from PySide6.QtGui import QGuiApplication  # noqa: E402

FILE: Final = HERE / "data" / "noteveil.icns"
KINDS: Final = {
    b"ic11": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic13": 256,
    b"ic08": 256,
    b"ic14": 512,
    b"ic09": 512,
    b"ic10": 1024,
}
"""Pixels of each kind of picture that Apple names, those for displays of twice the density among
them. The smallest ones, which are no PNG everywhere, macOS draws of the next larger one."""


def icns(pictures: Mapping[bytes, bytes]) -> bytes:
    """A file of icons: the kind of each picture, and its PNG."""
    held = b"".join(
        kind + struct.pack(">I", len(picture) + 8) + picture for kind, picture in pictures.items()
    )
    return b"icns" + struct.pack(">I", len(held) + 8) + held


def picture(size: int) -> bytes:
    """The icon as a PNG of so many pixels."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    draw(size).save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


if __name__ == "__main__":
    app = QGuiApplication(sys.argv)
    FILE.write_bytes(icns({kind: picture(size) for kind, size in KINDS.items()}))
