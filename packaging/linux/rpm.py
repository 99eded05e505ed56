"""The package of Fedora, SUSE and their relatives, by `rpmbuild`."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from frozen.tree import NotPacked
from linux.content import LIBRARIES, Content, Entry, filled
from linux.rpm_header import strip_rpm

_VERSIONS: Final = {"libc.so.6": "GLIBC_2.36"}
_REQUIRES: Final = tuple(f"{name}({_VERSIONS.get(name, '')})(64bit)" for name in LIBRARIES)
"""Sonames, which all distributions call the same."""

_MACROS: Final = {
    "use_source_date_epoch_as_buildtime": "1",
    "clamp_mtime_to_source_date_epoch": "1",
    "_buildhost": "reproducible",
    "_build_id_links": "none",
    "__os_install_post": "%{nil}",
    "__brp_compress": "%{nil}",
    "debug_package": "%{nil}",
    "_binary_filedigest_algorithm": "8",
    "_source_filedigest_algorithm": "8",
    "_smp_build_ncpus": "1",
    "packager": "The NoteVeil maintainers",
    "_rpmfilename": "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
}


def build_rpm(content: Content, folder: Path, *, preset: int = 6) -> Path:
    """Write the package into the folder; its path.

    Args:
        content: what is installed.
        folder: an existing one.
        preset: how hard xz tries, 0 to 9; another one gives other bytes.

    Raises:
        NotPacked: `rpmbuild` is not there, or refused.
    """
    name = f"noteveil-{content.version}-1.{content.machine}.rpm"
    # Not below `folder`: rpmbuild cannot work under a path with a blank.
    with tempfile.TemporaryDirectory() as work:
        prepared = Path(work, "prepared")
        _lay_out(content, prepared)
        spec = Path(work, "noteveil.spec")
        values = {
            "VERSION": content.version,
            "ARCHITECTURE": content.machine,
            "REQUIRES": "\n".join(f"Requires: {name}" for name in _REQUIRES),
            "FILES": "\n".join(_listed(entry) for entry in content.own()),
        }
        spec.write_text(filled("noteveil.spec", values), encoding="utf-8")
        macros = {
            **_MACROS,
            "_topdir": f"{work}/top",
            "_rpmdir": work,
            "prepared": str(prepared),
            "_binary_payload": f"w{preset}.xzdio",
        }
        defined = [part for pair in macros.items() for part in ("--define", " ".join(pair))]
        command = ["rpmbuild", "-bb", "--target", f"{content.machine}-linux", *defined, str(spec)]
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": work,
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "SOURCE_DATE_EPOCH": str(content.epoch),
        }
        try:
            done = subprocess.run(
                command, check=False, env=environment, capture_output=True, text=True
            )
        except FileNotFoundError:
            raise NotPacked("rpmbuild is not there: install the package rpm") from None
        if done.returncode or not Path(work, name).is_file():
            raise NotPacked(f"rpmbuild ended with {done.returncode}:\n{done.stderr.strip()}")
        path = Path(shutil.move(Path(work, name), folder / name))
    strip_rpm(path)
    return path


def _listed(entry: Entry) -> str:
    name = f'"/{entry.path}"'
    if entry.link:
        return name
    kind = "%dir " if entry.is_folder else ""
    return f"%attr({entry.mode:04o}, root, root) {kind}{name}"


def _lay_out(content: Content, root: Path) -> None:
    """All of it as it will lie in the system, below this root."""
    root.mkdir()
    for entry in content.entries:
        path = root / entry.path
        if entry.link:
            path.symlink_to(entry.link)
        elif entry.is_folder:
            path.mkdir()
        else:
            path.write_bytes(entry.read())
        if not entry.link:
            path.chmod(entry.mode)
    for entry in reversed(content.entries):
        os.utime(root / entry.path, (content.epoch, content.epoch), follow_symlinks=False)
