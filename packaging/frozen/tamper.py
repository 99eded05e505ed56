"""Whether a frozen program refuses to start once anything in its folder was changed.

    python packaging/frozen/tamper.py FOLDER [--files 40 | --all] [--program deid]
    python packaging/frozen/tamper.py FOLDER --checked
    python packaging/frozen/tamper.py --made

FOLDER is a program as it was built and sealed; a copy of it is changed in one way after the other,
and started each time. One bit is turned in as many files as `--files` says, evenly spread over all
in the order of their paths, or in every one; the other changes are made to fewer. `--checked` is
quicker: the copy is sealed by a key made for it and checked in this process instead of started,
with a bit turned in every file. `--made` does that with a small folder made for it. Prints a table
in Markdown, and how long the program took to refuse; the exit code is 1 if it started once although
something was changed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deid.errors import SealBroken
from deid.sealed import seal
from deid.sealed.check import check
from deid.sealed.sealed_list import LIST_NAME, SIGNATURE_NAME
from deid.sealed.tree import Kind, entries

OTHERS = 3  # files that each of the rarer changes is made to
TIMEOUT = 120.0


class Outcome(Enum):
    """What became of a start."""

    REFUSED = "refused by the check"
    FAILED = "did not start"
    STARTED = "started"


@dataclass(frozen=True)
class Way:
    """One way of changing the folder.

    Attributes:
        name: in words.
        change: does it to a path in a folder.
        every: whether it is tried on as many files as are asked for, or on a few.
    """

    name: str
    change: Callable[[Path], object]
    every: bool = False


def turn_a_byte(path: Path) -> None:
    """Turn one bit in the middle of a file; an empty one gets a byte."""
    content = bytearray(path.read_bytes()) or bytearray(b"\0")
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def lengthen(path: Path) -> None:
    """Append a byte."""
    with path.open("ab") as file:
        file.write(b"\0")


def shorten(path: Path) -> None:
    """Take the last byte away; an empty file goes altogether."""
    content = path.read_bytes()
    if content:
        path.write_bytes(content[:-1])
    else:
        path.unlink()


def link_instead(path: Path) -> None:
    """Put a link to the same bytes, elsewhere, in its place."""
    aside = Path(tempfile.mkdtemp()) / "aside"
    shutil.move(path, aside)
    path.symlink_to(aside)


def folder_instead(path: Path) -> None:
    """Put a folder in its place."""
    path.unlink()
    path.mkdir()


def other_case(path: Path) -> None:
    """Write its name otherwise."""
    path.rename(path.with_name(path.name.swapcase()))


def lead_elsewhere(path: Path) -> None:
    """Let a link lead to itself."""
    path.unlink()
    path.symlink_to(path.name)


def file_instead(path: Path) -> None:
    """Put the file that a link leads to in its place."""
    content = path.read_bytes() if path.is_file() else b""
    path.unlink()
    path.write_bytes(content)


def add_beside(name: str, path: Path) -> None:
    """Lay another file beside it."""
    (path.parent / name).write_bytes(b"import os\n")


def add_folder(path: Path) -> None:
    """Make an empty folder beside it."""
    (path.parent / "added").mkdir()


FILE_WAYS = (
    Way("one bit turned in a file", turn_a_byte, every=True),
    Way("one byte more at the end of a file", lengthen),
    Way("one byte less at the end of a file", shorten),
    Way("a file removed", Path.unlink),
    Way("a file replaced by a link to the same bytes", link_instead),
    Way("a file replaced by a folder", folder_instead),
    Way("a file's name written in the other case", other_case),
    Way("a module added beside a file", partial(add_beside, "added.py")),
    Way("a library added beside a file", partial(add_beside, "libadded.so.1")),
    Way("an empty folder added beside a file", add_folder),
)

LINK_WAYS = (
    Way("a link that leads elsewhere", lead_elsewhere),
    Way("a link removed", Path.unlink),
    Way("a link replaced by the file it leads to", file_instead),
)


def list_ways(internal: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """The ways of changing the list and its signature."""
    listed, signature = internal / LIST_NAME, internal / SIGNATURE_NAME
    other = Ed25519PrivateKey.generate()
    yield "one bit turned in the list", partial(turn_a_byte, listed)
    yield "one bit turned in the signature", partial(turn_a_byte, signature)
    yield "the list removed", listed.unlink
    yield "the signature removed", signature.unlink
    yield "the list and the signature removed", lambda: (listed.unlink(), signature.unlink())
    yield "the list emptied", partial(listed.write_bytes, b"")
    yield (
        "the list signed by another key",
        lambda: signature.write_bytes(other.sign(listed.read_bytes())),
    )
    yield (
        "a module added, and all listed and signed by another key",
        partial(_replaced, internal, other),
    )
    yield "the list replaced by a link to the same bytes", partial(link_instead, listed)


def _replaced(internal: Path, key: Ed25519PrivateKey) -> None:
    add_beside("added.py", internal / LIST_NAME)
    seal.write(internal.parent, version="9.9.9", sign=key.sign, internal=internal.name)


@contextmanager
def undone(root: Path, whole: Path) -> Iterator[None]:
    """Bring a changed folder back to what it is a copy of.

    Args:
        root: the folder.
        whole: the one it is a copy of.
    """
    yield
    wanted = {one.path: one for one in entries(whole)}
    for one in sorted(entries(root), key=lambda one: one.path, reverse=True):
        if one.path not in wanted or one.kind is not wanted[one.path].kind:
            path = root / one.path
            path.rmdir() if one.kind is Kind.FOLDER else path.unlink()
    for path, one in wanted.items():
        if one.kind is Kind.FILE and not _same(root / path, whole / path):
            shutil.copy2(whole / path, root / path)
        if one.kind is Kind.LINK:
            (root / path).unlink(missing_ok=True)
            (root / path).symlink_to((whole / path).readlink())


def _same(one: Path, other: Path) -> bool:
    if not one.is_file():
        return False
    mine, theirs = one.stat(), other.stat()
    return (mine.st_size, mine.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def tried(
    root: Path, whole: Path, internal: str, start: Callable[[], Outcome], *, files: int | None
) -> Iterator[tuple[str, str, Outcome]]:
    """Every way, what it was done to, and what became of it.

    Args:
        root: a copy of `whole`, which is changed and brought back each time.
        whole: the folder of the program.
        internal: where the list lies in it.
        start: starts the program that lies in `root`.
        files: how many files the commonest way is tried on; None: every one.
    """
    own = {f"{internal}/{LIST_NAME}", f"{internal}/{SIGNATURE_NAME}"}
    found = [one for one in entries(whole) if one.path not in own]
    for kind, ways in ((Kind.FILE, FILE_WAYS), (Kind.LINK, LINK_WAYS)):
        paths = sorted(one.path for one in found if one.kind is kind)
        for way in ways:
            for path in _spread(paths, files if way.every else OTHERS):
                with undone(root, whole):
                    way.change(root / path)
                    yield way.name, path, start()
    for name, change in list_ways(root / internal):
        with undone(root, whole):
            change()
            yield name, internal, start()


def _spread(paths: Sequence[str], count: int | None) -> list[str]:
    if count is None or count >= len(paths):
        return list(paths)
    return [paths[number * len(paths) // count] for number in range(count)]


def start_program(program: Path) -> Outcome:
    """Start a frozen program, and end it at once if it starts."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    environment.pop("DISPLAY", None)
    done = subprocess.run(
        [program, "--version"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode == SealBroken.exit_code:
        return Outcome.REFUSED
    return Outcome.FAILED if done.returncode else Outcome.STARTED


@dataclass(frozen=True)
class Timed:
    """Starts a program, and writes down how long each start took.

    Attributes:
        start: starts it.
        seconds: by the clock, of each start.
        worked: seconds that processors worked for it.
    """

    start: Callable[[], Outcome]
    seconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)

    def __call__(self) -> Outcome:
        """Start it; what became of that."""
        before, begun = _worked(), time.monotonic()
        outcome = self.start()
        self.seconds.append(time.monotonic() - begun)
        self.worked.append(_worked() - before)
        return outcome

    def told(self) -> str:
        """How long the starts took, but for the first one, which was of the whole program."""
        seconds, worked = self.seconds[1:], self.worked[1:]
        return (
            f"{len(seconds)} times, each until it ended: {statistics.median(seconds):.2f} s by the "
            f"clock in the middle, {max(seconds):.2f} s at the longest; of processors "
            f"{statistics.median(worked):.2f} s and {max(worked):.2f} s."
        )


def _worked() -> float:
    """Seconds that processors worked for this process, and for those it started that have ended."""
    return sum(os.times()[:4])


def check_made(root: Path, key: bytes) -> Outcome:
    """Check a folder in this process."""
    try:
        check(root, [key])
    except SealBroken:
        return Outcome.REFUSED
    return Outcome.STARTED


def make(root: Path) -> None:
    """Make a small folder like that of a frozen program."""
    internal = root / seal.INTERNAL
    for name in (
        *("deid", "deid-gui", "_internal/libpython3.so", "_internal/base_library.zip"),
        *("_internal/rules/lists/words.txt", "_internal/rules/packs/us.yaml"),
        *("_internal/models/small/model.onnx", "_internal/models/small/manifest.json"),
        *("_internal/PySide6/QtCore.so", "_internal/PySide6/Qt/plugins/platforms/libqxcb.so"),
        *("_internal/package/py.typed", "_internal/licences/LICENSE.txt"),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"" if name.endswith("typed") else f"invented {name}\n".encode() * 9)
    (internal / "QtCore.so").symlink_to("PySide6/QtCore.so")


def sealed_anew(root: Path) -> bytes:
    """Seal a folder by a key made for it; the result is its public half."""
    key = Ed25519PrivateKey.generate()
    seal.write(root, version="1.0.0", sign=key.sign)
    return key.public_key().public_bytes_raw()


def table(outcomes: Sequence[tuple[str, str, Outcome]]) -> Iterator[str]:
    """A line for each way, in Markdown."""
    yield "| what was done | to how many | refused by the check | did not start | started |"
    yield "|---|--:|--:|--:|--:|"
    for name in dict.fromkeys(name for name, _, _ in outcomes):
        counts = Counter(outcome for way, _, outcome in outcomes if way == name)
        cells = [counts.total(), *(counts[outcome] for outcome in Outcome)]
        yield f"| {name} | {' | '.join(map(str, cells))} |"


def main() -> int:
    """Try everything, and print what came of it."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="tampered-") as folder:
        tempfile.tempdir = folder
        whole, root = Path(folder) / "whole", Path(folder) / "program"
        if options.made:
            make(whole)
        else:
            shutil.copytree(options.folder, whole, symlinks=True)
        if options.made or options.checked:
            start = Timed(partial(check_made, root, sealed_anew(whole)))
        else:
            start = Timed(partial(start_program, root / options.program))
        shutil.copytree(whole, root, symlinks=True)
        if start() is not Outcome.STARTED:
            sys.exit("the program does not start as it is: there is nothing to be tried")
        every = options.all or options.made or options.checked
        files = None if every else options.files
        outcomes = list(tried(root, whole, seal.INTERNAL, start, files=files))
    print("\n".join(table(outcomes)))
    if not options.made:
        print(f"\n{start.told()}")
    for name, path, outcome in outcomes:
        if outcome is not Outcome.REFUSED:
            print(f"{outcome.value}: {name}: {path}", file=sys.stderr)
    return int(any(outcome is Outcome.STARTED for _, _, outcome in outcomes))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    what.add_argument("--made", action="store_true")
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--checked", action="store_true")
    parser.add_argument("--program", default="deid")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
