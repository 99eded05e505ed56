import hashlib
import os
import stat
from pathlib import Path

import pytest

from deid.errors import OutputError, OutputExists
from deid.formats import atomic
from deid.formats.atomic import ANOTHER_RUN, PREFIX, StagedFile, remove_unfinished

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")


def write(target: Path, content: bytes, *, overwrite: bool = False) -> None:
    with StagedFile(target, overwrite=overwrite) as staged:
        staged.write(content)
        staged.finish()
        staged.publish()


def test_nothing_lies_at_the_target_before_it_is_published(tmp_path: Path) -> None:
    target = tmp_path / "out" / "a.txt"
    with StagedFile(target) as staged:
        staged.write(b"one")
        staged.write(b"two")
        staged.finish()
        assert staged.sha256 == hashlib.sha256(b"onetwo").hexdigest()
        assert not target.exists()
        staged.publish()
    assert target.read_bytes() == b"onetwo"
    assert [path.name for path in target.parent.iterdir()] == ["a.txt"]


@posix
def test_only_the_owner_may_read_the_output(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", b"x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o600


def write_half(target: Path) -> None:
    with StagedFile(target) as staged:
        staged.write(b"half")
        raise KeyError


def test_what_is_not_published_is_removed(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_half(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_bytes(b"old")
    with pytest.raises(OutputExists, match=r"already: choose another name$"):
        write(target, b"new")
    with pytest.raises(OutputExists, match=r"pass --resume .* or --overwrite"):
        StagedFile(target, remedy=ANOTHER_RUN)
    assert target.read_bytes() == b"old"
    write(target, b"new", overwrite=True)
    assert target.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with StagedFile(target, remedy=ANOTHER_RUN) as staged:
        staged.write(b"new")
        target.write_bytes(b"other")
        with pytest.raises(OutputExists, match="--resume"):
            staged.publish()
    assert target.read_bytes() == b"other"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@posix
def test_a_dangling_link_is_an_existing_file(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputExists):
        write(target, b"x")


@posix
def test_file_systems_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    write(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"
    with StagedFile(tmp_path / "b.txt") as staged:
        (tmp_path / "b.txt").write_bytes(b"other")
        with pytest.raises(OutputExists):
            staged.publish()
    assert (tmp_path / "b.txt").read_bytes() == b"other"


@posix
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        StagedFile(tmp_path / "file" / "a.txt")
    with pytest.raises(OutputError, match="cannot be written"):
        StagedFile(Path("/proc/nothing/a.txt"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    with StagedFile(tmp_path / "a.txt") as staged:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, staged._file.fileno())  # every later write fails as on a full disk
        os.close(full)
        staged.write(b"x")
        with pytest.raises(OutputError, match="No space left"):
            staged.finish()
    assert list(tmp_path.iterdir()) == []


def test_what_killed_runs_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / f"{PREFIX}0123").write_bytes(b"half")
    (tmp_path / "a.txt").write_bytes(b"whole")
    assert remove_unfinished(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", "sub"]


@posix
def test_what_another_process_is_writing_stays(tmp_path: Path) -> None:
    with StagedFile(tmp_path / "a.txt") as staged:
        staged.write(b"x")
        assert remove_unfinished(tmp_path) == 0
        staged.finish()
        staged.publish()
    assert (tmp_path / "a.txt").read_bytes() == b"x"


@posix
def test_drives_without_locks_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(atomic, "lock", refuse)
    write(tmp_path / "a.txt", b"x")
    assert (tmp_path / "a.txt").read_bytes() == b"x"
