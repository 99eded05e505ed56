from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from deid.errors import DeidError, EmptyNote, ExaminationStopped
from deid.stopping import stop_if_asked
from gui import jobs as jobs_module
from gui.jobs import Jobs, LooseJobs


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.stop()


def no_error(error: DeidError) -> None:
    raise AssertionError(error)


def test_work_runs_in_another_thread_and_its_result_arrives_in_this_one(
    jobs: Jobs, qtbot: QtBot
) -> None:
    threads: list[int] = []
    jobs.start(threading.get_ident, threads.append, no_error)
    jobs.start(threading.get_ident, lambda _: threads.append(threading.get_ident()), no_error)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert threads[0] != threads[1] == threading.get_ident()


def test_all_jobs_run_in_one_thread_in_their_order(jobs: Jobs, qtbot: QtBot) -> None:
    seen: list[tuple[int, int]] = []
    for number in range(20):
        jobs.start(lambda n=number: (n, threading.get_ident()), seen.append, no_error)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert [number for number, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) == 1


def test_our_own_errors_arrive_as_they_are(jobs: Jobs, qtbot: QtBot) -> None:
    def work() -> None:
        raise EmptyNote("there is no text in the note")

    errors: list[DeidError] = []
    jobs.start(work, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert isinstance(errors[0], EmptyNote)


@pytest.mark.parametrize("kind", [ValueError, KeyError, MemoryError, SystemExit])
def test_other_exceptions_are_told_without_their_message(
    jobs: Jobs, qtbot: QtBot, kind: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise kind("Quillan Testfall")

    errors: list[DeidError] = []
    jobs.start(work, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert kind.__name__ in str(errors[0])
    assert errors[0].exit_code == 70
    assert "Testfall" not in str(errors[0]) + caplog.text
    assert errors[0].__cause__ is None


def test_nothing_is_delivered_after_the_end(jobs: Jobs, qtbot: QtBot) -> None:
    gate, delivered, closed = threading.Event(), [], []
    jobs.start(gate.wait, delivered.append, no_error)
    jobs.start(lambda: delivered.append("queued"), delivered.append, no_error)
    gate.set()
    jobs.stop(lambda: closed.append(True))
    qtbot.wait(1)
    assert not jobs.busy
    assert True not in delivered
    assert closed == [True]


def test_an_examination_is_given_up_at_the_end(jobs: Jobs, qtbot: QtBot) -> None:
    begun, ended = threading.Event(), threading.Event()

    def examine() -> None:
        begun.set()
        try:
            while True:
                stop_if_asked()
        finally:
            ended.set()

    delivered: list[object] = []
    jobs.start(examine, delivered.append, delivered.append)
    assert begun.wait(10)
    jobs.stop()
    assert ended.is_set()
    qtbot.wait(1)
    assert delivered == []


def test_finishing_lets_what_is_queued_examine_to_its_end(jobs: Jobs) -> None:
    done: list[str] = []
    for name in ("first", "second"):
        jobs.start(lambda n=name: (stop_if_asked(), done.append(n)), lambda _: None, no_error)
    jobs.finish()
    assert done == ["first", "second"]


def test_what_nobody_waits_for_any_more_is_given_up(jobs: Jobs, qtbot: QtBot) -> None:
    begun, stale = threading.Event(), threading.Event()

    def redact() -> None:
        begun.set()
        while True:
            stop_if_asked()

    errors: list[DeidError] = []
    jobs.start(redact, lambda _: None, errors.append, stale=stale.is_set)
    done: list[str] = []
    jobs.start(lambda: stop_if_asked() or "next", done.append, no_error)
    assert begun.wait(10)
    stale.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert isinstance(errors[0], ExaminationStopped)
    assert done == ["next"]


def test_work_rests_while_a_key_is_answered_and_goes_on_by_itself(jobs: Jobs, qtbot: QtBot) -> None:
    steps = 0
    ended = threading.Event()

    def redact() -> None:
        nonlocal steps
        while not ended.is_set():
            stop_if_asked()
            steps += 1

    jobs.start(redact, lambda _: None, no_error)
    qtbot.waitUntil(lambda: steps > 0)
    jobs.give_way()
    # One step may be under way; until events are dealt with, hardly another one begins.
    before = steps
    threading.Event().wait(0.1)
    assert steps <= before + 2
    qtbot.waitUntil(lambda: steps > before + 2)
    ended.set()
    qtbot.waitUntil(lambda: not jobs.busy)


def test_the_end_does_not_wait_for_work_that_rests(jobs: Jobs) -> None:
    done: list[str] = []
    jobs.give_way()
    jobs.start(lambda: [stop_if_asked() for _ in range(1000)], lambda _: None, no_error)
    jobs.finish(lambda: done.append("last"))
    assert done == ["last"]


@pytest.fixture
def loose(qtbot: QtBot) -> Iterator[LooseJobs]:
    made = LooseJobs()
    yield made
    made.stop()


def test_loose_jobs_do_not_wait_for_each_other(loose: LooseJobs, qtbot: QtBot) -> None:
    gate, done = threading.Event(), list[str]()
    loose.start(lambda: gate.wait() and "slow", done.append, no_error)
    loose.start(lambda: "quick", done.append, no_error)
    qtbot.waitUntil(lambda: done == ["quick"])
    assert loose.busy
    gate.set()
    qtbot.waitUntil(lambda: not loose.busy)
    assert done == ["quick", "slow"]


def test_errors_of_loose_jobs_arrive_and_forgotten_ones_do_not(
    loose: LooseJobs, qtbot: QtBot
) -> None:
    def fail() -> None:
        raise EmptyNote("there is no text in the note")

    errors: list[DeidError] = []
    loose.forget(loose.start(fail, lambda _: None, no_error))
    assert not loose.busy
    loose.start(fail, lambda _: None, errors.append)
    qtbot.waitUntil(lambda: not loose.busy)
    assert isinstance(errors[0], EmptyNote)


def test_the_end_does_not_wait_for_a_job_that_hangs(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_module, "_PARTING_SECONDS", 0.01)
    gate, made = threading.Event(), LooseJobs()
    made.start(gate.wait, lambda _: None, no_error)
    made.stop()
    assert not made.busy
    gate.set()
