from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deid.audit import rows
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import DocumentRefused, Event, PolicyChanged, SessionOpened
from deid.audit.selection import Filter
from deid.audit.store import AuditLog, log_path
from deid.errors import (
    ConfigurationError,
    KeyUnusable,
    LogDamaged,
    LogUnavailable,
    VerificationFailed,
)
from deid.officer import machines
from deid.officer.machine_list import list_path, read_machines
from deid.officer.machines import (
    OWN,
    add_machine,
    copies,
    look_at,
    look_at_own,
    merged,
    remove_machine,
)

DIGEST = "5" * 64
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by a minute a batch, or as it is told."""

    def __init__(self) -> None:
        self.time = START

    def now(self, _zone: object) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(rows, "datetime", made)
    return made


class Ward:
    """Another machine, with a data folder on a share."""

    def __init__(self, home: Path, user: str) -> None:
        self.home = home
        self.keys = Keys.open(home)
        self.log = AuditLog.open(home)
        self.log.append([SessionOpened(user, home.name, "0.1.0", None, DIGEST, DIGEST)])

    def work(self, *events: Event) -> None:
        self.log.append(events or [PolicyChanged(DIGEST)])
        seal(self.log, self.keys.signer)


@pytest.fixture
def own(home: Path, clock: Clock) -> Ward:
    return Ward(home, "olive")


@pytest.fixture
def wards(own: Ward, tmp_path: Path) -> list[Ward]:
    """Two other machines that are listed, with records of all three in turns."""
    others = [Ward(tmp_path / f"ward-{number}", f"clerk-{number}") for number in (1, 2)]
    for ward in others:
        add_machine(own.home, name=ward.home.name, path=ward.home, public_key=ward.keys.public_key)
    for _ in range(3):
        for ward in (own, *others):
            ward.work()
    return others


def test_each_machine_is_verified_by_itself(own: Ward, wards: list[Ward]) -> None:
    for ward in wards:
        found = look_at(own.home, ward.home.name)
        assert found.problem is None
        assert found.verified is not None
        assert (found.verified.size, found.verified.root) == (4, ward.log.root())
    mine = look_at_own(own.home)
    assert mine.verified is not None
    assert [name for name, _path in copies(own.home)] == [OWN, "ward-1", "ward-2"]


def test_all_are_listed_together_by_time(own: Ward, wards: list[Ward]) -> None:
    for ward in wards:
        look_at(own.home, ward.home.name)
    found = list(merged(copies(own.home)))
    who = [(OWN, "olive"), ("ward-1", "clerk-1"), ("ward-2", "clerk-2")]
    assert [(entry.machine, entry.user) for entry in found] == who * 4
    assert [entry.record.seq for entry in found] == [seq for seq in range(4) for _ in who]
    times = [entry.record.time for entry in found]
    assert times == sorted(times)
    some = list(merged(copies(own.home), Filter(kinds=(SessionOpened,))))
    assert [entry.machine for entry in some] == [OWN, "ward-1", "ward-2"]


def test_a_clock_that_runs_backwards_does_not_mix_the_records_of_a_machine(
    own: Ward, wards: list[Ward], clock: Clock
) -> None:
    clock.time = START - timedelta(days=1)
    wards[0].work()
    clock.time = START + timedelta(days=1)
    wards[0].work()
    own.work()
    for ward in wards:
        look_at(own.home, ward.home.name)
    places: dict[str, list[int]] = {}
    for entry in merged(copies(own.home)):
        places.setdefault(entry.machine, []).append(entry.record.seq)
    assert places == {OWN: [*range(5)], "ward-1": [*range(6)], "ward-2": [*range(4)]}
    found = look_at(own.home, "ward-1").verified
    assert found is not None
    assert found.ran_back == 1


def test_what_a_machine_wrote_meanwhile_is_in_the_next_copy(own: Ward, wards: list[Ward]) -> None:
    look_at(own.home, "ward-1")
    wards[0].work()
    assert len(list(merged(copies(own.home)[1:]))) == 4
    found = look_at(own.home, "ward-1")
    assert found.verified is not None
    assert found.verified.witnessed == 4
    assert len(list(merged(copies(own.home)[1:]))) == 5


def spoil(ward: Ward, how: str, tmp_path: Path) -> None:
    path = log_path(ward.home)
    match how:
        case "missing":
            ward.log.close()
            path.unlink()
        case "broken":
            with closing(sqlite3.connect(path)) as other, other:
                other.execute("UPDATE records SET body = replace(body, '555', '556') WHERE seq = 2")
        case "rolled back":
            ward.log.close()
            for file in (tmp_path / "older").iterdir():
                shutil.copy(file, path.parent)
        case _:
            ward.log.close()
            path.write_bytes(b"Ottoline Vance\n" * 99)
            path.with_name("log.sqlite-wal").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("missing", LogUnavailable),
        ("broken", VerificationFailed),
        ("rolled back", VerificationFailed),
        ("no log", LogDamaged),
    ],
)
def test_a_machine_that_is_gone_broken_or_rolled_back_is_told_and_hides_nobody(
    own: Ward, wards: list[Ward], tmp_path: Path, how: str, error: type[Exception]
) -> None:
    shutil.copytree(log_path(wards[0].home).parent, tmp_path / "older")
    wards[0].work()
    for ward in wards:
        look_at(own.home, ward.home.name)
    before = list(merged(copies(own.home)))
    spoil(wards[0], how, tmp_path)
    found = look_at(own.home, "ward-1")
    assert isinstance(found.problem, error)
    assert "Ottoline" not in str(found.problem)
    assert "fresh" not in str(found.problem)
    assert found.verified is None
    assert look_at(own.home, "ward-2").problem is None
    # What was seen of it last, which did verify, can still be read.
    assert list(merged(copies(own.home))) == before
    assert found.path is not None
    assert [path.name for path in found.path.parent.iterdir()] == ["log.sqlite"]


def test_a_machine_that_was_never_seen_has_nothing_to_read(
    own: Ward, wards: list[Ward], tmp_path: Path
) -> None:
    spoil(wards[0], "missing", tmp_path)
    found = look_at(own.home, "ward-1")
    assert (found.path, found.verified) == (None, None)
    assert [name for name, _path in copies(own.home)] == [OWN]


def test_the_log_of_another_machine_is_not_touched(own: Ward, wards: list[Ward]) -> None:
    folder = log_path(wards[0].home).parent
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    look_at(own.home, "ward-1")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_log_that_is_always_written_to_is_not_copied_in_half(
    own: Ward, wards: list[Ward], monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., object] = shutil.copyfile

    def busy(source: Path, target: Path) -> object:
        wards[0].work()
        return real(source, target)

    monkeypatch.setattr(machines.shutil, "copyfile", busy)
    found = look_at(own.home, "ward-1")
    assert isinstance(found.problem, LogUnavailable)
    assert "being written" in str(found.problem)


def test_a_log_is_named_by_its_file_or_its_folder(own: Ward, tmp_path: Path) -> None:
    ward = Ward(tmp_path / "ward", "clerk")
    ward.work()
    ward.log.close()
    key = ward.keys.public_key
    copied = tmp_path / "copied"
    copied.mkdir()
    shutil.copy(log_path(ward.home), copied / "log.sqlite")
    for number, path in enumerate([ward.home, log_path(ward.home), copied, copied / "log.sqlite"]):
        add_machine(own.home, name=str(number), path=path, public_key=key)
        assert look_at(own.home, str(number)).problem is None
        remove_machine(own.home, str(number))
    assert not any((own.home / "audit" / "machines").iterdir())


def test_names_and_logs_are_listed_once(own: Ward, wards: list[Ward], tmp_path: Path) -> None:
    key = wards[0].keys.public_key
    other = Keys.open(tmp_path / "other").public_key
    for name, public_key in (
        ("ward-1", other), (OWN, other), ("ward-9", key), ("ward-9", own.keys.public_key),
    ):  # fmt: skip
        with pytest.raises(ConfigurationError, match="listed already"):
            add_machine(own.home, name=name, path=tmp_path, public_key=public_key)
    with pytest.raises(KeyUnusable):
        add_machine(own.home, name="ward-9", path=tmp_path, public_key="nonsense")
    with pytest.raises(ConfigurationError, match="no machine of that name"):
        look_at(own.home, "ward-9")
    with pytest.raises(ConfigurationError, match="no machine of that name"):
        remove_machine(own.home, "ward-9")
    assert [machine.name for machine in read_machines(own.home)] == ["ward-1", "ward-2"]


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b'{"format": "noteveil-machines-1", "machines": [{}]}', b"{" * 9999, b"\xff"],
)
def test_a_list_that_is_damaged_is_refused(home: Path, content: bytes) -> None:
    home.mkdir()
    list_path(home).write_bytes(content)
    with pytest.raises(ConfigurationError, match="damaged"):
        read_machines(home)


def test_records_of_another_machine_stay_without_names(own: Ward, wards: list[Ward]) -> None:
    wards[0].work(DocumentRefused(wards[0].keys.fingerprint("document", "Vance"), "EmptyNote", 3))
    look_at(own.home, "ward-1")
    for file in (own.home / "audit" / "machines").rglob("*"):
        assert file.is_dir() or b"Vance" not in file.read_bytes()
