"""The witness: checkpoints that left the machine, and what they say of the log.

A witness folder lies where whoever can change the log cannot write: on a share of another machine,
or on a drive that is taken away. Each checkpoint there is a file of its own, never written over.
Its name tells the log, the number of records and the time, and nothing about the site.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.note import VerifierKey
from deid.audit.store import AuditLog
from deid.errors import LogDamaged, LogUnavailable, VerificationFailed
from deid.officer.settled import Difference, difference_words, differences
from deid.site_settings import SiteSettings

_LOG_NAME: Final = re.compile(r"noteveil/log/([0-9a-f]{16})")
_FILE_NAME: Final = re.compile(r"noteveil-([0-9a-f]{16})-[0-9]{12,16}-([0-9]{8}T[0-9]{6}Z)\.txt")
_TIME: Final = "%Y%m%dT%H%M%SZ"
_MAX_BYTES: Final = 1 << 16
_NO_FOLDER: Final = (
    "No witness folder is settled: whether the log was replaced as a whole, nobody can see. An "
    "officer settles one with `deid audit witness --add FOLDER`."
)
_AHEAD: Final = timedelta(days=1)
"""A checkpoint from further in the future was made by a clock that is wrong."""


class WitnessState(StrEnum):
    """How a witness stands to the log, from the best to the worst."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    CONTRADICTS = "contradicts"


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint that lies in a witness folder.

    Attributes:
        path: its file.
        note: the signed note.
        checkpoint: what it says.
        time: when it was put there, by its name.
    """

    path: Path
    note: str
    checkpoint: Checkpoint
    time: datetime


@dataclass(frozen=True, slots=True)
class FolderWitness:
    """What one witness folder says.

    Attributes:
        folder: where it lies.
        newest: the checkpoint of this log that covers most; None where there is none.
        kept: how many checkpoints of this log lie there.
        others: how many files there are checkpoints of other logs, by their names.
    """

    folder: Path
    state: WitnessState
    newest: Kept | None = None
    kept: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Witness:
    """What all witness folders say; none are settled where `folders` is empty.

    Attributes:
        state: the worst of theirs.
        size: how many records the log has.
        days: the newest checkpoint is to be no older.
        differs: settings of the site, of the witness and others, that are not what was recorded.
    """

    state: WitnessState
    folders: tuple[FolderWitness, ...]
    size: int
    days: int
    differs: tuple[Difference, ...] = ()

    @property
    def newest(self) -> Kept | None:
        """Of all folders, the checkpoint that covers most."""
        found = [one.newest for one in self.folders if one.newest is not None]
        return max(found, key=_order, default=None)


def state(log: AuditLog, key: VerifierKey, settings: SiteSettings, *, now: datetime) -> Witness:
    """How the checkpoints in the witness folders stand to the log.

    It is a quick look, at the stored hashes of the log; `deid.audit.verify` computes them again.

    Raises:
        LogUnavailable: the log cannot be read.
    """
    folders = tuple(
        _look(log, key, Path(folder), now=now, days=settings.witness_days)
        for folder in settings.witness_folders
    )
    order = list(WitnessState)
    worst = max((one.state for one in folders), key=order.index, default=WitnessState.MISSING)
    try:
        differs = differences(log, settings)
    except LogDamaged:  # where, `deid.audit.verify` says; the folders are told of all the same
        differs = ()
    return Witness(worst, folders, log.size, settings.witness_days, differs)


def words(witness: Witness) -> list[str]:
    """What there is to say of a witness, a sentence or two for each folder, and of settings."""
    said = [_words(one, witness) for one in witness.folders] or [_NO_FOLDER]
    return [*said, *difference_words(witness.differs)]


def kept_in(folder: Path, key: VerifierKey) -> tuple[Kept, ...]:
    """The checkpoints of a log in a witness folder, by the number of records that they cover.

    Raises:
        LogUnavailable: the folder cannot be read.
        VerificationFailed: a file that should be one is not signed by the key of this log.
    """
    found = []
    for name, own in _names(folder, log_id(key.name)):
        if own is not None:
            note = _read(folder / name)
            try:
                checkpoint = parse(note, key)
            except VerificationFailed as error:
                raise VerificationFailed(f"witness file {name}: {error}") from None
            found.append(Kept(folder / name, note, checkpoint, own))
    return tuple(sorted(found, key=_order))


def witnessed(settings: SiteSettings, key: VerifierKey) -> tuple[Kept, ...]:
    """All checkpoints in the witness folders that can be reached.

    Raises:
        VerificationFailed: a file that should be one is not signed by the key of this log.
    """
    found: list[Kept] = []
    for folder in settings.witness_folders:
        try:
            found += kept_in(Path(folder), key)
        except LogUnavailable:  # `state` tells of it
            continue
    return tuple(found)


def file_name(checkpoint: Checkpoint, *, time: datetime) -> str:
    """Under which name a checkpoint lies in a witness folder."""
    moment = time.astimezone(UTC).strftime(_TIME)
    return f"noteveil-{log_id(checkpoint.origin)}-{checkpoint.size:012}-{moment}.txt"


def log_id(name: str) -> str:
    """16 hex digits for the name of a log, and nothing else about it."""
    own = _LOG_NAME.fullmatch(name)
    return own[1] if own else hashlib.sha256(name.encode()).hexdigest()[:16]


def _look(
    log: AuditLog, key: VerifierKey, folder: Path, *, now: datetime, days: int
) -> FolderWitness:
    try:
        others = sum(own is None for _name, own in _names(folder, log_id(key.name)))
        kept = kept_in(folder, key)
    except LogUnavailable:
        return FolderWitness(folder, WitnessState.UNREACHABLE)
    except VerificationFailed:
        return FolderWitness(folder, WitnessState.CONTRADICTS)
    newest = kept[-1] if kept else None
    found = _judge(newest, now=now, days=days)
    if not _agrees(log, kept):
        found = WitnessState.CONTRADICTS
    return FolderWitness(folder, found, newest, len(kept), others)


def _judge(newest: Kept | None, *, now: datetime, days: int) -> WitnessState:
    if newest is None:
        return WitnessState.MISSING
    is_old = newest.time < now - timedelta(days=days)
    return WitnessState.STALE if is_old or newest.time > now + _AHEAD else WitnessState.FRESH


def _agrees(log: AuditLog, kept: Sequence[Kept]) -> bool:
    size = log.size
    return all(
        one.checkpoint.size <= size and log.root(one.checkpoint.size) == one.checkpoint.root
        for one in kept
    )


def _names(folder: Path, own: str) -> Iterator[tuple[str, datetime | None]]:
    """Names of checkpoints in a folder; with the time, if they are of this log."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
    except OSError as error:
        raise LogUnavailable(
            f"witness folder {folder}: cannot be read ({error.strerror}): is its drive or share "
            "connected?"
        ) from None
    for name in names:
        matched = _FILE_NAME.fullmatch(name)
        if matched:
            yield name, _time(matched[2]) if matched[1] == own else None


