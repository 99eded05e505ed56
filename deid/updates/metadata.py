"""What the metadata of an update says once its signatures hold, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from tuf.api.exceptions import (
    BadVersionNumberError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import TargetFile, Targets

from deid.errors import BundleUntrusted
from deid.updates.names import fault_among, fault_of, is_content
from deid.updates.suited import Suits, parse_version

FORMAT: Final = "noteveil-update-1"
FIELD: Final = "noteveil"
"""The field of the targets metadata, of our own, that says what the update is."""

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class MetadataFiles:
    """The metadata of one bundle, as bytes.

    Attributes:
        roots: whose keys count, by version.
        timestamp: which snapshot is the newest.
        snapshot: which targets belong to it.
        targets: which files there are, with their digests.
    """

    roots: Mapping[int, bytes]
    timestamp: bytes
    snapshot: bytes
    targets: bytes


@dataclass(frozen=True, slots=True)
class SignedFile:
    """What was signed of a file: its size in bytes, and its SHA-256 in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TrustedUpdate:
    """What is trusted of an update.

    Attributes:
        version: counts up with every update.
        made: when it was signed, in UTC.
        expires: until when it may be installed, in UTC.
        suits: which versions of the program it is for.
        files: by name, those of rules and models.
        digest: SHA-256 of the targets metadata, in hex; it stands for every file.
        metadata: what vouches for it.
    """

    version: int
    made: datetime
    expires: datetime
    suits: Suits
    files: Mapping[str, SignedFile]
    digest: str
    metadata: MetadataFiles

    @property
    def parts(self) -> tuple[str, ...]:
        """Which of the folders `models` and `rules` it brings, in this order."""
        return tuple(sorted({name.split("/")[0] for name in self.files}))


def understood(targets: Targets, files: MetadataFiles, *, expires: datetime) -> TrustedUpdate:
    """What targets metadata says whose signatures hold.

    Args:
        targets: the metadata.
        files: the bytes that it came from, and those of the other roles.
        expires: until when the update may be installed.

    Raises:
        BundleUntrusted: it is of a kind that this program does not know.
    """
    with told("targets"):
        if targets.delegations is not None:
            raise ValueError("delegated roles")
        said: Mapping[str, Any] = targets.unrecognized_fields[FIELD]
        if said["format"] != FORMAT:
            raise ValueError("another format")
        signed = {name: _signed(name, target) for name, target in targets.targets.items()}
        if not signed or fault_among(signed):
            raise ValueError("no files, or colliding ones")
        return TrustedUpdate(
            version=targets.version,
            made=datetime.fromisoformat(said["made"]).astimezone(UTC),
            expires=expires,
            suits=Suits(parse_version(said["lowest"]), parse_version(said["highest"])),
            files=signed,
            digest=sha256(files.targets).hexdigest(),
            metadata=files,
        )


def _signed(name: str, target: TargetFile) -> SignedFile:
    digest = target.hashes.get("sha256", "")
    if fault_of(name) or not is_content(name) or not _SHA256.fullmatch(digest):
        raise ValueError("not a plain file of rules or models")
    return SignedFile(target.length, digest)


@contextmanager
def told(role: str) -> Iterator[None]:
    """Say what a refusal of a role's metadata means, without a word out of the metadata.

    Raises:
        BundleUntrusted: something within was refused.
    """
    try:
        yield
    except ExpiredMetadataError:
        raise out_of_date(role) from None
    except UnsignedMetadataError:
        raise BundleUntrusted(
            f"the bundle's {role} metadata is not signed by enough of the keys that count for it: "
            "do not use it, and ask who made it"
        ) from None
    except BadVersionNumberError:
        raise older(role) from None
    except LengthOrHashMismatchError:
        raise BundleUntrusted(
            f"the bundle's {role} metadata is not the one that the rest of it was signed with: do "
            "not use it, and ask who made it"
        ) from None
    except (RepositoryError, KeyError, TypeError, ValueError, RecursionError, OverflowError):
        raise BundleUntrusted(
            f"the bundle's {role} metadata is damaged, or of a kind that this program does not "
            "know: copy it anew, or ask who made it"
        ) from None


def out_of_date(role: str) -> BundleUntrusted:
    """The error for metadata that has expired."""
    return BundleUntrusted(
        f"the bundle's {role} metadata is out of date: get a newer bundle; if there can be none, "
        "look at the clock of this machine"
    )


def older(role: str) -> BundleUntrusted:
    """The error for metadata that stands behind what was trusted already."""
    return BundleUntrusted(
        f"the bundle's {role} metadata is older than what was installed here, or of another bundle "
        "than the rest of it: get the newest bundle"
    )
