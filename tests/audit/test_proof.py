from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from deid.audit.checkpoint import parse, seal
from deid.audit.keys import Keys
from deid.audit.proof import (
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
)
from deid.audit.records import Event, PolicyChanged
from deid.audit.store import AuditLog
from deid.errors import KeyUnusable, LogDamaged, VerificationFailed

NoteEvents = Callable[[int], list[Event]]


@pytest.fixture
def filled(log: AuditLog, note_events: NoteEvents) -> AuditLog:
    for number in range(3):
        log.append(note_events(number))
    return log


def test_every_record_can_be_proven_without_the_log(filled: AuditLog, keys: Keys) -> None:
    for record in filled.records():
        proof = prove_inclusion(filled, record.seq, keys.signer).to_json()
        assert check_inclusion(proof, public_key=keys.public_key) == record


def test_every_earlier_checkpoint_can_be_tied_to_the_log(
    log: AuditLog, keys: Keys, note_events: NoteEvents
) -> None:
    notes = [seal(log, keys.signer)]
    for number in range(4):
        log.append(note_events(number))
        notes.append(seal(log, keys.signer))
    for size, note in zip((0, 5, 10, 15, 20), notes, strict=True):
        proof = prove_consistency(log, note, keys.signer).to_json()
        old, new = check_consistency(proof, public_key=keys.public_key)
        assert (old.size, new.size) == (size, 20)
        assert new == parse(notes[-1], keys.signer.verifier)


def test_a_proof_in_which_anything_changed_is_refused(filled: AuditLog, keys: Keys) -> None:
    proof = prove_inclusion(filled, 7, keys.signer).to_json()
    node = json.loads(proof)
    other = json.loads(prove_inclusion(filled, 8, keys.signer).to_json())
    changes: list[dict[str, object]] = [
        {"seq": 8},
        {"seq": True},
        {"seq": "7"},
        {"record": other["record"]},
        {"record": node["record"].replace("0.9731", "0.9732")},
        {"record": 7},
        {"record": "\ud800"},
        {"path": other["path"]},
        {"path": node["path"][:-1]},
        {"path": []},
        {"path": "none"},
        {"path": [node["path"][0][:-4]]},
        {"path": [1]},
        {"path": ["é"]},
        {"path": node["path"] * 50},
        {"checkpoint": node["checkpoint"].replace("\n15\n", "\n16\n")},
        {"checkpoint": None},
        {"format": "noteveil-consistency-proof-v1"},
        {"more": 1},
    ]
    for change in changes:
        with pytest.raises(VerificationFailed):
            check_inclusion(json.dumps(node | change), public_key=keys.public_key)
    for text in ("", "[]", "[" * 100_000, proof + " " * (1 << 20), proof[:-3]):
        with pytest.raises(VerificationFailed):
            check_inclusion(text, public_key=keys.public_key)


def test_a_consistency_proof_in_which_anything_changed_is_refused(
    filled: AuditLog, keys: Keys, note_events: NoteEvents
) -> None:
    earlier = seal(filled, keys.signer)
    filled.append(note_events(9))
    node = json.loads(prove_consistency(filled, earlier, keys.signer).to_json())
    changes: list[dict[str, object]] = [
        {"earlier": node["checkpoint"]},
        {"earlier": node["checkpoint"], "checkpoint": node["earlier"]},
        {"path": node["path"][1:]},
        {"path": node["path"][::-1]},
        {"earlier": node["earlier"].replace("\n15\n", "\n14\n")},
    ]
    for change in changes:
        with pytest.raises(VerificationFailed):
            check_consistency(json.dumps(node | change), public_key=keys.public_key)


def test_a_proof_of_another_log_is_refused(filled: AuditLog, keys: Keys, tmp_path: Path) -> None:
    proof = prove_inclusion(filled, 0, keys.signer).to_json()
    with pytest.raises(VerificationFailed):
        check_inclusion(proof, public_key=Keys.open(tmp_path / "other").public_key)
    with pytest.raises(KeyUnusable):
        check_inclusion(proof, public_key="nonsense")


def test_nothing_is_proven_that_is_not_so(
    filled: AuditLog, keys: Keys, forge: Callable[..., None]
) -> None:
    with pytest.raises(LogDamaged, match="record 15"):
        prove_inclusion(filled, 15, keys.signer)
    whole = seal(filled, keys.signer)
    bodies = [body for _seq, body in filled.bodies()]
    filled._connection.execute("DELETE FROM checkpoints")
    forge(filled.path, bodies[5:])
    with pytest.raises(VerificationFailed, match="taken away"):
        prove_consistency(filled, whole, keys.signer)
    filled.append([PolicyChanged("0" * 64)] * 6)
    with pytest.raises(VerificationFailed, match="does not begin"):
        prove_consistency(filled, whole, keys.signer)
