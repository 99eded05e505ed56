"""How often the bound of a sample holds, in invented worlds whose leaks and readers are known.

    python benchmarks/coverage.py [--worlds 10000] [--seed 1]

In each world so many notes were released, a share of them leaks, each leaking note has one or more
leaks, and a reader sees each leak with a probability of his own. That was measured before with
withheld identifiers, of which he caught what he caught by chance. A sample is drawn and read, and
the bound holds if the true share of leaking notes is not above it. Four designs are tried in every
world, all at 95 % confidence:

    fixed            the number of notes is chosen before, and all are read
    stopped          one may stop at any note, and stops as soon as the target is reached
    at any moment    the same, looked at after every note: it holds only if it always does
    as if perfect    what the correction is for: fixed, and as if the reader missed nothing
    peeked at        what the sequential bound is for: the fixed bound, looked at after every note

Prints a Markdown table: how often each held, over all worlds and over those of one kind.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from deid.audit.records import SampleDesign
from deid.officer.bound import (
    Measured,
    Sensitivity,
    Terms,
    bound_of,
    is_refuted,
    sensitivity,
)
from deid.officer.plan import MOST_LEAKS, notes_to_read

NOTES = (150, 600, 3000, 30_000)
SHARES = (0.0, 0.003, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2)
SENSITIVITIES = (0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
WITHHELD = (20, 60, 200, 1000)
MOST_READ = 800
TARGETS = (0.02, 0.05, 0.1)
MORE_LEAKS = (0.0, 0.5)
"""How likely a leaking note has one more leak, and then one more."""

DESIGNS = ("fixed", "stopped", "at any moment", "as if perfect", "peeked at")


@dataclass(frozen=True, slots=True)
class World:
    """What is true, and what the reader saw.

    Attributes:
        notes: how many were released.
        leaking: how many of them leak.
        sees: the probability that the reader sees a leak.
        more: the probability that a leaking note has one more leak.
        measured: what the reader caught of what was withheld.
        target: the share that is aimed at.
        found: for each note, in the order of reading, whether the reader saw that it leaks.
        leaks: up to how many leaking notes a fixed sample is planned for.
    """

    notes: int
    leaking: int
    sees: float
    more: float
    measured: Measured
    target: float
    found: tuple[bool, ...]
    leaks: int

    @property
    def share(self) -> float:
        """The true share of leaking notes."""
        return self.leaking / self.notes


def worlds(number: int, seed: int) -> Iterator[World]:
    """Invented worlds; the same for the same seed."""
    for index in range(number):
        draw = Random(f"{seed}/{index}")
        notes, sees, more = draw.choice(NOTES), draw.choice(SENSITIVITIES), draw.choice(MORE_LEAKS)
        leaking = round(draw.choice(SHARES) * notes)
        withheld = draw.choice(WITHHELD)
        caught = sum(draw.random() < sees for _ in range(withheld))
        target = draw.choice(TARGETS)
        order = draw.sample(range(notes), min(notes, MOST_READ))
        found = tuple(note < leaking and _seen(draw, sees, more) for note in order)
        measured = Measured(withheld, caught)
        yield World(
            notes, leaking, sees, more, measured, target, found, draw.randint(0, MOST_LEAKS)
        )


def held(world: World) -> tuple[bool, ...]:
    """Whether the bound of each of `DESIGNS` held."""
    readers = sensitivity([world.measured], confidence=0.95)
    fixed = Terms(world.notes, world.target)
    running = replace(fixed, design=SampleDesign.SEQUENTIAL)
    number = _planned(world.leaks, readers, fixed) or len(world.found)
    read, until = world.found[:number], _until(world.found, readers, running)
    return (
        _holds(world, read, readers, fixed),
        _holds(world, until, readers, running),
        _always_holds(world, world.found, readers, running),
        _holds(world, read, Sensitivity(), fixed),
        _always_holds(world, read, readers, fixed),
    )


def table(seen: Sequence[World], results: Sequence[tuple[bool, ...]]) -> Iterator[str]:
    """How often each design held, over all worlds and over those of one kind."""
    yield f"| worlds | number | {' | '.join(DESIGNS)} |"
    yield "|:--|--:|" + "--:|" * len(DESIGNS)
    for name, kind in _kinds():
        rows = [row for world, row in zip(seen, results, strict=True) if kind(world)]
        if rows:
            shares = (sum(column) / len(rows) for column in zip(*rows, strict=True))
            yield f"| {name} | {len(rows):,} | {' | '.join(f'{s:.1%}' for s in shares)} |"


def main() -> None:
    """Read the arguments, try every world and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    seen = list(worlds(arguments.worlds, arguments.seed))
    print("\n".join(table(seen, [held(world) for world in seen])))


def _seen(draw: Random, sees: float, more: float) -> bool:
    while True:
        if draw.random() < sees:
            return True
        if draw.random() >= more:
            return False


def _holds(world: World, read: Sequence[bool], readers: Sensitivity, terms: Terms) -> bool:
    return world.share <= bound_of(sum(read), len(read), readers, terms)


def _always_holds(world: World, found: Sequence[bool], readers: Sensitivity, terms: Terms) -> bool:
    """Whether the true number is never refuted.

    The bounds are lowest before a leak and at the end, and nothing that was found at the rate that
    was to be expected, or above it, is refuted by it.
    """
    expected, leaks = world.share * readers.least, 0
    for read, leaking in enumerate([*found, True]):
        if leaking:
            if leaks < expected * read and is_refuted(world.leaking, leaks, read, readers, terms):
                return False
            leaks += 1
    return True


def _until(found: Sequence[bool], readers: Sensitivity, terms: Terms) -> Sequence[bool]:
    """What was read when the target was reached, or all."""
    leaks = 0
    stop = _planned(leaks, readers, terms)
    for read, leaking in enumerate(found, start=1):
        if leaking:
            leaks += 1
            stop = _planned(leaks, readers, terms) if leaks <= MOST_LEAKS else None
        if stop is not None and read >= stop:
            return found[:read]
    return found


_planned = lru_cache(maxsize=None)(notes_to_read)


def _kinds() -> Iterator[tuple[str, Callable[[World], bool]]]:
    yield "all", lambda _: True
    for sees in SENSITIVITIES:
        yield f"reader sees {sees:.0%} of leaks", lambda world, sees=sees: world.sees == sees
    yield "one leak a note", lambda world: world.more == 0
    yield "several leaks a note", lambda world: world.more > 0
    for count in WITHHELD:
        yield (
            f"measured with {count}",
            lambda world, count=count: world.measured.withheld == count,
        )
    for notes in NOTES:
        yield f"{notes:,} notes released", lambda world, notes=notes: world.notes == notes
    yield "up to 1 % of notes leak", lambda world: world.share <= 0.01
    yield "1 to 5 % leak", lambda world: 0.01 < world.share <= 0.05
    yield "more leak", lambda world: world.share > 0.05


if __name__ == "__main__":
    main()
