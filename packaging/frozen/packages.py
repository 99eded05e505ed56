"""The packages that are made of a frozen tree: which kinds there are, and who makes each.

A builder takes the tree and an existing folder, and gives the path of what it made there. Each is
imported when it is asked for, since each needs tools of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from frozen.tree import Tree

TRIAL: Final = "trial-"
"""What the name of a package begins with whose tree nobody's key has sealed."""

Builder = Callable[[Tree, Path], Path]


@dataclass(frozen=True, slots=True)
class Packaging:
    """How one kind of package is made.

    Attributes:
        system: `sys.platform` of the systems that it is for.
        build: makes it.
    """

    system: str
    build: Builder


def _deb(tree: Tree, folder: Path) -> Path:
    from linux.content import content
    from linux.deb import build_deb

    return build_deb(content(tree), folder)


def _rpm(tree: Tree, folder: Path) -> Path:
    from linux.content import content
    from linux.rpm import build_rpm

    return build_rpm(content(tree), folder)


PACKAGINGS: Final[Mapping[str, Packaging]] = {
    "deb": Packaging("linux", _deb),
    "rpm": Packaging("linux", _rpm),
}
"""Every kind of package, by the name that the command line knows it by."""


def of_this_system() -> tuple[str, ...]:
    """The kinds that this system installs."""
    return tuple(kind for kind, one in PACKAGINGS.items() if one.system == sys.platform)


def make_packages(
    tree: Tree, kinds: Sequence[str], folder: Path, *, trial: bool
) -> tuple[Path, ...]:
    """Make packages of a sealed tree.

    Args:
        tree: what is packed.
        kinds: of `PACKAGINGS`; none: all that this system installs.
        folder: is made, and holds nothing else.
        trial: the tree is sealed with a key that was made for it alone; the name of each package
            then begins with `TRIAL`.

    Returns:
        Where they lie, in the order that was asked for.
    """
    folder.mkdir(parents=True)
    made = [PACKAGINGS[kind].build(tree, folder) for kind in kinds or of_this_system()]
    if trial:
        made = [path.rename(path.with_name(f"{TRIAL}{path.name}")) for path in made]
    return tuple(made)
