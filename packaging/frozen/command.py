"""Builds what is installed: freezes the programs, adds their bill of materials, seals them.

    python packaging/build.py --out FOLDER --trial
    python packaging/build.py --out FOLDER --release-key KEY.pub [--seal-with KEY.pem]
    python packaging/build.py --out FOLDER --release-key KEY.pub --payload TREE --seal-with KEY.pem

Run it by the Python of an environment that holds the locks `package.txt` and `pkcs11.txt` and
nothing else; `docs/building.md` tells how. What is built is the last commit, not what lies in the
checkout. The tree goes into FOLDER/noteveil.

--trial makes a key for this build alone. --release-key names the public keys, in PEM, that the
programs will believe; without --seal-with or --seal-by the tree stays unsealed, which no program of
it starts from, to be sealed elsewhere by --payload.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from typing import Final

from frozen.bom import PATH as BILL
from frozen.bom import NotListed, bill, check_complete, read_bill
from frozen.environment import WrongEnvironment, check_environment
from frozen.freeze import NotFrozen, freeze
from frozen.inventory import take_inventory
from frozen.licences import NoLicence
from frozen.origins import UnknownOrigin
from frozen.sealing import (
    NoKey,
    ReleaseKeys,
    read_public,
    seal_tree,
    signer,
    signing_command,
    trial_keys,
)
from frozen.source import NoSource, changed, export
from frozen.tree import NotATree, Tree

from deid.errors import DeidError

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_REFUSALS: Final = (
    DeidError,
    NoKey,
    NoLicence,
    NoSource,
    NotATree,
    NotFrozen,
    NotListed,
    UnknownOrigin,
    WrongEnvironment,
)


def main() -> None:
    """Build what the command line asks for; exit 1 if it cannot be built."""
    options = _options()
    try:
        keys = _keys(options)
        tree = _taken(options) if options.payload else _frozen(options, keys)
        if keys.sign is not None:
            seal_tree(tree, keys)
    except _REFUSALS as error:
        sys.exit(f"not built: {error}")
    sizes = [file.size for file in tree.files()]
    print(f"{tree.root}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB, version {tree.version}")
    if keys.sign is None:
        print("not sealed: its programs do not start before it is")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")
    parser.add_argument("--commit", default="HEAD", help="what is built, instead of the last one")
    parser.add_argument("--payload", type=Path, metavar="TREE", help="a tree that was built before")
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--trial", action="store_true", help="seal with a key made for it")
    key.add_argument("--release-key", type=Path, nargs="+", metavar="PEM", help="public keys")
    sign = parser.add_mutually_exclusive_group()
    sign.add_argument("--seal-with", type=Path, metavar="PEM", help="the private key of one")
    sign.add_argument("--seal-by", metavar="COMMAND", help="a command that signs a file")
    options = parser.parse_args()
    if options.trial and (options.payload or options.seal_with or options.seal_by):
        parser.error("a trial key fits only what is frozen with it")
    if options.out.exists():
        parser.error(f"{options.out} is there already: name a new folder")
    return options


def _keys(options: argparse.Namespace) -> ReleaseKeys:
    if options.trial:
        return trial_keys()
    sign = None
    if options.seal_with:
        sign = signer(options.seal_with)
    elif options.seal_by:
        sign = signing_command(options.seal_by)
    return ReleaseKeys(read_public(options.release_key), sign)


def _frozen(options: argparse.Namespace, keys: ReleaseKeys) -> Tree:
    check_environment(ROOT / "requirements")
    work = options.out.resolve()
    for path in changed(ROOT):
        print(f"not built, for it is not committed: {path}", file=sys.stderr)
    source = export(ROOT, work / "prepared" / "source", commit=options.commit)
    tree, collected = freeze(source, work, release_keys=keys.source)
    parts = take_inventory(tree, collected, source=source, work=work)
    text = bill(parts, version=tree.version, epoch=tree.epoch)
    (tree.root / BILL).write_text(text, encoding="utf-8", newline="\n")
    check_complete(tree, parts)
    tree.settle()
    return tree


def _taken(options: argparse.Namespace) -> Tree:
    """A copy of a tree that was built before, which must be as its bill of materials says."""
    root = options.out.resolve() / "noteveil"
    shutil.copytree(options.payload, root, symlinks=True)
    version, epoch, parts = read_bill((root / BILL).read_text(encoding="utf-8"))
    tree = Tree(root, version, epoch)
    check_complete(tree, parts)
    return tree
