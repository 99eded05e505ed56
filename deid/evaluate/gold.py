"""Gold notes: texts in which people marked every identifier. `readers` reads them from files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deid.datatypes import Span
from deid.labels import Label


@dataclass(frozen=True, slots=True, order=True)
class LabelledSpan:
    """A range of a note and the kind of identifier that it is."""

    span: Span
    label: Label


@dataclass(frozen=True, slots=True)
class GoldNote:
    """A note and all identifiers in it.

    Attributes:
        id: name of the note within its file or folder.
        text: the whole text.
        spans: in the order of the text; they may overlap.
        metadata: what the file says of the note, such as its `style`, `type`, `specialty` and
            `country`.
    """

    id: str = field(repr=False)
    text: str = field(repr=False)
    spans: tuple[LabelledSpan, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)
