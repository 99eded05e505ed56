"""How many planted leaks the attacks find in consistent and in Markov stand-ins, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from deid.datatypes import Document
from deid.evaluate.exact import exact_interval
from deid.officer.attack.names import SeenName
from deid.officer.attack.odd import odd_scores
from deid.officer.attack.plant import Kind, Marked, Planted, plant
from deid.officer.attack.pool import may_be_stand_in
from deid.policy import Policy

FOUND_FROM: Final = 0.5
"""The probability from which on a parrot has found a name."""

ODD_FROM: Final = 0.5
"""The score from which on the odd-one-out attack takes a name for a leak."""


class Attack(StrEnum):
    """A way to pick leaked names out of an output."""

    PARROT = "parrot"
    ODD_ONE_OUT = "odd-one-out"
    POOL = "pool"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attack came to.

    Attributes:
        names: how many names a reader sees in the outputs.
        leaks: how many of them were left.
        suspects: how many the attack names.
        found: how many of the suspects were left.
    """

    names: int
    leaks: int
    suspects: int
    found: int

    @property
    def recall(self) -> tuple[float, float]:
        """Exact 95 % interval of the share of leaks that the attack names."""
        return exact_interval(self.found, self.leaks)

    @property
    def precision(self) -> tuple[float, float]:
        """Exact 95 % interval of the share of suspects that are leaks."""
        return exact_interval(self.found, self.suspects)

    @property
    def chance(self) -> float:
        """The share of leaks among all names: the precision of who picks blindly."""
        return self.leaks / self.names if self.names else 0.0


def suspected(
    documents: Sequence[Document], names: Sequence[SeenName], *, seed: int = 1
) -> Mapping[Attack, tuple[bool, ...]]:
    """For each attack, ANY among them, which of the names it takes for leaks.

    Of a single note a parrot has nothing to learn from, and takes nothing for a leak.

    Raises:
        ExaminationStopped: somebody asked to stop.
    """
    from deid.officer.attack.parrot import parrot_scores  # brings numpy along

    alone = len(documents) < 2
    sure = (1.0,) * len(names) if alone else parrot_scores(documents, names, seed=seed)
    by_parrot = [score < FOUND_FROM for score in sure]
    by_odd = [score >= ODD_FROM for score in odd_scores(documents, names)]
    by_pool = [not may_be_stand_in(n.span.of(documents[n.note].text)) for n in names]
    together = zip(by_parrot, by_odd, by_pool, strict=True)
    return {
        Attack.PARROT: tuple(by_parrot),
        Attack.ODD_ONE_OUT: tuple(by_odd),
        Attack.POOL: tuple(by_pool),
        Attack.ANY: tuple(map(any, together)),
    }


def attack_planted(planted: Planted, *, seed: int = 1) -> Mapping[Attack, Outcome]:
    """What each attack comes to, against outputs with planted leaks; the reader misses nothing."""
    by_attack = suspected(planted.documents, planted.names, seed=seed)
    return {attack: outcome(named, planted.leaks) for attack, named in by_attack.items()}


def outcome(named: Sequence[bool], leaks: Sequence[bool]) -> Outcome:
    """Count what was named, what was left, and both."""
    found = sum(a and b for a, b in zip(named, leaks, strict=True))
    return Outcome(len(leaks), sum(leaks), sum(named), found)


def side_by_side(
    notes: Sequence[Marked],
    leaks: Sequence[frozenset[int]],
    *,
    policy: Policy,
    seed: int = 1,
) -> Mapping[Kind, Mapping[Attack, Outcome]]:
    """The same leaks among stand-ins of either kind, and what each attack comes to."""
    return {
        kind: attack_planted(plant(notes, leaks, policy=policy, kind=kind, seed=seed), seed=seed)
        for kind in Kind
    }
