"""Committing: the record comes before the file, and no record comes for a changed text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deid.audit.records import DocumentCommitted, DocumentRefused, RedactionMade
from deid.datatypes import Document, Finding, Redacted, Span
from deid.errors import DefectError, DetectionIncomplete, ResidualFound
from deid.labels import Label
from deid.policy import load_policy
from deid.redact.apply import apply
from deid.resolve import resolve
from deid.site import Release, Site, Source

POLICY = load_policy("safe-harbor")
NOTE = Document("okonkwo-1.txt", "Ada Okonkwo was seen on 3 May 2024.", patient="MRN 77")


def _redacted() -> Redacted:
    found = [
        Finding(Span(0, 11), Label.PATIENT, 0.98765, "known"),
        Finding(Span(24, 34), Label.DATE, 0.9, "rule:date@1"),
    ]
    return apply(NOTE, resolve(NOTE.text, found, POLICY), POLICY, seed=bytes(32))


def _release(redacted: Redacted) -> Release:
    source = Source(NOTE, NOTE.text.encode(), "text", "utf-8")
    return Release(source, redacted, POLICY, redacted.text.encode(), "okonkwo-1.txt")


def _events(site: Site) -> list[object]:
    return [record.event for record in site.log.records()]


def test_the_record_is_written_before_the_file_appears(tmp_path: Path) -> None:
    with Site.open(tmp_path) as site:
        seen: list[int] = []
        site.commit([_release(_redacted())], publish=lambda: seen.append(site.log.size))
        assert seen == [site.log.size]
        committed = _events(site)[-1]
        assert isinstance(committed, DocumentCommitted)
        assert committed.redactions == 2
        assert committed.counts == {Label.PATIENT: 1, Label.DATE: 1}


def test_every_redaction_has_its_record(tmp_path: Path) -> None:
    with Site.open(tmp_path) as site:
        redacted = _redacted()
        site.commit([_release(redacted)], publish=lambda: None)
        made = [event for event in _events(site) if isinstance(event, RedactionMade)]
        assert [(e.span, e.output_span, e.label) for e in made] == [
            (r.finding.span, r.output_span, r.finding.label) for r in redacted.redactions
        ]


def test_a_changed_character_outside_the_redactions_is_refused(tmp_path: Path) -> None:
    redacted = _redacted()
    changed = replace(redacted, text=redacted.text.replace("seen", "sewn"))
    with Site.open(tmp_path) as site:
        with pytest.raises(DefectError):
            site.commit([_release(changed)], publish=lambda: pytest.fail("published"))
        assert not _events(site)


def test_an_output_with_something_left_is_refused(tmp_path: Path) -> None:
    left = replace(_redacted(), residual=(Finding(Span(0, 3), Label.PATIENT, 0.9, "rule:x@1"),))
    with Site.open(tmp_path) as site:
        with pytest.raises(ResidualFound):
            site.commit([_release(left)], publish=lambda: pytest.fail("published"))
        assert not _events(site)


def test_a_refusal_is_recorded_without_the_name_of_the_note(tmp_path: Path) -> None:
    with Site.open(tmp_path) as site:
        site.refuse(NOTE.id, DetectionIncomplete("a rule ran out of time"))
        (event,) = _events(site)
        assert isinstance(event, DocumentRefused)
        assert event.error == "DetectionIncomplete"
        assert "okonkwo" not in repr(event)


def test_an_output_of_this_program_is_recognised_by_its_bytes(tmp_path: Path) -> None:
    release = _release(_redacted())
    with Site.open(tmp_path) as site:
        assert not site.has_released(release.output, POLICY)
        site.commit([release], publish=lambda: None)
        assert site.has_released(release.output, POLICY)
        assert not site.has_released(release.output, load_policy("research"))
        assert not site.has_released(release.output + b" ", POLICY)


def test_a_patient_has_the_same_seed_again_and_another_patient_another(tmp_path: Path) -> None:
    for policy in (POLICY, load_policy("research")):
        with Site.open(tmp_path) as site:
            first, other = site.seed_for(policy, "p1"), site.seed_for(policy, "p2")
        with Site.open(tmp_path) as site:
            assert site.seed_for(policy, "p1") == first != other


def test_notes_without_a_patient_share_no_seed(tmp_path: Path) -> None:
    with Site.open(tmp_path) as site:
        assert site.seed_for(POLICY, "") != site.seed_for(POLICY, "")


def test_the_log_holds_no_identifier_in_any_file(tmp_path: Path) -> None:
    with Site.open(tmp_path) as site:
        site.commit([_release(_redacted())], publish=lambda: None)
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for identifier in (b"Okonkwo", b"okonkwo", b"MRN 77", b"3 May"):
        assert identifier not in written
