"""The signature that a package carries for the system it is for, checked by that system's tools."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from release import deb, flatpak
from release.manifest import NotReleased
from release.tools import run

_RPM_GOOD: Final = re.compile(r"^\s*Header V4 \S+ Signature, key ID [0-9a-f]+: OK$", re.MULTILINE)
_SIGNATURE_GOOD: Final = re.compile(r"^Signature verification: ok$", re.MULTILINE)
_STAMP_GOOD: Final = re.compile(r"^Timestamp Server Signature verification: ok$", re.MULTILINE)
_GPG_GOOD: Final = re.compile(r"^\[GNUPG:\] GOODSIG ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Authorities:
    """Who must have signed packages.

    Attributes:
        gpg: the public key for `.deb`, `.rpm` and `.flatpak`, ASCII-armoured.
        authenticode: the certificates, in PEM, that one for `.msi` leads up to.
        timestamp: the same for time stamps; None: a signature counts without one, until its
            certificate expires.
    """

    gpg: Path | None
    authenticode: Path | None
    timestamp: Path | None = None


def check_vendor(path: Path, authorities: Authorities) -> str:
    """Check what a package is signed with; the tool that found it good, or an empty text.

    Raises:
        NotReleased: the signature is not good, or there is nobody given to compare it with.
    """
    if path.suffix == ".msi":
        return _check_authenticode(path, authorities)
    if path.suffix in _BY_GPG:
        if authorities.gpg is None:
            raise NotReleased(f"{path.name}: name the key that packages are signed with (--gpg)")
        with tempfile.TemporaryDirectory() as folder:
            return _BY_GPG[path.suffix](path, authorities.gpg, Path(folder))
    return ""


def _check_deb(path: Path, key: Path, home: Path) -> str:
    return _check_signed(path, *deb.signed_parts(path), key, home)


def _check_flatpak(path: Path, key: Path, home: Path) -> str:
    commit, signature = flatpak.signed_commit(path, home)
    return _check_signed(path, commit.read_bytes(), signature, key, home)


def _check_signed(path: Path, parts: bytes, signature: bytes, key: Path, home: Path) -> str:
    (home / "signature").write_bytes(signature)
    (home / "ring").write_bytes(
        run("gpg", "--batch", "--dearmor", "-o", "-", key, home=home).output
    )
    verify = ("gpgv", "--status-fd", "1", "--keyring", home / "ring", home / "signature", "-")
    said = run(*verify, given=parts, home=home)
    # An expired or revoked key gives EXPKEYSIG or REVKEYSIG in place of GOODSIG.
    if not said.good or not _GPG_GOOD.search(said.text):
        raise NotReleased(f"{path.name}: not signed with the key of --gpg, or changed since")
    return "gpgv"


def _check_rpm(path: Path, key: Path, home: Path) -> str:
    database = ("--dbpath", home.resolve())
    if not run("rpm", *database, "--import", key, home=home).good:
        raise NotReleased(f"{key.name}: not a key that rpm can read")
    said = run("rpm", *database, "-Kv", path, home=home)
    # Without a signature `rpm -K` is content, too: its digests are right.
    if not said.good or not _RPM_GOOD.search(said.text):
        raise NotReleased(f"{path.name}: not signed with the key of --gpg, or changed since")
    return "rpm -K"


_BY_GPG: Final[Mapping[str, Callable[[Path, Path, Path], str]]] = MappingProxyType(
    {".deb": _check_deb, ".rpm": _check_rpm, ".flatpak": _check_flatpak}
)


def _check_authenticode(path: Path, authorities: Authorities) -> str:
    if authorities.authenticode is None:
        raise NotReleased(f"{path.name}: name the authority of its signature (--authenticode)")
    stamped = (
        ("-TSA-CAfile", authorities.timestamp) if authorities.timestamp else ("-ignore-timestamp",)
    )
    verify = ("osslsigncode", "verify", "-CAfile", authorities.authenticode, *stamped)
    said = run(*verify, "-in", path)
    if not said.good or not _SIGNATURE_GOOD.search(said.text):
        raise NotReleased(f"{path.name}: its Authenticode signature is not good")
    # Of a stamp that is not good it says so, and ends with 0 while the certificate has not expired.
    if authorities.timestamp and not _STAMP_GOOD.search(said.text):
        raise NotReleased(f"{path.name}: its signature has no good time stamp")
    return "osslsigncode"
