"""What holds for every test: no window, no network, no telemetry, a data folder of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN costs next to nothing to try; the key files say so, and are read like any other."""
    monkeypatch.setattr("deid.audit.people.SCRYPT_COST", 2)


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
