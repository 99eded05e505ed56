"""Signs packages of Windows by Authenticode, and takes the signature off again.

The private key stays where it is: in a file that only its owner reads, or on a token that is
reached by PKCS #11. `osslsigncode` does the work; on Windows `signtool` does the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frozen.tools import call
from frozen.tree import NotPacked
from release.manifest import NotReleased
from release.msi import write_unsigned

_NAME: Final = "NoteVeil"
_SIGN: Final = ("osslsigncode", "sign", "-h", "sha256", "-add-msi-dse", "-n", _NAME)


@dataclass(frozen=True, slots=True)
class Key:
    """What is signed with.

    Attributes:
        certificates: in PEM; that of the key first, then those that it leads up to.
        key: a file in PEM, or the URI of a key on a token (RFC 7512).
        module: the library that reaches the token; None: the key is in a file.
        pin: the file that holds the PIN of the token, or the passphrase of the key.
    """

    certificates: Path
    key: str
    module: Path | None = None
    pin: Path | None = None

    def arguments(self) -> list[str]:
        """How `osslsigncode` is told."""
        told = ["-certs", str(self.certificates), "-key", self.key]
        if self.module is not None:
            told += ["-pkcs11module", str(self.module)]
        if self.pin is not None:
            told += ["-readpass", str(self.pin)]
        return told


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who says when a package was signed (RFC 3161); it counts when the certificate has expired.

    Attributes:
        server: the address of one who is asked over the network; empty: nobody is.
        certificate: of a key of one's own, in PEM.
        key: that key, in PEM.
    """

    server: str = ""
    certificate: Path | None = None
    key: Path | None = None

    def arguments(self) -> list[str]:
        """How `osslsigncode` is told."""
        if self.server:
            return ["-ts", self.server]
        if self.certificate is not None and self.key is not None:
            return ["-TSA-certs", str(self.certificate), "-TSA-key", str(self.key)]
        return []


def sign(package: Path, *, key: Key, stamp: Stamp) -> None:
    """Sign a package in place; a signature that it has is replaced.

    Raises:
        NotPacked: it could not be signed, and is as it was.
    """

    def write(out: Path) -> None:
        names = ["-in", str(package), "-out", str(out)]
        call([*_SIGN, *key.arguments(), *stamp.arguments(), *names])

    _replace(package, write)


def strip(package: Path) -> None:
    """Take the signature off: what is left are the bytes that were built.

    Raises:
        NotPacked: there is none, and the package is as it was.
    """

    def write(out: Path) -> None:
        try:
            write_unsigned(package, out)
        except NotReleased as error:
            raise NotPacked(str(error)) from None

    _replace(package, write)


def _replace(package: Path, write: Callable[[Path], None]) -> None:
    """Put what is written in the place of a package, if all of it could be written."""
    with tempfile.TemporaryDirectory(dir=package.parent) as folder:
        out = Path(folder, package.name)
        write(out)
        out.replace(package)
