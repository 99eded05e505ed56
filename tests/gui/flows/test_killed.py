"""The program is killed in the middle of its work, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from deid.audit.records import DocumentCommitted
from deid.review import act_to_json
from deid.worklist.items import ItemState

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")

DRIVER = Path(__file__).with_name("driver.py")
ROOT = DRIVER.parents[3]


@pytest.fixture
def notes(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "notes"
    folder.mkdir()
    paths = [folder / f"visit-{number}.txt" for number in range(4)]
    for number, path in enumerate(paths):
        path.write_text(
            f"Mr. Testfall, MRN 0048392{number}, came from Sampleholm on 11/03/2026.\n"
            f"Call (801) 555-014{number}. Mr. Testfall is well, and so is Mrs. Mockridge.\n"
        )
    return paths


@pytest.fixture
def drive(notes: list[Path], tmp_path: Path) -> Callable[..., list[str]]:
    """Runs the program until it has told so much, or kills itself; gives all that it told."""

    def run(how: str, *, lines: int | None = None) -> list[str]:
        process = subprocess.Popen(
            [sys.executable, str(DRIVER), how, *map(str, notes)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path / "config")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            told = list(islice(process.stdout, lines or 0))
        finally:
            if lines is not None:
                process.kill()
        rest, _ = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        return [*told, *rest.splitlines()]

    return run


def events_of(flow, item: int) -> list[str]:
    """What was done in a note, as the program tells it when it is kept."""
    flow.worklist.open(item)
    flow.settle()
    events = flow.session.review.events
    return [f"{event.step.value} {act_to_json(event.act)}" for event in events]


def test_nothing_that_was_kept_is_lost_and_all_of_it_can_be_undone(drive, start, stored) -> None:
    began: dict[int, str] = {}
    steps: dict[int, list[str]] = defaultdict(list)
    for lines in (5, 9, 14):
        for line in drive("review", lines=lines):
            kind, item, kept = line.strip().split(" ", 2)
            if kind == "step":
                steps[int(item)].append(kept)
            else:
                assert not steps[int(item)], "what was decided on is examined once more"
                began[int(item)] = kept
        flow = start()
        untold = 0
        for item in flow.worklist.items:
            events = events_of(flow, item)
            assert events[: len(steps[item])] == steps[item]
            untold += len(events) - len(steps[item])
            steps[item] = events
            if not events:  # it may have been examined anew, with nothing to be lost
                began[item] = stored(flow.session.review)
        assert untold <= 1, "more was kept than the step that was under way"
        flow.stop()

    flow = start()
    assert len(began) == len(flow.worklist.items) == 4
    history = flow.worklist.kept.history
    assert len({entry.item for entry in history.done}) > 1
    for _ in history.done:
        flow.control(Qt.Key.Key_Z)
        flow.settle()
    assert not flow.worklist.kept.can_undo
    for item, review in began.items():
        flow.worklist.open(item)
        flow.settle()
        assert stored(flow.session.review) == review


def outputs(notes: Sequence[Path]) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in notes[0].parent.glob("*-redacted*.txt")}


@pytest.mark.parametrize(
    ("point", "there"), [("before-finish", 2), ("before-publish", 2), ("after-publish", 3)]
)
def test_a_kill_while_saving_leaves_no_file_or_one_with_its_record(
    drive, start, logged, notes: list[Path], point: str, there: int
) -> None:
    before = [path.read_bytes() for path in notes]
    drive(point)
    committed = {e.output_sha256 for e in logged() if isinstance(e, DocumentCommitted)}
    left = outputs(notes)
    assert len(left) == there
    assert {sha256(content).hexdigest() for content in left.values()} <= committed

    flow = start()
    for _ in notes:
        if flow.session.note is None or flow.worklist.is_released(flow.worklist.current):
            flow.control(Qt.Key.Key_PageDown)
        flow.settle()
        while flow.session.tally.uncertain:
            flow.type("a")
        flow.settle()
        flow.control(Qt.Key.Key_Return)
        flow.settle()
    assert {item.state for item in flow.worklist.items.values()} == {ItemState.DONE}
    flow.stop()
    committed = {e.output_sha256 for e in logged() if isinstance(e, DocumentCommitted)}
    ended = outputs(notes)
    assert left.items() <= ended.items()
    assert len(ended) == len(notes), "a note was written twice"
    items = flow.worklist.items.values()
    assert {item.target.name for item in items} == ended.keys()
    assert {sha256(content).hexdigest() for content in ended.values()} <= committed
    assert [path.read_bytes() for path in notes] == before
    assert not any(b"Testfall" in content for content in ended.values())
