from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deid.audit.checkpoint import Checkpoint, seal, sign
from deid.audit.keys import Keys, read_public_key
from deid.audit.records import Event, PolicyChanged
from deid.audit.store import AuditLog, log_path
from deid.audit.verify import verify
from deid.errors import AuditError, KeyUnusable, LogDamaged, LogUnavailable, VerificationFailed

NoteEvents = Callable[[int], list[Event]]
Behind = Callable[..., None]
Forge = Callable[[Path, list[bytes]], None]


@pytest.fixture
def path(home: Path, keys: Keys, note_events: NoteEvents) -> Path:
    """A closed log of four notes, sealed after every one."""
    with AuditLog.open(home) as log:
        for number in range(4):
            log.append(note_events(number))
            seal(log, keys.signer)
    return log_path(home)


@pytest.fixture
def bodies(path: Path, home: Path) -> list[bytes]:
    with AuditLog.open(home) as log:
        return [body for _seq, body in log.bodies()]


@pytest.fixture
def outside(path: Path, home: Path) -> str:
    """A checkpoint over three of the four notes that was kept elsewhere."""
    with AuditLog.open(home) as log:
        return log.checkpoints()[2]


def test_an_honest_log_verifies(path: Path, keys: Keys, outside: str) -> None:
    found = verify(path, public_key=keys.public_key, checkpoints=[outside, outside])
    assert (found.size, found.documents, found.signed, found.witnessed) == (20, 4, 20, 15)
    assert (found.own_checkpoints, found.outside_checkpoints) == (4, 2)


def test_an_empty_log_verifies(log: AuditLog, keys: Keys) -> None:
    found = verify(log.path, public_key=keys.public_key)
    assert (found.size, found.root, found.signed) == (0, sha256(b"").digest(), 0)
    note = seal(log, keys.signer)
    assert verify(log.path, public_key=keys.public_key, checkpoints=[note]).own_checkpoints == 1


def test_a_log_in_use_verifies_as_it_is_at_the_moment(
    log: AuditLog, keys: Keys, note_events: NoteEvents
) -> None:
    log.append(note_events(1))
    assert verify(log.path, public_key=keys.public_key).size == 5
    log.append(note_events(2))
    found = verify(log.path, public_key=keys.public_key)
    assert (found.size, found.root) == (10, log.root())


def test_a_log_of_several_tiles_verifies_and_names_a_changed_record(
    log: AuditLog, keys: Keys, behind: Behind
) -> None:
    for _ in range(5):
        log.append([PolicyChanged("0" * 64)] * 1000)
        seal(log, keys.signer)
    found = verify(log.path, public_key=keys.public_key)
    assert (found.size, found.root) == (5000, log.root())
    behind(log.path, "UPDATE records SET body = replace(body, '0000', '0001') WHERE seq = ?", 3333)
    with pytest.raises(VerificationFailed, match=r"^record 3333:"):
        verify(log.path, public_key=keys.public_key)


def test_every_proof_holds_when_the_site_key_is_destroyed(
    path: Path, home: Path, outside: str
) -> None:
    (home / "keys" / "site.key").unlink()
    assert verify(path, public_key=read_public_key(home), checkpoints=[outside]).size == 20


