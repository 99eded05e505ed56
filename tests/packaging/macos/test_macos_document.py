"""Every command of the document on packages for macOS runs as far as it can here."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from macos.bundle import DATA

from tests.packaging.macos.frozen_tree import frozen

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "macos-packages.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)[1:]
    for block in re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
RELEASE = [
    ["genpkey", "-algorithm", "ed25519", "-out", "release.pem"],
    ["pkey", "-in", "release.pem", "-pubout", "-out", "release.pub"],
]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_the_commands_run_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen(tmp_path / "build" / "release" / "noteveil", version="0.1.0")
    for command in RELEASE:
        subprocess.run(["openssl", *command], check=True, cwd=tmp_path, capture_output=True)
    monkeypatch.chdir(tmp_path)
    said = []
    for script, *arguments in COMMANDS:
        told = [] if script.endswith("build_app.py") else ["--print"]
        monkeypatch.setattr(sys, "argv", [script, *arguments, *told])
        monkeypatch.setattr(sys, "path", [*sys.path])
        runpy.run_path(str(ROOT / script), run_name="__main__")
        said.append(capsys.readouterr().out)
    app, signed, notarised, packed, *_ = said
    assert app == "build/mac/NoteVeil.app\n"
    assert "'Developer ID Application: NAME (TEAM)'" in signed
    assert "notarytool submit" in notarised
    assert "build/pkg/NoteVeil-0.1.0-arm64.pkg" in packed
    assert any("NoteVeil-0.1.0-arm64.pkg" in command[1] for command in COMMANDS)


def test_what_the_build_refuses_is_told_and_ends_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = frozen(tmp_path / "tree")
    (tree.root / "_internal" / "rules" / "a.txt").write_text("changed", encoding="utf-8")
    key = tmp_path / "key.pem"
    key.write_text("no key", encoding="utf-8")
    options = [str(tree.root), "--out", str(tmp_path), "--release-key", str(key)]
    script = str(ROOT / "packaging" / "macos" / "build_app.py")
    monkeypatch.setattr(sys, "argv", [script, *options, "--seal-with", str(key)])
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(SystemExit, match=r"not made: key\.pem: not a public key"):
        runpy.run_path(script, run_name="__main__")


def test_the_workflow_goes_the_same_way_as_nobody() -> None:
    workflow = (ROOT / ".github" / "workflows" / "build.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(workflow)["jobs"]["macos"]["steps"]
    runs = [shlex.split(step["run"]) for step in steps if "run" in step]
    scripts = [run[1:] for run in runs if "packaging/macos" in run[1]]
    trials = [command for command in COMMANDS if "--trial" in command]
    assert [script for script, *_ in scripts] == [
        f"packaging/macos/{name}.py" for name in ("build_app", "sign_app", "build_pkg")
    ]
    assert [command[0] for command in trials] == [script for script, *_ in scripts[1:]]
    assert all("--trial" in command for command in scripts[1:])
    assert DATA.joinpath("uninstall.sh").name in " ".join(word for run in runs for word in run)


def test_files_that_the_document_names_are_there() -> None:
    for path in re.findall(r"\]\(([^)#]+)", DOCUMENT):
        assert (ROOT / "docs" / path).resolve().is_file(), path
    assert (DATA / "uninstall.sh").is_file()
