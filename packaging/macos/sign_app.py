"""Signs NoteVeil.app for Apple, on macOS.

    python packaging/macos/sign_app.py NoteVeil.app --identity "Developer ID Application: N"
    python packaging/macos/sign_app.py NoteVeil.app --trial
    python packaging/macos/sign_app.py NoteVeil.app --identity NAME --print

The application was sealed before (`build_app.py`); the seal stays as it is. --trial signs as
nobody, for the computer that it is done on: libraries must then be let in without a look at who
signed them, and nothing else differs. --print tells the calls on any system.
"""

from __future__ import annotations

import argparse
import plistlib
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.tree import NotPacked  # noqa: E402
from macos.binaries import is_code  # noqa: E402
from macos.bundle import DATA, read_information  # noqa: E402
from macos.running import NotDone, run  # noqa: E402
from macos.signing import AD_HOC, Signer, calls  # noqa: E402

ENTITLEMENTS = DATA / "entitlements.plist"


def code_of(app: Path) -> list[str]:
    """Every program and library of an application, relative to it.

    Raises:
        NotPacked: one is for several architectures.
    """
    files = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path.relative_to(app).as_posix() for path in sorted(files) if is_code(path)]


def trial_entitlements() -> bytes:
    """Those of the programs, and the one without which nobody's signature does not do."""
    granted = plistlib.loads(ENTITLEMENTS.read_bytes())
    return plistlib.dumps(granted | {"com.apple.security.cs.disable-library-validation": True})


def main() -> None:
    """Sign what the command line names; exit 1 if it cannot be done."""
    options = _options()
    try:
        read_information(options.app)
        with tempfile.TemporaryDirectory() as folder:
            entitlements = ENTITLEMENTS
            if options.trial:
                entitlements = Path(folder, "entitlements.plist")
                entitlements.write_bytes(trial_entitlements())
            signer = Signer(options.identity or AD_HOC, entitlements)
            run(calls(options.app, code_of(options.app), signer), printed=options.print)
    except (NotDone, NotPacked, OSError) as error:
        sys.exit(f"not signed: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("app", type=Path, help="what build_app.py has made")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--identity", metavar="NAME", help="a certificate in the keychain")
    who.add_argument("--trial", action="store_true", help="sign as nobody")
    parser.add_argument("--print", action="store_true", help="tell the calls, and make none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
