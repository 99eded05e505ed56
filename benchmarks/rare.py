"""What the list of rare details holds, in notes where people marked such details.

    python benchmarks/rare.py [GOLD] [--top N]

GOLD are marked notes (default: the development notes beside the checkout, or where
NOTEVEIL_SHARED_DATA says). Every mark is replaced by its tag but those of OTHER, which are
distinctive facts ("the former mayor"); then `rank_rare` orders the notes. Told are how many OTHER
marks a rule touches, how many notes have a detail found by a rule and how many of these have an
OTHER mark, and for the first N notes the kinds of their details, to be judged by eye. Prints
Markdown, without words of the notes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from finding import development_notes

from deid import Document, Label, OperatorName, Resolution, Span, load_policy
from deid.evaluate import read_gold
from deid.officer.attack import Marked, marked
from deid.officer.rare import RareFinder, RareNote, rank_rare
from deid.policy import Treatment
from deid.redact.apply import apply


@dataclass(frozen=True, slots=True)
class Tagged:
    """A note with tags, and where its distinctive facts stand."""

    document: Document
    facts: tuple[Span, ...]


def main() -> None:
    """Print what was counted, and the first notes of the list."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--top", type=int, default=20, metavar="N", help="list so many notes")
    arguments = parser.parse_args()
    notes = [tagged(marked(note)) for note in read_gold(arguments.gold)]
    ranked = rank_rare([note.document for note in notes], RareFinder())
    print("\n".join(rows(notes, ranked, arguments.top)))


def tagged(note: Marked) -> Tagged:
    """The note with a tag for each mark, but for those of OTHER."""
    policy = load_policy("safe-harbor")
    tags = dict.fromkeys(Label, Treatment(OperatorName.TAG, {}))
    tags[Label.OTHER] = Treatment(OperatorName.KEEP, {})
    redacted = apply(
        note.document,
        Resolution(note.findings),
        replace(policy, treatments=tags),
        seed=bytes(32),
    )
    facts = tuple(r.output_span for r in redacted.redactions if r.finding.label is Label.OTHER)
    return Tagged(replace(note.document, text=redacted.text), facts)


def rows(notes: Sequence[Tagged], ranked: Sequence[RareNote], top: int) -> Iterator[str]:
    """The counts and the first notes of the list, as Markdown."""
    by_rule = {
        note.note: [detail.span for detail in note.details if detail.rule]
        for note in ranked
        if any(detail.rule for detail in note.details)
    }
    facts = [(number, fact) for number, note in enumerate(notes) for fact in note.facts]
    found = sum(
        any(span.overlaps(fact) for span in by_rule.get(number, ())) for number, fact in facts
    )
    true = sum(bool(notes[number].facts) for number in by_rule)
    yield f"{len(notes)} notes, {len(facts)} distinctive facts: a rule touches {found}."
    yield f"{len(by_rule)} notes have a detail found by a rule, {true} of these such a fact.\n"
    yield "| note | score | a fact is marked | kinds |"
    yield "|---|--:|---|---|"
    for note in ranked[:top]:
        one = notes[note.note]
        kinds = ", ".join(dict.fromkeys(detail.kind for detail in note.details))
        is_marked = "yes" if one.facts else "no"
        yield f"| {one.document.id} | {note.score:.2f} | {is_marked} | {kinds} |"


if __name__ == "__main__":
    main()
