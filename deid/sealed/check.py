"""Checking an installed program against what was sealed when it was built.

1. The list is read, and its signature verified with a key that the program itself holds, before
   anything of it is parsed.
2. Everything in the folder is compared with the list by name, kind and size: what is missing and
   what does not belong there count as much as what was changed.
3. Every file is read, and its SHA-256 compared.

All that is wrong is told at once. What this can and cannot find is told in `docs/self-check.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deid.errors import SealBroken
from deid.sealed.seal import INTERNAL
from deid.sealed.sealed_list import LIST_NAME, SIGNATURE_NAME, SealedFile, SealedList, parse
from deid.sealed.tree import Entry, Kind, content, digest, digest_unsigned, entries

REMEDY: Final = (
    "reinstall the program from the package that IT gave out, and tell IT what stands here"
)
"""What to do about a program that is not as it was built."""

_MAX_LIST_BYTES: Final = 32 << 20
_MAX_SIGNATURE_BYTES: Final = 64
_TOLD: Final = 10  # files that the message names; the error has them all
_THREADS: Final = min(8, (os.cpu_count() or 1) + 2)  # some wait for the disk


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of a program, found whole.

    Attributes:
        root: the folder of the program.
        sealed: what was sealed.
        key: the public release key that signed it, 32 bytes.
    """

    root: Path
    sealed: SealedList
    key: bytes


def check(root: Path, keys: Sequence[bytes], *, internal: str = INTERNAL) -> Seal:
    """See that a folder holds exactly what was sealed.

    Args:
        root: the folder of the installed program.
        keys: the public release keys, of which one must have signed.
        internal: where the list lies, relative to `root`.

    Raises:
        SealBroken: it does not; the message names the first files, `broken` of it all.
    """
    raw = _read(root, f"{internal}/{LIST_NAME}", limit=_MAX_LIST_BYTES)
    signature = _read(root, f"{internal}/{SIGNATURE_NAME}", limit=_MAX_SIGNATURE_BYTES)
    key = _signer(raw, signature, keys)
    try:
        sealed = parse(raw)
    except ValueError as error:
        raise _broken([f"{internal}/{LIST_NAME}: {error}"]) from None
    own = {f"{internal}/{name}" for name in (LIST_NAME, SIGNATURE_NAME)}
    found = _walk(root, own)
    wrong = [*_misplaced(sealed, found, internal), *_other_links(root, sealed, found)]
    wrong += _changed(root, {path: sealed.files[path] for path in _whole(sealed, found)})
    if wrong:
        raise _broken(wrong)
    return Seal(root, sealed, key)


def _read(root: Path, path: str, *, limit: int) -> bytes:
    try:
        return content(root / path, limit=limit)
    except FileNotFoundError:
        raise _broken([f"{path}: missing"]) from None
    except OSError as error:
        raise _broken([f"{path}: cannot be read ({error.strerror})"]) from None


def _signer(raw: bytes, signature: bytes, keys: Sequence[bytes]) -> bytes:
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, raw)
        except (InvalidSignature, ValueError):
            continue
        return key
    raise _broken([f"{SIGNATURE_NAME}: not the signature of a release key over {LIST_NAME}"])


def _walk(root: Path, own: set[str]) -> dict[str, Entry]:
    try:
        return {one.path: one for one in entries(root) if one.path not in own}
    except OSError as error:
        folder = os.path.relpath(error.filename or root, root)
        raise _broken([f"{folder}: cannot be listed ({error.strerror})"]) from None


def _misplaced(sealed: SealedList, found: dict[str, Entry], internal: str) -> Iterator[str]:
    """What is missing, does not belong there, or is of another kind or size."""
    folders = sealed.folders | {internal}
    for path in (sealed.files.keys() | sealed.links.keys()) - found.keys():
        yield f"{path}: missing"
    for path, one in found.items():
        wanted = _wanted(path, sealed, folders)
        if wanted is None:
            yield f"{path}: does not belong here"
        elif one.kind is not wanted:
            yield f"{path}: not a {wanted.name.lower()}"
        elif path in sealed.files and not _has_size(one, sealed.files[path]):
            yield f"{path}: another size"


def _wanted(path: str, sealed: SealedList, folders: frozenset[str]) -> Kind | None:
    if path in sealed.files or path in sealed.system:
        return Kind.FILE
    if path in sealed.links:
        return Kind.LINK
    return Kind.FOLDER if path in folders else None


def _other_links(root: Path, sealed: SealedList, found: dict[str, Entry]) -> Iterator[str]:
    for path, target in sealed.links.items():
        if path in found and found[path].kind is Kind.LINK:
            try:
                same = (root / path).readlink().as_posix() == target
            except OSError:
                same = False
            if not same:
                yield f"{path}: leads elsewhere"


def _whole(sealed: SealedList, found: dict[str, Entry]) -> Iterator[str]:
    """The files that are there in their size, the longest first: one of them may take long."""
    fitting = (
        path
        for path, file in sealed.files.items()
        if path in found and found[path].kind is Kind.FILE and _has_size(found[path], file)
    )
    return iter(sorted(fitting, key=lambda path: -sealed.files[path].size))


def _has_size(one: Entry, file: SealedFile) -> bool:
    return one.size >= file.size if file.signed else one.size == file.size


def _is_same(path: Path, file: SealedFile) -> bool:
    if file.signed:
        return digest_unsigned(path) == (file.sha256, file.size)
    return digest(path, file.size) == file.sha256


def _changed(root: Path, files: dict[str, SealedFile]) -> Iterator[str]:
    def wrong(path: str) -> str | None:
        try:
            same = _is_same(root / path, files[path])
        except OSError as error:
            return f"{path}: cannot be read ({error.strerror})"
        return None if same else f"{path}: changed"

    with ThreadPoolExecutor(_THREADS) as threads:
        yield from (told for told in threads.map(wrong, files) if told is not None)


def _broken(wrong: list[str]) -> SealBroken:
    # A name that is no text must not keep the message from being printed or written.
    lines = tuple(sorted(line.encode("utf-8", "backslashreplace").decode() for line in wrong))
    more = f"; and {len(lines) - _TOLD} more" if len(lines) > _TOLD else ""
    return SealBroken(
        f"the installed program is not as it was built, and does not start: "
        f"{'; '.join(lines[:_TOLD])}{more}: {REMEDY}",
        broken=lines,
    )
