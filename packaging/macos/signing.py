"""The calls that sign an application, in their order, from the inside out. Pure.

`codesign` notes in an outer signature what the inner ones are, so what lies deepest comes first
(Technical Note 2206). `--deep` would sign in one go, and give every library the entitlements of the
program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from macos.bundle import WINDOW
from macos.layout import PROGRAMS

from deid.managed.preferences import DOMAIN

Call = tuple[str, ...]

AD_HOC: Final = "-"
"""The identity of nobody, for trials."""

_AT_ONCE: Final = 100  # files a call


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, and how.

    Attributes:
        identity: name or SHA-1 of the certificate in the keychain; `AD_HOC` for a trial.
        entitlements: of the programs.
    """

    identity: str
    entitlements: Path

    def call(self, *paths: Path, options: Sequence[str] = ()) -> Call:
        """Signs these, whatever signature they have."""
        stamp = "--timestamp=none" if self.identity == AD_HOC else "--timestamp"
        return (
            *("codesign", "--force", "--sign", self.identity, "--options", "runtime", stamp),
            *options,
            *map(str, paths),
        )


def calls(app: Path, code: Iterable[str], signer: Signer) -> list[Call]:
    """What signs an application and looks at the result.

    Args:
        app: the application.
        code: every program and library in it, relative to it.
        signer: whose signature it will carry.
    """
    ordered = sorted(code, key=lambda path: (-path.count("/"), path))
    window = f"{PROGRAMS}/{WINDOW}"
    programs = [path for path in ordered if path.startswith(f"{PROGRAMS}/") and path != window]
    framed = {version for path in ordered if (version := _framework(path))}
    libraries = [
        app / path
        for path in ordered
        if path != window and path not in programs and not _is_main(path)
    ]
    frameworks = [app / path for path in sorted(framed, key=lambda path: (-path.count("/"), path))]
    entitled = ("--entitlements", str(signer.entitlements))
    return [
        *(signer.call(*some) for some in _parted(libraries)),
        *(signer.call(*some) for some in _parted(frameworks)),
        *(
            signer.call(app / path, options=(*entitled, "--identifier", f"{DOMAIN}.{name}"))
            for path in programs
            for name in [PurePosixPath(path).name]
        ),
        signer.call(app, options=entitled),
        ("codesign", "--verify", "--deep", "--strict", "--verbose=2", str(app)),
        # It starts only if the seal is whole, which no signature may have touched.
        (str(app / PROGRAMS / "deid"), "--version"),
    ]


def _framework(path: str) -> str | None:
    """The version of a framework that a file is of, which is signed as a whole."""
    parts = path.split("/")
    for at in range(len(parts) - 2):
        if parts[at].endswith(".framework") and parts[at + 1] == "Versions":
            return "/".join(parts[: at + 3])
    return None


def _is_main(path: str) -> bool:
    """Whether a file is what a framework is named after, and so signed with it."""
    version = _framework(path)
    if version is None:
        return False
    name = PurePosixPath(version).parent.parent.name.removesuffix(".framework")
    return path == f"{version}/{name}"


def _parted(paths: Sequence[Path]) -> list[Sequence[Path]]:
    return [paths[at : at + _AT_ONCE] for at in range(0, len(paths), _AT_ONCE)]
