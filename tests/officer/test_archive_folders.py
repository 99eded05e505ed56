"""Folders of archives: named once, looked into, and read beside the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from deid.audit.archive import archive
from deid.audit.keys import Keys
from deid.audit.records import DocumentCommitted, DocumentRead, Event, PolicyChanged
from deid.audit.store import AuditLog, Filter
from deid.errors import ConfigurationError, LogUnavailable, VerificationFailed
from deid.officer import Desk
from deid.officer.archive_folders import (
    archives_attached,
    folders_path,
    look_for_archives,
    name_archive_folders,
    read_archive_folders,
)
from deid.officer.archiving import archive_records
from deid.officer.browsing import Browser
from deid.officer.index.query import Query
from deid.officer.samples import Wanted, draw_sample, drawn_notes
from deid.officer.signoff import verify_to_sign

DIGEST = "5" * 64
PIN = "a short sentence"


@pytest.fixture
def parted(home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two folders, each with an archive of ten records; ten more and two notices are in the log."""
    first, second = tmp_path / "first", tmp_path / "second"
    keys = Keys.open(home)
    with AuditLog.open(home) as log:
        for folder in (first, second):
            log.append(_ten())
            archive(log, keys.signer, folder, stop=log.size)
        log.append(_ten())
    return first, second


def _ten() -> list[Event]:
    return [PolicyChanged(DIGEST)] * 10


def test_folders_are_kept_once_and_whole(home: Path, tmp_path: Path) -> None:
    assert read_archive_folders(home) == ()
    name_archive_folders(home, [tmp_path / "a", tmp_path / "b", tmp_path / "a"])
    assert read_archive_folders(home) == (tmp_path / "a", tmp_path / "b")
    name_archive_folders(home, [])
    assert read_archive_folders(home) == ()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"format": "noteveil-archives-1", "folders": [3]}',
        '{"format": "x"}',
        "[" * 10_000,
    ],
)
def test_a_damaged_file_is_told(home: Path, content: str) -> None:
    home.mkdir()
    folders_path(home).write_text(content)
    with pytest.raises(ConfigurationError, match="damaged"):
        read_archive_folders(home)


def test_archives_are_found_in_several_folders(home: Path, parted: tuple[Path, Path]) -> None:
    first, second = parted
    gone = first / "gone"
    name = Keys.open(home).signer.name
    with AuditLog.open(home) as log:
        archived = log.archived()
        found = look_for_archives([first, gone, second], archived, origin=name)
        assert [file.parent for file in found.files] == [first, second]
        assert (found.lacking, found.unreachable) == ((), (gone,))
        only = look_for_archives([second], archived, origin=name)
        assert only.lacking == archived[:1]
        assert look_for_archives([first], archived, origin="another").lacking == archived
        with pytest.raises(LogUnavailable):
            log.body(0)
        with archives_attached(log, found.files):
            assert log.lacking() == ()
            assert len(list(log.select(Filter(kinds=(PolicyChanged,))))) == 30
        assert len(log.lacking()) == 2
        with archives_attached(log, ()):
            assert len(log.lacking()) == 2


def test_the_log_lets_go_of_them_though_something_failed(
    home: Path, parted: tuple[Path, Path]
) -> None:
    files = sorted(parted[0].iterdir())
    with AuditLog.open(home) as log:
        with pytest.raises(KeyError), archives_attached(log, files):
            raise KeyError
        assert not log.reads_archives
        files[0].write_bytes(b"damaged")
        with pytest.raises(VerificationFailed), archives_attached(log, files):
            pass


def test_archived_records_are_browsed_where_they_are_at_hand(
    home: Path, parted: tuple[Path, Path]
) -> None:
    browser = Browser(home)
    browser.update()
    files = [file for folder in parted for file in folder.iterdir()]
    size = browser.count(Query())
    assert browser.use_archives(files)
    assert not browser.use_archives(files)
    # What was archived before it was indexed is not counted, but what is counted can be read.
    assert all(row.record is not None for row in browser.rows(Query(), 0, size))
    browser.close()


def test_records_that_were_indexed_before_can_be_read_from_an_archive(
    home: Path, tmp_path: Path
) -> None:
    keys = Keys.open(home)
    with AuditLog.open(home) as log:
        log.append(_ten())
    browser = Browser(home)
    browser.update()
    with AuditLog.open(home) as log:
        moved = archive(log, keys.signer, tmp_path / "folder", stop=10)
    assert moved is not None
    rows = browser.rows(Query(), 0, 10)
    assert [row.record for row in rows] == [None] * 10
    browser.use_archives([moved.path])
    assert all(row.record is not None for row in browser.rows(Query(), 0, 10))
    moved.path.write_bytes(b"damaged")
    assert [row.record for row in browser.rows(Query(), 0, 10)] == [None] * 10
    browser.close()


def test_what_is_at_hand_is_verified_too(home: Path, parted: tuple[Path, Path]) -> None:
    files = [file for folder in parted for file in folder.iterdir()]
    assert verify_to_sign(home).unexamined == 21
    assert verify_to_sign(home, archives=files).unexamined == 0


def test_a_name_that_is_typed_is_made_absolute(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name_archive_folders(home, [Path("old")])
    assert read_archive_folders(home) == (tmp_path / "old",)


def _released(desk: Desk, number: int) -> list[Event]:
    document = desk.keys.fingerprint("document", f"{number}.txt")
    original, output = f"{number:064x}", f"{number + 500:064x}"
    return [
        DocumentRead(document, original, 50, 50, "text", "utf-8"),
        DocumentCommitted(document, original, output, 50, 50, 0, 0, DIGEST, document),
    ]


def test_a_sample_that_was_drawn_behind_an_archive_is_the_same_with_it(
    desk: Desk, administrator: str, officer: str, tmp_path: Path
) -> None:
    desk.log.append([event for number in range(5) for event in _released(desk, number)])
    desk.unlock(administrator, PIN)
    moved = archive_records(desk, tmp_path / "archives", stop=desk.log.size)
    assert moved is not None
    desk.log.append([event for number in range(20, 30) for event in _released(desk, number)])
    desk.unlock(officer, PIN)
    sample = draw_sample(desk, Wanted(3))
    assert (sample.drawn.first, sample.drawn.frame) == (moved.event.stop, 10)
    drawn = drawn_notes(desk.log, sample)
    with archives_attached(desk.log, [moved.path]):
        assert drawn_notes(desk.log, sample) == drawn
        assert draw_sample(desk, Wanted(3)).drawn.frame == 15
