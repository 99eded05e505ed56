"""What is kept of one released note: each value that was replaced, and where (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.datatypes import Redacted, Span
from deid.errors import VaultUnusable
from deid.labels import Label
from deid.policy import OperatorName

_BLOCK: Final = 256
"""Sealed values are filled up to a multiple of so many bytes: their length tells little."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was replaced, as the log tells it too.

    Attributes:
        span: of the replacement, in the output.
        label: of what was replaced.
    """

    span: Span
    label: Label


@dataclass(frozen=True, slots=True)
class KeptValue:
    """A value that was replaced.

    Attributes:
        place: in the output.
        span: in the original.
        original: what stood there.
        replacement: what stands in the output.
    """

    place: Place
    span: Span
    original: str = field(repr=False)
    replacement: str = field(repr=False)


def values_of(text: str, redacted: Redacted) -> tuple[KeptValue, ...]:
    """The values that were replaced in a note, in its order; what stays is none.

    Args:
        text: of the original.
        redacted: what became of it.
    """
    return tuple(
        KeptValue(
            place=Place(made.output_span, made.finding.label),
            span=made.finding.span,
            original=made.finding.span.of(text),
            replacement=made.output_span.of(redacted.text),
        )
        for made in redacted.redactions
        if made.operator != OperatorName.KEEP
    )


def to_bytes(values: Sequence[KeptValue]) -> bytes:
    """The values as they are sealed."""
    rows = [
        [
            value.place.label.value,
            [value.span.start, value.span.end],
            [value.place.span.start, value.place.span.end],
            value.original,
            value.replacement,
        ]
        for value in values
    ]
    # ASCII, since a note may hold lone surrogates, which UTF-8 has no form for.
    written = json.dumps(rows, separators=(",", ":")).encode("ascii")
    return written + b" " * (-len(written) % _BLOCK)


def from_bytes(plain: bytes) -> tuple[KeptValue, ...]:
    """The values that were sealed.

    Raises:
        VaultUnusable: these are no values.
    """
    try:
        return tuple(
            KeptValue(Place(Span(*out), Label(label)), Span(*span), str(original), str(written))
            for label, span, out, original, written in json.loads(plain)
        )
    except (ValueError, TypeError):
        raise VaultUnusable("vault: what an entry holds are no values of this version") from None


def places_to_text(places: Sequence[Place]) -> str:
    """Places as they stand beside what is sealed."""
    rows = [[place.label.value, place.span.start, place.span.end] for place in places]
    return json.dumps(rows, separators=(",", ":"))


def places_from_text(written: str) -> tuple[Place, ...]:
    """The places that stand beside what is sealed.

    Raises:
        VaultUnusable: these are no places.
    """
    try:
        rows = json.loads(written)
        return tuple(Place(Span(start, end), Label(label)) for label, start, end in rows)
    except (ValueError, TypeError):
        raise VaultUnusable("vault: the places of an entry are damaged") from None