# What somebody may do to the list of records; each leaves none of what the checkpoint covers.
ATTACKS: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "drop the first": lambda bodies: bodies[1:],
    "drop one": lambda bodies: bodies[:7] + bodies[8:],
    "drop the last covered": lambda bodies: bodies[:14] + bodies[15:],
    "drop a whole note": lambda bodies: bodies[:5] + bodies[10:],
    "reorder two": lambda bodies: [*bodies[:7], bodies[8], bodies[7], *bodies[9:]],
    "reorder notes": lambda bodies: bodies[5:10] + bodies[:5] + bodies[10:],
    "double one": lambda bodies: [*bodies[:7], bodies[7], *bodies[7:]],
    "double a note": lambda bodies: bodies[:10] + bodies[5:10] + bodies[10:],
    "splice in another": lambda bodies: [*bodies[:12], bodies[1], *bodies[13:]],
    "splice in a note": lambda bodies: bodies[:5] + bodies[15:] + bodies[5:],
    "truncate by one": lambda bodies: bodies[:14],
    "roll back": lambda bodies: bodies[:10],
    "empty": lambda bodies: [],
    "fork": lambda bodies: bodies[:10] + bodies[15:] + bodies[:10],
    "rewrite": lambda bodies: [body.replace(b"0.9731", b"0.9732") for body in bodies],
    "change one": lambda bodies: [
        *bodies[:14], bodies[14].replace(b'"dropped":1', b'"dropped":2'), *bodies[15:],
    ],
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_one_earlier_checkpoint_shows_whatever_was_done_to_the_log(
    path: Path, keys: Keys, bodies: list[bytes], outside: str,
    attack: Callable[[list[bytes]], list[bytes]], forge: Forge, behind: Behind,
) -> None:  # fmt: skip
    # The strongest who has not the key: renumbers, rebuilds the tree, removes the checkpoints.
    forge(path, attack(bodies))
    behind(path, "DELETE FROM checkpoints")
    with pytest.raises(AuditError):
        verify(path, public_key=keys.public_key, checkpoints=[outside])


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 19), max_size=25).filter(lambda order: order[:15] != [*range(15)]))
def test_one_earlier_checkpoint_shows_any_other_choice_and_order_of_records(
    path: Path, keys: Keys, bodies: list[bytes], outside: str, forge: Forge, behind: Behind,
    order: list[int],
) -> None:  # fmt: skip
    forge(path, [bodies[seq] for seq in order])
    behind(path, "DELETE FROM checkpoints")
    with pytest.raises(AuditError):
        verify(path, public_key=keys.public_key, checkpoints=[outside])


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_the_checkpoints_in_the_log_show_it_too_when_they_are_left(
    path: Path, keys: Keys, bodies: list[bytes],
    attack: Callable[[list[bytes]], list[bytes]], forge: Forge,
) -> None:  # fmt: skip
    forge(path, attack(bodies))
    with pytest.raises(AuditError):
        verify(path, public_key=keys.public_key)


def test_somebody_with_the_key_is_shown_by_a_checkpoint_from_elsewhere(
    path: Path, home: Path, keys: Keys, bodies: list[bytes], outside: str,
    forge: Forge, behind: Behind,
) -> None:  # fmt: skip
    forge(path, bodies[5:])
    behind(path, "DELETE FROM checkpoints")
    with AuditLog.open(home) as log:
        seal(log, keys.signer)
    assert verify(path, public_key=keys.public_key).signed == 15
    with pytest.raises(VerificationFailed, match="first 15 records"):
        verify(path, public_key=keys.public_key, checkpoints=[outside])


def test_what_cannot_be_seen_without_a_checkpoint_from_elsewhere(
    path: Path, home: Path, keys: Keys, bodies: list[bytes], outside: str,
    forge: Forge, behind: Behind,
) -> None:  # fmt: skip
    forge(path, bodies[:10])
    behind(path, "DELETE FROM checkpoints WHERE id > 2")
    assert verify(path, public_key=keys.public_key).size == 10
    with pytest.raises(VerificationFailed, match="taken away"):
        verify(path, public_key=keys.public_key, checkpoints=[outside])


def test_an_older_copy_of_the_whole_file_is_shown(
    home: Path, keys: Keys, note_events: NoteEvents, tmp_path: Path
) -> None:
    with AuditLog.open(home) as log:
        log.append(note_events(1))
        seal(log, keys.signer)
    shutil.copy(log_path(home), tmp_path / "older")
    with AuditLog.open(home) as log:
        log.append(note_events(2))
        kept = seal(log, keys.signer)
    shutil.copy(tmp_path / "older", log_path(home))
    assert verify(log_path(home), public_key=keys.public_key).size == 5
    with pytest.raises(VerificationFailed, match="taken away"):
        verify(log_path(home), public_key=keys.public_key, checkpoints=[kept])


@pytest.mark.parametrize(
    ("statement", "match"),
    [
        ("DELETE FROM records WHERE seq = 7", "record 7: missing"),
        ("DELETE FROM records WHERE seq = 19", "a checkpoint kept in it covers 20"),
        ("DELETE FROM records WHERE seq = 0", "record 0: missing"),
        ("UPDATE records SET seq = -1 WHERE seq = 0", "record 0: missing"),
        ("UPDATE records SET seq = 1000 WHERE seq = 19", "record 19: missing"),
        ("UPDATE records SET body = replace(body, '0.9731', '0.9732') WHERE seq = 7", "record 7:"),
        ("UPDATE records SET body = replace(body, ':7,', ': 7,') WHERE seq = 7", "canonical"),
        ("DELETE FROM tiles", "record 0: not the one"),
        ("UPDATE tiles SET hashes = substr(hashes, 1, 608)", "record 19: not the one"),
        ("INSERT INTO tiles VALUES (0, 1, zeroblob(32))", "no record accounts for"),
        ("INSERT INTO tiles VALUES (1, 0, zeroblob(32))", "no record accounts for"),
        (
            "UPDATE checkpoints SET note = replace(note, '\n20\n', '\n19\n') WHERE id = 4",
            "changed after",
        ),
        ("UPDATE checkpoints SET note = 'none'", "not a signed note"),
    ],
)
def test_a_change_behind_the_programs_back_is_found(
    path: Path, keys: Keys, behind: Behind, statement: str, match: str
) -> None:
    behind(path, statement)
    with pytest.raises((VerificationFailed, LogDamaged), match=match):
        verify(path, public_key=keys.public_key)


