"""Whether the records of a note account for all of it: input = output + logged spans.

The log holds no text, so this compares lengths and places: every redaction lies behind the one
before it, its replacement lies where the earlier ones moved it, and the lengths of input and
output differ by exactly what the redactions took and gave.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    FindingDropped,
    Record,
    RedactionMade,
)
from deid.errors import VerificationFailed


@dataclass(slots=True)
class _Opened:
    read: DocumentRead
    redactions: list[RedactionMade] = field(default_factory=list)
    dropped: int = 0


class Completeness:
    """Follows the records of every note from its reading to its commit or refusal."""

    def __init__(self) -> None:
        self._opened: dict[tuple[str, str], _Opened] = {}
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
        elif isinstance(event, FindingDropped):
            self._of(record, event.document).dropped += 1
        elif isinstance(event, DocumentCommitted):
            _check(record.seq, self._of(record, event.document), event)
            del self._opened[record.session, event.document]
            self.committed += 1
        elif isinstance(event, DocumentRefused):
            self._opened.pop((record.session, event.document), None)

    def _of(self, record: Record, document: str) -> _Opened:
        opened = self._opened.get((record.session, document))
        if opened is None:
            raise VerificationFailed(
                f"record {record.seq}: of a note whose reading its session did not record"
            )
        return opened


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
