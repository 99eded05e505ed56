"""In a sandbox that hides what IT settled nothing is done, and nothing is written that is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from deid.errors import ManagedUnusable, OutputError
from deid.managed import Managed, here, managed
from deid.managed.sandbox import check_kept, seen

POLICY = Path("/etc/noteveil/policy.json")
GRANTED = "host-etc:ro;/var/lib/noteveil:ro;xdg-documents;"


@pytest.fixture
def host_etc(tmp_path: Path) -> Path:
    folder = tmp_path / "host-etc"
    folder.mkdir()
    return folder


def info(tmp_path: Path, filesystems: str) -> Path:
    """What Flatpak 1.14 tells a program, in a file."""
    path = tmp_path / "flatpak-info"
    path.write_text(
        "[Application]\nname=org.noteveil.NoteVeil\n\n[Instance]\napp-path=/x\n\n"
        f"[Context]\nshared=ipc;\nfilesystems={filesystems}\n\n"
        "[Session Bus Policy]\norg.a11y.Bus=talk\n",
        encoding="utf-8",
    )
    return path


def test_outside_of_a_sandbox_the_file_lies_where_it_is(tmp_path: Path) -> None:
    assert seen(POLICY, info=tmp_path / "none") == POLICY
    check_kept(Path("/srv/none"), info=tmp_path / "none")


def test_in_a_sandbox_the_file_is_that_of_the_computer(tmp_path: Path, host_etc: Path) -> None:
    found = seen(POLICY, info=info(tmp_path, GRANTED), host_etc=host_etc)
    assert found == host_etc / "noteveil" / "policy.json"


@pytest.mark.parametrize(
    "filesystems",
    [
        "",
        "host-etc:ro;",
        "/var/lib/noteveil:ro;",
        "!host-etc;/var/lib/noteveil:ro;",
        "host-etc;!/var/lib/noteveil;",
        "host-etc/sub;/var/lib/noteveil/updates;",
    ],
)
def test_what_is_hidden_stops_everything(tmp_path: Path, host_etc: Path, filesystems: str) -> None:
    with pytest.raises(ManagedUnusable, match="hides what your IT settled"):
        seen(POLICY, info=info(tmp_path, filesystems), host_etc=host_etc)


def test_a_permission_without_what_it_permits_stops_everything(tmp_path: Path) -> None:
    with pytest.raises(ManagedUnusable, match="hides"):
        seen(POLICY, info=info(tmp_path, GRANTED), host_etc=tmp_path / "not there")


@pytest.mark.parametrize("content", [b"filesystems=host-etc\n", b"[Context]\nfilesys", b"\xff"])
def test_a_sandbox_that_says_nothing_clear_stops_everything(
    tmp_path: Path, host_etc: Path, content: bytes
) -> None:
    place = tmp_path / "flatpak-info"
    place.write_bytes(content)
    with pytest.raises(ManagedUnusable, match="not known what the sandbox hides"):
        seen(POLICY, info=place, host_etc=host_etc)


def test_what_is_managed_is_read_through_the_sandbox(
    tmp_path: Path, host_etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("deid.managed.sandbox.seen", lambda path: host_etc / path.name)
    monkeypatch.setattr(
        "deid.managed.policy_file.read_owned", lambda path, *, owner: opened.append(path)
    )
    here.read.cache_clear()
    here.current()
    here.read.cache_clear()
    assert opened == [host_etc / "policy.json"]


def test_nothing_is_written_where_it_would_be_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = info(tmp_path, GRANTED)
    lost = tmp_path / "a" / "b"
    with pytest.raises(OutputError, match="not shared with the sandbox"):
        check_kept(lost, info=place, root=tmp_path)
    check_kept(lost, info=place, root=Path("/proc"))
    monkeypatch.setattr(
        managed, "check_kept", lambda folder: check_kept(folder, info=place, root=tmp_path)
    )
    Managed().check_output(None)
    with pytest.raises(OutputError, match="lost"):
        Managed().check_output(lost)
