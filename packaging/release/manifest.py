"""The manifest of a release: every file that is handed out, with its size and SHA-256.

It is canonical JSON, so that builders who made the same files sign the same bytes: keys in order,
no spaces, ASCII, one newline at the end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

NAME: Final = "RELEASE.json"
FORMAT: Final = "noteveil-release-1"
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,150}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9][0-9A-Za-z.]{0,40}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class NotReleased(Exception):
    """A release does not count, or cannot be made. The message says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the bytes of a file are.

    Attributes:
        size: in bytes.
        sha256: in hexadecimal digits.
    """

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file of a release.

    Attributes:
        name: without a folder.
        handed_out: as it lies in the release.
        reproducible: as everybody can build it; of a signed package, without the signature.
    """

    name: str
    handed_out: Content
    reproducible: Content


@dataclass(frozen=True, slots=True)
class Manifest:
    """A release.

    Attributes:
        version: of the program.
        commit: that it was built of.
        artifacts: by name.
    """

    version: str
    commit: str
    artifacts: tuple[Artifact, ...]

    def encode(self) -> bytes:
        """The bytes that builders sign."""
        files = {
            artifact.name: {
                "handed_out": asdict(artifact.handed_out),
                "reproducible": asdict(artifact.reproducible),
            }
            for artifact in self.artifacts
        }
        said = {
            "format": FORMAT,
            "version": self.version,
            "commit": self.commit,
            "files": files,
        }
        return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def make_manifest(version: str, commit: str, artifacts: Iterable[Artifact]) -> Manifest:
    """The manifest of these files.

    Raises:
        NotReleased: there is none, or one of the values is not what it should be.
    """
    found = tuple(sorted(artifacts, key=lambda artifact: artifact.name))
    if not _VERSION.fullmatch(version) or not _COMMIT.fullmatch(commit):
        raise NotReleased(f"{NAME}: the version or the commit is not written as one")
    names = [artifact.name.lower() for artifact in found]
    if not found or len(set(names)) != len(names):
        raise NotReleased(f"{NAME}: no file, or two whose names some systems take for the same")
    for artifact in found:
        if not _FILE.fullmatch(artifact.name):
            raise NotReleased(f"{NAME}: the name of a file leads elsewhere, or is none")
        for content in (artifact.handed_out, artifact.reproducible):
            if content.size < 1 or not _DIGEST.fullmatch(content.sha256):
                raise NotReleased(f"{NAME}: {artifact.name} has no size or no SHA-256")
    return Manifest(version, commit, found)


def read_manifest(data: bytes) -> Manifest:
    """The manifest that these bytes are.

    Raises:
        NotReleased: they are none, or not written as `Manifest.encode` writes it.
    """
    try:
        manifest = _decoded(json.loads(data))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotReleased(f"{NAME}: not a manifest of a release") from None
    if manifest.encode() != data:
        raise NotReleased(f"{NAME}: not written the one way that a manifest is written")
    return manifest


def _decoded(said: dict[str, Any]) -> Manifest:
    artifacts = [
        Artifact(name, _content(of_file["handed_out"]), _content(of_file["reproducible"]))
        for name, of_file in said["files"].items()
    ]
    return make_manifest(said["version"], said["commit"], artifacts)


def _content(said: dict[str, Any]) -> Content:
    if type(said["size"]) is not int:
        raise TypeError
    return Content(said["size"], said["sha256"])
