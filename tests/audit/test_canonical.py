from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import EnumType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.audit import verify_log
from deid.audit.canonical import canonical_json, decode, encode, format_time
from deid.audit.records import EVENTS, DocumentRead, Event, Form, PolicyChanged, Record
from deid.datatypes import DropReason, Span
from deid.errors import DefectError, LogDamaged
from deid.labels import Label

DIGEST = "0f" * 32
whole = st.integers(0, 2**53 - 1)
labels = st.sampled_from(Label)
strategies: dict[object, st.SearchStrategy[Any]] = {
    int: whole,
    float: st.integers(0, 10_000).map(lambda parts: parts / 10_000),
    Span: st.tuples(whole, whole).map(lambda pair: Span(min(pair), max(pair))),
    Label: labels,
}


def values(hint: object) -> st.SearchStrategy[Any]:
    arguments = get_args(hint)
    if arguments and isinstance(arguments[-1], Form):
        return st.from_regex(arguments[-1].pattern, fullmatch=True)
    if type(None) in arguments:
        return st.none() | values(next(part for part in arguments if part is not type(None)))
    if get_origin(hint) is not None:
        return st.dictionaries(labels, whole, max_size=4)
    if hint not in strategies:
        assert isinstance(hint, EnumType)
        return st.sampled_from(list(hint))
    return strategies[hint]


def events(event: type[Event]) -> st.SearchStrategy[Event]:
    hints = get_type_hints(event, include_extras=True)
    del hints["kind"]
    return st.builds(event, **{name: values(hint) for name, hint in hints.items()})


records = st.builds(
    Record,
    seq=whole,
    time=st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
        lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000)
    ),
    session=st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    event=st.one_of([events(event) for event in EVENTS]),
)


@settings(max_examples=40)
@given(records)
def test_a_record_is_read_back_as_it_was_written(record: Record) -> None:
    assert decode(encode(record), seq=record.seq) == record


@settings(max_examples=40)
@given(records)
def test_the_bytes_are_those_of_rfc_8785(record: Record) -> None:
    body = encode(record)
    assert body == rfc8785.dumps(json.loads(body))


def accepted(read: Callable[[], object]) -> bool:
    try:
        read()
    except (LogDamaged, ValueError, TypeError):
        return False
    return True


strange = st.sampled_from([None, "", 0, 1, -1, 0.5, 1.5, 2**53, True, [], [1], [2, 1], {}, "null"])


@settings(max_examples=60)
@given(records, records, st.data())
def test_the_second_verifier_reads_what_the_program_reads(
    record: Record, other: Record, data: st.DataObject
) -> None:
    body = encode(record)
    verify_log.parse(body, record.seq)
    node, foreign = json.loads(body), json.loads(encode(other))
    name = data.draw(st.sampled_from(sorted(node)))
    node[name] = data.draw(st.sampled_from(list(foreign.values())) | strange)
    changed = canonical_json(node).encode()
    found = accepted(lambda: decode(changed, seq=record.seq))
    assert accepted(lambda: verify_log.parse(changed, record.seq)) == found


@pytest.fixture
def body() -> bytes:
    return encode(
        Record(7, datetime(2026, 11, 21, 4, 5, 6, 789_000, UTC), "0" * 16, PolicyChanged(DIGEST))
    )


