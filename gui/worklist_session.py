"""Working through the queue: which note comes to the desk, and when it is done. It knows no widget.

One note of the queue lies on the desk (`gui.session`); the others wait (`gui.queue`), are examined
beside it (`gui.backlog`), or are done. What is done is kept as it happens (`gui.kept`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from deid import (
    DeidError,
    FolderChoice,
    Item,
    ItemState,
    Origin,
    Policy,
    Standard,
    UnsupportedFormat,
    Worklist,
)
from deid.errors import InputError
from deid.formats import suffixes
from gui.backlog import Backlog
from gui.desk import Note, Phase, Saved, Verdict
from gui.files import ManyNotes
from gui.kept import Kept
from gui.list_writer import Complete
from gui.messages import told
from gui.queue import HELD, Queue
from gui.recount import Recount
from gui.session import Session
from gui.shelf import Shelf

_SETTLED: Final = frozenset({ItemState.REVIEWED, ItemState.DONE})
_UNFINISHED: Final = (ItemState.WAITING, ItemState.REVIEW, ItemState.READY)


@dataclass(frozen=True, slots=True)
class PolicyGone:
    """A policy that was chosen for a note or its folder is no longer there.

    Attributes:
        name: of that policy.
        instead: name of the one that is used now.
    """

    name: str
    instead: str


@dataclass(frozen=True, slots=True)
class _Saving:
    """The note that is being saved; another one may come to the desk meanwhile."""

    item: int | None
    note: Note
    policy: Policy


class WorklistSession(QObject):
    """The queue, and which note of it lies on the desk.

    Args:
        session: the note on the desk.
        queue: the notes.
        backlog: examines those that wait.
        shelf: keeps the queue.

    Signals:
        items_changed: notes came, went, or stand otherwise.
        policy_gone: carries a `PolicyGone` when a note comes to the desk under another policy than
            was chosen for it.
        complete: carries a `Complete`: the last note of a file of several is reviewed.
        failed: carries the `DeidError` that stopped what was asked for.
    """

    items_changed = Signal()
    policy_gone = Signal(object)
    complete = Signal(object)
    failed = Signal(object)

    def __init__(self, session: Session, queue: Queue, backlog: Backlog, shelf: Shelf) -> None:
        super().__init__()
        self.queue = queue
        self.backlog = backlog
        self.kept = Kept(session, shelf, self)
        self._session = session
        self._shelf = shelf
        self._recount = Recount(queue, session, shelf)
        self._go_on = self._finishing = False
        self._saving: _Saving | None = None
        self._told_examining: tuple[int, ...] = ()
        queue.changed.connect(self.items_changed)
        queue.history_changed.connect(self.kept.load)
        queue.loaded.connect(self._recount.begin)
        session.failed.connect(self._not_examined)
        session.saved.connect(self._saved)
        session.result_changed.connect(self._finish_if_wanted)
        session.review_changed.connect(self._finish_no_more)
        session.state_changed.connect(self._settle)
        # After the backlog, which begins with another note at the same signal.
        session.state_changed.connect(self._tell_examining)
        shelf.failed.connect(self.failed)
        queue.watcher.failed.connect(self.failed)

    # The queue

    def stop(self) -> None:
        """Let the store do what it was asked, and close it."""
        self._leave()
        self.queue.stop()

    def add(self, paths: Sequence[Path], *, origin: Origin = Origin.FILE) -> None:
        """Put files, and those of folders, at the end of the queue.

        The first of them comes to the desk where that is empty, or where it is the only one.
        """
        self.queue.add(paths, origin=origin, then=self._added)

    def remove(self, ids: Iterable[int]) -> None:
        """Take notes out of the queue, with their reviews; files stay where they are."""
        gone = tuple(ids)
        if self.current in gone:
            self._clear_desk()
        self.kept.forget(gone)
        self.queue.remove(gone)

    def clear_finished(self) -> None:
        """Take out of the queue what is done."""
        if self.current is not None and self.queue.is_released(self.current):
            self._clear_desk()
        self.kept.forget(filter(self.queue.is_released, self.items))
        self.queue.clear_finished()

    @property
    def items(self) -> dict[int, Item]:
        """The notes of the queue, by their ids, in its order."""
        return self.queue.items

    @property
    def current(self) -> int | None:
        """Id of the note on the desk, where it is one of the queue."""
        return self.queue.current

    @property
    def examining(self) -> tuple[int, ...]:
        """Ids of the notes that are being examined."""
        here = self.current if self._session.phase is Phase.EXAMINING else None
        return tuple(item for item in (self.backlog.working_on, here) if item is not None)

    def reviewed(self, ids: Iterable[int]) -> int:
        """How many of these notes hold decisions that were not saved."""
        unsaved = {item for item in ids if not self.is_released(item)}
        return len(unsaved & self.kept.decided)

    def is_released(self, item: int) -> bool:
        """Whether the redacted copy of a note was saved."""
        return self.queue.is_released(item)

    def is_settled(self, item: int) -> bool:
        """Whether nothing more is to be done to a note: it is saved, or waits for others."""
        return self.items[item].state in _SETTLED

    def left_of(self, path: Path) -> int:
        """How many notes of a file of several are not reviewed yet."""
        listed = (one for one in self.items.values() if one.path == path and one.part is not None)
        return sum(one.state not in _SETTLED for one in listed)

    # The desk

    def open(self, item: int) -> None:
        """Bring a note of the queue to the desk."""
        self._leave()
        self.queue.current = item
        self._session.close()
        self.items_changed.emit()
        self._shelf.ask(partial(_look_up, item=self.items[item]), partial(self._bring, item))

    def open_next(self, *, by: int = 1) -> None:
        """Bring the next note that is not done to the desk, or the one before."""
        ids = [i.id for i in self.items.values() if i.state in _UNFINISHED or i.id == self.current]
        at = ids.index(self.current) if self.current in ids else (-1 if by > 0 else 0)
        found = ids[(at + by) % len(ids)] if ids else None
        if found is not None and found != self.current:
            self.open(found)

    def paste(self, text: str) -> None:
        """Bring a text to the desk and examine it."""
        self.put_away()
        self._session.take(text)

    def begin_draft(self) -> None:
        """Bring an empty note to the desk, to be typed."""
        self.put_away()
        self._session.begin_draft()

    def examine(self) -> None:
        """Examine the draft, or the note on the desk once more."""
        if self._session.phase is Phase.DRAFT:
            self._session.take(self._session.text)
        else:
            self._session.examine()

    def edit(self) -> None:
        """Make a draft of a typed or pasted note again; its review is given up."""
        if self._session.editable:
            text, gone = self._session.text, self.current
            self.queue.current = None
            self._session.begin_draft(text)
            if gone is not None:
                self.remove([gone])

    def put_away(self) -> None:
        """Take the note off the desk; it stays in the queue."""
        self._leave()
        self._clear_desk()

    def finish(self) -> None:
        """Save the note under the proposed name, and go on with the next one.

        Where its result is still being made, that is done once it is there.
        """
        target = self._session.proposed_target
        self._finishing = self._session.waiting
        if target is not None and self._session.savable:
            self._go_on = True
            if self._session.is_listed:
                self._session.end_review()
            else:
                self._session.save(target)

    def choose_policy(self, policy: Policy) -> None:
        """Work under another policy, and in this folder from now on."""
        self._session.choose(Standard(policy, self._session.standard.certain_from))
        self._remember(self._session.note, self._session.policy)

    def choose_patient(self, patient: str) -> None:
        """Say to which patient the note belongs, and every note in its folder from now on."""
        self._session.choose_patient(patient)
        self._remember(self._session.note, self._session.policy)

    def choose_threshold(self, certain_from: float) -> None:
        """Take findings as certain from another score on, in the whole queue."""
        self._session.choose(Standard(self._session.policy, certain_from))
        self._recount.begin()

    def announce(self, target: Path, then: Callable[[], None]) -> None:
        """Keep where the result of the note on the desk will be saved, then go on."""
        if self.current in self.items:
            self.queue.announce(self.current, target, then)
        else:
            then()

    def came(self, item: Item, *, here: bool) -> None:
        """What was typed is in the queue now, and on the desk if it is still `here`."""
        if here:
            self.queue.current = item.id
        self.queue.put(item)

    # Within

    def _added(self, items: tuple[Item, ...]) -> None:
        if not items:
            kinds = ", ".join(suffixes())
            self.failed.emit(UnsupportedFormat(f"no note was found there: notes are {kinds} files"))
        elif len(items) == 1 or self._session.phase is Phase.EMPTY:
            self.open(items[0].id)

    def _bring(self, item: int, found: tuple[str | None, FolderChoice | None]) -> None:
        if item != self.current:
            return
        text, choice = found
        path = self.items[item].path
        if choice is None and item in self.kept.in_review:
            # Under another policy it would be examined anew, and nothing be left to undo.
            choice = FolderChoice(self.items[item].policy)
        if path is None:
            self._session.take(text or "", choice=choice)
        else:
            self._session.open(path, choice=choice, part=self.items[item].part)
        if choice is not None and choice.policy and choice.policy != self._session.policy.name:
            self.policy_gone.emit(PolicyGone(choice.policy, self._session.policy.name))

    def _leave(self) -> None:
        """Let nothing be lost of what is on the desk when something else comes there."""
        self._settle()
        text = self._session.text
        if self._session.phase is Phase.DRAFT and text.strip():
            self._shelf.ask(lambda store: store.add_text(text), self.queue.put)

    def _settle(self) -> None:
        """Note how it stands with the note on the desk, where that has changed."""
        session, item = self._session, self.current
        if session.phase is Phase.SAVING and session.note is not None:
            self._saving = _Saving(item, session.note, session.policy)
        if item not in self.items or not session.reviewable:
            return
        tally, state = session.tally, ItemState.READY
        if session.released:
            state = ItemState.DONE
            if session.is_listed and self.items[item].state is not ItemState.DONE:
                state = ItemState.REVIEWED
        elif tally.uncertain or session.verdict is Verdict.REFUSED:
            state = ItemState.REVIEW
        facts = {
            "state": state,
            "reason": HELD if state is ItemState.DONE and session.policy.holds else "",
            "length": len(session.text),
            "marks": tally.replaced,
            "uncertain": tally.uncertain,
            "policy": session.policy.name,
            "certain_from": session.standard.certain_from,
            "saving": None,
        }
        if any(getattr(self.items[item], name) != fact for name, fact in facts.items()):
            self.queue.change(item, **facts)

    def _tell_examining(self) -> None:
        """Tell that other notes are being examined than before, though none stands otherwise."""
        if self.examining != self._told_examining:
            self._told_examining = self.examining
            self.items_changed.emit()

    def _not_examined(self, error: DeidError) -> None:
        """Note that the note on the desk was refused, if it was."""
        session, item = self._session, self.current
        self._go_on = False
        if isinstance(error, ManyNotes) and item in self.items and session.refusal is error:
            self.queue.split(item, error.count, partial(self._splitted, item))
        elif item in self.items and session.refusal is error and session.review is None:
            self.queue.change(item, state=ItemState.REFUSED, reason=told(error))

    def _splitted(self, item: int, items: tuple[Item, ...]) -> None:
        """Bring the first note of a list to the desk, where the list was."""
        first = next((one for one in items if one.state in _UNFINISHED), None)
        if self.current == item and first is not None:
            self.open(first.id)

    def _ended(self, path: Path) -> None:
        """Go on behind a note of a list; write the file where that was the last."""
        go_on, self._go_on = self._go_on, False
        note, item = self._session.note, self.current
        target = self._session.proposed_target
        if note is None or note.of is None or item not in self.items or target is None:
            return
        items = self.queue.of_file(item)
        if len(items) < note.of[1]:
            gone = note.of[1] - len(items)
            self.failed.emit(
                InputError(
                    f"{gone} notes of the file were taken out of the queue, so that it cannot be "
                    "written: add the file once more"
                )
            )
        elif not self.left_of(path):
            self.complete.emit(Complete(items, path, self._session.policy, target))
        if go_on:
            self.open_next()

    def _saved(self, saved: Saved) -> None:
        if saved.reviewed:
            self._ended(saved.target)
            return
        saving, self._saving = self._saving, None
        go_on, self._go_on = self._go_on, False
        if saving is None:
            return
        if saving.item in self.items:
            reason = HELD if saved.held else ""
            self.queue.change(saving.item, state=ItemState.DONE, target=saved.target, reason=reason)
            self._remember(saving.note, saving.policy, saved.target.parent)
            self.queue.pass_over(saved.target)
        if go_on and saving.item == self.current:
            self.open_next()

    def _finish_if_wanted(self) -> None:
        if self._finishing and self._session.savable:
            self.finish()

    def _finish_no_more(self) -> None:
        """After another act, or with another note, the wish to finish is outdated."""
        self._finishing = False

    def _remember(self, note: Note | None, policy: Policy, output: Path | None = None) -> None:
        """Remember for the folder of the note what was chosen for it."""
        if note is not None and note.path is not None:
            # Never a patient whom only the file itself names: the next file is of another.
            choice = FolderChoice(policy.name, note.chosen_patient, output or note.output)
            self.queue.remember(note.path.parent, choice)

    def _clear_desk(self) -> None:
        self.queue.current = None
        self._session.close()


def _look_up(store: Worklist, *, item: Item) -> tuple[str | None, FolderChoice | None]:
    """The text of a note that was typed, or what was chosen for the folder of its file."""
    if item.path is None:
        return store.text(item.id), None
    return None, store.choice(item.path.parent)
