"""Which component each file and module of a frozen tree is of."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final

from frozen.bom import Part, digests
from frozen.collected import Collected
from frozen.licences import common_texts, copy_texts, licence_of
from frozen.origins import Kind, Origins, Owner, UnknownOrigin
from frozen.source import Source
from frozen.tree import INTERNAL, Tree

_FREEZER: Final = "pyinstaller"
_INSIDE: Final = "bootloader"  # what PyInstaller puts into the programs itself


def take_inventory(
    tree: Tree, collected: Collected, *, source: Source, work: Path
) -> tuple[Part, ...]:
    """Find the component of all that was frozen, and put the text of each licence into the tree.

    Args:
        tree: as it was frozen.
        collected: what PyInstaller wrote down of it.
        source: the sources that were frozen.
        work: the folder that freezing worked in.

    Returns:
        A part for each component, the texts of licences among its files.

    Raises:
        UnknownOrigin: a file is nobody's, or was changed since it was installed.
        NoLicence: a component has no licence, or no text of it.
    """
    files = _origins_of_files(tree, collected)
    modules = {name: path for name, path in collected.modules.items() if path.is_file()}
    own = (source.root.parent, work / "pyinstaller", Path(__file__).resolve().parent)
    origins = Origins.here(own, version=tree.version)
    owners = origins.owners([*files.values(), *modules.values()])
    of_files = {path: owners[origin] for path, origin in files.items()}
    of_modules = {name: owners[origin] for name, origin in modules.items()}
    freezer = Owner(Kind.PYPI.value, _FREEZER, version(_FREEZER))
    of_modules[_INSIDE] = freezer
    ours = Owner(Kind.OWN.value, "noteveil", tree.version)
    of_files |= {file.path: ours for file in tree.files() if "/" not in file.path}
    everyone = {*of_files.values(), *of_modules.values()}
    licences = {owner: licence_of(owner, source=source.root) for owner in everyone}
    common = common_texts(licences.values())
    if common.texts:
        licences |= dict.fromkeys(origins.owners(common.texts.values()).values(), common)
    of_files |= copy_texts(tree.root, licences)
    found = digests(tree)
    return tuple(
        Part(
            owner,
            licences[owner].stated,
            {path: found[path] for path in sorted(_of(of_files, owner))},
            sorted(_of(of_modules, owner)),
        )
        for owner in sorted(licences)
    )


def _origins_of_files(tree: Tree, collected: Collected) -> dict[str, Path]:
    """The file that each file below `_internal` is a copy of."""
    inside = [file.path for file in tree.files() if file.path.startswith(f"{INTERNAL}/")]
    names = {path: path.removeprefix(f"{INTERNAL}/") for path in inside}
    unknown = [path for path, name in names.items() if name not in collected.files]
    if unknown:
        raise UnknownOrigin(f"nothing says where these are from: {', '.join(unknown)}")
    return {path: collected.files[name] for path, name in names.items()}


def _of(owned: Mapping[str, Owner], owner: Owner) -> list[str]:
    return [name for name, whose in owned.items() if whose == owner]
