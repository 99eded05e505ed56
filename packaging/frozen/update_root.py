"""The root of trust that bundles of rules and models are verified from, put into the programs.

Whoever freezes names it; it travels as `trust/root.json`, where `deid.resources.update_root` looks
for it. A build without one takes no updates. What stands in it is judged here, for a program that
holds a root which nobody could follow would refuse every bundle, and be found out too late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from frozen.contents import UPDATE_ROOT
from frozen.source import Source
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root

NONE: Final = "updates are off: no root was given (--update-root), so the programs take no bundle"
"""What is told of a build without one."""

_MOST_BYTES: Final = 1 << 16  # as a bundle's roots


class NoUpdateRoot(Exception):
    """A file is no root that programs could trust. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class UpdateRoot:
    """A root that can go into the programs.

    Attributes:
        content: the file, byte by byte.
        version: counts up each time keys change.
        expires: until when it counts, in UTC.
        keys: by role, how many must sign, and of how many.
    """

    content: bytes
    version: int
    expires: datetime
    keys: dict[str, tuple[int, int]]

    def __str__(self) -> str:
        """What is told of a build with it."""
        roles = ", ".join(f"{role} {must} of {of}" for role, (must, of) in self.keys.items())
        return f"updates: root {self.version} until {self.expires:%Y-%m-%d}, signed by {roles}"


def read_update_root(content: bytes, *, epoch: int) -> UpdateRoot:
    """Judge a root as the first step of The Update Framework would (specification 1.0, 5.3).

    Args:
        content: of the file.
        epoch: when the sources were committed, in seconds since 1970; it must still count then.

    Raises:
        NoUpdateRoot: it is no root metadata, too few of its own keys have signed it, a role has
            fewer keys than must sign, or it is out of date.
    """
    signed = _signed_root(content)
    keys = {name: (role.threshold, len(role.keyids)) for name, role in sorted(signed.roles.items())}
    short = [name for name, (must, of) in keys.items() if must > of]
    if short:
        raise NoUpdateRoot(f"{', '.join(short)}: fewer keys than must sign: make the root anew")
    if signed.is_expired(datetime.fromtimestamp(epoch, UTC)):
        raise NoUpdateRoot(
            f"the root counts until {signed.expires:%Y-%m-%d}, which is before the commit that is "
            "built: have the holders of its keys sign a newer one"
        )
    return UpdateRoot(content, signed.version, signed.expires, keys)


def put_update_root(path: Path, source: Source) -> UpdateRoot:
    """Put a root into the sources that are frozen, once it was judged.

    Raises:
        NoUpdateRoot: as `read_update_root`, or the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        root = read_update_root(content, epoch=source.epoch)
    except OSError as error:
        raise NoUpdateRoot(f"{path.name}: cannot be read ({error.strerror})") from None
    except NoUpdateRoot as error:
        raise NoUpdateRoot(f"{path.name}: {error}") from None
    place = source.root / UPDATE_ROOT
    place.parent.mkdir()
    place.write_bytes(root.content)
    return root


def _signed_root(content: bytes) -> Root:
    if len(content) > _MOST_BYTES:
        raise NoUpdateRoot("larger than any root is")
    try:
        read: Metadata[Any] = Metadata.from_bytes(content)
    except (RepositoryError, ValueError, RecursionError):
        raise NoUpdateRoot("not metadata of The Update Framework") from None
    if not isinstance(read.signed, Root):
        raise NoUpdateRoot(f"the metadata of {read.signed.type}, and not of the root")
    try:
        read.signed.verify_delegate(Root.type, read.signed_bytes, read.signatures)
    except RepositoryError:
        raise NoUpdateRoot(
            "not signed by as many of its own keys as it says must sign: have their holders sign it"
        ) from None
    return read.signed
