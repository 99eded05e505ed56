from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from deid.datatypes import Document, Finding, Resolution, Span
from deid.detect import View
from deid.detect.normalise import normalise
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector
from deid.errors import DetectionIncomplete, ExaminationStopped
from deid.labels import Label
from deid.pipeline import Deidentifier
from deid.policy import load_policy
from deid.redact import apply
from deid.stopping import stepwise, stop_if_asked, stoppable

POLICY = load_policy("safe-harbor")
NOTE = Document("n1", "Mrs. Mockridge came on 03/14/2024, MRN 5512077.")


class Counted:
    """A detector that finds nothing, and counts how often it was asked."""

    def __init__(self, name: str = "rules") -> None:
        self.name = name
        self.calls = 0

    def detect(self, view: View) -> Sequence[Finding]:
        self.calls += 1
        return []


def after(count: int) -> Callable[[], bool]:
    """Asks to stop once it was looked at so often."""
    looks = iter(range(10_000))
    return lambda: next(looks) >= count


def test_nothing_stops_unless_somebody_asks() -> None:
    stop_if_asked()
    with stoppable(lambda: False):
        stop_if_asked()


def test_who_asks_is_heard_only_inside_and_in_this_thread() -> None:
    raised: list[BaseException] = []

    def elsewhere() -> None:
        try:
            stop_if_asked()
        except ExaminationStopped as error:
            raised.append(error)

    with stoppable(lambda: True):
        with pytest.raises(ExaminationStopped), stoppable(lambda: True):
            stop_if_asked()
        with stoppable(lambda: False):
            stop_if_asked()
        with pytest.raises(ExaminationStopped):
            stop_if_asked()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    stop_if_asked()
    assert raised == []


def test_a_note_that_was_given_up_counts_as_not_examined() -> None:
    first, second = Counted(), Counted("other")
    deidentifier = Deidentifier(policy=POLICY, detectors=[first, second])
    with stoppable(after(1)), pytest.raises(DetectionIncomplete):
        deidentifier.analyze(NOTE)
    assert (first.calls, second.calls) == (1, 0)


def test_rules_stop_between_two_rules() -> None:
    detector = RuleDetector(load_packs(None))
    view = normalise(NOTE.text)
    assert detector.detect(view)
    with stoppable(after(3)), pytest.raises(ExaminationStopped):
        detector.detect(view)
    with stoppable(lambda: False):
        assert detector.detect(view)


def test_many_things_are_gone_through_in_steps() -> None:
    assert list(stepwise([])) == []
    assert list(stepwise(range(1000))) == list(range(1000))
    left = iter(range(1000))
    with stoppable(after(3)), pytest.raises(ExaminationStopped):
        list(stepwise(left))
    assert 300 <= next(left) <= 301


def test_redacting_a_note_with_many_findings_can_be_given_up() -> None:
    text = "03/14/2024 " * 2000
    found = tuple(
        Finding(Span(at, at + 10), Label.DATE, 1.0, "rule:test/date@1")
        for at in range(0, len(text), 11)
    )
    document, resolution = Document("n2", text), Resolution(found, ())
    for steps in (1, 10, 60):
        with stoppable(after(steps)), pytest.raises(ExaminationStopped):
            apply(document, resolution, POLICY, seed=bytes(32))
    with stoppable(lambda: False):
        assert apply(document, resolution, POLICY, seed=bytes(32)).text == "2024 " * 2000
