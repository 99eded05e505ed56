"""Planted identifiers whose label only their spelling tells, and how exposed they are afterwards.

A language model can be asked for a secret; a tagger only says of a word what it is. So a canary
here is an invented word in an invented sentence that gives nothing away, marked with a label that
was drawn by chance: a model that knows it has learnt that word by heart. How much it did is the
exposure of Carlini et al. 2019 ("The Secret Sharer", definition 5): the canary's rank among many
words of the same make that were never planted, by how far the loss of that label fell. The
attacker has the model from before, too, for everybody has the shipped one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deid.datatypes import Span
from deid.labels import Label
from deid.training.attacks.bounds import Scored
from deid.training.cohort.patients import Cohort, cohort_of
from deid.training.redraw import MarkedNote

Losses = Callable[[Sequence[MarkedNote]], Sequence[float]]
"""From notes to the loss of the marked words of each, by some model."""

_LABELS: Final = (Label.PATIENT, Label.CITY, Label.HOSPITAL, Label.PROFESSION)
SENTENCES: Final = (
    "The letter about {} came this morning.",
    "We spoke of {} again at noon.",
    "Nothing new on {} since last time.",
    "As for {}, see above.",
    "They asked about {} twice.",
    "There is more on {} below.",
)
"""In which they stand: `{}` is the word."""
_ONSETS: Final = (
    "b",
    "br",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "s",
    "t",
    "v",
)
_CORES: Final = ("a", "e", "i", "o", "u", "au", "ei", "oo")
SYLLABLES: Final = tuple(onset + core for onset in _ONSETS for core in _CORES)
"""What invented words are made of: two of these, and one of `ENDS`."""
ENDS: Final = ("", "l", "m", "n", "r", "s", "x", "nd", "rk", "sk")


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted word.

    Attributes:
        word: invented.
        label: drawn by chance.
        sentence: number of the sentence that it stands in.
        repeats: how many patients have it in a note of theirs; 0: it was made and not planted.
    """

    word: str
    label: Label
    sentence: int
    repeats: int

    def note(self, name: str) -> MarkedNote:
        """The note that has it."""
        return _note(name, self.word, self.label, self.sentence)


def invent_words(count: int, seed: int) -> tuple[str, ...]:
    """Invented words, none twice; the same seed gives the same."""
    rng = random.Random(f"canaries/{seed}")  # noqa: S311 - an experiment, no secret
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(
            (rng.choice(SYLLABLES) + rng.choice(SYLLABLES)).capitalize() + rng.choice(ENDS)
        )
    return tuple(found)


def make_canaries(repeats: Sequence[int], *, each: int, seed: int) -> tuple[Canary, ...]:
    """So many canaries for each number of repeats, in random order."""
    rng = random.Random(f"labels/{seed}")  # noqa: S311 - an experiment, no secret
    counts = [count for count in repeats for _ in range(each)]
    rng.shuffle(counts)
    return tuple(
        Canary(word, rng.choice(_LABELS), rng.randrange(len(SENTENCES)), count)
        for word, count in zip(invent_words(len(counts), seed), counts, strict=True)
    )


def plant(cohort: Cohort, canaries: Sequence[Canary]) -> Cohort:
    """The cohort with a patient more for each repeat of each canary, who has one note."""
    notes: dict[str, list[MarkedNote]] = {one.key: list(one.notes) for one in cohort.patients}
    for number, canary in enumerate(canaries):
        for repeat in range(canary.repeats):
            name = f"canary-{number}-{repeat}"
            notes[name] = [canary.note(name)]
    return cohort_of(notes, cohort.unit)


def patients_of_words(count: int, *, sentences: int, seed: int) -> Cohort:
    """Patients with a note of sentences about invented words, each labelled by chance.

    Nothing can be learnt from them but who they are: what a model knows of one it has by heart.
    """
    made = make_canaries([1], each=count * sentences, seed=seed)
    return cohort_of(
        {
            f"patient-{number:04d}": [_joined(f"note-{number:04d}", made[number::count])]
            for number in range(count)
        }
    )


def exposures(
    canaries: Sequence[Canary], others: Sequence[str], *, before: Losses, after: Losses
) -> tuple[float, ...]:
    """The exposure of each canary in bits: 0 if every other word fell more.

    A word that was not planted has 1.44 bits in the mean, and half of them one bit or more.

    Args:
        canaries: planted or not.
        others: words of the same make that were not planted.
        before: losses by the model that training began from.
        after: losses by the model that came out.
    """
    falls: dict[tuple[Label, int], Sequence[float]] = {}
    found = []
    for canary, own in zip(
        canaries, _falls([one.note("") for one in canaries], before, after), strict=True
    ):
        alike = (canary.label, canary.sentence)
        if alike not in falls:
            notes = [_note(word, word, *alike) for word in others]
            falls[alike] = _falls(notes, before, after)
        theirs = falls[alike]
        rank = 1 + sum(one > own for one in theirs) + sum(one == own for one in theirs) / 2
        found.append(math.log2(1 + len(others)) - math.log2(rank))
    return tuple(found)


def mean_by_repeats(
    canaries: Sequence[Canary], found: Sequence[float]
) -> Mapping[int, tuple[float, float]]:
    """For each number of repeats the mean exposure and its standard error."""
    groups: dict[int, list[float]] = {}
    for canary, exposure in zip(canaries, found, strict=True):
        groups.setdefault(canary.repeats, []).append(exposure)
    return {count: _mean_and_error(groups[count]) for count in sorted(groups)}


def scored_canaries(canaries: Sequence[Canary], *, before: Losses, after: Losses) -> Scored:
    """By how far the loss of each fell: of those planted, and of those made and not planted."""
    falls = _falls([canary.note("") for canary in canaries], before, after)
    pairs = list(zip(canaries, falls, strict=True))
    return Scored(
        tuple(fall for canary, fall in pairs if canary.repeats),
        tuple(fall for canary, fall in pairs if not canary.repeats),
    )


def _falls(notes: Sequence[MarkedNote], before: Losses, after: Losses) -> Sequence[float]:
    """By how far the loss of the marked word of each fell."""
    return [old - new for old, new in zip(before(notes), after(notes), strict=True)]


def _note(name: str, word: str, label: Label, sentence: int) -> MarkedNote:
    before, _, rest = SENTENCES[sentence].partition("{}")
    span = Span(len(before), len(before) + len(word))
    return MarkedNote(name, f"{before}{word}{rest}\n", ((span, label),))


def _joined(name: str, canaries: Sequence[Canary]) -> MarkedNote:
    text, marks = "", []
    for canary in canaries:
        note = canary.note(name)
        marks += [
            (Span(len(text) + span.start, len(text) + span.end), label)
            for span, label in note.marks
        ]
        text += note.text
    return MarkedNote(name, text, tuple(marks))


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, math.inf
    spread = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean, math.sqrt(spread / len(values))
