"""What holds for every test: no window, no network, no telemetry, a data folder of its own."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from deid.audit import people

# Before anything imports Qt, onnxruntime or transformers.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile(
    "here",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def _user_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new folder with each `next`; `mktemp` would look at all earlier ones for a free number."""
    folder = tmp_path_factory.mktemp("users")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def deid_home(_user_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder of this one test: empty, and not there yet."""
    user = next(_user_folders)
    user.mkdir()
    home = user / "home"
    monkeypatch.setenv("DEID_HOME", str(home))
    return home


@pytest.fixture(scope="session", autouse=True)
def usual_cost() -> Iterator[int]:
    """What it costs to try a PIN. Here it is next to nothing; the key files say so."""
    usual = people.SCRYPT_COST
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "SCRYPT_COST", 2)
        yield usual


class Unsynced(sqlite3.Connection):
    """A connection that is told to wait for the disk, and does not."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = OFF"), parameters)

    def executescript(self, script: str, /) -> sqlite3.Cursor:
        return super().executescript(f"PRAGMA synchronous = OFF; {script}")


@pytest.fixture(scope="session", autouse=True)
def _no_waits_for_the_disk() -> Iterator[None]:
    """What a test writes need not outlast the machine; each wait for the disk is long.

    Tests of what is brought to the disk, and when, put their own in place of this. Processes that
    tests start do wait.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Unsynced))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of development data beside the checkout; without it the test is skipped."""
    named = os.environ.get("NOTEVEIL_SHARED_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no development data: set NOTEVEIL_SHARED_DATA to its folder")
    return folder


@pytest.fixture
def powerless() -> Iterator[Path]:
    """A folder, and no more rights than any user has in it."""
    folder = Path(tempfile.mkdtemp())
    if os.name == "nt":
        pytest.skip("file modes say nothing on Windows")
    superuser = os.geteuid() == 0
    if superuser:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    yield folder
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
    if superuser:
        os.seteuid(0)
    rmtree(folder)
