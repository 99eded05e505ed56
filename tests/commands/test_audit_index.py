from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deid.audit.keys import Keys
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    SessionOpened,
)
from deid.audit.store import AuditLog
from deid.datatypes import Span
from deid.labels import Label
from deid.officer.index.local import index_path
from deid.policy import load_policy

Deid = Callable[..., Any]
DOCUMENT = f"hmac-sha256:{'0' * 16}:{'0' * 64}"


@pytest.fixture
def done(deid: Deid, home: Path) -> Deid:
    """The command line, behind two sessions with four saved notes, a refused one and a review."""
    keys = Keys.open(home)
    for user, policy, first in (("ana", "safe-harbor", 0), ("ben", "research", 2)):
        digest = load_policy(policy).digest
        with AuditLog.open(home) as log:
            log.append([SessionOpened(user, "ward-pc-7", "0.1.0", None, "1" * 64, digest)])
            for number in (first, first + 1):
                log.append(list(_note(keys, number, digest)))
    with AuditLog.open(home) as log:
        log.append(
            [
                DocumentRefused(DOCUMENT, "EmptyNote", 3),
                ReviewActed(DOCUMENT, ReviewAct.ADD, "ben", Span(3, 7), None, Label.PHONE),
            ]
        )
    return deid


def _note(keys: Keys, number: int, policy: str) -> Iterator[Event]:
    document = keys.fingerprint("document", f"{number}.txt")
    digest = f"{number:064x}"
    yield DocumentRead(document, digest, 120, 120, "text", "utf-8")
    found = (
        (Label.PHONE, "rule:contact/phone@1", "tag"),
        (Label.PATIENT, "model:0a1b2c3d", "keep"),
    )
    for place, (label, detector, operator) in enumerate(found):
        span = Span(10 * place, 10 * place + 5)
        yield RedactionMade(
            document, span, label, "D", detector, 0.9, operator, policy, DOCUMENT, span
        )
    yield DocumentCommitted(
        document, digest, digest, 120, 120, 2, 0, policy, DOCUMENT,
        {Label.PHONE: 1, Label.PATIENT: 1},
    )  # fmt: skip


FILTERS = [
    ("--label", "PHONE"),
    ("--detector", "rule:contact/"),
    ("--detector", ""),
    ("--policy", "safe-harbor"),
    ("--user", "ben"),
    ("--user", "nobody-of-that-name"),
    ("--user", "ben", "--event", "redaction-made"),
    ("--user", "ana", "--document", "1.txt", "--last", "2"),
    ("--label", "PHONE", "--last", "3"),
    ("--label", "PHONE", "--since", "2000-01-01", "--until", "2100-01-01"),
    ("--label", "PATIENT", "--until", "2000-01-01"),
    ("--policy", "research", "--detector", "model:", "--user", "ben", "--label", "PATIENT"),
    ("--last", "4"),
    (),
]


def test_listing_by_the_index_says_the_same(done: Deid, home: Path) -> None:
    scanned = {each: done("audit", "list", "--json", *each).out for each in FILTERS}
    assert not index_path(home).exists()
    assert len(set(scanned.values())) > 9
    assert done("audit", "index").code == 0
    for each, expected in scanned.items():
        assert done("audit", "list", "--json", *each).out == expected, each


def test_listing_finds_what_came_after_the_index(done: Deid, home: Path) -> None:
    before = done("audit", "list", "--label", "PHONE").out
    done("audit", "index")
    redaction = RedactionMade(
        DOCUMENT, Span(0, 4), Label.PHONE, "D", "known", 1.0, "tag", "0" * 64, DOCUMENT, Span(0, 4)
    )
    with AuditLog.open(home) as log:
        log.append([redaction])
    after = done("audit", "list", "--label", "PHONE").out
    assert after.startswith(before)
    assert len(after.splitlines()) == len(before.splitlines()) + 1


def test_an_index_that_is_spoiled_changes_nothing(done: Deid, home: Path) -> None:
    expected = done("audit", "list", "--label", "PHONE").out
    done("audit", "index")
    index_path(home).write_bytes(b"spoiled" * 5000)
    assert done("audit", "list", "--label", "PHONE").out == expected


def test_the_index_is_made_and_made_anew(done: Deid, home: Path) -> None:
    first = done("audit", "index", "--json").json()
    assert first["added"] == first["records"] > 10
    assert done("audit", "index", "--json").json() == {"records": first["records"], "added": 0}
    assert done("audit", "index", "--rebuild", "--json").json() == first
    assert "records indexed" in done("audit", "index").out
    assert index_path(home).exists()


def test_a_log_that_is_another_is_told(done: Deid, home: Path, tmp_path: Path) -> None:
    done("audit", "index")
    kept = tmp_path / "index.sqlite"
    index_path(home).rename(kept)
    shutil.rmtree(index_path(home).parent)
    with AuditLog.open(home):
        pass
    kept.rename(index_path(home))
    said = done("audit", "index")
    assert "verify it" in said.err
    assert "0 records indexed" in said.out


def test_trends_as_a_table(done: Deid) -> None:
    said = done("audit", "trends").out
    assert said.startswith("week")
    assert "marks that reviewers added" in said
    assert "PHONE" in done("audit", "trends", "--about", "added").out
    assert "redaction-made" in done("audit", "trends", "--by", "event").out
    assert done("audit", "trends", "--since", "2100-01-01").out == "no records\n"
    assert (
        done("audit", "trends", "--about", "notes", "--since", "2100-01-01").out == "no records\n"
    )
    assert done("audit", "trends", "--by", "event", "--about", "notes").code == 2


def test_trends_for_programs(done: Deid) -> None:
    weeks = done("audit", "trends", "--json").json()["weeks"]
    total = {name: sum(week[name] for week in weeks) for name in weeks[0] if name != "week"}
    assert (total["notes"], total["refused"], total["added"]) == (4, 1, 1)
    by_event = done("audit", "trends", "--by", "event", "--json").json()
    assert sum(by_event["series"]["document-committed"]) == 4
    assert (
        sum(map(sum, by_event["series"].values()))
        == (done("audit", "index", "--json").json()["records"])
    )
    assert (total["redactions"], total["stayed"]) == (4, 4)
    for about in ("redactions", "stayed"):
        told = done("audit", "trends", "--about", about, "--json").json()
        assert sum(map(sum, told["series"].values())) == total[about]
    assert done("audit", "trends", "--json").json()["labels"][0]["of"] == "PHONE"


def test_without_a_log_no_index_is_made(deid: Deid, home: Path) -> None:
    assert deid("audit", "index").code == 7
    assert deid("audit", "trends").code == 7
    assert not home.exists()
