"""`deid managed`, and what is done and refused where IT manages settings."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from deid import managed
from deid.managed import SCHEMA, Name, here, parse
from deid.managed.policy_file import FORMAT, read_policy_file
from deid.policy import derive, load_policy, save_policy


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's file in this test; whoever runs the tests is the administrator."""
    path = tmp_path / "etc" / "policy.json"
    path.parent.mkdir(mode=0o755)
    monkeypatch.setattr(here, "read", lambda: read_policy_file(path, owner=os.geteuid()))
    return path


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text("Call 555-0142.\n")
    return path


def test_every_setting_is_listed_where_nothing_is_managed(deid, file: Path) -> None:
    ran = deid("managed")
    assert ran.code == 0
    assert all(f"{name} " in ran.out for name in Name)
    assert "yes" not in ran.out
    assert ran.out.endswith("Nothing is managed on this computer.\n")


def test_what_is_managed_is_told_with_its_value_and_its_place(deid, file: Path) -> None:
    file.write_text(
        '{"AllowedPolicies": ["research", "safe-harbor"], "TrainingAllowed": false,'
        f' "TrainingBudget": 2, "format": "{FORMAT}"}}'
    )
    file.chmod(0o644)
    rows = {line.split()[0]: line for line in deid("managed").out.splitlines()}
    assert rows["AllowedPolicies"].split(maxsplit=2)[1:] == [
        "yes",
        f"research, safe-harbor  {file}",
    ]
    assert rows["TrainingAllowed"].split() == ["TrainingAllowed", "yes", "no", str(file)]
    assert rows["TrainingBudget"].split()[1:3] == ["yes", "2"]
    assert rows["WitnessDays"].split() == ["WitnessDays", "no", "-", "-"]
    listed = {one["key"]: one for one in _json(deid("managed", "--json").out)}
    assert list(listed) == [name.value for name in SCHEMA]
    assert listed["AllowedPolicies"] == {
        "key": "AllowedPolicies",
        "locked": True,
        "value": ["research", "safe-harbor"],
        "source": str(file),
    }
    assert listed["WitnessDays"]["source"] is None


def _json(text: str) -> list[dict[str, object]]:
    found = json.loads(text)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("content", ["", "{}", f'{{"AllowedPolicy": [], "format": "{FORMAT}"}}'])
@pytest.mark.parametrize(
    "command",
    [["redact", "note.txt", "--out", "out"], ["managed"], ["policy", "list"], ["queue", "list"]],
)
def test_nothing_is_done_while_the_file_is_broken(
    deid, file: Path, home: Path, command: list[str], content: str
) -> None:
    file.write_text(content)
    file.chmod(0o644)
    ran = deid(*command)
    assert ran.code == 4
    assert ran.out == ""
    assert ran.err.startswith(f"deid: error: {file}: ")
    assert ran.err.endswith("so the program does nothing: your IT mends this\n")
    assert not home.exists()


def test_what_is_allowed_is_done(deid, note: Path, tmp_path: Path) -> None:
    out = tmp_path / "allowed" / "below"
    settings = {
        "AllowedPolicies": ["research", "safe-harbor"],
        "OutputFolders": [str(out.parent)],
        "AllowedFormats": ["txt"],
        "HighestThreshold": 100,
    }
    with managed.instead(parse(settings, source="here")):
        ran = deid("redact", note, "--out", out, "--detector", "rules", "--json")
    assert ran.code == 0
    assert ran.json()["policy"]["name"] == "research"  # the first that is allowed
    assert "555-0142" not in (out / "note.txt").read_text()


def test_a_policy_of_the_site_is_allowed_by_its_digest(deid, note: Path, tmp_path: Path) -> None:
    base = load_policy("safe-harbor")
    own = save_policy(derive(base, name="ours", description="", treatments={}, thresholds={}))
    with managed.instead(parse({"AllowedPolicies": [own.digest]}, source="here")):
        ran = deid("redact", note, "--out", tmp_path / "out", "--detector", "rules", "--json")
        assert ran.json()["policy"]["digest"] == own.digest
        assert deid("detect", note, "--policy", "safe-harbor").code == 14


def test_where_none_of_the_allowed_policies_is_there_nothing_is_redacted(
    deid, note: Path, tmp_path: Path
) -> None:
    with managed.instead(parse({"AllowedPolicies": ["0" * 64]}, source="here")):
        ran = deid("redact", note, "--out", tmp_path / "out")
    assert ran.code == 14
    assert "AllowedPolicies is managed by your IT" in ran.err


def test_under_four_eyes_every_output_is_held(deid, note: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with managed.instead(parse({"ReviewRequired": "four-eyes"}, source="here")):
        ran = deid("redact", note, "--out", out, "--detector", "rules", "--json")
    assert ran.json()["files"][0]["status"] == "held"
    assert not (out / "note.txt").exists()
