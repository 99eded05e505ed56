"""Which names of a folder of outputs stand out, so that a person looks at these first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deid.datatypes import Document
from deid.detect.known import KnownDetector
from deid.detect.normalise import normalise
from deid.detect.roster import Roster
from deid.labels import NAME_LABELS
from deid.officer.attack.measure import FOUND_FROM, ODD_FROM, Attack, Outcome, outcome
from deid.officer.attack.names import NameReader, SeenName
from deid.officer.attack.odd import odd_scores
from deid.officer.attack.pool import may_be_stand_in

FEWEST_NOTES: Final = 20
"""With fewer notes a parrot learns nothing to speak of, and is not asked."""

ENOUGH_NOTES: Final = 100
"""With fewer notes a parrot learns too little: much stands out that is a plain stand-in."""

_OWN_FROM: Final = 0.5


@dataclass(frozen=True, slots=True)
class Suspect:
    """A name that stands out.

    Attributes:
        name: where it stands.
        reasons: the attacks that name it.
        sureness: how sure a parrot is that it is a name, 1 where none was asked; the less, the
            more it stands out.
    """

    name: SeenName
    reasons: tuple[Attack, ...]
    sureness: float


@dataclass(frozen=True, slots=True)
class Examined:
    """What the attacks came to over outputs.

    Attributes:
        notes: how many there are.
        names: the names that a reader sees.
        own: how many of them the program may have drawn.
        suspects: those that stand out, the most suspicious first.
        known: what naming the suspects came to, where known identifiers told which are leaks.
    """

    notes: int
    names: tuple[SeenName, ...] = field(repr=False)
    own: int
    suspects: tuple[Suspect, ...] = field(repr=False)
    known: Outcome | None = None

    @property
    def are_stand_ins(self) -> bool:
        """Whether most of the names may have been drawn by the program."""
        return self.own >= _OWN_FROM * len(self.names)


def examine_outputs(
    documents: Sequence[Document],
    reader: NameReader,
    *,
    roster: Roster | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Examined:
    """Attack outputs as somebody would who has nothing else.

    What can be no stand-in counts only where most names may be stand-ins: other programs draw
    theirs from other lists. A parrot is asked from `FEWEST_NOTES` notes on.

    Args:
        documents: the outputs.
        reader: marks the names in them.
        roster: known identifiers of the patients: names that are among them are leaks, but for
            stand-ins that are a known name by chance.
        told: called with the number of notes that were read so far.

    Raises:
        DetectionIncomplete: part of a note could not be examined.
        ExaminationStopped: somebody asked to stop.
    """
    names: list[SeenName] = []
    for number, document in enumerate(documents):
        names += reader.read(number, document)
        told(number + 1)
    drawn = [may_be_stand_in(name.span.of(documents[name.note].text)) for name in names]
    examined = Examined(len(documents), tuple(names), sum(drawn), ())
    foreign = [examined.are_stand_ins and not is_drawn for is_drawn in drawn]
    suspects = tuple(sorted(_suspects(documents, names, foreign), key=_rank))
    known = None
    if roster is not None:
        picked = {suspect.name for suspect in suspects}
        leaks = _known_names(documents, names, roster)
        known = outcome([name in picked for name in names], leaks)
    return replace(examined, suspects=suspects, known=known)


def _suspects(
    documents: Sequence[Document], names: Sequence[SeenName], foreign: Sequence[bool]
) -> Iterator[Suspect]:
    """The names that an attack takes for leaks; `foreign` tells those that can be no stand-in."""
    from deid.officer.attack.parrot import parrot_scores  # brings numpy along

    is_learnt = len(documents) >= FEWEST_NOTES
    sure = parrot_scores(documents, names) if is_learnt else (1.0,) * len(names)
    odd = odd_scores(documents, names)
    for name, is_foreign, sureness, oddness in zip(names, foreign, sure, odd, strict=True):
        named = {
            Attack.POOL: is_foreign,
            Attack.ODD_ONE_OUT: oddness >= ODD_FROM,
            Attack.PARROT: sureness < FOUND_FROM,
        }
        if any(named.values()):
            yield Suspect(name, tuple(attack for attack in named if named[attack]), sureness)


def _rank(suspect: Suspect) -> tuple[bool, float, int, float, SeenName]:
    """What can be no stand-in comes first, the surest names of these before others."""
    foreign = Attack.POOL in suspect.reasons
    surest = -suspect.name.score if foreign else 0.0
    return (not foreign, surest, -len(suspect.reasons), suspect.sureness, suspect.name)


def _known_names(
    documents: Sequence[Document], names: Sequence[SeenName], roster: Roster
) -> list[bool]:
    """For each name whether it is one of the known identifiers, of whichever patient."""
    detector = KnownDetector(roster.for_patient(""))
    spans = [
        [f.span for f in detector.detect(normalise(d.text)) if f.label in NAME_LABELS]
        for d in documents
    ]
    return [any(name.span.overlaps(span) for span in spans[name.note]) for name in names]
