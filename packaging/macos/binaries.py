"""Programs and libraries of macOS: which files they are, and what they were built for."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frozen.tree import NotPacked

from deid.sealed.mach import LONGEST_HEADER, MAGIC, commands

_SEVERAL: Final = frozenset(
    {
        *(b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"),  # several architectures
        *(b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf"),  # of other computers
    }
)
_PROCESSORS: Final = {0x01000007: "x86_64", 0x0100000C: "arm64"}
_LC_VERSION_MIN_MACOSX: Final = 0x24
_LC_BUILD_VERSION: Final = 0x32
_MACOS: Final = 1


@dataclass(frozen=True, slots=True, order=True)
class BuiltFor:
    """What programs and libraries run on.

    Attributes:
        lowest: version of macOS.
        architecture: as Apple calls the processor.
    """

    lowest: tuple[int, int]
    architecture: str

    @property
    def system(self) -> str:
        """The lowest version of macOS, as Apple writes it."""
        return f"{self.lowest[0]}.{self.lowest[1]}"


def is_code(path: Path) -> bool:
    """Whether a file is a program or a library.

    Raises:
        NotPacked: it is one for several architectures, or another than those of today.
    """
    with path.open("rb") as file:
        begins = file.read(len(MAGIC))
    if begins in _SEVERAL:
        raise NotPacked(f"{path.name}: build for one architecture (arm64 or x86_64)")
    return begins == MAGIC


def built_for(paths: Iterable[Path]) -> BuiltFor:
    """What all of these run on together.

    Raises:
        NotPacked: there are none, or they do not run on one computer.
    """
    found = [_of(path) for path in paths]
    if len({one.architecture for one in found}) != 1:
        raise NotPacked("there are programs and libraries of more than one architecture, or none")
    return max(found)


def _of(path: Path) -> BuiltFor:
    with path.open("rb") as file:
        beginning = file.read(LONGEST_HEADER)
    try:
        (processor,) = struct.unpack_from("<I", beginning, len(MAGIC))
        lowest = [_lowest(kind, beginning, at) for kind, at in commands(beginning)]
        return BuiltFor(max(one for one in lowest if one is not None), _PROCESSORS[processor])
    except (ValueError, KeyError, struct.error):
        raise NotPacked(f"{path.name}: does not tell for which macOS it was built") from None


def _lowest(kind: int, beginning: bytes, at: int) -> tuple[int, int] | None:
    if kind == _LC_BUILD_VERSION:
        platform, version = struct.unpack_from("<II", beginning, at + 8)
        if platform != _MACOS:
            raise ValueError("built for another system of Apple")
    elif kind == _LC_VERSION_MIN_MACOSX:
        (version,) = struct.unpack_from("<I", beginning, at + 8)
    else:
        return None
    return version >> 16, version >> 8 & 0xFF
