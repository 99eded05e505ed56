from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from deid.audit.checkpoint import Checkpoint, parse, seal, sign
from deid.audit.keys import Keys
from deid.audit.note import SignerKey
from deid.audit.records import Event
from deid.audit.store import AuditLog
from deid.errors import VerificationFailed

NoteEvents = Callable[[int], list[Event]]
SIGNER = SignerKey("noteveil/log/0000000000000000", b"\x05" * 32)
ROOT = b64encode(b"\xaa" * 32).decode()


def test_a_checkpoint_has_the_form_of_tlog_checkpoint() -> None:
    checkpoint = Checkpoint(SIGNER.name, 12, b"\xaa" * 32)
    note = sign(checkpoint, SIGNER)
    assert note.startswith(f"{SIGNER.name}\n12\n{ROOT}\n\n— {SIGNER.name} ")
    assert note.count("\n") == 5
    assert parse(note, SIGNER.verifier) == checkpoint


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (f"{SIGNER.name}\n012\n{ROOT}\n", "not a checkpoint"),
        (f"{SIGNER.name}\n-1\n{ROOT}\n", "not a checkpoint"),
        (f"{SIGNER.name}\n\N{ARABIC-INDIC DIGIT ONE}\n{ROOT}\n", "not a checkpoint"),
        (f"{SIGNER.name}\n12\n{ROOT[:-4]}\n", "not a checkpoint"),
        (f"{SIGNER.name}\n12\n{ROOT[:-2]}q=\n", "not a checkpoint"),
        (f"{SIGNER.name}\n12\n{ROOT}\nmore\n", "not a checkpoint"),
        (f"{SIGNER.name}\n12\n", "not a checkpoint"),
        (f"noteveil/log/1\n12\n{ROOT}\n", "another log"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_of_the_log_is_refused(text: str, match: str) -> None:
    with pytest.raises(VerificationFailed, match=match):
        parse(SIGNER.sign(text), SIGNER.verifier)


def test_sealing_keeps_a_checkpoint_once_for_each_size(
    log: AuditLog, keys: Keys, note_events: NoteEvents
) -> None:
    empty = seal(log, keys.signer)
    assert seal(log, keys.signer) == empty
    log.append(note_events(1))
    full = seal(log, keys.signer)
    assert seal(log, keys.signer) == full
    assert log.checkpoints() == (empty, full)
    assert parse(full, keys.signer.verifier) == Checkpoint(keys.signer.name, 5, log.root())


def test_a_log_that_was_cut_back_is_not_signed_again(
    log: AuditLog, keys: Keys, note_events: NoteEvents, forge: Callable[..., None]
) -> None:
    log.append([*note_events(1), *note_events(2)])
    bodies = [body for _seq, body in log.bodies()]
    seal(log, keys.signer)
    forge(log.path, bodies[:5])
    with pytest.raises(VerificationFailed, match="own checkpoint of 10"):
        seal(log, keys.signer)
    forge(log.path, bodies[1:] + bodies[:5])
    with pytest.raises(VerificationFailed, match="own checkpoint of 10"):
        seal(log, keys.signer)


def test_another_key_does_not_go_on_with_a_log(
    log: AuditLog, keys: Keys, tmp_path: Path, note_events: NoteEvents
) -> None:
    seal(log, keys.signer)
    log.append(note_events(1))
    with pytest.raises(VerificationFailed, match="not signed by the key"):
        seal(log, Keys.open(tmp_path / "other").signer)
