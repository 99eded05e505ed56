"""Makes the package of NoteVeil.app, on macOS.

    python packaging/macos/build_pkg.py NoteVeil.app --out FOLDER --identity NAME
    python packaging/macos/build_pkg.py NoteVeil.app --out FOLDER --trial
    python packaging/macos/build_pkg.py NoteVeil.app --out FOLDER --trial --print

FOLDER/parts is made of what the package consists of; this, on any system, is all that --print does
beside telling the calls. --trial makes a package that nobody signed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.tree import NotPacked  # noqa: E402
from macos.package import calls, prepare  # noqa: E402
from macos.running import NotDone, run  # noqa: E402


def main() -> None:
    """Make what the command line asks for; exit 1 if it cannot be made."""
    options = _options()
    try:
        parts = prepare(options.app, options.out / "parts")
        run(calls(parts, options.out, identity=options.identity), printed=options.print)
    except (NotDone, NotPacked, OSError) as error:
        sys.exit(f"not packed: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("app", type=Path, help="the application, sealed and signed")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--identity", metavar="NAME", help="a certificate in the keychain")
    who.add_argument("--trial", action="store_true", help="do not sign it")
    parser.add_argument("--print", action="store_true", help="tell the calls, and make none")
    options = parser.parse_args()
    if (options.out / "parts").exists():
        parser.error(f"{options.out / 'parts'} is there already: name another folder")
    return options


if __name__ == "__main__":
    main()
