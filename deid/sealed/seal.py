"""Sealing a program that was built: the list of its files, and the release key's signature.

Only the build does this, as its last step: whatever changes a file (stripping, signing an
executable) comes before. The exception is the signature of macOS, which comes after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from deid.errors import DefectError
from deid.sealed.sealed_list import LIST_NAME, SIGNATURE_NAME, SealedFile, SealedList, written
from deid.sealed.tree import (
    Entry,
    Kind,
    begins_as_program,
    digest,
    digest_unsigned,
    entries,
)

INTERNAL: Final = "_internal"
"""The folder beside the programs in which all else lies, with the list."""

INTERNAL_OF_APP: Final = "Contents/Resources"
"""Where the list lies in an application of macOS; `codesign` takes no data among the libraries."""

KEYS_MODULE: Final = "deid.sealed._release_keys"
"""The module that the build makes, and that a checkout and a wheel lack."""

_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64


def write(
    root: Path,
    *,
    version: str,
    sign: Callable[[bytes], bytes],
    internal: str = INTERNAL,
    system: Collection[str] = (),
    signed_later: bool = False,
) -> SealedList:
    """List everything in a folder, and write the list and its signature into it.

    Args:
        root: the folder that will be installed.
        version: of the program.
        sign: gives the 64 bytes of the release key's Ed25519 signature over what it is given.
        internal: where the list lies, relative to `root`.
        system: files of the operating system's signature; they need not be there yet.
        signed_later: macOS signs programs and libraries (again) after this, so they are listed
            without the signature that they have now.

    Raises:
        DefectError: the folder holds what cannot be sealed, such as an empty folder or a link that
            leads out of it; the message names it.
        OSError: a file cannot be read, or the list cannot be written.
    """
    own = {f"{internal}/{name}" for name in (LIST_NAME, SIGNATURE_NAME)}
    found = [one for one in entries(root) if one.path not in own and one.path not in system]
    sealed = SealedList(
        version=version,
        files={
            one.path: _sealed(root / one.path, one.size, signed_later=signed_later)
            for one in _of(found, Kind.FILE)
        },
        links={one.path: _target(root / one.path) for one in _of(found, Kind.LINK)},
        system=tuple(sorted(system)),
    )
    for one in found:
        if one.kind is Kind.OTHER or (
            one.kind is Kind.FOLDER and one.path not in sealed.folders | {internal}
        ):
            raise DefectError(f"{one.path}: neither a file nor a link nor a folder with any")
    try:
        raw = written(sealed)
    except ValueError as error:
        raise DefectError(f"the program cannot be sealed: {error}") from None
    signature = sign(raw)
    if len(signature) != _SIGNATURE_BYTES:
        raise DefectError("what signs the list gave no Ed25519 signature")
    (root / internal / LIST_NAME).write_bytes(raw)
    (root / internal / SIGNATURE_NAME).write_bytes(signature)
    return sealed


def keys_source(keys: Iterable[bytes]) -> str:
    """The source of the module `KEYS_MODULE`, which the build compiles into the program.

    Args:
        keys: the public release keys, 32 bytes each; a signature of any of them counts.

    Raises:
        DefectError: there is none, or one is no Ed25519 key.
    """
    held = tuple(keys)
    if not held or any(len(key) != _KEY_BYTES for key in held):
        raise DefectError("a release key has 32 bytes, and there is at least one")
    lines = "".join(f'    bytes.fromhex("{key.hex()}"),\n' for key in held)
    return f'"""The public keys of releases; made by the build."""\n\nKEYS = (\n{lines})\n'


def _of(found: Iterable[Entry], kind: Kind) -> Iterator[Entry]:
    return (one for one in found if one.kind is kind)


def _sealed(path: Path, size: int, *, signed_later: bool) -> SealedFile:
    if not (signed_later and begins_as_program(path)):
        return SealedFile(size, digest(path, size))
    try:
        sha256, left = digest_unsigned(path)
    except OSError as error:
        raise DefectError(f"{path.name} cannot be sealed: {error.strerror}") from None
    return SealedFile(left, sha256, signed=True)


def _target(path: Path) -> str:
    return path.readlink().as_posix()
