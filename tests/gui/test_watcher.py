from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event, get_ident

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import gui.watcher
from deid.errors import DeidError
from gui.jobs import Jobs
from gui.watcher import Watcher

SETTLED = 0.05


class Watch:
    """A watcher that looks often, and what it told."""

    def __init__(self, jobs: Jobs, qtbot: QtBot, *, slow: float = 0.1) -> None:
        self.jobs = jobs
        self.qtbot = qtbot
        self.own: set[Path] = set()
        self.watcher = Watcher(
            jobs,
            outputs=lambda: self.own,
            settled_after=SETTLED,
            slow=slow,
            parent=QApplication.instance(),
        )
        self.found: list[Path] = []
        self.failed: list[DeidError] = []
        self.watcher.found.connect(self.found.extend)
        self.watcher.failed.connect(self.failed.append)

    def end(self) -> None:
        """Let it end in this thread; the collector may run in that of the jobs."""
        self.watcher.stop()
        self.watcher.deleteLater()
        self.jobs.stop()

    def wait_for(self, *paths: Path) -> None:
        self.qtbot.waitUntil(lambda: set(paths) <= set(self.found))

    def look_again(self, times: int = 3) -> None:
        """Wait until the folders were looked at some more times."""
        for _ in range(times):
            before = self._looks()
            self.qtbot.waitUntil(lambda before=before: self._looks() != before)

    def _looks(self) -> list[float | None]:
        return [state.at for state in self.watcher._folders.values()]


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[Watch]:
    jobs = Jobs()
    made = Watch(jobs, qtbot)
    yield made
    made.end()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(path: Path, text: str = "Seen today.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_what_lies_there_and_what_comes_is_found_once(watch: Watch, inbox: Path) -> None:
    there = put(inbox / "there.txt")
    watch.watcher.watch(inbox)
    watch.wait_for(there)
    comes = put(inbox / "ward" / "comes.txt")
    watch.wait_for(comes)
    watch.look_again()
    assert sorted(watch.found) == [there, comes]


def test_a_file_that_grows_is_not_found_before_it_stands_still(watch: Watch, inbox: Path) -> None:
    growing = put(inbox / "growing.txt")
    watch.watcher.watch(inbox)
    for size in range(4):
        watch.look_again(1)
        growing.write_text("x" * (100 + size))
    assert not watch.found
    watch.wait_for(growing)


def test_a_file_that_only_its_time_shows_as_changed_is_still_written(
    watch: Watch, inbox: Path
) -> None:
    preallocated = put(inbox / "note.txt")
    watch.watcher.watch(inbox)
    for second in range(4):
        watch.look_again(1)
        os.utime(preallocated, (second, second))
    assert not watch.found
    watch.wait_for(preallocated)


def test_a_file_that_was_written_anew_is_found_again(watch: Watch, inbox: Path) -> None:
    note = put(inbox / "note.txt")
    watch.watcher.watch(inbox)
    watch.wait_for(note)
    put(note, "Seen today, and once more.")
    watch.qtbot.waitUntil(lambda: watch.found == [note, note])


def test_only_notes_are_found(watch: Watch, inbox: Path) -> None:
    put(inbox / "picture.svg")
    put(inbox / ".hidden.txt")
    (inbox / "link.txt").symlink_to(put(inbox.parent / "outside.txt"))
    note = put(inbox / "note.TXT")
    watch.watcher.watch(inbox)
    watch.wait_for(note)
    watch.look_again()
    assert watch.found == [note]


def test_what_the_program_wrote_is_not_found(watch: Watch, inbox: Path) -> None:
    watch.own = {inbox / "note-redacted.txt"}
    watch.watcher.watch(inbox)
    put(inbox / "note-redacted.txt")
    note = put(inbox / "note.txt")
    watch.wait_for(note)
    watch.look_again()
    assert watch.found == [note]


def test_a_folder_that_vanishes_is_told_once_and_may_come_back(watch: Watch, inbox: Path) -> None:
    note = put(inbox / "note.txt")
    watch.watcher.watch(inbox)
    watch.wait_for(note)
    with watch.qtbot.waitSignal(watch.watcher.missing_changed):
        shutil.rmtree(inbox)
    watch.look_again()
    assert len(watch.failed) == 1
    assert str(inbox) not in str(watch.failed[0])
    assert watch.watcher.missing == (inbox,)
    late = put(inbox / "late.txt")
    watch.wait_for(late)
    assert watch.watcher.missing == ()
    assert len(watch.failed) == 1


def test_a_folder_may_be_away_from_the_beginning(watch: Watch, inbox: Path) -> None:
    inbox.rmdir()
    with watch.qtbot.waitSignal(watch.watcher.failed):
        watch.watcher.watch(inbox)


def test_what_is_watched_no_longer_tells_nothing(watch: Watch, inbox: Path) -> None:
    other = inbox.parent / "other"
    note = put(other / "note.txt")
    watch.watcher.watch(inbox)
    watch.watcher.watch(other)
    watch.wait_for(note)
    watch.watcher.unwatch(inbox)
    put(inbox / "late.txt")
    watch.look_again()
    assert watch.found == [note]
    assert watch.watcher.folders == (other,)


def test_the_window_goes_on_while_a_share_hangs(
    watch: Watch, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, threads = Event(), []

    def hang(folder: Path) -> None:
        threads.append(get_ident())
        gate.wait()

    monkeypatch.setattr(gui.watcher, "_listing", hang)
    watch.watcher.watch(inbox)
    watch.qtbot.waitUntil(lambda: bool(threads))
    watch.qtbot.wait(round(SETTLED * 4000))
    assert len(threads) == 1
    assert threads[0] != get_ident()
    gate.set()


def test_the_system_tells_before_the_slow_look(qtbot: QtBot, inbox: Path) -> None:
    jobs = Jobs()
    watch = Watch(jobs, qtbot, slow=3600)
    watch.watcher.watch(inbox)
    qtbot.waitUntil(lambda: str(inbox) in watch.watcher._system.directories())
    note = put(inbox / "note.txt")
    watch.wait_for(note)
    watch.watcher.stop()
    assert not watch.watcher._system.directories()
    watch.end()
