"""A test authority made on the fly, and a small release signed by it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "packaging"))

from make_release import main as write_manifest  # noqa: E402
from release.vendor import Authorities  # noqa: E402
from release.verification import verify  # noqa: E402

TOOLS = ("openssl", "gpg", "gpgv", "dpkg-deb", "debsigs", "rpm", "rpmbuild", "rpmsign", "wixl",
         "osslsigncode")  # fmt: skip
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
BUILDERS = ("anna", "ben", "carl")
COMMIT = "0123456789abcdef" * 2 + "01234567"
DEB, RPM, MSI, IMAGE = (
    "noteveil_1.0_all.deb",
    "noteveil-1.0.noarch.rpm",
    "noteveil.msi",
    "n.AppImage",
)
_CONTROL = (
    "Package: noteveil\nVersion: 1.0\nArchitecture: all\nMaintainer: A <a@b.c>\nDescription: x\n"
)
_SPEC = """Name: noteveil
Version: 1.0
Release: 1
Summary: x
License: x
BuildArch: noarch
%description
x
%install
mkdir -p %{buildroot}/opt; echo made > %{buildroot}/opt/made
%files
/opt/made
"""
_WXS = """<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="*" Name="N" Language="1033" Version="1.0" Manufacturer="N"
 UpgradeCode="6F1B6C5E-9C5B-5B1E-8C55-0B1C2F6E7A01"><Package Compressed="yes"/>
<Media Id="1" Cabinet="n.cab" EmbedCab="yes"/>
<Directory Id="TARGETDIR" Name="SourceDir"><Component Id="c"
 Guid="6F1B6C5E-9C5B-5B1E-8C55-0B1C2F6E7A02"><File Id="f" Source="control"/></Component></Directory>
<Feature Id="M" Level="1"><ComponentRef Id="c"/></Feature></Product></Wix>
"""


def run(*command: str | Path, folder: Path, home: Path | None = None) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    if home:
        environment["GNUPGHOME"] = str(home)
    subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)


@dataclass(frozen=True)
class Authority:
    """Keys of one maker of releases.

    Attributes:
        folder: of the GnuPG key `gpg.asc`, and of the certificate `ca.pem` with `ca.key`.
    """

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Authority:
        home = folder / "home"
        home.mkdir(parents=True, mode=0o700)
        quick = ("--quick-generate-key", "Test <test@noteveil.invalid>", "ed25519", "sign", "never")
        gpg = ("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "")
        run(*gpg, *quick, folder=folder, home=home)
        run("gpg", "--armor", "--output", "gpg.asc", "--export", folder=folder, home=home)
        asked = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key")
        named = ("-subj", "/CN=Test", "-addext", "extendedKeyUsage=codeSigning")
        run(*asked, "-out", "ca.pem", "-days", "30", *named, folder=folder)
        run("gpgconf", "--kill", "gpg-agent", folder=folder, home=home)
        return cls(folder)

    def sign(self, package: Path) -> None:
        """Sign a package with the tool of its system."""
        home = self.folder / "home"
        if package.suffix == ".deb":
            run("debsigs", "--sign=origin", package, folder=self.folder, home=home)
        elif package.suffix == ".rpm":
            whose = (
                "--define",
                "_gpg_name test@noteveil.invalid",
                "--define",
                "__gpg /usr/bin/gpg",
            )
            run("rpmsign", "--addsign", *whose, package, folder=self.folder, home=home)
        else:
            out = package.with_name("signed.msi")
            keys = ("-certs", "ca.pem", "-key", "ca.key", "-h", "sha256", "-add-msi-dse")
            names = ("-in", package, "-out", out)
            run("osslsigncode", "sign", *keys, *names, folder=self.folder)
            out.replace(package)
        if package.suffix != ".msi":
            run("gpgconf", "--kill", "gpg-agent", folder=self.folder, home=home)


def packages(folder: Path) -> None:
    """A package of each kind in a folder, not signed."""
    work = folder / "work"
    (work / "deb" / "DEBIAN").mkdir(parents=True)
    for name, text in (("control", _CONTROL), ("n.spec", _SPEC), ("n.wxs", _WXS)):
        (work / name).write_text(text, encoding="utf-8")
    shutil.copy(work / "control", work / "deb" / "DEBIAN")
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-b", "deb", folder / DEB, folder=work)
    into = ("--define", f"_topdir {work}", "--define", f"_rpmdir {folder}")
    run("rpmbuild", "-bb", *into, "--define", f"_rpmfilename {RPM}", "n.spec", folder=work)
    run("wixl", "-o", folder / MSI, "n.wxs", folder=work)
    (folder / IMAGE).write_bytes(b"an image" * 100)
    shutil.rmtree(work)


@dataclass
class Release:
    """A release in a folder, and those who vouch for it.

    Attributes:
        folder: of the release.
        keys: the folder of the builders' public keys.
        private: what they sign with.
        authority: whom the one who verifies believes.
        stranger: somebody else.
    """

    folder: Path
    keys: Path
    private: dict[str, Ed25519PrivateKey]
    authority: Authority
    stranger: Authority

    def list_anew(self) -> None:
        """Write the manifest as it is after a change, and let two builders sign it."""
        for path in self.folder.glob("RELEASE.json*"):
            path.unlink()
        if write_manifest([str(self.folder), "--version", "1.0", "--commit", COMMIT]):
            raise AssertionError
        self.sign()

    def change_manifest(self, changes: dict[str, object], *, spaces: bool = False) -> None:
        """Write other values into the manifest, and let two builders sign it."""
        path = self.folder / "RELEASE.json"
        said = json.loads(path.read_bytes()) | changes
        separators = (", ", ": ") if spaces else (",", ":")
        text = json.dumps(said, sort_keys=True, separators=separators) + "\n"
        path.write_text(text, encoding="ascii")
        self.sign()

    def sign(self, names: Sequence[str] = BUILDERS[:2]) -> None:
        for name in names:
            signature = self.private[name].sign((self.folder / "RELEASE.json").read_bytes())
            (self.folder / f"RELEASE.json.{name}.sig").write_bytes(signature)

    def write_key(self, name: str, key: Ed25519PrivateKey) -> None:
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (self.keys / f"{name}.pub").write_bytes(pem)

    def options(self) -> list[str]:
        """The command line that verifies it."""
        authorities = ["--gpg", str(self.authority.folder / "gpg.asc")]
        authorities += ["--authenticode", str(self.authority.folder / "ca.pem")]
        keys = [str(self.keys / f"{name}.pub") for name in BUILDERS]
        return [str(self.folder), "--keys", *keys, *authorities]

    def verified(self) -> tuple[str, ...]:
        """What is said of it.

        Raises:
            NotReleased: it does not count.
        """
        believed = Authorities(self.authority.folder / "gpg.asc", self.authority.folder / "ca.pem")
        return verify(self.folder, [self.keys / f"{name}.pub" for name in BUILDERS], believed)


def make_release(folder: Path) -> Release:
    """A whole release with its authority, and the packages before they were signed."""
    unsigned = folder / "unsigned"
    unsigned.mkdir(parents=True)
    packages(unsigned)
    shutil.copytree(unsigned, folder / "release")
    private = {name: Ed25519PrivateKey.generate() for name in BUILDERS}
    made, other = Authority.make(folder / "authority"), Authority.make(folder / "stranger")
    release = Release(folder / "release", folder / "keys", private, made, other)
    release.keys.mkdir()
    for name, key in private.items():
        release.write_key(name, key)
    for name in (DEB, RPM, MSI):
        made.sign(release.folder / name)
    release.list_anew()
    return release
