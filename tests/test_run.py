"""The set-up script, its locks, and the demonstration that it runs."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """`run.py` as a module that works in the environment of the tests."""
    spec = importlib.util.spec_from_file_location("noteveil_run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "PYTHON", Path(sys.executable))
    return module


def pins(lock: Path) -> dict[str, str]:
    return dict(_PIN.findall(lock.read_text(encoding="utf-8")))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=]", one)[0] for one in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_requirement_of_a_lock_has_a_version_and_a_hash(lock: Path) -> None:
    lines = lock.read_text(encoding="utf-8").splitlines()
    starts = [line for line in lines if not line.startswith(("#", " "))]
    assert starts
    assert all(_PIN.match(line) and line.endswith("\\") for line in starts)
    hashes = [line for line in lines if line.startswith(" ")]
    assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in hashes)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_no_lock_pulls_torch_or_cuda(lock: Path) -> None:
    assert [name for name in pins(lock) if re.match(r"torch$|triton|nvidia|cuda", name)] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {"runtime": names(project["dependencies"])}
    for extra, requirements in project["optional-dependencies"].items():
        wanted[extra] = wanted["runtime"] | (names(requirements) - {"torch"})
    for name, expected in wanted.items():
        assert expected <= set(pins(ROOT / "requirements" / f"{name}.txt")), name


def test_the_locks_agree_on_versions() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_is_installed_is_not_installed_again(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[tuple[str, ...]] = []
    monkeypatch.setattr(script, "VENV", tmp_path)
    monkeypatch.setattr(script, "_make_venv", lambda: None)
    monkeypatch.setattr(script, "_try_pip", lambda *arguments: installed.append(arguments) or True)
    script.set_up("runtime")
    assert "--require-hashes" in installed[0]
    installed.clear()
    script.set_up("runtime")
    assert installed == []
    script.set_up("dev", "train", torch=True)
    assert any("torch==" in one for one in installed[0])


def test_a_failed_installation_is_told_and_tried_again(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "VENV", tmp_path)
    monkeypatch.setattr(script, "_make_venv", lambda: None)
    monkeypatch.setattr(script, "_try_pip", lambda *_: False)
    for _ in range(2):
        with pytest.raises(script.SetupFailed, match="pip"):
            script.set_up("runtime")


def test_a_missing_qt_library_is_named(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "_qt_starts", lambda: False)
    monkeypatch.setattr(script, "_apt_install", lambda _: False)
    with pytest.raises(script.SetupFailed, match="libegl1"):
        script.set_up_qt()


@pytest.fixture
def checks(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Callable[..., bool]:
    """Runs these pieces of Python in place of the checks; the last is the one beside them."""
    monkeypatch.setattr(script, "set_up", lambda *_, **__: None)
    monkeypatch.setattr(script, "set_up_qt", lambda: None)
    monkeypatch.setattr(script, "SCRIPTS", Path(sys.executable).parent)
    python = [Path(sys.executable).name, "-c"]

    def check(*, beside: str = "", **codes: str) -> bool:
        monkeypatch.setattr(script, "CHECKS", {name: [*python, codes[name]] for name in codes})
        monkeypatch.setattr(script, "BESIDE", ("beside", [*python, beside]))
        return bool(script.check())

    return check


def test_a_failed_check_does_not_hide_the_others(
    checks: Callable[..., bool], capfd: pytest.CaptureFixture[str]
) -> None:
    bad, good, also = "raise SystemExit(1)", "print('ran')", "print('ran beside')"
    assert checks(bad=bad, good=good, beside=also) is False
    output = capfd.readouterr().out
    assert "ran\n" in output
    assert output.rindex("=== beside") < output.index("ran beside")
    assert "=== Failed: bad =" in output
    assert checks(good=good, beside=f"{also}; {bad}") is False
    output = capfd.readouterr().out
    assert "ran beside" in output
    assert "=== Failed: beside =" in output
    assert checks(good=good, beside=also) is True


def test_what_the_checks_compile_is_kept_beside_the_environment(
    script: ModuleType,
    checks: Callable[..., bool],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(script, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "imported.py").write_text("")
    assert checks(imports="import imported")
    (compiled,) = (tmp_path / ".venv").rglob("imported.*.pyc")
    assert compiled.is_relative_to(tmp_path / ".venv" / "compiled")
    assert not (tmp_path / "__pycache__").exists()


def test_the_demonstration_shows_before_after_and_the_verified_log(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(script, "set_up", lambda *_, **__: None)
    monkeypatch.chdir(ROOT)
    assert script.demo() is True
    output = capfd.readouterr().out
    before, after = output.count("=== before"), output.count("=== after")
    assert before == after == len(list((ROOT / "samples").rglob("*.txt")))
    assert output.count("OYELARAN") == 1
    assert "agrees with itself" in output
