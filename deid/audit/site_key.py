"""The site key's file, and how the key is destroyed and another put in its place.

Destroying a key goes in steps, and each may be the last before the power fails:

1. `decide` writes the new key to `keys/site.key.next`, and to `keys/site.key.ending` that the old
   one is to go: from now on that is decided.
2. The caller removes what was sealed under the old key.
3. `destroy` overwrites the old key and gives the new one its name.
4. The caller records it, and `settle` removes `keys/site.key.ending`.

Whoever opens the keys after step 3 began finds the new one; `decided` tells what is still to do.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deid.audit import key_files
from deid.errors import KeyUnusable
from deid.files import sync_folder

_HEADER: Final = "noteveil-site-key-v1 "
_SITE: Final = re.compile(re.escape(_HEADER) + r"([0-9a-f]{64})\n")
_ENDING: Final = re.compile(
    r"noteveil-site-key-ending-v1 ([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}|-)\n"
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A decision to destroy the site key.

    Attributes:
        old: id of the key that goes.
        new: id of the one that takes its place.
        person: id of who decided it; None where that is not known.
    """

    old: str
    new: str
    person: str | None


def path_of(home: Path) -> Path:
    """Where the site key lies in a data folder."""
    return home / "keys" / "site.key"


def written() -> str:
    """A new key, as it stands in its file."""
    return f"{_HEADER}{secrets.token_hex(32)}\n"


def read(home: Path) -> bytes:
    """The 32 bytes of the key; of the next one where the destruction of this one was interrupted.

    Raises:
        KeyUnusable: it cannot be read, is damaged, or is open to other users.
    """
    content = key_files.read(path_of(home))
    if not _SITE.fullmatch(content) and _next(home).exists() and decided(home) is not None:
        destroy(home)
        content = key_files.read(path_of(home))
    return _parse(content)


def id_of(key: bytes) -> str:
    """16 hex digits that name a key and say nothing about it."""
    return hmac.digest(key, b"noteveil/key-id/v1", hashlib.sha256).hex()[:16]


def decide(home: Path, *, person: str | None) -> Ending:
    """Decide that the key is destroyed.

    Args:
        home: the data folder.
        person: id of who decides.

    Raises:
        KeyUnusable: the key cannot be read, or the files cannot be written.
    """
    old = id_of(read(home))
    content = written()
    new = id_of(_parse(content))
    line = f"noteveil-site-key-ending-v1 {old} {new} {person or '-'}\n"
    with _explained(home):
        key_files.make(_next(home), content, replace=True)
        key_files.make(_ending(home), line, replace=True)
        sync_folder(path_of(home).parent)
    return Ending(old, new, person)


def decided(home: Path) -> Ending | None:
    """The destruction that was decided and is not settled yet, if any.

    Raises:
        KeyUnusable: the file that tells of it is damaged or open to other users.
    """
    path = _ending(home)
    if not path.exists():
        return None
    found = _ENDING.fullmatch(key_files.read(path))
    if found is None:
        raise KeyUnusable(f"key {path}: damaged: ask the privacy officer")
    return Ending(found[1], found[2], None if found[3] == "-" else found[3])


def destroy(home: Path) -> None:
    """Overwrite the key and put the next one in its place; done already, it does nothing.

    Raises:
        KeyUnusable: the files cannot be written.
    """
    path = path_of(home)
    with _explained(home):
        if not _next(home).exists():
            return
        if path.exists():
            overwrite(path)
        _next(home).replace(path)
        sync_folder(path.parent)


def settle(home: Path) -> None:
    """Forget the decision, which was carried out and recorded.

    Raises:
        KeyUnusable: the file cannot be removed.
    """
    with _explained(home):
        _ending(home).unlink(missing_ok=True)
        sync_folder(path_of(home).parent)


def overwrite(path: Path) -> None:
    """Write zeros over a file's content, as far as the disk writes in place.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))
        os.fsync(file.fileno())


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeyUnusable(
            f"key {path_of(home)}: cannot be replaced ({error.strerror}): check the rights of its "
            "folder and try again"
        ) from None


def _parse(content: str) -> bytes:
    found = _SITE.fullmatch(content)
    if found is None:
        raise KeyUnusable("the site key is damaged: restore it from its backup")
    return bytes.fromhex(found[1])


def _next(home: Path) -> Path:
    return path_of(home).with_name("site.key.next")


def _ending(home: Path) -> Path:
    return path_of(home).with_name("site.key.ending")
