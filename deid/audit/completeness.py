"""Whether the records of a note account for all of it: input = output + logged spans.

The log holds no text, so this compares lengths and places: every redaction lies behind the one
before it, its replacement lies where the earlier ones moved it, and the lengths of input and
output differ by exactly what the redactions took and gave.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    FindingDropped,
    PartRemoved,
    Record,
    RedactionMade,
)
from deid.errors import VerificationFailed

Note = tuple[str, str]
"""A note in work: the session and the fingerprint of the document."""

_FOLLOWED: Final = (
    DocumentRead,
    RedactionMade,
    PartRemoved,
    FindingDropped,
    DocumentCommitted,
    DocumentRefused,
)


@dataclass(slots=True)
class _Opened:
    read: DocumentRead
    redactions: list[RedactionMade] = field(default_factory=list)
    dropped: int = 0


class Completeness:
    """Follows the records of every note from its reading to its commit or refusal."""

    def __init__(self) -> None:
        self._opened: dict[Note, _Opened] = {}
        self.committed = 0
        """How many commits were found complete."""

    def take(self, record: Record) -> None:
        """Follow the next record of the log.

        Raises:
            VerificationFailed: a commit is not accounted for by the records before it.
        """
        event = record.event
        if isinstance(event, DocumentRead):
            self._opened[record.session, event.document] = _Opened(event)
        elif isinstance(event, RedactionMade):
            self._of(record, event.document).redactions.append(event)
        elif isinstance(event, PartRemoved):
            self._of(record, event.document)
        elif isinstance(event, FindingDropped):
            self._of(record, event.document).dropped += 1
        elif isinstance(event, DocumentCommitted):
            _check(record.seq, self._of(record, event.document), event)
            del self._opened[record.session, event.document]
            self.committed += 1
        elif isinstance(event, DocumentRefused):
            self._opened.pop((record.session, event.document), None)

    def forget(self, note: Note) -> None:
        """Another reading of this note was followed elsewhere to its end."""
        self._opened.pop(note, None)

    def _of(self, record: Record, document: str) -> _Opened:
        opened = self._opened.get((record.session, document))
        if opened is None:
            raise VerificationFailed(
                f"record {record.seq}: of a note whose reading its session did not record"
            )
        return opened


class Portion:
    """Follows the notes that begin and end within a run of records; the others are left over.

    A `Completeness` that takes the records left `before`, forgets the notes `ended`, and takes the
    records left `after`, run by run, comes to the same as one that takes every record.

    Attributes:
        before: places of records of notes that were read before the run, in order.
        ended: notes that were read and ended in the run.
    """

    def __init__(self) -> None:
        self._own = Completeness()
        self._open: dict[Note, list[int]] = {}
        self.before: list[int] = []
        self.ended: set[Note] = set()

    @property
    def committed(self) -> int:
        """How many commits were found complete."""
        return self._own.committed

    @property
    def after(self) -> list[int]:
        """Places of the records of notes that did not end in the run, in order."""
        return sorted(place for places in self._open.values() for place in places)

    def take(self, place: int, record: Record) -> None:
        """Follow the next record.

        Args:
            place: names it in `before` and `after`.
            record: the record.

        Raises:
            VerificationFailed: a commit is not accounted for by the records before it.
        """
        event = record.event
        if not isinstance(event, _FOLLOWED):
            return
        note = record.session, event.document
        if isinstance(event, DocumentRead):
            self._open[note] = []
        elif note not in self._open and note not in self.ended:
            self.before.append(place)
            return
        self._own.take(record)
        if isinstance(event, DocumentCommitted | DocumentRefused):
            self._open.pop(note, None)
            self.ended.add(note)
        else:
            self._open[note].append(place)


def _check(seq: int, opened: _Opened, event: DocumentCommitted) -> None:
    read, made = opened.read, opened.redactions
    labels = Counter(redaction.label for redaction in made)
    if (read.sha256, read.length) != (event.input_sha256, event.input_length):
        raise VerificationFailed(f"record {seq}: the note committed is not the one that was read")
    if (len(made), opened.dropped, labels) != (event.redactions, event.dropped, event.counts):
        raise VerificationFailed(f"record {seq}: its counts are not those of the records before it")
    end = moved = 0
    for redaction in made:
        span, written = redaction.span, redaction.output_span
        if span.start < end or written.start != span.start + moved:
            raise VerificationFailed(
                f"record {seq}: its redactions overlap, or do not lie where the log says"
            )
        end, moved = span.end, moved + len(written) - len(span)
    if end > event.input_length or event.output_length != event.input_length + moved:
        raise VerificationFailed(
            f"record {seq}: the output is not the input with the logged redactions made"
        )
