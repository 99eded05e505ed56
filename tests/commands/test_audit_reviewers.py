"""`deid audit measure-reviewers` and `deid audit reviewers`."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.audit.records import ReviewerMeasured
from deid.site import Site
from deid.site_settings import settings_path

Deid = Callable[..., Any]
DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "review-measurement.md").read_text(
    encoding="utf-8"
)


def test_it_is_off_until_it_is_chosen_and_each_change_is_in_the_log(deid: Deid) -> None:
    assert "nothing is withheld" in deid("audit", "measure-reviewers", "--show").out
    assert "0.05" in deid("audit", "measure-reviewers", "--share", "0.05").out
    assert deid("audit", "measure-reviewers", "--show", "--json").json() == {"share": 0.05}
    assert "nothing is withheld" in deid("audit", "measure-reviewers", "--off").out
    listed = deid("audit", "list", "--json", "--event", "measuring-changed").out.splitlines()
    assert [json.loads(line)["share"] for line in listed] == [0.05, 0]
    for_people = deid("audit", "list").out
    assert "share withheld: 0.05" in for_people
    assert "nothing is withheld" in for_people
    assert deid("audit", "verify").code == 0


def test_showing_makes_nothing(deid: Deid, home: Path) -> None:
    assert deid("audit", "measure-reviewers", "--show").code == 0
    assert not home.exists()


@pytest.mark.parametrize("share", ["0", "-0.1", "1.5", "nan", "some", "0.00001"])
def test_what_is_no_share_is_refused(deid: Deid, home: Path, share: str) -> None:
    assert deid("audit", "measure-reviewers", f"--share={share}").code == 2
    assert not home.exists()


@pytest.mark.parametrize("arguments", [[], ["--off", "--share", "0.1"], ["--off", "--show"]])
def test_one_thing_at_a_time(deid: Deid, arguments: list[str]) -> None:
    assert deid("audit", "measure-reviewers", *arguments).code == 2


def test_a_damaged_setting_is_told_and_mended(deid: Deid, home: Path) -> None:
    home.mkdir()
    settings_path(home).write_text("{}")
    said = deid("audit", "measure-reviewers", "--show")
    assert said.code == 4
    assert "damaged" in said.err
    assert deid("audit", "measure-reviewers", "--off").code == 0
    assert deid("audit", "measure-reviewers", "--show").code == 0


def test_rates_of_reviewers(deid: Deid, home: Path) -> None:
    with Site.open(home) as site:
        for number, (reviewer, withheld, caught) in enumerate(
            [("ada", 2, 2), ("ada", 2, 1), ("bea", 1, 0)]
        ):
            document = site.keys.fingerprint("document", f"{number}.txt")
            site.log.append([ReviewerMeasured(document, reviewer, withheld, caught)])
    ada, bea = deid("audit", "reviewers", "--json").json()["reviewers"]
    assert (ada["reviewer"], ada["notes"], ada["withheld"], ada["caught"]) == ("ada", 2, 4, 3)
    assert (ada["rate"], bea["rate"]) == (0.75, 0)
    assert (ada["low"], ada["high"]) == pytest.approx((0.19412, 0.99369), abs=1e-5)
    rows = [line.split() for line in deid("audit", "reviewers").out.splitlines()]
    assert rows[1] == ["ada", "2", "4", "3", "75.0%", "19.4%", "to", "99.4%"]
    assert rows[2] == ["bea", "1", "1", "0", "0.0%", "0.0%", "to", "97.5%"]


def test_every_command_of_the_document_runs_and_shows_what_it_says(deid: Deid, home: Path) -> None:
    with Site.open(home) as site:
        for number in range(40):
            document = site.keys.fingerprint("document", f"{number}.txt")
            withheld = 2 if number < 21 else 1
            caught = withheld - (number < 3)
            site.log.append([ReviewerMeasured(document, "ada", withheld, caught)])
    commands = 0
    said: list[list[str]] = []
    for block in re.findall(r"^```console\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                program, *arguments = shlex.split(line.removeprefix("$ "))
                ran = deid(*arguments)
                assert (program, ran.code) == ("deid", 0), line
                said = [each.split() for each in ran.out.splitlines()]
                commands += 1
            else:
                assert line.split() in said
    assert commands == 5


def test_a_log_without_a_measured_reviewer(deid: Deid, home: Path) -> None:
    assert deid("audit", "reviewers").code == 7
    with Site.open(home):
        pass
    assert "no reviewer was measured" in deid("audit", "reviewers").out
    assert deid("audit", "reviewers", "--json").json() == {"reviewers": []}
