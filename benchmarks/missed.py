"""What another look at a note, under a lower floor, brings back of the identifiers that are missed.

    python benchmarks/missed.py [--policy NAME] [--jobs N] [--floor P]... [--json FILE]

Works on the notes beside the checkout (or where NOTEVEIL_SHARED_DATA says) that nothing was learnt
from. An identifier is *missed* where the program, without a reviewer, leaves all its letters and
digits, and *partly* missed where it leaves some. `Deidentifier.look_again` reports words from the
floor on; what it keeps, and `review.suggest` lists beside what the first look had dropped, are the
*suggestions*. A missed identifier is *brought back* where a suggestion covers a letter of it that
was left, and *wholly* where suggestions cover all of those. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from finding import of_each
from judged import Judged, left, letters, looking_again, sets_of_notes

from deid import Finding, MarkState, review
from deid.pipeline import UNLIKELY


@dataclass(frozen=True, slots=True)
class Brought:
    """What suggestions bring back, over a set of notes.

    Attributes:
        notes: how many.
        missed: identifiers of which all letters are left.
        partly: identifiers of which some are.
        suggestions: of all notes.
        listed: of these, the ones that the first look had dropped.
        back: missed ones of which a suggestion covers some letter.
        back_wholly: missed ones of which suggestions cover every letter.
        partly_back: partly missed ones of which a suggestion covers some letter that was left.
    """

    notes: int
    missed: int
    partly: int
    suggestions: int
    listed: int
    back: int
    back_wholly: int
    partly_back: int


def main() -> None:
    """Print a table for each set of notes; with --json write the counts too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument(
        "--floor", type=float, action="append", metavar="P", help=f"default: {UNLIKELY}"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all counts to FILE")
    arguments = parser.parse_args()
    floors = tuple(arguments.floor or [UNLIKELY])
    tree = {}
    for name, notes in sets_of_notes().items():
        make = partial(looking_again, arguments.policy, *floors)
        found = list(of_each(notes, make, jobs=arguments.jobs))
        rows = {
            floor: brought(
                [Judged(note, one[0], one[at]) for note, one in zip(notes, found, strict=True)]
            )
            for at, floor in enumerate(floors, start=1)
        }
        print("\n".join(table(name, rows)), end="\n\n")
        tree[name] = {str(floor): asdict(row) for floor, row in rows.items()}
    if arguments.json:
        arguments.json.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def brought(notes: Sequence[Judged]) -> Brought:
    """Count what suggestions bring back in these notes."""
    suggested = [suggestions(note) for note in notes]
    first = [review.begin(n.document, n.normal, reviewer="benchmark").marks for n in notes]
    listed = sum(mark.state is MarkState.DROPPED for marks in first for mark in marks)
    missed, partly = [], []
    for note, found in zip(notes, suggested, strict=True):
        wholly, some = left(note.gold, note.normal.kept)
        kept, now = _places(note.normal.kept), _places(found)
        for marks, counted in ((wholly, missed), (some, partly)):
            shown = [[at for at in letters(note.gold, one) if at not in kept] for one in marks]
            counted += [
                (any(at in now for at in one), all(at in now for at in one)) for one in shown
            ]
    return Brought(
        notes=len(notes),
        missed=len(missed),
        partly=len(partly),
        suggestions=sum(map(len, suggested)),
        listed=listed,
        back=sum(some for some, _ in missed),
        back_wholly=sum(wholly for _, wholly in missed),
        partly_back=sum(some for some, _ in partly),
    )


def suggestions(note: Judged) -> list[Finding]:
    """What a reviewer sees who asks what was missed."""
    begun = review.begin(note.document, note.normal, reviewer="benchmark")
    looked = review.apply(begun, review.suggest(begun, note.again))
    return [mark.finding for mark in looked.marks if mark.state is MarkState.DROPPED]


def table(name: str, rows: dict[float, Brought]) -> Iterator[str]:
    """What each floor brings back, as Markdown."""
    one = next(iter(rows.values()))
    yield f"{one.notes} {name}: {one.missed} identifiers missed, of {one.partly} a part is left\n"
    yield "| floor | suggestions a note | of these new | brought back | wholly | parts back |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for floor, row in rows.items():
        yield (
            f"| {floor:g} | {row.suggestions / row.notes:.1f} | "
            f"{(row.suggestions - row.listed) / row.notes:.1f} | {row.back} of {row.missed} | "
            f"{row.back_wholly} | {row.partly_back} of {row.partly} |"
        )


def _places(findings: Sequence[Finding]) -> set[int]:
    return {at for one in findings for at in range(one.span.start, one.span.end)}


if __name__ == "__main__":
    main()
