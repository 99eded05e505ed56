"""What the checkpoints in the witness folders say of the log."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deid.audit.checkpoint import Checkpoint, parse, sign
from deid.audit.keys import Keys
from deid.audit.note import SignerKey
from deid.audit.records import Anchored, PolicyChanged
from deid.audit.store import AuditLog
from deid.audit.verify import verify
from deid.errors import (
    ConfigurationError,
    LogUnavailable,
    NotPermitted,
    OutputError,
    VerificationFailed,
)
from deid.officer import Desk
from deid.officer.anchoring import anchor_in_folder, settle_witness
from deid.officer.witness import (
    Witness,
    WitnessState,
    file_name,
    kept_in,
    log_id,
    state,
    witnessed,
    words,
)
from deid.site_settings import SiteSettings, read_settings

NOW = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "share"
    made.mkdir()
    return made


@pytest.fixture
def grown(desk: Desk) -> Desk:
    desk.record(*(PolicyChanged(f"{number:064x}") for number in range(5)))
    return desk


def anchor(desk: Desk, folder: Path, *, now: datetime = NOW) -> Path:
    path = anchor_in_folder(desk.log, desk.keys.signer, folder, now=now).path
    assert path is not None
    return path


def look(desk: Desk, *folders: Path, now: datetime = NOW, days: int = 7) -> Witness:
    settings = SiteSettings(witness_folders=tuple(map(str, folders)), witness_days=days)
    return state(desk.log, desk.keys.signer.verifier, settings, now=now)


def test_a_checkpoint_in_the_folder_is_a_fresh_witness(grown: Desk, folder: Path) -> None:
    path = anchor(grown, folder)
    assert (
        path.name == f"noteveil-{log_id(grown.keys.signer.name)}-000000000005-20261121T040506Z.txt"
    )
    found = look(grown, folder)
    assert found.state is WitnessState.FRESH
    assert found.newest is not None
    assert (found.newest.checkpoint.size, found.newest.time) == (5, NOW)
    assert "covers 5 of 6 records" in words(found)[0]
    assert [record.event for record in grown.log.records(5)] == [
        Anchored("folder", 5, found.newest.checkpoint.root.hex())
    ]


def test_nothing_is_written_over(grown: Desk, folder: Path) -> None:
    first = anchor(grown, folder)
    before = first.read_bytes()
    in_the_way = folder / file_name(grown.checkpoint(), time=NOW)
    in_the_way.write_text("something else")
    with pytest.raises(OutputError):
        anchor(grown, folder)
    assert in_the_way.read_text() == "something else"
    assert first.read_bytes() == before
    assert grown.log.size == 6


def test_the_same_checkpoint_twice_in_a_second_is_no_error(grown: Desk, folder: Path) -> None:
    there = folder / file_name(grown.checkpoint(), time=NOW)
    there.write_text(grown.log.checkpoints()[-1], encoding="utf-8")
    assert anchor(grown, folder) == there


def test_a_witness_grows_old(grown: Desk, folder: Path) -> None:
    anchor(grown, folder)
    assert look(grown, folder, now=NOW + timedelta(days=7)).state is WitnessState.FRESH
    old = look(grown, folder, now=NOW + timedelta(days=7, seconds=1))
    assert old.state is WitnessState.STALE
    assert "not from the last 7 days" in words(old)[0]
    assert look(grown, folder, now=NOW + timedelta(days=8), days=8).state is WitnessState.FRESH
    ahead = look(grown, folder, now=NOW - timedelta(days=1, seconds=1))
    assert ahead.state is WitnessState.STALE


def test_a_folder_without_a_checkpoint_of_this_log(grown: Desk, folder: Path) -> None:
    assert look(grown).state is WitnessState.MISSING
    assert "No witness folder" in words(look(grown))[0]
    (folder / "letter.txt").write_text("nothing to do with it")
    assert look(grown, folder).state is WitnessState.MISSING
    (folder / f"noteveil-{'0' * 16}-000000000005-20261121T040506Z.txt").write_text("another's")
    found = look(grown, folder)
    assert (found.state, found.folders[0].others) == (WitnessState.MISSING, 1)
    assert "begun anew" in words(found)[0]


def test_a_folder_that_cannot_be_reached(grown: Desk, folder: Path) -> None:
    gone = folder / "gone"
    found = look(grown, gone)
    assert found.state is WitnessState.UNREACHABLE
    assert "connect its drive or share" in words(found)[0]
    with pytest.raises(LogUnavailable):
        kept_in(gone, grown.keys.signer.verifier)
    with pytest.raises(OutputError, match="cannot be reached"):
        anchor(grown, gone)
    assert not gone.exists()
    assert grown.log.size == 5


def test_of_several_folders_the_worst_counts(grown: Desk, folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    anchor(grown, folder)
    assert look(grown, folder, other).state is WitnessState.MISSING
    anchor(grown, other, now=NOW - timedelta(days=30))
    assert look(grown, folder, other).state is WitnessState.STALE
    assert look(grown, other, folder / "gone").state is WitnessState.UNREACHABLE
    assert look(grown, folder, folder).state is WitnessState.FRESH


@pytest.mark.parametrize("harm", ["shorter", "other records", "changed file"])
def test_a_log_that_is_another_contradicts(grown: Desk, folder: Path, harm: str) -> None:
    path = anchor(grown, folder)
    key = grown.keys.signer
    home = folder.parent / "forged"
    shutil.copytree(grown.home / "keys", home / "keys")
    with AuditLog.open(home) as forged:
        count = 4 if harm == "shorter" else 9
        shift = 100 if harm == "other records" else 0
        events = [PolicyChanged(f"{number + shift:064x}") for number in range(count)]
        forged.append(events)
        if harm == "changed file":
            path.write_text(path.read_text(encoding="utf-8").replace("\n5\n", "\n4\n"), "utf-8")
        settings = SiteSettings(witness_folders=(str(folder),))
        found = state(forged, key.verifier, settings, now=NOW)
        assert found.state is WitnessState.CONTRADICTS
        assert "contradicts the log" in words(found)[0]
        with pytest.raises(VerificationFailed):
            verify(
                forged.path,
                public_key=str(key.verifier),
                checkpoints=[one.note for one in witnessed(settings, key.verifier)],
            )


def test_an_older_checkpoint_that_does_not_fit_is_seen_behind_a_newer(
    grown: Desk, folder: Path
) -> None:
    key = grown.keys.signer
    false = sign(Checkpoint(key.name, 2, b"\0" * 32), key)
    (folder / f"noteveil-{log_id(key.name)}-000000000002-20261101T000000Z.txt").write_text(
        false, "utf-8"
    )
    anchor(grown, folder)
    assert look(grown, folder).state is WitnessState.CONTRADICTS


def test_a_checkpoint_of_another_key_contradicts(grown: Desk, folder: Path) -> None:
    path = anchor(grown, folder)
    other = SignerKey(grown.keys.signer.name, b"7" * 32)
    note = sign(parse(path.read_text("utf-8"), grown.keys.signer.verifier), other)
    path.write_text(note, "utf-8")
    with pytest.raises(VerificationFailed, match=path.name):
        kept_in(folder, grown.keys.signer.verifier)
    assert look(grown, folder).state is WitnessState.CONTRADICTS
    path.write_bytes(b"\xff\xfe")
    assert look(grown, folder).state is WitnessState.CONTRADICTS


def test_the_names_tell_nothing_of_the_site(grown: Desk, folder: Path) -> None:
    path = anchor(grown, folder)
    assert log_id("noteveil/log/3f0c9a51d2b7e864") == "3f0c9a51d2b7e864"
    assert "clinic" not in log_id("clinic of Dr. Quenbridge")
    assert len(log_id("clinic of Dr. Quenbridge")) == 16
    assert path.read_text("utf-8") in grown.log.checkpoints()


def test_who_settles_the_witness(
    desk: Desk, folder: Path, officer: str, administrator: str
) -> None:
    settle_witness(desk, [folder], days=3)
    assert read_settings(desk.home).witness_folders == (str(folder),)
    event = desk.log.record(desk.log.size - 1).event
    assert isinstance(event, Anchored)
    assert event.where == "settled/1/3"
    desk.unlock(administrator, "a short sentence")
    with pytest.raises(NotPermitted):
        settle_witness(desk, [], days=3)
    desk.lock()
    with pytest.raises(NotPermitted):
        settle_witness(desk, [], days=3)
    assert read_settings(desk.home).witness_folders == (str(folder),)


def test_where_nobody_is_enrolled_anybody_settles_it(desk: Desk, folder: Path) -> None:
    settle_witness(desk, [folder], days=3)
    assert read_settings(desk.home).witness_days == 3


@pytest.mark.parametrize(
    ("folders", "days"), [(["w", "w"], 7), (["w"], 0), (["w"], 400), (["home/audit"], 7)]
)
def test_what_is_no_witness_is_refused(
    desk: Desk, tmp_path: Path, folders: list[str], days: int
) -> None:
    with pytest.raises(ConfigurationError):
        settle_witness(desk, [tmp_path / one for one in folders], days=days)
    assert read_settings(desk.home) == SiteSettings()


def test_measuring_leaves_the_witness_as_it_is(desk: Desk, folder: Path) -> None:
    from deid.officer.measuring import measure_reviewers

    settle_witness(desk, [folder], days=3)
    measure_reviewers(desk, 0.1)
    assert read_settings(desk.home) == SiteSettings(0.1, (str(folder),), 3)


def test_several_machines_share_a_folder(
    grown: Desk, folder: Path, tmp_path: Path, enrolled: Callable[..., str]
) -> None:
    with Desk.open(tmp_path / "second") as other:
        anchor(other, folder)
        anchor(grown, folder)
        for desk in (other, grown):
            found = look(desk, folder)
            assert (found.state, found.folders[0].others) == (WitnessState.FRESH, 1)
    assert Keys.open(tmp_path / "second").signer.name != grown.keys.signer.name
