"""The workflows for a site's own CI name only what is in the checkout, and hold no secret."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PATHS = re.compile(r"(?<![\w./-])(?:packaging|requirements|\.ci)/[\w./-]+")


def steps(path: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def test_there_is_one_to_check_and_one_to_build_on_each_system() -> None:
    assert [path.stem for path in WORKFLOWS] == ["build", "check"]
    jobs = yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))["jobs"]
    systems = {name: job["runs-on"].partition("-")[0] for name, job in jobs.items()}
    assert systems == {"linux": "ubuntu", "windows": "windows", "msi": "ubuntu", "macos": "macos"}
    for name, script in {**dict.fromkeys(systems, "build.py"), "msi": "build_msi.py"}.items():
        runs = [step["run"] for step in jobs[name]["steps"] if "run" in step]
        assert any(script in run for run in runs)


def test_the_package_of_windows_is_made_of_the_tree_of_windows() -> None:
    jobs = yaml.safe_load(WORKFLOWS[0].read_text(encoding="utf-8"))["jobs"]
    artifacts = {
        (name, step["uses"].partition("@")[0]): step["with"]
        for name in ("windows", "msi")
        for step in jobs[name]["steps"]
        if "-artifact" in step.get("uses", "")
    }
    assert jobs["msi"]["needs"] == "windows"
    made = artifacts["windows", "actions/upload-artifact"]
    assert artifacts["msi", "actions/download-artifact"] == made


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_script_and_lock_that_is_named_exists(path: Path) -> None:
    named = [word for step in steps(path) if "run" in step for word in PATHS.findall(step["run"])]
    assert named
    assert [word for word in named if not (ROOT / word).is_file()] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_read_only_and_knows_no_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert "secrets." not in text
    actions = [step["uses"] for step in steps(path) if "uses" in step]
    assert actions
    assert all(action.startswith("actions/") for action in actions)
