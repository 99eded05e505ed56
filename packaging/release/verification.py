"""Whether a folder is a release: what builders signed, all of it and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from release.builders import check_builders, signature_name
from release.manifest import NAME, Manifest, NotReleased, read_manifest
from release.stripped import artifact_of
from release.tools import content_of
from release.vendor import Authorities, check_vendor

_LARGEST: Final = 1 << 20


def verify(release: Path, keys: Sequence[Path], authorities: Authorities) -> tuple[str, ...]:
    """Check a whole release; a line on each thing that was found good.

    The signatures of builders come first: nothing is parsed that two of them did not sign.

    Raises:
        NotReleased: it does not count. The message says why.
    """
    for path in sorted(release.iterdir()):
        if path.is_symlink() or not path.is_file():
            raise NotReleased(f"{path.name}: neither a file nor part of a release")
    if not (release / NAME).is_file() or (release / NAME).stat().st_size > _LARGEST:
        raise NotReleased(f"{NAME}: missing, or larger than any manifest")
    builders = check_builders(release, keys)
    manifest = read_manifest((release / NAME).read_bytes())
    _check_listed(release, manifest, {NAME, *map(signature_name, keys)})
    said = [f"{NAME}: signed by {' and '.join(builders)}: version {manifest.version}"]
    for artifact in manifest.artifacts:
        path = release / artifact.name
        if content_of(path) != artifact.handed_out:
            raise NotReleased(f"{artifact.name}: not the file that builders signed")
        tool = check_vendor(path, authorities)
        if artifact_of(path) != artifact:
            raise NotReleased(f"{artifact.name}: without its signature not what builders built")
        said.append(f"{artifact.name}: good (sha256sum{', ' if tool else ''}{tool})")
    return tuple(said)


def _check_listed(release: Path, manifest: Manifest, others: set[str]) -> None:
    listed = {artifact.name for artifact in manifest.artifacts}
    found = {path.name for path in release.iterdir()} - others
    if listed & others or found - listed:
        stray = sorted(listed & others | found - listed)[0]
        raise NotReleased(f"{stray}: not part of the release")
    if listed - found:
        raise NotReleased(f"{sorted(listed - found)[0]}: missing")
