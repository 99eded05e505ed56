"""What the frozen programs weigh, what each part costs, and how long they take to start.

    python packaging/frozen/sizes.py TREE [--runs 5]

Run it by the Python of the environment that the tree was frozen from, which also tells what was
left out. Prints tables in Markdown. Times are the median of so many runs on a computer that has the
files in its cache, with the seconds that processors worked, which other work beside it changes
less; the first redaction is that of one note, into an empty data folder; the window counts as shown
when Qt shows it, without a display.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from frozen.bom import PATH, Part, read_bill  # noqa: E402
from frozen.environment import locked  # noqa: E402
from frozen.origins import Kind, canonical  # noqa: E402
from frozen.startup import seconds_until_shown  # noqa: E402
from frozen.tree import INTERNAL, Tree  # noqa: E402

ROOT: Final = HERE.parent.parent
NOTE: Final = ROOT / "samples" / "notes"
LEAST: Final = 1_000_000  # bytes; smaller parts are one row
_FOLDERS: Final = {
    f"{INTERNAL}/models/": "the model and its corpus",
    f"{INTERNAL}/rules/": "rules, word lists, names, policies",
    f"{INTERNAL}/licences/": "texts of licences",
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tree", type=Path, help="the folder with deid, deid-gui and _internal")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    root = options.tree.resolve()
    version, epoch, parts = read_bill((root / PATH).read_text(encoding="utf-8"))
    tree = Tree(root, version, epoch)
    sizes = {file.path: file.size for file in tree.files()}
    print(f"{len(sizes)} files, {megabytes(sum(sizes.values()))} MB\n")
    print_table("part", grouped(parts, sizes))
    print("\nLeft out, of what the runtime's lock installs:\n")
    print_table("package", left_out(parts))
    print("\nTo start:\n\n| what | seconds | of processors |\n|---|---|---|")
    for what, seconds, worked in times(root, options.runs):
        print(f"| {what} | {seconds:.2f} | {worked:.2f} |", flush=True)


def grouped(parts: Sequence[Part], sizes: Mapping[str, int]) -> Counter[str]:
    """Bytes by what one would name as a part of the programs."""
    weights: Counter[str] = Counter()
    for part in parts:
        for path in part.files:
            weights[_name(path, part)] += sizes[path]
    listed = {path for part in parts for path in part.files}
    weights["the bill of materials and the seal"] = sum(
        size for path, size in sizes.items() if path not in listed
    )
    return weights


def left_out(parts: Sequence[Part]) -> Counter[str]:
    """Bytes of the locked runtime packages of which nothing is in the programs."""
    shipped = {part.owner.name for part in parts if part.owner.kind == Kind.PYPI.value}
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    wanted = {name for name, _ in locked([lock])} - shipped
    weights: Counter[str] = Counter()
    for one in distributions():
        name = canonical(one.metadata["Name"])
        if name in wanted:
            weights[name] = sum(file.size or 0 for file in one.files or ())
    return weights


def times(root: Path, runs: int) -> Iterator[tuple[str, float, float]]:
    """What was timed, and the medians of seconds and of seconds that processors worked."""
    note = sorted(NOTE.glob("*.txt"))[0]

    def version(environment: Mapping[str, str]) -> float:
        return _seconds([root / "deid", "--version"], environment)

    def redaction(environment: Mapping[str, str]) -> float:
        out = Path(environment["HOME"], "out")
        return _seconds([root / "deid", "redact", note, "--out", out], environment)

    def window(environment: Mapping[str, str]) -> float:
        return seconds_until_shown(root / "deid-gui", environment)

    yield "`deid --version`", *_medians(version, runs)
    yield "`deid redact` of one note, with rules and model", *_medians(redaction, runs)
    yield "`deid-gui` until the window is shown", *_medians(window, runs)


def print_table(heading: str, weights: Counter[str]) -> None:
    """A row for each of what is large, and one for the rest."""
    print(f"| {heading} | MB |\n|---|---|")
    for name, weight in weights.most_common():
        if weight >= LEAST:
            print(f"| {name} | {megabytes(weight)} |")
    small = [weight for weight in weights.values() if weight < LEAST]
    print(f"| {len(small)} smaller ones | {megabytes(sum(small))} |")


def megabytes(size: int) -> str:
    """Bytes in millions."""
    return f"{size / 1e6:.1f}"


def _name(path: str, part: Part) -> str:
    for folder, name in _FOLDERS.items():
        if path.startswith(folder):
            return name
    if "/" not in path:
        return "the two programs, with all Python modules in each"
    if part.owner.kind == Kind.DEBIAN.value:
        return "libraries of the system, for Qt and Python"
    if "libicu" in path:
        return "ICU, the tables of Unicode that Qt brings"
    return part.owner.name


def _medians(timed: Callable[[Mapping[str, str]], float], runs: int) -> tuple[float, float]:
    seconds, worked = [], []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as home:
            variables = {"HOME": home, "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
            before = _worked()
            seconds.append(timed(variables))
            worked.append(_worked() - before)
    # The first one fills the cache.
    return statistics.median(seconds[1:]), statistics.median(worked[1:])


def _worked() -> float:
    """Seconds that processors worked for all processes that were started and have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _seconds(command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    begun = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
