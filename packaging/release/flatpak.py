"""The signature in a `.flatpak`: under the OSTree commit in it, whose checksum is over all files.

GnuPG signs the bytes of the commit. What is signed and the signature lie side by side once
`flatpak` has unpacked the bundle; the latter in a GVariant of the type `a{sv}`.

A bundle says more than its commit, which nobody signs: where updates come from, and by which keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from release.manifest import NotReleased
from release.tools import run

_FOLDERS: Final = ("extensions", "objects", "refs/heads", "refs/remotes", "state", "tmp")
_CONFIG: Final = "[core]\nrepo_version=1\nmode=archive-z2\n"
_SIGNATURES: Final = b"ostree.gpgsigs"
_TOLD: Final = frozenset(
    {
        *(b"flatpak", b"ref", b"metadata", b"ostree.endianness"),
        *(b"appdata", b"icon-64", b"icon-128"),
    }
)
"""What a bundle may say besides its commit: no `origin`, `runtime-repo` or `gpg-keys`."""

_NO_COLLECTION: Final = (b"collection-id", b"\0\0s")


def signed_commit(path: Path, work: Path) -> tuple[Path, bytes]:
    """The commit in a bundle, in a file of its own, and the signature under it.

    Args:
        path: the bundle.
        work: an empty folder.

    Raises:
        NotReleased: it is damaged, has not exactly one signature, or would be updated from
            somewhere.
    """
    _check_told(path)
    repository = work / "repository"
    new_repository(repository)
    said = run("flatpak", "build-import-bundle", "--no-update-summary", repository, path, home=work)
    commits = sorted(repository.glob("objects/*/*.commit"))
    if not said.good or len(commits) != 1:
        raise NotReleased(f"{path.name}: damaged")
    try:
        kept = dict(_entries(commits[0].with_suffix(".commitmeta").read_bytes()))
        (signature,) = _elements(kept[_SIGNATURES].removesuffix(b"\0aay"), alignment=1)
    except (FileNotFoundError, LookupError, ValueError):
        raise NotReleased(f"{path.name}: not a package with one signature") from None
    return commits[0], signature


def new_repository(folder: Path) -> None:
    """Make an empty repository, as `ostree init --mode=archive` does.

    Raises:
        OSError: it cannot be made, or is there.
    """
    for inside in _FOLDERS:
        (folder / inside).mkdir(parents=True)
    (folder / "config").write_text(_CONFIG, encoding="ascii")


def _check_told(path: Path) -> None:
    data = path.read_bytes()
    try:
        # The first member of `(a{sv}t...)`; where it ends is told last.
        told = _entries(data[: int.from_bytes(data[-_width(len(data)) :], "little")])
        fine = all(
            key in _TOLD or key.startswith(b"deltas/") or (key, value) == _NO_COLLECTION
            for key, value in told
        )
    except IndexError:
        raise NotReleased(f"{path.name}: damaged") from None
    if not fine:
        raise NotReleased(f"{path.name}: would be updated from where its packer says, unsigned")


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of an `a{sv}`; a value has its type behind a zero byte."""
    for entry in _elements(data, alignment=8):
        width = _width(len(entry))
        end = int.from_bytes(entry[-width:], "little")
        yield entry[: end - 1], entry[end + -end % 8 : -width]


def _elements(data: bytes, *, alignment: int) -> Iterator[bytes]:
    """The elements, of no fixed size, of an array: their ends stand behind them."""
    width = _width(len(data))
    ends_from = int.from_bytes(data[-width:], "little")
    start = 0
    for at in range(ends_from, len(data), width):
        end = int.from_bytes(data[at : at + width], "little")
        yield data[start:end]
        start = end + -end % alignment


def _width(size: int) -> int:
    """How many bytes an offset has in what is so long."""
    return next(width for width in (1, 2, 4, 8) if size < 1 << 8 * width)
