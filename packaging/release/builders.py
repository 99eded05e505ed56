"""The signatures of builders under a manifest, of which two of three make a release count.

Ed25519, checked by `openssl pkeyutl -verify -rawin`: OpenSSL 3 is on every server, its `dgst`
cannot do Ed25519 at all, and the keys are of the same kind as those that seal the programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from release.manifest import NAME, NotReleased
from release.tools import run

BUILDERS: Final = 3
NEEDED: Final = 2
_ED25519: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, before the 32 bytes
_SIGNATURE_SIZE: Final = 64


def signature_name(key: Path) -> str:
    """The file in which the holder of a key signs: `anna.pub` signs in `RELEASE.json.anna.sig`."""
    return f"{NAME}.{key.stem}.sig"


def check_builders(release: Path, keys: Sequence[Path]) -> tuple[str, ...]:
    """The builders who signed the manifest of a release, two at least.

    Args:
        release: the folder.
        keys: the public keys of all three, in PEM files of different names.

    Raises:
        NotReleased: the keys are not three different ones, fewer than two have signed, or what
            lies there in the name of one of them is not their signature.
    """
    _check_keys(keys)
    signed = [key for key in keys if (release / signature_name(key)).exists()]
    for key in signed:
        signature = release / signature_name(key)
        verify = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin")
        if (
            signature.stat().st_size != _SIGNATURE_SIZE
            or not run(*verify, "-in", release / NAME, "-sigfile", signature).good
        ):
            raise NotReleased(f"{signature.name}: not the signature of {key.stem} under {NAME}")
    if len(signed) < NEEDED:
        raise NotReleased(f"{len(signed)} of {BUILDERS} builders signed, and {NEEDED} must")
    return tuple(key.stem for key in signed)


def _check_keys(keys: Sequence[Path]) -> None:
    if len(keys) != BUILDERS or len({key.stem for key in keys}) != BUILDERS:
        raise NotReleased(f"name the keys of {BUILDERS} builders, in files of different names")
    found = set()
    for key in keys:
        der = run("openssl", "pkey", "-pubin", "-in", key, "-outform", "DER").output
        if not der.startswith(_ED25519) or len(der) != len(_ED25519) + 32:
            raise NotReleased(f"{key.name}: not an Ed25519 public key in PEM")
        found.add(der)
    if len(found) != BUILDERS:
        raise NotReleased("two of the builders' keys are the same key")
