"""Several machines as one site: their logs, each verified by itself, and one listing by time.

A log of another machine is never read where it lies: SQLite cannot share a file in use between
machines. It is copied first, and the copy is verified, also against the last checkpoint that was
seen of that machine; then it takes the place of the copy before. So a machine that is away, broken
or rolled back is told, its last good copy can still be read, and the others are not hidden.
"""

from __future__ import annotations

import heapq
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from deid.audit import database
from deid.audit.keys import read_public_key
from deid.audit.note import VerifierKey
from deid.audit.records import Record, SessionOpened
from deid.audit.selection import Filter
from deid.audit.store import AuditLog, log_path
from deid.audit.verify import Told, Verified, verify
from deid.errors import AuditError, ConfigurationError, LogUnavailable
from deid.files import private_folder
from deid.officer.machine_list import Machine as Machine
from deid.officer.machine_list import read_machines as read_machines
from deid.officer.machine_list import write_machines

OWN: Final = "this machine"
"""The name of the log of the data folder itself."""

_TRIES: Final = 3
_FILES: Final = ("", "-wal")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the log of a machine came to.

    Attributes:
        name: of the machine.
        path: the log that can be read now: the copy, or this machine's own; None where there is
            none.
        verified: what it was verified as, this time; None where it was not.
        problem: why it could not be copied or does not verify; None where it does. What can be
            read at `path` is then the last copy that did.
    """

    name: str
    path: Path | None
    verified: Verified | None
    problem: AuditError | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of one of several machines.

    Attributes:
        machine: name under which the log is listed.
        user: who opened the session; empty where its record is archived.
        record: the record.
    """

    machine: str
    user: str
    record: Record


def add_machine(home: Path, *, name: str, path: Path, public_key: str) -> Machine:
    """List the log of another machine.

    Args:
        home: the data folder.
        name: what the machine is called here.
        path: its log, or the data folder that it lies in; it need not be there now.
        public_key: of that log, from a source that is trusted.

    Raises:
        ConfigurationError: the name or the log is listed already, or the list cannot be written.
        KeyUnusable: the public key is malformed.
    """
    machine = Machine(name, path.absolute(), str(VerifierKey.parse(public_key)))
    machines = read_machines(home)
    if name == OWN or any(other.name == name for other in machines):
        raise ConfigurationError("a machine of that name is listed already: choose another name")
    known = [other.public_key for other in machines]
    with suppress(AuditError):
        known.append(read_public_key(home))
    if machine.public_key in known:
        raise ConfigurationError("the log with that key is listed already")
    write_machines(home, (*machines, machine))
    return machine


def remove_machine(home: Path, name: str) -> None:
    """List a machine no more, and remove the copy of its log.

    Raises:
        ConfigurationError: none of that name is listed, or the list cannot be written.
    """
    machines = read_machines(home)
    left = tuple(machine for machine in machines if machine.name != name)
    gone = [machine for machine in machines if machine.name == name]
    if not gone:
        raise ConfigurationError("no machine of that name is listed")
    write_machines(home, left)
    shutil.rmtree(_copy(home, gone[0]).parent, ignore_errors=True)


def look_at_own(
    home: Path, *, archives: Sequence[Path] = (), workers: int = 1, told: Told | None = None
) -> Looked:
    """Verify the log of the data folder itself, with these archives of it."""
    path = log_path(home)
    try:
        key = read_public_key(home)
        found = verify(path, public_key=key, archives=archives, workers=workers, told=told)
    except AuditError as error:
        return Looked(OWN, path if path.exists() else None, None, error)
    return Looked(OWN, path, found, None)


def look_at(home: Path, name: str, *, workers: int = 1, told: Told | None = None) -> Looked:
    """Copy the log of a machine anew, and verify it.

    Args:
        home: the data folder.
        name: of the machine.
        workers: in how many processes to verify, see `verify`.
        told: is told how far verifying is.

    Raises:
        ConfigurationError: none of that name is listed, or the list cannot be read or written.
    """
    machine = _machine(home, name)
    copy = _copy(home, machine)
    fresh = copy.with_name("fresh.sqlite")
    try:
        _copy_log(_log_of(machine.path), fresh)
        found = verify(
            fresh,
            public_key=machine.public_key,
            checkpoints=() if machine.seen is None else (machine.seen,),
            workers=workers,
            told=told,
        )
        with AuditLog.read(fresh) as log:
            notes = log.checkpoints()
        _take_over(fresh, copy)
    except AuditError as error:
        # What is wrong with the copy is wrong with the log that it was made of.
        problem = type(error)(str(error).replace(str(fresh), str(machine.path)))
        return Looked(name, copy if copy.exists() else None, None, problem)
    finally:
        for ending in (*_FILES, "-shm"):
            fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
    if notes:
        _see(home, name, notes[-1])
    return Looked(name, copy, found, None)


