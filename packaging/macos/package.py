"""The package that Installer of macOS takes: what it is made of, and the calls that make it."""

from __future__ import annotations

import plistlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from macos.bundle import DATA, NAME, read_information
from macos.signing import Call

from deid.managed.preferences import DOMAIN

SCRIPTS: Final = ("preinstall", "postinstall")
_COMPONENT: Final = "noteveil.pkg"
_WHERE: Final = "/Applications"
_OF_APPLICATIONS: Final = 0o775  # the mode that macOS gives that folder


@dataclass(frozen=True, slots=True)
class Parts:
    """What a package is made of, in a folder.

    Attributes:
        folder: where `root`, `scripts`, `component.plist` and `distribution.xml` lie.
        version: of the program.
        architecture: that the program was built for.
    """

    folder: Path
    version: str
    architecture: str

    @property
    def name(self) -> str:
        """The name of the package."""
        return f"NoteVeil-{self.version}-{self.architecture}.pkg"


def prepare(app: Path, folder: Path) -> Parts:
    """Put together what a package is made of.

    Args:
        app: the application, sealed and signed.
        folder: is made, and takes the parts.

    Raises:
        NotPacked: it is no application of ours.
        OSError: the folder cannot be written, or is there already.
    """
    about = read_information(app)
    (architecture,) = about["LSArchitecturePriority"]
    parts = Parts(folder, about["CFBundleVersion"], architecture)
    words = {
        "VERSION": parts.version,
        "ARCHITECTURE": architecture,
        "SYSTEM": about["LSMinimumSystemVersion"],
        "PACKAGE": _COMPONENT,
    }
    (folder / "root").mkdir(parents=True)
    (folder / "root").chmod(_OF_APPLICATIONS)
    (folder / "scripts").mkdir()
    shutil.copytree(app, folder / "root" / NAME, symlinks=True)
    for name in SCRIPTS:
        script = folder / "scripts" / name
        script.write_text(filled(name, words), encoding="utf-8")
        script.chmod(0o755)
    (folder / "component.plist").write_bytes(plistlib.dumps(components()))
    (folder / "distribution.xml").write_text(filled("distribution.xml", words), encoding="utf-8")
    return parts


def components() -> list[dict[str, Any]]:
    """The component property list of pkgbuild(1).

    The application goes where it is said and is not looked for elsewhere, a newer one is not
    overwritten, and an older one goes as a whole: a file that it left would break the seal.
    """
    return [
        {
            "BundleHasStrictIdentifier": True,
            "BundleIsRelocatable": False,
            "BundleIsVersionChecked": True,
            "BundleOverwriteAction": "upgrade",
            "RootRelativeBundlePath": NAME,
        }
    ]


def filled(name: str, words: dict[str, str]) -> str:
    """A file of `data/` with its `@WORDS@` replaced."""
    text = (DATA / name).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


def calls(parts: Parts, out: Path, *, identity: str | None) -> list[Call]:
    """What makes the package in a folder.

    Args:
        parts: what `prepare` put together.
        out: where it is to lie.
        identity: an installer's certificate in the keychain; None: it is not signed.
    """
    folder, package = parts.folder, str(out / parts.name)
    signed = ("--sign", identity, "--timestamp") if identity else ()
    made: list[Call] = [
        (
            *("pkgbuild", "--root", str(folder / "root")),
            *("--component-plist", str(folder / "component.plist")),
            *("--scripts", str(folder / "scripts")),
            *("--identifier", DOMAIN, "--version", parts.version),
            *("--install-location", _WHERE, "--ownership", "recommended"),
            str(folder / _COMPONENT),
        ),
        (
            *("productbuild", "--distribution", str(folder / "distribution.xml")),
            *("--package-path", str(folder), *signed, package),
        ),
    ]
    return [*made, ("pkgutil", "--check-signature", package)] if identity else made
