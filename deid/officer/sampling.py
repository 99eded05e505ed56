"""Which released notes a sample is drawn from, and which are drawn (pure).

Anybody who has the log and the recorded seed can draw a sample again:

1. The notes to draw from are those committed in the records `[first, stop)`, under the policy
   where one was chosen; those that were held for a second person only once that person has
   approved them there. Of several commits of one input under one output name only the last
   counts, for its output took the place of the others; outputs of the same bytes count once.
2. A random sample is the first notes in the order of SHA-256(seed ‖ output), where both are the 32
   bytes that the log writes in hex.
3. A risk-weighted sample is the first in the order of -ln(u) / weight, where u is 1 more than the
   first 53 bits of that hash, over 2^53 (P. S. Efraimidis and P. G. Spirakis, Weighted random
   sampling with a reservoir, Information Processing Letters 97, 2006), and the weight is that of
   `deid.officer.risk`.

The order in which notes are drawn is the order in which they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import log
from typing import Final

from deid.audit.records import (
    Decision,
    DocumentCommitted,
    Event,
    Record,
    ReleaseDecided,
    ReleaseHeld,
)

_BITS: Final = 53  # those of a float


@dataclass(frozen=True, slots=True)
class Released:
    """A note that was released, as the log tells of it.

    Attributes:
        seq: place of its commit in the log.
        session: in which it was committed.
        commit: what was recorded then.
    """

    seq: int
    session: str
    commit: DocumentCommitted

    @property
    def key(self) -> tuple[str, str]:
        """What the records of its holding name it by: document and output."""
        return self.commit.document, self.commit.output_sha256


KINDS: Final[tuple[type[Event], ...]] = (DocumentCommitted, ReleaseHeld, ReleaseDecided)
"""The kinds of events that `released_notes` looks at."""


def released_notes(
    records: Iterable[Record], *, policy_digest: str | None = None
) -> tuple[Released, ...]:
    """The notes to draw from, in the order of their commits.

    Args:
        records: in the order of the log; others than of `KINDS` make no difference.
        policy_digest: only what was released under this policy; None: under any.
    """
    latest: dict[tuple[str, str], Released] = {}
    for released in releases(records):
        commit = released.commit
        if policy_digest in (None, commit.policy_digest):
            latest[commit.input_sha256, commit.output_name] = released
    by_output = {one.commit.output_sha256: one for one in _in_order(latest.values())}
    return _in_order(by_output.values())


def releases(records: Iterable[Record]) -> Iterator[Released]:
    """Each commit once it is a release, also where a later one took its place.

    Args:
        records: as for `released_notes`; `release-held` directly follows the commit it is about.
    """
    held: dict[tuple[str, str], Released] = {}
    last: Released | None = None
    for record in records:
        event = record.event
        if not isinstance(event, DocumentCommitted | ReleaseHeld | ReleaseDecided):
            continue
        key = event.document, event.output_sha256
        if isinstance(event, ReleaseHeld):
            if last is not None and last.key == key:
                held[key], last = last, None
            continue
        if last is not None:
            yield last
        last = None
        if isinstance(event, DocumentCommitted):
            last = Released(record.seq, record.session, event)
        elif key in held:
            note = held.pop(key)
            if event.decision is Decision.APPROVED:
                yield note
    if last is not None:
        yield last


def draw(
    frame: Iterable[Released],
    *,
    seed: str,
    count: int,
    weight: Callable[[Released], float] | None = None,
) -> tuple[Released, ...]:
    """The notes of a sample, in the order in which they are drawn.

    Args:
        frame: the notes to draw from.
        seed: 64 hex digits.
        count: how many to draw; all where there are fewer.
        weight: above 0, of a note in a risk-weighted sample; None: a random sample.
    """
    key = bytes.fromhex(seed)

    def place(note: Released) -> tuple[float, bytes]:
        drawn = sha256(key + bytes.fromhex(note.commit.output_sha256)).digest()
        return (0.0 if weight is None else _waiting(drawn) / weight(note)), drawn

    return tuple(sorted(frame, key=place)[:count])


def _waiting(drawn: bytes) -> float:
    part = (int.from_bytes(drawn, "big") >> (8 * len(drawn) - _BITS)) + 1
    return -log(part / 2**_BITS)


def _in_order(notes: Iterable[Released]) -> tuple[Released, ...]:
    return tuple(sorted(notes, key=lambda note: note.seq))