def test_a_hash_without_a_record_is_found(
    path: Path, home: Path, keys: Keys, behind: Behind
) -> None:
    with AuditLog.open(home) as log:
        (hashes,) = log._connection.execute("SELECT hashes FROM tiles").fetchone()
    behind(path, "UPDATE tiles SET hashes = ?", hashes + bytes(32))
    with pytest.raises(VerificationFailed, match="no record accounts for"):
        verify(path, public_key=keys.public_key)


def test_every_changed_byte_of_a_record_a_hash_or_a_checkpoint_is_found(
    home: Path, keys: Keys, note_events: NoteEvents
) -> None:
    with AuditLog.open(home) as log:
        log.append([*note_events(1)[:1], PolicyChanged("0" * 64)])
        note = seal(log, keys.signer)
        parts = [log.body(0), log.body(1), note.encode()]
        (hashes,) = log._connection.execute("SELECT hashes FROM tiles").fetchone()
    path = log_path(home)
    raw = path.read_bytes()
    for part in [*parts, hashes]:
        start = raw.index(part)
        for at in range(start, start + len(part)):
            path.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
            with pytest.raises(AuditError):
                verify(path, public_key=keys.public_key)
    path.write_bytes(raw)
    assert verify(path, public_key=keys.public_key).size == 2


def test_a_changed_byte_anywhere_in_the_file_is_found_or_changes_nothing(
    path: Path, home: Path, keys: Keys, bodies: list[bytes]
) -> None:
    honest = verify(path, public_key=keys.public_key)
    raw = path.read_bytes()
    found = 0
    for at in range(0, len(raw), 307):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :])
        try:
            assert verify(path, public_key=keys.public_key) == honest
            with AuditLog.open(home, read_only=True) as log:
                assert [body for _seq, body in log.bodies()] == bodies
        except AuditError:
            found += 1
    assert found


@pytest.mark.parametrize("kept", [0, 1, 100, 4096, 10_000])
def test_a_file_that_was_cut_off_is_found(path: Path, keys: Keys, kept: int) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(LogDamaged):
        verify(path, public_key=keys.public_key)


def test_an_index_that_hides_a_record_is_found(path: Path, keys: Keys) -> None:
    raw = path.read_bytes()
    event = b"document-committed"
    places = [at for at in range(len(raw)) if raw.startswith(event, at)]
    inside_records = {at for at in places if raw[at - 1 : at] == b'"'}
    in_index = next(at for at in places if at not in inside_records and raw[at - 1] != ord("'"))
    path.write_bytes(raw[:in_index] + b"document-comm1tted" + raw[in_index + len(event) :])
    with pytest.raises(LogDamaged, match="indices"):
        verify(path, public_key=keys.public_key)


def test_a_record_that_an_honest_tree_holds_must_still_be_complete(
    path: Path, keys: Keys, bodies: list[bytes], forge: Forge, behind: Behind
) -> None:
    node = json.loads(bodies[19]) | {"output_length": 118}
    forge(path, [*bodies[:19], json.dumps(node).encode()])
    behind(path, "DELETE FROM checkpoints")
    with pytest.raises(VerificationFailed, match="record 19: the output is not the input"):
        verify(path, public_key=keys.public_key)


def test_checkpoints_of_another_log_or_key_are_refused(
    path: Path, keys: Keys, tmp_path: Path, outside: str
) -> None:
    other = Keys.open(tmp_path / "other")
    with pytest.raises(VerificationFailed, match="not signed by the key"):
        verify(path, public_key=other.public_key)
    foreign = sign(Checkpoint(other.signer.name, 3, b"\0" * 32), other.signer)
    for note in (foreign, outside[:-2], ""):
        with pytest.raises(VerificationFailed):
            verify(path, public_key=keys.public_key, checkpoints=[note])
    with pytest.raises(KeyUnusable):
        verify(path, public_key="nonsense")


def test_no_log_is_not_an_empty_log(tmp_path: Path, keys: Keys) -> None:
    with pytest.raises(LogUnavailable):
        verify(tmp_path / "none.sqlite", public_key=keys.public_key)