def test_the_form_of_a_record(body: bytes) -> None:
    assert body.decode() == (
        f'{{"event":"policy-changed","policy_digest":"{DIGEST}","schema":2,"seq":7,'
        '"session":"0000000000000000","time":"2026-11-21T04:05:06.789Z"}'
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"schema":2', b'"schema":0'),
        (b'"schema":2', b'"schema":3'),
        (b'"schema":2', b'"schema":true'),
        (b'"schema":2', b'"schema":2.0'),
        (b'"schema":2', b'"schema":[2]'),
        (b'"seq":7', b'"seq":8'),
        (b'"seq":7', b'"seq":7.0'),
        (b'"seq":7', b'"seq":"7"'),
        (b'"seq":7', b'"seq":' + b"7" * 5000),
        (b'"seq":7', b'"seq":NaN'),
        (b'"seq":7', b'"seq":7,"seq":7'),
        (b'"seq":7', b'"seq": 7'),
        (b'"seq":7,', b""),
        (b'"seq":7', b'"seq":7,"more":1'),
        (b'"seq":7', b'"note":"\\ud800","seq":7'),
        (b"policy-changed", b"policy-forged"),
        (b'"policy-changed"', b"[]"),
        (b"0f0f", b"0F0F"),
        (b"0f0f", b"0\\u0066\\u0030f"),
        (b"789Z", b"789z"),
        (b"2026-11-21", b"2026-11-31"),
        (b"04:05:06.789Z", b"24:05:06.789Z"),
        (b"0000000000000000", b"000000000000000"),
        (b"}", b"} "),
        (b"}", b""),
        (b"{", b"\xef\xbb\xbf{"),
        (b"{", b"\xff{"),
        (b"{", b"[" * 100_000),
    ],
)
def test_bytes_that_are_not_exactly_a_record_are_refused(
    body: bytes, old: bytes, new: bytes
) -> None:
    assert old in body
    with pytest.raises(LogDamaged, match=r"^record 7: "):
        decode(body.replace(old, new, 1), seq=7)


def test_a_record_of_another_place_is_refused(body: bytes) -> None:
    with pytest.raises(LogDamaged, match="another place"):
        decode(body, seq=6)


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-16")))
def test_any_other_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(LogDamaged):
        decode(body, seq=0)


@pytest.mark.parametrize(
    "score", ["1.0", "0.50", "0.97312", "1.5", "-0.5", "5e-1", "1e400", "-0", "true", '"1"']
)
def test_a_score_has_one_form_only(score: str) -> None:
    fingerprint = f"hmac-sha256:{'0' * 16}:{DIGEST}"
    node: dict[str, Any] = {
        "detector": "known", "document": fingerprint, "event": "finding-dropped", "label": "DATE",
        "reason": DropReason.COVERED.value, "schema": 2, "score": 0, "seq": 0,
        "session": "0" * 16, "span": [0, 4], "time": "2026-11-21T04:05:06.789Z",
        "winner": None, "winner_span": None,
    }  # fmt: skip
    body = rfc8785.dumps(node)
    assert decode(body, seq=0).event.kind == "finding-dropped"
    with pytest.raises(LogDamaged):
        decode(body.replace(b'"score":0', f'"score":{score}'.encode()), seq=0)


@pytest.mark.parametrize(
    "change",
    [
        {"document": "note-1.txt"},
        {"sha256": "Zebedee Vance"},
        {"size": -1},
        {"size": 2**53},
        {"length": True},
        {"format": "a name with blanks"},
        {"encoding": ""},
        {"patient": "Zebedee"},
        {"patient": 3},
    ],
)
def test_a_value_without_the_form_of_its_field_is_not_written(change: dict[str, object]) -> None:
    fingerprint = f"hmac-sha256:{'0' * 16}:{DIGEST}"
    fields: dict[str, Any] = {
        "document": fingerprint, "sha256": DIGEST, "size": 1, "length": 1, "format": "text",
        "encoding": "utf-8",
    }  # fmt: skip
    record = Record(0, datetime.now(UTC), "0" * 16, DocumentRead(**fields))
    assert decode(encode(record), seq=0).event == record.event
    with pytest.raises(DefectError, match=next(iter(change))) as caught:
        encode(Record(0, datetime.now(UTC), "0" * 16, DocumentRead(**fields | change)))
    assert "Zebedee" not in str(caught.value)


def test_a_time_without_a_zone_is_not_written() -> None:
    with pytest.raises(DefectError, match="zone"):
        format_time(datetime(2026, 11, 21))  # noqa: DTZ001
