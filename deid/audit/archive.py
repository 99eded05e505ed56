"""Moving the oldest records of a log to an archive segment.

Records leave the log only after their segment is on the disk, was read back and verified, and in
the same transaction in which the log records where they went. Whatever stops the program on the
way, no record is lost, none is in the log twice, and doing it again goes on where it was left.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from deid.audit import merkle, segment
from deid.audit.archives import archive_name
from deid.audit.canonical import decode
from deid.audit.checkpoint import Checkpoint, seal, sign
from deid.audit.completeness import Completeness
from deid.audit.note import SignerKey, VerifierKey
from deid.audit.records import (
    Archived,
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Record,
    ReleaseDecided,
    ReleaseHeld,
    SampleClosed,
    SampleDrawn,
)
from deid.audit.rows import STAYING, archived_until
from deid.audit.segment import Header, Segment
from deid.audit.store import AuditLog, Filter
from deid.audit.verify import Told as Told
from deid.errors import LogDamaged, LogUnavailable, OutputError, VerificationFailed
from deid.files import publish, scratch_beside
from deid.stopping import stepwise, stop_if_asked

_NEVER: Final = 2**53


@dataclass(frozen=True, slots=True)
class Moved:
    """Records that were moved to an archive.

    Attributes:
        event: what the log says of it.
        path: the segment's file.
        shrunk: whether the log's file gave their space back to the disk.
    """

    event: Archived
    path: Path
    shrunk: bool


@dataclass(frozen=True, slots=True)
class ArchiveVerified:
    """What an archive was found to be by itself.

    Attributes:
        first: place of its first record.
        stop: place behind its last record.
        root: hash of the tree over the first `stop` records of the log.
        documents: number of commits, each accounted for by its redactions.
        staying: how many of the records are of kinds that stay in the log as well.
        sha256: of the file.
        size: of the file, in bytes.
    """

    first: int
    stop: int
    root: bytes
    documents: int
    staying: int
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class _Note:
    seq: int
    session: str
    event: DocumentRead | DocumentCommitted | DocumentRefused


def place_of(log: AuditLog, moment: datetime) -> int:
    """The place of the first record of this time or later that is not archived.

    The clock may have run backwards: behind it may be records of an earlier time.
    """
    start = archived_until(log.archived())
    for record in log.select(Filter(since=moment)):
        if record.seq >= start:
            return record.seq
    return log.size


def can_archive(log: AuditLog, stop: int) -> range:
    """What of the first `stop` records can be archived now: those that nothing unfinished needs.

    A note and a sample stay whole, and of a sample that is not closed or a release on which nobody
    has decided, everything stays that lies behind its beginning.

    Returns:
        The places of these records; empty where there are none.

    Raises:
        LogDamaged: a record cannot be read.
    """
    start = archived_until(log.archived())
    stop = min(stop, log.size)
    return range(start, max(start, whole(_units(log, start, stop), stop)))


def whole(units: Iterable[tuple[int, int]], wanted: int) -> int:
    """The largest place up to `wanted` that lies inside none of these units.

    Args:
        units: places of the first and the last record of what must not be parted.
        wanted: a place between records, by the number of the one behind it.
    """
    for first, last in sorted(units, reverse=True):
        if first < wanted <= last:
            wanted = first
    return wanted


def archive(
    log: AuditLog,
    signer: SignerKey,
    folder: Path,
    *,
    stop: int,
    take_out: Callable[[Archived], Archived] | None = None,
    told: Told | None = None,
) -> Moved | None:
    """Move the records before `stop` to a new segment in a folder, as far as `can_archive` lets.

    It can be given up, see `deid.stopping`, until the records leave the log.

    Args:
        log: the log.
        signer: the key of the log.
        folder: where the segment will lie; made where it is missing.
        stop: place behind the last record to move.
        take_out: takes the records out of the log, and returns what it recorded of that, as signed;
            None: nobody is enrolled who would have to sign.
        told: is told how far it is.

    Returns:
        What was moved; None where there was nothing.

    Raises:
        VerificationFailed: the log contradicts its last checkpoint, a note in it is not accounted
            for, or a file of the segment's name holds something else; nothing was moved.
        LogDamaged: a record cannot be read, or is not the one that was signed; nothing was moved.
        LogUnavailable: the log cannot be written, or another program archived meanwhile.
        OutputError: the segment cannot be written; nothing was moved.
    """
    seal(log, signer)
    places = can_archive(log, stop)
    if not places:
        return None
    header = _header(log, signer, places)
    path = folder / archive_name(signer.name, places.start, places.stop)
    with _explained():
        folder.mkdir(parents=True, exist_ok=True)
        # One that an interrupted run left is as good as a new one, when it is what it should be.
        if not path.exists():
            _write(log, header, path, told)
    event = _examined(signer, header, path)
    stop_if_asked()
    if take_out is None:
        log.move_out(event)
    else:
        event = take_out(event)
    for left in folder.glob(f".{path.name}.*"):  # by runs that were killed; they cannot go on now
        with contextlib.suppress(OSError):
            left.unlink()
    shrunk = True
    try:
        log.shrink()
    except LogUnavailable:  # another program is reading, or the disk is full: later records fit in
        shrunk = False
    return Moved(event, path, shrunk)


def verify_archive(path: Path, *, public_key: str) -> ArchiveVerified:
    """Check an archive by itself, without the log.

    What this cannot show is whether the log tells of this archive; `verify` does.

    Args:
        path: the segment's file.
        public_key: the public key of the log, from a source that is trusted.

    Raises:
        VerificationFailed: its records are not those that were signed, or a note is not accounted
            for by them.
        LogDamaged: a record is not of its form.
        LogUnavailable: the file cannot be read.
        KeyUnusable: the public key is malformed.
    """
    with Segment(path) as archive:
        checkpoint = archive.verify(VerifierKey.parse(public_key))
        completeness, staying = Completeness(), 0
        for seq, body in stepwise(archive.bodies()):
            record = decode(body, seq=seq)
            completeness.take(record)
            staying += isinstance(record.event, STAYING)
        return ArchiveVerified(
            first=archive.header.first,
            stop=archive.header.stop,
            root=checkpoint.root,
            documents=completeness.committed,
            staying=staying,
            sha256=archive.sha256(),
            size=archive.size,
        )


def _units(log: AuditLog, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """First and last places of what must not be parted, of all that begins in `[start, stop)`."""
    notes: dict[tuple[str, str], int] = {}
    for record in _documents(log, start):
        if record.seq >= stop and not notes:
            break
        key = record.session, record.event.document
        if not isinstance(record.event, DocumentRead):
            if key in notes:
                yield notes.pop(key), record.seq
        elif record.seq < stop:
            notes[key] = record.seq
    for (session, document), first in notes.items():
        places = [r.seq for r in log.select(Filter(document=document)) if r.session == session]
        yield first, max(places)
    yield from _samples(log)
    yield from ((first, _NEVER) for first in _undecided(log))


def _documents(log: AuditLog, start: int) -> Iterator[_Note]:
    """Where notes begin and end, from `start` on."""
    for seq, body in log.bodies(start):
        # Most records are of other kinds, and to look for these bytes is quicker than to decode;
        # inside a text the quotes would be escaped.
        if b'"event":"document-' in body:
            record = decode(body, seq=seq)
            if isinstance(record.event, DocumentRead | DocumentCommitted | DocumentRefused):
                yield _Note(seq, record.session, record.event)


def _samples(log: AuditLog) -> Iterator[tuple[int, int]]:
    """First and last places of samples; with one that is not closed, all it was drawn from."""
    drawn: dict[str, tuple[int, SampleDrawn]] = {}
    for record in log.select(Filter(kinds=(SampleDrawn, SampleClosed))):
        event = record.event
        if isinstance(event, SampleDrawn):
            drawn[event.sample] = record.seq, event
        elif isinstance(event, SampleClosed) and event.sample in drawn:
            yield drawn.pop(event.sample)[0], record.seq
    yield from ((event.first, _NEVER) for _seq, event in drawn.values())


def _undecided(log: AuditLog) -> Iterator[int]:
    """First places of notes that are held, and on which nobody has decided."""
    held: dict[tuple[str, str], Record] = {}
    for record in log.select(Filter(kinds=(ReleaseHeld, ReleaseDecided))):
        event = record.event
        if isinstance(event, ReleaseHeld):
            held[event.document, event.output_sha256] = record
        elif isinstance(event, ReleaseDecided):
            held.pop((event.document, event.output_sha256), None)
    for (document, _output), record in held.items():
        read = log.select(Filter(kinds=(DocumentRead,), document=document))
        before = [r.seq for r in read if r.session == record.session and r.seq < record.seq]
        yield before[-1] if before else record.seq


def _header(log: AuditLog, signer: SignerKey, places: range) -> Header:
    with log.snapshot() as (_size, nodes):
        before = merkle.frontier(nodes, places.start)
        root = merkle.root(nodes, places.stop)
    note = sign(Checkpoint(signer.name, places.stop, root), signer)
    return Header(places.start, places.stop, before, note)


def _write(log: AuditLog, header: Header, path: Path, told: Told | None) -> None:
    scratch = scratch_beside(path)
    try:
        with scratch.open("wb") as file:
            segment.write(file, header, _bodies(log, header, told))
            file.flush()
            os.fsync(file.fileno())
        publish(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def _bodies(log: AuditLog, header: Header, told: Told | None) -> Iterator[bytes]:
    expected = header.first
    for seq, body in stepwise(log.bodies(header.first, header.stop)):
        if seq != expected:
            break
        yield body
        expected += 1
        if told is not None and expected % segment.PER_MEMBER == 0:
            told(expected - header.first, header.stop - header.first)
    if expected != header.stop:
        if any(moved.first <= expected < moved.stop for moved in log.archived()):
            raise LogUnavailable(
                f"log {log.path}: another program has archived these records meanwhile: try again "
                "if there is more to archive"
            )
        raise LogDamaged(f"record {expected}: missing from the log")


def _examined(signer: SignerKey, header: Header, path: Path) -> Archived:
    """What the log will say of a segment, after reading it back and verifying it."""
    found = verify_archive(path, public_key=str(signer.verifier))
    with Segment(path) as archive:
        if archive.header != header:
            raise VerificationFailed(
                f"archive {path.name}: there is a file of that name that holds something else: "
                "choose another folder"
            )
    return Archived(found.first, found.stop, found.sha256, found.size, found.staying)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the archive cannot be written ({error.strerror}): free the place or choose another "
            "folder; nothing was moved"
        ) from None
