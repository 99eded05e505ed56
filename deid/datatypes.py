"""The nouns of the program: frozen values that every part passes on.

Offsets are half-open and count Unicode code points of `Document.text`, unless said otherwise.
No `repr` of any of these holds note text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from deid.labels import Label

_TOO_SURE = 2.0
"""So many times more labels are wrong than a model's shares of their rivals add up to."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range `[start, end)` of code points. Empty only in an output.

    Raises:
        ValueError: `start` is negative or behind `end`.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def of(self, text: str) -> str:
        """The piece of `text` that this span names."""
        return text[self.start : self.end]


class Form(Protocol):
    """What the new text of a place must be like, so that the place can hold it.

    A frozen value, which travels with its part between processes; see `deid.formats.forms`.
    """

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """A text that the place can hold: the new one where it can, else what stands in for it.

        It holds nothing of the old text that the new one has not, and is empty where the place
        is left out.

        Args:
            old: what the place held.
            new: what became of that.
            taken: what was made for places of the same form before or stays in one, and of what.
        """


class Letters(Protocol):
    """The letters that new texts of a place can be drawn in.

    A frozen value, which travels with its part between processes; see `deid.formats.forms`.
    """

    def written(self, text: str, label: Label) -> str:
        """A text that can be drawn: the one given where it can, else what stands in for it.

        Args:
            text: what takes the place of something.
            label: of what it takes the place of.
        """


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a note that stands in a place of its own in the file, such as a cell or a field.

    Attributes:
        span: where in the text of the note; what lies between parts stands nowhere in the file.
        place: the place in plain words, such as `PID-5` or `header 2`; never anything of the note.
        label: what the place is known to hold, if it holds nothing but an identifier.
        goes_on: whether it goes on where the part before it ends, as words do in a sentence whose
            letters change their look; what is replaced may reach over both.
        form: what its new text must be like; None: anything may stand there. Such a part does not
            go on, and none goes on from it.
        falls_with: numbers of parts of the note, from 0, without which the place says nothing: when
            the text of one changes, nothing is left of this one.
        letters: that each replacement in it is drawn in; None: it holds any.
        is_read: whether it is a word that was read in a picture, and may be another one there.
        same_as: number of an earlier part that stands in the same place, which is read in two
            ways, see `deid.twins`; -1: there is none.
    """

    span: Span
    place: str
    label: Label | None = None
    goes_on: bool = False
    form: Form | None = None
    falls_with: tuple[int, ...] = field(default=(), repr=False)
    letters: Letters | None = None
    is_read: bool = False
    same_as: int = -1


@dataclass(frozen=True, slots=True)
class Document:
    """One note.

    Attributes:
        id: name of the note within its batch; may itself identify, so it is never logged in clear.
        text: the whole text, exactly as decoded.
        patient: key under which stand-ins and date shifts stay the same; empty: this note alone.
        parts: the places that the text stands in, disjoint and in its order; empty: just one.
        known: what the file says of the patient in fields of its own, by the keys of a roster
            (`deid.detect.roster.COLUMNS`).
        removed: places whose content does not come back in the output, in plain words, such as
            `picture of the first page`; never anything of the note.
    """

    id: str = field(repr=False)
    text: str = field(repr=False)
    patient: str = field(default="", repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
    known: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A range that a detector takes for an identifier.

    Attributes:
        span: where, in code points of the document's text.
        label: what kind.
        score: how sure the detector is, 0 to 1.
        detector: `rule:us/mrn@2`, `model:<8 hex>`, `known`, `propagated`,
            `field` or `reviewer:<id>`.
        rivals: other labels that it might as well have, the likeliest first, and the share of the
            detector's belief that each has, 0 to 1; beside the point where findings are compared.
    """

    span: Span
    label: Label
    score: float
    detector: str
    rivals: tuple[tuple[Label, float], ...] = field(default=(), compare=False)

    @property
    def certainty(self) -> float:
        """How sure it is both that this is an identifier and that the label is right, 0 to 1.

        The lesser of the two. A model thinks too well of its labels: twice as many are wrong as
        the shares of their rivals say (`benchmarks/certainty.py` measures that).
        """
        if not self.rivals:
            return self.score
        doubt = _TOO_SURE * sum(share for _, share in self.rivals)
        return min(self.score, max(0.0, 1.0 - doubt))


@dataclass(frozen=True, slots=True)
class ClinicalUse:
    """A range that is in clinical use where it stands, and the labels that this speaks against.

    Attributes:
        span: where.
        against: labels that are unlikely there.
        certain: whether the use settles it, however sure a detector is.
    """

    span: Span
    against: frozenset[Label]
    certain: bool = False


class DropReason(StrEnum):
    """Why a finding was not kept."""

    BELOW_THRESHOLD = "below-threshold"
    COVERED = "covered"
    PROTECTED = "protected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A finding that was not kept, why, and the kept one that stands in its place, if any."""

    finding: Finding
    reason: DropReason
    winner: Finding | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Disjoint kept findings in the order of the text, and every other one with its reason."""

    kept: tuple[Finding, ...] = ()
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Redaction:
    """One replacement that was made.

    Attributes:
        finding: what was replaced; its span lies in the original text.
        operator: name of the operator that made the replacement.
        output_span: where the replacement lies in the output text.
    """

    finding: Finding
    operator: str
    output_span: Span


@dataclass(frozen=True, slots=True)
class Redacted:
    """A note after redaction.

    Attributes:
        document_id: id of the note.
        text: the output.
        redactions: in the order of the text.
        dropped: findings that were not kept.
        residual: findings in the *output* that should not be there; empty when it may be released.
    """

    document_id: str = field(repr=False)
    text: str = field(repr=False)
    redactions: tuple[Redaction, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    residual: tuple[Finding, ...] = ()
