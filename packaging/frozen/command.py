"""Builds what is installed: freezes the programs, adds their bill of materials, seals, packs them.

    python packaging/build.py --out FOLDER --trial
    python packaging/build.py --out FOLDER --release-key KEY.pub [--seal-with KEY.pem]
    python packaging/build.py --out FOLDER --release-key KEY.pub --payload TREE --seal-with KEY.pem
    python packaging/build.py --out FOLDER --release-key KEY.pub --payload SEALED --packages deb rpm

Run it by the Python of an environment that holds the locks `package.txt` and `pkcs11.txt` and
nothing else; `docs/building.md` tells how. What is built is the last commit, not what lies in the
checkout. The tree goes into FOLDER/noteveil.

--trial makes a key for this build alone. --release-key names the public keys, in PEM, that the
programs will believe; without --seal-with or --seal-by the tree stays unsealed, which no program of
it starts from, to be sealed elsewhere by --payload. --update-root names the first root of The
Update Framework, which bundles of rules and models are verified from; without it, updates are off.
--packages makes packages of the sealed tree in FOLDER/packages, all kinds of this system if none is
named. Those of a trial tree say so in their names.
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
from frozen.jbig import NoCompiler
from frozen.licences import NoLicence
from frozen.origins import UnknownOrigin
from frozen.packages import PACKAGINGS, make_packages
from frozen.sealing import (
    NoKey,
    ReleaseKeys,
    check_sealed,
    is_sealed,
    read_public,
    seal_tree,
    signer,
    signing_command,
    trial_keys,
)
from frozen.source import NoSource, changed, export
from frozen.tree import NotATree, NotPacked, Tree
from frozen.update_root import NONE, NoUpdateRoot, put_update_root

from deid.errors import DeidError

ROOT: Final = Path(__file__).resolve().parent.parent.parent
_REFUSALS: Final = (
    DeidError,
    NoKey,
    NoLicence,
    NoSource,
    NotATree,
    NoCompiler,
    NotFrozen,
    NotListed,
    NotPacked,
    NoUpdateRoot,
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
        elif options.packages is not None:
            check_sealed(tree, keys)
        _tell(tree)
        for path in _packed(options, tree, keys):
            print(path)
    except _REFUSALS as error:
        sys.exit(f"not built: {error}")


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
    parser.add_argument("--update-root", type=Path, metavar="JSON", help="whom updates are from")
    parser.add_argument(
        "--packages", nargs="*", choices=PACKAGINGS, metavar="KIND", help=", ".join(PACKAGINGS)
    )
    options = parser.parse_args()
    if options.trial and (options.payload or options.seal_with or options.seal_by):
        parser.error("a trial key fits only what is frozen with it")
    if options.payload and options.update_root:
        parser.error("what updates are verified from is frozen in: it cannot be put into a tree")
    unsealed = not (options.trial or options.payload or options.seal_with or options.seal_by)
    if options.packages is not None and unsealed:
        parser.error("only a sealed tree is packed: name what seals it")
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
    print(put_update_root(options.update_root, source) if options.update_root else NONE)
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
    tree = Tree(root, version, epoch, linked=sys.platform == "darwin")
    check_complete(tree, parts)
    return tree


def _tell(tree: Tree) -> None:
    sizes = [file.size for file in tree.files()]
    print(f"{tree.root}: {len(sizes)} files, {sum(sizes) / 1e6:.1f} MB, version {tree.version}")
    if not is_sealed(tree):
        print("not sealed: its programs do not start before it is")


def _packed(options: argparse.Namespace, tree: Tree, keys: ReleaseKeys) -> tuple[Path, ...]:
    if options.packages is None:
        return ()
    folder = options.out.resolve() / "packages"
    return make_packages(tree, options.packages, folder, keys=keys, trial=options.trial)
