"""Writes the manifest of a release into the folder of its files, for builders to sign.

    python packaging/make_release.py RELEASE --version 1.0 --commit DIGITS

The folder holds the files that are handed out, packages signed, and nothing else. Each builder
compares what the manifest calls reproducible with what they built themselves, and signs it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from release.manifest import NAME, NotReleased, make_manifest
from release.stripped import artifact_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the manifest; 1 if there can be none."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("release", type=Path, metavar="RELEASE", help="the folder")
    parser.add_argument("--version", required=True, help="of the program")
    parser.add_argument("--commit", required=True, help="that it was built of, all digits")
    options = parser.parse_args(arguments)
    try:
        if (options.release / NAME).exists():
            raise NotReleased(f"{NAME} is there already: what was signed is not written over")
        artifacts = [artifact_of(path) for path in sorted(options.release.iterdir())]
        manifest = make_manifest(options.version, options.commit, artifacts)
        (options.release / NAME).write_bytes(manifest.encode())
    except (NotReleased, OSError) as error:
        print(f"no release: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
