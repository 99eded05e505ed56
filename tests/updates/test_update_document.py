"""The commands in docs/updates.md do what it says, from the keys to an update taken back."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from deid import resources
from deid.cli import main
from deid.detect.packages import load_package
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "updates.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(section: str) -> list[tuple[list[str], list[str]]]:
    """Every command of a section with the lines of output that stand below it."""
    text = DOCUMENT.partition(f"## {section}\n")[2].partition("\n## ")[0]
    found: list[tuple[list[str], list[str]]] = []
    for block in _BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((shlex.split(line.removeprefix("$ ")), []))
            else:
                found[-1][1].append(line)
    return found


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with other `rules` and `models`, on a machine of version 0.1.0."""
    monkeypatch.chdir(tmp_path)
    for part in ("rules", "models"):
        shutil.copytree(ROOT / part, part)
    for other in ("rules/packs/ids.yaml", "models/noteveil-en-small/manifest.json"):
        with Path(other).open("a", encoding="utf-8") as file:
            file.write("\n")
    monkeypatch.setattr(resources, "updates_folder", lambda: tmp_path / "updates")
    monkeypatch.setattr(resources, "update_root", lambda: tmp_path / "roots" / "1.root.json")
    monkeypatch.setattr(resources, "version", lambda: "0.1.0")
    return tmp_path


@pytest.fixture
def digests(monkeypatch: pytest.MonkeyPatch) -> Callable[[], tuple[str, str]]:
    """What the log says of rules and model when the program starts anew."""

    def started() -> tuple[str, str]:
        monkeypatch.setattr(resources._Own, "asked", False)
        monkeypatch.setattr(resources._Own, "update", None)
        made = Deidentifier.open(policy=load_policy(), detectors=DetectorChoice.RULES)
        return made.digests.rules, load_package().manifest_digest

    return started


def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`packaging/updates.py`, which would otherwise take half a second for each command."""
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    spec = importlib.util.spec_from_file_location("updates_script", ROOT / "packaging/updates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_bundle_is_made_installed_used_and_taken_back(
    machine: Path,
    digests: Callable[[], tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    make = script(monkeypatch)
    for command, _ in commands("Make a bundle"):
        assert command[:2] == ["python", "packaging/updates.py"]
        assert make.main(command[2:]) == 0, capsys.readouterr().err
    capsys.readouterr()
    found = [digests()]
    for command, shown in commands("Install"):
        assert command[:2] == ["deid", "update"]
        if "--to-release" in command:
            monkeypatch.setattr("deid.updating.try_out", lambda _: None)  # it was, above
            assert main(["update", "install", "noteveil-update-1.zip"]) == 0
        code = main(command[1:])
        output = capsys.readouterr()
        assert code == 0, output.err
        assert set(shown) <= set(output.out.splitlines())
        if command[2] in {"install", "undo"} and "--to-release" not in command:
            found.append(digests())
    shipped, updated, back = found
    assert all(one != other for one, other in zip(shipped, updated, strict=True))
    assert back == shipped


def test_the_script_starts_alone(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "packaging" / "updates.py"), "key", "--out", "a.pem"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command, env=environment, cwd=tmp_path, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"a.pem", "a.pub"}
    if os.name != "nt":
        assert (tmp_path / "a.pem").stat().st_mode & 0o077 == 0
