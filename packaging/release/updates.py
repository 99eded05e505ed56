"""What a bundle of rules and models is made of: metadata to be signed, and the one file.

The same trees, numbers, times and signatures give the same bytes. `packaging/updates.py` is the
command line of it.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from securesystemslib.signer import Signer
from tuf.api.metadata import (
    Key,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from deid.updates.metadata import FIELD, FORMAT, MetadataFiles
from deid.updates.names import (
    SNAPSHOT,
    TARGETS,
    TIMESTAMP,
    fault_among,
    fault_of,
    is_content,
    root_name,
)
from deid.updates.suited import parse_version
from deid.updates.trust import accept

# The first moment that a zip can name.
_THEN: Final = (1980, 1, 1, 0, 0, 0)


class Unfit(Exception):
    """What was given makes no bundle. The message says what to change."""


def root(
    *,
    version: int,
    expires: datetime,
    keys: Mapping[str, Sequence[Key]],
    thresholds: Mapping[str, int],
) -> Metadata[Root]:
    """Root metadata, not signed yet.

    Args:
        version: 1 for the first one, and one more each time.
        expires: until when it counts, in UTC.
        keys: by role: `root`, `targets`, `snapshot` and `timestamp`.
        thresholds: how many of a role's keys must sign; 1 where nothing is said.

    Raises:
        Unfit: a role has fewer keys than must sign.
    """
    made = Root(version=version, expires=expires, consistent_snapshot=False)
    for role, of_role in keys.items():
        for key in of_role:
            made.add_key(key, role)
        made.roles[role].threshold = thresholds.get(role, 1)
        if not 1 <= made.roles[role].threshold <= len(made.roles[role].keyids):
            raise Unfit(
                f"{role}: {len(of_role)} keys, of which {thresholds.get(role, 1)} must sign"
            )
    return Metadata(made)


def targets(
    trees: Mapping[str, Path],
    *,
    version: int,
    made: datetime,
    expires: datetime,
    lowest: str,
    highest: str,
) -> Metadata[Targets]:
    """Targets metadata, not signed yet: every file of an update with its size and SHA-256.

    Args:
        trees: by part, `models` or `rules`, the folder that holds it.
        version: counts up with every bundle.
        made: now, in UTC.
        expires: until when the bundle may be installed at most, in UTC.
        lowest: the lowest version of the program that it is for.
        highest: the highest one; `0.2` takes every 0.2.x.

    Raises:
        Unfit: a file has a name, or is of a kind, that a bundle may not have.
        ValueError: one of the versions is none.
    """
    said = {
        "format": FORMAT,
        "made": made.isoformat(),
        "lowest": ".".join(map(str, parse_version(lowest))),
        "highest": ".".join(map(str, parse_version(highest))),
    }
    files = {
        name: TargetFile.from_file(name, str(path), ["sha256"]) for name, path in contents(trees)
    }
    signed = Targets(
        version=version, expires=expires, targets=files, unrecognized_fields={FIELD: said}
    )
    return Metadata(signed)


def contents(trees: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Every file of the trees, by the name that it has in a bundle, in their order.

    Raises:
        Unfit: one of them may not be in a bundle.
    """
    found = {
        f"{part}/{path.relative_to(tree).as_posix()}": path
        for part, tree in sorted(trees.items())
        for path in sorted(tree.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    }
    for name, path in found.items():
        if fault_of(name) or not is_content(name) or path.is_symlink() or not path.is_file():
            raise Unfit(f"{path}: cannot be in a bundle: rename it, or take it out of the tree")
    if not found or fault_among(found):
        raise Unfit("the trees are empty, or two files differ only in capital letters")
    yield from found.items()


def bundle(
    trees: Mapping[str, Path],
    *,
    roots: Mapping[int, bytes],
    targets_file: bytes,
    version: int,
    expires: datetime,
    snapshot_signers: Iterable[Signer],
    timestamp_signers: Iterable[Signer],
    now: datetime,
) -> bytes:
    """A bundle, which is what the program itself would accept where nothing was installed before.

    Args:
        trees: as given to `targets`.
        roots: all root metadata, by version, signed.
        targets_file: the targets metadata, signed.
        version: of snapshot and timestamp; counts up with every bundle.
        expires: until when the bundle may be installed, in UTC.
        snapshot_signers: sign which targets belong to it.
        timestamp_signers: sign that it is the newest.
        now: the time, in UTC.

    Raises:
        Unfit: a file is none that was signed.
        UpdateError: the program would refuse it; too few have signed, for one.
    """
    listed = Metadata[Targets].from_bytes(targets_file).signed
    names = MetaFile.from_data(listed.version, targets_file, ["sha256"])
    snapshot = Metadata(Snapshot(version=version, expires=expires, meta={"targets.json": names}))
    snapshot_file = _signed(snapshot, snapshot_signers)
    newest = MetaFile.from_data(version, snapshot_file, ["sha256"])
    timestamp = Metadata(Timestamp(version=version, expires=expires, snapshot_meta=newest))
    timestamp_file = _signed(timestamp, timestamp_signers)
    offered = MetadataFiles(roots, timestamp_file, snapshot_file, targets_file)
    made = accept(offered, root=roots[min(roots)], newest=None, now=now)
    members = {root_name(number): data for number, data in roots.items()}
    members |= {TIMESTAMP: timestamp_file, SNAPSHOT: snapshot_file, TARGETS: targets_file}
    found = dict(contents(trees))
    if found.keys() != made.files.keys():
        raise Unfit("the trees do not hold the files that were signed: make the targets anew")
    for name, path in found.items():
        members[name] = path.read_bytes()
        listed.targets[name].verify_length_and_hashes(members[name])
    return packed(members)


def packed(members: Mapping[str, bytes]) -> bytes:
    """The members in one file: a zip, stored as they are, in the order of their names."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, data in sorted(members.items()):
            info = zipfile.ZipInfo(name, date_time=_THEN)
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, data)
    return file.getvalue()


def _signed(metadata: Metadata[Any], signers: Iterable[Signer]) -> bytes:
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes()
