"""The packages that are made of a frozen tree: which kinds there are, and who makes each.

A builder takes the tree, an existing folder and the keys of the build, and gives the path of what
it made there. Each is imported when it is asked for, since each needs tools of its own. No
signature of a system is made here: signing what was made is a step of its own, where the keys for
it lie.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frozen.sealing import ReleaseKeys
from frozen.tree import NotPacked, Tree

TRIAL: Final = "trial-"
"""What the name of a package begins with whose tree nobody's key has sealed."""

Builder = Callable[[Tree, Path, ReleaseKeys], Path]


@dataclass(frozen=True, slots=True)
class Packaging:
    """How one kind of package is made.

    Attributes:
        system: `sys.platform` of the systems that it is for.
        build: makes it.
    """

    system: str
    build: Builder


def _deb(tree: Tree, folder: Path, _: ReleaseKeys) -> Path:
    from linux.content import content
    from linux.deb import build_deb

    return build_deb(content(tree), folder)


def _rpm(tree: Tree, folder: Path, _: ReleaseKeys) -> Path:
    from linux.content import content
    from linux.rpm import build_rpm

    return build_rpm(content(tree), folder)


def _flatpak(tree: Tree, folder: Path, _: ReleaseKeys) -> Path:
    from linux.content import content
    from linux.flatpak import build_flatpak

    return build_flatpak(content(tree), folder)


def _msi(tree: Tree, folder: Path, _: ReleaseKeys) -> Path:
    from windows.msi import build_msi

    return build_msi(tree, folder)


def _app(tree: Tree, folder: Path, keys: ReleaseKeys) -> Path:
    """An application lies otherwise than the tree, so it is sealed anew."""
    from macos.bundle import make, seal_bundle

    bundle = make(tree, folder)
    seal_bundle(bundle, keys)
    return bundle.root


def _pkg(tree: Tree, folder: Path, keys: ReleaseKeys) -> Path:
    from macos.package import calls, prepare
    from macos.running import NotDone, run

    with tempfile.TemporaryDirectory() as work:
        parts = prepare(_app(tree, Path(work), keys), Path(work, "parts"))
        try:
            run(calls(parts, folder, identity=None), printed=False)
        except NotDone as error:
            raise NotPacked(str(error)) from None
    return folder / parts.name


PACKAGINGS: Final[Mapping[str, Packaging]] = {
    "deb": Packaging("linux", _deb),
    "rpm": Packaging("linux", _rpm),
    "flatpak": Packaging("linux", _flatpak),
    "msi": Packaging("win32", _msi),
    "app": Packaging("darwin", _app),
    "pkg": Packaging("darwin", _pkg),
}
"""Every kind of package, by the name that the command line knows it by."""


def of_this_system() -> tuple[str, ...]:
    """The kinds that this system installs."""
    return tuple(kind for kind, one in PACKAGINGS.items() if one.system == sys.platform)


def make_packages(
    tree: Tree, kinds: Sequence[str], folder: Path, *, keys: ReleaseKeys, trial: bool
) -> tuple[Path, ...]:
    """Make packages of a sealed tree.

    Args:
        tree: what is packed.
        kinds: of `PACKAGINGS`; none: all that this system installs.
        folder: is made, and holds nothing else.
        keys: that the programs believe; one of them seals what lies otherwise in its package.
        trial: the tree is sealed with a key that was made for it alone; the name of each package
            then begins with `TRIAL`.

    Returns:
        Where they lie, in the order that was asked for.

    Raises:
        NotPacked: one cannot be made; a tool that is missing is named.
        NoKey: one must be sealed anew, and there is no key to seal with.
    """
    folder.mkdir(parents=True)
    made = [PACKAGINGS[kind].build(tree, folder, keys) for kind in kinds or of_this_system()]
    if trial:
        made = [path.rename(path.with_name(f"{TRIAL}{path.name}")) for path in made]
    return tuple(made)
