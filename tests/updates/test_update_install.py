"""Updates are installed whole or not at all, used only as signed, and can be taken back once."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from deid.errors import BundleUnsuited, BundleUntrusted, UpdatesUnavailable, UpdateTampered
from deid.updates.install import Machine, examine, undo
from deid.updates.installed import InstalledUpdate, in_use
from deid.updates.listing import Place, listed
from deid.updates.names import TARGETS
from deid.updates.state import RELEASE, read_state
from tests.updates.authority import (
    DAY,
    FILES,
    KEYS,
    MODEL,
    NOW,
    Desk,
    Update,
    key,
    root,
)

OTHER_RULES = {"rules/packs/ward.yaml": b"name: other\n"}
NEW_TARGETS = KEYS | {"targets": (key("targets 3"), key("targets 4"))}
ROTATED = {1: root(), 2: root(2, keys=NEW_TARGETS)}
AFTER_ROTATION = Update(2, roots=ROTATED, signers={"targets": NEW_TARGETS["targets"]})


def used(desk: Desk, machine: Machine | None = None) -> InstalledUpdate | None:
    it = machine or desk.machine
    return in_use(it.updates, root=it.root, version=it.version)


def content(desk: Desk) -> dict[str, bytes]:
    """The files of the update in use."""
    update = used(desk)
    assert update is not None
    paths = [path for part in update.parts for path in (update.folder / part).rglob("*")]
    return {
        path.relative_to(update.folder).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file()
    }


def test_an_installed_update_is_in_use_as_it_was_signed(desk: Desk) -> None:
    assert used(desk) is None
    update = desk.install(Update(7))
    found = used(desk)
    assert found is not None
    assert (found.version, found.made, found.digest) == (7, NOW, update.digest)
    assert found.parts == ("models", "rules")
    assert content(desk) == FILES | MODEL


def test_all_of_it_is_on_the_disk_before_it_is_in_use(
    desk: Desk, brought_to_the_disk: list[int]
) -> None:
    desk.install(Update())
    files, folders = len(desk.seen()), len({Path(name).parent for name in desk.seen()})
    assert len(brought_to_the_disk) >= files + folders


def test_all_users_may_read_it_whatever_the_installers_mask(desk: Desk) -> None:
    if os.name == "nt":
        pytest.skip("file modes say nothing on Windows")
    before = os.umask(0o077)
    try:
        desk.install(Update())
    finally:
        os.umask(before)
    for path in (desk.machine.updates, *desk.machine.updates.rglob("*")):
        if path.name != "lock":
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path.name


def test_the_next_update_takes_its_place_and_one_step_leads_back(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(Update(2, files=OTHER_RULES))
    assert content(desk) == OTHER_RULES
    assert undo(desk.machine).startswith("1-")
    assert content(desk) == FILES | MODEL
    with pytest.raises(UpdatesUnavailable, match="nothing to go back to"):
        undo(desk.machine)


def test_the_first_update_leads_back_to_what_came_with_the_program(desk: Desk) -> None:
    desk.install(Update())
    assert undo(desk.machine) == RELEASE
    assert used(desk) is None


def test_to_the_release_leads_a_way_from_wherever(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(Update(2))
    assert undo(desk.machine, to_release=True) == RELEASE
    assert used(desk) is None


def test_what_was_undone_may_come_again_but_nothing_older(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(Update(2, files=OTHER_RULES))
    undo(desk.machine)
    with pytest.raises(BundleUntrusted):
        desk.install(Update(1))
    desk.install(Update(2, files=OTHER_RULES))
    assert content(desk) == OTHER_RULES


def test_no_more_than_two_updates_stay_on_the_machine(desk: Desk) -> None:
    for number in (1, 2, 3, 4):
        desk.install(Update(number))
    kept = sorted(path.name.split("-")[0] for path in desk.machine.updates.glob("*-*"))
    assert kept == ["3", "4"]


def test_an_update_that_is_in_use_is_not_installed_again(desk: Desk) -> None:
    desk.install(Update())
    before = desk.seen()
    desk.install(Update())
    assert desk.seen() == before


def test_installing_it_again_mends_one_that_was_changed(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(Update(2))
    found = used(desk)
    assert found is not None
    (found.folder / "rules/lists/drugs.txt").write_bytes(b"cocaine")
    with pytest.raises(UpdateTampered):
        used(desk)
    desk.install(Update(2))
    assert content(desk) == FILES | MODEL
    assert undo(desk.machine).startswith("1-")


def test_keys_change_with_the_signatures_of_the_old_ones(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(AFTER_ROTATION)
    assert content(desk) == FILES | MODEL
    third = ROTATED | {3: root(3, keys=NEW_TARGETS)}
    skipped = replace(AFTER_ROTATION, number=3, roots=third)
    desk.install(skipped)
    found = used(desk)
    assert found is not None
    assert found.version == 3


def test_a_machine_may_get_several_changes_of_keys_at_once(desk: Desk) -> None:
    third = ROTATED | {3: root(3, keys=NEW_TARGETS)}
    desk.install(replace(AFTER_ROTATION, roots=third))
    # The next bundle need not carry what this machine has.
    desk.install(replace(AFTER_ROTATION, number=3, roots={3: third[3]}))
    assert content(desk) == FILES | MODEL


def test_there_is_no_way_back_to_what_keys_signed_that_count_no_more(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(AFTER_ROTATION)
    with pytest.raises(UpdateTampered, match="keys that do not count any more"):
        undo(desk.machine)
    assert content(desk) == FILES | MODEL
    assert undo(desk.machine, to_release=True) == RELEASE


def test_a_newer_release_may_bring_newer_keys(desk: Desk) -> None:
    desk.install(Update(1))
    desk.install(AFTER_ROTATION)
    desk.machine.root.write_bytes(ROTATED[2])
    assert content(desk) == FILES | MODEL
    desk.install(replace(AFTER_ROTATION, number=3))
    assert content(desk) == FILES | MODEL


def test_keys_of_a_newer_release_end_what_the_old_ones_signed(desk: Desk) -> None:
    desk.install(Update(1))
    desk.machine.root.write_bytes(ROTATED[2])
    with pytest.raises(UpdateTampered, match="keys that do not count any more"):
        used(desk)
    desk.install(AFTER_ROTATION)
    assert content(desk) == FILES | MODEL


def test_new_keys_for_a_role_forget_how_far_the_old_ones_counted(desk: Desk) -> None:
    desk.install(Update(1, versions={"timestamp": 900_000}))
    with pytest.raises(BundleUntrusted):
        desk.install(Update(2))
    keys = KEYS | {"timestamp": (key("timestamp 2"),)}
    roots = {1: root(), 2: root(2, keys=keys)}
    desk.install(Update(2, roots=roots, signers={"timestamp": keys["timestamp"]}))
    assert content(desk) == FILES | MODEL


def test_an_installed_update_stays_in_use_when_its_metadata_expires(desk: Desk) -> None:
    soon = dict.fromkeys(("targets", "snapshot", "timestamp"), NOW + DAY)
    desk.install(Update(expires=soon))
    assert content(desk) == FILES | MODEL
    with pytest.raises(BundleUntrusted, match="out of date"):
        examine(desk.bundle(Update(expires=soon)), desk.machine, now=NOW + 2 * DAY)


def test_another_version_of_the_program_works_with_what_it_came_with(desk: Desk) -> None:
    desk.install(Update(said={"highest": "0.1"}))
    assert used(desk, replace(desk.machine, version="0.1.9")) is not None
    newer = replace(desk.machine, version="0.2.0")
    assert used(desk, newer) is None
    assert listed(newer)[0].problem == "for program version 0.1, not 0.2.0"


def test_a_build_without_root_keys_has_no_updates(desk: Desk) -> None:
    desk.install(Update())
    desk.machine.root.unlink()
    assert used(desk) is None
    with pytest.raises(UpdatesUnavailable, match="no root keys"):
        desk.install(Update(2))
    with pytest.raises(UpdatesUnavailable, match="no root keys"):
        listed(desk.machine)


def test_examining_a_bundle_changes_nothing(desk: Desk) -> None:
    assert examine(desk.bundle(Update(4)), desk.machine, now=NOW).version == 4
    assert not desk.machine.updates.exists()


def test_what_the_program_cannot_use_is_not_left_behind(desk: Desk) -> None:
    desk.install(Update(1))
    before = desk.seen()

    def fail(folder: Path) -> None:
        assert (folder / "rules/packs/ward.yaml").read_bytes() == OTHER_RULES[
            "rules/packs/ward.yaml"
        ]
        raise BundleUnsuited("no")

    with pytest.raises(BundleUnsuited):
        desk.install(Update(2, files=OTHER_RULES), try_out=fail)
    assert desk.seen() == before


def test_the_list_tells_what_is_in_use_and_what_was_before(desk: Desk) -> None:
    assert [(one.place, one.update) for one in listed(desk.machine)] == [(Place.CURRENT, None)]
    desk.install(Update(1))
    desk.install(Update(2))
    undo(desk.machine)
    found = listed(desk.machine)
    assert [(one.place, one.update and one.update.version) for one in found] == [
        (Place.CURRENT, 1),
        (Place.NEWEST, 2),
    ]
    (desk.machine.updates / read_state(desk.machine.updates).current / TARGETS).write_bytes(b"")
    assert "changed" in str(listed(desk.machine)[0].problem)


def test_every_byte_of_an_update_is_watched(desk: Desk) -> None:
    small = {"rules/packs/a.yaml": b"ab", "models/m/model.onnx": b"xyz"}
    desk.install(Update(files=small))
    found = used(desk)
    assert found is not None
    tried = 0
    for path in sorted(found.folder.rglob("*")):
        if not path.is_file():
            continue
        was = path.read_bytes()
        metadata = path.parent.name == "metadata"
        for at in range(0, len(was), 97 if metadata else 1):
            path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :])
            with pytest.raises(UpdateTampered):
                used(desk)
            tried += 1
        path.write_bytes(was)
    assert tried > 20
    assert content(desk) == small


@pytest.mark.parametrize("act", ["more", "less", "longer", "link", "folder"])
def test_the_files_of_an_update_are_these_and_no_others(desk: Desk, act: str) -> None:
    desk.install(Update())
    found = used(desk)
    assert found is not None
    path = found.folder / "rules/packs/ward.yaml"
    match act:
        case "more":
            path.with_name("more.yaml").write_bytes(b"name: more\n")
        case "less":
            path.unlink()
        case "longer":
            path.write_bytes(path.read_bytes() + b"\n")
        case "link":
            path.rename(found.folder / "elsewhere")
            path.symlink_to(found.folder / "elsewhere")
        case _:
            shutil.rmtree(found.folder / "rules")
    with pytest.raises(UpdateTampered, match="so no note is examined"):
        used(desk)


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"[1]", b'{"format":', b"\xff", b"[" * 9000])
def test_a_damaged_state_is_not_taken_for_none(desk: Desk, spoilt: bytes) -> None:
    desk.install(Update())
    (desk.machine.updates / "state.json").write_bytes(spoilt)
    with pytest.raises(UpdateTampered, match="damaged"):
        used(desk)


@pytest.mark.parametrize("name", ["../../elsewhere", "1-00", "/tmp", "release/.."])
def test_the_state_leads_nowhere_else(desk: Desk, name: str) -> None:
    desk.install(Update())
    path = desk.machine.updates / "state.json"
    state = read_state(desk.machine.updates)
    path.write_text(path.read_text().replace(state.current, name))
    with pytest.raises(UpdateTampered):
        used(desk)


def test_what_others_may_write_to_is_not_used(desk: Desk) -> None:
    if os.name == "nt":
        pytest.skip("file modes say nothing on Windows")
    desk.install(Update())
    desk.machine.updates.chmod(0o777)
    with pytest.raises(UpdateTampered, match="others than an administrator"):
        used(desk)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
def test_a_kill_at_any_step_leaves_the_old_update_or_the_new_one(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.install(Update(1))
    shutil.copytree(desk.machine.updates, tmp_path / "old")
    first = used(desk)
    assert first is not None
    bundle, seen = desk.bundle(Update(2, files=OTHER_RULES)).read_bytes(), []
    step = 0
    while True:
        step += 1
        finished = _install_and_die(desk, bundle, step)
        found = used(desk)
        assert found is not None
        seen.append(found.version)
        assert content(desk) == (FILES | MODEL if found.version == 1 else OTHER_RULES)
        if finished:
            break
        if step % 10 == 0:  # and whatever is left, the next one installs over
            desk.install(bundle)
            assert content(desk) == OTHER_RULES
            assert not list(desk.machine.updates.glob(".*"))
        shutil.rmtree(desk.machine.updates)
        shutil.copytree(tmp_path / "old", desk.machine.updates)
    assert step > 20
    assert seen == sorted(seen)
    assert set(seen[:-1]) == {1, 2}


def _install_and_die(desk: Desk, bundle: bytes, step: int) -> bool:
    """Install in a process that is gone right before its n-th touch of a file; whether it ended."""
    child = os.fork()
    if child == 0:
        touched = 0

        def die(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal touched
            if event in {"open", "os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir"}:
                touched += str(desk.machine.updates) in str(arguments[0])
                if touched == step:
                    os._exit(9)

        sys.addaudithook(die)
        try:
            desk.install(bundle)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
