"""Anchoring: a checkpoint of the log leaves the machine, and the log records that it did.

Whoever may run the program may anchor the log, since nobody can do harm with that; which folders
are its witnesses is settled by an officer, once people are enrolled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from deid import managed
from deid.audit.checkpoint import Checkpoint, parse, seal
from deid.audit.note import SignerKey
from deid.audit.records import Anchored
from deid.audit.roles import Permission
from deid.audit.store import AuditLog
from deid.errors import ConfigurationError, OutputError, OutputExists
from deid.formats.atomic import StagedFile
from deid.officer.desk import Desk
from deid.officer.paper import Blank, Code, Letters, Paragraph, Table, pdf
from deid.officer.qr import qr_png, qr_svg
from deid.officer.witness import file_name, log_id
from deid.site_settings import SiteSettings, change_settings, settings_to_change

_PICTURES: Final[dict[str, Callable[[str], bytes]]] = {".png": qr_png, ".svg": qr_svg}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A checkpoint that left the machine.

    Attributes:
        note: the signed note.
        checkpoint: what it says.
        path: the file that it lies in; None where it was only shown.
    """

    note: str
    checkpoint: Checkpoint
    path: Path | None = None


def anchor_in_folder(log: AuditLog, signer: SignerKey, folder: Path, *, now: datetime) -> Anchor:
    """Put a checkpoint into a folder that is there, as a file of its own, and read it back.

    Raises:
        OutputError: the folder cannot be reached or written, or what was read back is not what
            was written.
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    if not folder.is_dir():
        raise OutputError(
            f"folder {folder}: cannot be reached: connect its drive or share, or make the folder"
        )
    return _anchor(
        log,
        signer,
        where="folder",
        write=lambda note, size: _write(folder / file_name(size, time=now), note.encode()),
    )


def anchor_in_witness(
    log: AuditLog, signer: SignerKey, settings: SiteSettings, *, now: datetime
) -> tuple[tuple[Anchor, ...], tuple[OutputError, ...]]:
    """Put a checkpoint into every witness folder, and tell what kept some from having one.

    Raises:
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    anchors: list[Anchor] = []
    refused: list[OutputError] = []
    for folder in settings.witness_folders:
        try:
            anchors.append(anchor_in_folder(log, signer, Path(folder), now=now))
        except OutputError as error:  # a drive that is gone must not keep the others waiting
            refused.append(error)
    return tuple(anchors), tuple(refused)


def anchor_in_file(log: AuditLog, signer: SignerKey, path: Path) -> Anchor:
    """Put a checkpoint into a new file, and read it back.

    Raises:
        OutputError: the file is there already, cannot be written, or was not written well.
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    return _anchor(log, signer, where="file", write=lambda note, _size: _write(path, note.encode()))


def anchor_as_qr(log: AuditLog, signer: SignerKey, path: Path | None = None) -> Anchor:
    """Put a checkpoint into a picture of a QR code, or only give it, to be shown.

    Args:
        log: the log.
        signer: signs the checkpoint.
        path: a new file that ends in `.png` or `.svg`; None: none.

    Raises:
        OutputError: the file is of another kind, is there already, or cannot be written.
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    if path is None:
        return _anchor(log, signer, where="qr", write=lambda _note, _size: None)
    draw = _PICTURES.get(path.suffix.lower())
    if draw is None:
        raise OutputError("a QR code is written to a file that ends in .png or .svg")
    return _anchor(log, signer, where="qr", write=lambda note, _size: _write(path, draw(note)))


