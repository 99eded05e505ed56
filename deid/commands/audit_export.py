"""`deid audit export`: records for a table, a program, a reader on paper or an audit service."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deid.audit.records import EVENTS
from deid.commands.archive_options import add_archives, archives_attached
from deid.commands.audit_records import fingerprint, moment
from deid.commands.audit_verify import checkpoint_text
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, label
from deid.commands.printing import print_json, printable
from deid.errors import counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer import Desk
    from deid.officer.export import Given
    from deid.officer.index.query import Query


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    export = actions.add_parser(
        "export",
        help="give out records, or a certificate of what was redacted, as an officer",
        description="Write what the log says to a new file, with the checkpoint that it can be "
        "checked by. Nothing of it holds note text, file names or paths. Each export is recorded.",
    )
    forms = export.add_subparsers(title="forms", metavar="FORM", required=True)
    table = forms.add_parser(
        "csv", help="the records as a table for spreadsheets", description="RFC 4180, in UTF-8."
    )
    lines = forms.add_parser(
        "json",
        help="the records as JSON lines that can be checked on their own",
        description="The canonical form of each record, with the checkpoint and, unless it is the "
        "whole log, the path that ties it to the checkpoint: `deid audit verify --export`.",
    )
    for parser in (table, lines):
        _add_notes(parser)
        _add_behind(parser)
        kinds = [event.kind for event in EVENTS]
        parser.add_argument("--event", choices=kinds, metavar="KIND", action="append")
        parser.add_argument("--label", type=label, metavar="L", help="such as PATIENT")
        parser.add_argument("--detector", metavar="D", help="such as rule:us/mrn@2")
    table.set_defaults(run=_csv)
    lines.set_defaults(run=_json)
    certificate = forms.add_parser(
        "certificate",
        help="what was redacted, under what, and what was measured: a PDF for people",
        description="Verify the whole log, then say of the notes chosen what was redacted, under "
        "which policy, model and rules, what was checked and measured, and who signed.",
    )
    _add_notes(certificate)
    certificate.add_argument(
        "--sample", metavar="SAMPLE", help="the notes that this sample was drawn from"
    )
    certificate.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that was kept elsewhere, to verify against; those in the witness "
        "folders are taken by themselves",
    )
    certificate.set_defaults(run=_certificate, event=None, label=None, detector=None)
    fhir = forms.add_parser(
        "fhir",
        help="what became of the notes as FHIR AuditEvents",
        description="A Bundle of FHIR R4 AuditEvents after the IHE De-Identification Handbook, one "
        "for each note, with the patient as a keyed fingerprint.",
    )
    _add_notes(fhir)
    _add_behind(fhir)
    fhir.set_defaults(run=_fhir, event=None, label=None, detector=None)


def _add_notes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="a new file; a folder that is not there is made for it",
    )
    parser.add_argument("--since", type=moment, metavar="TIME", help="from then on, ISO 8601")
    parser.add_argument("--until", type=moment, metavar="TIME", help="before then, ISO 8601")
    parser.add_argument("--document", metavar="ID", help="id of a note, or its file's name")
    parser.add_argument("--policy", metavar="P", help="name or file of a policy")
    parser.add_argument("--user", metavar="U", help="who opened the session")
    add_archives(parser)
    add_person(parser)
    add_json(parser)


def _add_behind(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--behind-archives",
        action="store_true",
        help="only records behind the archives that are not named; without it, what may lie in "
        "these is not given out as if it were all there is",
    )


def _csv(options: argparse.Namespace) -> int:
    from deid.officer.export import export_csv

    with officer_desk(options) as desk, archives_attached(desk.log, options):
        given = export_csv(
            desk, _query(options), options.out, behind_archives=options.behind_archives
        )
    return _tell(given, options)


def _json(options: argparse.Namespace) -> int:
    from deid.officer.export import export_lines

    with officer_desk(options) as desk, archives_attached(desk.log, options):
        given = export_lines(
            desk, _query(options), options.out, behind_archives=options.behind_archives
        )
    return _tell(given, options)


def _fhir(options: argparse.Namespace) -> int:
    from deid.officer.export import export_fhir

    with officer_desk(options) as desk, archives_attached(desk.log, options):
        given = export_fhir(
            desk,
            _query(options),
            options.out,
            now=datetime.now(UTC),
            behind_archives=options.behind_archives,
        )
    return _tell(given, options)


def _certificate(options: argparse.Namespace) -> int:
    from deid.audit.roles import Permission
    from deid.audit.verify import verify
    from deid.officer.export import export_certificate

    given = [checkpoint_text(path) for path in options.checkpoint]
    with officer_desk(options) as desk, archives_attached(desk.log, options):
        desk.require(Permission.EXPORT)
        verified = verify(
            desk.log.path,
            public_key=desk.keys.public_key,
            checkpoints=[*given, *_witnessed(desk)],
            archives=options.archive,
            workers=os.cpu_count() or 1,
        )
        made = export_certificate(
            desk,
            _query(options),
            options.out,
            verified=verified,
            now=datetime.now(UTC),
            sample_id=options.sample,
        )
    return _tell(made, options)


def _witnessed(desk: Desk) -> list[str]:
    from deid.officer.witness import witnessed
    from deid.site_settings import read_settings

    found = witnessed(read_settings(desk.home), desk.keys.signer.verifier)
    return [kept.note for kept in found]


def _query(options: argparse.Namespace) -> Query:
    from deid.officer.index.query import Query
    from deid.policy import load_policy

    return Query(
        since=options.since,
        until=options.until,
        document=fingerprint(options.document) if options.document is not None else None,
        event=tuple(options.event) if options.event else None,
        label=(options.label.value,) if options.label is not None else None,
        detector=(options.detector,) if options.detector is not None else None,
        policy=(load_policy(options.policy).digest,) if options.policy is not None else None,
        user=(options.user,) if options.user is not None else None,
    )


def _tell(given: Given, options: argparse.Namespace) -> int:
    if options.json:
        print_json(
            {
                "path": str(given.path),
                "sha256": given.sha256,
                "size": given.checkpoint.size,
                "root": given.checkpoint.root.hex(),
            }
        )
    else:
        print(f"{printable(given.path)}: SHA-256 {given.sha256}")
        print(f"It rests on a checkpoint of {counted(given.checkpoint.size, 'record')}.")
    return 0
