"""Make the templates for managed settings, and their document, from the one schema.

    python packaging/managed/generate.py                  # those in the repository, anew
    python packaging/managed/generate.py --out DIR        # all of them into a folder
    python packaging/managed/generate.py --out DIR --values policy.json

With `--values` the Linux file and the macOS profile hold the settings of that file, which is one of
the Linux form; nothing else of it is looked at, such as its owner.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT), str(HERE.parent)]

from managed import document, linux, macos, windows  # noqa: E402

from deid.errors import ManagedUnusable  # noqa: E402
from deid.managed import Name, Value  # noqa: E402
from deid.managed.policy_file import parse_policy_file  # noqa: E402

TEMPLATES = HERE / "templates"
DOCUMENT = ROOT / "docs" / "managed-policy.md"


def templates(values: Mapping[Name, Value]) -> dict[str, str]:
    """All templates by their paths, with these settings managed."""
    return {
        "linux/policy.json": linux.policy_file(values),
        "macos/org.noteveil.desktop.mobileconfig": macos.profile(values),
        "windows/noteveil.admx": windows.admx(),
        "windows/en-US/noteveil.adml": windows.adml(),
    }


def write(files: Mapping[Path, str]) -> None:
    """Write texts, with the line ends of Unix on every system."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def main() -> int:
    """Write what is asked for; the result is the exit code."""
    parser = argparse.ArgumentParser(description="Make the templates for managed settings.")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder for all that is made")
    parser.add_argument("--values", type=Path, metavar="FILE", help="settings that are managed")
    options = parser.parse_args()
    if options.values is not None and options.out is None:
        parser.error("--values goes with --out")
    values: dict[Name, Value] = {}
    if options.values is not None:
        try:
            found = parse_policy_file(options.values.read_bytes(), source=str(options.values))
        except (ManagedUnusable, OSError) as error:
            parser.error(str(error))
        values = {name: setting.value for name, setting in found.settings.items()}
    folder = options.out if options.out is not None else TEMPLATES
    guide = options.out / DOCUMENT.name if options.out is not None else DOCUMENT
    made = {folder / path: text for path, text in templates(values).items()}
    write({**made, guide: document.document()})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
