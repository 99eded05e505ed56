"""The package of Debian and its relatives, as deb(5) says: an `ar` of two archives.

It is written here and not by `dpkg-deb`, so that it depends on no other version of anything than
that of liblzma.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final

from frozen.tree import NotPacked
from linux.content import DEBIAN_ARCHITECTURES, LIBRARIES, NAME, Content, Entry, filled

_DEPENDS: Final = ", ".join(LIBRARIES.values())
_RECOMMENDS: Final = "fontconfig-config, fonts-dejavu-core | fonts-noto-core"
_SUGGESTS: Final = "libwayland-client0, libwayland-cursor0"


def build_deb(content: Content, folder: Path, *, preset: int = 6) -> Path:
    """Write the package into the folder; its path.

    Args:
        content: what is installed.
        folder: an existing one.
        preset: how hard xz tries, 0 to 9; another one gives other bytes.

    Raises:
        NotPacked: Debian has no name for the architecture.
    """
    architecture = DEBIAN_ARCHITECTURES.get(content.machine)
    if architecture is None:
        raise NotPacked(f"{content.machine}: not among {', '.join(DEBIAN_ARCHITECTURES)}")
    path = folder / f"{NAME}_{content.version}_{architecture}.deb"
    data = path.with_suffix(".data")
    try:
        with lzma.open(data, "wb", preset=preset) as file:
            _tar(content.entries, content.epoch, file)
        control = io.BytesIO()
        with lzma.open(control, "wb", preset=preset) as file:
            _tar(_control(content, architecture), content.epoch, file)
        with path.open("wb") as package, data.open("rb") as packed:
            package.write(b"!<arch>\n")
            for name, source, size in (
                ("debian-binary", io.BytesIO(b"2.0\n"), 4),
                ("control.tar.xz", io.BytesIO(control.getvalue()), control.tell()),
                ("data.tar.xz", packed, data.stat().st_size),
            ):
                package.write(
                    f"{name:<16}{content.epoch:<12}{0:<6}{0:<6}{100644:<8}{size:<10}`\n".encode()
                )
                while block := source.read(1 << 20):
                    package.write(block)
                package.write(b"\n" * (size % 2))
    finally:
        data.unlink(missing_ok=True)
    return path


def _control(content: Content, architecture: str) -> list[Entry]:
    files = [entry for entry in content.entries if entry.content is not None]
    values = {"VERSION": content.version}
    sums = "".join(
        f"{hashlib.md5(entry.read(), usedforsecurity=False).hexdigest()}  {entry.path}\n"
        for entry in files
    )
    size = sum(
        entry.content.stat().st_size if isinstance(entry.content, Path) else len(entry.read())
        for entry in files
    )
    fields = {
        "Package": NAME,
        "Version": content.version,
        "Architecture": architecture,
        "Maintainer": "The NoteVeil maintainers",
        "Installed-Size": str(-(-size // 1024)),
        "Depends": _DEPENDS,
        "Recommends": _RECOMMENDS,
        "Suggests": _SUGGESTS,
        "Section": "misc",
        "Priority": "optional",
        "Description": "takes the identity out of clinical notes\n"
        " NoteVeil finds identifiers in clinical notes by rules, known identifiers and a\n"
        " small model, redacts them as a policy says, and keeps a tamper-evident log.\n"
        " Nothing is sent anywhere.",
    }
    text = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return [
        Entry("control", 0o644, text.encode()),
        Entry("md5sums", 0o644, sums.encode()),
        Entry("postrm", 0o755, filled("postrm", values).encode()),
        Entry("preinst", 0o755, filled("preinst", values).encode()),
    ]


def _tar(entries: Iterable[Entry], epoch: int, file: IO[bytes]) -> None:
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for entry in (Entry(".", 0o755), *entries):
            name = "./" if entry.path == "." else f"./{entry.path}"
            member = tarfile.TarInfo(name)
            member.mode, member.mtime = entry.mode, epoch
            member.uname = member.gname = "root"
            if entry.link:
                member.type, member.linkname = tarfile.SYMTYPE, entry.link
                archive.addfile(member)
            elif entry.is_folder:
                member.type = tarfile.DIRTYPE
                archive.addfile(member)
            elif isinstance(entry.content, Path):
                member.size = entry.content.stat().st_size
                with entry.content.open("rb") as source:
                    archive.addfile(member, source)
            else:
                data = entry.read()
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
