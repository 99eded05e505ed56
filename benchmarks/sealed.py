"""How long the check of the installed program takes at every start.

    python benchmarks/sealed.py [--megabytes 450] [--files 2500] [--times 5] [--folder DIR]

Prints a table in Markdown. A folder of that size and of so many files is made, sealed and checked,
in a temporary folder of the place named. As in a frozen program a few files (libraries, the model)
hold most of it. The files were just written, so that they are read from memory: what a disk adds
at the first start after the machine was switched on is not measured. The longest of several times
is told, by the clock and of the processors.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from machine import machine

from deid.sealed import seal
from deid.sealed.check import check

LARGE = 40  # files that hold nine tenths of the bytes
MEGABYTE = 1_000_000


def make(root: Path, *, megabytes: int, files: int) -> None:
    """Fill a folder with so many files of so many bytes in all."""
    few = min(LARGE, files // 2)
    large = megabytes * MEGABYTE * 9 // 10 // few
    small = megabytes * MEGABYTE // 10 // (files - few)
    content = random.Random(7).randbytes(max(large, small))
    for number in range(files):
        path = root / seal.INTERNAL / f"part-{number % 50}" / f"file-{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content[: large if number < few else small])


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    clock, processors = [], []
    with tempfile.TemporaryDirectory(prefix="sealed-", dir=options.folder) as folder:
        root = Path(folder)
        make(root, megabytes=options.megabytes, files=options.files)
        seal.write(root, version="1.0.0", sign=key.sign)
        for _ in range(options.times):
            began, used = perf_counter(), process_time()
            check(root, [public])
            clock.append(perf_counter() - began)
            processors.append(process_time() - used)
    print(f"On {machine()}:\n")
    print("| the check of | longest by the clock | shortest by the clock | of the processors |")
    print("|---|--:|--:|--:|")
    print(
        f"| {options.files:,} files, {options.megabytes:,} MB, {options.times} times | "
        f"{max(clock):.2f} s | {min(clock):.2f} s | {max(processors):.2f} s |"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=450)
    parser.add_argument("--files", type=int, default=2500)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
