"""The sources that are frozen: those of one commit, without whatever else lies in the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PARTS: Final = ("deid", "gui", "models", "rules")
"""The folders that the programs are made of."""

DOCUMENTS: Final = ("LICENSE", "NOTICE", "README.md", "THIRD-PARTY-NOTICES.md", "pyproject.toml")


class NoSource(Exception):
    """The sources cannot be taken. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """Sources that were put into a folder of their own.

    Attributes:
        root: the folder.
        version: of the program.
        epoch: when they were committed, or what SOURCE_DATE_EPOCH says; seconds since 1970.
    """

    root: Path
    version: str
    epoch: int


def export(checkout: Path, target: Path, *, commit: str = "HEAD") -> Source:
    """Put the sources of a commit into a folder; of an unpacked archive, those that lie there.

    Args:
        checkout: where the project lies.
        target: a folder that does not exist yet.
        commit: which one, of a checkout.

    Raises:
        NoSource: git does not give the commit, or nothing says when the sources were made.
    """
    target.mkdir(parents=True)
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    if (checkout / ".git").exists():
        _unpack(checkout, target, commit)
        epoch = int(stated or _git(checkout, "show", "--no-patch", "--format=%ct", commit))
    else:
        _copy(checkout, target)
        if stated is None:
            raise NoSource("this is no checkout: set SOURCE_DATE_EPOCH to the date of the release")
        epoch = int(stated)
    project = tomllib.loads((target / "pyproject.toml").read_text("utf-8"))["project"]
    return Source(target, str(project["version"]), epoch)


def changed(checkout: Path) -> list[str]:
    """The tracked files of a checkout that differ from its last commit, and so are not built."""
    if not (checkout / ".git").exists():
        return []
    return _git(checkout, "diff", "--name-only", "HEAD", "--", *PARTS).decode().splitlines()


def _unpack(checkout: Path, target: Path, commit: str) -> None:
    archive = target.with_name(f"{target.name}.tar")
    archive.write_bytes(_git(checkout, "archive", "--format=tar", commit, *PARTS, *DOCUMENTS))
    with tarfile.open(archive) as members:
        members.extractall(target, filter="data")
    archive.unlink()


def _copy(checkout: Path, target: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__", "_release_keys.py")
    for part in PARTS:
        shutil.copytree(checkout / part, target / part, ignore=skip)
    for document in DOCUMENTS:
        shutil.copyfile(checkout / document, target / document)


def _git(checkout: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(checkout), *arguments]
    done = subprocess.run(command, check=False, capture_output=True)
    if done.returncode:
        raise NoSource(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
