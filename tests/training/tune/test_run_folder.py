"""The folder of a run counts each step before it is used, whatever happens then."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deid.errors import ConfigurationError, OutputError
from deid.training.tune.run_folder import RunFacts, RunFolder, run_names
from deid.training.tune.run_place import RunPlace
from deid.training.tune.settings import Settings

FACTS = RunFacts(Settings(), 1.25, 1e-3, 200, "c" * 64, "b" * 64)


def test_a_run_is_opened_again_as_it_was_made(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    assert RunFolder.open(tmp_path, run.name).facts == FACTS
    assert run_names(tmp_path) == (run.name,)


def test_no_run_of_another_name_is_opened(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    RunFolder.make(tmp_path, FACTS)
    for name in ("../elsewhere", "", "20261121-000000-00000000"):
        with pytest.raises(ConfigurationError, match="no run of this name"):
            RunFolder.open(tmp_path, name)


def test_a_damaged_run_is_told(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    (run.path / "run.json").write_text('{"format": 1}')
    with pytest.raises(ConfigurationError, match="begin a new one"):
        RunFolder.open(tmp_path, run.name)


def test_steps_are_counted(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    assert run.spent() == 0
    for step in range(3):
        run.spend(step)
    again = RunFolder.open(tmp_path, run.name)
    assert again.spent() == 3
    rows = [json.loads(row) for row in (run.path / "steps.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [0, 1, 2]


def test_a_step_whose_line_was_cut_off_counts_and_spoils_no_other(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    run.spend(0)
    with (run.path / "steps.jsonl").open("ab") as file:
        file.write(b'{"step": 1, "a')
    assert run.spent() == 2
    run.spend(2)
    assert run.spent() == 3


def test_a_process_that_is_killed_has_counted_every_step_that_it_told_of(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from deid.training.tune.run_folder import RunFolder\n"
        "run = RunFolder.open(Path(sys.argv[1]), sys.argv[2])\n"
        "with run.alone():\n"
        "    for step in range(10**9):\n"
        "        run.spend(step)\n"
        "        print(step, flush=True)\n"
    )
    arguments = [sys.executable, "-c", code, str(tmp_path), run.name]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(20)]
        child.kill()
        told += [int(line) for line in child.stdout.read().splitlines()]
    assert told == list(range(len(told)))
    # One more may have reached the disk than was told of.
    assert run.spent() in {len(told), len(told) + 1}
    with run.alone():
        run.spend(run.spent())


def test_a_step_is_on_the_disk_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    synced: list[int] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    run.spend(0)
    assert (run.path / "steps.jsonl").stat().st_size in synced


def test_a_checkpoint_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    assert run.checkpoint() is None
    run.put_by(b"first")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device"):
        run.put_by(b"second")
    assert run.checkpoint() == b"first"
    assert not [path for path in run.path.iterdir() if path.name.startswith(".")]


def test_a_step_that_cannot_be_counted_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunFolder.make(tmp_path, FACTS)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="free some space"):
        run.spend(0)


def test_too_little_space_is_told_before_anything_is_spent(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    run.need_space(1)
    with pytest.raises(OutputError, match="free some space"):
        run.need_space(1 << 60)


def test_two_processes_do_not_go_on_with_the_same_run(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    other = RunFolder.open(tmp_path, run.name)
    with run.alone(), pytest.raises(OutputError, match="another process"), other.alone():
        pass
    with other.alone():
        assert other.spent() == 0


def test_one_thread_may_take_the_lock_again(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    other = RunFolder.open(tmp_path, run.name)
    with run.alone():
        with run.alone():
            pass
        with pytest.raises(OutputError, match="another process"), other.alone():
            pass
    with other.alone(), pytest.raises(OutputError, match="another process"), run.alone():
        pass


def three_steps(home: Path) -> RunFolder:
    run = RunFolder.make(home, FACTS)
    for step in range(3):
        run.spend(step)
    run.put_by(b"weights\nof three steps")
    return run


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path) -> None:
    run = three_steps(tmp_path)
    run.spend(3)
    run.check()
    assert run.checkpoint() == b"weights\nof three steps"
    assert run.spent() == 4


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_a_journal_that_was_shortened_stops_a_run(tmp_path: Path, lines: int) -> None:
    run = three_steps(tmp_path)
    journal = run.path / "steps.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:lines]))
    for act in (run.check, run.checkpoint):
        with pytest.raises(ConfigurationError, match="was shortened"):
            act()
    assert run.spent() == 3


def test_a_journal_that_is_lost_stops_a_run_and_is_not_begun_anew(tmp_path: Path) -> None:
    for run in (RunFolder.make(tmp_path, FACTS), three_steps(tmp_path)):
        (run.path / "steps.jsonl").unlink()
        with pytest.raises(OutputError):
            run.spend(3)
        for act in (run.check, run.checkpoint):
            with pytest.raises(ConfigurationError, match="is not there"):
                act()


def test_a_checkpoint_of_another_run_is_refused(tmp_path: Path) -> None:
    run, other = three_steps(tmp_path), three_steps(tmp_path)
    (run.path / "checkpoint.pt").write_bytes((other.path / "checkpoint.pt").read_bytes())
    with pytest.raises(ConfigurationError, match="of another run"):
        run.checkpoint()


@pytest.mark.parametrize("content", [b"", b"weights", b"{}\nweights", b"[]\n", b'"\xff"\n'])
def test_a_damaged_checkpoint_stops_a_run_and_its_steps_stay(
    tmp_path: Path, content: bytes
) -> None:
    run = three_steps(tmp_path)
    (run.path / "checkpoint.pt").write_bytes(content)
    with pytest.raises(ConfigurationError, match="damaged checkpoint"):
        run.checkpoint()
    assert run.spent() == 3


def test_a_place_is_that_of_a_run_alone(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    (run.path / "run.json").unlink()
    place = RunPlace.of(tmp_path, run.name)
    assert place is not None
    assert place.path == run.path
    (tmp_path / "elsewhere").mkdir()
    for name in ("", ".", "..", "../elsewhere", str(tmp_path / "elsewhere"), "unknown"):
        assert RunPlace.of(tmp_path, name) is None


def test_an_outcome_ends_a_run(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    run.put_by(b"weights")
    assert run.outcome() is None
    run.end({"passed": True})
    assert run.outcome() == {"passed": True}
    assert run.checkpoint() is None
    (run.path / "outcome.json").write_text("[]")
    with pytest.raises(ConfigurationError, match="damaged"):
        run.outcome()


def test_a_run_is_removed(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path, FACTS)
    run.remove()
    assert run_names(tmp_path) == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_only_the_owner_may_look(tmp_path: Path) -> None:
    run = RunFolder.make(tmp_path / "home", FACTS)
    run.spend(0)
    run.put_by(b"weights")
    run.end({})
    with run.alone():
        pass
    for path in [run.path, *run.path.iterdir()]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path.name
