"""Signs packages of Windows by Authenticode.

    python packaging/windows/sign_msi.py --key PEM --certificates PEM [--timestamp URL] MSI
    python packaging/windows/sign_msi.py --key URI --certificates PEM --module LIBRARY MSI
    python packaging/windows/sign_msi.py --strip MSI

The first signs with a key in a file, the second with one on a token that LIBRARY reaches by
PKCS #11 and URI names (RFC 7512); --pin names a file with its PIN. --timestamp asks a time-stamp
authority (RFC 3161) over the network; --own-stamp signs the time with a key of one's own, without
any.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.tree import NotPacked  # noqa: E402
from windows.signing import Key, Stamp, sign, strip  # noqa: E402


def main() -> None:
    """Sign or strip what the command line names; exit 1 if it cannot be done."""
    options = _options()
    try:
        for package in options.packages:
            if options.strip:
                strip(package)
            else:
                key = Key(options.certificates, options.key, options.module, options.pin)
                sign(package, key=key, stamp=Stamp(options.timestamp, *options.own_stamp))
            print(package)
    except (NotPacked, OSError) as error:
        sys.exit(f"not signed: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--key", metavar="KEY", help="a file in PEM, or the URI of one on a token")
    what.add_argument("--strip", action="store_true", help="take signatures off")
    parser.add_argument("--certificates", type=Path, metavar="PEM", help="the signer's comes first")
    parser.add_argument("--module", type=Path, metavar="LIBRARY", help="of the token, for PKCS #11")
    parser.add_argument("--pin", type=Path, metavar="FILE", help="holds the PIN or passphrase")
    stamp = parser.add_mutually_exclusive_group()
    stamp.add_argument("--timestamp", default="", metavar="URL", help="of an authority")
    stamp.add_argument(
        "--own-stamp", nargs=2, type=Path, default=[], metavar=("CERTIFICATE", "KEY")
    )
    parser.add_argument("packages", nargs="+", type=Path, metavar="MSI")
    options = parser.parse_args()
    if options.key and options.certificates is None:
        parser.error("--key wants the --certificates that belong to it")
    return options


if __name__ == "__main__":
    main()
