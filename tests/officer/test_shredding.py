from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deid.audit import site_key
from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.proof import check_inclusion, prove_inclusion
from deid.audit.records import (
    DocumentRefused,
    KeyAct,
    KeyChanged,
    KeyKind,
    Role,
)
from deid.audit.verify import verify
from deid.errors import KeyUnusable, NotPermitted, OutputError
from deid.officer import Desk
from deid.officer.archiving import archive_records
from deid.officer.shredding import Lost, lost_with_key, shred_site_key
from deid.redact.seeds import CodeTable
from deid.worklist.database import worklist_path
from deid.worklist.items import Origin
from deid.worklist.store import Worklist

PIN = "a short sentence"
CANARY = "Ottoline Quenbridge, seen on 3 March"


class Killed(BaseException):
    """The program ends here."""


@pytest.fixture
def used(desk: Desk, administrator: str) -> Desk:
    """A desk with an administrator unlocked, records, notes in work and codes."""
    desk.log.append([refused(desk.keys, number) for number in range(6)])
    with Worklist.open(desk.home, keys=desk.keys) as worklist:
        worklist.add_text(CANARY)
        worklist.add_files([desk.home / "a.txt"], origin=Origin.FILE)
    with CodeTable(desk.home / "codes.sqlite") as codes:
        codes.seed(desk.keys.fingerprint("patient", CANARY))
    desk.unlock(administrator, PIN)
    return desk


def refused(keys: Keys, number: int) -> DocumentRefused:
    return DocumentRefused(keys.fingerprint("document", f"{CANARY} {number}"), "EmptyNote", 3)


def key_events(desk: Desk) -> list[tuple[KeyAct, str]]:
    found = (record.event for record in desk.log.records())
    return [
        (event.act, event.key_id)
        for event in found
        if isinstance(event, KeyChanged) and event.what is KeyKind.SITE
    ]


def test_what_is_lost_is_said_before(used: Desk) -> None:
    assert lost_with_key(used) == Lost(used.keys.id, 2, 1, True)
    with pytest.raises(NotPermitted, match="2 notes in the queue would be lost unfinished"):
        shred_site_key(used)
    assert used.keys == Keys.open(used.home)
    assert worklist_path(used.home).exists()


def test_notes_that_are_done_are_not_in_the_way(used: Desk) -> None:
    with Worklist.open(used.home, keys=used.keys) as worklist:
        worklist.remove([item.id for item in worklist.items()])
    assert lost_with_key(used).unfinished == 0
    assert shred_site_key(used).old != used.keys.id


def test_the_key_is_nowhere_any_more_and_nothing_can_be_linked(used: Desk) -> None:
    old = used.keys
    path = used.home / "keys" / "site.key"
    beside = used.home / "another-name-of-the-same-file"
    os.link(path, beside)
    done = shred_site_key(used, unfinished_too=True)
    assert (done.old, done.new) == (old.id, used.keys.id)
    assert beside.read_bytes().strip(b"\0") == b""
    forms = [old.site_key, old.site_key.hex().encode()]
    for file in used.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert not any(form in content for form in forms), file.name
            assert CANARY.encode() not in content
    # What stands in the log can be made from the value and the old key only.
    before = [r.event.document for r in used.log.records() if isinstance(r.event, DocumentRefused)]
    assert before == [refused(old, number).document for number in range(6)]
    for number, fingerprint in enumerate(before):
        again = refused(used.keys, number).document
        assert again != fingerprint
        assert again.split(":")[1] == done.new
        assert fingerprint.split(":")[1] == done.old
    assert not (used.home / "codes.sqlite").exists()
    with Worklist.open(used.home, keys=used.keys) as worklist:
        assert worklist.items() == ()


def test_it_is_recorded_by_whom(used: Desk, administrator: str) -> None:
    done = shred_site_key(used, unfinished_too=True)
    assert key_events(used) == [(KeyAct.DESTROYED, done.old), (KeyAct.MADE, done.new)]
    last = used.log.record(used.log.size - 1).event
    assert isinstance(last, KeyChanged)
    assert last.person == administrator
    assert not list((used.home / "keys").glob("site.key.*"))


