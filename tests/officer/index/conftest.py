"""Logs with records of any kind at any time, as nobody would write them through the program."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from deid.audit import merkle, tiles
from deid.audit.canonical import format_time
from deid.audit.store import AuditLog
from deid.officer.index.update import Source

Body = dict[str, Any]
MakeBody = Callable[..., Body]
WriteLog = Callable[..., Source]


@pytest.fixture
def body() -> MakeBody:
    """Makes a record as JSON, without its number."""

    def make(event: str, at: datetime, *, session: int = 1, **fields: object) -> Body:
        return {
            "schema": 2,
            "time": format_time(at),
            "session": f"{session:016x}",
            "event": event,
            **fields,
        }

    return make


@pytest.fixture
def write_log(tmp_path: Path) -> WriteLog:
    """Writes bodies behind those of a log that is made on first use; raw bytes as they are."""

    def write(
        bodies: Sequence[Body | bytes], name: str = "ward", folder: Path = tmp_path
    ) -> Source:
        with AuditLog.open(folder / name) as log:
            path, first = log.path, log.size
        raw = [
            node if isinstance(node, bytes) else json.dumps(
                node | {"seq": seq}, sort_keys=True, separators=(",", ":")
            ).encode()
            for seq, node in enumerate(bodies, start=first)
        ]  # fmt: skip
        with closing(sqlite3.connect(path)) as connection, connection:
            known = {
                (row, number): bytes(hashes)
                for row, number, hashes in connection.execute("SELECT * FROM tiles")
            }
            grown = tiles.grow(
                lambda row, number: known.get((row, number), b""), first, map(merkle.leaf_hash, raw)
            )
            connection.executemany(
                "INSERT INTO records (seq, body) VALUES (?, CAST(? AS TEXT))",
                enumerate(raw, start=first),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)",
                [(row, number, hashes) for (row, number), hashes in grown.items()],
            )
        return Source(name, path)

    return write
