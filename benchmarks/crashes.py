"""What readers make of files that somebody damaged: each is refused, or comes out redacted.

    python benchmarks/crashes.py SUFFIX [--count N] [--seed N] [--seconds N] [--keep DIR]

Takes the files of the oracle (`tests/formats/oracle`) of one suffix, changes bytes of them at
random (for PDF, every other time values of objects, so that the file still opens), and reads,
redacts and writes each in a process of its own. What ends in anything but a refusal or an output
is told, with the number that makes the same file again: an exception of another kind, a crash, or
a file that takes longer than some seconds.
"""

from __future__ import annotations

import argparse
import io
import logging
import multiprocessing
import random
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pikepdf

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deid.errors import DeidError
from tests.formats.oracle.channels import CHANNELS, TOKENS, opened
from tests.formats.oracle.test_oracle import deidentifier, written

Work = Callable[[Connection, str, range], None]
"""Sends how each file of these numbers ended."""


def main() -> None:
    """Print how the files ended."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suffix", help="which files, such as .pdf")
    parser.add_argument("--count", type=int, default=1000, help="so many files")
    parser.add_argument("--seed", type=int, default=1, help="of the first file")
    parser.add_argument("--seconds", type=int, default=30, help="the longest that one may take")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write what ended oddly to DIR")
    arguments = parser.parse_args()
    ends: Counter[str] = Counter()
    numbers = range(arguments.seed, arguments.seed + arguments.count)
    for number, end in ended(arguments.suffix, numbers, arguments.seconds):
        ends[end] += 1
        if end.startswith("!"):
            print(f"--seed {number}: {end[1:]}", flush=True)
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                content = damaged(seeds_of(arguments.suffix), arguments.suffix, number)
                (arguments.keep / f"{number}{arguments.suffix}").write_bytes(content)
    for end, count in ends.most_common():
        print(f"{count:6}  {end.splitlines()[0]}")


def ended(
    suffix: str, numbers: range, seconds: int, *, work: Work | None = None
) -> Iterator[tuple[int, str]]:
    """How each file ended; those that end the process, or never end, included."""
    left = numbers
    context = multiprocessing.get_context("spawn")
    while left:
        here, there = context.Pipe()
        process = context.Process(target=work or _work, args=(there, suffix, left))
        process.start()
        there.close()
        last = left.start
        for number in left:
            try:
                if not here.poll(seconds + (60 if number == left.start else 0)):
                    process.kill()
                    yield number, "!it did not end"
                    break
                yield number, here.recv()
            except EOFError:
                process.join()
                yield number, f"!the process crashed ({process.exitcode})"
                break
            finally:
                last = number
        process.join(5)
        process.kill()
        left = range(last + 1, numbers.stop)


def seeds_of(suffix: str) -> list[bytes]:
    """The files that are damaged."""
    return [channel.build(TOKENS) for channel in CHANNELS if channel.suffix == suffix]


def _work(there: Connection, suffix: str, numbers: range) -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    seeds = seeds_of(suffix)
    engine = deidentifier.__wrapped__()
    for number in numbers:
        there.send(_end(damaged(seeds, suffix, number), suffix, engine))
    there.close()


def _end(content: bytes, suffix: str, engine: Any) -> str:
    try:
        file, documents = opened(content, suffix)
        written(file, documents, engine)
    except DeidError as error:
        kind = type(error).__name__
        return f"{'!' if kind == 'DefectError' else ''}{kind}: {str(error)[:150]}"
    except ValueError as error:
        return f"{error}" if "of this file cannot be read" in str(error) else _told()
    except Exception:  # noqa: BLE001 - whatever it is, it is told
        return _told()
    return "an output"


def _told() -> str:
    return "!" + traceback.format_exc(limit=-4)


def damaged(seeds: list[bytes], suffix: str, number: int) -> bytes:
    """One of the files, damaged; the same for the same number."""
    chance = random.Random(number)
    content = chance.choice(seeds)
    if suffix == ".pdf" and number % 2:
        return _other_objects(content, chance)
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        if changed:
            chance.choice(_CHANGES)(changed, chance, seeds)
    return bytes(changed)


def _byte(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    data[chance.randrange(len(data))] = chance.randrange(256)


def _digit(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    digits = [at for at, byte in enumerate(data) if 48 <= byte < 58]
    if digits:
        data[chance.choice(digits)] = chance.choice(b"0123456789-")


def _swap(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    length = chance.randrange(1, 40)
    first, second = (chance.randrange(len(data)) for _ in range(2))
    one, other = data[first : first + length], data[second : second + length]
    data[first : first + len(one)] = other[: len(one)].ljust(len(one))


def _splice(data: bytearray, chance: random.Random, seeds: list[bytes]) -> None:
    other = chance.choice(seeds)
    at = chance.randrange(len(other))
    start = chance.randrange(len(data))
    data[start : start + chance.randrange(30)] = other[at : at + chance.randrange(60)]


def _cut(data: bytearray, chance: random.Random, _: list[bytes]) -> None:
    start = chance.randrange(len(data))
    del data[start : start + chance.choice((1, 4, 100, len(data)))]


_CHANGES: list[Callable[[bytearray, random.Random, list[bytes]], None]] = [
    _byte,
    _digit,
    _swap,
    _splice,
    _cut,
]


def _other_objects(content: bytes, chance: random.Random) -> bytes:
    """A PDF some of whose values are others, which is written so that it opens."""
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PikepdfError:
        return content
    for _ in range(chance.choice((1, 1, 2, 5))):
        holders = [one for one in pdf.objects if isinstance(one, _HOLDERS)] + [pdf.Root]
        holder = chance.choice(holders)
        for _ in range(chance.randrange(4)):
            inner = [holder[key] for key in _keys(holder) if isinstance(holder[key], _HOLDERS)]
            holder = chance.choice(inner) if inner else holder
        keys = _keys(holder)
        if not keys:
            continue
        key = chance.choice(keys)
        try:
            holder[key] = _value(pdf, holders, chance)
        except (pikepdf.PikepdfError, ValueError, TypeError, KeyError):
            continue
    output = io.BytesIO()
    try:
        pdf.save(output, static_id=True, fix_metadata_version=False)
    except (pikepdf.PikepdfError, ValueError, RuntimeError):
        return content
    return output.getvalue()


_HOLDERS = (pikepdf.Dictionary, pikepdf.Stream, pikepdf.Array)


def _keys(holder: Any) -> list[Any]:
    return list(range(len(holder))) if isinstance(holder, pikepdf.Array) else list(holder.keys())


def _value(pdf: pikepdf.Pdf, holders: list[Any], chance: random.Random) -> Any:
    names = ["/Page", "/XYZ", "/Widget", "/Form", "/Type0", "/Type3", "/Indexed", "/FlateDecode"]
    kinds: list[Callable[[], Any]] = [
        lambda: chance.choice((0, 1, -1, 4, 2**31, -(2**40), 1.5)),
        lambda: pikepdf.Name(chance.choice(names)),
        lambda: pikepdf.String(chance.choice(("", "x", "\u0439", "D:2026"))),
        lambda: None,
        lambda: pikepdf.Array([]),
        lambda: pikepdf.Array([1, pikepdf.Name("/Fit"), pikepdf.String("a")]),
        lambda: pikepdf.Dictionary(),
        lambda: chance.choice(holders),
        lambda: pdf.make_stream(bytes(chance.randrange(256) for _ in range(chance.randrange(60)))),
    ]
    return chance.choice(kinds)()


if __name__ == "__main__":
    main()
