"""Statements: one way to write each, and none that was changed or signed by another is accepted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit.checkpoint import Checkpoint
from deid.audit.note import SignerKey
from deid.audit.people import PersonalKey, id_of
from deid.audit.records import Meaning, SignedOff
from deid.audit.statement import (
    SignedStatement,
    checkpoint_of,
    facts_of,
    read_statement,
    sign_statement,
    signer_of,
)
from deid.errors import DefectError, VerificationFailed

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "audit-log.md").read_text("utf-8")
TIME = datetime(2026, 11, 21, 4, 5, 6, 789_000, UTC)
CHECKPOINT = Checkpoint("noteveil/log/3f0c9a51d2b7e864", 1024, bytes(range(32)))
lines = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=40)


def person(number: int) -> PersonalKey:
    seed = bytes([number]) * 32
    own = id_of(SignerKey("new", seed).verifier)
    return PersonalKey(own, "Ada Minister", SignerKey(f"noteveil/person/{own}", seed), bytes(32))


ADA, EVE = person(1), person(2)
FACTS = {"meaning": "reviewed", "name": "Ada: Minister", "size": "1000"}


@pytest.fixture
def note() -> str:
    return sign_statement(ADA, kind="signed-off", facts=FACTS, checkpoint=CHECKPOINT, time=TIME)


def test_a_statement_is_read_as_it_was_signed(note: str) -> None:
    expected = SignedStatement("signed-off", FACTS, CHECKPOINT, TIME)
    assert read_statement(note, ADA.public_key) == expected
    assert signer_of(note) == ADA.id
    assert checkpoint_of(note) == CHECKPOINT


@given(
    st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True), lines, max_size=5),
    st.integers(0, 10**15),
)
def test_any_facts_come_back(facts: dict[str, str], size: int) -> None:
    facts = {name: value for name, value in facts.items() if not name.startswith(("log", "time"))}
    checkpoint = Checkpoint("noteveil/log/0", size, bytes(32))
    note = sign_statement(ADA, kind="any", facts=facts, checkpoint=checkpoint, time=TIME)
    statement = read_statement(note, ADA.public_key)
    assert (statement.facts, statement.checkpoint) == (facts, checkpoint)


@pytest.mark.parametrize("line", range(12))
def test_no_line_can_be_changed_left_out_doubled_or_moved(note: str, line: int) -> None:
    parts = note.split("\n")
    assert len(parts) == 12
    others = [
        [*parts[:line], *parts[line + 1 :]],
        [*parts[:line], *parts[line : line + 1], *parts[line:]],
        [*parts[:line], *(part + "x" for part in parts[line : line + 1]), *parts[line + 1 :]],
        [*parts[:line], "more: 1", *parts[line:]],
        [*parts[:line], *reversed(parts[line : line + 2]), *parts[line + 2 :]],
    ]
    changed = {"\n".join(other) for other in others} - {note}
    assert changed
    for other in changed:
        with pytest.raises(VerificationFailed):
            read_statement(other, ADA.public_key)


@given(at=st.floats(0, 1, exclude_max=True), put=st.characters(codec="utf-8"))
def test_no_character_can_be_changed(at: float, put: str) -> None:
    note = sign_statement(ADA, kind="signed-off", facts=FACTS, checkpoint=CHECKPOINT, time=TIME)
    place = int(at * len(note))
    changed = note[:place] + put + note[place + 1 :]
    if changed != note:
        with pytest.raises(VerificationFailed):
            read_statement(changed, ADA.public_key)


def test_a_statement_of_another_is_refused(note: str) -> None:
    with pytest.raises(VerificationFailed, match="not signed by the key"):
        read_statement(note, EVE.public_key)


def test_a_second_signature_is_refused(note: str) -> None:
    second = sign_statement(EVE, kind="signed-off", facts=FACTS, checkpoint=CHECKPOINT, time=TIME)
    both = note + second.rpartition("\n\n")[2]
    with pytest.raises(VerificationFailed, match="several"):
        read_statement(both, ADA.public_key)
    with pytest.raises(VerificationFailed, match="several"):
        signer_of(both)


@pytest.mark.parametrize(
    "text",
    [
        "{head}",
        "{head}k\n",
        "noteveil/statement/v2\nk\n{tail}",
        "{head}k\nb: 1\na: 1\n{tail}",
        "{head}k\na: 1\na: 1\n{tail}",
        "{head}k\na 1\n{tail}",
        "{head}k\nlog: m\n{tail}",
        "{head}k\nlog: l\nlog_size: 01\nlog_root: {root}\ntime: {time}\n",
        "{head}k\nlog: l\nlog_size: 1\nlog_root: 00\ntime: {time}\n",
        "{head}k\nlog: l\nlog_size: 1\nlog_root: {root}\ntime: 2026-11-21\n",
        "{head}k\nlog: l\nlog_size: 1\nlog_root: {root}\ntime: soon\n",
        "{head}k\nlog: l\nlog_root: {root}\nlog_size: 1\ntime: {time}\n",
    ],
)
def test_what_is_signed_but_no_statement_is_refused(text: str) -> None:
    root, time = "0" * 64, "2026-11-21T04:05:06.789Z"
    tail = f"log: l\nlog_size: 1\nlog_root: {root}\ntime: {time}\n"
    head = "noteveil/statement/v1\n"
    assert read_statement(ADA.signer.sign(f"{head}k\n{tail}"), ADA.public_key).facts == {}
    written = text.format(head=head, tail=tail, root=root, time=time)
    with pytest.raises(VerificationFailed, match="not a statement"):
        read_statement(ADA.signer.sign(written), ADA.public_key)


@pytest.mark.parametrize(
    "facts", [{"a": "two\nlines"}, {"A": "1"}, {"log": "1"}, {"time": "1"}, {"": "1"}]
)
def test_what_could_be_read_otherwise_is_not_signed(facts: dict[str, str]) -> None:
    with pytest.raises(DefectError, match="one line"):
        sign_statement(ADA, kind="any", facts=facts, checkpoint=CHECKPOINT, time=TIME)


def test_what_the_log_would_not_take_is_not_signed() -> None:
    with pytest.raises(DefectError, match="4096"):
        sign_statement(ADA, kind="any", facts={"a": "x" * 4096}, checkpoint=CHECKPOINT, time=TIME)


def test_the_facts_of_a_record_are_its_fields_as_it_writes_them() -> None:
    event = SignedOff(ADA.id, "Ada", Meaning.REVIEWED, 1000, "0f" * 32, "")
    assert facts_of(event) == {
        "person": ADA.id,
        "name": "Ada",
        "meaning": "reviewed",
        "size": "1000",
        "root": "0f" * 32,
    }


def test_the_example_of_the_document_is_a_good_statement() -> None:
    found = next(
        block
        for block in re.findall(r"(?:^    .*\n|^\n)+", DOCUMENT, re.MULTILINE)
        if "noteveil/statement/v1" in block
    )
    note = "\n".join(line.removeprefix("    ") for line in found.strip("\n").split("\n")) + "\n"
    key = re.search(r"`(noteveil/person/[0-9a-f]{16}\+[0-9a-f]{8}\+[A-Za-z0-9/+]{44})`", DOCUMENT)
    assert key is not None
    statement = read_statement(note, key[1])
    assert (statement.kind, statement.checkpoint.size) == ("signed-off", 1024)
