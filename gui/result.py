"""A result, and what the window needs to show it.

That is worked out in the job that made the result: with a note of a million characters it takes
longer than a key may wait.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from deid import Finding, OperatorName, Part, Redacted, Redaction, Span
from deid.parts import moved
from gui.offsets import OffsetMap, PlaceMap
from gui.patchwork import Shown
from gui.places import Places

_KEEP: Final = OperatorName.KEEP.value
_operator, _output_span = attrgetter("operator"), attrgetter("output_span")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """A redacted note, and what its view needs to know of it.

    Attributes:
        written: as it will be written.
        seen: as it may be seen; another one where something is withheld from the reviewer.
        shown: the text of `seen`, and its places.
        marks: what was put into that text and what is left that should not be there, in its order.
        spans: where these stand.
        replaced: how many places show something else than the note.
        origins: from which places of the file the parts of that text are.
    """

    written: Redacted
    seen: Redacted
    shown: Shown
    marks: tuple[Redaction | Finding, ...] = field(repr=False)
    spans: tuple[Span, ...] = field(repr=False)
    replaced: int
    origins: Places


def lay_out(
    written: Redacted, *, seen: Redacted | None = None, parts: Sequence[Part] = ()
) -> Result:
    """Work out what the view of a result needs; any thread may.

    Args:
        written: the result.
        seen: what may be seen of it; None: all.
        parts: of the note.
    """
    seen = seen if seen is not None else written
    redactions = seen.redactions
    marks: list[Redaction | Finding] = [*redactions]
    spans = list(map(_output_span, redactions))
    for left in seen.residual:
        at = bisect_left(spans, left.span)
        spans.insert(at, left.span)
        marks.insert(at, left)
    kept = sum(map(_KEEP.__eq__, map(_operator, redactions)))
    shown = Shown(seen.text, PlaceMap(redactions), OffsetMap(seen.text))
    origins = Places(tuple(moved(parts, redactions)))
    return Result(written, seen, shown, tuple(marks), tuple(spans), len(redactions) - kept, origins)
