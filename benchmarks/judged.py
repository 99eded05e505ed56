"""Examined notes beside what people marked in them: for the benchmarks about reviewing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from finding import development_notes, shared_data

from deid import Deidentifier, Document, Finding, OperatorName, Policy, Resolution, load_policy
from deid.evaluate import GoldNote, LabelledSpan, read_gold
from deid.resources import models
from deid.training.examples import is_held_out
from deid.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Judged:
    """A note as a reviewer gets it, and what people marked in it.

    Attributes:
        gold: the note with its marks.
        normal: what the program keeps and drops in it, as where nobody reviews.
        again: what another look keeps besides; empty where there was none.
    """

    gold: GoldNote
    normal: Resolution = field(repr=False)
    again: Resolution = field(default=Resolution(), repr=False)

    @property
    def document(self) -> Document:
        """The note."""
        return Document(id=self.gold.id, text=self.gold.text)


def examining(policy: str) -> Callable[[Document], Resolution]:
    """What comes of a note where nobody reviews, under the policy of this name or file."""
    deidentifier = Deidentifier.open(policy=load_policy(policy))
    return lambda document: deidentifier.examine(document, seed=bytes(32))


def looking_again(policy: str, *floors: float) -> Callable[[Document], list[Resolution]]:
    """The same, and what another look keeps from each of these floors on."""
    deidentifier = Deidentifier.open(policy=load_policy(policy))
    return lambda document: [
        deidentifier.examine(document, seed=bytes(32)),
        *(deidentifier.look_again(document, floor=floor) for floor in floors),
    ]


def sets_of_notes() -> dict[str, Sequence[GoldNote]]:
    """The marked notes that nothing was learnt from, by what they are."""
    recipe = Recipe()
    train = read_gold(shared_data() / "marked" / "train.jsonl")
    written = read_gold(models() / "corpus")
    return {
        "development notes": read_gold(development_notes()),
        "notes like them that training held out": [n for n in train if is_held_out(n.id, recipe)],
        "notes of many kinds and styles that training held out": [
            note for note in written if is_held_out(note.id, recipe)
        ],
    }


def treated(findings: Sequence[Finding], policy: Policy) -> list[Finding]:
    """The findings that a policy replaces."""
    treatments = policy.treatments
    return [f for f in findings if treatments[f.label].operator is not OperatorName.KEEP]


def letters(note: GoldNote, mark: LabelledSpan) -> list[int]:
    """Where the letters and digits of a mark stand."""
    return [at for at in range(mark.span.start, mark.span.end) if note.text[at].isalnum()]


def left(note: GoldNote, findings: Sequence[Finding]) -> tuple[list[LabelledSpan], ...]:
    """The marks of which every letter and digit is left, and those of which some are."""
    covered = {at for one in findings for at in range(one.span.start, one.span.end)}
    wholly, partly = [], []
    for mark in note.spans:
        places = letters(note, mark)
        shown = [at for at in places if at not in covered]
        if shown:
            (wholly if len(shown) == len(places) else partly).append(mark)
    return wholly, partly