def test_every_proof_archive_and_verification_holds_as_before(used: Desk, tmp_path: Path) -> None:
    keys = used.keys
    proof = prove_inclusion(used.log, 3, keys.signer).to_json()
    outside = seal(used.log, keys.signer)
    moved = archive_records(used, tmp_path, stop=4)
    assert moved is not None
    shred_site_key(used, unfinished_too=True)
    assert used.keys.public_key == keys.public_key
    used.log.append([refused(used.keys, 7)])
    found = verify(
        used.log.path, public_key=keys.public_key, checkpoints=[outside], archives=[tmp_path]
    )
    assert (found.size, found.unexamined) == (used.log.size, 0)
    assert check_inclusion(proof, public_key=keys.public_key).seq == 3


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.REDACTOR])
def test_only_an_administrator_may(
    desk: Desk, enrolled: Callable[[str, Role], str], role: Role | None, tmp_path: Path
) -> None:
    if role is not None:
        desk.unlock(enrolled("Olive", role), PIN)
    before = desk.log.size
    for act in (
        lambda: shred_site_key(desk, unfinished_too=True),
        lambda: archive_records(desk, tmp_path, stop=2),
    ):
        with pytest.raises(NotPermitted, match="an administrator"):
            act()
    assert desk.log.size == before
    assert desk.keys == Keys.open(desk.home)


def test_an_administrator_archives(used: Desk, tmp_path: Path) -> None:
    moved = archive_records(used, tmp_path / "archives", stop=used.log.size)
    assert moved is not None
    assert moved.path.parent == tmp_path / "archives"
    assert used.roles().anybody
    assert verify(used.log.path, public_key=used.keys.public_key).people


# Every step of the way at which the program may end.
STEPS = ["make", "overwrite", "unlink", "replace", "sync_folder", "append"]


class Fuse:
    """Stands for a function, and ends the program at one of its calls."""

    def __init__(self, real: Callable[..., object], nth: int, *, after: bool) -> None:
        self._real, self._left, self._after = real, nth, after

    def __call__(self, *values: object, **options: object) -> object:
        self._left -= 1
        if self._left == -1 and not self._after:
            raise Killed
        found = self._real(*values, **options)
        if self._left == -1:
            raise Killed
        return found


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_whatever_ends_the_program_it_goes_on_where_it_was(
    used: Desk, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    home = used.home
    where: dict[str, tuple[object, str]] = {
        "make": (site_key.key_files, "make"),
        "overwrite": (site_key, "overwrite"),
        "unlink": (Path, "unlink"),
        "replace": (Path, "replace"),
        "sync_folder": (site_key, "sync_folder"),
        "append": (used.log, "append"),
    }
    target, name = where[step]
    killed = 0
    while True:
        before = used.keys
        fuse = Fuse(getattr(target, name), killed, after=after)
        with monkeypatch.context() as patched:
            # A descriptor, so that a method is given its object.
            patched.setattr(target, name, lambda *v, _f=fuse, **o: _f(*v, **o))
            try:
                shred_site_key(used, unfinished_too=True)
                break
            except Killed:
                killed += 1
        # Whoever opens the folder next can work, whichever key holds.
        assert Keys.open(home).public_key == before.public_key
        with Desk.open(home) as again:
            events = key_events(again)
            assert site_key.decided(home) is None
            made = [key_id for act, key_id in events if act is KeyAct.MADE]
            gone = [key_id for act, key_id in events if act is KeyAct.DESTROYED]
            assert [act for act, _id in events] == [KeyAct.DESTROYED, KeyAct.MADE] * len(made)
            assert len({*made, *gone}) == len(made) + bool(made)  # none of them twice
            assert again.keys.id == (made[-1] if made else before.id)
            used.keys = again.keys
    assert killed > 0


def test_what_cannot_be_removed_is_told_and_done_later(
    used: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(site_key, "overwrite", refuse)
        with pytest.raises(OutputError, match="close every other window"):
            shred_site_key(used, unfinished_too=True)
    assert key_events(used) == []
    with Desk.open(used.home) as again:
        assert [act for act, _id in key_events(again)] == [KeyAct.DESTROYED, KeyAct.MADE]
    assert not worklist_path(used.home).exists()


def test_a_decision_that_cannot_be_read_is_refused(used: Desk) -> None:
    path = used.home / "keys" / "site.key.ending"
    path.write_text("nonsense\n")
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="damaged"):
        Desk.open(used.home)
