"""Finding identifiers: the view that detectors read, and what a detector is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from deid.datatypes import Finding, Span


@dataclass(frozen=True, slots=True)
class View:
    """A note as detectors read it: normalised text, with an exact map to the original.

    Attributes:
        original: the text of the document.
        text: the normalised text.
        starts: `starts[i]` is the offset in `original` at which what became `text[i]` begins.
        ends: `ends[i]` is the offset in `original` just behind what became `text[i]`.
    """

    original: str = field(repr=False)
    text: str = field(repr=False)
    starts: Sequence[int] = field(repr=False)
    ends: Sequence[int] = field(repr=False)

    def span(self, start: int, end: int) -> Span:
        """The span of the original that `text[start:end]` came from (`start < end`)."""
        return Span(self.starts[start], self.ends[end - 1])


class Detector(Protocol):
    """Finds identifiers in one note, independently of all other detectors."""

    @property
    def name(self) -> str:
        """What the log calls it, without a version of a single rule."""

    def detect(self, view: View) -> Sequence[Finding]:
        """Findings in offsets of `view.original`, in any order; they may overlap.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """


class ModelDetector(Detector, Protocol):
    """A detector that works with a model."""

    @property
    def digest(self) -> str:
        """SHA-256, in hex, of the file that names every file of the model with its own digest."""


@runtime_checkable
class LowerableDetector(Detector, Protocol):
    """A detector that knows more than it reports: how likely each word is an identifier."""

    def detect_above(self, view: View, *, floor: float) -> Sequence[Finding]:
        """What `detect` gives, and what is less likely, with scores as low as that deserves.

        Args:
            view: the note.
            floor: words of at least this probability are reported, above 0; it only ever lowers
                the floor that the detector has by itself.

        Raises:
            DetectionIncomplete: part of the note could not be examined.
        """
