"""The update in use: every file of it is compared with what was signed before any is used.

This runs at each start of the program. Where there is no update, nothing but the lack of a file
is looked at.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.errors import BundleUntrusted, UpdateTampered
from deid.updates.names import MOST_ROOTS, SNAPSHOT, TARGETS, TIMESTAMP, root_version
from deid.updates.state import RELEASE, State, read_state

if TYPE_CHECKING:
    from deid.updates.metadata import MetadataFiles, SignedFile, TrustedUpdate

_MOST_METADATA: Final = 1 << 20
_PIECE: Final = 1 << 20
_MEND: Final = (
    "so no note is examined with it: an administrator installs the newest bundle again, or goes "
    "back with `deid update undo`"
)
_ANEW: Final = (
    "an administrator moves the folder of updates away, and installs the newest bundle again"
)


@dataclass(frozen=True, slots=True)
class InstalledUpdate:
    """An update in use, each file of which was compared with what was signed.

    Attributes:
        folder: where its parts lie.
        version: counts up with every update.
        made: when it was signed, in UTC.
        parts: which of the folders `models` and `rules` it brings.
        digest: SHA-256 of the metadata that names every file, in hex.
    """

    folder: Path
    version: int
    made: datetime
    parts: tuple[str, ...]
    digest: str


def in_use(updates: Path, *, root: Path, version: str) -> InstalledUpdate | None:
    """The update in use on this machine, verified; None: the program works with its own files.

    An update that is for other versions of the program is not used: whoever installs another
    version gets the rules and models that this one was tested with.

    Args:
        updates: the machine's folder of updates.
        root: the root metadata that travels with the program; without it there are no updates.
        version: of the program.

    Raises:
        UpdateTampered: it is not what was signed.
    """
    try:
        first = root.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UpdateTampered(f"{root}: cannot be read ({error.strerror}): reinstall") from None
    state = read_state(updates)
    if state.current == RELEASE:
        return None
    folder = updates / state.current
    update = trusted(updates, state, state.current, first=first)
    if not update.suits.takes(version):
        return None
    compare(folder, update)
    return InstalledUpdate(folder, update.version, update.made, update.parts, update.digest)


def trusted(updates: Path, state: State, name: str, *, first: bytes) -> TrustedUpdate:
    """What was signed of an update that lies on this machine; its other files are not looked at.

    Args:
        updates: the machine's folder of updates.
        state: what was settled for the machine.
        name: of the update's folder.
        first: the root metadata that travels with the program.

    Raises:
        UpdateTampered: its metadata is not what was signed with keys that count now.
    """
    # Not above: without an update nothing of it is needed, and it takes a quarter of a second.
    from deid.updates.recheck import recheck

    try:
        return recheck(read_metadata(updates / name), root=newest_root(updates, state, first=first))
    except BundleUntrusted:
        raise UpdateTampered(
            f"{updates / name}: changed, or signed with keys that do not count any more, {_MEND}"
        ) from None


def newest_root(updates: Path, state: State, *, first: bytes) -> bytes:
    """The newest root metadata that is trusted on this machine.

    Raises:
        UpdateTampered: what is kept of the newest update is not what was accepted, or the roots
            do not lead to each other.
    """
    from deid.updates.recheck import latest_root

    newest = newest_metadata(updates, state)
    try:
        return latest_root(first, newest.roots if newest else {})
    except BundleUntrusted:
        raise UpdateTampered(
            "the root keys that came with the program, and those that this machine took on since, "
            f"do not lead to each other: reinstall the program; if that does not help, {_ANEW}"
        ) from None


def newest_metadata(updates: Path, state: State) -> MetadataFiles | None:
    """The metadata of the newest update that was installed on this machine; None: none was.

    Raises:
        UpdateTampered: it is not what was accepted.
    """
    if state.newest is None:
        return None
    found = read_metadata(updates / state.newest)
    if metadata_digest(found) != state.newest_digest:
        raise UpdateTampered(
            f"{updates / state.newest}: what is kept of the newest update was changed, so no note "
            f"is examined with it: {_ANEW}"
        )
    return found


def read_metadata(folder: Path) -> MetadataFiles:
    """The metadata in an update's folder.

    Raises:
        UpdateTampered: it is missing, or larger than any is.
    """
    from deid.updates.metadata import MetadataFiles

    try:
        names = [f"metadata/{path.name}" for path in (folder / "metadata").iterdir()]
        versions = {version: n for n in names if (version := root_version(n)) is not None}
        if len(versions) > MOST_ROOTS:
            raise UpdateTampered(f"{folder}: it has more roots than any has, {_MEND}")
        return MetadataFiles(
            {version: _small(folder / name) for version, name in versions.items()},
            *(_small(folder / name) for name in (TIMESTAMP, SNAPSHOT, TARGETS)),
        )
    except OSError as error:
        raise UpdateTampered(
            f"{folder}: its metadata cannot be read ({error.strerror}), {_MEND}"
        ) from None


def metadata_digest(files: MetadataFiles) -> str:
    """SHA-256, in hex, that stands for all metadata of an update."""
    roots = [data for _, data in sorted(files.roots.items())]
    pieces = (files.timestamp, files.snapshot, files.targets, *roots)
    return sha256(b"".join(sha256(piece).digest() for piece in pieces)).hexdigest()


def compare(folder: Path, update: TrustedUpdate) -> None:
    """Compare the files of an update with what was signed: these, whole, and no others.

    Raises:
        UpdateTampered: a file differs, is missing, is a link, or was not signed.
    """
    try:
        found = frozenset(name for part in update.parts for name in _files(folder / part, part))
        for name in sorted(found ^ update.files.keys()):
            state = "was not signed" if name in found else "is missing"
            raise UpdateTampered(f"{folder.name}/{name} {state}, {_MEND}")
        for name, signed in update.files.items():
            if not _is_what_was_signed(folder / name, signed):
                raise UpdateTampered(f"{folder.name}/{name} is not what was signed, {_MEND}")
    except OSError as error:
        raise UpdateTampered(
            f"{folder}: the update in use cannot be read ({error.strerror}), {_MEND}"
        ) from None


def _files(folder: Path, name: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        inner = f"{name}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            yield from _files(folder / entry.name, inner)
        else:
            yield inner


def _is_what_was_signed(path: Path, signed: SignedFile) -> bool:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size != signed.size:
        return False
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest() == signed.sha256


def _small(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MOST_METADATA + 1)
    if len(content) > _MOST_METADATA:
        raise UpdateTampered(f"{path}: larger than any metadata is, {_MEND}")
    return content
