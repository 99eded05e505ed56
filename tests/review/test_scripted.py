"""A review as a script takes it, from the findings to the log, without a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from deid import Document, Finding, Label, Release, Resolution, Site, Source, Span, review
from deid.audit.records import DocumentCommitted, ReviewActed, ReviewerMeasured, ReviewFinished
from deid.audit.store import AuditLog, log_path
from deid.audit.verify import verify
from deid.policy import load_policy
from deid.redact.apply import apply
from deid.review import Edge, Standard, Step, Unit

POLICY = load_policy("safe-harbor")
TEXT = "Ilse Testfall saw Dr. Mockridge in Fictown. Testfall left; Mockridge stayed."
NOTE = Document("testfall.txt", TEXT)
FOUND = Resolution(
    (
        Finding(Span(0, 4), Label.PATIENT, 0.7, "model:0a1b2c3d"),
        Finding(Span(22, 31), Label.DOCTOR, 0.99, "rule:name/title@1"),
        Finding(Span(35, 42), Label.CITY, 0.4, "model:0a1b2c3d"),
        Finding(Span(59, 68), Label.DOCTOR, 0.98, "propagated"),
    )
)


def reviewed(*, catches: bool) -> review.Review:
    withheld = review.choose_withheld(FOUND, key=bytes(32), share=1.0, policy=POLICY)
    assert withheld == (FOUND.kept[1], FOUND.kept[3])
    state = review.begin(NOTE, FOUND, reviewer="clerk", withheld=withheld)
    name = state.marks[0]
    span = review.moved_span(TEXT, name.finding.span, edge=Edge.END, unit=Unit.WORD, outward=True)
    acts = [lambda: review.move(state, name, span)]
    acts.append(lambda: review.add_all(state, Span(44, 52), Label.PATIENT))
    acts.append(lambda: review.reject(state, [state.marks[1]]))
    if catches:
        word = review.word_at(TEXT, 25)
        assert word is not None
        acts.append(lambda: review.add(state, word, Label.PERSON))
    for act_on in acts:
        act = act_on()
        for step in (Step.DONE, Step.UNDONE, Step.REDONE):
            state = review.apply(state, act, step=step)
    return review.finish(state, standard=Standard(POLICY, 0.85))


@pytest.mark.parametrize("catches", [False, True])
def test_a_scripted_review_is_released_and_its_log_verifies(tmp_path: Path, catches: bool) -> None:
    state = reviewed(catches=catches)
    redacted = apply(NOTE, state.resolution(), POLICY, seed=bytes(32))
    second = "[PERSON-1]" if catches else "[DOCTOR-1]"
    assert redacted.text == (
        f"[PATIENT-1] saw Dr. {second} in Fictown. [PATIENT-1] left; [DOCTOR-1] stayed."
    )
    with Site.open(tmp_path) as site:
        document = site.keys.fingerprint("document", NOTE.id)
        release = Release(
            source=Source(NOTE, TEXT.encode(), "text", "utf-8"),
            redacted=redacted,
            policy=POLICY,
            output=redacted.text.encode(),
            output_name="out.txt",
            review=tuple(review.log_events(state, document=document)),
        )
        site.commit([release], publish=lambda: None)
        public_key = site.keys.public_key
    verify(log_path(tmp_path), public_key=public_key)
    with AuditLog.open(tmp_path, read_only=True) as log:
        events = [record.event for record in log.records()]
    acts = [event for event in events if isinstance(event, ReviewActed)]
    assert len(acts) == 3 * (4 if catches else 3)
    assert [event for event in events if isinstance(event, ReviewFinished)] == [
        ReviewFinished(document, "clerk", 3 if catches else 2, 0, 0.85)
    ]
    assert [event for event in events if isinstance(event, ReviewerMeasured)] == [
        ReviewerMeasured(document, "clerk", withheld=2, caught=int(catches))
    ]
    assert isinstance(events[-1], DocumentCommitted)


def test_what_the_reviewer_sees_of_the_result_holds_what_is_withheld() -> None:
    state = reviewed(catches=False)
    redacted = apply(NOTE, state.resolution(), POLICY, seed=bytes(32))
    assert review.as_shown(state, redacted).text == (
        "[PATIENT-1] saw Dr. Mockridge in Fictown. [PATIENT-1] left; Mockridge stayed."
    )
