from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import deid
from deid.audit.keys import Keys, read_public_key
from deid.audit.store import AuditLog
from deid.errors import DefectError, KeyUnusable, LogUnavailable

posix = pytest.mark.skipif(os.name == "nt", reason="file modes say nothing on Windows")


def test_keys_are_made_once_and_stay_the_same(home: Path) -> None:
    first, second = Keys.open(home), Keys.open(home)
    assert first == second
    assert first.public_key == read_public_key(home)
    assert len(first.site_key) == 32
    assert sorted(path.name for path in (home / "keys").iterdir()) == ["signing.key", "site.key"]


def test_keys_of_two_homes_differ(tmp_path: Path) -> None:
    one, other = Keys.open(tmp_path / "one"), Keys.open(tmp_path / "other")
    assert one.site_key != other.site_key
    assert one.public_key != other.public_key
    assert one.fingerprint("original", "Ottoline") != other.fingerprint("original", "Ottoline")


@posix
def test_nobody_else_may_read_the_keys(home: Path) -> None:
    Keys.open(home)
    assert (home / "keys").stat().st_mode & 0o777 == 0o700
    for name in ("site.key", "signing.key"):
        assert (home / "keys" / name).stat().st_mode & 0o777 == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
@pytest.mark.parametrize("name", ["site.key", "signing.key"])
def test_a_key_that_others_may_open_is_refused(home: Path, name: str, mode: int) -> None:
    Keys.open(home)
    (home / "keys" / name).chmod(mode)
    with pytest.raises(KeyUnusable, match="open to other users"):
        Keys.open(home)


@posix
def test_a_key_folder_that_others_may_write_is_refused(home: Path) -> None:
    Keys.open(home)
    (home / "keys").chmod(0o770)
    with pytest.raises(KeyUnusable, match="open to other users"):
        Keys.open(home)


@pytest.mark.parametrize("name", ["site.key", "signing.key"])
@pytest.mark.parametrize("content", [b"", b"nonsense\n", b"\xff\xfe", b"PRIVATE+KEY+a+b+c\n"])
def test_a_damaged_key_is_refused_and_not_replaced(home: Path, name: str, content: bytes) -> None:
    Keys.open(home)
    path = home / "keys" / name
    path.write_bytes(content)
    with pytest.raises(KeyUnusable):
        Keys.open(home)
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["site.key", "signing.key"])
def test_a_key_that_is_missing_beside_a_log_is_not_replaced(home: Path, name: str) -> None:
    Keys.open(home)
    AuditLog.open(home).close()
    (home / "keys" / name).unlink()
    with pytest.raises(KeyUnusable, match="missing"):
        Keys.open(home)
    assert not (home / "keys" / name).exists()


def test_a_home_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KeyUnusable):
        Keys.open(tmp_path / "file" / "home")


def test_processes_that_start_at_once_get_the_same_keys(home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from deid.audit.keys import Keys\n"
        "sys.stdin.read(); keys = Keys.open(Path(sys.argv[1]))\n"
        "print(keys.site_key.hex(), keys.signer.written())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(deid.__file__).parents[1])}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    outputs = {process.communicate()[0] for process in started}
    assert all(process.returncode == 0 for process in started)
    keys = Keys.open(home)
    assert outputs == {f"{keys.site_key.hex()} {keys.signer.written()}\n"}
    assert sorted(path.name for path in (home / "keys").iterdir()) == ["signing.key", "site.key"]


def test_fingerprints_tell_kinds_and_values_apart(keys: Keys) -> None:
    made = {
        keys.fingerprint(kind, value)
        for kind in ("document", "original", "output-name")
        for value in (
            "",
            "Ottoline",
            "ottoline",
            "Ottoline ",
            "n\ud800",
            "n\N{REPLACEMENT CHARACTER}",
        )
    }
    assert len(made) == 18
    assert keys.fingerprint("document", "Zoë") == keys.fingerprint("document", "Zoë".encode())
    assert all(one.startswith(f"hmac-sha256:{keys.id}:") for one in made)


def test_a_fingerprint_is_not_the_plain_hash(keys: Keys) -> None:
    assert sha256(b"Ottoline").hexdigest() not in keys.fingerprint("original", "Ottoline")


@pytest.mark.parametrize("kind", ["", "Document", "a\0b", "a b", "-a"])
def test_a_kind_that_could_be_mistaken_is_refused(keys: Keys, kind: str) -> None:
    with pytest.raises(DefectError):
        keys.fingerprint(kind, "Ottoline")


def test_a_repr_holds_no_secret(keys: Keys) -> None:
    assert repr(keys) == "Keys()"


@posix
def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "share" / "noteveil"
    Keys.open(home)
    assert home.stat().st_mode & 0o777 == 0o700
    home.chmod(0o755)  # somebody chose so
    Keys.open(home)
    assert home.stat().st_mode & 0o777 == 0o755


def test_whoever_asks_for_the_public_key_is_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailable, match="there is none: check DEID_HOME"):
        read_public_key(tmp_path)
    keys = Keys.open(tmp_path)
    assert read_public_key(tmp_path) == keys.public_key
    AuditLog.open(tmp_path).close()
    (tmp_path / "keys" / "signing.key").unlink()
    with pytest.raises(KeyUnusable, match=r"restore the key .* --public-key KEY"):
        read_public_key(tmp_path)
