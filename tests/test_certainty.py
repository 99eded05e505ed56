from __future__ import annotations

import json
from pathlib import Path

import pytest

from deid import certainty, resources
from deid.certainty import Certainty, Counts, MeasuredSet, as_json, measured
from deid.errors import ModelTampered

MODEL = "model:0a1b2c3d"


def made() -> Certainty:
    counts = {
        n: Counts(look=n, certain=200 - n, wrong=100 - n, mislabelled=1) for n in range(50, 100)
    }
    one = MeasuredSet("invented notes", 10, 220, 3, 2, counts)
    return Certainty("a command", MODEL, "safe-harbor", "ab" * 32, (one, one))


def write(path: Path, tree: object) -> Path:
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert measured(write(tmp_path / "c.json", as_json(made()))) == made()


def test_rates_come_from_the_counts() -> None:
    cost = made().at(0.8)
    assert (cost.notes, cost.look, cost.findings, cost.certain) == (10, 8.0, 20.0, 120)
    assert cost.wrong == pytest.approx(20 / 120)
    assert cost.mislabelled == pytest.approx(1 / 120)
    assert cost.missed == 3


@pytest.mark.parametrize(("asked", "row"), [(0.0, 50), (0.504, 50), (0.506, 51), (1.0, 99)])
def test_a_threshold_between_two_is_rounded(asked: float, row: int) -> None:
    assert made().at(asked).look == row / 10


def test_no_finding_is_no_division_by_nothing() -> None:
    nothing = MeasuredSet("none", 1, 0, 0, 0, {n: Counts(0, 0, 0, 0) for n in range(50, 100)})
    assert nothing.at(0.7).wrong == 0.0


def test_another_model_is_not_the_one_that_was_measured() -> None:
    assert made().holds_for(("rules", MODEL))
    assert not made().holds_for(("rules", "model:ffffffff"))
    assert not made().holds_for(("rules",))


def test_where_nothing_was_measured_there_is_nothing(tmp_path: Path) -> None:
    assert measured(tmp_path / "absent.json") is None


def test_what_was_not_written_so_is_refused(tmp_path: Path) -> None:
    tree = as_json(made())
    sets = tree["sets"]
    assert isinstance(sets, list)
    spoilt: list[object] = [
        [],
        {**tree, "schema": 2},
        {**tree, "sets": []},
        {**tree, "sets": [{**sets[0], "counts": sets[0]["counts"][1:]}]},
        {**tree, "sets": [{**sets[0], "notes": 0}]},
        {**tree, "sets": [{**sets[0], "missed": -1}]},
        {**tree, "sets": [{**sets[0], "missed": "3"}]},
        {key: value for key, value in tree.items() if key != "model"},
    ]
    for number, one in enumerate(spoilt):
        with pytest.raises(ModelTampered, match="reinstall"):
            measured(write(tmp_path / f"{number}.json", one))
    (tmp_path / "no.json").write_bytes(b"\xff{")
    with pytest.raises(ModelTampered):
        measured(tmp_path / "no.json")


def test_the_shipped_figures_are_of_the_shipped_model_and_policy() -> None:
    from deid import load_policy
    from deid.detect.packages import load_package

    shipped = measured()
    assert shipped is not None
    assert shipped.holds_for([f"model:{load_package().digest[:8]}"])
    assert shipped.policy_digest == load_policy(shipped.policy).digest
    assert shipped.made_by.startswith("benchmarks/certainty.py")


def test_the_higher_the_threshold_the_more_looks_and_the_fewer_wrong_ones() -> None:
    shipped = measured(resources.models() / certainty.FILE)
    assert shipped is not None
    for one in shipped.sets:
        rows = [one.counts[n] for n in range(certainty.LOWEST, certainty.HIGHEST + 1)]
        assert [row.look for row in rows] == sorted(row.look for row in rows)
        assert [row.wrong for row in rows] == sorted((row.wrong for row in rows), reverse=True)
        assert len({row.look + row.certain for row in rows}) == 1