def _time(written: str) -> datetime:
    try:
        return datetime.strptime(written, _TIME).replace(tzinfo=UTC)
    except ValueError:  # the name was changed: as old as can be
        return datetime.min.replace(tzinfo=UTC)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode()
    except OSError as error:
        raise LogUnavailable(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise VerificationFailed(f"witness file {path.name}: not a checkpoint") from None


def _order(kept: Kept) -> tuple[int, datetime]:
    return kept.checkpoint.size, kept.time


def _words(one: FolderWitness, witness: Witness) -> str:
    match one.state:
        case WitnessState.UNREACHABLE:
            said = "it cannot be reached: connect its drive or share"
        case WitnessState.CONTRADICTS:
            said = (
                "a checkpoint there contradicts the log: records were changed or taken away, or "
                "that file was changed. Keep everything as it is and ask the privacy officer"
            )
        case WitnessState.MISSING:
            said = "it holds no checkpoint of this log: put one there with `deid audit anchor`"
            if one.others:
                said += (
                    f". It holds {one.others} of other logs: if this machine had one there, the "
                    "log was begun anew in its place"
                )
        case _:
            said = _covered(one, witness)
    return f"Witness folder {one.folder}: {said}."


def _covered(one: FolderWitness, witness: Witness) -> str:
    if one.newest is None:
        return ""
    size, time = one.newest.checkpoint.size, one.newest.time
    said = f"the newest checkpoint, of {time:%Y-%m-%d %H:%M} UTC, covers {size} of "
    said += f"{witness.size} records"
    if one.state is WitnessState.STALE:
        said += (
            f". It is not from the last {witness.days} days: take one out with `deid audit "
            "anchor`, best by a schedule"
        )
    return said
