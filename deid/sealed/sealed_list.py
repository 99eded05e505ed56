"""The list of all files of an installed program, and its one form in bytes. Pure.

`SEALED.json` is canonical JSON in ASCII (names sorted, no blanks) and a newline:

    {"files": {PATH: {"sha256": 64 hex digits, "size": bytes},
               PATH: {"sha256": 64 hex digits, "signed": true, "size": bytes}},
     "format": "noteveil-sealed-1",
     "links": {PATH: target as the link holds it},
     "system": [PATH],
     "version": version of the program}

A path is relative to the folder that was installed, with `/` between its parts. A link leads,
relative to its own folder, to something in the list. With `signed`, digest and size are those of
a program or library of macOS without the system's signature, which comes after the list
(`deid.sealed.mach`). What stands under `system` is that signature itself, where it is a file
(`_CodeSignature/CodeResources`); of these the list tells only that they may be there.

`SEALED.sig` holds the 64 bytes of an Ed25519 signature (RFC 8032) over exactly those bytes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

LIST_NAME: Final = "SEALED.json"
SIGNATURE_NAME: Final = "SEALED.sig"
FORMAT: Final = "noteveil-sealed-1"

_NAMES: Final = {"files", "format", "links", "system", "version"}
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_VERSION: Final = re.compile(r"[0-9A-Za-z.+~-]{1,64}")
# Windows cannot hold some of these, and reads others as a stream, a wildcard or another folder.
_FORBIDDEN: Final = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')
_MAX_SIZE: Final = 1 << 40
_MOST_STEPS: Final = 1000  # from a link to what it leads to


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What a file was when the program was built.

    Attributes:
        size: in bytes.
        sha256: in hex.
        signed: both are those of what `deid.sealed.mach` leaves of it.
    """

    size: int
    sha256: str
    signed: bool = False


@dataclass(frozen=True, slots=True)
class SealedList:
    """Everything that was installed, by its path.

    Attributes:
        version: of the program.
        files: every file but the list and its signature.
        links: every symbolic link, with its target as the link holds it.
        system: files of the operating system's own signature.
    """

    version: str
    files: Mapping[str, SealedFile]
    links: Mapping[str, str] = field(default_factory=dict)
    system: tuple[str, ...] = ()

    @property
    def folders(self) -> frozenset[str]:
        """The path of every folder that something in the list lies in."""
        paths = (*self.files, *self.links, *self.system)
        return frozenset(str(above) for path in paths for above in PurePosixPath(path).parents)


def written(sealed: SealedList) -> bytes:
    """The list in its canonical form.

    Raises:
        ValueError: it says what no list may say; the message tells which path.
    """
    _check(sealed)
    node = {
        "files": {path: _node(file) for path, file in sealed.files.items()},
        "format": FORMAT,
        "links": dict(sealed.links),
        "system": sorted(sealed.system),
        "version": sealed.version,
    }
    return json.dumps(node, sort_keys=True, separators=(",", ":")).encode("ascii") + b"\n"


def parse(raw: bytes) -> SealedList:
    """The list in bytes of which the signature was verified before.

    Raises:
        ValueError: not a list, not in canonical form, or a path is none.
    """
    try:
        node = json.loads(raw.decode("ascii"))
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(node, dict) or node.keys() != _NAMES or node["format"] != FORMAT:
        raise ValueError(f"not a list of the form {FORMAT}")
    sealed = SealedList(
        version=_text(node["version"]),
        files={path: _file(entry) for path, entry in _mapping(node["files"]).items()},
        links={path: _text(target) for path, target in _mapping(node["links"]).items()},
        system=tuple(map(_text, _sequence(node["system"]))),
    )
    # This also refuses a name twice, blanks, and other ways to write the same.
    if written(sealed) != raw:
        raise ValueError("not in canonical form")
    return sealed


def _check(sealed: SealedList) -> None:
    if not _VERSION.fullmatch(sealed.version):
        raise ValueError("the version is none")
    paths = [*sealed.files, *sealed.links, *sealed.system]
    for path in paths:
        _check_path(path)
    for path, file in sealed.files.items():
        if not (_SHA256.fullmatch(file.sha256) and 0 <= file.size <= _MAX_SIZE):
            raise ValueError(f"{path!r}: not a size and a digest")
    _check_distinct(paths, sealed.folders)
    held = {*paths, *sealed.folders}
    for path in sealed.links:
        if _resolved(path, sealed.links) not in held:
            raise ValueError(f"{path!r}: the link leads to nothing in the list")


def _check_path(path: str) -> None:
    parts = path.split("/")
    if _FORBIDDEN.search(path) or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{path!r}: not a path within the folder")
    if any(part != part.strip(" ") or part.endswith(".") for part in parts):
        raise ValueError(f"{path!r}: Windows would call it otherwise")
    if any("\ud800" <= character <= "\udfff" for character in path):
        raise ValueError(f"{path!r}: not text")
    if parts[-1] in (LIST_NAME, SIGNATURE_NAME):
        raise ValueError(f"{path!r}: the list cannot name itself")


def _check_distinct(paths: Iterable[str], folders: Iterable[str]) -> None:
    """No two paths are one where case and the form of accents do not count."""
    seen: set[str] = set()
    for path in (*paths, *folders):
        folded = unicodedata.normalize("NFC", path).casefold()
        if folded in seen:
            raise ValueError(f"{path!r}: another path is the same on some systems")
        seen.add(folded)


def _resolved(path: str, links: Mapping[str, str]) -> str:
    """Where a link leads in the end, over whatever other links, relative to the installed folder.

    Raises:
        ValueError: it leads out of the folder or in a circle, or is no relative path.
    """
    found: list[str] = []
    left = deque(path.split("/"))
    for _ in range(_MOST_STEPS):
        if not left:
            return "/".join(found)
        part = left.popleft()
        if part == ".." and found:
            found.pop()
            continue
        if part in ("", ".", "..") or _FORBIDDEN.search(part):
            raise ValueError(f"{path!r}: the link leads out of the folder")
        target = links.get("/".join([*found, part]))
        if target is None:
            found.append(part)
        else:
            left.extendleft(reversed(target.split("/")))
    raise ValueError(f"{path!r}: the link leads in a circle")


def _node(file: SealedFile) -> dict[str, object]:
    node: dict[str, object] = {"sha256": file.sha256, "size": file.size}
    return node | {"signed": True} if file.signed else node


def _file(node: object) -> SealedFile:
    entry = _mapping(node)
    if entry.keys() - {"signed"} != {"sha256", "size"} or type(entry["size"]) is not int:
        raise ValueError("an entry is not a size and a digest")
    if entry.get("signed", True) is not True:
        raise ValueError("an entry is signed or does not speak of it")
    return SealedFile(entry["size"], _text(entry["sha256"]), signed="signed" in entry)


def _text(node: object) -> str:
    if not isinstance(node, str):
        raise ValueError("not a text")
    return node


def _mapping(node: object) -> dict[str, object]:
    if not isinstance(node, dict):
        raise ValueError("not an object")
    return node


def _sequence(node: object) -> list[object]:
    if not isinstance(node, list):
        raise ValueError("not a list")
    return node
