"""Signs packages by GnuPG, and takes signatures off again.

The private key stays with gpg, which may hold it on a token. Without its signature a package is
again, byte by byte, what the build has made.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from frozen.tools import call
from frozen.tree import NotPacked
from linux.flatpak import sign_flatpak, strip_flatpak
from linux.rpm_header import strip_rpm

_MAGIC: Final = b"!<arch>\n"
_HEADER: Final = 60
_SIGNATURE: Final = b"_gpgorigin"
_BLOCK: Final = 1 << 20


def sign(package: Path, *, key: str) -> Path:
    """Sign a package in itself, and write `PACKAGE.asc` beside it over the signed one.

    Args:
        package: a `.deb`, an `.rpm` or a `.flatpak`.
        key: fingerprint of a private key that gpg knows.

    Returns:
        The detached signature.

    Raises:
        NotPacked: it could not be signed.
    """
    if package.suffix == ".deb":
        _sign_deb(package, key)
    elif package.suffix == ".flatpak":
        sign_flatpak(package, key=key)
    else:
        macros = ["--define", f"_gpg_name {key}", "--define", "__gpg /usr/bin/gpg"]
        call(["rpmsign", *macros, "--addsign", str(package)])
    detached = package.with_name(f"{package.name}.asc")
    call(
        [
            *("gpg", "--batch", "--yes", "--local-user", key, "--armor"),
            *("--output", str(detached), "--detach-sign", str(package)),
        ]
    )
    return detached


def strip(package: Path) -> None:
    """Take the signature out of a package.

    Raises:
        NotPacked: it could not be taken out.
    """
    if package.suffix == ".deb":
        _cut(package)
    elif package.suffix == ".flatpak":
        strip_flatpak(package)
    else:
        strip_rpm(package)


def _sign_deb(package: Path, key: str) -> None:
    """As debsigs does: the last member signs the bytes of all that are before it."""
    _cut(package)
    command = ["gpg", "--batch", "--openpgp", "--local-user", key, "--detach-sign"]
    with (
        package.open("rb") as file,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as gpg,
    ):
        if gpg.stdin is None or gpg.stdout is None:
            raise NotPacked("gpg has no streams")
        for _, start, size in _members(package):
            file.seek(start)
            while size:
                block = file.read(min(size, _BLOCK))
                gpg.stdin.write(block)
                size -= len(block)
        gpg.stdin.close()
        signature = gpg.stdout.read()
    if gpg.returncode:
        raise NotPacked(f"gpg ended with {gpg.returncode}")
    with package.open("ab") as file:
        name = _SIGNATURE.decode()
        file.write(f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(signature):<10}`\n".encode())
        file.write(signature + b"\n" * (len(signature) % 2))


def _cut(package: Path) -> None:
    for name, start, _ in _members(package):
        if name == _SIGNATURE:
            with package.open("r+b") as file:
                file.truncate(start - _HEADER)
            return


def _members(package: Path) -> Iterator[tuple[bytes, int, int]]:
    """Each member of an `ar`: its name, where its bytes begin, and how many there are."""
    with package.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise NotPacked(f"{package.name}: no .deb")
        while header := file.read(_HEADER):
            size = int(header[48:58])
            yield header[:16].strip(b" /"), file.tell(), size
            file.seek(size + size % 2, 1)
