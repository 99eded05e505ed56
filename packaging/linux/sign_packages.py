"""Signs packages of Linux by a key that gpg knows.

python packaging/linux/sign_packages.py --key FINGERPRINT PACKAGE [PACKAGE ...]
python packaging/linux/sign_packages.py --strip PACKAGE [PACKAGE ...]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.tree import NotPacked  # noqa: E402
from linux.signing import sign, strip  # noqa: E402


def main() -> None:
    """Sign or strip what the command line names; exit 1 if it cannot be done."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--key", metavar="FINGERPRINT")
    what.add_argument("--strip", action="store_true", help="take signatures off")
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    options = parser.parse_args()
    try:
        for package in options.packages:
            if options.strip:
                strip(package)
            else:
                print(sign(package, key=options.key))
    except NotPacked as error:
        sys.exit(f"not signed: {error}")


if __name__ == "__main__":
    main()
