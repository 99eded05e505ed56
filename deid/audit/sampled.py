"""Whether what is recorded of a sample adds up: its drawing, the verdicts, and its closing.

A sample is drawn before anybody gives a verdict on it, and is closed once. What the closing says
of the notes follows from the verdicts before it; what it says of the readers does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, get_args

from deid.audit.records import Event, Record, SampleClosed, SampleDrawn, VerdictGiven
from deid.errors import VerificationFailed

SampleEvent = SampleDrawn | VerdictGiven | SampleClosed
SAMPLE_EVENTS: Final[tuple[type[Event], ...]] = get_args(SampleEvent)
"""The kinds of records that tell of samples."""


@dataclass(slots=True)
class _Open:
    drawn: int
    leaks: dict[tuple[str, str], int] = field(default_factory=dict)
    """The last verdict on each output of each person."""


class SampleRecords:
    """Follows the samples of a log from their drawing to their closing."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._known: set[str] = set()

    def take(self, record: Record) -> None:
        """Follow the next record of the log; kinds other than `SAMPLE_EVENTS` change nothing.

        Raises:
            VerificationFailed: it does not fit those before it.
        """
        event = record.event
        try:
            if isinstance(event, SampleDrawn):
                self._draw(event)
            elif isinstance(event, VerdictGiven):
                self._judge(event)
            elif isinstance(event, SampleClosed):
                self._close(event)
        except VerificationFailed as error:
            raise VerificationFailed(f"record {record.seq}: {error}") from None

    def _draw(self, event: SampleDrawn) -> None:
        if event.sample in self._known:
            raise VerificationFailed("a sample of this name was drawn before")
        self._known.add(event.sample)
        self._open[event.sample] = _Open(event.drawn)

    def _judge(self, event: VerdictGiven) -> None:
        sample = self._of(event.sample)
        if event.leaks != sum(event.counts.values()) or 0 in event.counts.values():
            raise VerificationFailed("the verdict does not agree with its counts")
        sample.leaks[event.output_sha256, event.person] = event.leaks

    def _close(self, event: SampleClosed) -> None:
        sample = self._of(event.sample)
        read = {output for output, _person in sample.leaks}
        leaking = {output for (output, _person), leaks in sample.leaks.items() if leaks}
        if (event.read, event.leaking) != (len(read), len(leaking)):
            raise VerificationFailed("the closing does not agree with the verdicts on the sample")
        if not 0 < event.read <= sample.drawn:
            raise VerificationFailed("nothing of the sample was read, or more than was drawn")
        del self._open[event.sample]

    def _of(self, sample: str) -> _Open:
        opened = self._open.get(sample)
        if opened is None:
            raise VerificationFailed("it is of a sample that was never drawn, or is closed")
        return opened
