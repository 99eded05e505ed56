"""Whether a new bundle is to be trusted: the client workflow of The Update Framework.

Pure: bytes and a time in, what is trusted out. python-tuf verifies; here stands in which order it
is asked. The numbers are those of the specification 1.0, section 5. The library's client class is
not used: it keeps what it saw of a bundle that it refuses later, and takes no clock but its own.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from tuf.api.exceptions import EqualVersionNumberError, RepositoryError

from deid.updates.metadata import (
    MetadataFiles,
    TrustedUpdate,
    older,
    out_of_date,
    told,
    understood,
)
from deid.updates.tuf_client import EnvelopeType, TrustedMetadataSet


def accept(
    offered: MetadataFiles,
    *,
    root: bytes,
    newest: MetadataFiles | None,
    now: datetime,
) -> TrustedUpdate:
    """The update that a bundle's metadata vouches for, if it may be installed.

    Args:
        offered: the metadata of the bundle.
        root: the newest root metadata that is trusted here.
        newest: the metadata of the newest update that was installed here, whose signatures held
            then; None: there was none.
        now: the time by which metadata expires, in UTC.

    Returns:
        What is trusted. Its metadata has the roots that were accepted here, now and before.

    Raises:
        BundleUntrusted: signatures are missing, or something is older than what was installed
            before, out of date, or of another bundle.
    """
    # 5.3: from root to root, each signed by the one before it and by itself.
    with told("root"):
        known = TrustedMetadataSet(root, EnvelopeType.METADATA)
        known.reference_time = now
        if max(offered.roots) < known.root.version:
            raise older("root")
        later = {v: data for v, data in offered.roots.items() if v > known.root.version}
        for version in sorted(later):
            known.update_root(later[version])
    if known.root.is_expired(now):
        raise out_of_date("root")
    # 5.4: the one before is loaded first, so that nothing goes back behind it. It may be out of
    # date by now; and where the root has other keys for the role, it counts no more (5.3.11).
    with suppress(RepositoryError):
        if newest:
            known.update_timestamp(newest.timestamp)
    with told("timestamp"):
        try:
            known.update_timestamp(offered.timestamp)
        except EqualVersionNumberError:
            if newest is None or newest.timestamp != offered.timestamp:
                raise older("timestamp") from None
            if known.timestamp.is_expired(now):
                raise out_of_date("timestamp") from None
    # 5.5
    with suppress(RepositoryError):
        if newest:
            known.update_snapshot(newest.snapshot, trusted=True)
    with told("snapshot"):
        known.update_snapshot(offered.snapshot)
    # 5.6
    with told("targets"):
        known.update_targets(offered.targets)
    roles = (known.root, known.timestamp, known.snapshot, known.targets)
    roots = {**(newest.roots if newest else {}), **later}
    return understood(
        known.targets, replace(offered, roots=roots), expires=min(role.expires for role in roles)
    )
