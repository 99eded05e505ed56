"""What the index keeps of a record, read from its canonical bytes (pure).

The bytes are not checked here: that is what verifying does. A record of a kind that nobody knows
yet has an entry like any other, and one that cannot be read has one that says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from deid.audit.records import (
    DocumentCommitted,
    DocumentRefused,
    FindingDropped,
    RedactionMade,
    ReviewActed,
    SessionOpened,
)
from deid.datatypes import DropReason
from deid.policy import OperatorName

UNREADABLE: Final = "unreadable"
"""The event of an entry whose record cannot be read."""

REPLACED: Final = "replaced"
"""The outcome of a redaction that changed the text."""
BY_POLICY: Final = "left-by-policy"
"""The outcome of one that let stay what was found, as the policy says."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ACTS: Final = {
    "accept": "accepted",
    "reject": "rejected",
    "relabel": "relabelled",
    "move": "moved",
    "add": "added",
}
UNDONE: Final = "-undone"
"""Ends the outcome of an act of a reviewer that was taken back."""

# What decides about a record's fact; the order is that of `_fact`.
_NAMES: Final = (
    "event", "label", "label_after", "label_before", "detector", "policy_digest",
    "act", "undone", "reason", "error", "decision", "meaning", "operator",
)  # fmt: skip


class Fact(NamedTuple):
    """What many records have in common. A tuple, because it is looked up for each record.

    Attributes:
        event: kind of the event.
        label: name of a label; of a reviewer's act, the label that it led to or took away.
        detector: which rule or model found it.
        policy: digest of a policy.
        outcome: what came of it, see `outcome`.
    """

    event: str
    label: str | None = None
    detector: str | None = None
    policy: str | None = None
    outcome: str | None = None


class Entry(NamedTuple):
    """What the index keeps of one record. A tuple, because there is one for each record.

    Attributes:
        time: milliseconds since 1970 by the clock of the record; None where it has none.
        fact: what it has in common with others.
        session: its session, empty where it names none.
        document: fingerprint of its document, if any.
        opened_by: user and machine, for the record that opens a session.
    """

    time: int | None
    fact: Fact
    session: str = ""
    document: str | None = None
    opened_by: tuple[str, str] | None = None


_UNREAD: Final = Entry(None, Fact(UNREADABLE))


def reader() -> Callable[[bytes], Entry]:
    """A function that reads entries and remembers what it met before, which makes it quick."""
    facts: dict[tuple[Any, ...], Fact] = {}
    times: dict[str, int] = {}
    decode = json.JSONDecoder().raw_decode

    def read(body: bytes) -> Entry:
        try:
            node, _end = decode(body.decode())
            get = node.get
            key = tuple(map(get, _NAMES))
            fact = facts.get(key)
            if fact is None:
                fact = facts[key] = _fact(*key)
            text = node["time"]
            moment = times.get(text)
            if moment is None:
                times.clear()  # the records of a batch share their time, and others do not
                moment = times[text] = milliseconds(datetime.fromisoformat(text))
            session, document = node["session"], get("document")
        # TypeError: of a wrong type, also within the key; AttributeError: no object.
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OverflowError):
            return _UNREAD
        if not isinstance(session, str) or not (document is None or isinstance(document, str)):
            return _UNREAD
        if fact.event == SessionOpened.kind:
            return Entry(moment, fact, session, document, _opened_by(node))
        return Entry(moment, fact, session, document)

    return read


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down.

    Raises:
        TypeError: the time has no zone.
    """
    return (moment - _EPOCH) // _MILLISECOND


def outcome(
    event: str,
    *,
    act: str | None,
    undone: str | None,
    reason: str | None,
    operator: str | None,
    other: str | None,
) -> str | None:
    """What came of it, in a word; None where nothing did.

    `replaced` for a redaction, `left-by-policy` where the policy lets stay what was found. For what
    was not redacted its reason, `left-rejected` where a reviewer rejected it. For an act of a
    reviewer `accepted`, `rejected`, `relabelled`, `moved` or `added`, with `-undone` behind it when
    it was taken back; done again it counts as done. `committed` for a note that was saved, and
    `refused-` with the name of the error for one that was not. Otherwise the act, decision or
    meaning that a record names.

    Args:
        event: kind of the event.
        act: what was done.
        undone: which act was taken back or done again.
        reason: why a finding was left, or for which error a note was refused.
        operator: what a redaction did with the text.
        other: a decision or a meaning.
    """
    match event:
        case RedactionMade.kind:
            return BY_POLICY if operator == OperatorName.KEEP else REPLACED
        case FindingDropped.kind:
            return "left-rejected" if reason == DropReason.REJECTED else reason
        case ReviewActed.kind if act in ("undo", "redo"):
            past = _ACTS.get(undone or "", undone)
            return None if past is None else past + (UNDONE if act == "undo" else "")
        case ReviewActed.kind:
            return _ACTS.get(act or "", act)
        case DocumentCommitted.kind:
            return "committed"
        case DocumentRefused.kind:
            return None if reason is None else f"refused-{reason}"
        case _:
            return act or other


def _fact(*values: object) -> Fact:
    if not all(value is None or isinstance(value, str) for value in values):
        raise TypeError
    named: dict[str, Any] = dict(zip(_NAMES, values, strict=True))
    if named["event"] is None:
        raise ValueError
    return Fact(
        event=named["event"],
        label=named["label"] or named["label_after"] or named["label_before"],
        detector=named["detector"],
        policy=named["policy_digest"],
        outcome=outcome(
            named["event"],
            act=named["act"],
            undone=named["undone"],
            reason=named["reason"] or named["error"],
            operator=named["operator"],
            other=named["decision"] or named["meaning"],
        ),
    )


def _opened_by(node: Mapping[str, object]) -> tuple[str, str] | None:
    user, machine = node.get("user"), node.get("machine")
    return (user, machine) if isinstance(user, str) and isinstance(machine, str) else None
