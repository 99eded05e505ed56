"""Has Apple notarise an application or a package, and fastens the ticket to it, on macOS.

    python packaging/macos/notarise.py NoteVeil.app --profile NAME
    python packaging/macos/notarise.py NoteVeil-1.0-arm64.pkg --profile NAME
    python packaging/macos/notarise.py NoteVeil.app --profile NAME --print

Computers without internet cannot ask Apple whether something was notarised, so both want the
ticket: the application before it is packed, and then the package. --profile names what `xcrun
notarytool store-credentials NAME` keeps in the keychain; no password stands in a call. Apple gets
to see what is sent, which is the program and nothing else.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from macos.running import NotDone, answer, run  # noqa: E402
from macos.signing import Call  # noqa: E402


def zipped(app: Path, archive: Path) -> Call:
    """Puts an application into an archive, since Apple takes no folder."""
    return ("ditto", "-c", "-k", "--keepParent", str(app), str(archive))


def submission(path: Path, profile: str) -> Call:
    """Sends a file to Apple, and waits for what is said."""
    return (
        *("xcrun", "notarytool", "submit", str(path), "--keychain-profile", profile),
        *("--wait", "--output-format", "json"),
    )


def fastening(path: Path) -> list[Call]:
    """Fastens the ticket, and asks what Gatekeeper of another computer will."""
    kind = "install" if path.suffix == ".pkg" else "execute"
    return [
        ("xcrun", "stapler", "staple", str(path)),
        ("xcrun", "stapler", "validate", str(path)),
        ("spctl", "--assess", "--type", kind, "--verbose=2", str(path)),
    ]


def check_accepted(said: str) -> None:
    """See that Apple took it; `notarytool` ends well even where Apple did not.

    Args:
        said: what it printed, in JSON.

    Raises:
        NotDone: it was refused, or nothing can be understood.
    """
    try:
        node = json.loads(said)
        status, number = str(node["status"]), str(node["id"])
    except (ValueError, KeyError, TypeError):
        raise NotDone("notarytool told nothing that can be understood") from None
    if status != "Accepted":
        raise NotDone(f"Apple says {status}; why: xcrun notarytool log {shlex.quote(number)}")


def main() -> None:
    """Notarise what the command line names; exit 1 if it cannot be done."""
    options = _options()
    path: Path = options.path
    try:
        with tempfile.TemporaryDirectory() as folder:
            sent = path
            if path.suffix == ".app":
                sent = Path(folder, f"{path.stem}.zip")
                run([zipped(path, sent)], printed=options.print)
            call = submission(sent, options.profile)
            print(shlex.join(call), flush=True)
            if not options.print:
                check_accepted(answer(call))
            run(fastening(path), printed=options.print)
    except NotDone as error:
        sys.exit(f"not notarised: {error}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", type=Path, help="NoteVeil.app, or its package")
    parser.add_argument("--profile", required=True, metavar="NAME", help="of notarytool")
    parser.add_argument("--print", action="store_true", help="tell the calls, and make none")
    return parser.parse_args()


if __name__ == "__main__":
    main()
