"""Notes that wait for a second person: listed, read, and released or declined by an officer.

A decision goes in steps, and each may be the last before the power fails:

1. the output is written to a temporary file beside its target,
2. what is about to be recorded, and where the output will appear, is kept beside the held output,
3. `release-decided` is recorded, with a signed statement for each note, if nobody decided before,
4. the temporary file gets its name, which never takes the place of another file,
5. the held output is removed.

Up to 3 nothing is decided. After 3, `settle` goes on where it ended: what the log says was approved
is released to the place that was kept, once; what it says was declined is removed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from deid import managed
from deid.audit.person import PersonalKey
from deid.audit.records import Decision, ReleaseDecided
from deid.audit.roles import Permission
from deid.audit.store import AuditLog
from deid.datatypes import Document
from deid.errors import DeidError, InputError, NotPermitted, OutputError, OutputExists
from deid.formats import Unreadable, reader_for
from deid.formats.atomic import StagedFile
from deid.held.store import Held as Held
from deid.held.store import HeldNote, HeldStore, Intent
from deid.officer.desk import Desk
from deid.officer.held_log import HeldHistory as HeldHistory
from deid.officer.held_log import Known, digest_of
from deid.officer.held_log import held_history as held_history
from deid.officer.own_work import is_among
from deid.officer.sampled_notes import (
    NoteText,
    Replaced,
    options_again,
    output_length,
    reads_otherwise,
    remarks_on,
)
from deid.vault.file import VaultFile, vault_path

_LEFT_FOR: Final = timedelta(days=1)


def held_releases(desk: Desk) -> tuple[Held, ...]:
    """The outputs that wait for a second person, from the oldest to the newest.

    What was decided before and not carried out to its end is, first.

    Raises:
        OutputError: a held output cannot be read, or one that was approved cannot be written.
        LogDamaged: the log cannot be read.
    """
    store = HeldStore(desk.home, desk.keys)
    settle(desk)
    known = Known.of(desk.log)
    return tuple(held for held in store.all() if known.waits(held))


def stuck_releases(desk: Desk) -> tuple[Held, ...]:
    """The outputs that were approved and could not appear, for another file lies in their place.

    `release_held` with another folder lets them appear; nothing more is recorded.

    Raises:
        OutputError: a held output cannot be read, or one that was approved cannot be written.
    """
    store = HeldStore(desk.home, desk.keys)
    settle(desk)
    known = Known.of(desk.log)
    return tuple(held for held in store.all() if _decided(store, known, held) is not None)


def read_held(desk: Desk, own: str) -> tuple[NoteText, ...]:
    """The notes of a held output, read from the very bytes that would be released.

    Raises:
        NotPermitted: no officer is unlocked.
        InputError: nothing of that id is held, or it is no longer what was recorded.
        OutputError: it cannot be read.
    """
    desk.require(Permission.DECIDE_RELEASE)
    held = HeldStore(desk.home, desk.keys).get(own)
    _check_bytes(held)
    options = options_again(held.encoding)
    file = reader_for(held.target.name)(held.content, name="held", options=options)
    notes = tuple(file.notes())
    if len(notes) != len(held.notes) or any(isinstance(note, Unreadable) for note in notes):
        raise InputError(
            "the held output does not read as the notes that were redacted: decline it"
        )
    return tuple(
        _shown(desk.log, held, kept, note)
        for note, kept in zip(notes, held.notes, strict=True)
        if not isinstance(note, Unreadable)
    )


def _shown(log: AuditLog, held: Held, kept: HeldNote, note: Document) -> NoteText:
    """A held note as it reads now; nothing is marked in it where it read otherwise."""
    is_read = any(part.is_read for part in note.parts)
    length = output_length(log, kept.document, kept.output_sha256, len(note.text))
    marked = tuple(Replaced(span, label) for span, label in kept.marks)
    differs = reads_otherwise(note.text, length, marked, is_read=is_read)
    remarks = remarks_on(is_read=is_read, differs=differs)
    return NoteText(note.text, () if differs else marked, remarks)


def release_held(desk: Desk, own: str, *, out: Path | None = None) -> Path:
    """Release a held output, and return where it lies.

    Args:
        desk: at which an officer is unlocked, who is not the one who redacted the notes.
        own: id of the held output.
        out: folder in which it appears; None: where whoever redacted it asked for.

    Raises:
        NotPermitted: no officer is unlocked, it is the one who redacted the notes, or somebody has
            decided already; nothing was recorded.
        SettingLocked: IT does not let notes be written there; nothing was recorded.
        OutputExists: a file of that name is there already; nothing was recorded.
        InputError: nothing of that id is held, or it is no longer what was recorded.
        OutputError: it cannot be written. Where it was recorded, `settle` goes on.
        LogUnavailable: the log cannot be written; nothing appears.
    """
    desk.require(Permission.DECIDE_RELEASE)
    store = HeldStore(desk.home, desk.keys)
    held = store.get(own)
    target = held.target if out is None else out.absolute() / held.target.name
    managed.current().check_output(target.parent)
    made = _decided(store, Known.of(desk.log), held)
    if made is not None and made.decision is Decision.APPROVED:
        _finish(store, held, made.target if out is None and made.target is not None else target)
        return target
    person = _may_decide(desk, held)
    with _staged(held, target) as staged:
        _record(desk, store, held, person, Intent(Decision.APPROVED, target, frozenset()))
        try:
            staged.publish()
        except OutputExists:
            if not _lies_there(held, target):  # else another window has carried it out
                raise
    store.remove(own)
    return target


def decline_held(desk: Desk, own: str) -> None:
    """Decline a held output: it is removed, and so is what the vault kept of it.

    Raises:
        NotPermitted: no officer is unlocked, it is the one who redacted the notes, or somebody has
            decided already; nothing was recorded.
        InputError: nothing of that id is held.
        OutputError: it cannot be removed; `settle` goes on.
        VaultUnusable: what was kept of it cannot be removed; `settle` goes on.
        LogUnavailable: the log cannot be written; nothing was decided.
    """
    desk.require(Permission.DECIDE_RELEASE)
    store = HeldStore(desk.home, desk.keys)
    held = store.get(own)
    person = _may_decide(desk, held)
    _record(desk, store, held, person, Intent(Decision.DECLINED, None, frozenset()))
    _forget(desk, store, held)


def settle(desk: Desk) -> None:
    """Carry out what was decided and then interrupted, and remove what was never recorded.

    Raises:
        OutputError: what was approved cannot be written, or what goes cannot be removed.
        VaultUnusable: what was kept of a declined note cannot be removed.
    """
    store, known = HeldStore(desk.home, desk.keys), Known.of(desk.log)
    for own in store.ids():
        # Another window may have settled it meanwhile.
        with contextlib.suppress(InputError):
            _settle(desk, store, known, store.get(own))


def _settle(desk: Desk, store: HeldStore, known: Known, held: Held) -> None:
    made = _decided(store, known, held)
    if made is not None and made.target is not None:
        # Where something else lies there, an officer names another folder.
        with contextlib.suppress(OutputExists):
            _finish(store, held, made.target)
    elif made is not None:
        _forget(desk, store, held)
    elif known.decided_since(held) or (
        # The program died before the record; what is younger may be recorded at any moment.
        known.never_recorded(held) and datetime.now(UTC) - held.time > _LEFT_FOR
    ):
        store.remove(held.id)


def _decided(store: HeldStore, known: Known, held: Held) -> Intent | None:
    """What was decided of just this output, where it is on record; None: nothing."""
    intents = store.intents(held.id)
    return next((one for one in intents if one.statements & known.stated.keys()), None)


def _finish(store: HeldStore, held: Held, target: Path) -> None:
    """Let an approved output appear, unless it did before the program died."""
    _check_bytes(held)
    if not _lies_there(held, target):
        with _staged(held, target) as staged:
            staged.publish()
    store.remove(held.id)


def _forget(desk: Desk, store: HeldStore, held: Held) -> None:
    """Remove a declined output. The vault first: the held output is what leads to it.

    The same output may have been released before it was held, or after it was declined; what was
    kept then stays.
    """
    stated = Known.of(desk.log).stated
    declined = {place for own, place in stated.items() for one in store.intents(held.id)
                if own in one.statements}  # fmt: skip
    if declined and vault_path(desk.home).exists():
        meanwhile = range(held.log_size, min(declined))
        with VaultFile.open(desk.home) as vault:
            gone = [
                entry.id
                for note in held.notes
                for entry in vault.of_document(note.document)
                if entry.content.output_sha256 == note.output_sha256
                and entry.content.log_size in meanwhile
            ]
            vault.remove(gone)
    store.remove(held.id)


def _may_decide(desk: Desk, held: Held) -> PersonalKey:
    """Whoever is unlocked, once it is known that just this person may decide on the output."""
    person = desk.require(Permission.DECIDE_RELEASE)
    if not Known.of(desk.log).waits(held):
        raise NotPermitted(
            "the log does not tell that this output waits: somebody decided already, or its record "
            "is in an archive or was never written; `deid audit held list` shows what waits"
        )
    _check_bytes(held)
    if is_among(person.name, (held.user, held.full_name)):
        raise NotPermitted(
            "four eyes: you redacted this note, so that another officer must decide on it"
        )
    return person


def _record(desk: Desk, store: HeldStore, held: Held, person: PersonalKey, intent: Intent) -> None:
    """Record a decision on all notes of an output, unless somebody was first."""
    events = [
        desk.sign(
            ReleaseDecided(
                document=note.document,
                output_sha256=note.output_sha256,
                decision=intent.decision,
                person=person.id,
                statement="",
            )
        )
        for note in held.notes
    ]
    statements = frozenset(digest_of(event.statement) for event in events)
    name = store.intend(held.id, Intent(intent.decision, intent.target, statements))
    try:
        desk.record(*events, check=_still_waits(desk.log, held))
    except DeidError:
        with contextlib.suppress(OutputError):
            store.forget(name)
        raise


def _still_waits(log: AuditLog, held: Held) -> Callable[[], None]:
    def check() -> None:
        if not Known.of(log).waits(held):
            raise NotPermitted("somebody else has decided meanwhile: nothing was recorded")

    return check


@contextlib.contextmanager
def _staged(held: Held, target: Path) -> Iterator[StagedFile]:
    with StagedFile(target) as staged:
        staged.write(held.content)
        staged.finish()
        yield staged


def _check_bytes(held: Held) -> None:
    """Refuse an output that is not what was recorded, note by note."""
    pieces = [held.content[note.piece.start : note.piece.end] for note in held.notes]
    if [sha256(piece).hexdigest() for piece in pieces] != [n.output_sha256 for n in held.notes]:
        raise InputError("the held output is not what was recorded: decline it, and redact again")


def _lies_there(held: Held, target: Path) -> bool:
    try:
        return target.read_bytes() == held.content
    except FileNotFoundError:
        return False
    except OSError as error:
        raise OutputError(f"the place of the output cannot be read ({error.strerror})") from None
