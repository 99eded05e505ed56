"""Whether metadata that was accepted once is still what those signed whose keys count.

This runs wherever notes are read. So it takes only the part of python-tuf that knows no network,
and asks neither for newer versions nor for the time: an update that is in use stays so.
"""

from __future__ import annotations

from collections.abc import Mapping

from tuf.api.exceptions import BadVersionNumberError
from tuf.api.metadata import Metadata, Root, Targets

from deid.updates.metadata import MetadataFiles, TrustedUpdate, told, understood


def latest_root(first: bytes, later: Mapping[int, bytes]) -> bytes:
    """The newest root metadata, reached from the first one from signature to signature.

    Args:
        first: travels with the program, and is trusted for that.
        later: those that were accepted here, by version; those up to the first one are not asked.

    Raises:
        BundleUntrusted: one of them is not signed as it must be, or missing between others.
    """
    with told("root"):
        data, root = first, _root(first)
        root.signed.verify_delegate(Root.type, root.signed_bytes, root.signatures)
        for version in sorted(version for version in later if version > root.signed.version):
            data, following = later[version], _root(later[version])
            for keys in (root.signed, following.signed):
                keys.verify_delegate(Root.type, following.signed_bytes, following.signatures)
            if following.signed.version != root.signed.version + 1:
                raise BadVersionNumberError
            root = following
        return data


def recheck(installed: MetadataFiles, *, root: bytes) -> TrustedUpdate:
    """The update that metadata vouches for which was accepted here, however long ago.

    Only the targets metadata is looked at: it names every file. The other roles said that it was
    the newest, which was asked when it came.

    Args:
        installed: the metadata.
        root: the newest root metadata that is trusted here.

    Raises:
        BundleUntrusted: it is not signed by keys that count now, or was changed.
    """
    with told("targets"):
        read = Metadata[Targets].from_bytes(installed.targets)
        if read.signed.type != Targets.type:
            raise ValueError("another role")
        keys = _root(root).signed
        keys.verify_delegate(Targets.type, read.signed_bytes, read.signatures)
    return understood(read.signed, installed, expires=read.signed.expires)


def _root(data: bytes) -> Metadata[Root]:
    root = Metadata[Root].from_bytes(data)
    if root.signed.type != Root.type:
        raise ValueError("another role")
    return root
