"""Destroying the site key, and with it what was sealed or filed under it.

Records, tree, checkpoints, proofs and archives do not depend on the site key. What does is the
worklist, whose texts and reviews are sealed under it, the notes that wait for a second person, and
the table of patients' codes, which is filed by fingerprints under it: all are overwritten and
removed. What the vault holds is sealed to the keys of officers, and stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.audit import site_key
from deid.audit.keys import Keys
from deid.audit.records import KeyAct, KeyChanged, KeyKind
from deid.audit.roles import Permission
from deid.audit.store import AuditLog, Filter
from deid.errors import NotPermitted, OutputError, counted
from deid.held.store import HeldStore, held_folder
from deid.worklist.database import worklist_path
from deid.worklist.items import Item, ItemState, Origin
from deid.worklist.store import Worklist

if TYPE_CHECKING:
    from deid.officer.desk import Desk

_BESIDE: Final = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Lost:
    """What becomes unreadable when the site key goes.

    Attributes:
        key: id of the key.
        unfinished: notes in the worklist that were not released.
        typed: those of them that were typed or pasted, whose text lies nowhere else.
        codes: whether there is a table of patients' codes.
        held: outputs that wait for a second person.
    """

    key: str
    unfinished: int
    typed: int
    codes: bool
    held: int = 0


@dataclass(frozen=True, slots=True)
class Shredded:
    """The site key was destroyed.

    Attributes:
        old: id of the key that is gone.
        new: id of the one in its place.
    """

    old: str
    new: str


def lost_with_key(desk: Desk) -> Lost:
    """What becomes unreadable when the site key goes, for whoever decides it.

    Raises:
        WorklistUnusable: the worklist cannot be read.
    """
    unfinished: list[Item] = []
    if worklist_path(desk.home).exists():
        with Worklist.open(desk.home, keys=desk.keys) as worklist:
            unfinished = [item for item in worklist.items() if item.state is not ItemState.DONE]
    typed = sum(item.origin is Origin.TYPED for item in unfinished)
    held = len(HeldStore(desk.home, desk.keys).ids())
    return Lost(desk.keys.id, len(unfinished), typed, _codes_path(desk.home).exists(), held)


def shred_site_key(desk: Desk, *, unfinished_too: bool = False) -> Shredded:
    """Destroy the site key and what was sealed under it, and record that; a new key takes over.

    Close every other program that has the data folder open before: it would go on with the old key.

    Args:
        desk: at which an administrator is unlocked.
        unfinished_too: whether notes in work may be lost.

    Raises:
        NotPermitted: no administrator is unlocked, or notes are in work; nothing was changed.
        KeyUnusable: the key's files cannot be written.
        OutputError: what was sealed cannot be removed; the key is there still, and the next desk
            that is opened goes on.
        LogUnavailable: the log cannot be written; the next desk that is opened records it.
    """
    person = desk.require(Permission.SHRED)
    lost = lost_with_key(desk)
    if lost.held and not unfinished_too:
        raise NotPermitted(
            f"{counted(lost.held, 'held output')} would be lost before a second person decides: "
            "let an officer decide first, or say that this may be lost"
        )
    if lost.unfinished and not unfinished_too:
        raise NotPermitted(
            f"{counted(lost.unfinished, 'note')} in the queue would be lost unfinished: finish the "
            "queue or empty it first, or say that this may be lost"
        )
    ending = site_key.decide(desk.home, person=person.id)
    finish_shredding(desk.home, desk.log)
    desk.keys = Keys.open(desk.home)
    return Shredded(ending.old, ending.new)


def finish_shredding(home: Path, log: AuditLog) -> None:
    """Carry out and record what `shred_site_key` decided, where that was interrupted.

    Raises:
        KeyUnusable: the key's files cannot be written.
        OutputError: what was sealed cannot be removed.
        LogUnavailable: the log cannot be written.
    """
    ending = site_key.decided(home)
    if ending is None:
        return
    # In this order: whoever opens the keys after `destroy` began finds the new key, and must not
    # find what only the old one opens.
    for path in _sealed(home):
        _remove(path)
    site_key.destroy(home)
    made = KeyChanged(KeyKind.SITE, KeyAct.MADE, ending.new, ending.person)
    recorded = log.select(Filter(kinds=(KeyChanged,)))
    if all(record.event != made for record in recorded):
        log.append([KeyChanged(KeyKind.SITE, KeyAct.DESTROYED, ending.old, ending.person), made])
    site_key.settle(home)


def _sealed(home: Path) -> Iterator[Path]:
    for path in (worklist_path(home), _codes_path(home)):
        for ending in _BESIDE:
            yield path.with_name(path.name + ending)
    if held_folder(home).is_dir():
        yield from sorted(path for path in held_folder(home).iterdir() if path.is_file())


def _codes_path(home: Path) -> Path:
    return home / "codes.sqlite"


def _remove(path: Path) -> None:
    try:
        with contextlib.suppress(FileNotFoundError):
            site_key.overwrite(path)
            path.unlink()
    except OSError as error:
        raise OutputError(
            f"{path.name}: cannot be removed ({error.strerror}): close every other window of the "
            "program and try again"
        ) from None
