from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from deid import pipeline
from deid.cli import main
from deid.detect import packs

CANARY = "Quenbridge"
NOTE = f"Call Mrs. {CANARY} at (801) 555-0147.\nStable on 03/14/2024.\n"


@dataclass(frozen=True)
class Ran:
    """What a run of the command line came to."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Deid = Callable[..., Ran]


@pytest.fixture(autouse=True)
def packs_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the shipped rules takes most of the time of a small run."""
    monkeypatch.setattr(pipeline, "load_packs", _load_packs)


_load_packs = functools.cache(packs.load_packs)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("DEID_HOME", str(folder))
    return folder


@pytest.fixture
def deid(home: Path, capfd: pytest.CaptureFixture[str]) -> Deid:
    """Runs the command line in this process, on a data folder of its own."""

    def run(*arguments: object) -> Ran:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as error:
            code = int(error.code or 0)
        said = capfd.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A folder with two good notes."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_bytes(NOTE.encode())
    (folder / "b.txt").write_bytes(NOTE.replace("0147", "0148").encode())
    return folder
