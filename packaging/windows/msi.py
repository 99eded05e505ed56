"""The package of Windows, by `wixl` and `msibuild`: the same bytes for the same tree.

At the end it is signed with a key that nobody keeps, and the signature taken off again:
`osslsigncode` lays the file out anew each time, so that what is built is what is left of a signed
package without its signature.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from frozen.tree import FILE_MODE, NotPacked, Tree
from windows.content import Content, content
from windows.database import changes, summary, tables
from windows.icon import icon
from windows.identity import package_code
from windows.rows import Table
from windows.wix import FILES, ICON, source

_SOURCE: Final = "noteveil.wxs"
_PACKAGE: Final = "noteveil.msi"
_TOOLS: Final = {
    "wixl": "wixl",
    "msibuild": "msitools",
    "openssl": "openssl",
    "osslsigncode": "osslsigncode",
}
"""The package of Debian that each tool is in."""


def build_msi(tree: Tree, folder: Path, *, help_link: str = "") -> Path:
    """Write the package into the folder; its path.

    Args:
        tree: the frozen programs.
        folder: an existing one.
        help_link: the page that *Apps & features* leads to; empty: to none.

    Raises:
        NotPacked: a tool is not there or refused, or as `content`.
        NotATree: as `Tree.files`.
    """
    installed = content(tree)
    path = folder / f"noteveil-{installed.version}-x64.msi"
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        _lay_out(installed, work)
        text = source(installed, help_link=help_link)
        (work / _SOURCE).write_text(text, encoding="utf-8", newline="\n")
        _call(["wixl", "--arch", "x64", "--output", _PACKAGE, _SOURCE], work)
        code = package_code(_digest(installed, text, work))
        _put_in((*tables(), summary(installed, code)), work)
        shutil.move(_relaid(work), path)
    return path


def _lay_out(installed: Content, work: Path) -> None:
    """Each file under its key, dated as the cabinet will date it."""
    (work / FILES).mkdir()
    (work / ICON).write_bytes(icon())
    for file in installed.files:
        copy = work / FILES / file.key
        shutil.copyfile(file.source, copy)
        copy.chmod(FILE_MODE)
        os.utime(copy, (installed.epoch, installed.epoch))


def _digest(installed: Content, text: str, work: Path) -> str:
    """SHA-256 in hex of all that the package is made of."""
    told = hashlib.sha256("\n".join((text, *changes())).encode())
    for table in (*tables(), summary(installed, "")):
        told.update(table.encode().encode())
    for name in sorted([ICON, *(f"{FILES}/{file.key}" for file in installed.files)]):
        with (work / name).open("rb") as file:
            told.update(hashlib.file_digest(file, "sha256").digest())
    return told.hexdigest()


def _put_in(made: Iterable[Table], work: Path) -> None:
    command = ["msibuild", _PACKAGE]
    for table in made:
        (work / f"{table.name}.idt").write_bytes(table.encode().encode("ascii"))
        command += ["-i", f"{table.name}.idt"]
    for change in changes():
        command += ["-q", change]
    _call(command, work)


def _relaid(work: Path) -> Path:
    key = [*("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")]
    key += ["-nodes", "-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=nobody"]
    _call(key, work)
    with_key = ["-certs", "certificate.pem", "-key", "key.pem", "-h", "sha256"]
    _call(["osslsigncode", "sign", *with_key, "-in", _PACKAGE, "-out", "signed.msi"], work)
    _call(["osslsigncode", "remove-signature", "-in", "signed.msi", "-out", "relaid.msi"], work)
    return work / "relaid.msi"


def _call(command: Sequence[str], work: Path) -> None:
    """Run a tool in the folder, far from all that is set here.

    `msibuild` ends with 0 also when it could not do what it should: what it says counts.
    """
    path = os.environ.get("PATH", os.defpath)
    environment = {"PATH": path, "HOME": str(work), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    try:
        done = subprocess.run(
            command, check=False, cwd=work, env=environment, capture_output=True, text=True
        )
    except FileNotFoundError:
        tool = command[0]
        raise NotPacked(f"{tool} is not there: install the package {_TOOLS[tool]}") from None
    if done.returncode or "WARNING" in done.stderr or "rror" in done.stderr:
        raise NotPacked(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()}")
