"""Which files of a watched folder are new and wholly written."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deid.formats.inputs import find_inputs


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file is still being written.

    Attributes:
        size: in bytes.
        changed: when it was written last, in nanoseconds.
    """

    size: int
    changed: int


def look_at(folder: Path) -> dict[Path, Stamp]:
    """The notes in a folder and its folders, as `deid redact` would take them, with their stamps.

    A folder that cannot be read has none: it may be a share that comes back.
    """
    found = {}
    for file in find_inputs([folder]).files if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # it was there a moment ago
            details = file.path.stat()
            found[file.path] = Stamp(details.st_size, details.st_mtime_ns)
    return found


def folder_changes(
    before: Mapping[Path, Stamp],
    now: Mapping[Path, Stamp],
    *,
    given: Mapping[Path, Stamp] | None = None,
) -> tuple[Path, ...]:
    """The files that nobody wrote between two looks and that were not given before, sorted.

    Args:
        before: the look before the last one.
        now: the last look, long enough after it that a file being written has grown.
        given: the files that were given before, with the stamps that they had then; one that was
            written anew since is given once more.
    """
    taken = given or {}
    return tuple(
        sorted(
            path
            for path, stamp in now.items()
            if before.get(path) == stamp and taken.get(path) != stamp
        )
    )
