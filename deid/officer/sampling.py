"""Which released notes a sample is drawn from, and which are drawn (pure).

Anybody who has the log and the recorded seed can draw a sample again:

1. The notes to draw from are those committed in the records `[first, stop)`, under the policy
   where one was chosen; those that were held for a second person only once that person has
   approved them there. Of several commits of one input under one output name only the last
   counts, for its output took the place of the others; outputs of the same bytes count once. Of
   these, where a label was chosen, those in which something of that label was found.
2. A random sample is the first notes in the order of SHA-256(seed ‖ output), where both are the 32
   bytes that the log writes in hex.
3. A risk-weighted sample is the first in the order of -ln(u) / weight, where u is 1 more than the
   first 53 bits of that hash, over 2^53 (P. S. Efraimidis and P. G. Spirakis, Weighted random
   sampling with a reservoir, Information Processing Letters 97, 2006), and the weight is that of
   `deid.officer.risk`.

The order in which notes are drawn is the order in which they are read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import log
from typing import Final, NamedTuple

from deid.audit.records import (
    Decision,
    DocumentCommitted,
    Event,
    ReleaseDecided,
    ReleaseHeld,
)
from deid.errors import LogDamaged
from deid.labels import Label

_BITS: Final = 53  # those of a float
_parsed: Final = json.JSONDecoder().decode


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


class Step(NamedTuple):
    """What a record says of a note on its way out. A tuple, because there is one for each commit.

    Attributes:
        seq: place of the record in the log.
        kind: of its event, one of `KINDS`.
        document: fingerprint of the note's id.
        output: the 32 bytes of the SHA-256 of its output.
        input: SHA-256 of its original, in hex; of a commit, as all that follows but `decision`.
        name: fingerprint of the output's name.
        policy: digest of the policy.
        labels: of what was found.
        decision: whether a held note was released.
    """

    seq: int
    kind: str
    document: str
    output: bytes
    input: str = ""
    name: str = ""
    policy: str = ""
    labels: frozenset[str] = frozenset()
    decision: str = ""


KINDS: Final[tuple[type[Event], ...]] = (DocumentCommitted, ReleaseHeld, ReleaseDecided)
"""The kinds of events that `read_step` reads."""


def read_step(seq: int, body: bytes) -> Step:
    """What the canonical bytes of a record of `KINDS` say of a note.

    Of the many records that a sample is drawn from, this reads what decides about it, and no more;
    `deid.audit.verify` tells whether all of each is as it must be.

    Raises:
        LogDamaged: they say nothing of a note.
    """
    try:
        node = _parsed(body.decode())
        kind, document = node["event"], node["document"]
        output = bytes.fromhex(node["output_sha256"])
        if kind != DocumentCommitted.kind:
            return Step(seq, kind, document, output, decision=node.get("decision", ""))
        given, name, policy = node["input_sha256"], node["output_name"], node["policy_digest"]
        labels = frozenset(filter(node["counts"].get, node["counts"]))
        hash((document, given, name, policy))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise LogDamaged(f"record {seq}: says nothing of a note, as its kind must") from None
    return Step(seq, kind, document, output, given, name, policy, labels)


def released_notes(
    steps: Iterable[Step], *, policy_digest: str | None = None, label: Label | None = None
) -> tuple[Step, ...]:
    """The commits of the notes to draw from, in the order of the log.

    Args:
        steps: in the order of the log.
        policy_digest: only what was released under this policy; None: under any.
        label: only notes in which something of this label was found; None: all.
    """
    latest: dict[tuple[str, str], Step] = {}
    for released in releases(steps):
        if policy_digest in (None, released.policy):
            latest[released.input, released.name] = released
    by_output = {one.output: one for one in sorted(latest.values())}
    found = sorted(by_output.values())
    return tuple(one for one in found if label is None or label in one.labels)


def releases(steps: Iterable[Step]) -> Iterator[Step]:
    """Each commit once it is a release. `release-held` directly follows the commit it is about."""
    held: dict[tuple[str, bytes], Step] = {}
    last: Step | None = None
    for step in steps:
        key = step.document, step.output
        if step.kind == ReleaseHeld.kind:
            if last is not None and (last.document, last.output) == key:
                held[key], last = last, None
            continue
        if last is not None:
            yield last
        last = None
        if step.kind == DocumentCommitted.kind:
            last = step
        elif key in held:
            note = held.pop(key)
            if step.decision == Decision.APPROVED:
                yield note
    if last is not None:
        yield last


def draw(
    frame: Iterable[Step],
    *,
    seed: str,
    count: int,
    weight: Callable[[Step], float] | None = None,
) -> tuple[Step, ...]:
    """The notes of a sample, in the order in which they are drawn.

    Args:
        frame: the notes to draw from.
        seed: 64 hex digits.
        count: how many to draw; all where there are fewer.
        weight: above 0, of a note in a risk-weighted sample; None: a random sample.
    """
    key = bytes.fromhex(seed)

    def place(note: Step) -> tuple[float, bytes]:
        drawn = sha256(key + note.output).digest()
        return (0.0 if weight is None else _waiting(drawn) / weight(note)), drawn

    return tuple(sorted(frame, key=place)[:count])


def _waiting(drawn: bytes) -> float:
    part = (int.from_bytes(drawn, "big") >> (8 * len(drawn) - _BITS)) + 1
    return -log(part / 2**_BITS)
