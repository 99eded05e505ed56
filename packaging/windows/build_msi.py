"""Makes the package of Windows from a frozen tree.

    python packaging/windows/build_msi.py TREE --out FOLDER [--help-link URL]

Run it at the commit that the tree was built of. With the same tree, commit and link the package is
the same, byte by byte. It is made on Linux, by wixl, msitools and osslsigncode.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.bom import NotListed, read_tree  # noqa: E402
from frozen.tree import NotATree, NotPacked  # noqa: E402
from windows.msi import build_msi  # noqa: E402


def main() -> None:
    """Build what the command line asks for; exit 1 if it cannot be built."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, help="what packaging/build.py has made")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument(
        "--help-link", default="", metavar="URL", help="the page that Apps & features leads to"
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        began, tree = time.monotonic(), read_tree(options.tree)
        path = build_msi(tree, options.out, help_link=options.help_link)
    except (NotPacked, NotATree, NotListed, OSError) as error:
        sys.exit(f"not packed: {error}")
    sizes = [file.size for file in tree.files()]
    megabytes, of = path.stat().st_size / 1e6, sum(sizes) / 1e6
    took = time.monotonic() - began
    print(f"{path}: {megabytes:.1f} MB of {of:.1f} MB in {len(sizes)} files; took {took:.0f} s")


if __name__ == "__main__":
    main()
