"""What comes to the open window from elsewhere: runs of the command line, a watched folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from deid.audit.records import DocumentCommitted, ReviewFinished
from deid.worklist.items import ItemState, Origin

ROOT = Path(__file__).resolve().parents[3]
NOTE = "Call Mrs. Quenbridge at (801) 555-0147 about MRN 00483921.\n"


def states(flow) -> dict[str, ItemState]:
    return {item.name: item.state for item in flow.worklist.items.values()}


def test_a_run_of_the_command_line_shows_up_in_the_open_window(
    flow, logged, tmp_path: Path
) -> None:
    folder = tmp_path / "batch"
    folder.mkdir()
    for number in range(3):
        (folder / f"n{number}.txt").write_text(NOTE)
    (folder / "scan.txt").write_bytes(b"a\x00b")
    command = [sys.executable, "-m", "deid", "redact", str(folder), "--out", str(tmp_path / "out")]
    ran = subprocess.run(
        [*command, "--detector", "rules"], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert ran.returncode != 0
    flow.wait(lambda: bool(flow.queue.batches) and bool(flow.worklist.items))
    (batch,) = flow.queue.batches
    assert (batch.total, batch.done, batch.refused) == (4, 3, 1)
    assert batch.folder == folder
    assert batch.ended is not None
    (item,) = flow.worklist.items.values()
    assert (item.origin, item.state) == (Origin.COMMAND_LINE, ItemState.REFUSED)
    assert "NUL" in item.reason
    assert flow.window.queue.list.model().rowCount() == 1
    assert flow.window.queue.batches.isVisibleTo(flow.window.queue)

    # The log took what both wrote, one after the other.
    flow.worklist.paste(NOTE)
    flow.settle()
    target = tmp_path / "typed.txt"
    flow.session.save(target)
    flow.settle()
    flow.stop()
    assert "Quenbridge" not in target.read_text()
    events = logged()
    assert sum(isinstance(event, DocumentCommitted) for event in events) == 4
    assert sum(isinstance(event, ReviewFinished) for event in events) == 1


def test_a_watched_folder_gives_what_comes_in_and_not_what_is_saved_there(
    start, tmp_path: Path
) -> None:
    folder = tmp_path / "incoming"
    folder.mkdir()
    flow = start()
    flow.queue.watch(folder)
    flow.settle()
    (folder / "a.txt").write_text(NOTE)
    flow.wait(lambda: states(flow) == {"a.txt": ItemState.READY})
    flow.control(Qt.Key.Key_PageDown)
    flow.settle()
    flow.control(Qt.Key.Key_Return)
    flow.wait(lambda: states(flow) == {"a.txt": ItemState.DONE})
    assert "Quenbridge" not in (folder / "a-redacted.txt").read_text()

    # The next one comes after the first was told, so its copy was seen too.
    (folder / "b.txt").write_text(NOTE)
    flow.wait(lambda: states(flow).get("b.txt") is ItemState.READY)
    assert set(states(flow)) == {"a.txt", "b.txt"}

    # The folder is watched still after another start; what was taken is not taken again.
    flow.stop()
    again = start()
    (folder / "c.txt").write_text(NOTE)
    again.wait(lambda: states(again).get("c.txt") is ItemState.READY)
    assert set(states(again)) == {"a.txt", "b.txt", "c.txt"}
