"""Whether an output that is there already is what an earlier run of the same work released.

Nothing but the log is trusted for this: an output is recognised by the SHA-256 that was recorded
for the same input, policy and name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from deid.audit.records import DocumentCommitted
from deid.datatypes import Document
from deid.errors import OutputError
from deid.formats import NoteFile, Unreadable
from deid.policy import Policy
from deid.site import Site


class Earlier(StrEnum):
    """What an output that is there already is to the file at hand."""

    FOREIGN = "foreign"
    """Something else: it is not touched."""

    PARTIAL = "partial"
    """Recorded outputs of notes of this file, but not of all: it may be made anew."""

    COMPLETE = "complete"
    """The recorded outputs of all notes of this file, and nothing else: it is finished."""


def earlier_output(
    site: Site, policy: Policy, notes: NoteFile, output_name: str, target: Path
) -> Earlier:
    """What the file at `target` is to the notes that are to be written there.

    Raises:
        OutputError: the file cannot be read.
        AuditError: the log cannot be read.
    """
    try:
        content = target.read_bytes()
    except OSError as error:
        raise OutputError(f"the output that is there cannot be read ({error.strerror})") from None
    found = Counter(map(_digest, notes.pieces(content)))
    name = site.keys.fingerprint("output-name", output_name)
    recorded = [_recorded(site, policy, notes, note, name) for note in notes.notes()]
    wanted = Counter(digest for digest in recorded if digest is not None)
    if not found or found - wanted:
        return Earlier.FOREIGN
    return Earlier.COMPLETE if None not in recorded and found == wanted else Earlier.PARTIAL


def is_held(
    site: Site, policy: Policy, notes: NoteFile, output_name: str, *, held: AbstractSet[str]
) -> bool:
    """Whether the outputs that were recorded last for the notes of a file are all held.

    Args:
        site: keys and log.
        policy: the notes were redacted under.
        notes: of the file.
        output_name: the name that the output is to go by.
        held: what is held, see `Site.held_outputs`.

    Raises:
        AuditError: the log cannot be read.
    """
    name = site.keys.fingerprint("output-name", output_name)
    found = {_recorded(site, policy, notes, note, name) for note in notes.notes()}
    return bool(found) and found <= held


def _recorded(
    site: Site, policy: Policy, notes: NoteFile, note: Document | Unreadable, name: str
) -> str | None:
    """SHA-256 of the output that was recorded for a note last; None: none was."""
    if isinstance(note, Unreadable):
        return None
    seq = site.log.find_commit(_digest(notes.content(note)), policy.digest, name)
    event = None if seq is None else site.log.record(seq).event
    return event.output_sha256 if isinstance(event, DocumentCommitted) else None


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
