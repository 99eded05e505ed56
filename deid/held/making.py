"""What is held of redacted notes that go into one file, and what the log tells of it (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from deid.audit.keys import Keys
from deid.audit.records import ReleaseHeld
from deid.datatypes import Span
from deid.held.store import Held, HeldNote, new_id
from deid.release import Release


def held_of(
    releases: Sequence[Release],
    *,
    head: bytes,
    tail: bytes,
    target: Path,
    keys: Keys,
    user: str,
    full_name: str,
    log_size: int,
) -> Held:
    """An output as it is held, under a new id.

    Args:
        releases: the notes of one file, at least one, all under one policy.
        head: the bytes of the file before its first note.
        tail: the bytes of the file behind its last note.
        target: where it is to appear.
        keys: the site's keys.
        user: who redacted it, by the name on the machine.
        full_name: of that user, where the machine knows it.
        log_size: how many records the log has before those of this output.
    """
    first = releases[0]
    return Held(
        id=new_id(),
        target=target.absolute(),
        encoding=first.source.encoding,
        policy=first.policy.name,
        policy_digest=first.policy.digest,
        output_name=keys.fingerprint("output-name", first.output_name),
        user=user,
        full_name=full_name,
        time=datetime.now(UTC),
        log_size=log_size,
        notes=tuple(_notes(releases, len(head), keys)),
        content=b"".join((head, *(release.output for release in releases), tail)),
    )


def recorded_hold(held: Held, note: HeldNote) -> ReleaseHeld:
    """What the log tells of the holding of a note of this output."""
    return ReleaseHeld(
        document=note.document,
        output_sha256=note.output_sha256,
        output_name=held.output_name,
        policy_digest=held.policy_digest,
        user=held.user,
    )


def _notes(releases: Sequence[Release], at: int, keys: Keys) -> Iterator[HeldNote]:
    """The notes of an output, the first of which begins at this byte."""
    for release in releases:
        end = at + len(release.output)
        redactions = release.redacted.redactions
        yield HeldNote(
            document=keys.fingerprint("document", release.source.document.id),
            output_sha256=sha256(release.output).hexdigest(),
            piece=Span(at, end),
            marks=tuple((made.output_span, made.finding.label) for made in redactions),
        )
        at = end
