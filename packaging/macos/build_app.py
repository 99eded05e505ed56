"""Makes NoteVeil.app of a frozen tree of macOS, and seals it.

    python packaging/macos/build_app.py TREE --out FOLDER --release-key KEY.pub --seal-with KEY.pem

TREE is what `packaging/build.py` made on macOS; a seal of the tree itself does not count here. The
application is made and sealed on any system, so also where the release key lies. Apple's signatures
come afterwards, on macOS (`sign_app.py`), and leave the seal whole. The same tree and key give the
same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.bom import PATH, NotListed, check_complete, read_bill  # noqa: E402
from frozen.sealing import (  # noqa: E402
    NoKey,
    ReleaseKeys,
    read_public,
    signer,
    signing_command,
)
from frozen.tree import NotATree, NotPacked, Tree  # noqa: E402
from macos.bundle import NAME, make, seal_bundle  # noqa: E402

from deid.errors import DeidError  # noqa: E402


def main() -> None:
    """Make what the command line asks for; exit 1 if it cannot be made."""
    options = _options()
    sign = signing_command(options.seal_by) if options.seal_by else None
    try:
        keys = ReleaseKeys(read_public(options.release_key), sign or signer(options.seal_with))
        version, epoch, parts = read_bill((options.tree / PATH).read_text(encoding="utf-8"))
        tree = Tree(options.tree, version, epoch, linked=True)
        check_complete(tree, parts)
        options.out.mkdir(parents=True, exist_ok=True)
        bundle = make(tree, options.out)
        seal_bundle(bundle, keys)
    except (DeidError, NoKey, NotATree, NotListed, NotPacked, OSError) as error:
        sys.exit(f"not made: {error}")
    print(bundle.root)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, help="what packaging/build.py has made on macOS")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--release-key", type=Path, nargs="+", required=True, metavar="PEM")
    sign = parser.add_mutually_exclusive_group(required=True)
    sign.add_argument("--seal-with", type=Path, metavar="PEM", help="the private key of one")
    sign.add_argument("--seal-by", metavar="COMMAND", help="a command that signs a file")
    options = parser.parse_args()
    if (options.out / NAME).exists():
        parser.error(f"{options.out / NAME} is there already: name another folder")
    return options


if __name__ == "__main__":
    main()
