"""Leaks that are planted on purpose, so that it can be counted how many an attack finds.

Notes whose names are known are redacted by the program's own `apply`, once with consistent and
once with Markov stand-ins, but for some names that are left as they are: the same in both.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.evaluate import GoldNote
from deid.labels import NAME_LABELS, Label
from deid.officer.attack.names import SeenName
from deid.policy import OperatorName, Option, Policy, Treatment
from deid.redact import seeds
from deid.redact.apply import apply
from deid.redact.identity import identities


class Kind(StrEnum):
    """How names are replaced; the value is the option `kind` of the operator `surrogate`."""

    CONSISTENT = "consistent"
    MARKOV = "markov"


class Leaving(StrEnum):
    """What is left by mistake at one go."""

    MENTION = "mention"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Marked:
    """A note with all its identifiers, disjoint and in the order of the text."""

    document: Document
    findings: tuple[Finding, ...] = field(repr=False)

    def names(self) -> tuple[int, ...]:
        """Which of the findings are people's names."""
        return tuple(i for i, f in enumerate(self.findings) if f.label in NAME_LABELS)


@dataclass(frozen=True, slots=True)
class Planted:
    """Outputs with the leaks that were planted in them.

    Attributes:
        documents: the outputs.
        names: where each name of the notes now stands, replaced or left.
        leaks: for each of the names whether it was left.
    """

    documents: tuple[Document, ...]
    names: tuple[SeenName, ...]
    leaks: tuple[bool, ...]


def marked(note: GoldNote) -> Marked:
    """A gold note; of marks that overlap, the first."""
    findings: list[Finding] = []
    end = 0
    for mark in sorted(note.spans):
        if mark.span.start >= end and len(mark.span):
            findings.append(Finding(mark.span, mark.label, 1.0, "gold"))
            end = mark.span.end
    return Marked(Document(id=note.id, text=note.text), tuple(findings))


def missed_by(kept: Sequence[Finding], note: Marked) -> frozenset[int]:
    """The names of a note of which detectors found no part: leaks as they come about."""
    return frozenset(
        index
        for index in note.names()
        if not any(note.findings[index].span.overlaps(found.span) for found in kept)
    )


def draw_leaks(
    notes: Sequence[Marked], *, share: float, seed: int, leaving: Leaving = Leaving.MENTION
) -> tuple[frozenset[int], ...]:
    """For each note which of its findings are left: each name, or person, with this probability.

    The draw follows from the seed and the places of the names, so that it can be repeated.

    Raises:
        ValueError: the share is not above 0 and below 1.
    """
    if not 0 < share < 1:
        raise ValueError("the share that is left lies between 0 and 1")
    secret = hashlib.sha256(f"planted leaks {seed}".encode()).digest()
    drawn = []
    for number, note in enumerate(notes):
        left: set[int] = set()
        for unit in _units(note, leaving):
            if seeds.number_below(secret, 1 << 32, str(number), str(unit[0])) < share * (1 << 32):
                left.update(unit)
        drawn.append(frozenset(left))
    return tuple(drawn)


def plant(
    notes: Sequence[Marked],
    leaks: Sequence[frozenset[int]],
    *,
    policy: Policy,
    kind: Kind,
    seed: int,
) -> Planted:
    """The notes redacted, but for the leaks.

    Args:
        notes: what is redacted.
        leaks: for each note which of its findings are left.
        policy: what becomes of everything but people's names.
        kind: of the stand-ins for people's names.
        seed: what the secrets of the patients are derived from.
    """
    used = with_stand_ins(policy, kind)
    documents, names, left = [], [], []
    for number, (note, leaking) in enumerate(zip(notes, leaks, strict=True)):
        kept = [f for i, f in enumerate(note.findings) if i not in leaking]
        secret = _secret(note.document, number, seed)
        redacted = apply(note.document, Resolution(tuple(kept)), used, seed=secret)
        documents.append(replace(note.document, text=redacted.text))
        place = _places(redacted)
        for index in note.names():
            finding = note.findings[index]
            names.append(SeenName(number, place(finding), finding.label))
            left.append(index in leaking)
    return Planted(tuple(documents), tuple(names), tuple(left))


def with_stand_ins(policy: Policy, kind: Kind) -> Policy:
    """The policy with stand-ins of this kind for the names of people.

    It is for trying out alone: it keeps the policy's digest, so that no record may name it.
    """
    options: Mapping[str, Option] = {"kind": kind.value}
    stand_in = Treatment(OperatorName.SURROGATE, options)
    return replace(policy, treatments={**policy.treatments, **dict.fromkeys(NAME_LABELS, stand_in)})


def _units(note: Marked, leaving: Leaving) -> Iterator[tuple[int, ...]]:
    """What is left or replaced together, by the places among the findings."""
    if leaving is Leaving.MENTION:
        yield from ((index,) for index in note.names())
        return
    values: list[tuple[Label, str]] = [
        (note.findings[i].label, note.findings[i].span.of(note.document.text)) for i in note.names()
    ]
    by_person: dict[str, list[int]] = defaultdict(list)
    for index, key in zip(note.names(), identities(values), strict=True):
        by_person[key].append(index)
    yield from map(tuple, by_person.values())


def _secret(document: Document, number: int, seed: int) -> bytes:
    whose = document.patient or f"\0{number}"
    return hashlib.sha256(f"planted {seed} {whose}".encode("utf-8", "surrogatepass")).digest()


def _places(redacted: Redacted) -> Callable[[Finding], Span]:
    """What tells where a finding of the note now stands, whether or not it was replaced."""
    replaced = {r.finding.span: r.output_span for r in redacted.redactions}
    grown = [
        (r.finding.span.end, r.output_span.end - r.finding.span.end) for r in redacted.redactions
    ]

    def place(finding: Finding) -> Span:
        if finding.span in replaced:
            return replaced[finding.span]
        shift = next((by for end, by in reversed(grown) if end <= finding.span.start), 0)
        return Span(finding.span.start + shift, finding.span.end + shift)

    return place
