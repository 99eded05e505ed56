"""Exporting as acts of an officer: each is recorded before its file appears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deid.audit.canonical import format_time
from deid.audit.checkpoint import Checkpoint, parse, seal
from deid.audit.records import Exported, ExportKind, ValueRevealed
from deid.audit.roles import Permission
from deid.audit.verify import Verified
from deid.formats.atomic import StagedFile
from deid.officer.desk import Desk
from deid.officer.export.certificate import certificate
from deid.officer.export.certificate_page import certificate_pdf
from deid.officer.export.fhir import bundle
from deid.officer.export.lines import json_lines
from deid.officer.export.scope import Scope
from deid.officer.export.table import csv_rows
from deid.officer.export.told import OUTCOMES, told
from deid.officer.index.query import Query


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was given out.

    Attributes:
        path: where it lies.
        sha256: of the file, in hex.
        checkpoint: of the log, which covers everything in the file.
    """

    path: Path
    sha256: str
    checkpoint: Checkpoint


def export_csv(desk: Desk, query: Query, out: Path, *, behind_archives: bool = False) -> Given:
    """Write the records as a table to a new file.

    Args:
        desk: at which an officer is unlocked.
        query: which records.
        out: the new file.
        behind_archives: only records behind the archives that are not at hand.

    Raises:
        NotPermitted: no officer's key is unlocked.
        OutputError: the file is there already, or cannot be written.
        AuditError: the log cannot be read, lacks archived records that may be wanted, or
            contradicts its last checkpoint.
    """

    def pieces(scope: Scope, _note: str) -> Iterable[bytes]:
        scope.require_all(desk.log)
        return csv_rows(scope.records(desk.log, desk.home))

    return _give(desk, ExportKind.CSV, query, out, pieces, behind_archives=behind_archives)


def export_lines(desk: Desk, query: Query, out: Path, *, behind_archives: bool = False) -> Given:
    """Write the records as JSON lines, which can be checked on their own, to a new file.

    Args:
        desk: at which an officer is unlocked.
        query: which records.
        out: the new file.
        behind_archives: only records behind the archives that are not at hand.

    Raises:
        NotPermitted: no officer's key is unlocked.
        OutputError: the file is there already, or cannot be written.
        AuditError: the log cannot be read, lacks archived records that may be wanted, or
            contradicts its last checkpoint.
    """

    def pieces(scope: Scope, note: str) -> Iterable[bytes]:
        scope.require_all(desk.log)
        records = scope.records(desk.log, desk.home)
        key = desk.keys.signer.verifier
        return json_lines(records, desk.log, note=note, key=key, whole=scope.whole)

    return _give(desk, ExportKind.JSON, query, out, pieces, behind_archives=behind_archives)


def export_fhir(
    desk: Desk, query: Query, out: Path, *, now: datetime, behind_archives: bool = False
) -> Given:
    """Write what became of the notes as a bundle of FHIR AuditEvents to a new file.

    Args:
        desk: at which an officer is unlocked.
        query: which notes.
        out: the new file.
        now: when it is made.
        behind_archives: only records behind the archives that are not at hand.

    Raises:
        NotPermitted: no officer's key is unlocked.
        OutputError: the file is there already, or cannot be written.
        AuditError: the log cannot be read, lacks archived records that may be wanted, or
            contradicts its last checkpoint.
    """

    def pieces(scope: Scope, note: str) -> Iterable[bytes]:
        scope.require_all(desk.log)
        chosen = scope.chosen(desk.log, desk.home, *OUTCOMES, ValueRevealed)
        events = told(desk.log, scope, chosen)
        log = desk.keys.signer.name
        people = desk.roles().people
        return bundle(events, people, log=log, note=note, time=format_time(now))

    return _give(desk, ExportKind.FHIR, query, out, pieces, behind_archives=behind_archives)


def export_certificate(
    desk: Desk,
    query: Query,
    out: Path,
    *,
    verified: Verified,
    now: datetime,
    sample_id: str | None = None,
) -> Given:
    """Write a certificate of the released notes as a PDF to a new file.

    Args:
        desk: at which an officer is unlocked.
        query: which notes.
        out: the new file.
        verified: what verifying this log came to, just now.
        now: when it is made.
        sample_id: only the notes that this sample was drawn from.

    Raises:
        NotPermitted: no officer's key is unlocked, or another log was verified.
        InputError: no released note is among them, or there is no such sample.
        OutputError: the file is there already, or cannot be written.
        AuditError: the log cannot be read, or contradicts its last checkpoint.
    """

    def pieces(scope: Scope, note: str) -> Iterable[bytes]:
        made = certificate(desk, scope, note=note, verified=verified, now=now, sample_id=sample_id)
        return [certificate_pdf(made)]

    return _give(desk, ExportKind.CERTIFICATE, query, out, pieces)


def _give(
    desk: Desk,
    kind: ExportKind,
    query: Query,
    out: Path,
    pieces: Callable[[Scope, str], Iterable[bytes]],
    *,
    behind_archives: bool = False,
) -> Given:
    person = desk.require(Permission.EXPORT)
    away = desk.log.lacking() if behind_archives else ()
    first = max((part.stop for part in away), default=0)
    note = seal(desk.log, desk.keys.signer)
    checkpoint = parse(note, desk.keys.signer.verifier)
    with StagedFile(out) as staged:
        for piece in pieces(Scope(query, checkpoint.size, first), note):
            staged.write(piece)
        staged.finish()
        export = Exported(kind, checkpoint.size, checkpoint.root.hex(), person.id)
        desk.record(desk.sign(export))
        staged.publish()
    return Given(out, staged.sha256, checkpoint)
