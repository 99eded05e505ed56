"""Verdicts, what they show, and the signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from deid.audit.keys import read_public_key
from deid.audit.records import (
    DocumentRead,
    Event,
    ReviewAct,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    SampleClosed,
    SampleDesign,
    SampleMethod,
    SessionOpened,
    VerdictGiven,
)
from deid.audit.statement import read_statement
from deid.audit.store import Filter
from deid.audit.verify import verify
from deid.datatypes import Span
from deid.errors import InputError, NotPermitted
from deid.labels import Label
from deid.officer.bound import (
    Measured,
    Sensitivity,
    Terms,
    Verdict,
    sensitivity,
    share_bound,
)
from deid.officer.readers import known_rates, measured_as
from deid.officer.samples import Wanted, draw_sample, drawn_notes
from deid.officer.verdicts import (
    close_sample,
    give_verdict,
    shown,
)

PIN = "a short sentence"


def read_all(clinic: Any, sample: Any, leaking: int = 0, *, stop: int | None = None):
    for at, note in enumerate(drawn_notes(clinic.desk.log, sample)[:stop]):
        left = {Label.CITY: 1, Label.AGE: 2} if at < leaking else {}
        sample = give_verdict(clinic.desk, sample.id, note, left)
    return sample


def look(clinic: Any, sample: Any, **options):
    notes = drawn_notes(clinic.desk.log, sample)
    known = known_rates(clinic.desk.log, before=sample.seq)
    return shown(sample, notes, clinic.desk.roles(), known, **options)


def test_a_verdict_is_recorded(clinic: Any) -> None:
    sample = draw_sample(clinic.desk, Wanted(4))
    note = drawn_notes(clinic.desk.log, sample)[1]
    after = give_verdict(clinic.desk, sample.id, note, {Label.CITY: 2, Label.AGE: 0})
    (event,) = (one.event for one in clinic.desk.log.select(Filter(kinds=(VerdictGiven,))))
    assert isinstance(event, VerdictGiven)
    commit = note.commit
    assert replace(event, statement="") == VerdictGiven(
        sample.id, clinic.officer, commit.document, commit.output_sha256, 2, {Label.CITY: 2}
    )
    assert after.verdict(note) is Verdict.LEAKING


@pytest.mark.parametrize(
    "event",
    [
        lambda _: SessionOpened("Ola", "ward-7", "1.0", None, "1" * 64, "2" * 64),
        lambda document: ReviewFinished(document, "OLA", 1, 0, 0.9),
        lambda document: ReviewActed(document, ReviewAct.ACCEPT, "ola", Span(0, 3), Label.CITY),
    ],
)
def test_nobody_grades_what_they_redacted_or_reviewed(
    clinic: Any, event: Callable[[str], Event]
) -> None:
    sample = draw_sample(clinic.desk, Wanted(40))
    notes = drawn_notes(clinic.desk.log, sample)
    clinic.desk.log.append([event(notes[3].commit.document)])
    others = [note for note in notes if note.commit.document != notes[3].commit.document]
    size = clinic.desk.log.size
    with pytest.raises(NotPermitted, match="another officer must read it"):
        give_verdict(clinic.desk, sample.id, notes[3], {})
    assert clinic.desk.log.size == size
    if isinstance(event(notes[3].commit.document), SessionOpened):
        with pytest.raises(NotPermitted):  # all of these were redacted in the one session
            give_verdict(clinic.desk, sample.id, others[0], {})
    else:
        give_verdict(clinic.desk, sample.id, others[0], {})
    clinic.desk.unlock(clinic.second, PIN)
    assert give_verdict(clinic.desk, sample.id, notes[3], {}).verdict(notes[3]) is Verdict.SOUND


def test_only_an_officer_gives_verdicts_and_closes(clinic: Any) -> None:
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(4)), stop=2)
    note = drawn_notes(clinic.desk.log, sample)[2]
    clinic.desk.unlock(clinic.administrator, PIN)
    size = clinic.desk.log.size
    with pytest.raises(NotPermitted):
        give_verdict(clinic.desk, sample.id, note, {})
    with pytest.raises(NotPermitted):
        close_sample(clinic.desk, sample.id)
    assert clinic.desk.log.size == size


def test_less_than_nothing_is_no_number(clinic: Any) -> None:
    sample = draw_sample(clinic.desk, Wanted(4))
    note = drawn_notes(clinic.desk.log, sample)[0]
    with pytest.raises(InputError, match="below nothing"):
        give_verdict(clinic.desk, sample.id, note, {Label.CITY: -1})


def test_what_a_sample_shows_so_far(clinic: Any) -> None:
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(30)), 1, stop=29)
    now = look(clinic, sample)
    assert (now.read, now.leaking, now.counts) == (29, 1, {Label.CITY: 1, Label.AGE: 2})
    assert now.readers == ("ola",)
    assert now.bound is not None
    assert (now.bound.unread, now.bound.sensitivity) == (1, Sensitivity())
    hoped = [Verdict.LEAKING] + [Verdict.SOUND] * 29
    assert now.outlook == share_bound(hoped, Sensitivity(), Terms(40)).share
    verdicts = [Verdict.LEAKING] * 2 + [Verdict.SOUND] * 28
    assert now.share == share_bound(verdicts, Sensitivity(), Terms(40)).share


def test_a_sequential_sample_counts_what_was_read(clinic: Any) -> None:
    wanted = Wanted(40, design=SampleDesign.SEQUENTIAL, target=0.2)
    sample = read_all(clinic, draw_sample(clinic.desk, wanted), stop=20)
    now = look(clinic, sample)
    assert now.bound is not None
    assert now.bound.unread == 0
    assert now.share is not None
    assert now.share <= 0.2


def test_the_sensitivity_is_that_of_the_readers_when_the_sample_was_drawn(
    clinic: Any, measured: Callable[..., None]
) -> None:
    measured("ola", 200, 190)
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(15)))
    measured("ola", 400, 400)
    now = look(clinic, sample)
    assert now.bound is not None
    assert now.bound.sensitivity.weakest is not None
    assert (now.bound.sensitivity.weakest.withheld, now.bound.sensitivity.weakest.caught) == (
        200, 190,
    )  # fmt: skip
    assert now.bound.share > share_bound([Verdict.SOUND] * 15, Sensitivity(), Terms(40)).share


def test_one_more_reader_who_was_never_measured_does_not_make_the_bound_lower(
    clinic: Any, measured
) -> None:
    measured("ola", 200, 190)
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(30)))
    clinic.desk.unlock(clinic.second, PIN)
    sample = give_verdict(
        clinic.desk, sample.id, drawn_notes(clinic.desk.log, sample)[0], {Label.CITY: 1}
    )
    now = look(clinic, sample)
    assert now.bound is not None
    alone = sensitivity([Measured(200, 190)], confidence=0.95)
    assert now.bound.sensitivity.least == alone.least < 1
    assert (now.bound.sensitivity.unmeasured, alone.unmeasured) == (1, 0)
    assert set(now.readers) == {"ola", "bo"}
    assert now.leaking == 1


def test_a_reader_may_go_by_another_name_among_reviewers(
    clinic: Any, measured: Callable[..., None]
) -> None:
    measured("oberg", 100, 99)
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(30)))
    now = look(clinic, sample, reviewers=["oberg"])
    assert now.bound is not None
    assert now.bound.sensitivity.weakest is not None
    assert now.bound.sensitivity.weakest.withheld == 100
    with pytest.raises(InputError, match="not measured"):
        look(clinic, sample, reviewers=["nobody"])


def test_names_are_as_reviewers_have_them(clinic: Any, measured: Callable[..., None]) -> None:
    measured("Ada-Minister", 10, 10)
    known = known_rates(clinic.desk.log)
    assert list(known) == ["Ada-Minister"]
    assert measured_as(["Ada Minister"], known) == (Measured(10, 10, "Ada-Minister"),)
    assert measured_as(["Bo"], known) == (Measured(),)
    with pytest.raises(InputError, match="not measured"):
        measured_as(["Ada Minister", "Bo"], known, must=True)


def test_a_note_that_was_saved_twice_counts_once(clinic: Any) -> None:
    document = clinic.desk.keys.fingerprint("document", "again")
    read = DocumentRead(document, "5" * 64, 9, 9, "text", "utf-8")
    first, second = (ReviewerMeasured(document, "ola", 2, caught) for caught in (1, 2))
    clinic.desk.log.append([read, first, read, second])
    rate = known_rates(clinic.desk.log)["ola"]
    assert (rate.withheld, rate.caught) == (2, 1)


def test_closing_signs_what_was_shown(clinic: Any, measured: Callable[..., None]) -> None:
    measured("ola", 200, 190)
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(30)), 2)
    before = look(clinic, sample)
    after = close_sample(clinic.desk, sample.id)
    closed = after.sample.closed
    assert closed is not None
    assert (closed.read, closed.leaking, closed.withheld, closed.caught) == (30, 2, 200, 190)
    assert closed.measured_as == "ola"
    assert closed.bound == before.share == after.share
    key = clinic.desk.roles().people[clinic.officer].public_key
    statement = read_statement(closed.statement, key)
    assert statement.kind == SampleClosed.kind
    assert statement.facts["leaking"] == "2"
    clinic.desk.checkpoint()
    verify(clinic.desk.log.path, public_key=read_public_key(clinic.desk.home))


def test_a_closed_sample_is_closed(clinic: Any) -> None:
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(4)))
    close_sample(clinic.desk, sample.id)
    note = drawn_notes(clinic.desk.log, sample)[0]
    with pytest.raises(InputError, match="closed and signed"):
        give_verdict(clinic.desk, sample.id, note, {})
    with pytest.raises(InputError, match="closed and signed"):
        close_sample(clinic.desk, sample.id)


def test_nothing_is_signed_where_nothing_was_read(clinic: Any) -> None:
    sample = draw_sample(clinic.desk, Wanted(4))
    with pytest.raises(InputError, match="nothing of the sample was read"):
        close_sample(clinic.desk, sample.id)


def test_closing_early_is_as_if_all_others_leaked(clinic: Any) -> None:
    sample = read_all(clinic, draw_sample(clinic.desk, Wanted(30)), stop=10)
    closed = close_sample(clinic.desk, sample.id).sample.closed
    assert closed is not None
    assert (closed.read, closed.leaking) == (10, 0)
    assert closed.bound > 0.5


def test_a_risk_weighted_sample_bounds_nothing(clinic: Any) -> None:
    wanted = Wanted(30, SampleMethod.RISK_WEIGHTED)
    sample = read_all(clinic, draw_sample(clinic.desk, wanted), 3)
    after = close_sample(clinic.desk, sample.id)
    assert (after.bound, after.share, after.leaking) == (None, None, 3)
    assert after.sample.closed is not None
    assert after.sample.closed.bound == 1
