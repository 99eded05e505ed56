"""The signature in a `.deb`: a member `_gpgorigin` at its end, as `debsigs` writes it.

GnuPG signs the three members before it, one after the other. Cutting it off at the end gives the
file back as it was, byte by byte.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from release.manifest import NotReleased

_MAGIC: Final = b"!<arch>\n"
_HEADER: Final = 60
_SIGNATURE: Final = "_gpgorigin"
_MEMBERS: Final = ("debian-binary", "control.tar.xz", "data.tar.xz", _SIGNATURE)


def signed_parts(path: Path) -> tuple[bytes, bytes]:
    """What is signed, and the signature.

    Raises:
        NotReleased: the file has other members than a signed package.
    """
    data = path.read_bytes()
    spans = _spans(path.name, data)
    *parts, signature = (data[start:end] for start, end in spans)
    return b"".join(parts), signature


def unsigned(path: Path) -> bytes:
    """The package without its signature.

    Raises:
        NotReleased: the file has other members than a signed package.
    """
    data = path.read_bytes()
    return data[: _spans(path.name, data)[-1][0] - _HEADER]


def _spans(name: str, data: bytes) -> list[tuple[int, int]]:
    """Where the content of each member begins and ends, half-open (ar(5))."""
    names, spans, at = [], [], len(_MAGIC)
    while at < len(data):
        header = data[at : at + _HEADER]
        size = header[48:58].strip()
        if len(header) != _HEADER or not header.endswith(b"`\n") or not size.isdigit():
            raise NotReleased(f"{name}: damaged")
        start, end = at + _HEADER, at + _HEADER + int(size)
        names.append(header[:16].decode("latin-1").strip().rstrip("/"))
        spans.append((start, end))
        at = end + end % 2
    if not data.startswith(_MAGIC) or tuple(names) != _MEMBERS or spans[-1][1] > len(data):
        raise NotReleased(f"{name}: not a package with one signature at its end")
    return spans
