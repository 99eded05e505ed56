"""The self-test, its report, and what becomes of both when something is wrong."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.errors import DefectError, RulePackError
from deid.selftest import trial
from deid.selftest.steps import State, Step, Steps

Deid = Callable[..., Any]
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "self-check.md"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Steps that take no time; the names in the list fail."""
    failing: list[str] = []

    def act(name: str) -> None:
        if name in failing:
            raise RulePackError("rule us/mrn does not find its own example: reinstall")

    def try_all(steps: Steps, *, model: Path | None = None) -> None:
        for name in ("one", "two"):
            steps.take(name, lambda: act(name))  # noqa: B023

    monkeypatch.setattr(trial, "try_all", try_all)
    return failing


def test_what_the_document_shows_goes_well_leaves_nothing_and_is_reported(
    deid: Deid, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = re.findall(r"^\$ deid (.*)$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    plain, reporting, verifying = map(shlex.split, commands)
    assert plain == ["selftest"]  # the README's own, which another test runs
    monkeypatch.chdir(tmp_path)
    report = Path(reporting[-1])
    said = deid(*reporting)
    assert (said.code, said.err) == (0, "")
    assert "ok  the log verifies" in said.out
    assert "--  the installed files are those that were built: not tried" in said.out
    steps = json.loads(report.read_text("utf-8"))["report"]["steps"]
    assert {step["state"] for step in steps[1:]} == {State.PASSED}
    assert "redact, record and release: JSON lines" in [step["name"] for step in steps]
    assert {path.name for path in home.iterdir()} == {"keys"}
    page = report.with_suffix(".html").read_text("utf-8")
    assert "all that was tried went well" in page
    assert "noteveil-en-small" in page
    assert "uenbridge" not in page + report.read_text("utf-8")

    verified = deid(*verifying)
    assert (verified.code, verified.err) == (0, "")
    assert "as it was signed by this key" in verified.out
    assert deid(*verifying, "--json").json()["failed"] == []


def test_without_a_report_no_key_is_made(deid: Deid, home: Path, quick: list[str]) -> None:
    assert deid("selftest").out.endswith("All is well.\n")
    assert set(deid("selftest", "--json").json()["steps"]) == {"one", "two"}
    assert not home.exists()


def test_a_report_that_nobody_could_sign_is_told_before_the_work(
    deid: Deid, home: Path, tmp_path: Path, quick: list[str]
) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("in the way of the data folder", encoding="utf-8")
    said = deid("selftest", "--report", tmp_path / "report.json")
    assert (said.code, said.out) == (7, "")
    assert "check the rights of its folder" in said.err


def test_a_failed_step_is_reported_and_ends_with_its_code(
    deid: Deid, tmp_path: Path, quick: list[str]
) -> None:
    quick.append("one")
    report = tmp_path / "report.json"
    said = deid("selftest", "--report", report)
    assert said.code == RulePackError.exit_code
    assert "FAILED  one: rule us/mrn does not find" in said.out
    assert "ok  two" in said.out
    assert said.err == "deid: error: rule us/mrn does not find its own example: reinstall\n"
    assert "1 step failed" in report.with_suffix(".html").read_text()

    verified = deid("selftest", "--verify-report", report, "--json")
    assert verified.code == RulePackError.exit_code
    assert verified.json()["verified"] is True
    assert verified.json()["failed"] == ["one"]
    assert "steps that failed  one" in deid("selftest", "--verify-report", report).out


def test_a_report_that_was_changed_is_refused(
    deid: Deid, home: Path, tmp_path: Path, quick: list[str]
) -> None:
    quick.append("two")
    report, other = tmp_path / "report.json", tmp_path / "other.json"
    deid("selftest", "--report", report)
    other.write_text(report.read_text().replace('"failed"', '"passed"'))
    said = deid("selftest", "--verify-report", other)
    assert said.code == 7
    assert "the report was changed" in said.err

    (home / "keys").rename(home / "keys of before")
    deid("selftest", "--report", tmp_path / "third.json")
    said = deid("selftest", "--verify-report", report)
    assert (said.code, said.out) == (7, "")
    key = json.loads(report.read_text())["public_key"]
    assert deid("selftest", "--verify-report", report, "--public-key", key).code == 4


@pytest.mark.parametrize("there", ["report.json", "report.html"])
def test_no_report_is_written_over(
    deid: Deid, tmp_path: Path, quick: list[str], there: str
) -> None:
    (tmp_path / there).write_text("kept")
    said = deid("selftest", "--report", tmp_path / "report.json")
    assert (said.code, said.out) == (6, "")
    assert [path.name for path in tmp_path.glob("report.*")] == [there]
    assert deid("selftest", "--report", tmp_path / "report.txt").code == 6


def test_a_report_that_is_not_there_cannot_be_checked(deid: Deid, tmp_path: Path) -> None:
    key = "noteveil/log/0000+00000000+AA"
    said = deid("selftest", "--verify-report", tmp_path / "none.json", "--public-key", key)
    assert said.code == 7
    assert deid("selftest", "--verify-report", tmp_path / "none.json").code == 7


def test_an_unexpected_error_is_told_without_its_message() -> None:
    def fail() -> None:
        raise RuntimeError("Quenbridge")

    told: list[Step] = []
    steps = Steps(told.append)
    assert steps.take("one", fail) is None
    assert isinstance(steps.first_error, DefectError)
    assert told[0].state is State.FAILED
    assert "RuntimeError" in told[0].told
    assert "Quenbridge" not in told[0].told
