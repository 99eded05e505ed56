"""Archives as they are written here, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from deid.formats.entries import Directory, entry


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive of files by their names."""
    listed = Directory()
    pieces = [entry(name, data) for name, data in files.items()]
    for piece in pieces:
        listed.add(piece)
    return b"".join([*pieces, listed.content()])
