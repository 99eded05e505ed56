"""Examining records chunk by chunk, in this process or in several: what costs time in verifying.

A chunk is decoded and hashed, and the notes in it are followed, without knowing what came before;
what reaches over its borders is handed back. Chunks come back in the order in which they went out,
so that whoever follows the log sees it as one.
"""

from __future__ import annotations

import contextlib
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Self

from deid.audit import merkle
from deid.audit.authority import FOLLOWED
from deid.audit.canonical import decode
from deid.audit.completeness import Note, Portion
from deid.audit.records import Record
from deid.errors import AuditError

CHUNK: Final = 4096
"""Records of a chunk, but for the last."""

_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records that follow each other.

    Attributes:
        first: place of the first.
        bodies: their canonical bytes.
    """

    first: int
    bodies: list[bytes] = field(repr=False)

    def record(self, seq: int) -> Record:
        """One of them.

        Raises:
            LogDamaged: it cannot be read.
        """
        return decode(self.bodies[seq - self.first], seq=seq)


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a chunk.

    Attributes:
        leaves: hashes of the leaves.
        committed: how many commits were found complete.
        before: places of records of notes that were read in an earlier chunk.
        ended: notes that were read and ended in this chunk.
        after: places of records of notes that did not end in this chunk.
        people: places of records of what people did who have roles.
        earliest: time of the first record.
        latest: time of the last.
        ran_back: how often a record has an earlier time than the one before it.
    """

    leaves: list[bytes] = field(repr=False)
    committed: int
    before: list[int]
    ended: set[Note]
    after: list[int]
    people: list[int]
    earliest: datetime
    latest: datetime
    ran_back: int


def examine(chunk: Chunk) -> Examined:
    """Decode and hash the records of a chunk, and follow its notes.

    Raises:
        LogDamaged: a record cannot be read.
        VerificationFailed: a commit is not accounted for by the records before it.
    """
    portion, leaves, people = Portion(), [], []
    earliest = latest = chunk.record(chunk.first).time
    ran_back = 0
    for seq, body in enumerate(chunk.bodies, start=chunk.first):
        record = decode(body, seq=seq)
        portion.take(seq, record)
        leaves.append(merkle.leaf_hash(body))
        if type(record.event) in FOLLOWED:
            people.append(seq)
        ran_back += record.time < latest
        latest = record.time
    return Examined(
        leaves, portion.committed, portion.before, portion.ended, portion.after, people,
        earliest, latest, ran_back,
    )  # fmt: skip


class Examiners:
    """Processes that examine chunks. Use it in a `with` block, which ends them.

    Where one cannot be started or dies, its work is done in this process.

    Args:
        workers: how many; 1: all is done in this process.
    """

    def __init__(self, workers: int = 1) -> None:
        self._wanted = min(workers, _MOST) if workers > 1 else 0
        self._workers: list[_Worker] = []
        self._idle: deque[_Worker] = deque()

    def __enter__(self) -> Self:
        # Where there is no memory for so many, those that could be started do it.
        with contextlib.suppress(OSError):
            for _ in range(self._wanted):
                self._workers.append(_Worker())
        self._idle.extend(self._workers)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in self._workers:
            worker.end()

    def examined(self, chunks: Iterable[Chunk]) -> Iterator[tuple[Chunk, Examined]]:
        """Each chunk and what was found in it, in their order.

        Raises:
            LogDamaged: a record cannot be read.
            VerificationFailed: a commit is not accounted for by the records before it.
        """
        busy: deque[tuple[_Worker | None, Chunk]] = deque()
        for chunk in chunks:
            done = self._found(*busy.popleft()) if busy and not self._idle else None
            # The next chunk goes out before what was found is looked at: no process waits for it.
            worker = self._idle.popleft() if self._idle else None
            if worker is not None:
                worker.send(chunk)
            busy.append((worker, chunk))
            if done is not None:
                yield done
        while busy:
            yield self._found(*busy.popleft())

    def _found(self, worker: _Worker | None, chunk: Chunk) -> tuple[Chunk, Examined]:
        found = worker.receive() if worker is not None else None
        if found is None or worker is None:
            return chunk, examine(chunk)
        self._idle.append(worker)
        if isinstance(found, AuditError):
            raise found
        return chunk, found


class _Worker:
    """A process that examines one chunk after the other; it ends when its pipe is closed."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        try:
            self._process.start()
        finally:
            theirs.close()

    def send(self, chunk: Chunk) -> None:
        # One that died is noticed when it is asked for what it found.
        with contextlib.suppress(OSError):
            self._pipe.send(chunk)

    def receive(self) -> Examined | AuditError | None:
        """What was found, or why it was refused; None from a process that died."""
        try:
            found: Examined | AuditError = self._pipe.recv()
        except (EOFError, OSError):
            return None
        return found

    def end(self) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()
        self._process.close()


def _serve(pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what it means is decided by who asks
    while True:
        try:
            chunk = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(examine(chunk))
        except AuditError as error:
            pipe.send(error)