def print_anchor(log: AuditLog, signer: SignerKey, path: Path, *, now: datetime) -> Anchor:
    """Put a checkpoint on a page to print, as text and QR code, with lines to fill in by hand.

    Raises:
        OutputError: the file is there already, or cannot be written.
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    return _anchor(
        log,
        signer,
        where="print",
        write=lambda note, size: _write(path, checkpoint_page(note, size, signer, now=now)),
    )


def checkpoint_page(
    note: str, checkpoint: Checkpoint, signer: SignerKey, *, now: datetime
) -> bytes:
    """One page with a checkpoint."""
    root = checkpoint.root.hex()
    return pdf(
        "Checkpoint of an audit log",
        [
            Paragraph(
                "This page shows later whether the log still begins with the records that it had "
                "now. Keep it where whoever can change the log cannot: in a safe, with a notary, "
                "in a file on paper."
            ),
            Table(
                (),
                (
                    ("Log", checkpoint.origin),
                    ("Records covered", f"{checkpoint.size}"),
                    ("Root of their tree", " ".join(root[at : at + 8] for at in range(0, 64, 8))),
                    ("Taken out", f"{now:%Y-%m-%d %H:%M:%S} UTC"),
                    ("Public key of the log", str(signer.verifier)),
                ),
                (0.25, 0.75),
                frozenset({1}),
            ),
            Paragraph("The checkpoint, as it was signed:"),
            Letters(note),
            Code(note),
            Paragraph(
                "To check: scan the code (or type the text above, in which line breaks and blanks "
                "do not matter), and give it to `deid audit verify --checkpoint -` at the machine "
                "where the log lies. The program says whether the log agrees. Without the "
                "program, docs/audit-log.md describes how to compute the root."
            ),
            Blank("Printed by"),
            Blank("Place and date"),
            Blank("Kept where"),
            Blank("Signature"),
        ],
        subject=f"Checkpoint of log {log_id(checkpoint.origin)} over {checkpoint.size} records",
        time=now,
    )


def settle_witness(desk: Desk, folders: Sequence[Path], *, days: int) -> None:
    """Let these folders be the witness from now on, and record that.

    Once somebody is enrolled at the site, this wants an officer's key. What is recorded is how
    many folders there are and how old the witness may be: `where` is `settled/<folders>/<days>`.

    Args:
        desk: of the data folder where it is to hold.
        folders: each is made absolute; it need not be there at this moment.
        days: the newest checkpoint is to be no older, from 1 to 366.

    Raises:
        SettingLocked: IT manages what would change.
        NotPermitted: people are enrolled, and no officer's key is unlocked.
        ConfigurationError: a folder is given twice or lies in the data folder, the days are out
            of range, or the settings of the site cannot be written.
        LogUnavailable: the log cannot be written; what held before still does.
    """
    if desk.roles().anybody:
        desk.require(Permission.EXPORT)
    absolute = [Path(folder).absolute() for folder in folders]
    _check_managed(desk.home, tuple(map(str, absolute)), days)
    if len(set(absolute)) != len(absolute):
        raise ConfigurationError("a witness folder is given twice")
    if any(folder.is_relative_to(desk.home.absolute()) for folder in absolute):
        raise ConfigurationError("a witness folder lies outside the data folder: name another")
    try:
        settings = replace(
            settings_to_change(desk.home),
            witness_folders=tuple(map(str, absolute)),
            witness_days=days,
        )
    except ValueError as error:
        raise ConfigurationError(f"{error}") from None
    checkpoint = desk.checkpoint()
    event = Anchored(f"settled/{len(absolute)}/{days}", checkpoint.size, checkpoint.root.hex())
    change_settings(desk.home, settings, record=lambda: desk.record(event))


def _check_managed(home: Path, folders: tuple[str, ...], days: int) -> None:
    """Refuse what IT manages to become other than it is, by the file or by what holds."""
    here, before = managed.current(), settings_to_change(home)
    if folders not in (before.witness_folders, here.witness_folders):
        here.check_unmanaged(managed.Name.WITNESS_FOLDERS, wanted="the witness folders")
    if days not in (before.witness_days, here.witness_days):
        here.check_unmanaged(managed.Name.WITNESS_DAYS, wanted="the longest age of the witness")


def _anchor(
    log: AuditLog,
    signer: SignerKey,
    *,
    where: str,
    write: Callable[[str, Checkpoint], Path | None],
) -> Anchor:
    note = seal(log, signer)
    checkpoint = parse(note, signer.verifier)
    path = write(note, checkpoint)
    log.append([Anchored(where, checkpoint.size, checkpoint.root.hex())])
    return Anchor(note, checkpoint, path)


def _write(path: Path, content: bytes) -> Path:
    try:
        with StagedFile(path) as staged:
            staged.write(content)
            staged.finish()
            staged.publish()
    except OutputExists:
        if not _holds(path, content):  # the same checkpoint, taken out twice in a second
            raise
    if not _holds(path, content):
        raise OutputError(f"{path}: what was read back is not what was written: check the drive")
    return path


def _holds(path: Path, content: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(content) + 1) == content
    except OSError:
        return False
