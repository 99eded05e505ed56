"""The Flatpak: the same programs in a sandbox without a network, as one bundle for a computer.

`docs/linux-packages.md` tells what the sandbox shows, and why. What is made is an OSTree commit,
whose checksum is over every file in it; the bundle is that commit in one file.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from frozen.tree import NotPacked
from linux.content import APP, NAME, PROGRAMS, SUMMARIES, Content, Entry, filled
from release.flatpak import new_repository

RUNTIME: Final = "org.freedesktop.Platform"
RUNTIME_VERSION: Final = "24.08"
BRANCH: Final = "stable"
_EXPORTED: Final = ("applications", "icons", "metainfo", "mime")
"""Folders of `share` from which desktops take what is named by the id of the program."""


def build_flatpak(content: Content, folder: Path) -> Path:
    """Write the bundle into the folder; its path.

    Args:
        content: what is installed.
        folder: an existing one.

    Raises:
        NotPacked: `flatpak` is not there, or refused.
    """
    path = folder / f"{NAME}-{content.version}.{content.machine}.flatpak"
    with tempfile.TemporaryDirectory() as work:
        made, repository = Path(work, "made"), Path(work, "repository")
        lay_out(content, made)
        export(made, repository, epoch=content.epoch, machine=content.machine, branch=BRANCH)
        _bundle(repository, path, epoch=content.epoch)
    return path


def sign_flatpak(package: Path, *, key: str) -> None:
    """Sign the commit in a bundle, in place of whoever signed it before.

    Args:
        package: the bundle.
        key: fingerprint of a private key that gpg knows.

    Raises:
        NotPacked: it could not be signed.
    """
    with tempfile.TemporaryDirectory() as work:
        repository = _unsigned(package, Path(work))
        machine = _ref(repository).parent.name
        flatpak("build-sign", f"--arch={machine}", f"--gpg-sign={key}", repository, APP, BRANCH)
        _bundle(repository, package, epoch=_read_date(package))


def strip_flatpak(package: Path) -> None:
    """Take the signature out of a bundle.

    Raises:
        NotPacked: it is no bundle.
    """
    with tempfile.TemporaryDirectory() as work:
        _bundle(_unsigned(package, Path(work)), package, epoch=_read_date(package))


def commit_of(package: Path) -> str:
    """The checksum of the commit in a bundle, which is over all files and not over signatures.

    Raises:
        NotPacked: it is no bundle.
    """
    with tempfile.TemporaryDirectory() as work:
        return _ref(_unsigned(package, Path(work))).read_text(encoding="ascii").strip()


def lay_out(content: Content, made: Path) -> None:
    """What `flatpak build-export` takes, in a new folder."""
    values = {"ARCHITECTURE": content.machine, "RUNTIME": RUNTIME_VERSION}
    made.mkdir()
    (made / "metadata").write_text(filled("flatpak-metadata", values), encoding="utf-8")
    for entry in content.entries:
        for place in _places(entry):
            path = made / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.read())
            path.chmod(entry.mode)
    (made / "files/bin").mkdir()
    for program in SUMMARIES:
        (made / "files/bin" / program).symlink_to(f"../{NAME}/{program}")


def export(
    made: Path, repository: Path, *, epoch: int, machine: str, branch: str, runtime: bool = False
) -> None:
    """Put what lies in a folder into a repository, which is made if there is none.

    Raises:
        NotPacked: `flatpak` is not there, or refused.
    """
    date = datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    flatpak(
        "build-export", f"--arch={machine}", f"--timestamp={date}", "--disable-fsync",
        "--subject=", *(["--runtime"] if runtime else []), repository, made, branch,
    )  # fmt: skip


def flatpak(*arguments: str | Path) -> str:
    """Let `flatpak` do something that no installation takes part in; what it printed.

    Raises:
        NotPacked: it is not there, or refused.
    """
    words = ["flatpak", *map(str, arguments)]
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": home,
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "GNUPGHOME": os.environ.get("GNUPGHOME", str(Path.home() / ".gnupg")),
        }
        try:
            done = subprocess.run(
                words, check=False, env=environment, capture_output=True, text=True
            )
        except FileNotFoundError:
            raise NotPacked("flatpak is not there: install the package flatpak") from None
    if done.returncode:
        raise NotPacked(f"{words[1]} of flatpak ended with {done.returncode}: {done.stderr}")
    return done.stdout


def _bundle(repository: Path, path: Path, *, epoch: int) -> None:
    machine = _ref(repository).parent.name
    flatpak("build-bundle", f"--arch={machine}", repository, path, APP, BRANCH)
    with path.open("r+b") as file:
        file.seek(_date_at(path))
        file.write(epoch.to_bytes(8, "big"))


def _unsigned(package: Path, work: Path) -> Path:
    """A repository with the commit of a bundle, without what was signed of it."""
    repository = work / "repository"
    new_repository(repository)
    flatpak("build-import-bundle", "--no-update-summary", repository, package)
    for signatures in repository.glob("objects/*/*.commitmeta"):
        signatures.unlink()
    return repository


def _ref(repository: Path) -> Path:
    """The file that holds the checksum of the commit of the program.

    Raises:
        NotPacked: there is none.
    """
    for found in repository.glob(f"refs/heads/app/{APP}/*/{BRANCH}"):
        return found
    raise NotPacked(f"not a bundle of {APP}")


def _read_date(package: Path) -> int:
    with package.open("rb") as file:
        file.seek(_date_at(package))
        return int.from_bytes(file.read(8), "big")


def _date_at(package: Path) -> int:
    """Where a bundle has the second in which it was made.

    A bundle is a GVariant `(a{sv}t…)`. At its end stand the ends of its members of no fixed size,
    that of the first one last; the date follows on the next multiple of 8.
    """
    size = package.stat().st_size
    width = next(width for width in (1, 2, 4, 8) if size < 1 << 8 * width)
    with package.open("rb") as file:
        file.seek(-width, os.SEEK_END)
        end = int.from_bytes(file.read(width), "little")
    return end + -end % 8


def _places(entry: Entry) -> Iterator[str]:
    """Where a file goes in the folder that is exported; nowhere what no sandbox has a use for."""
    if entry.content is None:
        return
    if entry.path.startswith(f"{PROGRAMS}/"):
        yield entry.path.replace(PROGRAMS, f"files/{NAME}", 1)
    folder, _, rest = entry.path.removeprefix("usr/share/").partition("/")
    if folder in _EXPORTED:
        yield f"files/share/{folder}/{rest}"
        yield f"export/share/{folder}/{rest}"
