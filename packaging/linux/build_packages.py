"""Makes the packages of Linux from a frozen tree.

    python packaging/linux/build_packages.py TREE --out FOLDER [--kind deb rpm flatpak] [--preset N]

Run it at the commit that the tree was built of: manual pages and completion are made from the
checkout. With the same tree, commit and preset the packages are the same, byte by byte.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.bom import NotListed, read_tree  # noqa: E402
from frozen.tree import NotATree, NotPacked  # noqa: E402
from linux.content import Content, content  # noqa: E402
from linux.deb import build_deb  # noqa: E402
from linux.flatpak import build_flatpak  # noqa: E402
from linux.rpm import build_rpm  # noqa: E402

KINDS: Final = ("deb", "rpm", "flatpak")


def build(kind: str, installed: Content, out: Path, *, preset: int) -> Path:
    """Make a package of this kind; its path.

    Raises:
        NotPacked: it cannot be made.
    """
    if kind == "flatpak":
        return build_flatpak(installed, out)
    return (build_deb if kind == "deb" else build_rpm)(installed, out, preset=preset)


def main() -> None:
    """Build what the command line asks for; exit 1 if it cannot be built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, help="what packaging/build.py has made")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument(
        "--preset", type=int, choices=range(10), default=6, help="of xz, for .deb and .rpm"
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        installed = content(read_tree(options.tree))
        for kind in options.kind:
            print(build(kind, installed, options.out, preset=options.preset))
    except (NotPacked, NotATree, NotListed, OSError) as error:
        sys.exit(f"not packed: {error}")


if __name__ == "__main__":
    main()
