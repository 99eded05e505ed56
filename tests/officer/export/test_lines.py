"""Records as JSON lines that whoever has the public key can check."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deid.audit.records import PolicyChanged
from deid.errors import DeidError, LogDamaged, VerificationFailed
from deid.officer import Desk
from deid.officer.export import check_lines, export_lines
from deid.officer.index.query import Query

SOME = Query(event=("document-committed", "document-refused"))


@pytest.fixture
def whole(desk: Desk, tmp_path: Path) -> list[bytes]:
    return export_lines(desk, Query(), tmp_path / "whole.jsonl").path.read_bytes().splitlines(True)


@pytest.fixture
def some(desk: Desk, tmp_path: Path) -> list[bytes]:
    return export_lines(desk, SOME, tmp_path / "some.jsonl").path.read_bytes().splitlines(True)


def test_the_whole_log_is_its_canonical_records(desk: Desk, whole: list[bytes]) -> None:
    head = json.loads(whole[0])
    assert (head["whole"], head["public_key"]) == (True, desk.keys.public_key)
    assert [line.rstrip(b"\n") for line in whole[1:]] == [
        body for _seq, body in desk.log.bodies(0, len(whole) - 1)
    ]
    found = check_lines(whole, public_key=desk.keys.public_key)
    assert (found.records, found.whole) == (len(whole) - 1, True)


def test_some_records_bring_their_paths(desk: Desk, some: list[bytes]) -> None:
    found = check_lines(some, public_key=desk.keys.public_key)
    assert (found.records, found.whole) == (14, False)
    for line in some[1:]:
        record = json.loads(line)["record"]
        body = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert body.encode() == desk.log.body(record["seq"])


def test_what_was_recorded_meanwhile_is_left_out(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deid.officer.export import act

    def seal_then_write(log: object, signer: object) -> str:
        note = sealed(desk.log, desk.keys.signer)
        desk.record(PolicyChanged("9" * 64))
        return note

    sealed = act.seal
    monkeypatch.setattr(act, "seal", seal_then_write)
    for query in (Query(), Query(event=("policy-changed", "document-read"))):
        given = export_lines(desk, query, tmp_path / f"{query.event is None}.jsonl")
        with given.path.open("rb") as lines:
            check_lines(lines, public_key=desk.keys.public_key)


Change = Callable[[list[bytes]], list[bytes]]


@pytest.mark.parametrize("kind", ["whole", "some"])
@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: [line.replace(b'"redactions":1', b'"redactions":2', 1) for line in lines],
        lambda lines: [lines[0].replace(b'"whole":', b'"whole":1'), *lines[1:]],
        lambda lines: [lines[0].replace(b"false", b"true"), *lines[1:]],
        lambda lines: [lines[0].replace(b"true", b"false"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: [*lines[:3], b"{}\n", *lines[3:]],
        lambda lines: [*lines[:3], b"\n", *lines[3:]],
        lambda lines: [line.replace(b'"path":["', b'"path":["x') for line in lines],
        lambda lines: [],
    ],
)
def test_what_was_changed_is_seen(
    desk: Desk, kind: str, change: Change, request: pytest.FixtureRequest
) -> None:
    lines: list[bytes] = request.getfixturevalue(kind)
    changed = change(lines)
    # A choice of records may be made smaller: nothing says how many were chosen.
    if changed == lines or (kind == "some" and changed == lines[:-1]):
        check_lines(changed, public_key=desk.keys.public_key)
        return
    with pytest.raises(VerificationFailed):
        check_lines(changed, public_key=desk.keys.public_key)


def test_another_key_does_not_do(whole: list[bytes]) -> None:
    with pytest.raises(DeidError):
        check_lines(whole, public_key="noteveil/log/0+00000000+AAAA")


def test_missing_records_are_told(desk: Desk, tmp_path: Path) -> None:
    from deid.officer.export.lines import json_lines

    note = desk.checkpoint() and desk.log.checkpoints()[-1]
    few = desk.log.records(3)
    with pytest.raises(LogDamaged, match="3 of the"):
        list(json_lines(few, desk.log, note=note, key=desk.keys.signer.verifier, whole=True))
