"""Statements: what a person did, bound to the log as it was then, under the person's own key.

A statement is a signed note (C2SP signed-note) with one signature. Its text is

    noteveil/statement/v1
    <kind of the record>
    <name>: <value>          one line a field of the record but `statement`, in order of the names
    log: <name of the log>
    log_size: <number of records when it was signed>
    log_root: <hash of the tree over them, in hex>
    time: <when it was signed, as in a record>

A text is written as it is, null as nothing, and any other value in its canonical form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from deid.audit.canonical import body_of, canonical_json, format_time
from deid.audit.checkpoint import Checkpoint
from deid.audit.note import VerifierKey, open_note
from deid.audit.people import PersonalKey
from deid.audit.records import Event
from deid.errors import DefectError, KeyUnusable, VerificationFailed

_HEADER: Final = "noteveil/statement/v1"
_LINE: Final = re.compile(r"([a-z][a-z0-9_]*): (.*)")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_ROOT: Final = re.compile(r"[0-9a-f]{64}")
_SIGNED_BY: Final = re.compile(r"— noteveil/person/([0-9a-f]{16}) [A-Za-z0-9+/=]+\n")
_OWN: Final = ("log", "log_size", "log_root", "time")
_STATEMENT: Final = frozenset({"statement"})
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """What a statement says.

    Attributes:
        kind: of the record that it belongs to, such as `signed-off`.
        facts: what was done, by the names of the record's fields.
        checkpoint: what the log was when it was signed.
        time: when, by the clock of the signer's machine.
    """

    kind: str
    facts: Mapping[str, str]
    checkpoint: Checkpoint
    time: datetime


def facts_of(event: Event) -> dict[str, str]:
    """What a statement says of an event: its fields but `statement`, as text."""
    return {name: _said(node) for name, node in body_of(event, leave_out=_STATEMENT).items()}


def sign_statement(
    person: PersonalKey,
    *,
    kind: str,
    facts: Mapping[str, str],
    checkpoint: Checkpoint,
    time: datetime,
) -> str:
    """A statement of this person.

    Raises:
        DefectError: a fact has no name of lower-case letters, is not one line, or there are so
            many that the log would not take them.
    """
    note = person.signer.sign(_text(SignedStatement(kind, facts, checkpoint, time)))
    if len(note) > _LONGEST:
        raise DefectError("a statement of more than 4096 characters does not fit into the log")
    return note


def read_statement(note: str, public_key: str) -> SignedStatement:
    """What a statement says that this key has signed.

    Raises:
        VerificationFailed: not a statement, not signed by this key, or changed since.
    """
    try:
        text = open_note(note, VerifierKey.parse(public_key))
    except (VerificationFailed, KeyUnusable):
        raise VerificationFailed(
            "the statement is not signed by the key that it names, or was changed since"
        ) from None
    signer_of(note)
    return _parse(text)


def checkpoint_of(note: str) -> Checkpoint:
    """What the log was when a statement was signed; whether the signature is good is not looked at.

    Raises:
        VerificationFailed: not a statement.
    """
    return _parse(note.rpartition("\n\n")[0] + "\n").checkpoint


def signer_of(note: str) -> str:
    """The id of the person whose signature a statement bears; whether it is good is not looked at.

    Raises:
        VerificationFailed: it bears none, or several.
    """
    signed = _SIGNED_BY.fullmatch(note.rpartition("\n\n")[2])
    if signed is None:
        raise VerificationFailed("the statement bears no signature of a person, or several")
    return signed[1]


def _said(node: object) -> str:
    if node is None:  # not "null", which could be somebody's name
        return ""
    return node if isinstance(node, str) else canonical_json(node)


def _text(statement: SignedStatement) -> str:
    checkpoint = statement.checkpoint
    own = (
        checkpoint.origin,
        str(checkpoint.size),
        checkpoint.root.hex(),
        format_time(statement.time),
    )
    pairs = [*sorted(statement.facts.items()), *zip(_OWN, own, strict=True)]
    lines = [f"{name}: {value}" for name, value in pairs]
    if not all(map(_LINE.fullmatch, lines)) or statement.facts.keys() & set(_OWN):
        raise DefectError("a fact in a statement is one line under a name of its own")
    return "\n".join([_HEADER, statement.kind, *lines]) + "\n"


def _parse(text: str) -> SignedStatement:
    lines = text.removesuffix("\n").split("\n")
    try:
        if lines[0] != _HEADER:
            raise ValueError
        pairs = [(found[1], found[2]) for found in map(_match, lines[2:])]
        *facts, (_, log), (_, size), (_, root), (_, time) = pairs
        if not _SIZE.fullmatch(size) or not _ROOT.fullmatch(root):
            raise ValueError
        checkpoint = Checkpoint(log, int(size), bytes.fromhex(root))
        moment = datetime.fromisoformat(time).astimezone(UTC)
        found = SignedStatement(lines[1], dict(facts), checkpoint, moment)
        if _text(found) != text:  # one way to write it, and one only
            raise ValueError
    except (IndexError, ValueError, DefectError):
        raise VerificationFailed("the signed note is not a statement") from None
    return found


def _match(line: str) -> re.Match[str]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError("not a line of a statement")
    return found
