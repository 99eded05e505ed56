"""`deid audit`: read the log, verify it, and give out checkpoints and proofs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands import (
    audit_attack,
    audit_index,
    audit_people,
    audit_rare,
    audit_records,
    audit_reviewers,
    audit_sample,
    audit_signoff,
)
from deid.commands.audit_records import MOST_RECORDS
from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_rows

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
    _add_verify(actions)
    audit_records.add(actions)
    audit_index.add(actions)
    audit_reviewers.add(actions)
    audit_sample.add(actions)
    audit_attack.add(actions)
    audit_rare.add(actions)
    audit_people.add(actions)
    audit_signoff.add(actions)
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
    prove.add_argument("--out", type=Path, metavar="FILE", help="write it to a new file")
    prove.set_defaults(run=_prove)


def _add_verify(actions: Commands) -> None:
    verify = actions.add_parser(
        "verify",
        help="whether the log agrees with itself and with checkpoints",
        description="Compute everything in the log again and compare it with the signed "
        "checkpoints. Without a checkpoint that was kept elsewhere, nobody can see that the last "
        "records, or the log as a whole, were replaced by somebody who can write the file.",
    )
    verify.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that was kept elsewhere; may be given several times",
    )
    verify.add_argument(
        "--proof", type=Path, metavar="FILE", help="check a proof instead of the log"
    )
    verify.add_argument(
        "--public-key",
        metavar="KEY",
        help="the public key of the log, from a source that you trust (default: this site's own)",
    )
    add_json(verify)
    verify.set_defaults(run=_verify)


def _verify(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.audit.keys import read_public_key
    from deid.audit.store import log_path
    from deid.audit.verify import verify

    home = resources.home()
    key = options.public_key or read_public_key(home)
    if options.proof is not None:
        return _verify_proof(text_of(options.proof), key, json_wanted=options.json)
    notes = [text_of(path) for path in options.checkpoint]
    found = verify(log_path(home), public_key=key, checkpoints=notes)
    if options.json:
        print_json(
            {
                "verified": True,
                "records": found.size,
                "root": found.root.hex(),
                "documents": found.documents,
                "signed": found.signed,
                "witnessed": found.witnessed,
                "public_key": key,
            }
        )
        return 0
    print_rows(
        [
            ("records", found.size),
            ("documents released", found.documents),
            ("covered by the log's own checkpoints", found.signed),
            ("covered by checkpoints kept elsewhere", found.witnessed),
            ("root", found.root.hex()),
            ("public key", key),
        ]
    )
    print("The log agrees with itself and with every checkpoint given.")
    if not options.checkpoint:
        print("Whether its end was replaced shows only a checkpoint that was kept elsewhere.")
    return 0


def _verify_proof(proof: str, key: str, *, json_wanted: bool) -> int:
    from deid.audit.proof import check_consistency, check_inclusion

    if '"earlier"' in proof:
        earlier, later = check_consistency(proof, public_key=key)
        found: dict[str, object] = {"from": earlier.size, "to": later.size}
        said = f"The log of {later.size} records begins with the {earlier.size} of the checkpoint."
    else:
        record = check_inclusion(proof, public_key=key)
        found = {"record": record.seq}
        said = f"Record {record.seq} is in the log."
    if json_wanted:
        print_json({"verified": True, "public_key": key} | found)
    else:
        print(said)
    return 0


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


def text_of(path: Path) -> str:
    """The text of a checkpoint or proof.

    Raises:
        VerificationFailed: the file cannot be read, or is no text.
    """
    from deid.errors import VerificationFailed

    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise VerificationFailed(f"{path.name}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise VerificationFailed(f"{path.name}: not a checkpoint or proof") from None


@contextmanager
def _writable_log() -> Iterator[tuple[AuditLog, Keys]]:
    from deid import resources
    from deid.audit.keys import Keys
    from deid.audit.store import AuditLog

    home = resources.home()
    with AuditLog.open(home, create=False) as log:
        yield log, Keys.open(home)
