"""What everybody can build of a file that was signed: the file without its signature."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from release import deb, flatpak
from release.manifest import Artifact, Content, NotReleased
from release.msi import write_unsigned
from release.tools import content_of

SIGNED: Final = frozenset({".deb", ".rpm", ".flatpak", ".msi"})
"""The kinds that carry a signature of their own; a release holds no such file without one."""

_LEAD: Final = 96
_INTRODUCTION: Final = 16
_HEADER: Final = bytes.fromhex("8eade801")


def artifact_of(path: Path) -> Artifact:
    """A file as a manifest lists it.

    Raises:
        NotReleased: it should carry a signature and has none, or is damaged.
    """
    handed_out = content_of(path)
    if path.suffix not in SIGNED:
        return Artifact(path.name, handed_out, handed_out)
    return Artifact(path.name, handed_out, _reproducible(path))


def _reproducible(path: Path) -> Content:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, path.name)
        if path.suffix == ".flatpak":
            return content_of(flatpak.signed_commit(path, Path(folder))[0])
        if path.suffix == ".msi":
            write_unsigned(path, out)
        else:
            out.write_bytes(deb.unsigned(path) if path.suffix == ".deb" else _after_signature(path))
        return content_of(out)


def _after_signature(path: Path) -> bytes:
    """An `.rpm` from its main header on.

    What is before that is the lead and the header of signatures, in which `rpmsign` writes; taking
    a signature out of it by `rpmsign --delsign` leaves other padding than `rpmbuild` made.
    """
    data = path.read_bytes()
    introduction = data[_LEAD : _LEAD + _INTRODUCTION]
    count, size = (int.from_bytes(introduction[at : at + 4]) for at in (8, 12))
    length = _INTRODUCTION + _INTRODUCTION * count + size
    start = _LEAD + length + -length % 8
    if introduction[:4] != _HEADER or data[start : start + 4] != _HEADER:
        raise NotReleased(f"{path.name}: damaged")
    return data[start:]
