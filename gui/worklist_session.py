"""The notes that are worked through: the presenter of the queue. It knows no widget.

One note of the queue lies on the desk (`gui.session`); the others wait, are examined beside it
(`gui.backlog`), or are done. What is done is kept as it happens (`gui.kept`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from deid import (
    Batch,
    DeidError,
    FolderChoice,
    Inputs,
    Item,
    ItemState,
    Origin,
    Policy,
    Standard,
    UnsupportedFormat,
    Worklist,
    find_inputs,
    review,
)
from gui.backlog import Backlog, Found, Waiting
from gui.desk import Phase, Saved, Verdict
from gui.kept import Kept
from gui.messages import told
from gui.progress import Pace
from gui.session import Session
from gui.shelf import Shelf
from gui.watcher import Watcher

_LOOK_EVERY_MS: Final = 2000
_UNFINISHED: Final = (ItemState.WAITING, ItemState.REVIEW, ItemState.READY)


class WorklistSession(QObject):
    """The queue, and which note of it lies on the desk.

    Args:
        session: the note on the desk.
        shelf: keeps the queue.
        backlog: examines waiting notes.
        watcher: tells what comes into watched folders.
        reviewer: id of the person at the window.

    Signals:
        items_changed: notes came, went, or stand otherwise.
        watched_changed: other folders are watched.
        failed: carries the `DeidError` that stopped what was asked for.
    """

    items_changed = Signal()
    watched_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        shelf: Shelf,
        backlog: Backlog,
        watcher: Watcher,
        *,
        reviewer: str,
    ) -> None:
        super().__init__()
        self.items: dict[int, Item] = {}
        self.batches: tuple[Batch, ...] = ()
        self.paused = False
        self.kept = Kept(session, shelf, self)
        self._current: int | None = None
        self._session = session
        self._shelf = shelf
        self._backlog = backlog
        self.watcher = watcher
        self._reviewer = reviewer
        self._pace = Pace()
        self._version = 0
        self._looking = self._asked = self._go_on = self._finishing = False
        session.failed.connect(self._not_examined)
        session.saved.connect(self._saved)
        session.result_changed.connect(self._finish_if_wanted)
        session.review_changed.connect(self._finish_no_more)
        session.state_changed.connect(self._settle)
        session.state_changed.connect(self._examine_next)
        shelf.failed.connect(self.failed)
        backlog.found.connect(self._found)
        backlog.refused.connect(self._refused)
        watcher.found.connect(self._take_watched)
        watcher.failed.connect(self.failed)
        watcher.missing_changed.connect(self.watched_changed)
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_EVERY_MS)
        self._clock.timeout.connect(self._look)

    # The queue

    def load(self) -> None:
        """Read the queue as it was left, and go on with it."""
        self._shelf.ask(lambda store: store.history(), self.kept.load)
        self._shelf.ask(lambda store: store.watched(), self._watching)
        self._read()
        self._clock.start()

    def stop(self) -> None:
        """Let the store do what it was asked, and close it."""
        self._clock.stop()
        self.watcher.stop()
        self._settle()
        self._shelf.close()

    def add(self, paths: Sequence[Path], *, origin: Origin = Origin.FILE) -> None:
        """Put files, and those of folders, at the end of the queue.

        The first of them comes to the desk where that is empty, or where it is the only one.
        """
        self._shelf.ask(partial(_take_in, paths=tuple(paths), origin=origin), self._added)

    def remove(self, ids: Iterable[int]) -> None:
        """Take notes out of the queue, with their reviews; files stay where they are."""
        gone = tuple(ids)
        if self._current in gone:
            self._current = None
            self._session.close()
        self._shelf.ask(lambda store: store.remove(gone))
        self._shelf.ask(lambda store: store.history(), self.kept.load)
        self._read()

    def clear_finished(self) -> None:
        """Take out of the queue what is done."""
        if self._current is not None and self.is_released(self._current):
            self._current = None
            self._session.close()
        self._shelf.ask(lambda store: store.clear_finished())
        self._shelf.ask(lambda store: store.history(), self.kept.load)
        self._read()

    def pause(self, paused: bool) -> None:
        """Examine no more waiting notes, or go on."""
        self.paused = paused
        self.items_changed.emit()
        self._examine_next()

    def watch(self, folder: Path, *, watched: bool = True) -> None:
        """Take in what comes into a folder from now on, or no longer."""

        def change(store: Worklist) -> tuple[Path, ...]:
            (store.watch if watched else store.unwatch)(folder)
            return store.watched()

        self._shelf.ask(change, self._watching)

    @property
    def current(self) -> int | None:
        """Id of the note on the desk, where it is one of the queue."""
        return self._current

    @property
    def examining(self) -> tuple[int, ...]:
        """Ids of the notes that are being examined."""
        beside = self._backlog.working_on
        here = self._current if self._session.phase is Phase.EXAMINING else None
        ids = (beside.item if beside is not None else None, here)
        return tuple(item for item in ids if item is not None)

    def reviewed(self, ids: Iterable[int]) -> int:
        """How many of these notes hold decisions that were not saved."""
        unsaved = {item for item in ids if not self.is_released(item)}
        return len(unsaved & self.kept.decided)

    @property
    def targets(self) -> frozenset[Path]:
        """The files that the redacted copies were written to."""
        return frozenset(item.target for item in self.items.values() if item.target is not None)

    def is_released(self, item: int) -> bool:
        """Whether the redacted copy of a note was saved."""
        return self.items[item].state is ItemState.DONE

    @property
    def progress(self) -> tuple[int, int, float | None]:
        """How many notes were examined, of how many, and the seconds that the rest takes."""
        waiting = [item for item in self.items.values() if item.state is ItemState.WAITING]
        left = self._pace.seconds_left(
            characters=sum(item.length for item in waiting),
            unread=sum(not item.length for item in waiting),
        )
        return len(self.items) - len(waiting), len(self.items), left

    # The desk

    def open(self, item: int) -> None:
        """Bring a note of the queue to the desk."""
        self._settle()
        self._current = item
        self._session.close()
        self.items_changed.emit()
        self._shelf.ask(partial(_look_up, item=self.items[item]), partial(self._bring, item))

    def open_next(self, *, by: int = 1) -> None:
        """Bring the next note that is not done to the desk, or the one before."""
        ids = [i.id for i in self.items.values() if i.state in _UNFINISHED or i.id == self._current]
        at = ids.index(self._current) if self._current in ids else (-1 if by > 0 else 0)
        found = ids[(at + by) % len(ids)] if ids else None
        if found is not None and found != self._current:
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
            text, gone = self._session.text, self._current
            self._current = None
            self._session.begin_draft(text)
            if gone is not None:
                self.remove([gone])

    def put_away(self) -> None:
        """Take the note off the desk; it stays in the queue."""
        self._settle()
        self._current = None
        self._session.close()

    def finish(self) -> None:
        """Save the note under the proposed name, and go on with the next one.

        Where its result is still being made, that is done once it is there.
        """
        target = self._session.proposed_target
        self._finishing = self._session.waiting
        if target is not None and self._session.savable:
            self._go_on = True
            self._session.save(target)

    def choose_policy(self, policy: Policy) -> None:
        """Work under another policy, and in this folder from now on."""
        self._session.choose(Standard(policy, self._session.standard.certain_from))
        self._remember()

    def choose_patient(self, patient: str) -> None:
        """Say to which patient the note belongs, and every note in its folder from now on."""
        self._session.choose_patient(patient)
        self._remember()

    def choose_threshold(self, certain_from: float) -> None:
        """Take findings as certain from another score on."""
        self._session.choose(Standard(self._session.policy, certain_from))

    def came(self, item: Item) -> None:
        """What was typed is in the queue now."""
        self._current = item.id
        self.items[item.id] = item
        self.items_changed.emit()

    # Within

    def _read(self) -> None:
        """Read items and runs of the command line anew."""
        self._looking = True
        self._shelf.ask(lambda store: (store.version(), store.items(), store.batches()), self._show)

    def _show(self, found: tuple[int, tuple[Item, ...], tuple[Batch, ...]]) -> None:
        self._version, items, self.batches = found
        self._looking = False
        self.items = {item.id: item for item in items}
        self.items_changed.emit()
        self._examine_next()

    def _look(self) -> None:
        """See whether another program, such as the command line, changed the queue."""
        if not self._looking:
            self._shelf.ask(lambda store: store.version(), self._looked)

    def _looked(self, version: int) -> None:
        if version != self._version:
            self._read()

    def _watching(self, folders: tuple[Path, ...]) -> None:
        for folder in set(self.watcher.folders) - set(folders):
            self.watcher.unwatch(folder)
        for folder in folders:
            self.watcher.watch(folder)
        self.watched_changed.emit()

    def _take_watched(self, paths: Sequence[Path]) -> None:
        take_in = partial(_take_in, paths=tuple(paths), origin=Origin.WATCHED)
        self._shelf.ask(take_in, self._came_in)

    def _came_in(self, items: tuple[Item, ...]) -> None:
        self.items |= {item.id: item for item in items}
        self.items_changed.emit()
        self._examine_next()

    def _added(self, items: tuple[Item, ...]) -> None:
        self._came_in(items)
        if not items:
            self.failed.emit(UnsupportedFormat("no note was found there: a note is a .txt file"))
        elif len(items) == 1 or self._session.phase is Phase.EMPTY:
            self.open(items[0].id)

    def _bring(self, item: int, found: tuple[str | None, FolderChoice | None]) -> None:
        if item != self._current:
            return
        text, choice = found
        path = self.items[item].path
        if path is None:
            self._session.take(text or "")
        else:
            patient = choice.patient if choice is not None else ""
            self._session.open(path, patient=patient, policy=self._policy_of(choice))

    def _policy_of(self, choice: FolderChoice | None) -> Policy:
        named = (
            p for p in self._session.policies if choice is not None and p.name == choice.policy
        )
        return next(named, self._session.policy)

    def _change(self, item: int, **facts: object) -> None:
        """Change how a note stands, here and in the store."""
        if item in self.items:
            self.items[item] = replace(self.items[item], **facts)  # type: ignore[arg-type]
            self._shelf.ask(lambda store: store.set_state(item, **facts))  # type: ignore[arg-type]
            self.items_changed.emit()

    def _settle(self) -> None:
        """Note how it stands with the note on the desk, where that has changed."""
        session, item = self._session, self._current
        if item not in self.items or not session.reviewable:
            return
        tally, state = session.tally, ItemState.READY
        if session.verdict is Verdict.SAVED:
            state = ItemState.DONE
        elif tally.uncertain:
            state = ItemState.REVIEW
        facts = {
            "state": state,
            "reason": "",
            "length": len(session.text),
            "marks": tally.replaced,
            "uncertain": tally.uncertain,
            "policy": session.policy.name,
        }
        if any(getattr(self.items[item], name) != fact for name, fact in facts.items()):
            self._change(item, **facts)

    def _not_examined(self, error: DeidError) -> None:
        """Note that the note on the desk was refused, if it was."""
        session, item = self._session, self._current
        self._go_on = False
        if item in self.items and session.refusal is error and session.review is None:
            self._change(item, state=ItemState.REFUSED, reason=told(error))

    def _saved(self, saved: Saved) -> None:
        item = self._current
        if item in self.items:
            self._change(item, state=ItemState.DONE, target=saved.target)
            self._remember(saved.target.parent)
            if any(map(saved.target.is_relative_to, self.watcher.folders)):
                self._shelf.ask(partial(_pass_over, path=saved.target))
        go_on, self._go_on = self._go_on, False
        if go_on:
            self.open_next()

    def _finish_if_wanted(self) -> None:
        if self._finishing and self._session.savable:
            self.finish()

    def _finish_no_more(self) -> None:
        """After another act, or with another note, the wish to finish is outdated."""
        self._finishing = False

    def _remember(self, output: Path | None = None) -> None:
        """Remember for the folder of the note what was chosen for it."""
        note = self._session.note
        if note is not None and note.path is not None:
            folder, policy, patient = note.path.parent, self._session.policy, note.document.patient
            choice = FolderChoice(policy.name, patient, output)
            self._shelf.ask(lambda store: store.remember(folder, choice))

    def _examine_next(self) -> None:
        """Examine the first note that waits, unless one is being examined."""
        ready = self._session.detectors is not None and not self.paused
        if not ready or self._backlog.working_on is not None or self._asked:
            return
        for item in self.items.values():
            if item.state is ItemState.WAITING and item.path and item.id != self._current:
                self._asked = True
                begin = partial(self._begin, item.id, item.path)
                self._shelf.ask(partial(_choice, folder=item.path.parent), begin)
                return

    def _begin(self, item: int, path: Path, choice: FolderChoice | None) -> None:
        self._asked = False
        patient = choice.patient if choice is not None else ""
        self._backlog.examine(Waiting(item, path, self._policy_of(choice), patient))

    def _found(self, found: Found) -> None:
        """Keep what was found, unless the note is gone or came to the desk meanwhile."""
        waiting, note = found.waiting, found.note
        item = self.items.get(waiting.item)
        self._pace = self._pace.after(len(note.document.text), found.seconds)
        if item is not None and item.state is ItemState.WAITING and item.id != self._current:
            state = review.begin(
                note.document,
                found.resolution,
                reviewer=self._reviewer,
                withheld=found.withheld,
            )
            self._shelf.ask(
                lambda store: store.keep_review(
                    waiting.item, state, content=note.content, made_with=found.stamp
                )
            )
            policy = waiting.policy
            tally = Standard(policy, self._session.standard.certain_from).tally(state.marks)
            self._change(
                waiting.item,
                state=ItemState.REVIEW if tally.uncertain else ItemState.READY,
                length=len(note.document.text),
                marks=tally.replaced,
                uncertain=tally.uncertain,
                policy=policy.name,
            )
        self._examine_next()

    def _refused(self, waiting: Waiting, error: DeidError) -> None:
        if waiting.item != self._current:
            self._change(waiting.item, state=ItemState.REFUSED, reason=told(error))
        self._examine_next()


def _take_in(store: Worklist, *, paths: tuple[Path, ...], origin: Origin) -> tuple[Item, ...]:
    """Add the files that these paths name; what is no note is added as refused."""
    found: Inputs = find_inputs(paths)
    items = store.add_files([file.path for file in found.files], origin=origin)
    refused = [(one.path, told(one.error)) for one in found.refused]
    return (*items, *store.add_refused(refused, origin=origin))


def _look_up(store: Worklist, *, item: Item) -> tuple[str | None, FolderChoice | None]:
    """The text of a note that was typed, or what was chosen for the folder of its file."""
    if item.path is None:
        return store.text(item.id), None
    return None, store.choice(item.path.parent)


def _choice(store: Worklist, *, folder: Path) -> FolderChoice | None:
    return store.choice(folder)


def _pass_over(store: Worklist, *, path: Path) -> None:
    """Let a file in a watched folder never come in: it counts as taken, and goes at once."""
    store.remove([item.id for item in store.add_files([path], origin=Origin.WATCHED)])
