"""The vault: whoever redacts only seals, officers open single values, and each use is recorded."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from deid.audit.keys import read_public_key
from deid.audit.people import make_personal_key
from deid.audit.records import (
    KeyAct,
    KeyChanged,
    KeyKind,
    Purpose,
    RevealSource,
    Role,
    ValueRevealed,
)
from deid.audit.statement import facts_of
from deid.audit.store import log_path
from deid.audit.verify import verify
from deid.datatypes import Document, Finding, Span
from deid.errors import (
    InputError,
    LogUnavailable,
    NotPermitted,
    OutputExists,
    VaultUnusable,
    VerificationFailed,
)
from deid.labels import Label
from deid.officer import Desk, vault_notes
from deid.officer.archiving import archive_records
from deid.officer.enrolment import enrol, withdraw
from deid.officer.shredding import shred_site_key
from deid.officer.vault import (
    VaultDeed,
    create_vault,
    find_by_id,
    find_released,
    open_values,
    renew_vault,
    share_vault,
    vault_acts,
    vault_state,
)
from deid.policy import Policy, VaultUse, derive, load_policy
from deid.redact.apply import apply
from deid.resolve import resolve
from deid.site import Release, Site, Source
from deid.vault.file import VaultFile, vault_path
from deid.vault.sealing import new_private_key, public_key_of

from .conftest import PIN, Enrol

POLICY = load_policy("gdpr-pseudonymise")
NOTE = Document("okonkwo-1.txt", "Ada Okonkwo, called Ada Okonkwo,\nwas seen by Dr. Brandt.")
NAMES = ("Okonkwo", "Brandt")
FOUND = (
    Finding(Span(0, 11), Label.PATIENT, 0.98, "known"),
    Finding(Span(20, 31), Label.PATIENT, 0.9, "known"),
    Finding(Span(49, 55), Label.DOCTOR, 0.9, "rule:doctor@1"),
)


def release(policy: Policy = POLICY, note: Document = NOTE) -> Release:
    redacted = apply(note, resolve(note.text, list(FOUND), policy), policy, seed=bytes(32))
    source = Source(note, note.text.encode(), "text", "utf-8")
    return Release(source, redacted, policy, redacted.text.encode(), note.id)


def written(folder: Path, made: Release) -> Path:
    """The file of an output."""
    path = folder / "released.txt"
    path.write_bytes(made.output)
    return path


def commit(home: Path, made: Release) -> None:
    with Site.open(home) as site:
        site.commit([made], publish=lambda: None)


@pytest.fixture
def vault(desk: Desk, officer: str) -> str:
    """A vault that an officer has made, who is unlocked."""
    return create_vault(desk)


def test_an_officer_gets_back_just_the_value_that_was_asked_for(desk: Desk, vault: str) -> None:
    made = release()
    commit(desk.home, made)
    note = find_by_id(desk, NOTE.id)
    assert [place.label for place in note.places] == [f.label for f in FOUND]
    (value,) = open_values(desk, note, [2], purpose=Purpose.CARE)
    assert value.original == "Brandt"
    assert value.span == Span(49, 55)
    assert value.replacement == value.place.span.of(made.redacted.text)
    assert "Brandt" not in repr(value)
    *_, shown = desk.log.records()
    assert isinstance(shown.event, ValueRevealed)
    assert (shown.event.values, shown.event.source) == (1, RevealSource.VAULT)
    assert shown.event.purpose is Purpose.CARE


def test_the_text_comes_back_from_the_output_and_the_vault(
    desk: Desk, vault: str, tmp_path: Path
) -> None:
    made = release()
    commit(desk.home, made)
    note = find_released(desk, written(tmp_path, made))
    text = made.redacted.text
    for value in reversed(open_values(desk, note, range(3), purpose=Purpose.COURT)):
        span = value.place.span
        text = text[: span.start] + value.original + text[span.end :]
    assert text == NOTE.text


def test_a_file_that_reads_otherwise_now_leads_to_values_but_to_no_line(
    desk: Desk, vault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = release()
    commit(desk.home, made)
    monkeypatch.setattr(vault_notes, "output_length", lambda *_: 1)
    note = find_released(desk, written(tmp_path, made))
    assert (note.text, note.line_and_column(0), note.index_at(1, 1)) == (None, None, None)
    (value,) = open_values(desk, note, [2], purpose=Purpose.CARE)
    assert value.original == "Brandt"


def test_a_released_file_leads_to_its_places(desk: Desk, vault: str, tmp_path: Path) -> None:
    made = release()
    commit(desk.home, made)
    note = find_released(desk, written(tmp_path, made))
    assert note.text == made.redacted.text
    assert [note.line_and_column(index) for index in range(3)] == [
        (1, 1),
        (1, note.text.rindex("[PATIENT") + 1),
        (2, note.text.index("[DOCTOR") - note.text.index("\n")),
    ]
    for index, place in enumerate(note.places):
        line, column = note.line_and_column(index) or (0, 0)
        assert note.index_at(line, column) == index
        assert note.index_at(line, column + len(place.span) - 1) == index
        assert note.index_at(line, column + len(place.span)) is None
    assert note.index_at(3, 1) is None
    assert note.index_at(0, 1) is None


def test_a_file_that_was_changed_or_is_of_several_notes_is_refused(
    desk: Desk, vault: str, tmp_path: Path
) -> None:
    first, second = release(note=Document("1", NOTE.text)), release(note=Document("2", NOTE.text))
    with Site.open(desk.home) as site:
        rows = [
            json.dumps({"id": one.source.document.id, "text": one.redacted.text}).encode() + b"\n"
            for one in (first, second)
        ]
        site.commit(
            [replace(one, output=row) for one, row in zip((first, second), rows, strict=True)],
            publish=lambda: None,
        )
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"".join(rows))
    with pytest.raises(InputError, match="several notes"):
        find_released(desk, path)
    path.write_bytes(rows[1])
    assert find_released(desk, path).places
    path.write_bytes(rows[1].replace(b"seen", b"met"))
    with pytest.raises(InputError, match="changed since"):
        find_released(desk, path)


def test_the_log_with_a_vault_verifies(desk: Desk, vault: str, enrolled: Enrol) -> None:
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    open_values(desk, note, [0], purpose=Purpose.OTHER)
    desk.checkpoint()
    verify(log_path(desk.home), public_key=read_public_key(desk.home))
    shown, made = vault_acts(desk, 10)
    assert (shown.deed, shown.person, shown.values) == (VaultDeed.SHOWN, "Olive Officer", 1)
    assert (made.deed, made.person) == (VaultDeed.MADE, "Olive Officer")
    assert vault_acts(desk, 1) == (shown,)


def test_without_a_vault_notes_are_released_and_the_program_says_so(home: Path) -> None:
    with Site.open(home) as site:
        site.commit([release()], publish=lambda: None)
        assert site.lacked_vault
    assert not vault_path(home).exists()


def test_a_policy_that_keeps_nothing_puts_nothing_in(desk: Desk, vault: str) -> None:
    with Site.open(desk.home) as site:
        site.commit([release(load_policy("safe-harbor"))], publish=lambda: None)
        assert not site.lacked_vault
    assert vault_state(desk).notes == 0


def test_a_policy_that_requires_the_vault_releases_nothing_without(home: Path) -> None:
    policy = derive(
        POLICY, name="strict", description="", treatments={}, thresholds={}, vault=VaultUse.REQUIRED
    )
    with Site.open(home) as site:
        with pytest.raises(VaultUnusable, match="vault create"):
            site.commit([release(policy)], publish=lambda: pytest.fail("published"))
        assert site.log.size == 0


# Order


def test_values_lie_in_the_vault_before_the_record_and_the_record_before_the_file(
    desk: Desk, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, int]] = []
    with Site.open(desk.home) as site, VaultFile.open(desk.home) as other:
        append = site.log.append

        def watched(events, **how):
            seen.append(("record", other.count()))
            return append(events, **how)

        monkeypatch.setattr(site.log, "append", watched)
        before = site.log.size
        site.commit([release()], publish=lambda: seen.append(("file", site.log.size - before)))
    assert seen == [("record", 1), ("file", 5)]


def test_what_is_not_recorded_is_taken_back(
    desk: Desk, vault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site.open(desk.home) as site:

        def full(events, **how):
            raise LogUnavailable("no space")

        monkeypatch.setattr(site.log, "append", full)
        with pytest.raises(LogUnavailable):
            site.commit([release()], publish=lambda: pytest.fail("published"))
        monkeypatch.undo()
    assert vault_state(desk).notes == 0


def test_what_is_recorded_stays_where_the_file_cannot_appear(desk: Desk, vault: str) -> None:
    def taken() -> None:
        raise OutputExists("there")

    with Site.open(desk.home) as site, pytest.raises(OutputExists):
        site.commit([release()], publish=taken)
    assert vault_state(desk).notes == 1


def age(home: Path) -> None:
    with closing(sqlite3.connect(vault_path(home))) as connection:
        connection.execute("UPDATE entries SET added = '2020-01-01T00:00:00.000+00:00'")
        connection.commit()


@pytest.mark.parametrize("aged", [False, True])
def test_an_entry_of_a_killed_program_goes_when_it_is_a_day_old(
    desk: Desk, vault: str, monkeypatch: pytest.MonkeyPatch, aged: bool
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    site = Site.open(desk.home)
    monkeypatch.setattr(site.log, "append", die)
    with pytest.raises(Killed):
        site.commit([release()], publish=lambda: None)
    monkeypatch.undo()
    site.close()
    assert vault_state(desk).notes == 1
    if aged:
        age(desk.home)
    other = Document("other.txt", NOTE.text + " Home again.")
    commit(desk.home, release(note=other))
    assert vault_state(desk).notes == (1 if aged else 2)
    assert find_by_id(desk, other.id).places


def test_what_was_released_is_never_cleaned_up(desk: Desk, vault: str) -> None:
    commit(desk.home, release())
    age(desk.home)
    commit(desk.home, release(note=Document("other.txt", NOTE.text)))
    assert vault_state(desk).notes == 2


# The key


def swap(home: Path, public: str) -> None:
    with closing(sqlite3.connect(vault_path(home))) as connection:
        connection.execute("UPDATE keys SET public = ?", (public,))
        connection.commit()


def test_nothing_is_sealed_to_a_key_that_somebody_put_there(desk: Desk, vault: str) -> None:
    swap(desk.home, public_key_of(new_private_key()).hex())
    size = desk.log.size
    with Site.open(desk.home) as site, pytest.raises(VaultUnusable, match="has not the key"):
        site.commit([release()], publish=lambda: pytest.fail("published"))
    assert desk.log.size == size
    with VaultFile.open(desk.home) as file:
        assert file.count() == 0


def test_a_key_on_record_that_no_officer_signed_for_is_not_sealed_to(
    desk: Desk, vault: str, officer: str
) -> None:
    mine = public_key_of(new_private_key()).hex()
    swap(desk.home, mine)
    made = KeyChanged(KeyKind.VAULT, KeyAct.MADE, mine, officer)
    for record, said in ((made, "has not the key"), (desk.sign(made), "not to be trusted")):
        desk.log.append([record])
        with Site.open(desk.home) as site, pytest.raises(VaultUnusable, match=said):
            site.commit([release()], publish=lambda: pytest.fail("published"))


def test_a_key_of_an_administrator_is_not_sealed_to_and_stops_nothing(
    desk: Desk, vault: str, administrator: str, officer: str
) -> None:
    mine = public_key_of(new_private_key()).hex()
    desk.unlock(administrator, PIN)
    made = KeyChanged(KeyKind.VAULT, KeyAct.MADE, mine, administrator)
    statement = desk.state(made.kind, facts_of(made))
    with closing(sqlite3.connect(vault_path(desk.home))) as connection:
        connection.execute("INSERT INTO keys (public, statement) VALUES (?, ?)", (mine, statement))
        connection.commit()
    made = replace(made, statement=statement)
    with pytest.raises(NotPermitted, match="no role that allows it"):
        desk.record(made)
    desk.log.append([made])
    commit(desk.home, release())
    assert find_by_id(desk, NOTE.id).entry.content.public[:16] == vault


def test_a_vault_that_was_taken_away_stops_releases(desk: Desk, vault: str) -> None:
    vault_path(desk.home).unlink()
    with Site.open(desk.home) as site, pytest.raises(VaultUnusable, match="missing"):
        site.commit([release()], publish=lambda: pytest.fail("published"))
    with pytest.raises(VaultUnusable, match="missing"):
        create_vault(desk)


@pytest.mark.parametrize("folder_too", [False, True])
def test_a_vault_that_was_destroyed_is_made_again_once_an_officer_says_so(
    desk: Desk, vault: str, officer: str, folder_too: bool
) -> None:
    commit(desk.home, release())
    old = find_by_id(desk, NOTE.id).entry.content.public
    path = vault_path(desk.home)
    path.unlink()
    if folder_too:
        shutil.rmtree(path.parent)
    else:
        path.with_name(path.name + "-wal").write_bytes(b"what was left of the old one")
    with pytest.raises(VaultUnusable, match="create --lost"):
        create_vault(desk)
    made = create_vault(desk, lost=True)
    *_, destroyed, recorded = desk.log.records()
    assert isinstance(destroyed.event, KeyChanged)
    lost = KeyChanged(KeyKind.VAULT, KeyAct.DESTROYED, old, officer)
    assert replace(destroyed.event, statement=None) == lost
    assert isinstance(recorded.event, KeyChanged)
    assert (recorded.event.act, recorded.event.key_id[:16]) == (KeyAct.MADE, made)
    other = Document("other.txt", NOTE.text)
    commit(desk.home, release(note=other))
    note = find_by_id(desk, other.id)
    assert open_values(desk, note, [2], purpose=Purpose.CARE)[0].original == "Brandt"
    assert (vault_state(desk).key, vault_state(desk).notes) == (made, 1)
    assert VaultDeed.LOST in [act.deed for act in vault_acts(desk, 10)]
    desk.checkpoint()
    verify(log_path(desk.home), public_key=read_public_key(desk.home))


def test_a_vault_that_can_be_used_is_not_given_up(desk: Desk, vault: str) -> None:
    size = desk.log.size
    with pytest.raises(NotPermitted, match="already"):
        create_vault(desk, lost=True)
    assert (desk.log.size, vault_state(desk).key) == (size, vault)


def test_nobody_but_an_officer_says_that_a_vault_is_lost(
    desk: Desk, vault: str, administrator: str
) -> None:
    vault_path(desk.home).unlink()
    desk.unlock(administrator, PIN)
    with pytest.raises(NotPermitted):
        create_vault(desk, lost=True)
    assert not vault_path(desk.home).exists()


def test_a_program_that_is_open_seals_to_the_vault_that_was_made_again(
    desk: Desk, vault: str
) -> None:
    with Site.open(desk.home) as site:
        site.commit([release()], publish=lambda: None)
        vault_path(desk.home).unlink()
        made = create_vault(desk, lost=True)
        other = Document("other.txt", NOTE.text)
        site.commit([release(note=other)], publish=lambda: None)
    assert find_by_id(desk, other.id).entry.content.public[:16] == made


PLANTED = public_key_of(bytes(range(32))).hex()


@pytest.mark.parametrize("who", ["nobody", "administrator", "stranger", "officer later"])
def test_a_planted_record_of_no_officer_counts_for_nothing(
    desk: Desk, administrator: str, enrolled: Enrol, who: str
) -> None:
    later = make_personal_key(desk.home, name="Olive Officer", pin=PIN)
    people = {"administrator": administrator, "stranger": "0" * 16, "officer later": later.id}
    desk.log.append([KeyChanged(KeyKind.VAULT, KeyAct.MADE, PLANTED, people.get(who))])
    desk.unlock(administrator, PIN)
    enrol(desk, later.id, Role.OFFICER)
    desk.unlock(later.id, PIN)
    made = create_vault(desk)
    commit(desk.home, release())
    assert find_by_id(desk, NOTE.id).entry.content.public[:16] == made


def test_a_planted_record_in_the_name_of_an_officer_counts_for_nothing_and_is_found(
    desk: Desk, vault: str, officer: str
) -> None:
    desk.log.append([KeyChanged(KeyKind.VAULT, KeyAct.MADE, PLANTED, officer)])
    where = f"record {desk.log.size - 1}: the statement is not signed"
    commit(desk.home, release())
    kept = find_by_id(desk, NOTE.id)
    assert kept.entry.content.public[:16] == vault
    assert open_values(desk, kept, [2], purpose=Purpose.CARE)[0].original == "Brandt"
    with pytest.raises(VerificationFailed, match=where):
        verify(log_path(desk.home), public_key=read_public_key(desk.home))


def test_a_record_planted_before_there_is_a_vault_does_not_stop_its_making(
    desk: Desk, officer: str
) -> None:
    desk.log.append([KeyChanged(KeyKind.VAULT, KeyAct.MADE, PLANTED, officer)])
    made = create_vault(desk)
    commit(desk.home, release())
    assert find_by_id(desk, NOTE.id).entry.content.public[:16] == made


def test_a_replaced_key_does_not_come_back_by_a_planted_record(
    desk: Desk, vault: str, officer: str
) -> None:
    with VaultFile.open(desk.home) as file:
        replaced = file.newest_key() or ""
    renewed = renew_vault(desk)
    desk.log.append([KeyChanged(KeyKind.VAULT, KeyAct.MADE, replaced, officer)])
    commit(desk.home, release())
    assert find_by_id(desk, NOTE.id).entry.content.public[:16] == renewed


def test_a_planted_destruction_changes_nothing(desk: Desk, vault: str, officer: str) -> None:
    with VaultFile.open(desk.home) as file:
        public = file.newest_key() or ""
    desk.log.append([KeyChanged(KeyKind.VAULT, KeyAct.DESTROYED, public, officer)])
    commit(desk.home, release())
    assert find_by_id(desk, NOTE.id).entry.content.public == public


def test_only_the_unlocked_officer_records_what_becomes_of_the_vault(
    desk: Desk, officer: str, administrator: str
) -> None:
    made = KeyChanged(KeyKind.VAULT, KeyAct.MADE, PLANTED, officer)
    size = desk.log.size
    with pytest.raises(NotPermitted, match="names nobody"):
        desk.record(replace(made, person=None))
    with pytest.raises(NotPermitted, match="no role that allows it"):
        desk.record(desk.sign(replace(made, person=administrator)))
    with pytest.raises(NotPermitted, match="not signed"):
        desk.record(made)
    desk.lock()
    with pytest.raises(NotPermitted, match="wants the key"):
        desk.sign(made)
    assert desk.log.size == size


def test_a_vault_nobody_recorded_is_not_used(desk: Desk, officer: str) -> None:
    VaultFile.open(desk.home, create=True).close()
    with Site.open(desk.home) as site:
        site.commit([release()], publish=lambda: None)
        assert site.lacked_vault
    create_vault(desk)
    commit(desk.home, release())
    assert vault_state(desk).notes == 1


def test_a_renewed_key_is_used_at_once_by_a_program_that_is_open(desk: Desk, vault: str) -> None:
    with Site.open(desk.home) as site:
        site.commit([release()], publish=lambda: None)
        renewed = renew_vault(desk)
        other = Document("other.txt", NOTE.text)
        site.commit([release(note=other)], publish=lambda: None)
    new, old = find_by_id(desk, other.id), find_by_id(desk, NOTE.id)
    assert new.entry.content.public[:16] == renewed
    assert old.entry.content.public[:16] == vault
    assert open_values(desk, old, [0], purpose=Purpose.CARE)[0].original == "Ada Okonkwo"
    assert vault_state(desk).keys == 2


def test_the_vault_works_on_when_its_records_were_archived(
    desk: Desk, vault: str, officer: str, administrator: str, tmp_path: Path
) -> None:
    commit(desk.home, release())
    desk.unlock(administrator, PIN)
    moved = archive_records(desk, tmp_path / "archives", stop=desk.log.size)
    assert moved is not None
    desk.unlock(officer, PIN)
    age(desk.home)
    commit(desk.home, release(note=Document("other.txt", NOTE.text)))
    assert (vault_state(desk).key, vault_state(desk).since) == (vault, None)
    for name in (NOTE.id, "other.txt"):
        (value,) = open_values(desk, find_by_id(desk, name), [2], purpose=Purpose.CARE)
        assert value.original == "Brandt"
    swap(desk.home, public_key_of(new_private_key()).hex())
    with Site.open(desk.home) as site, pytest.raises(VaultUnusable, match="not to be trusted"):
        site.commit([release()], publish=lambda: pytest.fail("published"))


# Entries


def test_a_tampered_entry_shows_nothing_and_records_nothing(desk: Desk, vault: str) -> None:
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    content, size = note.entry.content, desk.log.size
    broken = bytes([content.sealed[0] ^ 1]) + content.sealed[1:]
    spoilt = [
        replace(content, sealed=broken),
        replace(content, sealed=content.sealed[:-1]),
        replace(content, document=desk.keys.fingerprint("document", "another.txt")),
        replace(content, output_sha256="0" * 64),
    ]
    for one in spoilt:
        with pytest.raises(VaultUnusable):
            open_values(
                desk,
                replace(note, entry=replace(note.entry, content=one)),
                [0],
                purpose=Purpose.CARE,
            )
    moved = replace(note, places=note.places[::-1])
    with pytest.raises(VaultUnusable, match="places"):
        open_values(desk, moved, [0], purpose=Purpose.CARE)
    assert desk.log.size == size


@pytest.mark.parametrize("wanted", [[], [-1], [3], [0, 99]])
def test_only_a_place_that_is_there_can_be_asked_for(
    desk: Desk, vault: str, wanted: list[int]
) -> None:
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    with pytest.raises(InputError):
        open_values(desk, note, wanted, purpose=Purpose.CARE)


# People


def test_nobody_but_an_officer_makes_or_opens_the_vault(
    desk: Desk, administrator: str, enrolled: Enrol
) -> None:
    with pytest.raises(NotPermitted):
        create_vault(desk)
    desk.unlock(administrator, PIN)
    with pytest.raises(NotPermitted):
        create_vault(desk)
    assert not vault_path(desk.home).exists()
    desk.unlock(enrolled("Olive Officer", Role.OFFICER), PIN)
    create_vault(desk)
    with pytest.raises(NotPermitted, match="already"):
        create_vault(desk)
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    for person in (administrator, enrolled("Rea Redactor", Role.REDACTOR)):
        desk.unlock(person, PIN)
        with pytest.raises(NotPermitted):
            open_values(desk, note, [0], purpose=Purpose.CARE)
    desk.lock()
    with pytest.raises(NotPermitted):
        open_values(desk, note, [0], purpose=Purpose.CARE)


def test_a_new_officer_opens_the_vault_only_after_it_was_shared(
    desk: Desk, vault: str, officer: str, administrator: str, enrolled: Enrol
) -> None:
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    second = enrolled("Otto Second", Role.OFFICER)
    assert [one.id for one in vault_state(desk).lacking] == [second]
    desk.unlock(second, PIN)
    with pytest.raises(NotPermitted, match="vault share"):
        open_values(desk, note, [0], purpose=Purpose.CARE)
    with pytest.raises(NotPermitted, match="vault share"):
        share_vault(desk, second)
    desk.unlock(officer, PIN)
    with pytest.raises(NotPermitted, match="only an officer"):
        share_vault(desk, administrator)
    share_vault(desk, second)
    *_, record = desk.log.records()
    assert isinstance(record.event, KeyChanged)
    assert replace(record.event, statement=None) == KeyChanged(
        KeyKind.VAULT, KeyAct.CHANGED, f"{note.entry.content.public}/{second}", officer
    )
    desk.unlock(second, PIN)
    assert open_values(desk, note, [0], purpose=Purpose.CARE)[0].original == "Ada Okonkwo"
    assert vault_state(desk).lacking == ()


def test_a_withdrawn_officer_opens_nothing_and_has_no_share_of_a_renewed_vault(
    desk: Desk, vault: str, officer: str, administrator: str, enrolled: Enrol
) -> None:
    second = enrolled("Otto Second", Role.OFFICER)
    desk.unlock(officer, PIN)
    share_vault(desk, second)
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    desk.unlock(administrator, PIN)
    withdraw(desk, officer)
    desk.unlock(officer, PIN)
    with pytest.raises(NotPermitted):
        open_values(desk, note, [0], purpose=Purpose.CARE)
    with pytest.raises(NotPermitted):
        renew_vault(desk)
    desk.unlock(second, PIN)
    renew_vault(desk)
    with VaultFile.open(desk.home) as file:
        assert [set(file.shares(key.public)) for key in file.public_keys()] == [{second}, {second}]
    assert open_values(desk, note, [0], purpose=Purpose.CARE)


def test_a_vault_whose_officers_are_gone_is_renewed_and_the_old_entries_stay_shut(
    desk: Desk, vault: str, officer: str, administrator: str, enrolled: Enrol
) -> None:
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    desk.unlock(administrator, PIN)
    withdraw(desk, officer)
    desk.unlock(enrolled("Otto Second", Role.OFFICER), PIN)
    renew_vault(desk)
    with pytest.raises(NotPermitted, match="vault share"):
        open_values(desk, note, [0], purpose=Purpose.CARE)
    with VaultFile.open(desk.home) as file:
        assert set(file.shares(note.entry.content.public)) == {officer}


def test_after_the_site_key_is_destroyed_an_entry_is_found_by_its_output_alone(
    desk: Desk, vault: str, officer: str, administrator: str, tmp_path: Path
) -> None:
    made = release()
    commit(desk.home, made)
    desk.unlock(administrator, PIN)
    shred_site_key(desk)
    desk.unlock(officer, PIN)
    with pytest.raises(InputError, match="earlier site key"):
        find_by_id(desk, NOTE.id)
    note = find_released(desk, written(tmp_path, made))
    assert open_values(desk, note, [2], purpose=Purpose.COURT)[0].original == "Brandt"


# What lies on the disk


def test_no_value_is_in_any_file(desk: Desk, vault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(desk.home, release())
    note = find_by_id(desk, NOTE.id)
    open_values(desk, note, [0], purpose=Purpose.CARE)
    renew_vault(desk)
    told = "\n".join(repr(one) for one in (note, vault_state(desk), release()))
    for name in NAMES:
        assert name not in told
    for path in desk.home.rglob("*"):
        if path.is_file():
            assert not any(canary in _folded(path.read_bytes()) for canary in _canaries()), path


def _canaries() -> set[bytes]:
    found: set[bytes] = set()
    for name in NAMES:
        raw = name.encode()
        found.add(raw.lower())
        found.add(sha256(raw).hexdigest().encode())
        found.add(sha256(raw).digest().lower())
        for shift in range(3):  # wherever in a text in base64 it begins
            shifted = b"-" * shift + raw
            begin, stop = -(-shift * 8 // 6), len(shifted) * 8 // 6  # characters of the name alone
            found.add(base64.b64encode(shifted)[begin:stop].lower())
    return found


def _folded(content: bytes) -> bytes:
    return content.lower()


def test_the_vault_is_readable_by_its_owner_only(desk: Desk, vault: str) -> None:
    path = vault_path(desk.home)
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o644)
    with pytest.raises(VaultUnusable, match="open to other users"):
        vault_state(desk)


def test_every_released_note_has_its_entry(desk: Desk, vault: str) -> None:
    names = [f"{number}.txt" for number in range(5)]
    with Site.open(desk.home) as site:
        site.commit([release(note=Document(one, NOTE.text)) for one in names], publish=lambda: None)
    assert len({find_by_id(desk, one).entry.id for one in names}) == 5
    assert vault_state(desk).notes == 5
