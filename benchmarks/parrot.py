"""How many leaked names stand out among consistent and among Markov stand-ins, side by side.

    python benchmarks/parrot.py [GOLD] [--share S] [--draws N] [--detector D] [--json FILE]
    python benchmarks/parrot.py [GOLD] [--share S] --listed

GOLD are marked notes (default: the development notes beside the checkout, or where
NOTEVEIL_SHARED_DATA says). Names are left in them on purpose, the rest is redacted under the
policy `research` with stand-ins of either kind, and the attacks of `deid.officer.attack` are made
on both; their reader sees every name, stand-in or not. Three ways in which names are left: single
mentions by chance; all mentions of a person by chance, as it is after propagation and the residual
check; and those that the detectors named by --detector find no part of, which no chance decides.
The outcomes of the draws are added up, and the exact intervals take every leak as by itself.

With --listed it is told instead how a list of suspects serves who reads it from the top, as
`deid audit attack` gives it for outputs alone: all mentions of drawn people are left among
consistent stand-ins, the detectors are the reader, and it is counted how many of the leaks a
reader of the first so many suspects comes upon. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from finding import development_notes, kept

from deid import Deidentifier, DetectorChoice, Policy, load_policy
from deid.evaluate import GoldNote, read_gold
from deid.officer.attack import (
    Attack,
    Kind,
    Leaving,
    Marked,
    NameReader,
    Outcome,
    SeenName,
    draw_leaks,
    examine_outputs,
    marked,
    missed_by,
    side_by_side,
)
from deid.officer.attack.plant import plant

_READ = (10, 20, 50, 100, 200)

Table = Mapping[Kind, Mapping[Attack, Outcome]]


def main() -> None:
    """Print a table for each way to leave names; with --json write the counts too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--notes", type=int, metavar="N", help="only the first N notes")
    parser.add_argument("--share", type=float, default=0.05, help="of names that are left")
    parser.add_argument("--draws", type=int, default=5, metavar="N", help="how often it is drawn")
    parser.add_argument("--detector", choices=[*DetectorChoice], default=DetectorChoice.RULES)
    parser.add_argument("--listed", action="store_true", help="read a list of suspects")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all counts to FILE")
    arguments = parser.parse_args()
    gold = read_gold(arguments.gold)[: arguments.notes]
    notes = [marked(note) for note in gold]
    policy = load_policy("research")
    if arguments.listed:
        print("\n".join(listed(notes, policy, arguments.share)))
        return
    tables = {
        f"{leaving}s by chance": added(
            [
                side_by_side(
                    notes,
                    draw_leaks(notes, share=arguments.share, seed=seed, leaving=leaving),
                    policy=policy,
                    seed=seed,
                )
                for seed in range(1, arguments.draws + 1)
            ]
        )
        for leaving in Leaving
    }
    chosen = DetectorChoice(arguments.detector)
    tables[f"missed by {chosen}"] = missed(gold, notes, policy, chosen)
    for name, table in tables.items():
        print("\n".join(rows(name, len(notes), table)), end="\n\n")
    if arguments.json:
        arguments.json.write_text(json.dumps(_tree(tables), indent=2) + "\n", encoding="utf-8")


def listed(notes: Sequence[Marked], policy: Policy, share: float) -> Iterator[str]:
    """How far down the list of suspects the leaks stand, as Markdown."""
    leaks = draw_leaks(notes, share=share, seed=1, leaving=Leaving.PERSON)
    planted = plant(notes, leaks, policy=policy, kind=Kind.CONSISTENT, seed=1)
    reader = NameReader(Deidentifier.open(policy=policy))
    found = examine_outputs(planted.documents, reader)
    left = [name for name, leaked in zip(planted.names, planted.leaks, strict=True) if leaked]

    def come_upon(suspects: Sequence[SeenName]) -> int:
        return sum(
            any(one.note == leak.note and one.span.overlaps(leak.span) for one in suspects)
            for leak in left
        )

    yield f"{found.notes} notes, {len(left)} leaks; the reader sees {len(found.names)} names,"
    yield f"{come_upon(found.names)} of the leaks among them; {len(found.suspects)} stand out.\n"
    yield "| suspects read | leaks come upon |"
    yield "|--:|--:|"
    names = [suspect.name for suspect in found.suspects]
    for first in (*(n for n in _READ if n < len(names)), len(names)):
        yield f"| {first} | {come_upon(names[:first])} of {len(left)} |"


def missed(
    gold: Sequence[GoldNote], notes: Sequence[Marked], policy: Policy, detectors: DetectorChoice
) -> Table:
    """What comes of leaving the names that these detectors miss."""
    found = kept(gold, policy=policy.name, detectors=detectors, jobs=1)
    leaks = [missed_by(one, note) for one, note in zip(found, notes, strict=True)]
    return side_by_side(notes, leaks, policy=policy)


def added(tables: Sequence[Table]) -> Table:
    """The outcomes of several draws, each count added up."""
    return {
        kind: {attack: _sum([table[kind][attack] for table in tables]) for attack in Attack}
        for kind in Kind
    }


def _sum(outcomes: Sequence[Outcome]) -> Outcome:
    counts = zip(*((o.names, o.leaks, o.suspects, o.found) for o in outcomes), strict=True)
    return Outcome(*map(sum, counts))


def rows(name: str, notes: int, table: Table) -> Iterator[str]:
    """One way to leave names, as Markdown."""
    one = table[Kind.CONSISTENT][Attack.ANY]
    yield f"{name}: {one.leaks} leaks among {one.names} names ({one.chance:.1%}), {notes} notes\n"
    yield "| attack | stand-ins | suspects | leaks found | of the leaks | of the suspects |"
    yield "|---|---|--:|--:|--:|--:|"
    for attack in Attack:
        for kind in Kind:
            found = table[kind][attack]
            yield (
                f"| {attack} | {kind} | {found.suspects} | {found.found} | "
                f"{_rate(found.found, found.leaks, found.recall)} | "
                f"{_rate(found.found, found.suspects, found.precision)} |"
            )


def _rate(part: int, whole: int, interval: tuple[float, float]) -> str:
    if not whole:
        return "–"
    return f"{part / whole:.0%} ({interval[0]:.0%} to {interval[1]:.0%})"


def _tree(tables: Mapping[str, Table]) -> dict[str, object]:
    return {
        name: {
            kind: {attack: asdict(one) for attack, one in row.items()}
            for kind, row in table.items()
        }
        for name, table in tables.items()
    }


if __name__ == "__main__":
    main()
