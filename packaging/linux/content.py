"""Where everything of the package lies on a Linux computer, before it is a `.deb` or an `.rpm`."""

from __future__ import annotations

import gzip
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Final

from frozen.tree import FILE_MODE, FOLDER_MODE, NotPacked, Tree
from linux.commands import Command, read_parser
from linux.completion import bash, fish, zsh
from linux.manual import manual

DATA: Final = Path(__file__).resolve().parent / "data"
NAME: Final = "noteveil"
APP: Final = "org.noteveil.NoteVeil"
PROGRAMS: Final = "opt/noteveil"
SUMMARIES: Final = {
    "deid": "take the identity out of clinical notes",
    "deid-gui": "take the identity out of clinical notes, in a window",
}
LIBRARIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "libc.so.6": "libc6 (>= 2.36)",
        "libz.so.1": "zlib1g",
        "libxcb.so.1": "libxcb1",
        "libEGL.so.1": "libegl1",
        "libGL.so.1": "libgl1",
    }
)
"""What the programs take from the system, and the packages of Debian that it is in."""

LINK_MODE: Final = 0o777
_ICON_SIZES: Final = (16, 32, 48, 64, 128, 256)
_VERSION: Final = re.compile(r"[0-9][0-9A-Za-z.]*")
_OF_THE_SYSTEM: Final = frozenset({"opt", "etc", "usr", "usr/bin", "usr/share", "var", "var/lib"})
"""Folders that every system has, and no package of ours makes or removes."""

DEBIAN_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, a folder or a link as it is installed; all belong to root.

    Attributes:
        path: from the root of the system, without a `/` in front.
        mode: permissions.
        content: the bytes, or the file that holds them; None for folders and links.
        link: where a link leads; empty for all else.
    """

    path: str
    mode: int
    content: bytes | Path | None = None
    link: str = ""

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.content is None and not self.link

    def read(self) -> bytes:
        """The bytes of a file."""
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content or b""


@dataclass(frozen=True, slots=True)
class Content:
    """All that is installed.

    Attributes:
        version: of the program.
        epoch: seconds since 1970 that everything is dated with.
        entries: by path, each folder before what lies in it.
        machine: the architecture as the kernel calls it.
    """

    version: str
    epoch: int
    entries: tuple[Entry, ...]
    machine: str

    def own(self) -> Iterator[Entry]:
        """Without the folders that every system has."""
        return (entry for entry in self.entries if entry.path not in _OF_THE_SYSTEM)


def content(tree: Tree, *, machine: str | None = None) -> Content:
    """What is installed for this tree.

    Args:
        tree: the frozen programs.
        machine: the architecture of the tree; None: that of this computer.

    Raises:
        NotPacked: the version cannot be that of a package.
        NotATree: as `Tree.files`.
    """
    if not _VERSION.fullmatch(tree.version):
        raise NotPacked(f"version {tree.version}: may hold digits, letters and points only")
    made = [
        *(
            Entry(f"{PROGRAMS}/{file.path}", file.mode, tree.root / file.path)
            for file in tree.files()
        ),
        *(Entry(path, FILE_MODE, data) for path, data in _made(tree).items()),
        *(Entry(f"usr/bin/{name}", LINK_MODE, link=f"/{PROGRAMS}/{name}") for name in SUMMARIES),
        Entry("etc/noteveil", FOLDER_MODE),
        Entry("var/lib/noteveil", FOLDER_MODE),
    ]
    folders = {
        str(folder)
        for entry in made
        for folder in PurePosixPath(entry.path).parents
        if str(folder) != "."
    }
    made += [Entry(path, FOLDER_MODE) for path in folders]
    return Content(
        tree.version,
        tree.epoch,
        tuple(sorted(made, key=lambda entry: entry.path.split("/"))),
        machine or platform.machine(),
    )


@cache
def programs() -> tuple[Command, Command]:
    """What `deid` and `deid-gui` of this checkout understand."""
    from deid.cli import build_parser
    from gui.app import _parser as window_parser

    return read_parser(build_parser(), ["deid"]), read_parser(window_parser(), ["deid-gui"])


def filled(name: str, values: Mapping[str, str]) -> str:
    """A file of `data/` with its `@WORDS@` replaced."""
    text = (DATA / name).read_text(encoding="utf-8")
    for word, value in values.items():
        text = text.replace(f"@{word}@", value)
    return text


def _made(tree: Tree) -> dict[str, bytes]:
    """What lies outside the folder of the programs."""
    share = "usr/share"
    template = DATA.parent.parent / "managed" / "templates" / "linux" / "policy.json"
    date = datetime.fromtimestamp(tree.epoch, UTC).strftime("%Y-%m-%d")
    about = filled(f"{APP}.metainfo.xml", {"VERSION": tree.version, "DATE": date})
    found = {
        f"{share}/applications/{APP}.desktop": (DATA / f"{APP}.desktop").read_bytes(),
        f"{share}/metainfo/{APP}.metainfo.xml": about.encode(),
        f"{share}/mime/packages/{APP}.xml": (DATA / f"{APP}.mime.xml").read_bytes(),
        f"{share}/doc/{NAME}/copyright": (DATA / "copyright").read_bytes(),
        f"{share}/doc/{NAME}/examples/policy.json": template.read_bytes(),
        f"{share}/icons/hicolor/scalable/apps/{APP}.svg": (DATA / "icon.svg").read_bytes(),
    }
    for size in _ICON_SIZES:
        picture = (DATA / f"icon-{size}.png").read_bytes()
        found[f"{share}/icons/hicolor/{size}x{size}/apps/{APP}.png"] = picture
    for program in programs():
        name = program.path[0]
        page = manual(program, summary=SUMMARIES[name], version=tree.version, epoch=tree.epoch)
        found[f"{share}/man/man1/{name}.1.gz"] = gzip.compress(page.encode(), mtime=0)
        found[f"{share}/bash-completion/completions/{name}"] = bash(program).encode()
        found[f"{share}/zsh/site-functions/_{name}"] = zsh(program).encode()
        found[f"{share}/fish/vendor_completions.d/{name}.fish"] = fish(program).encode()
    return found
