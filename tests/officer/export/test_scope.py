"""Which records an export holds where others lie in archives that are not at hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deid.audit import rows
from deid.audit.archive import archive
from deid.audit.archives import Archives
from deid.audit.records import Archived, DocumentCommitted
from deid.errors import LogUnavailable
from deid.officer import Desk
from deid.officer.export import check_lines, export_csv, export_fhir, export_lines
from deid.officer.index.query import Query

AHEAD = datetime(2040, 1, 1, tzinfo=UTC)
SINCE = datetime(2039, 1, 1, tzinfo=UTC)


class Ahead(datetime):
    """A clock that runs years ahead."""

    @classmethod
    def now(cls, _zone: object = None) -> datetime:
        """Always the same time."""
        return AHEAD


@pytest.fixture
def moved(
    desk: Desk,
    more_notes: Callable[..., list[object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Archived:
    """What was archived: at its end a note from when the clock was ahead. It was set back since."""
    with monkeypatch.context() as patch:
        patch.setattr(rows, "datetime", Ahead)
        desk.record(*more_notes(desk, 500))
    made = archive(desk.log, desk.keys.signer, tmp_path / "archives", stop=desk.log.size)
    assert made is not None
    desk.record(*more_notes(desk, 501))
    return made.event


def test_no_time_of_a_record_shows_that_archives_hold_nothing_of_it(
    desk: Desk, moved: Archived, tmp_path: Path
) -> None:
    assert desk.log.record(moved.stop).time < SINCE  # the first behind the archive
    query, out = Query(since=SINCE), tmp_path / "since.csv"
    for late in (query, Query(since=AHEAD + timedelta(days=1))):
        with pytest.raises(LogUnavailable, match="are in archives"):
            export_csv(desk, late, out)
    assert not out.exists()
    folder = [tmp_path / "archives"]
    with Archives.open(folder, origin=desk.keys.signer.name, archived=[moved]) as archives:
        desk.log.attach(archives)
        table = export_csv(desk, query, out).path.read_text("utf-8")
        desk.log.attach(None)
    found = [row["seq"] for row in csv.DictReader(table.splitlines())]
    assert found
    assert int(found[-1]) == moved.stop - 1


def test_what_lies_behind_archives_is_chosen_by_its_place(
    desk: Desk, moved: Archived, tmp_path: Path
) -> None:
    size = desk.log.size
    given = export_csv(desk, Query(), tmp_path / "log.csv", behind_archives=True)
    rows_given = csv.DictReader(given.path.read_text("utf-8").splitlines())
    assert [int(row["seq"]) for row in rows_given] == list(range(moved.stop, size))
    some = export_lines(
        desk, Query(event=("document-committed",)), tmp_path / "log.jsonl", behind_archives=True
    )
    lines = some.path.read_bytes().splitlines(keepends=True)
    checked = check_lines(lines, public_key=desk.keys.public_key)
    assert (checked.records, checked.whole) == (1, False)
    bundle = export_fhir(
        desk, Query(), tmp_path / "e.json", now=datetime.now(UTC), behind_archives=True
    )
    entries = json.loads(bundle.path.read_text("utf-8"))["entry"]
    kinds = [entry["resource"]["resourceType"] for entry in entries]
    assert kinds.count("AuditEvent") == 1


def test_who_opened_a_session_may_be_told_in_archives(
    desk: Desk, moved: Archived, tmp_path: Path
) -> None:
    assert moved.stop > 0
    for query in (Query(user=("a",)), Query(machine=("m",))):
        with pytest.raises(LogUnavailable, match="of whichever user"):
            export_lines(desk, query, tmp_path / "log.jsonl", behind_archives=True)


def test_where_nothing_is_away_everything_lies_behind(desk: Desk, tmp_path: Path) -> None:
    size = desk.log.size
    given = export_lines(desk, Query(), tmp_path / "new" / "log.jsonl", behind_archives=True)
    with given.path.open("rb") as lines:
        checked = check_lines(lines, public_key=desk.keys.public_key)
    assert (checked.records, checked.whole) == (size, True)
    assert any(isinstance(record.event, DocumentCommitted) for record in desk.log.records(0, size))
