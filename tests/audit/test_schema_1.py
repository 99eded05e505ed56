"""Records of schema 1, written once by the program of that time, are read for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deid.audit import schema_1
from deid.audit.canonical import decode, encode
from deid.audit.records import KeyAct, KeyChanged, KeyKind, MeasuringChanged, Record
from deid.errors import LogDamaged

WRITTEN = Path(__file__).with_name("schema_1.jsonl").read_bytes().splitlines()


def test_every_kind_of_schema_1_is_among_the_records_kept() -> None:
    assert {json.loads(body)["event"] for body in WRITTEN} == schema_1.NAMES.keys()


@pytest.mark.parametrize("seq", range(len(WRITTEN)))
def test_a_record_of_schema_1_is_read_and_written_again_to_the_byte(seq: int) -> None:
    record = decode(WRITTEN[seq], seq=seq)
    assert record.schema == 1
    assert encode(record) == WRITTEN[seq]


def test_what_schema_1_did_not_say_is_none() -> None:
    record = next(
        record for record in map(_read, range(len(WRITTEN)))
        if isinstance(record.event, MeasuringChanged)
    )  # fmt: skip
    assert isinstance(record.event, MeasuringChanged)
    assert record.event.person is None


def test_schema_1_has_no_field_of_a_later_one() -> None:
    body = next(body for body in WRITTEN if b"measuring-changed" in body)
    node = json.loads(body)
    with pytest.raises(LogDamaged, match="one too many"):
        decode(_canonical(node | {"person": None}), seq=node["seq"])


def test_schema_1_has_no_kind_of_a_later_one() -> None:
    record = _read(0)
    later = KeyChanged(KeyKind.SITE, KeyAct.DESTROYED, "5f1c0a9be37d2468")
    node = json.loads(encode(Record(0, record.time, record.session, later)))
    assert decode(_canonical(node), seq=0).event == later
    with pytest.raises(LogDamaged, match="an event that this program does not know"):
        decode(_canonical(node | {"schema": 1}), seq=0)


def test_schema_1_has_no_export_of_a_later_one() -> None:
    body = next(body for body in WRITTEN if b'"what":"proof"' in body)
    node = json.loads(body) | {"what": "fhir"}
    later = node | {"schema": 2, "person": None, "statement": None}
    assert decode(_canonical(later), seq=node["seq"])
    with pytest.raises(LogDamaged, match="`what`"):
        decode(_canonical(node), seq=node["seq"])


def _read(seq: int) -> Record:
    return decode(WRITTEN[seq], seq=seq)


def _canonical(node: dict[str, object]) -> bytes:
    return json.dumps(node, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
