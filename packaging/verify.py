"""Checks a whole release with public tools; prints what is good, or says why it does not count.

    python packaging/verify.py RELEASE --keys A.pub B.pub C.pub [--gpg KEY.asc]
        [--authenticode CA.pem] [--timestamp CA.pem]

Needs Python and nothing from a registry: sha256sum and openssl, and for packages gpg, gpgv, rpm,
flatpak and osslsigncode. `docs/releases.md` shows the same by hand. The exit code is 1 if it does
not count.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from release.manifest import NotReleased
from release.vendor import Authorities
from release.verification import verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names; 1 if it does not count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("release", type=Path, metavar="RELEASE", help="the folder")
    parser.add_argument("--keys", type=Path, nargs=3, required=True, metavar="KEY.pub")
    parser.add_argument("--gpg", type=Path, metavar="KEY.asc", help="signs .deb, .rpm and .flatpak")
    parser.add_argument("--authenticode", type=Path, metavar="CA.pem", help="vouches for .msi")
    parser.add_argument("--timestamp", type=Path, metavar="CA.pem", help="vouches for its time")
    options = parser.parse_args(arguments)
    authorities = Authorities(options.gpg, options.authenticode, options.timestamp)
    try:
        for line in verify(options.release, options.keys, authorities):
            print(line)
    except (NotReleased, OSError) as error:
        print(f"does not count: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
