"""`deid audit verify`: compute the log again, and compare it with what was signed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.archive_options import add_archives, records_told
from deid.commands.audit_anchor import witness_node, witness_of_home
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.audit.verify import Verified
    from deid.commands.options import Commands


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    verify = actions.add_parser(
        "verify",
        help="whether the log agrees with itself and with checkpoints",
        description="Compute everything in the log again and compare it with the signed "
        "checkpoints. Without a checkpoint that was kept elsewhere, nobody can see that the last "
        "records, or the log as a whole, were replaced by somebody who can write the file. "
        "Records that were archived are examined where their archives are given; of the others, "
        "only the hashes are compared. The checkpoints in the witness folders (`deid audit "
        "witness`) are compared with the log as well.",
    )
    verify.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that was kept elsewhere, also as typed or scanned from paper; may be "
        "given several times; - reads it from the standard input",
    )
    add_archives(verify)
    verify.add_argument(
        "--proof", type=Path, metavar="FILE", help="check a proof instead of the log"
    )
    verify.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="check records that `deid audit export json` wrote instead of the log",
    )
    verify.add_argument(
        "--archive-alone",
        type=Path,
        metavar="FILE",
        help="check an archive by itself instead of the log, which need not be there",
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
    from deid.audit.note import VerifierKey
    from deid.audit.store import log_path
    from deid.audit.verify import verify
    from deid.officer.witness import witnessed, words
    from deid.site_settings import read_settings

    home = resources.home()
    key = options.public_key or read_public_key(home)
    if options.proof is not None:
        return _verify_proof(text_of(options.proof), key, json_wanted=options.json)
    if options.export is not None:
        return _verify_export(options.export, key, json_wanted=options.json)
    if options.archive_alone is not None:
        return _verify_archive(options.archive_alone, key, json_wanted=options.json)
    notes = [checkpoint_text(path) for path in options.checkpoint]
    settings, log_key = read_settings(home), VerifierKey.parse(key)
    notes += [kept.note for kept in witnessed(settings, log_key)]
    found = verify(
        log_path(home),
        public_key=key,
        checkpoints=notes,
        archives=options.archive,
        workers=os.cpu_count() or 1,
        told=records_told(quiet=options.json),
    )
    witness = witness_of_home(key)
    if options.json:
        node = {"verified": True, "public_key": key, "witness": witness_node(witness)}
        print_json(facts(found) | node)
        return 0
    print_rows([*rows(found), ("public key", key)])
    for line in (*remarks(found), *map(printable, words(witness))):
        print(line)
    return 0


def facts(found: Verified) -> dict[str, object]:
    """What a log was found to be, as JSON."""
    return {
        "records": found.size,
        "root": found.root.hex(),
        "documents": found.documents,
        "signed": found.signed,
        "witnessed": found.witnessed,
        "checkpoints": [
            {"size": one.size, "root": one.root.hex(), "kept_elsewhere": one.outside}
            for one in found.compared
        ],
        "archived": [
            {"first": part.first, "stop": part.stop, "examined": part.examined}
            for part in found.archived
        ],
        "ran_back": found.ran_back,
    }


def rows(found: Verified) -> list[tuple[str, object]]:
    """The same for people."""
    told: list[tuple[str, object]] = [
        ("records", found.size),
        ("documents released", found.documents),
        ("covered by the log's own checkpoints", found.signed),
        ("covered by checkpoints kept elsewhere", found.witnessed),
    ]
    told += [
        ("agrees with a checkpoint kept elsewhere", f"of {one.size} records")
        for one in found.compared
        if one.outside
    ]
    for part in found.archived:
        how = "examined" if part.examined else "in an archive, not examined"
        told.append((f"records {part.first} to {part.stop - 1}", how))
    if found.people:
        told.append(("people with a role, or who had one", len(found.people)))
        told.append(("sign-offs", len(found.signed_off)))
    told.append(("root", found.root.hex()))
    return told


def remarks(found: Verified) -> Iterator[str]:
    """What is to be said of it."""
    given = found.outside_checkpoints
    elsewhere = f" and {given} kept elsewhere" if given else ""
    yield (
        f"The log agrees with itself and with {found.own_checkpoints} checkpoints of its "
        f"own{elsewhere}."
    )
    if found.unexamined:
        yield (
            f"{found.unexamined} records are in archives that were not given: their hashes are the "
            "signed ones, but what they say was not examined. Give the archives with --archive."
        )
    if found.ran_back:
        yield (
            f"The clock of the machine ran backwards {found.ran_back} times: the records are in "
            "the order in which they were written."
        )
    if not given:
        yield "Whether its end was replaced shows only a checkpoint that was kept elsewhere."


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


def _verify_export(path: Path, key: str, *, json_wanted: bool) -> int:
    from deid.errors import VerificationFailed
    from deid.officer.export import check_lines

    try:
        with path.open("rb") as file:
            found = check_lines(file, public_key=key)
    except OSError as error:
        raise VerificationFailed(f"{path.name}: cannot be read ({error.strerror})") from None
    if json_wanted:
        node = {"verified": True, "public_key": key, "records": found.records}
        print_json(node | {"whole": found.whole, "size": found.checkpoint.size})
    else:
        which = "all" if found.whole else "some"
        print(
            f"{found.records} records, {which} of the {found.checkpoint.size} that the log had at "
            "the checkpoint."
        )
    return 0


def checkpoint_text(path: Path) -> str:
    """A signed checkpoint from a file, or from the standard input for `-`, also a typed one.

    Raises:
        VerificationFailed: the file cannot be read, or is no text.
    """
    from deid.errors import VerificationFailed
    from deid.officer.typed import read_typed

    if str(path) != "-":
        return read_typed(text_of(path))
    try:
        return read_typed(sys.stdin.buffer.read().decode("utf-8"))
    except UnicodeDecodeError:
        raise VerificationFailed("the standard input holds no checkpoint") from None


def _verify_archive(path: Path, key: str, *, json_wanted: bool) -> int:
    from deid.audit.archive import verify_archive

    found = verify_archive(path, public_key=key)
    if json_wanted:
        print_json(
            {
                "verified": True,
                "first": found.first,
                "stop": found.stop,
                "root": found.root.hex(),
                "documents": found.documents,
                "sha256": found.sha256,
                "size": found.size,
                "public_key": key,
            }
        )
        return 0
    print_rows(
        [
            ("records", f"{found.first} to {found.stop - 1}"),
            ("documents released", found.documents),
            ("root of the log behind them", found.root.hex()),
            ("sha256", found.sha256),
            ("public key", key),
        ]
    )
    print("The archive holds the records that were signed. Verify the log to see that it fits it.")
    return 0


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
