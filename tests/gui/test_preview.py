from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from deid import Document, Policy, Redacted, Resolution, Review, review, shipped_policies
from deid.errors import DeidError, DetectionIncomplete
from deid.formats.text import TextFile, TextForm
from deid.policy import load_policy
from deid.stopping import stop_if_asked
from gui.desk import Note
from gui.jobs import Jobs
from gui.preview import _LONG, Preview
from gui.result import Result

POLICY = load_policy(next(iter(shipped_policies())))


class SlowEngine:
    """Redacts step by step, until it is let go or nobody waits any more."""

    def __init__(self) -> None:
        self.begun: list[Review] = []
        self.go = threading.Event()

    def redact(self, note: Note, state: Review, policy: Policy) -> Redacted:
        self.begun.append(state)
        while not self.go.is_set():
            stop_if_asked()
        return Redacted(state.reviewer, note.document.text, (), ())


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.stop()


def made_note(text: str) -> Note:
    document = Document(id="n", text=text)
    return Note(document, TextFile(document, TextForm("utf-8"), text.encode()), None)


def state(note: Note, name: str) -> Review:
    return review.begin(note.document, Resolution((), ()), reviewer=name)


def no_error(error: DeidError) -> None:
    raise AssertionError(error)


def preview(engine: SlowEngine, jobs: Jobs, done: Callable[[Result], None]) -> Preview:
    return Preview(engine, jobs, done, no_error)


def test_a_result_that_another_act_made_stale_is_given_up_at_once(jobs: Jobs, qtbot: QtBot) -> None:
    engine, results = SlowEngine(), []
    note = made_note("Call Ilse.")
    wanted = preview(engine, jobs, results.append)
    wanted.ask(note, state(note, "first"), POLICY)
    qtbot.waitUntil(lambda: len(engine.begun) == 1)
    wanted.ask(note, state(note, "second"), POLICY)
    # The first one is never let go: only because it is given up can the second begin.
    qtbot.waitUntil(lambda: len(engine.begun) == 2)
    engine.go.set()
    qtbot.waitUntil(lambda: bool(results))
    assert [result.written.document_id for result in results] == ["second"]


def test_what_was_forgotten_is_given_up(jobs: Jobs, qtbot: QtBot) -> None:
    engine, results = SlowEngine(), []
    note = made_note("Call Ilse.")
    wanted = preview(engine, jobs, results.append)
    wanted.ask(note, state(note, "first"), POLICY)
    qtbot.waitUntil(lambda: len(engine.begun) == 1)
    wanted.forget()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert results == []


def test_the_first_result_of_a_long_note_does_not_wait_for_keys_to_rest(
    jobs: Jobs, qtbot: QtBot
) -> None:
    engine, results = SlowEngine(), []
    engine.go.set()
    note = made_note("x" * (_LONG + 1))
    wanted = preview(engine, jobs, results.append)
    wanted.ask(note, state(note, "first"), POLICY)
    assert not wanted.resting
    wanted.ask(note, state(note, "second"), POLICY)
    assert wanted.resting
    qtbot.waitUntil(lambda: bool(results))
    assert [result.written.document_id for result in results] == ["second"]


def test_a_key_keeps_the_result_of_a_long_note_back_until_keys_rest(
    jobs: Jobs, qtbot: QtBot
) -> None:
    engine, results = SlowEngine(), []
    note = made_note("x" * (_LONG + 1))
    wanted = preview(engine, jobs, results.append)
    wanted.ask(note, state(note, "first"), POLICY)
    wanted.ask(note, state(note, "second"), POLICY)
    qtbot.waitUntil(lambda: len(engine.begun) == 2)
    wanted.put_off()
    assert wanted.resting
    engine.go.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    if wanted.resting:
        assert results == []
    qtbot.waitUntil(lambda: bool(results))
    assert [result.written.document_id for result in results] == ["second"]
    assert len(engine.begun) == 2
    wanted.put_off()
    assert not wanted.resting


def test_what_failed_is_not_made_once_more_after_a_key(jobs: Jobs, qtbot: QtBot) -> None:
    engine, errors = SlowEngine(), []

    def fail(note: Note, state: Review, policy: Policy) -> Redacted:
        engine.begun.append(state)
        while not engine.go.is_set():
            stop_if_asked()
        raise DetectionIncomplete("a part was not examined")

    engine.redact = fail
    note = made_note("x" * (_LONG + 1))
    wanted = Preview(engine, jobs, lambda _: None, errors.append)
    wanted.ask(note, state(note, "first"), POLICY)
    wanted.ask(note, state(note, "second"), POLICY)
    qtbot.waitUntil(lambda: len(engine.begun) == 2)
    wanted.put_off()
    engine.go.set()
    qtbot.waitUntil(lambda: bool(errors))
    assert not wanted.resting
    qtbot.wait(1)
    assert len(engine.begun) == 2
