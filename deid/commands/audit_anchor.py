"""`deid audit anchor` and `deid audit witness`: checkpoints leave the machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, whole_number
from deid.commands.printing import complain, print_json, print_rows, printable
from deid.errors import ConfigurationError, OutputError, VerificationFailed, counted
from deid.site_settings import MOST_WITNESS_DAYS

if TYPE_CHECKING:
    from deid.audit.note import SignerKey
    from deid.audit.store import AuditLog
    from deid.commands.options import Commands
    from deid.officer.anchoring import Anchor
    from deid.officer.witness import Witness

    Act = Callable[[AuditLog, SignerKey], Anchor]


def add(actions: Commands) -> None:
    """Add the two actions to the parser of `deid audit`."""
    anchor = actions.add_parser(
        "anchor",
        help="bring a checkpoint of the log out of this machine",
        description="Sign the log as it stands, and bring the checkpoint out of this machine: "
        "without options into the witness folders, which makes it the one command to schedule. "
        "Only a checkpoint that whoever changes the log cannot change shows later whether it was "
        "changed.",
    )
    anchor.add_argument(
        "--to",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="a folder that is there, on another machine or a drive; may be given several times",
    )
    anchor.add_argument("--file", type=Path, metavar="FILE", help="a new file")
    anchor.add_argument(
        "--print", dest="page", type=Path, metavar="FILE", help="a page to print, a new PDF"
    )
    anchor.add_argument(
        "--qr",
        metavar="FILE",
        help="a QR code in a new file that ends in .png or .svg; - shows it in the terminal",
    )
    add_json(anchor)
    anchor.set_defaults(run=_anchor)
    witness = actions.add_parser(
        "witness",
        help="which folders keep checkpoints, and what these say of the log",
        description="Without options, say what the checkpoints in the witness folders say of the "
        "log. A witness folder lies where whoever can change the log cannot write. Once people "
        "are enrolled (`deid audit people`), settling it wants an officer's key.",
    )
    witness.add_argument("--add", type=Path, action="append", default=[], metavar="FOLDER")
    witness.add_argument("--remove", type=Path, action="append", default=[], metavar="FOLDER")
    witness.add_argument(
        "--longest-age",
        type=whole_number(1, MOST_WITNESS_DAYS),
        metavar="DAYS",
        help="warn when the newest checkpoint there is older (default: 7)",
    )
    add_person(witness)
    add_json(witness)
    witness.set_defaults(run=_witness)


def _anchor(options: argparse.Namespace) -> int:
    done: list[Anchor] = []
    refused: list[OutputError] = []
    with _log() as (log, signer):
        for act in _acts(options):
            try:
                done.append(act(log, signer))
            except OutputError as error:  # one drive that is gone must not keep the others waiting
                refused.append(error)
    for other in refused[:-1]:
        complain(str(other))
    if options.json:
        print_json({"anchored": [_node(anchor) for anchor in done]})
    else:
        for anchor in done:
            records = counted(anchor.checkpoint.size, "record")
            print(f"{records}: {printable(anchor.path or 'shown below')}")
        for anchor in done:
            if anchor.path is None:
                _show(anchor.note)
    if refused:
        raise refused[-1]
    return 0


def _acts(options: argparse.Namespace) -> Iterator[Act]:
    from deid.officer import anchoring
    from deid.resources import home
    from deid.site_settings import read_settings

    now = datetime.now(UTC)
    folders = list(options.to)
    if not (folders or options.file or options.page or options.qr):
        folders = [Path(folder) for folder in read_settings(home()).witness_folders]
        if not folders:
            raise ConfigurationError(
                "no witness folder is settled: an officer settles one with `deid audit witness "
                "--add FOLDER`, or name with --to, --file, --print or --qr where to anchor"
            )
    for folder in folders:
        yield partial(anchoring.anchor_in_folder, folder=folder, now=now)
    if options.file is not None:
        yield partial(anchoring.anchor_in_file, path=options.file)
    if options.page is not None:
        yield partial(anchoring.print_anchor, path=options.page, now=now)
    if options.qr is not None:
        path = None if options.qr == "-" else Path(options.qr)
        yield partial(anchoring.anchor_as_qr, path=path)


def _show(note: str) -> None:
    from deid.officer.qr import qr_terminal

    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    code = qr_terminal(note)
    try:
        code.encode(encoding)
    except UnicodeEncodeError:
        print("This terminal cannot show a QR code; the checkpoint is:")
    else:
        print(code)
    print(note, end="")


def _node(anchor: Anchor) -> dict[str, object]:
    return {
        "size": anchor.checkpoint.size,
        "root": anchor.checkpoint.root.hex(),
        "path": None if anchor.path is None else str(anchor.path),
        "checkpoint": anchor.note,
    }


def _witness(options: argparse.Namespace) -> int:
    from deid.officer.witness import WitnessState, words

    if options.add or options.remove or options.longest_age is not None:
        _settle(options)
    found = witness_of_home()
    code = VerificationFailed.exit_code if found.state is WitnessState.CONTRADICTS else 0
    if options.json:
        print_json({"witness": witness_node(found)})
        return code
    if found.folders:
        rows = [(one.state.value, one.kept, printable(one.folder)) for one in found.folders]
        print_rows([("state", "checkpoints", "folder"), *rows])
    for sentence in words(found):
        print(printable(sentence))
    return code


def _settle(options: argparse.Namespace) -> None:
    from deid.officer.anchoring import settle_witness
    from deid.site_settings import settings_to_change

    with officer_desk(options) as desk:
        before = settings_to_change(desk.home)
        gone = {str(folder.absolute()) for folder in options.remove}
        unknown = gone.difference(before.witness_folders)
        if unknown:
            raise ConfigurationError(f"folder {min(unknown)}: is no witness folder")
        kept = [Path(folder) for folder in before.witness_folders if folder not in gone]
        new = [folder for folder in options.add if folder.absolute() not in kept]
        missing = next((folder for folder in new if not folder.is_dir()), None)
        if missing is not None:
            raise ConfigurationError(
                f"folder {missing}: is not there: connect its drive or share, or make the folder"
            )
        settle_witness(desk, [*kept, *new], days=options.longest_age or before.witness_days)


def witness_of_home(public_key: str | None = None) -> Witness:
    """What the witness folders of the user's data folder say of its log.

    Args:
        public_key: of the log; None: the site's own.

    Raises:
        AuditError: the log or the key cannot be read.
        ConfigurationError: the settings of the site cannot be read.
    """
    from deid.audit.keys import read_public_key
    from deid.audit.note import VerifierKey
    from deid.audit.store import AuditLog
    from deid.officer.witness import state
    from deid.resources import home
    from deid.site_settings import read_settings

    key = VerifierKey.parse(public_key or read_public_key(home()))
    with AuditLog.open(home(), create=False, read_only=True) as log:
        return state(log, key, read_settings(home()), now=datetime.now(UTC))


def witness_node(witness: Witness) -> dict[str, object]:
    """The same as JSON."""
    return {
        "state": witness.state.value,
        "longest_age_days": witness.days,
        "folders": [
            {
                "folder": str(one.folder),
                "state": one.state.value,
                "checkpoints": one.kept,
                "of_other_logs": one.others,
                "newest": None
                if one.newest is None
                else {
                    "size": one.newest.checkpoint.size,
                    "time": one.newest.time.isoformat(),
                },
            }
            for one in witness.folders
        ],
        "not_as_recorded": [
            {"setting": one.setting.value, "found": one.found, "recorded": one.recorded}
            for one in witness.differs
        ],
    }


@contextmanager
def _log() -> Iterator[tuple[AuditLog, SignerKey]]:
    from deid.audit.keys import Keys
    from deid.audit.store import AuditLog
    from deid.resources import home

    with AuditLog.open(home(), create=False) as log:
        yield log, Keys.open(home()).signer