def copies(home: Path) -> tuple[tuple[str, Path], ...]:
    """Name and file of every log that can be read now: this machine's and the copies of others.

    Raises:
        ConfigurationError: the list cannot be read.
    """
    found = [(OWN, log_path(home))]
    found += [(machine.name, _copy(home, machine)) for machine in read_machines(home)]
    return tuple((name, path) for name, path in found if path.exists())


def merged(logs: Sequence[tuple[str, Path]], wanted: Filter | None = None) -> Iterator[Entry]:
    """The records of several logs by time, those of one log in its own order.

    Where a clock ran backwards, the later record is listed with the time of the one before it.

    Args:
        logs: name and file of each, see `copies`.
        wanted: which records.

    Raises:
        LogUnavailable: a log cannot be opened.
        LogDamaged: a record cannot be read.
    """
    with ExitStack() as stack:
        opened = [(name, stack.enter_context(AuditLog.read(path))) for name, path in logs]
        streams = [_stream(at, name, log, wanted) for at, (name, log) in enumerate(opened)]
        for _time, _log, _seq, entry in heapq.merge(*streams, key=lambda found: found[:3]):
            yield entry


def _stream(
    at: int, name: str, log: AuditLog, wanted: Filter | None
) -> Iterator[tuple[datetime, int, int, Entry]]:
    users = {
        record.session: record.event.user
        for record in log.select(Filter(kinds=(SessionOpened,)))
        if isinstance(record.event, SessionOpened)
    }
    latest: datetime | None = None
    for record in log.select(wanted or Filter()):
        latest = record.time if latest is None else max(latest, record.time)
        yield latest, at, record.seq, Entry(name, users.get(record.session, ""), record)


def _machine(home: Path, name: str) -> Machine:
    for machine in read_machines(home):
        if machine.name == name:
            return machine
    raise ConfigurationError("no machine of that name is listed")


def _see(home: Path, name: str, note: str) -> None:
    """Remember the last checkpoint of a machine: its log must never contradict it."""
    machines = read_machines(home)
    write_machines(home, tuple(replace(m, seen=note) if m.name == name else m for m in machines))


def _copy(home: Path, machine: Machine) -> Path:
    key = VerifierKey.parse(machine.public_key)
    return home / "audit" / "machines" / key.public.hex()[:16] / "log.sqlite"


def _log_of(path: Path) -> Path:
    """The log's file, where a folder was named."""
    with suppress(OSError):
        if path.is_dir():
            inside = path / "log.sqlite"
            return inside if inside.exists() else log_path(path)
    return path


def _copy_log(source: Path, target: Path) -> None:
    """Copy a log that others may be writing, and make one whole file of it.

    Raises:
        LogUnavailable: it is not there, or is written to all the time.
        LogDamaged: what was copied is no log.
    """
    try:
        private_folder(target.parent.parent)
        private_folder(target.parent)
        for _ in range(_TRIES):
            before = _stamps(source)
            for ending in _FILES:
                beside = target.with_name(target.name + ending)
                beside.unlink(missing_ok=True)
                if (found := source.with_name(source.name + ending)).exists():
                    shutil.copyfile(found, beside)
                    beside.chmod(0o600)
            if _stamps(source) == before:
                break
        else:
            raise LogUnavailable("the log is being written to: try again")
    except OSError as error:
        raise LogUnavailable(f"the log cannot be copied ({error.strerror})") from None
    with database.explained(target), closing(sqlite3.connect(target)) as connection:
        # Nobody writes to the copy: it needs no write-ahead file, and takes in what is in this one.
        connection.execute("PRAGMA journal_mode = DELETE")


def _stamps(source: Path) -> list[tuple[int, int] | None]:
    """Size and time of the log's files; the log itself must be there."""
    found: list[tuple[int, int] | None] = []
    for ending in _FILES:
        path = source.with_name(source.name + ending)
        if ending and not path.exists():
            found.append(None)
        else:
            details = path.stat()
            found.append((details.st_size, details.st_mtime_ns))
    return found


def _take_over(fresh: Path, copy: Path) -> None:
    try:
        fresh.replace(copy)
    except OSError as error:
        raise LogUnavailable(f"the copy cannot be kept ({error.strerror})") from None
