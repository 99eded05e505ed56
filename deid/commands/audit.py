"""`deid audit`: read the log, verify it, and give out checkpoints and proofs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands import (
    audit_anchor,
    audit_archive,
    audit_attack,
    audit_export,
    audit_held,
    audit_index,
    audit_machines,
    audit_people,
    audit_rare,
    audit_records,
    audit_reviewers,
    audit_sample,
    audit_shred,
    audit_signoff,
    audit_vault,
    audit_verifier,
    audit_verify,
)
from deid.commands.archive_options import add_archives, archives_attached
from deid.commands.audit_records import MOST_RECORDS
from deid.commands.audit_verify import text_of as text_of
from deid.commands.options import whole_number

if TYPE_CHECKING:
    from deid.audit.checkpoint import Checkpoint
    from deid.audit.keys import Keys
    from deid.audit.records import ExportKind
    from deid.audit.store import AuditLog
    from deid.commands.options import Commands


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("audit", help="read, verify and prove the log")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    audit_verify.add(actions)
    audit_verifier.add(actions)
    audit_records.add(actions)
    audit_index.add(actions)
    audit_reviewers.add(actions)
    audit_sample.add(actions)
    audit_attack.add(actions)
    audit_rare.add(actions)
    audit_people.add(actions)
    audit_signoff.add(actions)
    audit_export.add(actions)
    audit_anchor.add(actions)
    audit_archive.add(actions)
    audit_shred.add(actions)
    audit_machines.add(actions)
    audit_vault.add(actions)
    audit_held.add(actions)
    checkpoint = actions.add_parser(
        "checkpoint",
        help="sign the log as it stands",
        description="Sign the log as it stands. Keep what is printed outside this machine: it is "
        "what `deid audit verify --checkpoint` compares with.",
    )
    checkpoint.add_argument("--out", type=Path, metavar="FILE", help="write it to a new file")
    checkpoint.set_defaults(run=_checkpoint)
    prove = actions.add_parser(
        "prove",
        help="prove that a record is in the log, or that the log only grew",
        description="Write a proof that whoever has the public key can check without the log. It "
        "holds the one record, which holds no note text.",
    )
    what = prove.add_mutually_exclusive_group(required=True)
    what.add_argument("seq", nargs="?", type=whole_number(0, MOST_RECORDS), metavar="SEQ")
    what.add_argument(
        "--since", type=Path, metavar="FILE", help="prove that the log grew from this checkpoint"
    )
    add_archives(prove)
    prove.add_argument("--out", type=Path, metavar="FILE", help="write it to a new file")
    prove.set_defaults(run=_prove)


def _checkpoint(options: argparse.Namespace) -> int:
    from deid.audit.checkpoint import parse, seal
    from deid.audit.records import ExportKind

    with _writable_log() as (log, keys):
        note = seal(log, keys.signer)
        _record_export(log, ExportKind.CHECKPOINT, parse(note, keys.signer.verifier))
        _give_out(note, options.out)
    return 0


def _prove(options: argparse.Namespace) -> int:
    from deid.audit.checkpoint import parse
    from deid.audit.proof import prove_consistency, prove_inclusion
    from deid.audit.records import ExportKind

    with _writable_log() as (log, keys):
        if options.since is None:
            with archives_attached(log, options):
                inclusion = prove_inclusion(log, options.seq, keys.signer)
            written, note = inclusion.to_json(), inclusion.checkpoint
        else:
            grown = prove_consistency(log, text_of(options.since), keys.signer)
            written, note = grown.to_json(), grown.checkpoint
        _record_export(log, ExportKind.PROOF, parse(note, keys.signer.verifier))
        _give_out(written, options.out)
    return 0


def _record_export(log: AuditLog, what: ExportKind, checkpoint: Checkpoint) -> None:
    from deid.audit.records import Exported

    log.append([Exported(what=what, size=checkpoint.size, root=checkpoint.root.hex())])


def _give_out(text: str, out: Path | None) -> None:
    """Write bytes, not text: what was signed must come out the same on every system."""
    from deid.formats.atomic import StagedFile
    from deid.formats.stream import StreamOutput

    with StagedFile(out) if out is not None else StreamOutput(sys.stdout.buffer) as output:
        output.write(text.encode())
        output.finish()
        output.publish()


@contextmanager
def _writable_log() -> Iterator[tuple[AuditLog, Keys]]:
    from deid import resources
    from deid.audit.keys import Keys
    from deid.audit.store import AuditLog

    home = resources.home()
    with AuditLog.open(home, create=False) as log:
        yield log, Keys.open(home)
