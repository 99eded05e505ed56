"""Samples in the log: drawn with a recorded seed, and drawn again from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deid.audit.archives import Archives
from deid.audit.keys import read_public_key
from deid.audit.records import (
    DocumentCommitted,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
    VerdictGiven,
)
from deid.audit.store import Filter
from deid.audit.verify import verify
from deid.errors import InputError, NotPermitted, VerificationFailed
from deid.labels import Label
from deid.officer.archiving import archive_records
from deid.officer.bound import Verdict
from deid.officer.samples import (
    Wanted,
    draw_sample,
    drawn_notes,
    frame,
    places,
    sample,
    samples,
    samples_in,
    verdicts,
)
from deid.officer.verdicts import close_sample, give_verdict


def test_a_drawn_sample_is_in_the_log_with_all_that_it_takes_to_draw_it_again(clinic: Any) -> None:
    before = clinic.desk.log.size
    drawn = draw_sample(clinic.desk, Wanted(12, target=0.1, confidence=0.9))
    record = clinic.desk.log.record(drawn.seq)
    assert (drawn.seq, record.event, record.time) == (before, drawn.drawn, drawn.time)
    assert (drawn.drawn.frame, drawn.drawn.drawn, drawn.drawn.stop) == (40, 12, before)
    assert drawn.drawn.person == clinic.officer
    notes = drawn_notes(clinic.desk.log, drawn)
    assert len(notes) == 12
    assert drawn_notes(clinic.desk.log, sample(clinic.desk.log, drawn.id)) == notes


def test_notes_released_later_change_nothing(clinic: Any) -> None:
    drawn = draw_sample(clinic.desk, Wanted(5))
    notes = drawn_notes(clinic.desk.log, drawn)
    commit = next(iter(clinic.desk.log.select(Filter(kinds=(DocumentCommitted,))))).event
    clinic.desk.log.append([replace(commit, output_sha256="9" * 64)])
    assert len(frame(clinic.desk.log)) == 40
    assert drawn_notes(clinic.desk.log, drawn) == notes


def test_drawing_again_shows(clinic: Any) -> None:
    ids = [draw_sample(clinic.desk, Wanted(5)).id for _ in range(3)]
    found = samples(clinic.desk.log)
    assert [one.id for one in found] == ids
    assert len({one.drawn.seed for one in found}) == 3


def test_a_risk_weighted_sample_is_drawn_again_too(clinic: Any) -> None:
    drawn = draw_sample(clinic.desk, Wanted(5, SampleMethod.RISK_WEIGHTED))
    notes = drawn_notes(clinic.desk.log, drawn)
    assert len({note.seq for note in notes}) == 5
    assert drawn_notes(clinic.desk.log, drawn) == notes


def test_only_an_officer_draws(clinic: Any) -> None:
    clinic.desk.unlock(clinic.administrator, "a short sentence")
    size = clinic.desk.log.size
    with pytest.raises(NotPermitted, match="officer"):
        draw_sample(clinic.desk, Wanted(5))
    clinic.desk.lock()
    with pytest.raises(NotPermitted):
        draw_sample(clinic.desk, Wanted(5))
    assert clinic.desk.log.size == size


@pytest.mark.parametrize(
    "wanted", [Wanted(41), Wanted(0), Wanted(1, policy_digest="7" * 64), Wanted(1, label=Label.SSN)]
)
def test_no_more_notes_are_drawn_than_there_are(clinic: Any, wanted: Wanted) -> None:
    with pytest.raises(InputError, match="to draw from"):
        draw_sample(clinic.desk, wanted)
    assert samples(clinic.desk.log) == ()


def test_a_part_of_the_log_is_drawn_from(clinic: Any) -> None:
    log = clinic.desk.log
    commits = [one.seq for one in log.select(Filter(kinds=(DocumentCommitted,)))]
    wanted = Wanted(3, first=commits[10], stop=commits[20])
    drawn = draw_sample(clinic.desk, wanted)
    assert drawn.drawn.frame == 10
    assert {note.seq for note in drawn_notes(log, drawn)} <= set(commits[10:20])


def test_notes_with_a_label_are_drawn_from(clinic: Any) -> None:
    commits = [one.event for one in clinic.desk.log.select(Filter(kinds=(DocumentCommitted,)))]
    for number, commit in enumerate(commits[:4]):
        assert isinstance(commit, DocumentCommitted)
        changed = replace(commit, output_sha256=f"{number:064x}", counts={Label.MRN: 2})
        clinic.desk.log.append([changed])
    drawn = draw_sample(clinic.desk, Wanted(3, label=Label.MRN))
    assert (drawn.drawn.frame, drawn.drawn.label) == (4, Label.MRN)
    notes = drawn_notes(clinic.desk.log, drawn)
    assert all(note.commit.counts == {Label.MRN: 2} for note in notes)
    assert drawn_notes(clinic.desk.log, sample(clinic.desk.log, drawn.id)) == notes
    with pytest.raises(VerificationFailed, match="not drawn from the notes"):
        drawn_notes(clinic.desk.log, replace(drawn, drawn=replace(drawn.drawn, label=None)))


def test_times_become_places(clinic: Any) -> None:
    log = clinic.desk.log
    first, last = log.record(0).time, log.record(log.size - 1).time
    assert places(log) == (0, log.size)
    assert places(log, since=first, until=last + timedelta(days=1)) == (0, log.size)
    assert places(log, since=last + timedelta(days=1)) == (log.size, log.size)
    assert places(log, until=first) == (0, 0)


def test_what_was_not_drawn_so_is_found_out(clinic: Any) -> None:
    drawn = draw_sample(clinic.desk, Wanted(5))
    for changes in ({"frame": 39}, {"stop": drawn.seq + 9}, {"drawn": 0}, {"drawn": 41}):
        other = replace(drawn, drawn=replace(drawn.drawn, **changes))
        with pytest.raises(VerificationFailed, match="not drawn from the notes"):
            drawn_notes(clinic.desk.log, other)


def test_a_sample_of_archived_records_asks_for_the_archive(clinic: Any, tmp_path: Path) -> None:
    desk = clinic.desk
    drawn = draw_sample(desk, Wanted(5))
    notes = drawn_notes(desk.log, drawn)
    give_verdict(desk, drawn.id, notes[0], {})
    close_sample(desk, drawn.id)
    desk.unlock(clinic.administrator, "a short sentence")
    moved = archive_records(desk, tmp_path, stop=drawn.drawn.stop)
    assert moved is not None
    with pytest.raises(InputError, match="moved to an archive"):
        drawn_notes(desk.log, drawn)
    name = desk.keys.signer.name
    with Archives.open([tmp_path], origin=name, archived=desk.log.archived()) as archives:
        desk.log.attach(archives)
        assert drawn_notes(desk.log, drawn) == notes
        wrong = replace(drawn, drawn=replace(drawn.drawn, frame=39))
        with pytest.raises(VerificationFailed, match="not drawn from the notes"):
            drawn_notes(desk.log, wrong)


def test_a_sample_goes_by_the_beginning_of_its_id(clinic: Any) -> None:
    one, other = (draw_sample(clinic.desk, Wanted(5)) for _ in range(2))
    assert sample(clinic.desk.log, one.id[:8]) == one
    assert sample(clinic.desk.log, other.id) == other
    for name in ("", "x"):
        with pytest.raises(InputError, match="no sample of that id, or several"):
            sample(clinic.desk.log, name)


def test_a_note_leaks_where_any_reader_says_so_and_each_ones_last_word_counts(clinic: Any) -> None:
    drawn = draw_sample(clinic.desk, Wanted(3, design=SampleDesign.SEQUENTIAL))
    notes = drawn_notes(clinic.desk.log, drawn)

    def given(person: str, note: int, **counts: int) -> VerdictGiven:
        commit = notes[note].commit
        left = {Label(label): count for label, count in counts.items()}
        return VerdictGiven(
            drawn.id, person, commit.document, commit.output_sha256, sum(left.values()), left
        )

    ola, bo = clinic.officer, clinic.second
    read = replace(
        drawn,
        verdicts=(
            given(ola, 0, CITY=2, AGE=1),
            given(bo, 0, CITY=1, DATE=1),
            given(ola, 1, CITY=1),
            given(ola, 1),
        ),
    )
    assert verdicts(read, notes) == (Verdict.LEAKING, Verdict.SOUND, Verdict.UNREAD)
    assert read.left(notes[0]) == {Label.CITY: 2, Label.AGE: 1, Label.DATE: 1}
    assert read.left(notes[1]) == {}
    assert set(read.readers()) == {ola, bo}


def test_nothing_behind_the_closing_counts(clinic: Any) -> None:
    drawn = draw_sample(clinic.desk, Wanted(3))
    (note, *_) = drawn_notes(clinic.desk.log, drawn)
    verdict = VerdictGiven(
        drawn.id, clinic.officer, note.commit.document, note.commit.output_sha256, 0
    )
    closed = SampleClosed(drawn.id, clinic.officer, 1, 0, 0, 0, 0.9, "statement")
    again = replace(closed, bound=0.1)
    events = [drawn.drawn, verdict, closed, verdict, again, replace(verdict, sample="0" * 16)]
    record = clinic.desk.log.record(drawn.seq)
    (found,) = samples_in(replace(record, event=event) for event in events)
    assert (found.verdicts, found.closed) == ((verdict,), closed)


def test_the_log_verifies_with_samples(clinic: Any) -> None:
    draw_sample(clinic.desk, Wanted(3))
    clinic.desk.checkpoint()
    found = verify(clinic.desk.log.path, public_key=read_public_key(clinic.desk.home))
    assert found.size == clinic.desk.log.size
    events = [record.event for record in clinic.desk.log.select(Filter(kinds=(SampleDrawn,)))]
    assert len(events) == 1
