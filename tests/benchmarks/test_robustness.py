"""The measurement of what recall loses when notes are spoilt."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from deid.evaluate.perturbations import FAMILIES

ROOT = Path(__file__).resolve().parent.parent.parent
FAST = ("--detector", "rules")


def robustness(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/robustness.py", "samples/marked.jsonl", *FAST]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, encoding="utf-8", cwd=ROOT
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, object]]:
    figures = tmp_path_factory.mktemp("robustness") / "figures.json"
    done = robustness("--families", "letter-spaced,double-blanks", "--json", figures)
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(figures.read_text(encoding="utf-8"))


def test_the_table_is_markdown_with_a_row_for_each_family(
    measured: tuple[str, dict[str, object]],
) -> None:
    rows = [line for line in measured[0].splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1
    assert [row.split("|")[1].strip() for row in rows[4:]] == ["letter-spaced", "double-blanks"]
    assert "2 notes, rules" in measured[0]


def test_falls_agree_with_the_recall_before_and_with_the_goals(
    measured: tuple[str, dict[str, object]],
) -> None:
    tree = json.loads(json.dumps(measured[1]))
    assert tree["notes"] == 2
    assert tree["goals"] == {"ids": 1, "dates": 1, "contacts": 1, "names": 3}
    assert 0 < tree["recall"]["spans"]["names"]["value"] <= 1
    for family in tree["families"].values():
        for measure, falls in family["falls"].items():
            for kind, lost in falls.items():
                before = 100 * tree["recall"][measure][kind]["value"]
                assert before - 100 - 1e-9 <= lost["value"] <= before + 1e-9
                too_far = lost["value"] > tree["goals"].get(kind, 100)
                assert (kind in family["beyond"][measure]) == too_far


def test_two_processes_find_what_one_does(measured: tuple[str, dict[str, object]]) -> None:
    done = robustness("--families", "letter-spaced,double-blanks", "--jobs", 2)
    assert done.stdout == measured[0]


def test_an_unknown_family_is_refused_by_name() -> None:
    done = robustness("--families", "upside-down,upper-case")
    assert done.returncode == 2
    assert "no such families: upside-down" in done.stderr
    assert "upper-case" in FAMILIES
