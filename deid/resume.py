"""Whether an output that is there already is what an earlier run of the same work released.

Nothing but the log is trusted for this: an output is recognised by the SHA-256 that was recorded
for the same input, policy and name.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from deid.audit.records import DocumentCommitted
from deid.datatypes import Document
from deid.errors import InputError, OutputError
from deid.formats import NoteFile, Unreadable
from deid.formats.content import Content, FileContent
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
        content = FileContent(target)
    except InputError as error:
        raise OutputError(f"the output that is there: {error}") from None
    try:
        return _compared(site, policy, notes, output_name, content)
    finally:
        content.close()


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


def _compared(
    site: Site, policy: Policy, notes: NoteFile, output_name: str, content: Content
) -> Earlier:
    name = site.keys.fingerprint("output-name", output_name)
    found = map(_digest, notes.pieces(content))
    here = next(found, None)
    if here is None:
        return Earlier.FOREIGN
    is_all = True
    # Outputs stand in the order of their notes.
    for note in notes.notes():
        if here is not None and _recorded(site, policy, notes, note, name) == here:
            here = next(found, None)
        else:
            is_all = False
    if here is not None:
        return Earlier.FOREIGN
    return Earlier.COMPLETE if is_all else Earlier.PARTIAL


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
