"""Whether two builds of one commit are the same, byte for byte.

    python packaging/frozen/twice.py --out FOLDER --python ENVIRONMENT [--python ENVIRONMENT]

Clones the checkout into two folders and freezes each of them: with another home, time zone,
language, umask and hash seed, in another folder, and by the Pythons of two environments if two are
given. Where bubblewrap is installed, the second is made by another user on a computer of another
name, and where libfaketime is, by a clock that is years ahead; it says which of them held. They are
built one after the other, or `--at-once`. Prints what differs, or the digest of both trees; the
exit code is 1 if they differ. `diffoscope` of the two trees, FOLDER/…/noteveil, says in what.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ROOT: Final = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "packaging")]

from frozen.elsewhere import Place, beginning, clock  # noqa: E402


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and by whom a build is made.

    Attributes:
        folder: below the one that was asked for.
        variables: of the environment.
        umask: of the process.
        place: of another user, computer and clock; None: here.
    """

    folder: str
    variables: Mapping[str, str]
    umask: int
    place: Place | None = None


ONE: Final = Circumstances(
    "a",
    {"TZ": "Pacific/Kiritimati", "LANG": "C", "USER": "anna", "PYTHONHASHSEED": "1"},
    0o022,
)
OTHER: Final = Circumstances(
    "somewhere else/deeper",
    {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "USER": "zoe", "PYTHONHASHSEED": "99"},
    0o077,
    Place(user=4321, host="elsewhere", days=1500),
)


def main() -> None:
    """Build twice and compare."""
    options = _options()
    options.out.mkdir(parents=True)
    key = options.out / "release.pub"
    public = Ed25519PrivateKey.generate().public_key()
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    pythons = [options.python[0], options.python[-1]]
    with ThreadPoolExecutor(2 if options.at_once else 1) as builds:
        build = partial(_build, options.out.resolve(), key.resolve(), _commit())
        first, second = map(_states, builds.map(build, (ONE, OTHER), pythons))
    print(told_of(OTHER.place, options.out))
    different = sorted(path for path in first | second if first.get(path) != second.get(path))
    for path in different:
        print(f"{path}: {first.get(path, 'not there')} and {second.get(path, 'not there')}")
    if different:
        sys.exit(f"{len(different)} of {len(first | second)} differ")
    told = "\n".join(f"{path} {state}" for path, state in sorted(first.items()))
    print(
        f"{len(first)} files and folders are the same: {hashlib.sha256(told.encode()).hexdigest()}"
    )


def told_of(place: Place | None, work: Path) -> str:
    """What of a place held for the build that was to be made there."""
    if place is None or not beginning(place, work):
        return "the second: by the same user, on the same computer"
    later = f"{place.days} days ahead" if clock() else "the same"
    return f"the second: by user {place.user}, on the host {place.host}, its clock {later}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")
    parser.add_argument("--python", type=Path, action="append", metavar="ENVIRONMENT")
    parser.add_argument("--at-once", action="store_true", help="do not wait for the first")
    options = parser.parse_args()
    options.python = [path.absolute() for path in options.python or [Path(sys.prefix)]]
    return options


def _commit() -> str:
    """The last commit, for others may come while the first tree is built."""
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _build(out: Path, key: Path, commit: str, where: Circumstances, environment: Path) -> Path:
    """Build in these circumstances; the result is the tree."""
    folder = out / where.folder
    folder.mkdir(parents=True)
    clone, home = folder / "checkout", folder / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    subprocess.run(["git", "-C", clone, "checkout", "--quiet", "--detach", commit], check=True)
    command: list[str | Path] = [
        *(environment / "bin" / "python", clone / "packaging" / "build.py"),
        *("--out", folder / "made", "--release-key", key),
    ]
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), **where.variables}
    begun = time.monotonic()
    subprocess.run(
        [*(beginning(where.place, folder) if where.place else ()), *command],
        check=True,
        cwd=home,
        env=variables,
        umask=where.umask,
    )
    print(f"{commit[:12]} in {where.folder}: built in {time.monotonic() - begun:.0f} s", flush=True)
    return folder / "made" / "noteveil"


def _states(root: Path) -> dict[str, str]:
    """Everything below a tree with its mode, its date and its content."""
    return {path.relative_to(root).as_posix(): _state(path) for path in [root, *root.rglob("*")]}


def _state(path: Path) -> str:
    details = path.lstat()
    plain = stat.S_ISREG(details.st_mode)
    content = hashlib.sha256(path.read_bytes()).hexdigest() if plain else "-"
    return f"{stat.filemode(details.st_mode)} {int(details.st_mtime)} {content}"


if __name__ == "__main__":
    main()
