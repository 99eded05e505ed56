"""The index of the log of a data folder, and records read from the log where it points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.audit.canonical import decode
from deid.audit.records import Record
from deid.audit.store import AuditLog, log_path
from deid.errors import LogUnavailable
from deid.officer.index.update import Progress, Source, Updated
from deid.officer.machines import OWN

if TYPE_CHECKING:
    from deid.officer.index.index import Index

_AT_ONCE: Final = 500
_SPARSE: Final = 8


def index_path(home: Path) -> Path:
    """Where the index of the log of a data folder lies."""
    return home / "audit" / "index.sqlite"


@contextmanager
def local_index(
    home: Path,
    *,
    anew: bool = False,
    progress: Progress = lambda _done, _of: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[Index, Updated]]:
    """The index of the log of a data folder, brought up to date, and what that came to.

    Where the folder may not be written, the index is made in memory.

    Args:
        home: the data folder.
        anew: throw away what was indexed before.
        progress: is told now and then how many records are done, of how many.
        stopped: is asked now and then; what is done until then is kept.

    Raises:
        LogUnavailable: there is no log, or it cannot be read.
        LogDamaged: the file is not a log of this version, or its tree lacks hashes.
    """
    source = Source(OWN, log_path(home))
    AuditLog.read(source.path).close()  # where there is no log, nothing is made
    with open_index(index_path(home)) as index:
        if anew:
            index.clear()
        yield index, index.update([source], progress=progress, stopped=stopped)


@contextmanager
def fresh_index(log: AuditLog) -> Iterator[Index]:
    """An index in memory of an open log and the archives attached to it; it rests on no other file.

    Raises:
        LogUnavailable: the log cannot be read.
        LogDamaged: it lacks hashes.
    """
    from deid.officer.index.index import Index

    with Index(None) as index:
        index.add(OWN, log)
        yield index


def records_at(log: AuditLog, places: Iterable[int]) -> Iterator[Record]:
    """The records at these places, in the order given; those that the log has no more are left out.

    Args:
        log: what they are read from.
        places: numbers of records, ascending or descending.

    Raises:
        LogDamaged: one cannot be read.
    """
    rest = iter(places)
    while some := list(islice(rest, _AT_ONCE)):
        found = dict(_bodies(log, some))
        for seq in some:
            if seq in found:
                yield decode(found[seq], seq=seq)


def _bodies(log: AuditLog, places: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    first, last = min(places), max(places)
    if last - first < _SPARSE * len(places):
        yield from log.bodies(first, last + 1)
    else:
        for seq in places:
            yield from log.bodies(seq, seq + 1)


def open_index(path: Path) -> Index:
    """The index in this file, or one in memory where it may not be written."""
    from deid.officer.index.index import Index

    try:
        return Index(path)
    except LogUnavailable:
        return Index(None)
